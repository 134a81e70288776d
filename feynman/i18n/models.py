"""Names and sentences for what has to do with language models."""

from collections.abc import Mapping
from typing import Final

from feynman.domain import Language
from feynman.i18n.marking import mark
from feynman.i18n.translator import translator

__all__ = ["MODEL_ERRORS", "persona_name", "tone_name", "tool_doing", "tool_name"]

MODEL_ERRORS: Final[Mapping[str, str]] = {
    "model_failed": mark(
        "The language model could not be used. Please test the connection in the settings, then try again."
    ),
    "model_unauthorized": mark(
        "The language model's server refuses the key. Please check the key in the settings; it may be mistyped, "
        "expired, or belong to another server."
    ),
    "model_rejected": mark(
        "The language model's server does not know the model or can't work with the request. "
        "Please check address and model in the settings."
    ),
    "model_rate_limited": mark(
        "The language model's server wants fewer requests, or the account there has no credit left. "
        "Please wait a moment or check the account."
    ),
    "model_unreachable": mark(
        "The language model's server doesn't answer or is failing. "
        "Please check that it is running and that the address in the settings is right."
    ),
    "model_timed_out": mark(
        "The language model took too long to answer. Please try again; if it stays so slow, choose a smaller model."
    ),
    "model_answer_unusable": mark(
        "The language model gave an answer that can't be used. Please try again; if it happens often, "
        "another model may suit better."
    ),
    "model_loading": mark("The language model is still being made ready. Please go on; it takes over when it is."),
    "circuit_open": mark(
        "The language model's server failed several times in a row and is left alone for a minute. "
        "Please go on; it is tried again by itself."
    ),
    "overloaded": mark("Too many learners ask the language model right now. Please try again in a moment."),
    "budget_spent": mark(
        "Today's budget for the language model is used up. You can go on with the built-in student; "
        "the model is back tomorrow (at midnight UTC)."
    ),
    "local_model": mark(
        "The model on this machine could not be started. Please start the program again or choose another model file."
    ),
    "local_package_missing": mark(
        "A model on this machine needs a package that isn't installed. "
        "Please run pip install -r requirements-local.txt and start the program again."
    ),
    "local_file_missing": mark(
        "There is no model file at this path, or it can't be read. Please give the path of a GGUF file."
    ),
    "local_file_unusable": mark(
        "This file isn't a model that can be run here: it is no GGUF, is damaged or of an unknown kind. "
        "Please download it again or choose another one."
    ),
    "local_memory_short": mark(
        "There isn't enough free memory for this model. Please close other programs or choose a smaller model."
    ),
}

_DOING: Final[Mapping[str, str]] = {
    "calculate": mark("working out a number…"),
    "recall_memory": mark("looking it up in earlier lessons…"),
    "search_reference": mark("looking it up in your notes…"),
    "translate": mark("translating a word…"),
    "web_search": mark("searching the web…"),
}
_TOOLS: Final[Mapping[str, str]] = {
    "calculate": mark("Arithmetic"),
    "recall_memory": mark("Earlier lessons"),
    "search_reference": mark("Your notes"),
    "translate": mark("Translation"),
    "web_search": mark("Web search"),
}
_PERSONAS: Final[Mapping[str, str]] = {
    "child": mark("Curious child"),
    "classmate": mark("Classmate"),
    "sceptic": mark("Sceptical expert of another field"),
}
_TONES: Final[Mapping[str, str]] = {"warm": mark("Warm"), "plain": mark("Plain"), "playful": mark("Playful")}


def tool_doing(tool: str, language: Language) -> str:
    """Return what the student is doing while it uses a tool."""
    return translator(language)(_DOING.get(tool, mark("looking something up…")))


def tool_name(tool: str, language: Language) -> str:
    """Return the name of a tool; an unknown one stays as it is."""
    return translator(language)(_TOOLS.get(tool, tool))


def persona_name(character: str, language: Language) -> str:
    """Return who the student is; an unknown one stays as it is."""
    return translator(language)(_PERSONAS.get(character, character))


def tone_name(tone: str, language: Language) -> str:
    """Return a tone's name; an unknown one stays as it is."""
    return translator(language)(_TONES.get(tone, tone))
