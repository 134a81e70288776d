"""FeynBench is what its documentation says, and its scoring counts what it should."""

from collections import Counter
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from bench.feynbench.cases import CLARITY, HALVES, Case, PlantedGap, cases, halves, read_topic, topic_files
from bench.feynbench.scoring import Tally
from feynman.domain import Gap, GapKind, Language
from feynman.references import Library


def test_there_are_thirty_topics_and_none_of_the_library() -> None:
    """At least thirty topics; the starter library, on which rules were tuned, has none of them."""
    topics = {path.stem for path in topic_files()}
    assert len(topics) >= 30
    assert topics.isdisjoint(topic.id for topic in Library.load().topics("en"))
    assert topics == set(halves())


@pytest.mark.parametrize("path", topic_files(), ids=lambda path: path.stem)
def test_a_topic_file_holds_together(path: Path) -> None:
    """Quotes occur once, every point has one state, two texts are planted in each language."""
    assert read_topic(path).id == path.stem


@pytest.mark.parametrize(("language", "kind"), list(product(get_args(Language), GapKind)))
def test_every_kind_is_planted_ten_times(language: Language, kind: GapKind) -> None:
    """Each kind at least ten times a language, and in both halves."""
    found = Counter(
        case.half for case in cases() for gap in case.gaps if case.language == language and gap.kind is kind
    )
    assert found.total() >= 10
    assert all(found[half] >= 3 for half in HALVES)


def _case(*gaps: PlantedGap, partial: frozenset[int] = frozenset()) -> Case:
    text = "Steam somehow comes out. It is hot because it is hot."
    return Case("tea", "tune", "en", "Tea", ("one", "two", "three"), text, gaps, frozenset({0}), partial)


def _gap(kind: GapKind, quote: str | None = None, point: int | None = None, name: str = "a") -> Gap:
    start = None if quote is None else _case().text.index(quote)
    end = None if quote is None or start is None else start + len(quote)
    return Gap(
        id=name,
        kind=kind,
        turn_id="t",
        quote=quote,
        start=start,
        end=end,
        point_index=point,
        reason="r",
        confidence=0.5,
        severity=1,
    )


def test_an_overlapping_quote_of_the_same_kind_is_a_hit() -> None:
    """The overlap is the character F1 of both quotes."""
    tally = Tally()
    tally.add(
        _case(PlantedGap(kind=GapKind.MECHANISM_GAP, quote="somehow")),
        [_gap(GapKind.MECHANISM_GAP, "Steam somehow comes out.")],
    )
    count = tally.kinds[GapKind.MECHANISM_GAP]
    assert (count.hits, count.false, count.missed) == (1, 0, 0)
    assert count.span == pytest.approx(2 * 7 / (7 + 24))
    assert tally.clarity.hits == 1


def test_another_kind_or_place_is_a_miss_and_a_false_alarm() -> None:
    """What was planted as circular is not found by calling something else vague."""
    tally = Tally()
    tally.add(
        _case(PlantedGap(kind=GapKind.CIRCULAR, quote="It is hot because it is hot.")),
        [_gap(GapKind.VAGUE, "Steam somehow comes out.")],
    )
    assert (tally.kinds[GapKind.CIRCULAR].missed, tally.kinds[GapKind.VAGUE].false) == (1, 1)
    assert (tally.everything.precision, tally.everything.recall) == (0, 0)


def test_a_half_said_point_is_neither_hit_nor_false_alarm() -> None:
    """Points between missing and covered are not counted."""
    tally = Tally()
    tally.add(
        _case(PlantedGap(kind=GapKind.MISSING_POINT, point=2), partial=frozenset({1})),
        [_gap(GapKind.MISSING_POINT, point=1), _gap(GapKind.MISSING_POINT, point=0, name="b")],
    )
    count = tally.kinds[GapKind.MISSING_POINT]
    assert (count.hits, count.false, count.missed) == (0, 1, 1)


def test_any_gap_in_a_complete_explanation_is_an_alarm() -> None:
    """Alarms are counted per complete explanation."""
    tally = Tally()
    tally.add(_case(), [_gap(GapKind.VAGUE, "Steam"), _gap(GapKind.MISSING_POINT, point=1, name="b")])
    tally.add(_case(), [])
    assert tally.alarms_per_complete == 1
    assert set(CLARITY) == set(GapKind) - {GapKind.MISSING_POINT, GapKind.FACTUAL_ERROR}
