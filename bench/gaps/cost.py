"""What a turn and the whole evaluation cost: processor time and memory."""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import psutil

from bench.gaps.rig import rig, table
from feynman.domain import Explanation, Language
from feynman.engines.builtin import BuiltinStudent
from feynman.engines.student import Lesson
from feynman.references import from_points

__all__ = ["cost_section"]

_MEGABYTE: Final = 1024 * 1024
_TURNS: Final = 30
_LESSONS: Final[Mapping[Language, tuple[list[str], list[str], str]]] = {
    "en": (
        [
            "Plants take water from the soil through their roots in the {} season.",
            "Their leaves let air in and use the carbon dioxide of day {}.",
            "Light of lamp {} is caught by the green stuff in the leaf.",
            "With it they make sugar, about {} grams, which is stored food.",
            "What is left over, oxygen, goes out again {} times an hour.",
        ],
        [
            "Photosynthesis turns light energy into chemical energy stored in sugar.",
            "Plants take in carbon dioxide and give off oxygen.",
            "Chlorophyll in the leaves absorbs light.",
            "Roots take up water from the soil.",
            "The sugar is used for growth and stored as starch.",
        ],
        " ",
    ),
    "zh": (
        [
            "植物的根在第{}季从土壤里吸收水分。",
            "叶子在第{}天让空气进来，用掉里面的二氧化碳。",
            "第{}盏灯的光被叶子里的绿色东西抓住。",
            "然后它们做出大约{}克糖，当成粮食存起来。",
            "剩下的氧气每小时放出去{}次。",
        ],
        [
            "光合作用把光能转化为储存在糖里的化学能。",
            "植物吸收二氧化碳，放出氧气。",
            "叶片中的叶绿素吸收光。",
            "根从土壤中吸收水分。",
            "糖用于生长，并以淀粉的形式储存。",
        ],
        "",
    ),
}


def cost_section(data: Path) -> Iterator[str]:
    """Lines of Markdown: the median turn of five fresh sentences against known points, and the memory it took."""
    del data
    rows = [(name, *_turns(name, *lesson)) for name, lesson in _LESSONS.items()]
    yield from table(("Five sentences, five points", "encoding", "the whole examination", "goal"), rows)
    yield ""
    memory = psutil.Process().memory_info()
    peak = getattr(memory, "peak_wset", None) or _peak()
    yield from table(("Memory of this process", "MB"), [("peak", f"{peak / _MEGABYTE:.0f}")])


def _turns(language: Language, sentences: list[str], points: list[str], joint: str) -> tuple[str, ...]:
    embedder, student = rig().embedder, BuiltinStudent(rig().embedder)
    student.warm()
    reference = from_points(points[0], points)
    encoding, whole = [], []
    for turn in range(_TURNS):
        explanation = Explanation(
            topic=points[0],
            text=joint.join(sentence.format(turn + 2) for sentence in sentences),
            language=language,
            learner_id="b",
            session_id="b",
            turn_id=str(turn),
        )
        lesson = Lesson(explanation=explanation, reference=reference)
        whole.append(_milliseconds(lambda lesson=lesson: asyncio.run(_examined(student, lesson))))  # type: ignore[misc] # mypy can't infer a lambda's default
        other = [sentence.format(turn + 2 + _TURNS) for sentence in sentences]
        encoding.append(_milliseconds(lambda other=other: embedder.encode(other)))  # type: ignore[misc] # as above
    return (*(f"{statistics.median(each):.1f} ms" for each in (encoding, whole)), "25 ms")


def _milliseconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return 1000 * (time.process_time() - begun)


async def _examined(student: BuiltinStudent, lesson: Lesson) -> int:
    return len([finding async for finding in student.examine(lesson)])


def _peak() -> int:
    import resource  # noqa: PLC0415 # not there on Windows, where psutil knows the peak

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
