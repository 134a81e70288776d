import pytest
from streamlit.testing.v1 import AppTest

from feynman.domain import Learner, Notice, Reference
from feynman.engines.student import Finding, Lesson
from tests.ui.school import HOSTILE, School, Tab

TEXT = """# Soap

Soap molecules have a head that likes water and a tail that likes fat. For example, my hands were full of grease.

The tails push into the fat, so that it is broken up into tiny drops which the water carries away.

© 2024 All rights reserved
"""


@pytest.fixture
def learner(school: School) -> Learner:
    """Somebody new."""
    return school.learner()


@pytest.fixture
def notes(tab: Tab, learner: Learner) -> Tab:
    """The topics' page, with a topic for the notes."""
    tab.open(learner=learner)
    tab.app.text_input(key="notes_topic").set_value("Soap")
    return tab


def stored(school: School, learner: Learner) -> Reference:
    """The reference of the learner's newest session."""
    session = school.loop.run(school.study.sessions(learner.id), 10)[0]
    return school.loop.run(school.study.reference(session.id, learner.id), 10)


def points(tab: Tab) -> list[str]:
    """The key points that are shown."""
    return [line for line in tab.html.splitlines() if "fy-point" in line and "<div" in line]


def with_text(tab: Tab, text: str) -> AppTest:
    """Paste a text and ask for its key points."""
    tab.app.radio(key="notes_kind").set_value("text").run()
    tab.app.text_area(key="notes_text").set_value(text)
    return tab.press("notes_find").app


def test_points_one_a_line(notes: Tab, school: School, learner: Learner) -> None:
    """Lines become key points without their bullets, one is left out, and the session begins with the others."""
    notes.app.text_area(key="notes_points").set_value(
        "- Fat and water do not mix.\n\n2. Soap <b>joins</b> them.\nThird."
    )
    notes.press("notes_find")
    assert not notes.app.exception
    assert len(points(notes)) == 3
    assert "Soap &lt;b&gt;joins&lt;/b&gt; them." in notes.html
    notes.press("notes_drop_2").press("notes_start")
    reference = stored(school, learner)
    assert (reference.topic, reference.source) == ("Soap", "given")
    assert [point.text for point in reference.points] == ["Fat and water do not mix.", "Soap <b>joins</b> them."]
    assert "0 of 2 key points explained" in [bar.proto.text for bar in notes.app.get("progress")]


def test_a_pasted_text(notes: Tab, school: School, learner: Learner) -> None:
    """The claims of a text are shown before the start; each keeps its place in the text."""
    with_text(notes, TEXT)
    assert len(points(notes)) == 2
    notes.press("notes_start")
    reference = stored(school, learner)
    assert [reference.text[point.start : point.end] for point in reference.points if reference.text] == [
        point.text for point in reference.points
    ]
    assert reference.points[0].text.startswith("Soap molecules have")


@pytest.mark.parametrize(("name", "encoding"), [("soap.txt", "utf-8"), ("soap.MD", "utf-16"), ("皂.txt", "gb18030")])
def test_a_file(notes: Tab, name: str, encoding: str) -> None:
    """A text file is read like a pasted text."""
    notes.app.radio(key="notes_kind").set_value("text").run()
    notes.app.file_uploader(key="notes_file").set_value((name, TEXT.encode(encoding), "text/plain"))
    notes.press("notes_find")
    assert not notes.app.exception
    assert len(points(notes)) == 2


def test_a_file_without_text(notes: Tab) -> None:
    """What can't be read is told with what to do instead, and nothing begins."""
    notes.app.radio(key="notes_kind").set_value("text").run()
    notes.app.file_uploader(key="notes_file").set_value(("scan.pdf", b"%PDF-1.4 broken", "application/pdf"))
    notes.press("notes_find")
    assert "No text could be read from this file" in notes.text
    assert not points(notes)


@pytest.mark.parametrize(
    ("text", "said"), [("  ", "nothing to read"), ("x" * 200_001, "200,001 characters, and at most 200,000")]
)
def test_a_bad_text_is_refused(notes: Tab, text: str, said: str) -> None:
    """Nothing and too much are told."""
    assert said in "\n".join(str(error.value) for error in with_text(notes, text).error)


def test_a_list_without_points_or_topic_is_refused(notes: Tab) -> None:
    """An empty list says that a point is needed, an empty topic that there is nothing to read."""
    notes.press("notes_find")
    assert "at least one key point" in notes.text
    notes.app.text_input(key="notes_topic").set_value(" ")
    notes.app.text_area(key="notes_points").set_value("A point.")
    notes.press("notes_find")
    assert "nothing to read" in notes.text


def test_a_text_without_claims_may_be_taught_all_the_same(notes: Tab, school: School, learner: Learner) -> None:
    """The page says that no point was found; the session begins without key points."""
    with_text(notes, "What is soap? Who made it?")
    assert "No statement to check against was found" in notes.text
    notes.press("notes_start")
    assert stored(school, learner).points == ()


def test_hostile_notes_are_shown_as_typed(notes: Tab) -> None:
    """Markup in a point comes out as the characters that were typed."""
    notes.app.text_area(key="notes_points").set_value(HOSTILE.replace("\n", " "))
    notes.press("notes_find")
    assert "<script>alert" not in notes.html
    assert "&lt;script&gt;alert(1)" in notes.html


@pytest.mark.parametrize(("language", "said"), [("en", "seems to be in French"), ("zh", "看起来是法语")])
def test_notices_are_shown_and_stay(tab: Tab, school: School, language: str, said: str) -> None:
    """What was noticed stands above the reply in the learner's language, and again after a reload."""
    learner = school.learner("Lin", "zh" if language == "zh" else "en")

    def findings(lesson: Lesson) -> list[Finding]:
        del lesson
        return [Notice(code="other_language", detail="fr"), Notice(code="duplicate_points", points=(0, 1))]

    school.student.findings = findings
    session = school.session(learner)
    tab.open(learner=learner, session=session).say("L'eau pousse vers le haut.")
    assert not tab.app.exception
    assert tab.html.count('class="fy-notice"') == 2
    assert tab.html.index(said) < tab.html.index("fy-reply fy-text")
    again = Tab().open(learner=learner, session=session)
    assert said in again.html
