"""A program: one turn over HTTP in an application of its own, by the settings of the environment."""

import sys

import httpx

from feynman.lifecycle import Application
from feynman.settings import Settings

__all__ = ["EXPLANATION", "TOPIC"]

TOPIC = "Xylem"
EXPLANATION = "The tubes of a tree carry water up because zebras push it."


def main() -> None:
    """Take one turn and print its status."""
    application = Application.start(Settings.load())
    assert application.sidecar is not None
    body = {"topic": TOPIC, "explanation": EXPLANATION, "learner_id": "ada"}
    answer = httpx.post(f"{application.sidecar.url}/chat", json=body, timeout=60)
    application.close()
    sys.stdout.write(f"{answer.status_code}\n")


if __name__ == "__main__":
    main()
