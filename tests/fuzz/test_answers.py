"""What a model says: prose, thoughts, JSON, nonsense."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage

from feynman.domain import ModelAnswerUnusable, ModelError
from feynman.engines.llm.extract import extracted
from feynman.engines.llm.schema import Verdict
from feynman.engines.llm.structured import read
from feynman.engines.llm.thoughts import Thoughts, without_thoughts
from feynman.engines.llm.wire.faults import retry_after, translated
from tests.fuzz.hostile import JSON, TEXTS, TRIED

FIELDS = st.fixed_dictionaries({"points": JSON, "gaps": JSON}, optional={"resolved": JSON, "beliefs": JSON})
GAPS = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(JSON, st.just("vague"))
        for name in ("kind", "quote", "point", "reference", "term", "reason", "confidence", "severity")
    },
)
DEEP = ["{" * 100_000, '{"points":' * 50_000, "[" * 100_000, '{"a":[' * 30_000, "<think>" * 20_000, "</think>" * 20_000]
DEEP += ["{}" * 50_000, '{"a": 1,}' * 20_000, "<" * 100_000, '{"points": [], "gaps": [' + "{}," * 30_000, '{"' * 50_000]


@TRIED
@given(st.one_of(TEXTS, JSON.map(json.dumps), st.tuples(TEXTS, FIELDS.map(json.dumps), TEXTS).map("".join)))
def test_any_answer_is_a_verdict_or_none(text: str) -> None:
    """Whatever a model says, it is read as a verdict or not at all."""
    assert isinstance(extracted(text, Verdict), Verdict | None)


@TRIED
@given(st.lists(GAPS, max_size=4))
def test_odd_numbers_in_a_gap_stay_in_bounds(gaps: list[dict[str, object]]) -> None:
    """Numbers that a model makes up end within their bounds, and an unusable gap takes no other with it."""
    answer = json.dumps({"points": [], "gaps": [*gaps, {"kind": "vague", "quote": "x"}]})
    verdict = extracted(answer, Verdict)
    assert verdict is not None
    assert verdict.gaps[-1].quote == "x"
    for gap in verdict.gaps:
        assert 0 <= gap.confidence <= 1
        assert 1 <= gap.severity <= 3


@pytest.mark.parametrize("text", DEEP, ids=lambda text: text[:12])
def test_deep_and_endless_answers_have_an_end(text: str) -> None:
    """Nesting and repetition without end are read in bounded time and stack."""
    assert isinstance(extracted(text, Verdict), Verdict | None)
    assert isinstance(without_thoughts(text), str)


@TRIED
@given(TEXTS, st.lists(st.integers(0, 400), max_size=8))
def test_pieces_say_what_the_whole_says(text: str, cuts: list[int]) -> None:
    """A stream cut anywhere says the same as the whole, or is refused for a thought that was told."""
    places = sorted({0, *(min(cut, len(text)) for cut in cuts), len(text)})
    pieces = [text[start:end] for start, end in pairwise(places)]
    whole, parts = Thoughts(), Thoughts()
    try:
        expected = whole.feed(text) + whole.finish()
        assert "".join(map(parts.feed, pieces)) + parts.finish() == expected
    except ModelAnswerUnusable:
        return
    assert "</think>" not in expected


@TRIED
@given(st.lists(st.dictionaries(TEXTS, JSON, max_size=3), max_size=2), st.lists(TEXTS, max_size=2), TEXTS)
def test_any_message_is_read(calls: list[dict[str, object]], broken: list[str], text: str) -> None:
    """Tool calls with any arguments, broken ones too, are a verdict or not."""
    message = AIMessage(
        content=text,
        tool_calls=[{"name": "x", "args": call, "id": "1"} for call in calls],
        invalid_tool_calls=[{"name": "x", "args": args, "id": "2", "error": None} for args in broken],
    )
    assert isinstance(read(message, Verdict), Verdict | None)


@TRIED
@given(st.one_of(st.none(), TEXTS, st.sampled_from(["nan", "inf", "-1", "1e400", "Mon, 01 Jan 99999 00:00:00 GMT"])))
def test_any_retry_after_is_a_time_or_none(value: str | None) -> None:
    """A server's word on when to come again is a finite time to wait, or nothing."""
    seconds = retry_after(value)
    assert seconds is None or 0 <= seconds < float("inf")


@TRIED
@given(st.binary(max_size=200))
def test_what_json_raises_is_translated(data: bytes) -> None:
    """An answer that is no JSON is an error of the model's, named as one."""
    try:
        with translated():
            json.loads(data)
    except ModelError:
        pass
