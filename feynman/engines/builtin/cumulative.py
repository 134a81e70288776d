"""Coverage over the whole session."""

from feynman.domain import Coverage, CoverageStatus, GapKind
from feynman.engines.builtin.coverage import COVERED, Match, rate, status_of
from feynman.engines.builtin.measures import measure
from feynman.engines.builtin.reading import Reading, read
from feynman.engines.builtin.retraction import takes_back
from feynman.engines.builtin.scene import Draft, Scene

__all__ = ["before", "newly_covered", "now", "quote_of"]


def before(scene: Scene) -> tuple[Coverage, ...]:
    """What was covered before this turn, empty when nothing is known."""
    if scene.lesson.earlier:
        return next((turn.coverage for turn in reversed(scene.lesson.earlier) if turn.coverage), ())
    if not scene.said_before:
        return ()
    reading = read(scene.said_before, scene.language, scene.encoder)
    matches = rate(reading, scene.goals, measure(reading, scene.goals, scene.scorer)).matches
    return tuple(_entry(scene, at, match, reading) for at, match in enumerate(matches))


def now(scene: Scene, earlier: tuple[Coverage, ...], errors: list[Draft]) -> list[Coverage]:
    """One entry per key point: the best of earlier turns and this one; contradicted while an error stands open."""
    return [_joined(scene, at, earlier, errors) for at in range(len(scene.goals.points))]


def newly_covered(earlier: tuple[Coverage, ...], current: list[Coverage]) -> list[int]:
    """Indices of the points that this turn covered."""
    covered = {entry.index for entry in earlier if entry.status == "covered"}
    return [entry.index for entry in current if entry.status == "covered" and entry.index not in covered]


def quote_of(match: Match, point: int, scene: Scene, reading: Reading | None = None) -> str | None:
    """The sentence that says the point best; of a window of two the better one."""
    source = scene.reading if reading is None else reading
    if match.unit is None:
        return None
    unit = source.units[match.unit]
    if unit.single:
        return unit.span.text
    cosine = source.vectors[[unit.first, unit.last]] @ scene.goals.vectors[point]
    return source.sentences[(unit.first, unit.last)[int(cosine.argmax())]].text


def _entry(scene: Scene, at: int, match: Match, reading: Reading | None = None) -> Coverage:
    status = status_of(match.score)
    return Coverage(
        index=at,
        point=scene.lesson.reference.points[at].text,
        status=status,
        score=round(match.score, 3),
        quote=None if status == "missing" else quote_of(match, at, scene, reading),
    )


def _joined(scene: Scene, at: int, earlier: tuple[Coverage, ...], errors: list[Draft]) -> Coverage:
    entry = _entry(scene, at, scene.ratings.matches[at])
    wrong = next((draft for draft in errors if draft.point_index == at), None)
    if wrong is not None and wrong.span is not None:
        return _as(entry, "contradicted", min(entry.score, COVERED - 0.01), wrong.span.text)
    old = next((one for one in earlier if one.index == at and one.point == entry.point), None)
    if _still_wrong(scene, at) and entry.status != "covered":
        return _as(entry, "contradicted", entry.score, old.quote if old is not None else entry.quote)
    if old is None or old.status == "contradicted" or entry.score >= old.score:
        return entry
    return old


def _as(entry: Coverage, status: CoverageStatus, score: float, quote: str | None) -> Coverage:
    return entry.model_copy(update={"status": status, "score": score, "quote": quote})


def _still_wrong(scene: Scene, at: int) -> bool:
    return any(
        gap.kind == GapKind.FACTUAL_ERROR and gap.point_index == at and not takes_back(gap, scene)
        for gap in scene.lesson.open_gaps
    )
