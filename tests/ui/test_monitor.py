import re

import pytest

from feynman.domain import Language, RecordsUnavailable
from feynman.observability.health import CheckResult, Health
from feynman.ui.services import container
from tests.ui.school import HOSTILE, School, Tab

CHOICE = "fy-monitor-turns-choice"


def small_print(html: str) -> str:
    """What only engineers are meant to read."""
    return " ".join(re.findall('<small class="fy-small".*?</small>', html, flags=re.DOTALL))


def teach(tab: Tab, school: School, text: str = "Water pushes.", *, language: Language = "en") -> None:
    """One turn, then the monitor."""
    learner = school.learner("Ada", language)
    tab.open(locale=language, learner=learner, session=school.session(learner)).say(text)
    tab.page("monitor")
    assert not tab.app.exception


def test_checks_are_told_in_plain_words(tab: Tab, school: School) -> None:
    """What is limited stands first with a sentence; the program's own words are small print, escaped."""
    teach(tab, school)
    assert "Works, with limits" in tab.html
    assert tab.html.index("Lessons go on.") < tab.html.index("Everything that is said is kept.")
    assert (tab.html.count("fy-check-healthy"), tab.html.count("fy-check-degraded")) == (1, 1)
    assert "slow &lt;b&gt;" in small_print(tab.html)
    assert "ok &lt;b&gt;" in small_print(tab.html)
    assert "slow" not in tab.html.replace(small_print(tab.html), "").replace("slow &lt;b&gt;", "")


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "nobody can teach. Check that the disk"), ("zh", "谁也不能讲课。请检查磁盘")]
)
def test_a_dead_database_says_what_to_do(tab: Tab, school: School, language: Language, expected: str) -> None:
    """The worst comes first, in the reader's language, with the reason in small print."""

    async def dead() -> CheckResult:
        raise RecordsUnavailable("unable to open database file")

    health, school.health = school.health, Health({"database": dead})
    try:
        tab.open(locale=language).page("monitor")
    finally:
        school.health = health
    assert "fy-health fy-unhealthy" in tab.html
    assert expected in tab.html
    assert "unable to open database file" in small_print(tab.html)


def test_a_program_that_does_not_answer_is_news_too(tab: Tab, school: School) -> None:
    """When not even the report comes, the page says so and shows the rest."""

    class Silent(Health):
        async def report(self) -> None:  # type: ignore[override] # it never returns one
            raise RecordsUnavailable("gone")

    health, school.health = school.health, Silent({})
    try:
        tab.open().page("monitor")
    finally:
        school.health = health
    assert not tab.app.exception
    assert "The program doesn&#x27;t answer" in tab.html
    assert "How it goes" in [element.value for element in tab.app.subheader]


def test_figures_and_kinds_of_gaps(tab: Tab, school: School) -> None:
    """Turns and gaps are the metrics', kinds of gaps are in the reader's words."""
    school.metrics.gaps.labels("circular", "en").inc()
    teach(tab, school)
    figures = {metric.label: metric.value for metric in tab.app.metric}
    assert int(figures["Turns"]) >= 1
    assert int(figures["Gaps found"]) >= 1
    assert "Circular explanation" in tab.html
    assert "No gap has been found yet." not in tab.text


def test_charts_of_the_history(tab: Tab, school: School) -> None:
    """Once samples are there a row of charts is drawn, each with its sentence."""
    school.history.sample()
    teach(tab, school)
    school.history.sample()
    tab.page("monitor")
    assert "within the last minute." in tab.html
    assert "Nothing has failed within the last hour." in tab.html
    charts = [element.proto for element in tab.app.get("vega_lite_chart")]
    assert [chart.alt for chart in charts][:2] == ["How much is going on", "Wait for the first word, in seconds"]


def test_a_turn_as_a_waterfall(tab: Tab, school: School) -> None:
    """A turn is told by its time, lengths and steps; the steps' technical names come when they are asked for."""
    teach(tab, school, "Water pushes.")
    choice = tab.app.radio(key=CHOICE)
    assert choice.value == ""
    assert choice.options[0] == "Always the newest"
    assert re.fullmatch(r"\d\d:\d\d:\d\d · [\d.]+ s · :green\[fine\]", choice.options[1])
    assert "Looking for gaps" in tab.html
    assert "gap_identifier" not in tab.html
    newest = container().traces.recent()[0]
    assert newest.id in tab.text
    tab.app.toggle[0].set_value(True).run()
    assert "gap_identifier" in small_print(tab.html)
    assert "explanation_length=13" in small_print(tab.html)


def test_another_turn_can_be_chosen(tab: Tab, school: School) -> None:
    """The choice stays when a newer turn comes; without one the newest is shown."""
    teach(tab, school, "Water pushes.")
    first = container().traces.recent()[0].id
    tab.app.radio(key=CHOICE).set_value(first).run()
    learner = school.learner()
    other = Tab().open(learner=learner, session=school.session(learner)).say("Gases push too.")
    tab.app.run()
    newest = container().traces.recent()[0].id
    assert newest != first
    assert first in tab.text
    other.page("monitor")
    assert newest in other.text


def test_nothing_of_what_was_said_is_shown(tab: Tab, school: School) -> None:
    """Neither the learner's words nor the topic are on the page, not even among all technical names."""
    teach(tab, school, f"Zebras push. {HOSTILE}")
    tab.app.toggle[0].set_value(True).run()
    shown = tab.html + tab.text
    assert "Zebras" not in shown
    assert "onerror" not in shown
    assert "Buoyancy" not in shown


@pytest.mark.parametrize(("language", "word", "reason"), [("en", "failed", "lost the thread"), ("zh", "失败", "学生")])
def test_a_failed_turn_says_why(tab: Tab, school: School, language: Language, word: str, reason: str) -> None:
    """A turn that failed is red in the list, and its reason is the sentence the learner saw."""
    school.student.failing = True
    teach(tab, school, language=language)
    assert f":red[{word}]" in tab.app.radio(key=CHOICE).options[1]
    assert reason in tab.text
    assert "fy-bar-failed" in tab.html


def test_engineers_see_more_when_they_unfold_it(tab: Tab, school: School) -> None:
    """Folded away nothing is computed; unfolded there are times, memory and threads."""
    school.history.sample()
    teach(tab, school)
    assert "Threads" not in [metric.label for metric in tab.app.metric]
    tab.app.session_state["fy-monitor-engineers-fold"] = True
    tab.app.run()
    figures = {metric.label: metric.value for metric in tab.app.metric}
    assert figures["First word"].endswith(" s")
    assert figures["Memory in use"].endswith(" MB")
    assert int(figures["Threads"]) > 1
