"""What the dashboard and the rules ask for."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

__all__ = ["DEPLOY", "Query", "dashboard", "queries"]

DEPLOY: Final = Path(__file__).parents[2] / "deploy"

_METRIC: Final = re.compile(
    r"\b(?:api|feynman|gen_ai_client|gen_ai_execute|process)_[a-z0-9_]+|\bup\b|\bfeynman:[a-z0-9_:]+"
)
_SELECTOR: Final = re.compile(r"\{([^}]*)\}")
_LABEL: Final = re.compile(r"([a-z_]+)\s*(?:=~|!~|!=|=)")
# A value goes on over the lines that stand deeper than its key.
_EXPRESSION: Final = re.compile(r"expr: (.*(?:\n {10,}.*)*)")
_BY: Final = re.compile(r"\bby\s*\(([^)]*)\)")


class Query(NamedTuple):
    """One expression and where it stands."""

    place: str
    text: str

    @property
    def metrics(self) -> set[str]:
        """The metrics that it names."""
        return set(_METRIC.findall(_BY.sub("", _SELECTOR.sub("", self.text))))

    @property
    def labels(self) -> set[str]:
        """The labels that it names."""
        found = {label for selector in _SELECTOR.findall(self.text) for label in _LABEL.findall(selector)}
        return found | {label.strip() for group in _BY.findall(self.text) for label in group.split(",")}


def dashboard() -> dict[str, Any]:
    """The dashboard."""
    found: dict[str, Any] = json.loads((DEPLOY / "grafana" / "feynman.json").read_text("utf-8"))
    return found


def queries() -> Iterator[Query]:
    """All expressions of the dashboard and the rules."""
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", ()):
            yield Query(panel["title"], target["expr"])
    for rule in (DEPLOY / "rules.yml").read_text("utf-8").split("      - ")[1:]:
        name = rule.partition(": ")[2].partition("\n")[0]
        yield Query(name, " ".join(_EXPRESSION.findall(rule)[0].removeprefix("|").split()))
