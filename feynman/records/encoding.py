"""How JSON columns are written."""

import json

from feynman.domain import clean_text

__all__ = ["encode_json"]


def encode_json(value: object) -> str:
    """Readable JSON (Chinese stays Chinese) that any database can hold."""
    return clean_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
