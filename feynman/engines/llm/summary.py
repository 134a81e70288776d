"""What is worth remembering of a session, in the model's words."""

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, Field

from feynman.domain import Frozen, Gap, GapKind, Language, ModelAnswerUnusable, Turn
from feynman.engines.llm.capabilities import Abilities
from feynman.engines.llm.line import Line, Note
from feynman.engines.llm.prompts import prompts
from feynman.engines.llm.structured import Asker
from feynman.text.language import detect_language
from feynman.text.spans import locate

__all__ = ["Summary", "summarise"]

_MOST: Final = 5
_LONGEST: Final = 240
_TURNS: Final = 30


def _lines(value: object) -> object:
    if not isinstance(value, list):
        return []
    found = [" ".join(entry.split())[:_LONGEST] for entry in value if isinstance(entry, str)]
    return [line for line in dict.fromkeys(found) if line][:_MOST]


_Lines = Annotated[list[str], BeforeValidator(_lines)]


class _Said(BaseModel):
    """A session's summary."""

    understood: _Lines
    misconceptions: _Lines = Field(default_factory=list)
    convincing: _Lines = Field(default_factory=list)
    open_questions: _Lines = Field(default_factory=list)


class Summary(Frozen):
    """A session in short sentences, at most five of each; ``misconceptions`` are the learner's own words."""

    understood: tuple[str, ...]
    misconceptions: tuple[str, ...] = ()
    convincing: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()


async def summarise(
    line: Line,
    abilities: Abilities,
    topic: str,
    language: Language,
    turns: Sequence[Turn],
    gaps: Sequence[Gap],
    *,
    note: Note = lambda _: None,
) -> Summary:
    """Sum ``turns`` of one session up; wrong statements are taken from ``gaps``, not from the model.

    Raises:
        ModelError, ServiceUnavailable: there is no summary, or it is in another language.
    """
    words = prompts(language)
    mistakes = tuple(gap.quote for gap in gaps if gap.kind == GapKind.FACTUAL_ERROR and gap.quote is not None)
    told = tuple((turn.text, turn.reply) for turn in turns[-_TURNS:])
    messages = [("system", words.summary_system()), ("human", words.summary_request(topic, told, mistakes))]
    key = turns[0].session_id if turns else topic
    said = await Asker(line, abilities).ask(messages, _Said, words, key=key, note=note)
    everything = "\n".join([*said.understood, *said.convincing, *said.open_questions])
    if not said.understood or detect_language(everything, language) != language:
        raise ModelAnswerUnusable("the summary is empty or in another language")
    wrong = "\n".join(mistakes)
    return Summary(
        understood=tuple(said.understood),
        misconceptions=tuple(quote for quote in said.misconceptions if wrong and locate(quote, wrong) is not None),
        convincing=tuple(said.convincing),
        open_questions=tuple(said.open_questions),
    )
