"""How far a unit of an explanation says a key point, and whether it contradicts it: learned from graded answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from feynman.engines.builtin.scorer.features import NAMES, pair_features
from feynman.engines.builtin.scorer.layout import BLEND, HEADS, KINDS, LESSON, cosines, sentence_pair
from feynman.engines.builtin.scorer.network import Padded, Reading, hidden, logits, padded, pooled, reading
from feynman.engines.builtin.scorer.weights import Weights, load
from feynman.text.subwords import Subwords

__all__ = ["Scorer", "Scores", "SubwordSource", "Verdict"]

Array = NDArray[Any]  # float32
_KEPT: Final = 512  # texts whose subwords are kept: the points of open lessons and the units of the last turns
_KEPT_PAIRS: Final = 4096
_BLOCK: Final = 16


class SubwordSource(Protocol):
    """What the scorer needs of ``feynman.text.subwords.SubwordReader``."""

    def read(self, texts: Sequence[str], /) -> list[Subwords]:
        """Return the pieces of each text."""
        ...


@dataclass(frozen=True, slots=True)
class Scores:
    """``said`` is the probability that the unit says the point, ``opposed`` that it contradicts it: 0-1, ``(n, m)``."""

    said: Array
    opposed: Array


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an answer is graded: ``shares`` of said, opposed and neither, ``(3,)``, the best class, and said or not."""

    shares: Array
    label: int
    said: bool


@dataclass(frozen=True, slots=True)
class _Text:
    pieces: NDArray[np.int64]
    readings: tuple[Reading, ...]


class Scorer:
    """Holds units of an explanation against key points, in Chinese and English; for any thread."""

    def __init__(self, weights: Weights, subwords: SubwordSource) -> None:
        self._weights = weights
        self._subwords = subwords
        self._columns = np.array([NAMES.index(name) if name in NAMES else -1 for name in weights.names])
        self._text = lru_cache(maxsize=_KEPT)(self._read)
        self._features = lru_cache(maxsize=_KEPT_PAIRS)(pair_features)

    @classmethod
    def load(cls, subwords: SubwordSource) -> "Scorer":
        """Take the weights of the package."""
        return cls(load(), subwords)

    def score(
        self,
        units: Sequence[str],
        points: Sequence[str],
        *,
        unit_vectors: NDArray[Any],
        point_vectors: NDArray[Any],
        topic: str = "",
        question: str = "",
    ) -> Scores:
        """Score every unit with every point; what ``topic`` and ``question`` say already counts little.

        The vectors are the embedder's, ``(n, 512)`` and ``(m, 512)``. The first 400 characters of a text are read.
        """
        if not units or not points:
            return Scores(*np.zeros((2, len(units), len(points)), np.float32))
        shares = self.shares(
            units, points, unit_vectors=unit_vectors, point_vectors=point_vectors, asked=f"{topic} {question}".strip()
        )
        return Scores(*self._calibrated(shares))

    def shares(
        self,
        units: Sequence[str],
        points: Sequence[str],
        *,
        unit_vectors: NDArray[Any],
        point_vectors: NDArray[Any],
        asked: str,
        head: str = LESSON,
    ) -> Array:
        """Return the shares of said, opposed and neither as in the corpus ``head``, not calibrated, ``(n, m, 3)``."""
        rows, linear = self._members(units, points, unit_vectors, point_vectors, asked)
        at = HEADS.index(head)
        networks = [logits(net, each)[..., at, :] for net, each in zip(self._weights.networks, rows, strict=True)]
        return _mixed(networks, linear[..., at, :], BLEND[at])

    def judge(
        self,
        answer: str,
        points: Sequence[str],
        *,
        answer_vector: NDArray[Any],
        point_vectors: NDArray[Any],
        question: str,
        kinds: Sequence[str] = (),
        head: str = LESSON,
    ) -> Verdict:
        """Grade ``answer`` as the corpus ``head`` does; any of ``points`` is enough, ``kinds`` are their categories."""
        vectors = np.asarray(answer_vector)[None]
        rows, linear = self._members([answer], points, vectors, np.asarray(point_vectors), question)
        numbers = np.array([KINDS.index(kind) for kind in kinds or [""] * len(points)])
        networks = [pooled(net, each[0], numbers) for net, each in zip(self._weights.networks, rows, strict=True)]
        best = int((np.asarray(point_vectors) @ vectors[0]).argmax())
        at = HEADS.index(head)
        shares = _mixed([each[at] for each in networks], linear[0, best, at], BLEND[at])
        opposed, neither, said = self._weights.decisions[at]
        logs = np.log(shares + 1e-6)
        label = int((logs + np.array([0, opposed, neither], np.float32)).argmax())
        return Verdict(shares, label, bool(_odds(shares[0]) + said > 0))

    def _members(
        self, units: Sequence[str], points: Sequence[str], unit_vectors: Array, point_vectors: Array, asked: str
    ) -> tuple[list[Array], Array]:
        """The networks' hidden rows ``(n, m, 96)`` and the linear member's logits ``(n, m, heads, 3)``."""
        ours, theirs = np.asarray(unit_vectors)[:, None], np.asarray(point_vectors)[None]
        measured = np.concatenate([cosines(ours, theirs), self._measured(units, points, asked)], -1)
        sentences = sentence_pair(ours, theirs)
        said, meant = [self._text(unit) for unit in units], [self._text(point) for point in points]
        known = self._text(asked).pieces
        rows = [
            np.concatenate(
                [
                    hidden(
                        net,
                        _padded(said[block], at, known),
                        _padded(meant, at, known),
                        sentences[block],
                        measured[block],
                    )
                    for block in _blocks(len(units))
                ]
            )
            for at, net in enumerate(self._weights.networks)
        ]
        weights = self._weights.linear
        every = np.concatenate([sentences, measured], -1)
        flat = every @ weights[..., :-1].reshape(-1, every.shape[-1]).T
        return rows, flat.reshape(*every.shape[:2], *weights.shape[:2]) + weights[..., -1]

    def _measured(self, units: Sequence[str], points: Sequence[str], asked: str) -> Array:
        """The scaled features, ``(n, m, k)``; one that is no longer measured counts as usual."""
        table = np.array([[self._features(unit, point, asked) for point in points] for unit in units], np.float32)
        scaled = (table[..., self._columns] - self._weights.center) / self._weights.spread
        return np.where(self._columns >= 0, scaled, np.float32(0))

    def _read(self, text: str) -> _Text:
        subwords = self._subwords.read([text])[0]
        return _Text(subwords.pieces, tuple(reading(net, subwords.vectors) for net in self._weights.networks))

    def _calibrated(self, shares: Array) -> Array:
        """Said and opposed as probabilities, ``(2, n, m)``."""
        slopes, biases = self._weights.calibration
        odds = np.stack([_odds(shares[..., 0]), _odds(shares[..., 1])])
        return np.asarray(1 / (1 + np.exp(-(slopes[:, None, None] * odds + biases[:, None, None]))), np.float32)


def _blocks(count: int) -> list[slice]:
    """Cut many units into parts whose alignments fit into memory."""
    return [slice(at, at + _BLOCK) for at in range(0, count, _BLOCK)]


def _padded(texts: list[_Text], member: int, known: NDArray[np.int64]) -> Padded:
    return padded([text.readings[member] for text in texts], [text.pieces for text in texts], known)


def _mixed(networks: list[Array], linear: Array, part: float) -> Array:
    """The members' shares, ``part`` of them the linear one's, ``(..., 3)``."""
    stacked = np.stack([*networks, linear])
    stacked = np.exp(stacked - stacked.max(-1, keepdims=True))
    stacked /= stacked.sum(-1, keepdims=True)
    return np.asarray((1 - part) * stacked[:-1].mean(0) + part * stacked[-1], np.float32)


def _odds(share: Array) -> Array:
    clipped = np.clip(share, 1e-5, 1 - 1e-5)
    return np.asarray(np.log(clipped / (1 - clipped)))
