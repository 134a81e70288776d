"""Texts in a third language, neither Chinese nor English."""

import re
import threading
from functools import lru_cache
from typing import Final, Protocol

from feynman.text.language import HAN

__all__ = ["foreign_language"]

_READ: Final = 4_000  # code points; what comes after does not change it
_SCRIPTS: Final = {
    "ja": "\u3040-\u30ff\uff66-\uff9f",
    "ko": "\uac00-\ud7af\u1100-\u11ff",
    "ru": "\u0400-\u052f",
    "ar": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff",
    "he": "\u0590-\u05ff",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "hi": "\u0900-\u097f",
    "th": "\u0e00-\u0e7f",
}
_HAN: Final = re.compile(f"[{HAN}]")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+(?:['’][A-Za-z\u00c0-\u024f]+)?")
_LETTERS_PER_WORD: Final = 5
_HAN_PER_WORD: Final = 1.5
_JAPANESE: Final = 0.2  # kana among kana and Chinese characters; a の in a Chinese text is far below
_SHARED_SCRIPTS: Final = {
    "ru": ("ru", "uk", "bg", "sr", "be", "mk", "kk", "mn"),
    "ar": ("ar", "fa", "ur", "ps"),
    "hi": ("hi", "mr", "ne"),
}
_FEWEST_LETTERS: Final = 8
_FEWEST_WORDS: Final = 6
# Words that stand in any English text of some sentences; none is common in another language of the same script.
_ENGLISH: Final = frozenset(
    """
    the of and is are was were that this these with which what when where why how it they their them you your we have
    has not can will would from because than then there but into its if or be been by as at for on do does so
    """.split()  # noqa: SIM905 # a table of words reads best as running text
)
_ENGLISH_SHARE: Final = 0.15  # of a text's words; the starter lessons have 0.3 and more, other languages below 0.1
_SURE: Final = 0.6  # calibrated probability; formulas, code and lists of terms stay below 0.3 (measured)
_NOT_SPOKEN: Final = ("en", "la")  # lists of species and terms look like Latin
_LOADING: Final = threading.Lock()


class _Identifier(Protocol):
    def rank(self, text: str, /) -> list[tuple[str, float]]: ...


def foreign_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language that most of ``text`` is in, ``None`` for Chinese, English or unsure.

    Short texts, names, formulas and lists of terms are unsure. The first doubtful text in Latin letters loads a model
    (0.6 s, 95 MB, py3langid).
    """
    head = text[:_READ]
    amounts = _amounts(head)
    script = max(amounts, key=amounts.__getitem__)
    amount = amounts[script]
    if script == "zh" or 2 * amount <= sum(amounts.values()):
        return None
    if script == "latin":
        return _latin(head)
    if amount * _LETTERS_PER_WORD < _FEWEST_LETTERS:
        return None
    among = _SHARED_SCRIPTS.get(script)
    return script if among is None else _of(head, among) or script


def _amounts(text: str) -> dict[str, float]:
    """Roughly how many words are written in which script."""
    found: dict[str, float] = {}
    for name, pattern in _patterns().items():
        found[name] = len(pattern.findall(text))
    kana, han = found.pop("ja"), len(_HAN.findall(text))
    japanese = kana >= _JAPANESE * (kana + han)
    amounts = {name: count / _LETTERS_PER_WORD for name, count in found.items()}
    amounts["ja" if japanese else "zh"] = (han + kana) / _HAN_PER_WORD
    amounts["latin"] = len(_LATIN.findall(text))
    return amounts


def _latin(text: str) -> str | None:
    words = [word.lower() for word in _LATIN.findall(text)]
    if len(words) < _FEWEST_WORDS or sum(word in _ENGLISH for word in words) >= _ENGLISH_SHARE * len(words):
        return None
    return _of(" ".join(words), None)


def _of(text: str, among: tuple[str, ...] | None) -> str | None:
    """The language the model is sure of; with ``among``, the likeliest of these."""
    ranked = _identifier().rank(text)
    if among is not None:
        return next(code for code, _ in ranked if code in among)
    code, sure = ranked[0]
    return code if sure >= _SURE and code not in _NOT_SPOKEN and len(code) == 2 else None  # noqa: PLR2004 # ISO 639-1 has two letters


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(f"[{letters}]") for name, letters in _SCRIPTS.items()}


def _identifier() -> _Identifier:
    with _LOADING:
        return _load()


@lru_cache(maxsize=1)
def _load() -> _Identifier:
    # Loaded with the first doubtful text, not at import; the package is untyped.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    loaded: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return loaded
