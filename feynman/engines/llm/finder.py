"""gap_identifier: asks the model for a verdict, with tools where it can use them, and verifies it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from feynman.domain import MAX_EXPLANATION, ModelRejected
from feynman.engines.llm.capabilities import Abilities, Capabilities
from feynman.engines.llm.line import Line, Messages, Note
from feynman.engines.llm.prompts import OpenGap, Prompts, Sheet, prompts
from feynman.engines.llm.schema import Verdict
from feynman.engines.llm.structured import Asker, read
from feynman.engines.llm.tools import Offer, Outcome, Tools
from feynman.engines.llm.verify import Encoder, verified
from feynman.engines.student import Finding, Lesson

__all__ = ["Finder", "sheet_of"]

_MOST_GAPS: Final = 12


class Finder:
    """Finds gaps over ``line``."""

    def __init__(
        self, line: Line, abilities: Abilities, tools: Tools, encoder: Encoder, new_id: Callable[[], str]
    ) -> None:
        self._line = line
        self._abilities = abilities
        self._asker = Asker(line, abilities)
        self._tools = tools
        self._encoder = encoder
        self._new_id = new_id

    async def find(self, lesson: Lesson, tell: Callable[[Finding], None]) -> None:
        """Tell the use of tools and of the model while it goes on, then all findings.

        Raises:
            ModelError, ServiceUnavailable: there is no verdict; no finding was told.
        """
        words = prompts(lesson.explanation.language)
        messages = [("system", words.examine_system()), ("human", words.examine_request(sheet_of(lesson)))]
        verdict = await self._verdict(lesson, messages, words, tell)
        for finding in await asyncio.to_thread(verified, verdict, lesson, self._encoder, self._new_id):
            tell(finding)

    async def _verdict(
        self, lesson: Lesson, messages: Messages, words: Prompts, tell: Callable[[Finding], None]
    ) -> Verdict:
        key = lesson.explanation.session_id
        offers = tuple(self._tools.offers(lesson.explanation.language))
        able = await self._abilities.get(tell)
        if offers and able.tools:
            try:
                return await self._with_tools(lesson, messages, words, offers, able, tell)
            except ModelRejected:
                lost = "tools_with_schema" if able.tools_with_schema else "tools"
                self._abilities.without(**{lost: False})
        return await self._asker.ask(messages, Verdict, words, key=key, note=tell)

    async def _with_tools(
        self,
        lesson: Lesson,
        messages: Messages,
        words: Prompts,
        offers: tuple[Offer, ...],
        able: Capabilities,
        tell: Callable[[Finding], None],
    ) -> Verdict:
        from feynman.engines.llm.wire.agent import Errand, run  # noqa: PLC0415 # only where a model is used

        note: Note = tell

        async def act(name: str, arguments: Mapping[str, Any]) -> Outcome:
            return await self._tools.run(name, arguments, lesson)

        errand = Errand(
            offers=offers,
            act=act,
            tell=tell,
            note=note,
            words=words,
            key=lesson.explanation.session_id,
            new_id=self._new_id,
            with_schema=able.tools_with_schema,
        )
        message = await run(self._line, messages, Verdict, errand)
        verdict = read(message, Verdict)
        if verdict is not None:
            return verdict
        return await self._asker.repaired(messages, str(message.text), Verdict, words, key=errand.key, note=note)


def sheet_of(lesson: Lesson) -> Sheet:
    """What of ``lesson`` the model looks at; open gaps are labelled g1, g2, ... in the lesson's order."""
    before = [turn.text for turn in lesson.earlier]
    if not lesson.earlier:
        before = [message.content for message in lesson.history if message.role == "user"]
    question = lesson.earlier[-1].question if lesson.earlier else None
    return Sheet(
        topic=lesson.explanation.topic,
        points=tuple(point.text for point in lesson.reference.points),
        open_gaps=tuple(
            OpenGap(
                label=f"g{number}",
                kind=gap.kind,
                quote=gap.quote,
                point=None if gap.point_index is None else gap.point_index + 1,
            )
            for number, gap in enumerate(lesson.open_gaps[:_MOST_GAPS], 1)
        ),
        said_before="\n".join(before)[-MAX_EXPLANATION:],
        question=None if question is None else question.text,
        text=lesson.explanation.text,
    )
