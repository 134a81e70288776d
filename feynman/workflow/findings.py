"""The rules every engine's findings must pass, in code."""

from feynman.domain import Belief, Coverage, Gap, Notice
from feynman.engines.student import Analysis, Discovery, Lesson, Resolution
from feynman.text.spans import locate

__all__ = ["Findings"]


class Findings:
    """Collects what a student finds in one turn and keeps what holds.

    A quote must be in the explanation (it is repaired to the nearest span, else the gap is dropped), an omission
    quotes nothing, a gap that is open already is not found again, a key point that does not exist is ignored.
    """

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        self._text = lesson.explanation.text
        self._coverage: dict[int, Coverage] = {}
        self._found: list[Gap] = []
        self._open = {gap.id: gap for gap in lesson.open_gaps}
        self._resolved: list[Gap] = []
        self._beliefs: list[Belief] = []
        self._notices: list[Notice] = []

    def add(self, finding: Discovery) -> Gap | Belief | Notice | None:
        """Return what is kept of ``finding`` for the learner to see, ``None`` when nothing is."""
        match finding:
            case Coverage():
                self._cover(finding)
                return None
            case Resolution():
                return self._resolve(finding)
            case Gap():
                return self._keep_gap(finding)
            case Belief():
                return self._keep_belief(finding)
            case Notice():
                return self._keep_notice(finding)

    def analysis(self) -> Analysis:
        """All that was kept; open gaps by severity, the least asked first."""
        waiting = [*self._open.values(), *self._found]
        return Analysis(
            coverage=tuple(self._coverage_of(index) for index in range(len(self._lesson.reference.points))),
            found=tuple(self._found),
            resolved=tuple(self._resolved),
            open_gaps=tuple(sorted(waiting, key=lambda gap: (-gap.severity, gap.asked))),
            beliefs=tuple(self._beliefs),
            notices=tuple(self._notices),
        )

    def _cover(self, coverage: Coverage) -> None:
        if coverage.index < len(self._lesson.reference.points):
            self._coverage[coverage.index] = coverage

    def _coverage_of(self, index: int) -> Coverage:
        point = self._lesson.reference.points[index].text
        found = self._coverage.get(index)
        if found is None:
            return Coverage(index=index, point=point, status="missing", score=0.0)
        return found.model_copy(update={"point": point})

    def _resolve(self, resolution: Resolution) -> Gap | None:
        gap = self._open.pop(resolution.gap_id, None)
        if gap is None:
            return None
        closed = gap.model_copy(update={"status": "resolved"})
        self._resolved.append(closed)
        return closed

    def _keep_gap(self, gap: Gap) -> Gap | None:
        located = self._located(gap)
        if located is None or any(_same(located, other) for other in [*self._open.values(), *self._found]):
            return None
        self._found.append(located)
        return located

    def _located(self, gap: Gap) -> Gap | None:
        if not gap.kind.quotes:
            return gap.model_copy(update={"quote": None, "start": None, "end": None})
        if gap.quote is None:
            return None
        if gap.start is not None and self._text[gap.start : gap.end] == gap.quote:
            return gap
        span = locate(gap.quote, self._text)
        if span is None:
            return None
        return gap.model_copy(update={"quote": span.text, "start": span.start, "end": span.end})

    def _keep_belief(self, belief: Belief) -> Belief | None:
        if self._text[belief.start : belief.end] != belief.quote or not belief.quote:
            return None
        self._beliefs.append(belief)
        return belief

    def _keep_notice(self, notice: Notice) -> Notice | None:
        count = len(self._lesson.reference.points)
        if notice in self._notices or any(index >= count for index in notice.points):
            return None
        self._notices.append(notice)
        return notice


def _same(one: Gap, other: Gap) -> bool:
    if one.kind != other.kind:
        return False
    if one.quote is None or other.quote is None:
        return one.point_index == other.point_index
    return one.quote.casefold() == other.quote.casefold()
