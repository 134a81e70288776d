"""The shipped encoder and scorer, and a table in Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bench.training.corpora import Example
from feynman.engines.builtin.scorer import Scorer, Verdict
from feynman.text.embedding import Embedder
from feynman.text.subwords import SubwordReader

__all__ = ["Rig", "rig", "table"]


@dataclass(frozen=True)
class Rig:
    """One encoder and the scorer that shares its table."""

    embedder: Embedder
    scorer: Scorer

    def judge(self, example: Example) -> Verdict:
        """Grade one answer as its corpus does."""
        vectors = self.embedder.encode([example.unit, *example.points])
        return self.scorer.judge(
            example.unit,
            example.points,
            answer_vector=vectors[0],
            point_vectors=vectors[1:],
            question=example.asked,
            kinds=example.kinds,
            head=example.corpus,
        )


@lru_cache(maxsize=1)
def rig() -> Rig:
    """Load both once."""
    embedder = Embedder()
    embedder.warm()
    return Rig(embedder, Scorer.load(SubwordReader(embedder)))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"
