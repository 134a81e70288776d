"""Fit the weights of coverage: ``python -m bench.training.coverage``.

Learns from the starter library's lessons (tests/data/lessons) and the tuning half of FeynBench, both languages
together, and prints how texts of topics left out come out. The weights it prints stand in
``feynman/engines/builtin/weights.py``.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from bench.feynbench.cases import cases
from bench.running_app import ROOT
from feynman.domain import GapKind, Language, Reference
from feynman.engines.builtin.measures import FEATURES, measure
from feynman.engines.builtin.reading import read
from feynman.engines.builtin.scorer import Scorer
from feynman.engines.builtin.targets import targets
from feynman.references import Library, from_points
from feynman.text.embedding import Embedder
from feynman.text.subwords import SubwordReader

__all__ = ["main"]

_LESSONS: Final = sorted((ROOT / "tests" / "data" / "lessons").glob("*.toml"))
_FOLDS: Final = 10
_STRENGTH: Final = 20.0  # the leads are small numbers
_MISSING: Final = 0.3  # feynman.engines.builtin.coverage.PARTIAL
_Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Text:
    """An explanation and which of the reference's points it says (1) and leaves out (0)."""

    topic: str
    language: Language
    reference: Reference
    text: str
    said: Mapping[int, int]
    lesson: bool


def texts(library: Library) -> Iterator[Text]:
    """All texts to learn from; points half said or contradicted are in none."""
    for path in _LESSONS:
        lesson = tomllib.loads(path.read_text("utf-8"))
        for language in get_args(Language):
            topic = library.get(path.stem, language)
            if topic is None:
                raise LookupError(path.stem)
            every = range(len(topic.reference.points))
            given = set(lesson[language]["partial_points"])
            for name, said in (("complete", set(every)), ("partial", given)):
                text = lesson[language][name]
                yield Text(
                    path.stem, language, topic.reference, text, {at: int(at in said) for at in every}, lesson=True
                )
    for case in cases("tune"):
        missing = {gap.point: 0 for gap in case.gaps if gap.kind is GapKind.MISSING_POINT and gap.point is not None}
        reference = from_points(case.topic, case.points)
        judged = dict.fromkeys(case.covered, 1) | missing
        yield Text(case.topic_id, case.language, reference, case.text, judged, lesson=False)


def across(found: list[Text], library: Library) -> Iterator[Text]:
    """The lessons held against the key points in the other language."""
    for text in found:
        topic = library.get(text.topic, "en" if text.language == "zh" else "zh") if text.lesson else None
        if topic is not None:
            yield Text(text.topic, text.language, topic.reference, text.text, text.said, lesson=True)


def alone(found: list[Text]) -> Iterator[Text]:
    """Each point as a reference of its own."""
    for text in found:
        for at, said in text.said.items():
            reference = text.reference.model_copy(update={"points": (text.reference.points[at],), "misconceptions": ()})
            yield Text(text.topic, text.language, reference, text.text, {0: said}, lesson=text.lesson)


def rows(found: list[Text], embedder: Embedder, scorer: Scorer) -> tuple[_Rows, _Rows, list[Text]]:
    """Features, labels and the text of each judged point."""
    features, labels, owners = [], [], []
    for text in found:
        reading = read(text.text, text.language, embedder)
        goals = targets(text.reference, text.language, embedder)
        measured = measure(reading, goals, scorer).features(np.ones((len(reading.units), 1))).max(axis=0)
        for at, said in text.said.items():
            features.append(measured[at])
            labels.append(said)
            owners.append(text)
    return np.array(features, np.float64), np.array(labels, np.float64), owners


def fitted(x: _Rows, y: _Rows, used: list[int]) -> _Rows:
    """Weights of all columns, 0 for those not ``used``, and the bias last."""
    model = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(x[:, used], y)
    weights = np.zeros(x.shape[1] + 1)
    weights[used], weights[-1] = model.coef_[0], model.intercept_[0]
    return weights


def best_cut(y: _Rows, logits: _Rows) -> float:
    """The logit below which a point is best called missing: where F1 is largest."""
    cuts = np.quantile(logits, np.linspace(0.01, 0.5, 200))
    hits = np.array([((logits < cut) & (y == 0)).sum() for cut in cuts])
    called, missing = np.array([(logits < cut).sum() for cut in cuts]), (y == 0).sum()
    scores = 2 * hits / np.maximum(called + missing, 1)
    return float(np.median(cuts[scores >= scores.max() - 0.01]))


def fit(name: str, found: list[Text], used: list[int], embedder: Embedder, scorer: Scorer) -> None:
    """Print one set of weights and its figures on topics left out."""
    x, y, owners = rows(found, embedder, scorer)
    groups = [owner.topic for owner in owners]
    logits = np.zeros(len(y))
    for train, test in GroupKFold(_FOLDS).split(x, y, groups):
        weights = fitted(x[train], y[train], used)
        logits[test] = x[test] @ weights[:-1] + weights[-1]
    weights = fitted(x, y, used)
    print(f"{name} = ({', '.join(f'{weight:.1f}' for weight in weights[:-1])})")
    for language in get_args(Language):
        own = np.array([owner.language == language for owner in owners])
        bias = weights[-1] + np.log(_MISSING / (1 - _MISSING)) - best_cut(y[own], logits[own])
        print(f"  bias, {language}: {bias:.1f}")
    for source, lesson in (("lessons", True), ("FeynBench", False)):
        for language in get_args(Language):
            own = np.array([owner.lesson == lesson and owner.language == language for owner in owners])
            if own.any() and 0 < y[own].sum() < own.sum():
                print(f"  {source}, {language}: AUC {roc_auc_score(y[own], logits[own]):.3f}")


def main() -> None:
    """Fit the three sets."""
    embedder, library = Embedder(), Library.load()
    scorer = Scorer.load(SubwordReader(embedder))
    found = list(texts(library))
    fit("AMONG", found, list(range(len(FEATURES))), embedder, scorer)
    fit("ALONE", list(alone(found)), [0, 1, 2, 6], embedder, scorer)
    fit("ACROSS", list(across(found, library)), [0, 2, 3, 5, 6], embedder, scorer)


if __name__ == "__main__":
    main()
