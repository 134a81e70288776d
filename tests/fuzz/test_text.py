"""The learner's words and the texts to check them against."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feynman.domain import (
    MAX_EXPLANATION,
    EmptyText,
    InvalidReference,
    Language,
    TextTooLong,
    clean_text,
    topic_text,
    visible_text,
)
from feynman.references import MAX_TEXT, from_points, from_text
from feynman.text.embedding import Embedder
from feynman.text.language import detect_language, has_han
from feynman.text.sentences import split_sentences
from feynman.text.tokens import content_words
from tests.fuzz.effort import LONG
from tests.fuzz.hostile import TEXTS, TRIED

LANGUAGES = st.sampled_from(["zh", "en"])
# Made to have a splitter or a pattern look back or ahead as far as the text goes.
WORST = [" ", "<!--", "U.S. ", "- \n"]
OTHERS = ["a", "水", ".", "(", "“", "a.b", "1. ", "| a ", "e.g., 3.5 ", "\u0301", "<a>", "<script", "![", "](", "["]
OTHERS += ["a; ", "水；", "\n ", "> ", "=", "**", "_", "- ", "–", "```\n", "click here "]
REPEATED = WORST if TRIED is not LONG else WORST + OTHERS


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """The product's own."""
    return Embedder()


@TRIED
@given(TEXTS)
def test_cleaned_text_can_be_stored(text: str) -> None:
    """Whatever comes in, what is kept of it has its length, no NUL, and every encoding takes it."""
    cleaned = clean_text(text)
    assert len(cleaned) == len(text)
    assert "\x00" not in cleaned
    assert cleaned.encode().decode() == cleaned
    assert clean_text(cleaned) == cleaned


@TRIED
@given(TEXTS)
def test_a_text_is_taken_or_refused(text: str) -> None:
    """A text and a topic are within their limits and visible, or one of two errors."""
    for check, limit in ((topic_text, 200), (lambda given: visible_text(given, 300), 300)):
        with contextlib.suppress(EmptyText, TextTooLong):
            assert 1 <= len(check(text)) <= limit


@TRIED
@given(TEXTS, LANGUAGES)
def test_any_text_has_a_language_and_sentences(text: str, language: Language) -> None:
    """Every text is in one of two languages; its sentences are pieces of it, in its order."""
    assert detect_language(text, language) in {"zh", "en"}
    assert has_han(text) in {True, False}
    spans = split_sentences(text, language)
    assert [span.start for span in spans] == sorted(span.start for span in spans)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@TRIED
@given(TEXTS, LANGUAGES)
def test_any_text_becomes_a_reference(embedder: Embedder, text: str, language: Language) -> None:
    """A text to check against gives key points that stand in it word for word, perhaps none."""
    reference = from_text("Tea", text, language, embedder)
    for point in reference.points:
        assert point.text.strip()
        assert point.start is not None
        assert point.end is not None
        assert 0 <= point.start < point.end <= len(reference.text or "")


@TRIED
@given(st.lists(TEXTS, max_size=8))
def test_key_points_are_taken_or_refused(points: list[str]) -> None:
    """Given points are all taken, in their order, or refused together."""
    try:
        taken = from_points("Tea", points).points
    except InvalidReference:
        return
    assert len(taken) == len(points)
    assert all(point.text.strip() and "\n" not in point.text for point in taken)


@pytest.mark.parametrize("piece", REPEATED)
def test_the_longest_references_have_an_end(embedder: Embedder, piece: str) -> None:
    """A text of the greatest length that repeats one thing is read like any other."""
    text = (piece * MAX_TEXT)[: MAX_TEXT - 3] + " a."
    assert len(from_text("Tea", text, "en", embedder).points) <= 7


@pytest.mark.parametrize("piece", REPEATED)
def test_the_longest_explanations_have_an_end(piece: str) -> None:
    """The same for an explanation's words."""
    text = (piece * MAX_EXPLANATION)[:MAX_EXPLANATION]
    assert isinstance(content_words(text, "en"), list | tuple)
    assert isinstance(content_words(text, "zh"), list | tuple)
