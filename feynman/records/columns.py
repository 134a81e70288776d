"""Column types and values that every table shares."""

import secrets
from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, String, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from feynman.domain import clean_text

__all__ = ["CleanString", "CleanText", "UtcTime", "random_id", "utc_now"]


def utc_now() -> datetime:
    """The time now, aware UTC."""
    return datetime.now(UTC)


def random_id() -> str:
    """An id that can't be guessed: 128 random bits in 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC in and out, also where the database keeps no zone; a naive time is a ``ValueError``."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware time into UTC."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Clean(TypeDecorator[str]):
    impl: type[TypeEngine[str]] = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what no database holds."""
        del dialect
        return None if value is None else clean_text(value)


class CleanText(_Clean):
    """Text of any length without NUL and lone surrogates."""

    cache_ok = True


class CleanString(_Clean):
    """Short text without NUL and lone surrogates."""

    impl = String
    cache_ok = True
