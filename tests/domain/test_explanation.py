"""The edge: what a learner may say."""

import pytest

from feynman.domain import MAX_EXPLANATION, EmptyText, Explanation, TextTooLong, clean_text, topic_text


def explain(text: str, topic: str = "Buoyancy") -> Explanation:
    """Build an explanation around one text."""
    return Explanation(topic=topic, text=text, language="en", learner_id="l", session_id="s", turn_id="t")


@pytest.mark.parametrize("text", ["", "   ", "\n\t\r\n", "\u200b\u200e\u2060", "\u3000\u3000", "\x07\x1d\x85"])
def test_blank_text_is_refused(text: str) -> None:
    """A text without a visible character is refused as EmptyText, not as a validation error."""
    with pytest.raises(EmptyText):
        explain(text)


@pytest.mark.parametrize("text", ["?", "。", "\x00", "\ue000", "\U0001fae9", "\u200b1"])
def test_whatever_shows_something_is_a_text(text: str) -> None:
    """A mark, a private character or one that is younger than Python's tables is a text."""
    assert explain(text).text == clean_text(text)


def test_long_text_is_refused_with_its_length() -> None:
    """A text over the limit is refused, and the error knows both figures."""
    with pytest.raises(TextTooLong) as caught:
        explain("x" * (MAX_EXPLANATION + 1))
    assert (caught.value.length, caught.value.limit) == (MAX_EXPLANATION + 1, MAX_EXPLANATION)
    assert len(explain("字" * MAX_EXPLANATION).text) == MAX_EXPLANATION


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> **bold** $x^2$ `code`",
        "\u202eright to left\u202c 中文 and English 👩‍🔬",
        "bell \x07 and tab \t and form feed \x0c",
        "  leading and trailing  \n",
    ],
)
def test_text_stays_as_typed(text: str) -> None:
    """Markup, direction marks, emoji and control characters are kept as they are."""
    assert explain(text).text == text


def test_only_what_no_database_holds_is_replaced() -> None:
    """NUL and lone surrogates become U+FFFD and every other offset stays."""
    assert clean_text("a\x00b\ud800c\udfffd") == "a\ufffdb\ufffdc\ufffdd"


def test_topic_is_one_line() -> None:
    """White space in a topic is folded; an empty or overlong topic is refused."""
    assert explain("x", topic="  the\n water  cycle ").topic == topic_text("the\twater cycle") == "the water cycle"
    with pytest.raises(EmptyText):
        explain("x", topic=" ")
    with pytest.raises(TextTooLong):
        explain("x", topic="t" * 201)
