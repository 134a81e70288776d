"""What the built-in student finds in the starter topics' lessons, and its seconds: ``python -m bench.student``."""

import asyncio
import statistics
import time
import tomllib
from collections.abc import Iterator
from typing import Final, get_args

from bench.running_app import ROOT
from feynman.domain import MAX_EXPLANATION, Explanation, GapKind, Language
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.student import Analysis, Discovery, Lesson
from feynman.references import Library
from feynman.text.embedding import Embedder
from feynman.workflow.findings import Findings

__all__ = ["main"]

_LESSONS: Final = sorted((ROOT / "tests" / "data" / "lessons").glob("*.toml"))
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


async def examined(student: BuiltinStudent, given: Lesson) -> Analysis:
    """Return what the student finds."""
    findings = Findings(given)
    async for finding in student.examine(given):
        if isinstance(finding, Discovery):
            findings.add(finding)
    return findings.analysis()


async def turn(student: BuiltinStudent, given: Lesson) -> float:
    """Run one turn, examination and reply, and return its seconds."""
    begun = time.perf_counter()
    async for _ in student.reply(given, await examined(student, given)):
        pass
    return time.perf_counter() - begun


async def quality(student: BuiltinStudent, library: Library, language: Language) -> str:
    """Return a row: gaps per complete text, recall and precision of missing points, misconceptions caught."""
    raised = hits = false = missed = caught = topics = 0
    for path in _LESSONS:
        texts = tomllib.loads(path.read_text("utf-8"))[language]
        complete, partial, mistaken = [
            await examined(student, lesson(library, path.stem, language, texts[name]))
            for name in ("complete", "partial", "mistaken")
        ]
        topics += 1
        raised += len(complete.found)
        found = {gap.point_index for gap in partial.found if gap.kind is GapKind.MISSING_POINT}
        truth = set(range(len(partial.coverage))) - set(texts["partial_points"])
        hits, false, missed = hits + len(found & truth), false + len(found - truth), missed + len(truth - found)
        first = texts["mistaken"].index(texts["mistaken_quote"])
        last = first + len(texts["mistaken_quote"])
        wrong = [gap for gap in mistaken.found if gap.kind is GapKind.FACTUAL_ERROR]
        caught += any((gap.start or 0) < last and first < (gap.end or 0) for gap in wrong)
    return (
        f"| {language} | {raised / topics:.2f} | {hits / (hits + missed):.2f} / {hits / (hits + false):.2f} "
        f"| {caught} of {topics} |"
    )


def lessons(library: Library) -> Iterator[Lesson]:
    """The complete explanation of every topic in every language."""
    for path in _LESSONS:
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
    print("\n| language | complete: gaps per text | partial: recall / precision | mistaken: caught |")
    print("|---|---|---|---|")
    for language in get_args(Language):
        print(await quality(student, library, language))


def main() -> None:
    """Run the bench."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
