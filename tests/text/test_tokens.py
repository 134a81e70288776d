"""Content words."""

import pytest
from hypothesis import given, settings

from feynman.domain import Language
from feynman.text.tokens import bigrams, content_words, segment, stem, words
from tests.text.strategies import LANGUAGES, TEXTS


@settings(deadline=None, max_examples=60)
@given(text=TEXTS, language=LANGUAGES)
def test_any_text_has_words(text: str, language: Language) -> None:
    """Nothing breaks it, and no word is empty."""
    assert all(content_words(text, language))
    assert all(words(text))


@settings(deadline=None, max_examples=60)
@given(text=TEXTS)
def test_segments_join_to_the_text(text: str) -> None:
    """Cutting into words loses nothing."""
    assert "".join(segment(text)) == text


def test_english_words_are_stems_without_function_words() -> None:
    """Forms of one word are the same word."""
    assert content_words("The water evaporates.", "en") == content_words("some evaporation of waters", "en")[::-1]
    assert stem("plant's") == stem("plants") == "plant"


def test_chinese_is_segmented() -> None:
    """Words are found, function words and punctuation are not among them."""
    assert content_words("叶子里的绿色物质叫叶绿素。", "zh") == ["叶子", "绿色", "物质", "叶绿素"]
    assert bigrams("叶绿素，水") == ["叶绿", "绿素"]


def test_mixed_texts_have_words_of_both() -> None:
    """Each run is read in its own script, whatever the language of the whole."""
    assert content_words("用Python计算CO2的质量", "zh") == ["python", "计算", "co2", "质量"]


@pytest.mark.timeout(30)
def test_a_long_run_without_a_known_word_has_an_end() -> None:
    """Twenty thousand equal characters are taken apart, and none is lost."""
    assert "".join(segment("水" * 20_000)) == "水" * 20_000
