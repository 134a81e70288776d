"""Headers that every answer carries."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["SECURITY_HEADERS"]

SECURITY_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        # For browsers that know no frame-ancestors, and against a page elsewhere that embeds an answer as an image.
        "X-Frame-Options": "DENY",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)
