from datetime import UTC, datetime, timedelta

import pytest

from feynman.domain import Language
from feynman.i18n import supported_language, translator

EVENING = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)


def test_sentences_are_translated_and_filled() -> None:
    """The same sentence comes out in each language with its placeholders filled."""
    assert translator("en")("Teach {name}", name="Wren") == "Teach Wren"
    assert translator("zh")("Teach {name}", name="小问") == "给小问讲课"


def test_braces_in_values_stay_as_they_are() -> None:
    """A value that looks like a placeholder is not filled again."""
    assert translator("en")("Teach {name}", name="{name}") == "Teach {name}"


def test_an_unknown_sentence_stays_english() -> None:
    """What the catalog does not have is shown as it is written in the code."""
    assert translator("zh")("Not in any catalog {0}") == "Not in any catalog {0}"


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [
        ("en", 1, "1 thing noticed"),
        ("en", 0, "0 things noticed"),
        ("en", 1200, "1,200 things noticed"),
        ("zh", 1, "注意到 1 处"),
        ("zh", 3, "注意到 3 处"),
    ],
)
def test_plurals(language: Language, count: int, text: str) -> None:
    """Each language has its own plural forms, and numbers are written its way."""
    assert translator(language).ngettext("{count} thing noticed", "{count} things noticed", count) == text


def test_dates_are_local() -> None:
    """Half past four in the afternoon UTC is the next day in Shanghai, and each language writes it its way."""
    assert translator("en", "Asia/Shanghai").format_date(EVENING) == "March 2, 2026"
    assert translator("zh", "Asia/Shanghai").format_date(EVENING) == "2026年3月2日"
    assert "00:30" in translator("zh", "Asia/Shanghai").format_datetime(EVENING)
    assert "4:30" in translator("en").format_datetime(EVENING)


@pytest.mark.parametrize("zone", [None, "", "Nowhere/Land", "../../etc/passwd", "Asia", "/etc", "x" * 5000])
def test_an_unknown_timezone_is_utc(zone: str | None) -> None:
    """A timezone that the browser made up does not break a page."""
    assert translator("en", zone).format_date(EVENING) == "March 1, 2026"


def test_relative_times() -> None:
    """What was three hours ago is said so, in each language, and the clock is the real one by default."""
    later = EVENING + timedelta(hours=3)
    assert translator("en").format_relative(EVENING, now=later) == "3 hours ago"
    assert translator("zh").format_relative(EVENING, now=later) == "3小时前"
    assert translator("en").format_relative(datetime.now(UTC) + timedelta(days=2, hours=1)) == "in 2 days"


def test_numbers() -> None:
    """Numbers are grouped, decimals limited, shares in percent."""
    words = translator("en")
    assert words.format_number(12345.678, 1) == "12,345.7"
    assert words.format_number(0.04, 2) == "0.04"
    assert words.format_number(12345.6) == "12,346"
    assert words.format_percent(0.834) == "83%"


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh-CN", "zh"),
        ("zh-Hant-TW", "zh"),
        ("zh", "zh"),
        ("en-GB", "en"),
        ("de-DE", "en"),
        (None, "en"),
        ("", "en"),
        ("zh-x-private-nonsense-zz", "zh"),
        ("<script>", "en"),
    ],
)
def test_the_nearest_language_of_a_browser(locale: str | None, language: Language) -> None:
    """Every kind of Chinese is Chinese; all else, known or not, is English."""
    assert supported_language(locale) == language


def test_no_locale_is_the_default() -> None:
    """A browser that says nothing gets the default."""
    assert supported_language(None, "zh") == "zh"
