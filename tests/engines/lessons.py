"""The lessons that belong to the starter library: how learners explain its topics."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from feynman.domain import Language

__all__ = ["LESSONS", "Sample", "sample"]

FOLDER = Path(__file__).parents[1] / "data" / "lessons"
LESSONS = [(path.stem, language) for path in sorted(FOLDER.glob("*.toml")) for language in ("en", "zh")]


@dataclass(frozen=True)
class Sample:
    """Three explanations of one topic and what is true about them."""

    complete: str
    partial: str
    partial_points: tuple[int, ...]
    mistaken: str
    mistaken_quote: str


def sample(topic_id: str, language: Language) -> Sample:
    """Read one."""
    data = tomllib.loads((FOLDER / f"{topic_id}.toml").read_text("utf-8"))[language]
    return Sample(**{**data, "partial_points": tuple(data["partial_points"])})
