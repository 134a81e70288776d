"""The shape of a topic file."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from feynman.domain import Frozen, KeyPoint, Language, Misconception

__all__ = ["Subject", "TopicFile", "TopicText", "read_topic"]

Subject = Literal[
    "biology", "chemistry", "physics", "earth-and-space", "mathematics", "computing", "economics", "psychology"
]
Sentence = Annotated[str, Field(min_length=4, max_length=300)]


class ProbedPoint(KeyPoint):
    """A key point of the library always has its probe question."""

    text: Sentence
    probe: Sentence


class TopicText(Frozen):
    """A topic in one language."""

    title: Annotated[str, Field(min_length=1, max_length=60)]
    aliases: tuple[str, ...] = Field(min_length=1)
    analogy: Sentence
    terms: tuple[str, ...] = Field(min_length=1, max_length=6)
    points: tuple[ProbedPoint, ...] = Field(min_length=4, max_length=7)
    misconceptions: tuple[Misconception, ...] = Field(min_length=2, max_length=2)

    @model_validator(mode="after")
    def _misconceptions_contradict_points(self) -> Self:
        if any(wrong.point >= len(self.points) for wrong in self.misconceptions):
            raise ValueError("a misconception contradicts a point that is not there")
        return self


class TopicFile(Frozen):
    """A topic in both languages, point by point parallel."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    subject: Subject
    en: TopicText
    zh: TopicText

    @model_validator(mode="after")
    def _languages_are_parallel(self) -> Self:
        if len(self.en.points) != len(self.zh.points):
            raise ValueError("the languages have different numbers of points")
        if [wrong.point for wrong in self.en.misconceptions] != [wrong.point for wrong in self.zh.misconceptions]:
            raise ValueError("the languages' misconceptions contradict different points")
        return self

    def text(self, language: Language) -> TopicText:
        """The topic in ``language``."""
        return self.zh if language == "zh" else self.en


def read_topic(path: Path) -> TopicFile:
    """Read and validate one file.

    Raises:
        pydantic.ValidationError, tomllib.TOMLDecodeError: the file is not a topic.
    """
    return TopicFile.model_validate(tomllib.loads(path.read_text("utf-8")))
