"""Seconds the built-in student takes for a turn, lesson-length and very long: ``python -m bench.student``."""

import asyncio
import statistics
import time
import tomllib
from collections.abc import Iterator
from typing import Final, get_args

from bench.running_app import ROOT
from feynman.domain import MAX_EXPLANATION, Explanation, Language
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.student import Lesson
from feynman.references import Library
from feynman.text.embedding import Embedder
from feynman.workflow.findings import Findings

__all__ = ["main"]

_LONG: Final[dict[str, tuple[Language, str]]] = {
    "sentences, en": ("en", "Plants take water from the soil, and the leaves catch light because of their colour. "),
    "sentences, zh": ("zh", "植物从土壤里吸水，叶子因为有颜色所以能抓住阳光。"),
    "one character, zh": ("zh", "水"),
    "wrong sums": ("en", "3 + 4 = 8. "),
    "because": ("en", "because "),
    "one term, en": ("en", "chlorophyll "),
    "one term, zh": ("zh", "叶绿素"),
}


def lesson(library: Library, topic_id: str, language: Language, text: str) -> Lesson:
    """A first turn about a topic of the library."""
    topic = library.get(topic_id, language)
    if topic is None:
        raise LookupError(topic_id)
    explanation = Explanation(
        topic=topic.title, text=text, language=language, learner_id="bench", session_id="bench", turn_id="bench"
    )
    return Lesson(explanation=explanation, reference=topic.reference)


async def turn(student: BuiltinStudent, given: Lesson) -> float:
    """Run one turn, examination and reply, and return its seconds."""
    begun = time.perf_counter()
    findings = Findings(given)
    async for finding in student.examine(given):
        findings.add(finding)
    async for _ in student.reply(given, findings.analysis()):
        pass
    return time.perf_counter() - begun


def lessons(library: Library) -> Iterator[Lesson]:
    """The complete explanation of every topic in every language."""
    for path in sorted((ROOT / "tests" / "data" / "lessons").glob("*.toml")):
        texts = tomllib.loads(path.read_text("utf-8"))
        for language in get_args(Language):
            yield lesson(library, path.stem, language, texts[language]["complete"])


async def measure() -> None:
    """Print a table; the model is loaded and the key points are embedded before the clock starts."""
    embedder, library = Embedder(), Library.load()
    student = BuiltinStudent(embedder)
    embedder.warm()
    student.warm()
    given = list(lessons(library))
    for each in given:
        embedder.encode([point.text for point in each.reference.points])
    seconds = [await turn(student, each) for each in given]
    print("| turn | time |")
    print("|---|---|")
    print(f"| lesson-length explanation, median of {len(seconds)} | {statistics.median(seconds) * 1000:.0f} ms |")
    for name, (language, text) in _LONG.items():
        whole = (text * MAX_EXPLANATION)[:MAX_EXPLANATION]
        spent = await turn(student, lesson(library, "photosynthesis", language, whole))
        print(f"| {MAX_EXPLANATION:,} characters: {name} | {spent * 1000:.0f} ms |")


def main() -> None:
    """Run the bench."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
