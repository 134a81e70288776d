"""Telling the languages apart."""

import pytest

from feynman.domain import Language
from feynman.text.language import detect_language


@pytest.mark.parametrize(
    ("text", "default", "language"),
    [
        ("Plants take in carbon dioxide.", "zh", "en"),
        ("植物吸收二氧化碳。", "en", "zh"),
        ("我用 Python 写了一个很短的小程序", "en", "zh"),
        ("The Chinese word for photosynthesis is 光合作用", "zh", "en"),
        ("3 + 4 = 7", "zh", "zh"),
        ("🙂", "en", "en"),
        ("", "en", "en"),
    ],
)
def test_the_language_of_most_words_wins(text: str, default: Language, language: Language) -> None:
    """A stray foreign word changes nothing; without any word the default holds."""
    assert detect_language(text, default) == language
