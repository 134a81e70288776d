"""HTML for what must be shown exactly as typed; everything that comes from outside is escaped here."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from feynman.domain import Gap, GapKind, Language, Notice
from feynman.i18n import Translator, explain_notice, gap_kind_hint, gap_kind_name
from feynman.text.sentences import split_sentences

__all__ = [
    "Markup",
    "believed",
    "check_row",
    "chip",
    "folded",
    "gap_card",
    "gap_cards",
    "hint",
    "joined",
    "missing_card",
    "named",
    "noticed",
    "plain",
    "reply",
    "resolved",
    "said",
    "sentence_around",
    "spoken_by_style",
]

# A quote is shown in its sentence, with at most so many characters of it on either side.
_REACH: Final = 80
# What the student reads out stands on a line of its own, in quotation marks.
_CARD: Final = re.compile(r"\n(“[^\n]+”|「[^\n]+」)\n")
_TICK: Final = '<span class="fy-tick">✓</span> '


class Markup:
    """A piece of HTML that ``st.html`` takes as it is; given a plain string, it removes white space from it."""

    def __init__(self, html: str) -> None:
        self._html = html

    def _repr_html_(self) -> str:
        return self._html

    def __str__(self) -> str:
        return self._html


def joined(*pieces: Markup) -> Markup:
    """The pieces, one after the other."""
    return Markup("".join(map(str, pieces)))


def plain(text: str, name: str = "line") -> Markup:
    """A text as typed; ``name`` is its class after ``fy-``."""
    return Markup(f'<div class="fy-{name} fy-text" dir="auto">{escape(text)}</div>')


def said(text: str) -> Markup:
    """The learner's words."""
    return plain(text, "said")


def named(name: str) -> Markup:
    """Who speaks in a bubble."""
    return Markup(f'<div class="fy-name"><bdi>{escape(name)}</bdi></div>')


def reply(text: str, question: str | None = None, *, help_: str | None = None) -> Markup:
    """The student's words; the ``question`` that they end in stands out.

    ``help_`` says how far up the help ladder they are: it goes before them, and a line of them that is all quotation
    becomes a card.
    """
    spoken, end = text, ""
    if question is not None and text.rstrip().endswith(question):
        start = text.rindex(question)
        spoken, end = text[:start], f'<strong class="fy-question">{escape(question)}</strong>'
    body = escape(spoken) if help_ is None else _with_card(spoken)
    note = "" if help_ is None else f'<div class="fy-helped">{chip(help_, "help")}</div>'
    return Markup(f'{note}<div class="fy-reply fy-text" dir="auto">{body}{end}</div>')


def _with_card(text: str) -> str:
    before, *card = _CARD.split(text, 1)
    if not card:
        return escape(text)
    return f'{escape(before)}<div class="fy-sheet" dir="auto">{escape(card[0])}</div>{escape(card[1])}'


def chip(text: str, name: str) -> Markup:
    """A short note; ``name`` is its class after ``fy-``."""
    return Markup(f'<span class="fy-chip fy-{name}">{escape(text)}</span>')


def noticed(notice: Notice, language: Language) -> Markup:
    """Something that the learner should know about the text or the reference, as a quiet line."""
    return Markup(f'<div class="fy-notice" role="note">{escape(explain_notice(notice, language))}</div>')


def spoken_by_style(name: str, words: str) -> Markup:
    """Give the style sheet ``words`` under ``--fy-<name>``, for Streamlit's parts that know no other language."""
    quoted = "".join(f"\\{ord(character):x} " for character in words)
    return Markup(f'<style>:root {{ --fy-{name}: "{quoted}"; }}</style>')


def folded(summary: str, body: Markup, *, unfolded: bool) -> Markup:
    """``body`` below a line that folds it away."""
    state = " open" if unfolded else ""
    return Markup(f'<details class="fy-folded"{state}><summary>{escape(summary)}</summary>{body}</details>')


def sentence_around(text: str, start: int, end: int, language: Language) -> tuple[str, str]:
    """Return what stands before and after ``text[start:end]`` in its sentence, at most ``_REACH`` characters each."""
    touched = [span for span in split_sentences(text, language) if span.start < end and span.end > start]
    first = min((span.start for span in touched), default=start)
    last = max((span.end for span in touched), default=end)
    return text[max(first, start - _REACH) : start], text[end : min(last, end + _REACH)]


def hint(gap: Gap, language: Language) -> str:
    """Return the gap's reason, or what its kind means when the reason would give a key point away."""
    spoils = gap.point is not None and gap.point.casefold().strip(" .。") in gap.reason.casefold()
    if spoils or gap.kind is GapKind.MISSING_POINT or not gap.reason.strip():
        return gap_kind_hint(gap.kind, language)
    return gap.reason


def gap_card(gap: Gap, text: str | None, language: Language, *, done: bool = False) -> Markup:
    """A gap with its kind, reason and, in the learner's sentence of ``text``, its quote; ``done`` ticks it off."""
    return _card(gap.kind, hint(gap, language), language, done=done, quote=_quote(gap, text, language))


def missing_card(count: int, _: Translator, *, done: bool = False) -> Markup:
    """One card for ``count`` missing points: nothing can be told of any of them that tells them apart."""
    if done:
        said = _.ngettext(
            "{count} thing that was missing has come up since.",
            "{count} things that were missing have come up since.",
            count,
        )
    else:
        said = _.ngettext(
            "{count} thing that belongs to this topic hasn't come up yet.",
            "{count} things that belong to this topic haven't come up yet.",
            count,
        )
    return _card(GapKind.MISSING_POINT, said, _.language, done=done)


def gap_cards(gaps: Iterable[Gap], texts: Mapping[str, str], _: Translator) -> Markup:
    """A card for each gap in its turn's text, closed ones ticked; missing points share one card for each state."""
    cards, missing = [], {False: 0, True: 0}
    for gap in gaps:
        done = gap.status == "resolved"
        if gap.kind is GapKind.MISSING_POINT:
            missing[done] += 1
        else:
            cards.append(gap_card(gap, texts.get(gap.turn_id), _.language, done=done))
    return joined(*cards, *(missing_card(count, _, done=done) for done, count in missing.items() if count))


def _card(kind: GapKind, said: str, language: Language, *, done: bool, quote: str = "") -> Markup:
    tick = _TICK if done else ""
    return Markup(
        f'<div class="fy-gap fy-gap-{kind.value}{" fy-done" if done else ""}">'
        f'<div class="fy-kind">{tick}{escape(gap_kind_name(kind, language))}</div>'
        f'<div class="fy-reason" dir="auto">{escape(said)}</div>'
        f"{quote}</div>"
    )


def resolved(gap: Gap, _: Translator) -> Markup:
    """An earlier gap that has just been closed."""
    label = _("Cleared up: {kind}", kind=gap_kind_name(gap.kind, _.language))
    return Markup(f'<div class="fy-resolved fy-line">{_TICK}{escape(label)}{_quote(gap, None, _.language)}</div>')


def believed(quote: str) -> Markup:
    """One thing the student believes, in the learner's words."""
    return plain(quote, "belief")


def check_row(status: str, label: str, detail: str) -> Markup:
    """One health check with a coloured dot."""
    return Markup(
        f'<div class="fy-check fy-check-{escape(status)}"><span class="fy-dot fy-dot-{escape(status)}"></span>'
        f'<span>{escape(label)} <span class="fy-reason">{escape(detail)}</span></span></div>'
    )


def _quote(gap: Gap, text: str | None, language: Language) -> str:
    if gap.quote is None or gap.start is None or gap.end is None:
        return ""
    before, after = "", ""
    if text is not None and text[gap.start : gap.end] == gap.quote:
        before, after = sentence_around(text, gap.start, gap.end, language)
    # Style sheets draw the ellipsis, so that the element's text is the learner's and nothing else.
    cut = " fy-cut-before" * (len(before) == _REACH) + " fy-cut-after" * (len(after) == _REACH)
    marked = f"{escape(before)}<mark>{escape(gap.quote)}</mark>{escape(after)}"
    return f'<div class="fy-quote fy-text{cut}" dir="auto">{marked}</div>'
