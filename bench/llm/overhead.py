"""What the product adds to an endpoint, against the bare ``openai`` client: ``python -m bench.llm.overhead``.

Without ``--base-url`` and ``--model`` the endpoint is a scripted one on loopback that answers at once.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from statistics import median

import openai

from bench.feynbench.cases import Case, cases
from bench.llm.loopback import MODEL, answering
from bench.llm.opened import Choice, opened
from bench.llm.pairs import Firsts, first_tokens
from bench.llm.work import Work, own_work
from feynman.domain import ConfigurationError, FeynmanError
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.llm import Line, ModelStudent, probe
from feynman.i18n.messages import explain_error
from feynman.text.embedding import Embedder

__all__ = ["main"]


@asynccontextmanager
async def bare(line: Line) -> AsyncIterator[openai.AsyncOpenAI]:
    """Give the client as its own documentation builds it."""
    key = line.endpoint.api_key
    secret = "none" if key is None else key.get_secret_value()
    async with openai.AsyncOpenAI(base_url=line.endpoint.url, api_key=secret, max_retries=0) as client:
        yield client


async def run(choice: Choice, pairs: int, *, work: bool) -> str:
    """Measure and return the tables; ``work`` only says something where the endpoint is another process.

    Raises:
        FeynmanError: the endpoint can't be used.
    """
    embedder = Embedder()
    builtin = BuiltinStudent(embedder)
    known = list(cases())
    given = known[:: max(1, len(known) // (pairs + 1))]
    async with opened(choice, os.environ) as (line, pool), bare(line) as client:
        student = ModelStudent(line, embedder, known=await probe(line))
        await asyncio.to_thread(student.warm)
        await asyncio.to_thread(builtin.warm)
        rows = list(_firsts(await first_tokens(client, line, student, builtin, given, pairs)))
        if work:
            fresh = [case for case in known if case not in given]
            for name, prepare in _prepared(embedder).items():
                unseen, fresh = fresh[: pairs + 2], fresh[pairs + 2 :]
                rows += _work(name, await own_work(client, pool, student, unseen, prepare))
    return "\n".join(["| | |", "|---|---|", *rows])


def _firsts(firsts: Firsts) -> Sequence[str]:
    return [
        f"| pairs | {len(firsts.bare)} |",
        f"| first token, bare client, median | {median(firsts.bare) * 1000:.1f} ms |",
        f"| first token, at our line, median | {median(firsts.line) * 1000:.1f} ms |",
        f"| ratio of the medians, line to bare | {median(firsts.line) / median(firsts.bare):.3f} |",
        f"| median of the pairs' ratios | {median(firsts.ratios):.3f} |",
        f"| median of the pairs' differences | {median(firsts.differences) * 1000:.1f} ms |",
        f"| first word out of the student, median | {median(firsts.word) * 1000:.1f} ms |",
    ]


def _prepared(embedder: Embedder) -> Mapping[str, Callable[[Case], None]]:
    """In a lesson's first turn its key points are new, later they are known; the learner's words are always new."""

    def known(case: Case) -> None:
        embedder.encode(list(case.points))

    return {"first turn": lambda _: None, "later turn": known}


def _work(name: str, work: Work) -> Sequence[str]:
    return [
        f"| {name}: turns | {len(work.turn)} |",
        f"| {name}: processor time, both calls, median | {median(work.turn) * 1000:.1f} ms |",
        f"| {name}: the same requests by the bare client, median | {median(work.bare) * 1000:.1f} ms |",
        f"| {name}: our own work, median of the differences | {median(work.own) * 1000:.1f} ms |",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench."""
    parser = argparse.ArgumentParser(prog="python -m bench.llm.overhead", description=__doc__)
    parser.add_argument("--base-url")
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--api-key-env", metavar="NAME")
    parser.add_argument("--pairs", type=int, default=20)
    given = parser.parse_args(arguments)
    scripted = given.base_url is None
    with answering() if scripted else nullcontext(given.base_url) as url:
        choice = Choice(model=given.model, base_url=url, api_key_env=given.api_key_env)
        try:
            print(asyncio.run(run(choice, given.pairs, work=scripted)))
        except ConfigurationError as error:
            print(error, file=sys.stderr)
        except FeynmanError as error:
            print(f"{explain_error(error.code, 'en')} ({error})", file=sys.stderr)
        else:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
