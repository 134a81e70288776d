"""The texts of FeynBench and what is planted in them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self, get_args

from pydantic import Field, model_validator

from feynman.domain import Frozen, GapKind, Language

__all__ = ["CLARITY", "HALVES", "Case", "Half", "PlantedGap", "cases", "halves", "read_topic", "topic_files"]

Half = Literal["tune", "report"]
HALVES: Final[tuple[Half, ...]] = get_args(Half)
CLARITY: Final = tuple(kind for kind in GapKind if kind not in (GapKind.MISSING_POINT, GapKind.FACTUAL_ERROR))

_HOME: Final = Path(__file__).parent


class PlantedGap(Frozen):
    """One gap as its author planted it; ``point`` is the index of the key point that it is about."""

    kind: GapKind
    quote: str | None = None
    point: int | None = Field(default=None, ge=0)
    note: str = ""

    @model_validator(mode="after")
    def _quotes_when_it_can(self) -> Self:
        if self.kind.quotes != (self.quote is not None):
            raise ValueError(f"{self.kind} quotes: {self.kind.quotes}")
        if self.kind in (GapKind.MISSING_POINT, GapKind.FACTUAL_ERROR) and self.point is None:
            raise ValueError(f"{self.kind} needs its point")
        return self


class PlantedText(Frozen):
    """An explanation with gaps; ``covered`` and ``partial`` are indices of key points."""

    text: str
    covered: tuple[int, ...]
    partial: tuple[int, ...] = ()
    gaps: tuple[PlantedGap, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _quotes_are_found_once(self) -> Self:
        for gap in self.gaps:
            if gap.quote is not None and self.text.count(gap.quote) != 1:
                raise ValueError(f"quoted {self.text.count(gap.quote)} times: {gap.quote}")
        return self


class TopicText(Frozen):
    """One topic in one language."""

    topic: str
    points: tuple[str, ...] = Field(min_length=3)
    complete: str
    planted: tuple[PlantedText, ...] = Field(min_length=2, max_length=2)

    @model_validator(mode="after")
    def _every_point_has_one_state(self) -> Self:
        for text in self.planted:
            missing = [gap.point for gap in text.gaps if gap.kind is GapKind.MISSING_POINT]
            wrong = {gap.point for gap in text.gaps if gap.kind is GapKind.FACTUAL_ERROR}
            states = [*text.covered, *text.partial, *missing, *wrong]
            if sorted(states, key=str) != sorted(range(len(self.points)), key=str):
                raise ValueError(f"the points' states do not add up: {states}")
        return self


class TopicFile(Frozen):
    """One topic in both languages."""

    id: str
    en: TopicText
    zh: TopicText


@dataclass(frozen=True, slots=True)
class Case:
    """One explanation to examine; a complete one has no gaps."""

    topic_id: str
    half: Half
    language: Language
    topic: str
    points: tuple[str, ...]
    text: str
    gaps: tuple[PlantedGap, ...] = ()
    covered: frozenset[int] = frozenset()
    partial: frozenset[int] = frozenset()

    @property
    def complete(self) -> bool:
        """Whether nothing is missing, wrong or unclear."""
        return not self.gaps


def halves() -> dict[str, Half]:
    """The half of every topic."""
    listed = tomllib.loads((_HOME / "halves.toml").read_text("utf-8"))
    return {topic: half for half in HALVES for topic in listed[half]}


def topic_files() -> list[Path]:
    """The files of all topics, in the order of their names."""
    return sorted((_HOME / "topics").glob("*.toml"))


def read_topic(path: Path) -> TopicFile:
    """Read one topic.

    Raises:
        pydantic.ValidationError, tomllib.TOMLDecodeError: the file is not one.
    """
    return TopicFile.model_validate(tomllib.loads(path.read_text("utf-8")))


def cases(half: Half | None = None) -> Iterator[Case]:
    """Every explanation of a half, or of both."""
    belongs = halves()
    for path in topic_files():
        if half is None or belongs[path.stem] == half:
            yield from _cases(read_topic(path), belongs[path.stem])


def _cases(topic: TopicFile, half: Half) -> Iterator[Case]:
    for language in get_args(Language):
        text: TopicText = getattr(topic, language)
        every = frozenset(range(len(text.points)))
        yield Case(topic.id, half, language, text.topic, text.points, text.complete, covered=every)
        for planted in text.planted:
            yield Case(
                topic.id,
                half,
                language,
                text.topic,
                text.points,
                planted.text,
                planted.gaps,
                frozenset(planted.covered),
                frozenset(planted.partial),
            )
