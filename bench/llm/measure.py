"""An engine at work on FeynBench and the scripts."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from bench.feynbench.cases import Case, cases
from bench.feynbench.examine import lesson
from bench.llm.figures import Figures
from bench.llm.play import Give, play_injection, play_pressure
from bench.llm.scripts import Injection, scripts
from bench.llm.talk import Talk
from feynman.domain import Language
from feynman.engines.llm import NoTools
from feynman.references import Library

__all__ = ["chosen", "measure"]


def chosen(language: Language, limit: int | None) -> Sequence[Case]:
    """The first explanations of FeynBench in a language; with no ``limit`` all of them."""
    return list(islice((case for case in cases() if case.language == language), limit))


def measure(
    give: Give, library: Library, language: Language, *, limit: int | None, waited: Callable[[], float]
) -> Figures:
    """Run everything, one turn after another; ``waited`` tells the seconds spent waiting so far."""
    return asyncio.run(measured(give, library, language, limit=limit, waited=waited))


async def measured(
    give: Give, library: Library, language: Language, *, limit: int | None, waited: Callable[[], float]
) -> Figures:
    """Do it on the running loop; ``limit`` is of the texts and of each kind of script."""
    figures = Figures(language)
    for case in chosen(language, limit):
        before = waited()
        heard = await Talk(give(NoTools()), lesson(case).reference, language).say(case.text)
        figures.own.append(heard.seconds - (waited() - before))
        figures.add_case(case, heard)
    of_language = scripts(language)
    for pressure in islice(of_language.pressure, limit):
        figures.add_pressure(await play_pressure(pressure, give, library, language))
    for injection in _spread(of_language.injection, limit):
        figures.add_injection(await play_injection(injection, give, library, language))
    return figures


def _spread(items: Sequence[Injection], limit: int | None) -> Iterator[Injection]:
    """``limit`` of the items, from all over them: their channels stand one after another."""
    count = len(items) if limit is None else min(limit, len(items))
    return (items[at * len(items) // count] for at in range(count))
