"""What the learner should know about a turn besides its gaps."""

from typing import Literal

from pydantic import Field

from feynman.domain.base import Frozen

__all__ = ["Notice", "NoticeCode"]

NoticeCode = Literal[
    "parroting",
    "other_language",
    "cut_short",
    "no_points_found",
    "contradicting_points",
    "duplicate_points",
    "question_points",
    "long_points",
]


class Notice(Frozen):
    """Something about the text or the reference that was noticed and not silently put right.

    ``points`` are indices of the key points it is about (0-based), empty when it is about the learner's text;
    ``detail`` fills the sentence: an ISO 639-1 code for ``other_language``, a number of sentences for ``cut_short``.
    """

    code: NoticeCode
    points: tuple[int, ...] = Field(default=())
    detail: str | None = None
