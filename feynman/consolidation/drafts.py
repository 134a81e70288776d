"""What is worth remembering of a session.

Only the learner's own spans go in, or what a model makes of the turns: neither the student's replies as they were nor
memories recalled in them, so that a recalled memory is never stored again.
"""

import uuid
from collections.abc import Sequence
from typing import Final

from feynman.domain import Belief, Gap, GapKind, Language, Memory, MemoryKind, Session

__all__ = ["draft_memories"]

_NAMESPACE: Final = uuid.UUID("6f0f1c1e-53d9-4b37-9d0b-7f3f0a1f7c52")
_MOST_QUOTES: Final = 8
_MOST_CHARACTERS: Final = 240

_LEARNED: Final[dict[Language, str]] = {
    "en": "About {topic} I was taught: {quotes}",
    "zh": "关于{topic}，我学到了：{quotes}",
}
_MISTAKEN: Final[dict[Language, str]] = {
    "en": "About {topic} we were not sure of this: {quotes}",
    "zh": "关于{topic}，有一句话我们没有弄清楚：{quotes}",
}
_CORRECTED: Final[dict[Language, str]] = {
    "en": "About {topic} this was said first and put right later: {quotes}",
    "zh": "关于{topic}，一开始说的是这句，后来改正了：{quotes}",
}
_QUOTE: Final[dict[Language, str]] = {"en": "“{text}”", "zh": "“{text}”"}
_BETWEEN: Final[dict[Language, str]] = {"en": " ", "zh": ""}


def draft_memories(
    session: Session, beliefs: Sequence[Belief], gaps: Sequence[Gap], summary: str | None = None
) -> list[Memory]:
    """One summary of what the student believes, and one misconception for each wrong statement.

    ``summary`` takes the place of the learner's own words. The ids are made from session and gap, so that
    consolidating again replaces and never doubles.
    """
    drafts = []
    if beliefs:
        learned = _draft(session, "summary", "summary", _LEARNED, [belief.quote for belief in beliefs], _turns(beliefs))
        drafts.append(learned if summary is None else learned.model_copy(update={"text": summary}))
    for gap in gaps:
        if gap.kind is GapKind.FACTUAL_ERROR and gap.quote is not None:
            form = _CORRECTED if gap.status == "resolved" else _MISTAKEN
            drafts.append(_draft(session, "misconception", gap.id, form, [gap.quote], (gap.turn_id,)))
    return drafts


def _draft(
    session: Session,
    kind: MemoryKind,
    name: str,
    form: dict[Language, str],
    quotes: Sequence[str],
    turn_ids: tuple[str, ...],
) -> Memory:
    language = session.language
    kept = [_QUOTE[language].format(text=_short(quote)) for quote in list(dict.fromkeys(quotes))[-_MOST_QUOTES:]]
    return Memory(
        id=uuid.uuid5(_NAMESPACE, f"{session.id}:{name}").hex,
        learner_id=session.learner_id,
        session_id=session.id,
        turn_ids=turn_ids,
        topic=session.topic,
        kind=kind,
        text=form[language].format(topic=session.topic, quotes=_BETWEEN[language].join(kept)),
        language=language,
        created_at=session.created_at,
        updated_at=session.updated_at,
    )


def _turns(beliefs: Sequence[Belief]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(belief.turn_id for belief in beliefs))


def _short(quote: str) -> str:
    words = " ".join(quote.split())
    return words if len(words) <= _MOST_CHARACTERS else f"{words[: _MOST_CHARACTERS - 1]}…"
