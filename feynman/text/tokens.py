"""Words that carry meaning, in both languages."""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from feynman.domain import Language
from feynman.text.language import HAN, has_han
from feynman.text.stopwords import ENGLISH, HAN_STOPWORDS

__all__ = ["bigrams", "content_words", "segment", "stem", "warm", "words"]

_RUN: Final = re.compile(rf"[{HAN}]+|\d+(?:[.,]\d+)+|[^\W_{HAN}]+(?:['’][^\W\d_{HAN}]+)?")
_HAN_RUN: Final = re.compile(f"[{HAN}]+")
_SENTENCE: Final = 400  # code points; longer texts are read once
_LONGEST_RUN: Final = 500  # jieba takes quadratic time over what it knows no words in
_LOADING: Final = threading.Lock()


def content_words(text: str, language: Language) -> list[str]:
    """Return the words of ``text`` in order, without function words; English ones are lower-case stems.

    Chinese runs are segmented by jieba whatever ``language`` says, other runs are read as English.
    """
    del language  # the script of each run decides, so that mixed texts work
    return list(_kept_content(text) if len(text) <= _SENTENCE else _content(text))


def words(text: str) -> list[str]:
    """Return all words and numbers of ``text`` in order, lower-case, width-folded, Chinese runs segmented."""
    return list(_kept_words(text) if len(text) <= _SENTENCE else _all_words(text))


def _all_words(text: str) -> tuple[str, ...]:
    return tuple(_words(unicodedata.normalize("NFKC", text).lower()))


def _content(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(text) if word not in ENGLISH and word not in HAN_STOPWORDS)


# A turn's rules ask for the words of the same sentences, clauses and key points again and again.
# Together about 20 kB a sentence.
_kept_words = lru_cache(maxsize=1024)(_all_words)
_kept_content = lru_cache(maxsize=1024)(_content)


def _words(text: str) -> Iterator[str]:
    for match in _RUN.finditer(text):
        run = match.group()
        if has_han(run):
            yield from segment(run)
        else:
            yield run.replace("’", "'")


def bigrams(text: str) -> list[str]:
    """Return the overlapping pairs of neighbouring Chinese characters of ``text``."""
    return [run[at : at + 2] for run in _HAN_RUN.findall(text) for at in range(len(run) - 1)]


def segment(text: str) -> list[str]:
    """Cut Chinese ``text`` into words; their concatenation is ``text``."""
    cut = _segmenter()
    return [word for at in range(0, len(text), _LONGEST_RUN) for word in cut(text[at : at + _LONGEST_RUN])]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return the stem of an English word (Porter 2), any other word as it is."""
    if not word.isascii() or not word[:1].isalpha():
        return word
    base = word.removesuffix("'s")
    with _LOADING:  # the stemmer keeps its state in itself
        stemmed: str = _stemmer()(base)
    return stemmed


def warm() -> None:
    """Load the dictionary and the stemmer now (about half a second) rather than with the first text."""
    segment("你好")
    stem("words")


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], Any]:
    import snowballstemmer  # noqa: PLC0415 # loaded with the first text, not at import

    return snowballstemmer.stemmer("english").stemWord  # type: ignore[no-any-return] # the package is untyped


def _segmenter() -> Callable[[str], Any]:
    with _LOADING:
        return _load_segmenter()


@lru_cache(maxsize=1)
def _load_segmenter() -> Callable[[str], Any]:
    import warnings  # noqa: PLC0415 # as below

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42.1 has invalid escapes and imports pkg_resources
        import jieba  # noqa: PLC0415 # loaded with the first text, not at import

    tokenizer = jieba.Tokenizer()
    # As its initialize() does, but silent and without a cache file in the shared temporary folder.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer.lcut  # type: ignore[no-any-return] # the package is untyped
