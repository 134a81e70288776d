"""Whether a figure is good, in words that need no figure."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from feynman.i18n import Translator
from feynman.observability.history import Point
from feynman.ui.components.monitor.lines import newest

__all__ = ["Judged", "Verdict", "activity", "cost", "errors", "queue", "seconds", "together", "tokens", "waiting"]

Verdict = Literal["good", "fair", "bad", "none"]

# Nielsen, Usability Engineering (1993), chapter 5: up to one second thought flows on, after ten attention is gone.
_FLOWING: Final = 1.0
_LOST: Final = 10.0
# As many as the queue in memory holds; what is beyond waits in the database alone.
_MANY: Final = 100
_HOUR: Final = timedelta(hours=1)


class Judged(NamedTuple):
    """A verdict with its word, ``""`` where there is nothing to judge, and a sentence."""

    verdict: Verdict
    word: str
    sentence: str


def activity(turns: Sequence[Point], _: Translator) -> Judged:
    """How much is going on, which is neither good nor bad."""
    count = round(newest(turns) or 0)
    if count == 0:
        return Judged("none", "", _("Nobody has taught within the last minute."))
    said = _.ngettext("{count} turn within the last minute.", "{count} turns within the last minute.", count)
    return Judged("none", "", said)


def waiting(usual: Sequence[Point], slow: Sequence[Point], _: Translator) -> Judged:
    """How long learners wait for the first word of an answer."""
    typical, worst = newest(usual), newest(slow)
    if typical is None or worst is None:
        return Judged("none", "", _("No answer yet. As soon as somebody teaches, it is measured here."))
    said = _(
        "Half of the last answers began within {usual}, 19 of 20 within {slow}.",
        usual=seconds(typical, _),
        slow=seconds(worst, _),
    )
    if worst <= _FLOWING:
        return Judged("good", _("quick"), said)
    if worst <= _LOST:
        return Judged("fair", _("noticeable"), said)
    advice = _("So long a wait loses learners; a faster model or machine helps.")
    return Judged("bad", _("too slow"), together(said, advice, _))


def errors(points: Sequence[Point], now: datetime, _: Translator) -> Judged:
    """Whether anything failed within the last hour."""
    failed = [point for point in points if point.value > 0 and now - point.at < _HOUR]
    if not failed:
        return Judged("good", _("none"), _("Nothing has failed within the last hour."))
    if (newest(points) or 0) > 0:
        said = _("Something failed within the last minute. The turns below show where; learners can try again.")
        return Judged("bad", _("errors"), said)
    when = _.format_relative(failed[-1].at, now=now)
    return Judged("fair", _("earlier"), _("The last error was {when}; since then all is well.", when=when))


def queue(points: Sequence[Point], _: Translator) -> Judged:
    """How much work is waiting, such as lessons that are still to be filed."""
    count = round(newest(points) or 0)
    if count == 0:
        return Judged("good", _("nothing waits"), _("All work is done as it comes."))
    said = _.ngettext("{count} piece of work is waiting.", "{count} pieces of work are waiting.", count)
    if count <= _MANY:
        return Judged("good", _("normal"), said)
    return Judged("fair", _("a lot"), together(said, _("Nothing is lost, it only takes longer."), _))


def tokens(points: Sequence[Point], _: Translator) -> Judged:
    """How much a language model reads and writes, which is neither good nor bad."""
    if not any(point.value for point in points):
        return Judged("none", "", _("No language model has been at work within the last hour."))
    count = round(newest(points) or 0)
    said = _("{tokens} tokens within the last minute. A token is about half a word.", tokens=_.format_number(count))
    return Judged("none", "", said)


def cost(points: Sequence[Point], currency: str, _: Translator) -> Judged:
    """What language models have cost since the start."""
    spent = newest(points) or 0.0
    if spent <= 0:
        return Judged("good", _("free"), _("Nothing that has a price has been used since the start."))
    said = _("{cost} {currency} since the start.", cost=_.format_number(spent, 4), currency=currency)
    return Judged("none", "", said)


def together(first: str, second: str, _: Translator) -> str:
    """Two sentences one after the other, as the language writes them."""
    return f"{first}{second}" if _.language == "zh" else f"{first} {second}"


def seconds(value: float, _: Translator) -> str:
    """A duration as people say it: two significant digits, but whole milliseconds, of which there is one at least."""
    value = max(value, 0.001)
    return _("{seconds} s", seconds=_.format_number(value, min(3, max(0, 1 - math.floor(math.log10(value))))))
