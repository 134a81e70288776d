"""A library topic in the language of the turn: learners may change their language in the middle of a lesson."""

from collections.abc import Sequence

from feynman.domain import Gap, Language, Reference, Turn
from feynman.references import Library

__all__ = ["Spoken"]


class Spoken:
    """The reference of one turn, and what earlier turns found, told against it.

    A topic of the library is parallel in its languages, so a point keeps its index when the language changes. Any
    other reference has one language, and what belongs to a point it does not have any more is left out.
    """

    def __init__(self, stored: Reference, topic_id: str | None, language: Language, library: Library) -> None:
        topics = [] if topic_id is None else [library.get(topic_id, each) for each in (language, "zh", "en")]
        versions = [topic.reference for topic in topics if topic is not None]
        if stored.source != "library" or any(len(each.points) != len(stored.points) for each in versions):
            versions = []
        self.reference = versions[0] if versions else stored
        self._versions: Sequence[Reference] = [*versions, stored]

    def gaps(self, gaps: Sequence[Gap]) -> tuple[Gap, ...]:
        """Open gaps in the words of this turn's reference."""
        return tuple(self._gap(gap) for gap in gaps if self._knows(gap.point_index, gap.point))

    def turn(self, turn: Turn) -> Turn:
        """A turn with its coverage in the words of this turn's reference."""
        coverage = (
            each.model_copy(update={"point": self.reference.points[each.index].text})
            for each in turn.coverage
            if self._knows(each.index, each.point)
        )
        return turn.model_copy(update={"coverage": tuple(coverage)})

    def _knows(self, index: int | None, text: str | None) -> bool:
        if index is None:
            return True
        return any(index < len(each.points) and each.points[index].text == text for each in self._versions)

    def _gap(self, gap: Gap) -> Gap:
        point = gap.point if gap.point_index is None else self.reference.points[gap.point_index].text
        return gap.model_copy(update={"point": point, "detail": self._detail(gap.detail)})

    def _detail(self, detail: str | None) -> str | None:
        """A misconception's question in this turn's language; anything else as it is."""
        for version in self._versions:
            for mine, theirs in zip(self.reference.misconceptions, version.misconceptions, strict=False):
                if theirs.question == detail:
                    return mine.question
        return detail
