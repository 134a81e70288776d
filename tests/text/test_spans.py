"""Finding quotations again."""

import pytest
from hypothesis import given, settings

from feynman.text.spans import locate
from tests.text.strategies import TEXTS

TEXT = "I say the leaves  catch light. They suck their food up out of the dirt, right? 植物吸收２氧化碳。"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("catch light", "catch light"),
        ("The Leaves catch light!", "the leaves  catch light"),
        ("植物吸收2氧化碳", "植物吸收２氧化碳"),
        ("they suck the food up out of dirt", "They suck their food up out of the dirt"),
        ("stones fall because of gravity", None),
        ("", None),
        ("  ", None),
        ("!!", None),
    ],
)
def test_the_nearest_passage_is_found(quote: str, found: str | None) -> None:
    """Exact first, then in other case, width, spacing and punctuation, then by similarity, else nothing."""
    span = locate(quote, TEXT)
    assert (None if span is None else span.text) == found
    assert span is None or TEXT[span.start : span.end] == span.text


@settings(deadline=None, max_examples=60)
@given(quote=TEXTS, text=TEXTS)
def test_any_two_texts(quote: str, text: str) -> None:
    """A span, if there is one, is verbatim."""
    span = locate(quote, text)
    assert span is None or text[span.start : span.end] == span.text


@settings(deadline=None, max_examples=60)
@given(text=TEXTS)
def test_a_part_is_found_where_it_is(text: str) -> None:
    """A verbatim part is found as it is."""
    part = text[len(text) // 3 :]
    span = locate(part, text)
    assert part.strip() == "" or (span is not None and span.text == part)


@pytest.mark.timeout(30)
def test_nothing_is_found_in_a_long_text() -> None:
    """Twenty thousand characters are searched to their end, and that has an end."""
    assert locate("quite another sentence, not in there", "水 word " * 2_800) is None


def test_repetitive_texts_cost_little() -> None:
    """A long quote of repeated words is given up rather than compared letter by letter with everything."""
    assert locate("a " * 300, "b a " * 5000) is None
