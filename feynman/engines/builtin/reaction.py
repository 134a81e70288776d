"""The first sentence or two of a reply: they react to what was actually said."""

import re
from typing import Final

from feynman.domain import Gap, GapKind
from feynman.engines.builtin.intent import PLEAS, Intent, intent_of
from feynman.engines.builtin.phrasing import Chooser, excerpt, phrases
from feynman.engines.builtin.scene import asked_gap
from feynman.engines.builtin.secrecy import Secrets
from feynman.engines.copying import copied
from feynman.engines.student import Analysis, Lesson
from feynman.text.sentences import split_sentences
from feynman.text.tokens import content_words

__all__ = ["react"]

_SCRAP: Final = 1  # content words: "yes", "okay then"
_QUOTED: Final = re.compile("“([^“”]+)”")


def react(
    lesson: Lesson, analysis: Analysis, intent: Intent, asking: Gap | None, *, goes_on: bool = False
) -> list[str]:
    """Return up to three sentences; ``asking`` is the gap that the question after them will be about.

    ``goes_on`` when a question follows that is about no gap.
    """
    reaction = _Reaction(lesson, analysis)
    parts = [reaction.remember(), reaction.respond(intent, asking, goes_on=goes_on), reaction.admit()]
    return [part for part in parts if part]


class _Reaction:
    """What can be said to one turn, in words that this session has not heard and that give nothing away."""

    def __init__(self, lesson: Lesson, analysis: Analysis) -> None:
        self._lesson = lesson
        self._analysis = analysis
        self._language = lesson.explanation.language
        self._chooser = Chooser(lesson)
        self._phrases = phrases(self._language)["reactions"]
        self._secrets = Secrets(lesson, analysis)

    def remember(self) -> str | None:
        """Mention what was taught before, in the session's first reply."""
        if self._lesson.begun or not self._lesson.recalled:
            return None
        memory = min(self._lesson.recalled, key=lambda memory: memory.kind != "summary")
        said = "\n".join(_QUOTED.findall(memory.text)) if memory.language == self._language else ""
        return self._say("recalled", topic=memory.topic, quote=excerpt(said, self._language))

    def admit(self) -> str | None:
        """Say in the first turn that there is nothing to check against."""
        if self._lesson.reference.points or self._lesson.earlier or self._lesson.history:
            return None
        return self._say("no_reference")

    def respond(self, intent: Intent, asking: Gap | None, *, goes_on: bool) -> str | None:
        """React to what the learner wants or, when something was told, to that."""
        if intent == "nonsense":
            return self._say("nonsense")
        if intent in PLEAS or intent in ("does_not_know", "asks", "insists"):
            name = self._unmoved(intent, asking)
            return None if name is None or (asking is None and not goes_on) else self._say(name)
        if self._repeats():
            return self._say("copied")
        if any(notice.code == "parroting" for notice in self._analysis.notices):
            return self._say("parrot")
        return self._news(asking) or self._say(_without_news(intent, asking, goes_on=goes_on))

    def _news(self, asking: Gap | None) -> str | None:
        if self._analysis.resolved:
            return self._say("resolved", quote=self._told())
        if asking is not None and asking.kind == GapKind.FACTUAL_ERROR and asking in self._analysis.found:
            quote = excerpt(asking.quote or "", self._language) if asking.detail != asking.quote else None
            return self._say("puzzled", quote=quote)
        return self._say("heard", quote=self._told()) if self._analysis.beliefs else None

    def _unmoved(self, intent: Intent, asking: Gap | None) -> str | None:
        """The list to answer from when nothing is told; ``None`` when the help that follows is answer enough."""
        last = asked_gap(self._lesson)
        stands = last is not None and asking is not None and last.id == asking.id
        if intent == "wants_help":
            return None if stands else "wants_help_plain"
        if intent == "wants_answer":
            return "wants_answer" if stands else "wants_answer_plain"
        if intent != "does_not_know":
            return intent
        if self._may_offer():
            return "does_not_know_offer"
        return "does_not_know_again" if stands else intent

    def _may_offer(self) -> bool:
        """Whether the learner is lost for the second time running and was not told yet how to get help."""
        if not self._lesson.reference.points or not self._lesson.earlier:
            return False
        last = self._lesson.earlier[-1]
        offered = self._chooser.any_heard(self._phrases["does_not_know_offer"])
        return not offered and intent_of(last.text, last.language) == "does_not_know"

    def _repeats(self) -> bool:
        """Whether nothing is said but what the student has read out."""
        sentences = tuple(split_sentences(self._lesson.explanation.text, self._language))
        repeated = copied(self._lesson, sentences)
        own = (sentence.text for at, sentence in enumerate(sentences) if at not in repeated)
        return bool(repeated) and not any(len(content_words(text, self._language)) > _SCRAP for text in own)

    def _told(self) -> str | None:
        """A short piece of what was newly understood; what closed a gap comes first."""
        closed = {gap.point_index for gap in self._analysis.resolved if gap.point_index is not None}
        beliefs = sorted(self._analysis.beliefs, key=lambda belief: belief.point_index not in closed)
        for belief in beliefs:
            at = belief.point_index
            point = self._lesson.reference.points[at].text if at is not None else ""
            quote = excerpt(belief.quote, self._language, wanted=content_words(point, self._language))
            if quote is not None and not self._chooser.said(quote):
                return quote
        return None

    def _say(self, name: str, **fields: str | None) -> str | None:
        """Fill a reaction; without a quote its plain form."""
        if "quote" in fields and fields["quote"] is None:
            name = f"{name}_plain"
        return self._chooser.pick(self._phrases[name], fields, accept=self._secrets.keeps)


def _without_news(intent: Intent, asking: Gap | None, *, goes_on: bool) -> str:
    if intent in ("short", "bare") and (asking is not None or goes_on):
        return "bare"
    return "heard_plain" if asking is None else "nothing_new"
