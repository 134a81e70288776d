"""Text of others as data: marked, and unable to look like anything else."""

import re
from typing import Final

__all__ = ["clipped", "quoted"]

# What could close the quotation, open another or pass for a chat template's own token (<|im_end|>, <s>, [INST]).
_TAG: Final = re.compile(r"<(?=[A-Za-z/|!?])|(?<=[A-Za-z/|?-])>")
_BRACKET: Final = re.compile(r"\[(/?(?:INST|SYS|SYSTEM)[^\]]*)\]", re.IGNORECASE)
_LOOKS: Final = {"<": "‹", ">": "›"}


def quoted(name: str, text: str) -> str:
    """Return ``text`` between ``<name>`` and ``</name>``; signs in it that could end it are replaced by look-alikes."""
    safe = _BRACKET.sub(r"(\1)", _TAG.sub(lambda match: _LOOKS[match.group()], text))
    return f"<{name}>\n{safe}\n</{name}>"


def clipped(text: str, limit: int) -> str:
    """Return the last ``limit`` characters of ``text``, or all of it."""
    return text if len(text) <= limit else f"…{text[-limit:]}"
