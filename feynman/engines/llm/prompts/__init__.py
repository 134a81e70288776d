"""Every prompt is a function with types, in both languages."""

from typing import Final

from feynman.domain import Language
from feynman.engines.llm.prompts import en, zh
from feynman.engines.llm.prompts.material import Aim, Conversation, OpenGap, Prompts, Sheet

__all__ = ["PROMPT_VERSION", "Aim", "Conversation", "OpenGap", "Prompts", "Sheet", "prompts"]

PROMPT_VERSION: Final = "1"
"""Changes with the words of any prompt; spans carry it."""


def prompts(language: Language) -> Prompts:
    """Return the prompts of ``language``."""
    return zh if language == "zh" else en
