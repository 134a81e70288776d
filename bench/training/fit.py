"""Training one network, and what a network says about examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from bench.training.corpora import Example
from bench.training.inputs import Inputs
from bench.training.network import Batch, Network, pooled
from feynman.engines.builtin.scorer.layout import HEADS, LESSON, cosines, rarity, sentence_pair

__all__ = ["Plan", "Scale", "fit", "predict"]

Scale = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Mean and spread of the features."""

_BATCH: Final = 48
_BUCKETS: Final = 20
_LONGEST: Final = 48


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how carefully to train; ``most`` and ``most_lessons`` bound the examples of a corpus in an epoch."""

    epochs: int = 4
    rate: float = 2e-3
    decay: float = 1e-2
    drop: float = 0.3
    smoothing: float = 0.05
    most: int = 4000
    most_lessons: int = 12_000
    lesson_share: float = 0.3
    points: int = 4


def fit(
    inputs: Inputs,
    chosen: NDArray[np.int64],
    scale: Scale,
    plan: Plan,
    seed: int,
) -> Network:
    """Train on the ``chosen`` examples."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = Network(inputs.reduced.shape[1], inputs.pairs.features.shape[1], len(HEADS), drop=plan.drop)
    optimizer = _optimizer(network, plan)
    corpora = _by_corpus(inputs, chosen)
    steps = plan.epochs * (
        1 + sum(min(_most(inputs, each, plan), len(each)) for each in corpora) // _BATCH + len(corpora)
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.rate, total_steps=steps + 10, pct_start=0.15)
    loader = _Loader(inputs, scale)
    network.train()
    for _ in range(plan.epochs):
        for part in _batches(inputs, corpora, plan, rng):
            batch = loader.batch(part, rng, plan.points)
            loss = _loss(pooled(network, network(batch), batch, len(part)), [inputs.examples[i] for i in part], plan)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    network.eval()
    return network


def predict(network: Network, inputs: Inputs, chosen: NDArray[np.int64], scale: Scale) -> NDArray[np.float32]:
    """Return the logits of the ``chosen`` examples, ``(n, heads, 3)``."""
    loader = _Loader(inputs, scale)
    order = np.argsort([loader.length(i) for i in chosen], kind="stable")
    logits = np.zeros((len(chosen), len(HEADS), 3), np.float32)
    with torch.no_grad():
        for at in range(0, len(chosen), 128):
            part = order[at : at + 128]
            batch = loader.batch(chosen[part])
            logits[part] = pooled(network, network(batch), batch, len(part)).numpy()
    return logits


class _Loader:
    def __init__(self, inputs: Inputs, scale: Scale) -> None:
        self._inputs = inputs
        self._features = (inputs.pairs.features - scale[0]) / scale[1]
        self._first = np.searchsorted(inputs.pairs.owner, np.arange(len(inputs.examples) + 1))

    def length(self, example: int) -> int:
        text = self._inputs.pairs.unit[self._first[example]]
        return int(self._inputs.starts[text + 1] - self._inputs.starts[text])

    def batch(
        self, examples: Sequence[int] | NDArray[np.int64], rng: np.random.Generator | None = None, points: int = 0
    ) -> Batch:
        rows, owners = [], []
        for owner, example in enumerate(examples):
            own = np.arange(self._first[example], self._first[example + 1])
            own = rng.permutation(own)[:points] if rng is not None and len(own) > points else own
            rows.append(own)
            owners += [owner] * len(own)
        at = np.concatenate(rows)
        pairs, vectors = self._inputs.pairs, self._inputs.vectors
        unit, unit_mask = self._padded(pairs.unit[at])
        point, point_mask = self._padded(pairs.point[at])
        said = np.where(unit_mask, self._inputs.pieces[unit], -1)
        meant = np.where(point_mask, self._inputs.pieces[point], -2)
        ours, theirs = vectors[pairs.unit[at]], vectors[pairs.point[at]]
        same = said[:, :, None] == meant[:, None, :]
        return Batch(
            torch.tensor(self._inputs.reduced[unit]),
            torch.tensor(unit_mask),
            self._extra(said, same.any(2), pairs.asked[at]),
            torch.tensor(self._inputs.reduced[point]),
            torch.tensor(point_mask),
            self._extra(meant, same.any(1), pairs.asked[at]),
            torch.tensor(same.astype(np.float32)),
            torch.tensor(sentence_pair(ours, theirs)),
            torch.tensor(cosines(ours, theirs)),
            torch.tensor(self._features[at]),
            torch.tensor(pairs.kind[at]),
            torch.tensor(owners),
        )

    def _padded(self, texts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        starts, lengths = self._inputs.starts[texts], np.diff(self._inputs.starts)[texts].clip(max=_LONGEST)
        steps = np.arange(lengths.max())
        mask = steps < lengths[:, None]
        return np.where(mask, starts[:, None] + steps, 0), mask

    def _extra(self, pieces: NDArray[np.int64], same: NDArray[np.bool_], asked: NDArray[np.int64]) -> torch.Tensor:
        starts = self._inputs.starts
        known = np.stack(
            [
                np.isin(row, self._inputs.pieces[starts[text] : starts[text + 1]])
                for row, text in zip(pieces, asked, strict=True)
            ]
        )
        return torch.tensor(np.stack([same, known, rarity(pieces)], -1).astype(np.float32))


def _optimizer(network: Network, plan: Plan) -> torch.optim.Optimizer:
    matrices = [each for each in network.parameters() if each.ndim > 1]
    others = [each for each in network.parameters() if each.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": plan.decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=plan.rate)


def _by_corpus(inputs: Inputs, chosen: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    names = np.array([inputs.examples[i].corpus for i in chosen])
    return [chosen[names == name] for name in sorted(set(names))]


def _most(inputs: Inputs, corpus: NDArray[np.int64], plan: Plan) -> int:
    return plan.most_lessons if inputs.examples[corpus[0]].corpus == LESSON else plan.most


def _batches(
    inputs: Inputs, corpora: list[NDArray[np.int64]], plan: Plan, rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """One epoch, texts of like length together."""
    epoch = rng.permutation(np.concatenate([rng.permutation(each)[: _most(inputs, each, plan)] for each in corpora]))
    lengths = np.array([len(inputs.examples[i].unit) for i in epoch])
    batches = []
    for at in range(0, len(epoch), _BATCH * _BUCKETS):
        part = slice(at, at + _BATCH * _BUCKETS)
        ordered = epoch[part][np.argsort(lengths[part], kind="stable")]
        batches += [ordered[k : k + _BATCH] for k in range(0, len(ordered), _BATCH)]
    return [batches[i] for i in rng.permutation(len(batches))]


def _loss(logits: torch.Tensor, examples: Sequence[Example], plan: Plan) -> torch.Tensor:
    corpora = [example.corpus for example in examples]
    target = torch.tensor([example.target for example in examples])
    target = target * (1 - plan.smoothing) + plan.smoothing / 3
    own = logits[torch.arange(len(corpora)), torch.tensor([HEADS.index(name) for name in corpora])]
    binary = torch.tensor([name == "argkp" for name in corpora])
    loss = _losses(own, target, binary)
    lesson = torch.tensor([0.0 if name in {"saf", LESSON} else plan.lesson_share for name in corpora])
    return (loss + lesson * _losses(logits[:, HEADS.index(LESSON)], target, binary)).mean()


def _losses(logits: torch.Tensor, target: torch.Tensor, binary: torch.Tensor) -> torch.Tensor:
    three = functional.cross_entropy(logits, target, reduction="none")
    said = logits[:, 0] - logits[:, 1:].logsumexp(-1)
    two = functional.binary_cross_entropy_with_logits(said, target[:, 0], reduction="none")
    return torch.where(binary, 0.6 * two, three)
