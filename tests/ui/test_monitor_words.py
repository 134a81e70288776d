import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from feynman.container import BuiltinStudent, Container, EngineState
from feynman.container.checks import health_checks
from feynman.domain import Language
from feynman.i18n import translator
from feynman.observability.health import CheckStatus
from feynman.observability.history import Point
from feynman.observability.traces import SpanRecord, Trace
from feynman.settings import Settings
from feynman.ui.components.monitor import judged, sentences
from feynman.ui.components.monitor.bars import Bar, bars
from feynman.ui.components.monitor.lines import Line, rows, spec, thinned
from feynman.ui.components.monitor.steps import kind, plain_name, small_print
from feynman.ui.components.monitor.turns import turn_of
from feynman.ui.components.monitor.waterfall import longest, steps, waterfall

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EN = translator("en")


def at(seconds_ago: float, value: float) -> Point:
    """A value that long ago."""
    return Point(at=NOW - timedelta(seconds=seconds_ago), value=value)


def span(name: str, start: float, seconds: float, parent: str | None = None, **more: object) -> SpanRecord:
    """A step whose id is its name."""
    fields = {"id": name, "parent_id": parent, "name": name, "start": start, "seconds": seconds, "status": "ok"}
    return SpanRecord.model_validate({**fields, "attributes": {}, **more})


def trace(*spans: SpanRecord) -> Trace:
    """A trace whose first step is the first of ``spans``."""
    root = spans[0]
    return Trace(
        id="0" * 32,
        name=root.name,
        started=NOW,
        seconds=root.seconds,
        status=root.status,
        attributes=root.attributes,
        spans=spans,
    )


TURN = trace(
    span("page.turn", 0.0, 1.0, "somebody-else's"),
    span("turn", 0.1, 0.9, "page.turn"),
    span("database read turns.list", 0.1, 0.0005, "turn"),
    span("gap_identifier", 0.2, 0.6, "turn"),
    span("chat some-model", 0.3, 0.4, "gap_identifier"),
    span("question_generator", 0.8, 0.15, "turn"),
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_check_has_a_name_and_sentences(tmp_path: Path, language: Language) -> None:
    """Whatever the container looks at is told in words of its own, for every outcome."""
    _ = translator(language)
    checks = [*health_checks(Container(Settings(data_dir=tmp_path), BuiltinStudent)), "process"]
    general = {sentences.of_check("nothing", status, _) for status in get_args(CheckStatus)}
    for check in checks:
        assert sentences.name(check, _) != check
        statuses = ("unhealthy",) if check == "process" else get_args(CheckStatus)
        told = {sentences.of_check(check, status, _) for status in statuses}
        assert len(told) == len(statuses)
        assert not told & general


def test_the_model_is_told_by_how_its_student_is() -> None:
    """The built-in student needs none; a refused key, a missing setting and a load under way say so."""
    assert "built-in" in sentences.of_model(EngineState(engine="builtin"), "healthy", EN)
    assert sentences.of_model(EngineState(engine="openai"), "healthy", EN) == "It answers."
    refused = EngineState(engine="openai", well=False, last="model_unauthorized")
    assert "lessons go on. The language model's server refuses the key." in sentences.of_model(refused, "degraded", EN)
    lacking = EngineState(engine="builtin", lacks="FEYNMAN_LOCAL_MODEL", well=False)
    assert "FEYNMAN_LOCAL_MODEL" in sentences.of_model(lacking, "degraded", EN)
    loading = EngineState(engine="local", ready=False, well=False)
    assert "made ready" in sentences.of_model(loading, "degraded", EN)
    assert "settings" in sentences.of_model(EngineState(engine="openai", last="ok"), "unhealthy", EN)


def test_points_are_thinned_to_what_a_chart_can_show() -> None:
    """Of each part of the window the largest value stays, parts without one break the line, older ones are gone."""
    points = [at(4000, 9), at(605, 9), at(62, 1), at(61, 3), at(30, 0)]
    thin = thinned(points, NOW, 10)
    assert [value for _minutes, value in thin if value is not None] == [3, 0]
    assert thin[0][0] == pytest.approx(-1, abs=0.1)
    assert thin[1][1] is None
    assert len(thinned([at(second, second) for second in range(0, 3600, 5)], NOW, 60)) == 120
    assert thinned([], NOW, 10) == []


def test_rows_of_a_chart() -> None:
    """Each line has its label and its unit; a break is no number."""
    data = rows([(Line("late", "lag", 1000.0), [at(20, 0.25), at(0, 0.5)])], NOW, 10)
    values = [float(value) for value in data["value"]]
    assert [value for value in values if not math.isnan(value)] == [250, 500]
    assert any(math.isnan(value) for value in values)
    assert set(data["line"]) == {"late"}
    assert float(data["minutes"][-1]) == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_chart_depends_on_nothing_that_changes(language: Language) -> None:
    """The same words give the same chart, so that new data do not make it flicker; words can't end its expression."""
    _ = translator(language)
    first = spec(["it's"], _, minutes=10)
    assert first == spec(["it's"], _, minutes=10)
    labels = first["encoding"]["x"]["axis"]["labelExpr"]
    assert labels.count("'") % 2 == 0
    assert ("10" in labels, "ago" in labels) == (False, language == "en")


@pytest.mark.parametrize(
    ("typical", "worst", "verdict"), [(0.03, 0.4, "good"), (0.5, 1.5, "fair"), (4.0, 12.0, "bad"), (None, None, "none")]
)
def test_how_long_one_waits_is_judged_by_the_slow_ones(
    typical: float | None, worst: float | None, verdict: str
) -> None:
    """Up to one second is quick, up to ten is noticeable, more is too slow; without a turn there is no verdict."""
    usual = [] if typical is None else [at(0, typical)]
    slow = [] if worst is None else [at(0, worst)]
    assert judged.waiting(usual, slow, EN).verdict == verdict


def test_errors_are_judged_by_when_they_were() -> None:
    """None within an hour is good, a past one is told with its time, one of this minute is bad."""
    assert judged.errors([], NOW, EN).verdict == "good"
    assert judged.errors([at(3700, 2), at(0, 0)], NOW, EN).verdict == "good"
    earlier = judged.errors([at(600, 2), at(0, 0)], NOW, EN)
    assert (earlier.verdict, "10 minutes ago" in earlier.sentence) == ("fair", True)
    assert judged.errors([at(600, 2), at(0, 1)], NOW, EN).verdict == "bad"


def test_queue_activity_tokens_and_cost_in_words() -> None:
    """Waiting work is normal until it is more than the queue holds; the others are told and not judged."""
    assert judged.queue([at(0, 0)], EN).word == "nothing waits"
    assert judged.queue([at(0, 1)], EN).sentence == "1 piece of work is waiting."
    assert judged.queue([at(0, 101)], EN).verdict == "fair"
    assert judged.activity([], EN).sentence == "Nobody has taught within the last minute."
    assert judged.activity([at(0, 2)], EN).sentence == "2 turns within the last minute."
    assert "1,234 tokens" in judged.tokens([at(0, 1234)], EN).sentence
    assert "No language model" in judged.tokens([at(0, 0)], EN).sentence
    assert judged.cost([at(0, 0)], "USD", EN).word == "free"
    assert judged.cost([at(0, 0.0123)], "USD", EN).sentence == "0.0123 USD since the start."


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.001 s"), (0.0028, "0.003 s"), (0.0421, "0.042 s"), (0.256, "0.26 s"), (1.24, "1.2 s"), (61.6, "62 s")],
)
def test_seconds_as_people_say_them(value: float, text: str) -> None:
    """Two significant digits, never finer than a millisecond, whole seconds from ten on."""
    assert judged.seconds(value, EN) == text


def test_steps_stand_below_the_one_they_belong_to() -> None:
    """Depth follows the parents, a parent outside the trace makes a first step, own time leaves out what is within."""
    found = steps(TURN)
    assert [(step.span.name, step.depth) for step in found] == [
        ("page.turn", 0),
        ("turn", 1),
        ("database read turns.list", 2),
        ("gap_identifier", 2),
        ("chat some-model", 3),
        ("question_generator", 2),
    ]
    assert found[3].own_seconds == pytest.approx(0.2)
    slowest = longest(found, EN)
    assert slowest is not None
    assert slowest[0] == "Asking the language model"
    assert slowest[1] == pytest.approx(0.4)
    assert turn_of(TURN) == TURN.spans[1]


def test_own_time_with_steps_at_the_same_time() -> None:
    """Time in which two steps ran at once counts once."""
    both = trace(span("turn", 0, 1.0), span("chat a", 0.1, 0.5, "turn"), span("chat b", 0.4, 0.4, "turn"))
    assert steps(both)[0].own_seconds == pytest.approx(0.3)


def test_a_waterfall_for_teachers_and_for_engineers() -> None:
    """Steps too short to matter and technical names come only with everything; bars lie where their time was."""
    brief, full = str(waterfall(TURN, EN, everything=False)), str(waterfall(TURN, EN, everything=True))
    assert brief.count("<li") == 5
    assert full.count("<li") == 6
    assert "margin-inline-start:30.00%;width:40.00%" in brief
    assert "some-model" not in brief
    assert "chat some-model · +300.0 ms, 400.0 ms" in full
    assert "begins after 0.3 s" in brief


def test_a_failed_step_is_never_left_out() -> None:
    """However short it was, it is there and says so in words."""
    broken = trace(
        span("page.turn", 0, 1.0),
        span("turn", 0, 1.0, "page.turn"),
        span("gap_identifier", 0, 0.9, "turn"),
        span("database read turns.list", 0, 0.0001, "gap_identifier", status="failed"),
    )
    shown = str(waterfall(broken, EN, everything=False))
    assert "fy-bar-failed" in shown
    assert "0.001 s · failed" in shown


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "name",
    [
        "page.turn", "turn", "user_input_handler", "gap_identifier", "question_generator", "memory recall",
        "embeddings", "chroma query", "database read turns.list", "database write turns.begin", "chat gpt",
        "invoke_agent x", "execute_tool calculate", "consolidate",
    ],
)  # fmt: skip
def test_steps_have_plain_names(name: str, language: Language) -> None:
    """Every step that the program records is named without its technical name."""
    said = plain_name(span(name, 0, 1), translator(language))
    assert said not in (name, plain_name(span("unheard of", 0, 1), translator(language)))
    assert "_" not in said


def test_requests_and_unknown_steps() -> None:
    """A request is known by its method, what is not known is another step."""
    request = span("POST /chat", 0, 1, attributes={"http.request.method": "POST"})
    assert plain_name(request, EN) == "Over the API, from beginning to end"
    assert plain_name(span("chatter", 0, 1), EN) == "Another step"
    assert [kind(span(name, 0, 1)) for name in ("chat x", "execute_tool y", "database read z", "turn")] == [
        "model",
        "tool",
        "memory",
        "plain",
    ]


def test_small_print_holds_no_words_of_learners() -> None:
    """Of the attributes only those appear that can't hold a text."""
    attributes = {"feynman.explanation": "secret", "feynman.topic": "secret", "feynman.reply": "secret"}
    attributes |= {"gen_ai.input.messages": "secret", "gen_ai.request.model": "some-model"}
    told = small_print(span("turn", 0.001, 0.5, attributes=attributes))
    assert told == "turn · +1.0 ms, 500.0 ms · gen_ai.request.model=some-model"


def test_bars_are_escaped_and_stay_inside() -> None:
    """Labels are text; a bar is never longer than its track nor too thin to be seen."""
    shown = str(bars("<b>", [Bar("<i>", "<u>", 0.9, 0.5, small="<s>"), Bar("x", "1", 1.0, 0.0)]))
    assert "<b>" not in shown.replace("&lt;b&gt;", "")
    assert "&lt;i&gt;" in shown
    assert "&lt;s&gt;" in shown
    assert "margin-inline-start:50.00%;width:50.00%" in shown
    assert "margin-inline-start:99.40%;width:0.60%" in shown
