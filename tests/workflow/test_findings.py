"""The rules that every engine's findings must pass."""

from feynman.domain import Coverage, GapKind
from feynman.engines.student import Resolution
from feynman.workflow.findings import Findings
from tests.workflow.lessons import TEXT, belief, gap, lesson


def test_a_verbatim_quote_is_kept() -> None:
    """A gap whose quote stands at its offsets passes unchanged."""
    assert Findings(lesson()).add(gap()) == gap()


def test_wrong_offsets_are_repaired() -> None:
    """A verbatim quote with wrong offsets gets the right ones."""
    kept = Findings(lesson()).add(gap(start=0, end=18))
    assert kept == gap()


def test_an_inexact_quote_is_repaired_to_the_nearest_span() -> None:
    """A quote that is nearly in the text becomes the learner's own words."""
    findings = Findings(lesson())
    findings.add(gap(quote="some kinds of magic", start=3, end=22))
    (kept,) = findings.analysis().found
    assert kept.quote is not None
    assert TEXT[kept.start : kept.end] == kept.quote
    assert "some kind of magic" in kept.quote


def test_an_invented_quote_is_dropped() -> None:
    """A gap that quotes what was never said is not shown."""
    findings = Findings(lesson())
    assert findings.add(gap(quote="the moon is made of cheese", start=0, end=26)) is None
    assert findings.add(gap(quote=None)) is None
    assert findings.analysis().found == ()


def test_an_omission_quotes_nothing() -> None:
    """A missing point has no quote, whatever an engine says."""
    findings = Findings(lesson())
    findings.add(gap(GapKind.MISSING_POINT, point_index=1))
    (kept,) = findings.analysis().found
    assert (kept.quote, kept.start, kept.end) == (None, None, None)


def test_an_open_gap_is_not_found_again() -> None:
    """The same gap, open from an earlier turn or found in this one, comes once."""
    waiting = gap(GapKind.MISSING_POINT, None, id="old", point_index=1)
    findings = Findings(lesson(open_gaps=(waiting,)))
    assert findings.add(gap(GapKind.MISSING_POINT, None, id="new", point_index=1)) is None
    assert findings.add(gap(id="one")) is not None
    assert findings.add(gap(id="two")) is None
    assert [each.id for each in findings.analysis().open_gaps] == ["old", "one"]


def test_a_resolution_closes_an_open_gap_once() -> None:
    """Closing takes a gap off the list; closing what is not open does nothing."""
    findings = Findings(lesson(open_gaps=(gap(id="old"),)))
    closed = findings.add(Resolution(gap_id="old"))
    assert closed == gap(id="old", status="resolved")
    assert findings.add(Resolution(gap_id="old")) is None
    assert findings.add(Resolution(gap_id="never")) is None
    analysis = findings.analysis()
    assert [each.id for each in analysis.resolved] == ["old"]
    assert analysis.open_gaps == ()


def test_gaps_wait_by_severity_then_by_how_often_they_were_asked() -> None:
    """The worst comes first; among equals the one asked least."""
    waiting = (
        gap(id="asked", severity=2, asked=2, quote="Water"),
        gap(id="mild", severity=1, quote="a ship"),
        gap(id="fresh", severity=2, quote="magic"),
        gap(id="worst", severity=3, asked=5, quote="lifts"),
    )
    order = [each.id for each in Findings(lesson(open_gaps=waiting)).analysis().open_gaps]
    assert order == ["worst", "fresh", "asked", "mild"]


def test_coverage_has_one_entry_per_point_in_order() -> None:
    """Unreported points are missing, unknown ones are ignored, and the point's text is the reference's."""
    findings = Findings(lesson(points=3))
    findings.add(Coverage(index=2, point="other words", status="covered", score=0.9, quote="Water"))
    findings.add(Coverage(index=7, point="nowhere", status="covered", score=0.9))
    coverage = findings.analysis().coverage
    assert [(each.index, each.status) for each in coverage] == [(0, "missing"), (1, "missing"), (2, "covered")]
    assert coverage[2].point == "Point number 2."


def test_a_belief_must_be_the_learners_words() -> None:
    """A belief whose span is not what it quotes is dropped."""
    findings = Findings(lesson())
    assert findings.add(belief()) == belief()
    assert findings.add(belief().model_copy(update={"start": 3})) is None
    assert findings.add(belief().model_copy(update={"quote": "", "end": 0})) is None
    assert findings.analysis().beliefs == (belief(),)
