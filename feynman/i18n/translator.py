"""One language's words, dates and numbers."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from feynman.domain import Language
from feynman.i18n.catalog import load

__all__ = ["Translator", "supported_language", "translator"]

_LOCALES: Final[dict[Language, str]] = {"zh": "zh_Hans_CN", "en": "en"}


class Translator:
    """Translates English sentences; ``{name}`` in them is filled from keywords of that name."""

    def __init__(self, language: Language, zone: tzinfo) -> None:
        self.language: Language = language
        self.zone = zone
        self._locale = Locale.parse(_LOCALES[language])
        self._translations = load(language)

    def __call__(self, message: str, /, **values: object) -> str:
        """Return ``message`` in this language."""
        return _fill(self._translations.gettext(message), values)

    def ngettext(self, singular: str, plural: str, count: int, /, **values: object) -> str:
        """Return the form for ``count``, which fills ``{count}`` as this language writes numbers."""
        text = self._translations.ngettext(singular, plural, count)
        return _fill(text, {"count": self.format_number(count), **values})

    def format_date(self, moment: datetime) -> str:
        """Return the day of an aware ``moment`` in the reader's timezone."""
        return format_date(moment.astimezone(self.zone), "long", locale=self._locale)

    def format_datetime(self, moment: datetime) -> str:
        """Return day and time of an aware ``moment`` in the reader's timezone."""
        return format_datetime(moment, "medium", tzinfo=self.zone, locale=self._locale)

    def format_relative(self, moment: datetime, *, now: datetime | None = None) -> str:
        """Return how long ago (or ahead) an aware ``moment`` is."""
        reference = datetime.now(UTC) if now is None else now
        return format_timedelta(moment - reference, add_direction=True, locale=self._locale)

    def format_number(self, number: float, digits: int = 0) -> str:
        """Return ``number`` with at most ``digits`` decimal places."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        return format_decimal(number, pattern, locale=self._locale)

    def format_percent(self, share: float) -> str:
        """Return a share (0-1) in whole percent."""
        return format_percent(share, locale=self._locale)

    def format_list(self, items: Sequence[str]) -> str:
        """Return ``items`` as an enumeration: "1, 3, and 4"."""
        return format_list(list(items), locale=self._locale)

    def language_name(self, code: str) -> str:
        """Return what the language with an ISO 639-1 ``code`` is called, the code itself when it has no name."""
        return str(self._locale.languages.get(code, code))


def translator(language: Language, timezone: str | None = None) -> Translator:
    """Return the translator of ``language``; ``timezone`` is an IANA name, UTC when unknown or ``None``."""
    return Translator(language, _zone(timezone))


def supported_language(locale: str | None, default: Language = "en") -> Language:
    """Return the language nearest to a browser's locale tag such as ``zh-Hant-TW``."""
    if not locale:
        return default
    try:
        spoken = Locale.parse(locale.replace("-", "_")).language
    except (ValueError, UnknownLocaleError):
        spoken = locale[:2].lower()
    return "zh" if spoken == "zh" else "en"


def _zone(name: str | None) -> tzinfo:
    if not name:
        return UTC
    try:
        return get_timezone(name)
    except (LookupError, ValueError, OSError):  # a folder or a path is not a LookupError for zoneinfo
        return UTC


def _fill(text: str, values: dict[str, object]) -> str:
    return text.format_map(values) if values else text
