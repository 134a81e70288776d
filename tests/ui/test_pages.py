import re
import tomllib
from pathlib import Path

import pytest

import feynman
from feynman.domain import Language, Learner
from tests.ui.school import HOSTILE, School, Tab, memory

ROOT = Path(feynman.__file__).parents[1]
PAGES = ("learn", "memory", "library", "monitor", "settings")
TITLES = {
    "en": ("Teach Wren", "Memory", "Library", "Monitor", "Settings"),
    "zh": ("给小问讲课", "记忆", "主题库", "运行状况", "设置"),
}


@pytest.fixture
def learner(school: School) -> Learner:
    """Somebody new."""
    return school.learner()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("known", [True, False], ids=["learner", "newcomer"])
def test_every_page_in_both_languages(tab: Tab, school: School, language: Language, *, known: bool) -> None:
    """Each page renders for a newcomer and for a learner, in the language asked for."""
    tab.open(locale=language, learner=school.learner("Ada", language) if known else None)
    for name, title in zip(PAGES, TITLES[language], strict=True):
        tab.page(name)
        assert not tab.app.exception
        assert [element.value for element in tab.app.title] == [title]


def test_a_chinese_page_has_no_english_left(tab: Tab, school: School) -> None:
    """On Chinese pages only names that are Latin anyway are in Latin letters."""
    learner = school.learner("小林", "zh")
    tab.open(locale="zh", learner=learner, session=school.session(learner, "浮力"))
    seen = []
    for name in PAGES:
        tab.page(name)
        buttons = [element.label for element in (*tab.app.button, *tab.app.text_input, *tab.app.expander)]
        metrics = [element.label for element in tab.app.metric]
        buttons += [element.proto.placeholder for element in (*tab.app.text_input, *tab.app.chat_input)]
        small = '<small class="fy-small" lang="en".*?</small>'  # for engineers, as the program says it
        visible = re.sub(f"{small}|<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", tab.html, flags=re.DOTALL)
        text = re.sub("[0-9a-f]{32}", "", tab.text.replace(learner.id, ""))  # a trace's number
        seen += [text, visible, *buttons, *metrics]
    latin = {word for text in seen for word in re.findall("[A-Za-z]{4,}", text)}
    # A part that has no name on the page, and what a trace's number is called in the logs.
    assert latin <= {"elsewhere", "trace"}


def test_pages_are_thin() -> None:
    """A page is its title and one component."""
    for name in PAGES:
        code = [line for line in (ROOT / "pages" / f"{name}.py").read_text("utf-8").splitlines() if line.strip()]
        assert len(code) <= 8, name
        assert sum(".show(" in line for line in code) == 1, name


def test_every_sentence_can_be_extracted() -> None:
    """Sentences are translated through a function named ``_``, which is what the extraction looks for."""
    sources = [*(ROOT / "feynman" / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    assert not [path for path in sources if "words()(" in path.read_text("utf-8")]


def test_memories_are_listed_as_typed_with_a_local_date(tab: Tab, school: School, learner: Learner) -> None:
    """Topic and text are never markup; the date is the reader's."""
    kept = school.remember(memory(learner, HOSTILE))
    tab.open(learner=learner).page("memory")
    assert "Buoyancy &lt;script&gt;" in tab.html
    assert "&lt;img src=x" in tab.html
    assert "<img" not in tab.html
    assert "Mar 2, 2026" in tab.html
    assert f"forget-{kept.id}" in [button.key for button in tab.app.button]


def test_a_long_memory_can_be_read_in_full(tab: Tab, school: School, learner: Learner) -> None:
    """The card shows the beginning, the whole is one click away."""
    school.remember(memory(learner, "Water pushes. " * 40 + "The end."))
    tab.open(learner=learner).page("memory")
    assert "Read all of it" in [expander.label for expander in tab.app.expander]
    assert tab.html.count("The end.") == 1


def test_searching_memories(tab: Tab, school: School, learner: Learner) -> None:
    """The nearest comes with its similarity; a search that finds nothing says so."""
    school.remember(memory(learner, "Water pushes a ship upwards.", number=1))
    school.remember(memory(learner, "Plants make sugar out of light.", number=2))
    tab.open(learner=learner).page("memory")
    tab.app.text_input(key="memory_query").set_value("Why does a ship float on water?").run()
    assert "similarity" in tab.html
    assert re.search(r"similarity \d+%", tab.html)
    assert tab.html.index("ship upwards") < (tab.html.find("Plants") if "Plants" in tab.html else len(tab.html))


def test_only_ones_own_memories(tab: Tab, school: School, learner: Learner) -> None:
    """Another learner's memories are neither listed nor found, and an empty page explains itself."""
    school.remember(memory(school.learner("Bob"), "Bob's own thought about ships."))
    tab.open(learner=learner).page("memory")
    assert "Nothing is kept yet" in tab.text
    tab.app.text_input(key="memory_query").set_value("ships").run()
    assert "Bob" not in tab.html
    assert "Nothing that you taught" in tab.text


def test_deleting_a_memory(tab: Tab, school: School, learner: Learner) -> None:
    """The confirmed deletion takes the memory away from page and records, the others stay."""
    gone = school.remember(memory(learner, "Water pushes a ship upwards.", number=1))
    school.remember(memory(learner, "Plants make sugar out of light.", number=2))
    tab.open(learner=learner).page("memory")
    tab.press(f"forget-{gone.id}")
    assert not tab.app.exception
    assert "ship upwards" not in tab.html
    assert "Plants make sugar" in tab.html
    assert [kept.id for kept in school.loop.run(school.study.memories(learner.id), 10)] == [
        f"memory-{learner.id[:8]}-2"
    ]


def test_the_library_shows_every_topic(tab: Tab, school: School) -> None:
    """All topics by subject, their key points behind a warning."""
    tab.open().page("library")
    topics = school.study.topics("en")
    assert [element.value for element in tab.app.subheader] == [
        "Biology", "Chemistry", "Computing", "Earth and space", "Economics", "Mathematics", "Physics", "Psychology",
    ]  # fmt: skip
    assert len([button for button in tab.app.button if (button.key or "").startswith("teach-")]) == len(topics)
    assert {expander.label for expander in tab.app.expander} == {"Key points (spoils the lesson)"}


def test_teaching_a_topic_from_the_library(tab: Tab, school: School, learner: Learner) -> None:
    """The button opens a session of that topic on the Teach page, even while another one is open."""
    tab.open(learner=learner, session=school.session(learner)).page("library")
    tab.press("teach-rainbow")
    assert not tab.app.exception
    assert tab.app.title[0].value == "Teach Wren"
    sessions = school.loop.run(school.study.sessions(learner.id), 10)
    assert sessions[0].topic_id == "rainbow"
    assert tab.app.query_params["session"] == sessions[0].id


def test_a_newcomer_teaches_the_chosen_topic_after_joining(tab: Tab) -> None:
    """Choosing in the library before there is a learner leads through the welcome to that topic."""
    tab.open().page("library")
    tab.press("teach-rainbow").page("learn")
    tab.app.text_input(key="nickname").set_value("Ada")
    tab.press("join")
    assert "session" in tab.app.query_params
    assert tab.app.chat_input(key="fy-box")


def test_the_settings_of_streamlit() -> None:
    """The settings that were measured to matter are set, and both themes are our own."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["server"]["fileWatcherType"] == "none"
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["enableXsrfProtection"] is True
    assert config["server"]["enableCORS"] is True
    assert config["server"]["enableWebsocketCompression"] is False
    assert config["runner"]["postScriptGC"] is False
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_can_be_read(theme: str) -> None:
    """Text, links and the button colour reach WCAG's contrast of 4.5 (text 7) on both backgrounds."""
    colours = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][theme]
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(colours["textColor"], colours[background]) >= 7
        assert contrast(colours["linkColor"], colours[background]) >= 4.5
        assert contrast(colours["primaryColor"], colours[background]) >= 4.5


def contrast(first: str, second: str) -> float:
    """Contrast ratio after WCAG 2.2, 1.4.3."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance (0-1) of ``#rrggbb``."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
