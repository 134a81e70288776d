"""What a turn and the whole evaluation cost: processor time and memory."""

import statistics
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import psutil

from bench.gaps.rig import rig, table

__all__ = ["cost_section"]

_MEGABYTE: Final = 1024 * 1024
_TURNS: Final = 30
_LESSONS: Final = {
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
    """Lines of Markdown: the median turn of five fresh sentences and their windows of two, against known points."""
    del data
    rows = [(name, *_turns(*lesson)) for name, lesson in _LESSONS.items()]
    yield from table(
        ("Five sentences, five points", "encoding", "scoring", "both", "goal", "sentences per second"), rows
    )
    yield ""
    memory = psutil.Process().memory_info()
    peak = getattr(memory, "peak_wset", None) or _peak()
    yield from table(("Memory of this process", "MB"), [("peak", f"{peak / _MEGABYTE:.0f}")])


def _turns(sentences: list[str], points: list[str], joint: str) -> tuple[str, ...]:
    embedder, scorer = rig().embedder, rig().scorer
    known = embedder.encode(points)
    encoding, scoring = [], []
    for turn in range(_TURNS):
        fresh = [sentence.format(turn) for sentence in sentences]
        units = fresh + [joint.join(pair) for pair in pairwise(fresh)]
        begun = time.process_time()
        vectors = embedder.encode(units)
        encoded = time.process_time()
        scorer.score(units, points, unit_vectors=vectors, point_vectors=known, topic=points[0])
        scored = time.process_time()
        encoding.append(1000 * (encoded - begun))
        scoring.append(1000 * (scored - encoded))
    one, other = statistics.median(encoding), statistics.median(scoring)
    rate = 1000 * len(sentences) / (one + other)
    return f"{one:.1f} ms", f"{other:.1f} ms", f"{one + other:.1f} ms", "25 ms for the whole student", f"{rate:.0f}"


def _peak() -> int:
    import resource  # noqa: PLC0415 # not there on Windows, where psutil knows the peak

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
