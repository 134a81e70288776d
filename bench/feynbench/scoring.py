"""How findings are held against what was planted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.feynbench.cases import CLARITY, Case, PlantedGap
from feynman.domain import Gap, GapKind

__all__ = ["Count", "Mismatch", "Tally", "score"]


@dataclass(slots=True)
class Count:
    """Hits, false alarms and misses of one kind; ``overlap`` sums the character F1 of the hits' quotes."""

    hits: int = 0
    false: int = 0
    missed: int = 0
    overlap: float = 0.0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.hits + other.hits,
            self.false + other.false,
            self.missed + other.missed,
            self.overlap + other.overlap,
        )

    @property
    def precision(self) -> float:
        """0-1; 1 when nothing was raised."""
        return self.hits / (self.hits + self.false) if self.hits + self.false else 1.0

    @property
    def recall(self) -> float:
        """0-1; 1 when nothing was planted."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = 2 * self.hits + self.false + self.missed
        return 2 * self.hits / total if total else 1.0

    @property
    def span(self) -> float:
        """Mean character F1 of the hits' quotes, 0-1."""
        return self.overlap / self.hits if self.hits else 0.0


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A false alarm (``found``) or a miss (``planted``) in a case."""

    case: Case
    planted: PlantedGap | None = None
    found: Gap | None = None


@dataclass(slots=True)
class Tally:
    """Counts by kind over many cases; ``alarms`` are gaps raised on ``complete`` explanations."""

    kinds: dict[GapKind, Count] = field(default_factory=lambda: {kind: Count() for kind in GapKind})
    complete: int = 0
    alarms: Counter[GapKind] = field(default_factory=Counter)
    mismatches: list[Mismatch] = field(default_factory=list)

    @property
    def clarity(self) -> Count:
        """The seven kinds that are neither missing nor wrong, together."""
        return sum((self.kinds[kind] for kind in CLARITY), Count())

    @property
    def everything(self) -> Count:
        """All kinds together."""
        return sum(self.kinds.values(), Count())

    @property
    def alarms_per_complete(self) -> float:
        """False alarms per complete explanation."""
        return self.alarms.total() / self.complete if self.complete else 0.0

    def add(self, case: Case, found: Sequence[Gap]) -> None:
        """Count what was found in one case.

        A gap counts as found when one of its kind has the same point (omissions) or an overlapping quote. A missing
        point that is half said or contradicted is neither hit nor false alarm.
        """
        if case.complete:
            self.complete += 1
            self.alarms.update(gap.kind for gap in found)
        for kind in GapKind:
            self._match(
                case, [gap for gap in case.gaps if gap.kind is kind], [gap for gap in found if gap.kind is kind]
            )

    def _match(self, case: Case, planted: list[PlantedGap], found: list[Gap]) -> None:
        taken: set[str] = set()
        for gap in planted:
            fits = [(_fit(gap, one, case), one) for one in found if one.id not in taken]
            fit, best = max(fits, key=lambda pair: pair[0], default=(0.0, None))
            if best is None or fit == 0:
                self.kinds[gap.kind].missed += 1
                self.mismatches.append(Mismatch(case, planted=gap))
            else:
                taken.add(best.id)
                self.kinds[gap.kind].hits += 1
                self.kinds[gap.kind].overlap += fit
        for one in found:
            if one.id not in taken and not _excused(one, case) and not _again(one, found, taken):
                self.kinds[one.kind].false += 1
                self.mismatches.append(Mismatch(case, found=one))


def score(results: Iterable[tuple[Case, Sequence[Gap]]]) -> Tally:
    """Count over many cases."""
    tally = Tally()
    for case, found in results:
        tally.add(case, found)
    return tally


def _fit(planted: PlantedGap, found: Gap, case: Case) -> float:
    """Character F1 of the quotes, 0-1; for an omission whether it is the same one."""
    if planted.quote is None:
        return float(planted.kind is GapKind.MISSING_EXAMPLE or planted.point == found.point_index)
    if found.start is None or found.end is None:
        return 0.0
    first = case.text.index(planted.quote)
    last = first + len(planted.quote)
    common = min(last, found.end) - max(first, found.start)
    return 2 * common / (last - first + found.end - found.start) if common > 0 else 0.0


def _excused(found: Gap, case: Case) -> bool:
    if found.kind is not GapKind.MISSING_POINT:
        return False
    wrong = {gap.point for gap in case.gaps if gap.kind is GapKind.FACTUAL_ERROR}
    return found.point_index in case.partial or found.point_index in wrong


def _again(found: Gap, all_found: list[Gap], taken: set[str]) -> bool:
    """Whether it quotes what a hit of the same kind quotes: one alarm in two pieces is no second alarm."""
    return found.quote is not None and any(
        other.id in taken
        and other.start is not None
        and other.end is not None
        and found.start is not None
        and found.end is not None
        and found.start < other.end
        and other.start < found.end
        for other in all_found
    )
