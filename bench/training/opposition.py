"""Fit the weights of the built-in student's contradiction evidence: ``python -m bench.training.opposition``.

Learns from the hand-written pairs beside this file, both languages together, every third topic held out, and from the
minimal pairs of ``opposites.tsv`` (none held out); writes the package's ``weights.toml`` and prints how the held-out
pairs come out.
"""

import csv
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from bench.running_app import ROOT
from feynman.domain import Language
from feynman.engines.builtin.opposition.evidence import EVIDENCE, evidence
from feynman.engines.builtin.opposition.verdict import design
from feynman.text.embedding import Embedder
from feynman.text.tokens import content_words

__all__ = ["main"]

_PAIRS: Final = ROOT / "bench" / "training"
_WEIGHTS: Final = ROOT / "feynman" / "engines" / "builtin" / "opposition" / "weights.toml"
_RIDGE: Final = 5.0
_DERIVED: Final = 0.5  # what a pair made from others weighs
_MINIMAL: Final = 3.0  # what a minimal pair weighs: there are few of each kind
_SYNONYMS: Final = 4
_STEPS: Final = 50
_THRESHOLDS: Final = (0.5, 0.6, 0.7, 0.8)
_CLAUSE: Final = re.compile(r"(?<=[,，;；])\s*|\s(?=because|so that|unless|while)")
_Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence held against a point; ``kind`` is the column, or how a contradiction contradicts."""

    language: Language
    held_out: bool
    point: str
    sentence: str
    contradicts: bool
    kind: str
    derived: bool = False


def pairs(language: Language) -> Iterator[Pair]:
    """All pairs of a language: the written ones, and those that say how little being alike tells."""
    with (_PAIRS / f"pairs_{language}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    held_out = set(sorted({row["topic"] for row in rows})[::3])
    for at, row in enumerate(rows):
        out, anchor = row["topic"] in held_out, row["anchor"]
        for kind in ("paraphrase", "informal", "partial", "neutral"):
            yield Pair(language, out, anchor, row[kind], contradicts=False, kind=kind)
        yield Pair(language, out, anchor, row["contradiction"], contradicts=True, kind=row["how"])
        yield Pair(language, out, anchor, row["contradiction2"], contradicts=True, kind=row["how2"])
        other = rows[(at + 1) % len(rows)]["paraphrase"]
        yield Pair(language, out, anchor, other, contradicts=False, kind="other")
        derived = [*_derived(row), *((anchor, each, False) for each in nearly_literal(anchor, language, at))]
        for point, sentence, contradicts in derived:
            yield Pair(language, out, point, sentence, contradicts=contradicts, kind="derived", derived=True)


def minimal_pairs() -> Iterator[Pair]:
    """Short pairs of one kind of conflict each, and their harmless look-alikes."""
    with (_PAIRS / "opposites.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            language: Language = "zh" if row["language"] == "zh" else "en"
            told = row["contradicts"] == "1"
            yield Pair(
                language, held_out=False, point=row["point"], sentence=row["sentence"], contradicts=told, kind="minimal"
            )


def _derived(row: dict[str, str]) -> Iterator[tuple[str, str, bool]]:
    """A copy and half a copy contradict nothing; a contradiction contradicts both ways, and the paraphrase too."""
    anchor, first = row["anchor"], _CLAUSE.split(row["anchor"])[0]
    yield anchor, anchor, False
    if first != anchor:
        yield anchor, first, False
        yield first, anchor, False
    yield row["informal"], row["paraphrase"], False
    yield row["paraphrase"], row["informal"], False
    yield row["paraphrase"], anchor, False
    yield row["contradiction"], row["contradiction"], False
    yield row["contradiction"], anchor, True
    yield row["paraphrase"], row["contradiction"], True


def nearly_literal(text: str, language: Language, seed: int) -> list[str]:
    """The text twice with up to four words for words that mean the same, drawn by ``seed``."""
    chance = random.Random(seed)  # noqa: S311 # reproducible, no secret
    edge = r"\b" if language == "en" else ""
    known = tomllib.loads((_PAIRS / "synonyms.toml").read_text("utf-8"))[language]
    made = []
    for most in (1, _SYNONYMS):
        changed = text
        for one, other in chance.sample(known, len(known)):
            both = ((one, other), (other, one)) if chance.randrange(2) else ((one, other),)
            for word, instead in both:
                if _differences(text, changed, language) < most and re.search(
                    f"{edge}{re.escape(word)}{edge}", changed
                ):
                    changed = re.sub(f"{edge}{re.escape(word)}{edge}", instead, changed, count=1)
                    break
        if changed != text:
            made.append(changed)
    return made


def _differences(text: str, changed: str, language: Language) -> int:
    """How many words of ``text`` are no longer in ``changed``."""
    return len(set(content_words(text, language)) - set(content_words(changed, language)))


def features(found: list[Pair], embedder: Embedder) -> _Matrix:
    """What the logistic reads of each pair."""
    points = embedder.encode([pair.point for pair in found])
    sentences = embedder.encode([pair.sentence for pair in found])
    rows = np.stack([evidence(pair.sentence, pair.point, pair.language) for pair in found])
    return design(rows, (points * sentences).sum(axis=1))


def fit(x: _Matrix, y: _Matrix, weight: _Matrix) -> _Matrix:
    """Weights and, last, the bias of a ridge-regularised logistic regression, by Newton's method."""
    rows = np.c_[x, np.ones(len(x))].astype(np.float64)
    found, ridge = np.zeros(rows.shape[1]), np.eye(rows.shape[1]) * _RIDGE
    ridge[-1, -1] = 1e-6
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (weight * (chance - y)) + ridge @ found
        curve = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows + ridge
        found -= np.linalg.solve(curve, slope)
    return found.astype(np.float32)


def written(weights: _Matrix) -> str:
    """The weights as TOML."""
    size = len(EVIDENCE)
    alone, about = weights[2 : 2 + size], weights[2 + size : -1]
    rows = [f"{name} = [{one:.3f}, {other:.3f}]" for name, one, other in zip(EVIDENCE, alone, about, strict=True)]
    return "\n".join(
        [
            "# Written by bench/training/opposition.py from the hand-written pairs beside it. A feature's two weights",
            "# are for itself and for it times how much the sentence is about the point; the cosine's are for it and",
            "# its square.",
            f"bias = {weights[-1]:.3f}",
            f"cosine = [{weights[0]:.3f}, {weights[1]:.3f}]",
            "",
            "[evidence]",
            *rows,
            "",
        ]
    )


def report(found: list[Pair], scores: _Matrix, language: Language) -> Iterator[str]:
    """Rows of the held-out pairs of one language."""
    out = [(pair, score) for pair, score in zip(found, scores, strict=True) if pair.held_out and not pair.derived]
    own = [(pair, score) for pair, score in out if pair.language == language]
    wrong = np.array([score for pair, score in own if pair.contradicts])
    for kind in ("paraphrase", "informal", "partial", "neutral"):
        right = np.array([score for pair, score in own if pair.kind == kind])
        yield f"| {language} | AUC against {kind} | {(wrong[:, None] > right).mean():.3f} |"
    right = np.array([score for pair, score in own if not pair.contradicts and pair.kind != "other"])
    for least in _THRESHOLDS:
        hits, false = int((wrong >= least).sum()), int((right >= least).sum())
        recall, precision = hits / len(wrong), hits / max(hits + false, 1)
        yield f"| {language} | recall / precision from {least} on | {recall:.2f} / {precision:.2f} |"
    for kind in sorted({pair.kind for pair, _ in own if pair.contradicts}):
        caught = [score >= _THRESHOLDS[0] for pair, score in own if pair.kind == kind and pair.contradicts]
        yield f"| {language} | {kind}: of {len(caught)} from {_THRESHOLDS[0]} on | {np.mean(caught):.2f} |"


def main() -> None:
    """Fit, write and report."""
    languages: tuple[Language, ...] = get_args(Language)
    found = [*(pair for language in languages for pair in pairs(language)), *minimal_pairs()]
    x = features(found, Embedder())
    learned = np.array([not pair.held_out for pair in found])
    y = np.array([pair.contradicts for pair in found], np.float32)
    weight = np.array([_DERIVED if pair.derived else _MINIMAL if pair.kind == "minimal" else 1.0 for pair in found])
    weights = fit(x[learned], y[learned], weight[learned])
    _WEIGHTS.write_text(written(weights), "utf-8")
    scores = 1 / (1 + np.exp(-(x @ weights[:-1] + weights[-1])))
    print("| language | held-out pairs | |")
    print("|---|---|---|")
    for language in languages:
        for row in report(found, scores, language):
            print(row)


if __name__ == "__main__":
    main()
