"""A model beside the built-in student: ``python -m bench.llm --base-url URL --model NAME [--limit N]``.

FeynBench, the pressure scripts and the injection scripts, in both languages. Progress goes to stderr, the table to
stdout.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from bench.llm.figures import Figures
from bench.llm.measure import Told, measure
from bench.llm.opened import Choice, opened
from bench.llm.play import Give
from bench.llm.table import table
from bench.llm.talk import Heard
from feynman.domain import ConfigurationError, FeynmanError, Language
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.fallback import FallbackStudent
from feynman.engines.llm import Capabilities, Line, ModelStudent, probe
from feynman.i18n.messages import explain_error
from feynman.references import Library
from feynman.text.embedding import Embedder

__all__ = ["main"]


async def run(choice: Choice, languages: Sequence[Language], told: Told, columns: dict[str, Figures]) -> None:
    """Measure both engines into ``columns``.

    Raises:
        FeynmanError: the endpoint can't be used at all.
    """
    library, embedder = Library.load(), Embedder()
    builtin = BuiltinStudent(embedder)
    async with opened(choice, os.environ) as (line, _):
        known = await probe(line)
        print(f"{line.endpoint.model}: {_ways(known)}", file=sys.stderr)
        await asyncio.to_thread(ModelStudent(line, embedder, known=known).warm)
        await asyncio.to_thread(builtin.warm)
        engines: dict[str, Give] = {
            "built-in": lambda _: builtin,
            line.endpoint.model: _model(line, embedder, known, builtin),
        }
        for name, give in engines.items():
            for language in languages:
                told(f"{name}:", ())
                figures = columns[f"{name}, {language}"] = Figures(language)
                await measure(figures, give, library, limit=choice.limit, told=told)


def _model(line: Line, embedder: Embedder, known: Capabilities, builtin: BuiltinStudent) -> Give:
    return lambda tools: FallbackStudent(ModelStudent(line, embedder, tools=tools, known=known), builtin)


def _ways(known: Capabilities) -> str:
    tools = "tools" if known.tools else "no tools"
    return f"structured answers by {known.structured}, {tools}"


def progress(*, replies: bool) -> Told:
    """Tell stderr what is done, with the seconds since the beginning; also the ``replies``."""
    begun = time.monotonic()

    def told(what: str, heard: Sequence[Heard]) -> None:
        failed = ", ".join(turn.degraded for turn in heard if turn.degraded is not None)
        print(f"{time.monotonic() - begun:6.0f} s  {what} {failed}".rstrip(), file=sys.stderr, flush=True)
        for turn in heard if replies else ():
            gaps = ", ".join(f"{gap.kind}: {gap.quote or gap.point_index}" for gap in turn.analysis.found)
            print(f"          [{gaps}]\n          {turn.reply}", file=sys.stderr, flush=True)

    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; 1 when it could not be run, 2 when the command is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.llm", description=__doc__)
    parser.add_argument("--base-url", help="an OpenAI-compatible endpoint, with its /v1; OpenAI's own if left out")
    parser.add_argument("--model", help="the model's name at the endpoint")
    parser.add_argument("--api-key-env", metavar="NAME", help="the environment variable that holds the key")
    parser.add_argument("--local", type=Path, metavar="PATH.gguf", help="run this file here instead of an endpoint")
    parser.add_argument("--price", type=float, nargs=2, metavar=("IN", "OUT"), help="of a million tokens")
    parser.add_argument("--limit", type=_positive, metavar="N", help="only so many texts and scripts of each kind")
    parser.add_argument("--language", choices=get_args(Language), help="only this one")
    parser.add_argument("--replies", action="store_true", help="show on stderr what was found and said")
    given = vars(parser.parse_args(arguments))
    told, only = progress(replies=given.pop("replies")), given.pop("language")
    languages: Sequence[Language] = get_args(Language) if only is None else (only,)
    columns: dict[str, Figures] = {}
    try:
        asyncio.run(run(Choice.model_validate(given), languages, told, columns))
    except ConfigurationError as error:
        print(error, file=sys.stderr)
    except FeynmanError as error:
        print(f"{explain_error(error.code, 'en')} ({error})", file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted: the figures are of what was done until then.", file=sys.stderr)
        print("\n".join(table(columns)))
        return 130
    else:
        print("\n".join(table(columns)))
        return 0
    return 1


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
