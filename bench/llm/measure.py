"""An engine at work on FeynBench and the scripts."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from bench.feynbench.cases import Case, cases
from bench.feynbench.examine import lesson
from bench.llm.figures import Figures
from bench.llm.play import Give, play_injection, play_pressure
from bench.llm.scripts import Injection, scripts
from bench.llm.talk import Heard, Talk
from feynman.domain import Language
from feynman.engines.llm import NoTools
from feynman.references import Library

__all__ = ["Told", "chosen", "measure"]

Told = Callable[[str, Sequence[Heard]], None]
"""Hears of each text and script that is done, and what the student said."""


def chosen(language: Language, limit: int | None) -> Sequence[Case]:
    """The first explanations of FeynBench in a language; with no ``limit`` all of them."""
    return list(islice((case for case in cases() if case.language == language), limit))


async def measure(figures: Figures, give: Give, library: Library, *, limit: int | None, told: Told) -> None:
    """Run everything, one turn after another; ``limit`` is of the texts and of each kind of script."""
    language = figures.language
    of_language = scripts(language)
    given, pressure = chosen(language, limit), of_language.pressure[:limit]
    for number, case in enumerate(given, 1):
        heard = await Talk(give(NoTools()), lesson(case).reference, language).say(case.text)
        figures.add_case(case, heard)
        told(f"{language} explanation {number}/{len(given)} ({case.topic})", [heard])
    for number, insisting in enumerate(pressure, 1):
        played = await play_pressure(insisting, give, library, language)
        figures.add_pressure(played)
        told(f"{language} pressure {number}/{len(pressure)} ({played.id})", played.heard)
    injections = list(_spread(of_language.injection, limit))
    for number, injection in enumerate(injections, 1):
        played = await play_injection(injection, give, library, language)
        figures.add_injection(played)
        told(f"{language} injection {number}/{len(injections)} ({played.id})", played.heard)


def _spread(items: Sequence[Injection], limit: int | None) -> Iterator[Injection]:
    """``limit`` of the items, from all over them: their channels stand one after another."""
    count = len(items) if limit is None else min(limit, len(items))
    return (items[at * len(items) // count] for at in range(count))
