"""The scorer's network as it is trained: soft alignment of subwords, sentence vectors, measured features.

After Parikh et al. 2016 (decomposable attention, arXiv:1606.01933) and Chen et al. 2017 (ESIM, arXiv:1609.06038).
``feynman.engines.builtin.scorer.network`` computes the same with NumPy.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from feynman.engines.builtin.scorer.layout import KINDS

__all__ = ["Batch", "Network", "pooled"]


@dataclass(frozen=True)
class Batch:
    """A few pairs, padded: subwords ``(n, t, d)``, masks ``(n, t)``, extras ``(n, t, 3)``, sentences ``(n, 1024)``."""

    unit: Tensor
    unit_mask: Tensor
    unit_extra: Tensor
    point: Tensor
    point_mask: Tensor
    point_extra: Tensor
    same: Tensor
    sentences: Tensor
    cosine: Tensor
    features: Tensor
    kind: Tensor
    owner: Tensor


class Network(nn.Module):
    """From pairs to a hidden row each; ``heads`` take pooled rows to logits of said, opposed, neither."""

    def __init__(self, components: int, features: int, heads: int, *, width: int = 64, drop: float = 0.3) -> None:
        super().__init__()
        self.project = nn.Linear(components, width)
        self.attend = nn.Linear(width, width, bias=False)
        self.sharpness = nn.Parameter(torch.tensor(5.0))
        self.same_bonus = nn.Parameter(torch.tensor(1.0))
        self.compare = nn.Linear(4 * width + 3, width)
        self.gate = nn.Linear(width + 3, 1)
        self.sentence = nn.Linear(1024, width)
        self.trunk = nn.Linear(5 * width + 1 + features, 96)
        self.select = nn.Linear(96, 1)
        self.kind = nn.Embedding(len(KINDS), 1)
        self.heads = nn.Linear(96, 3 * heads)
        self.drop = nn.Dropout(drop)
        self.drop_input = nn.Dropout(drop / 1.5)

    def forward(self, batch: Batch) -> Tensor:
        """Return the hidden rows, ``(n, 96)``."""
        hidden = torch.cat([*self._aligned(batch), *self._sentences(batch), batch.features], -1)
        rows: Tensor = self.drop(functional.relu(self.trunk(self.drop(hidden))))
        return rows

    def _aligned(self, batch: Batch) -> list[Tensor]:
        unit, point = self.drop_input(self.project(batch.unit)), self.drop_input(self.project(batch.point))
        one, other = (functional.normalize(self.attend(each), dim=-1) for each in (unit, point))
        energy = one @ other.transpose(1, 2) * self.sharpness + batch.same * self.same_bonus
        to_point = energy.masked_fill(~batch.point_mask[:, None, :], -1e4).softmax(2)
        to_unit = energy.masked_fill(~batch.unit_mask[:, :, None], -1e4).softmax(1)
        return [
            *self._side(unit, to_point @ point, batch.unit_extra, batch.unit_mask),
            *self._side(point, to_unit.transpose(1, 2) @ unit, batch.point_extra, batch.point_mask),
        ]

    def _side(self, own: Tensor, other: Tensor, extra: Tensor, mask: Tensor) -> list[Tensor]:
        both = torch.cat([own, other, (own - other).abs(), own * other, extra], -1)
        compared = functional.relu(self.compare(both)) * mask[..., None]
        weight = self.gate(torch.cat([own, extra], -1)).squeeze(-1).masked_fill(~mask, -1e4).softmax(-1)
        return [(compared * weight[..., None]).sum(1), compared.max(1).values]

    def _sentences(self, batch: Batch) -> list[Tensor]:
        return [functional.relu(self.sentence(self.drop_input(batch.sentences))), batch.cosine]


def pooled(network: Network, hidden: Tensor, batch: Batch, count: int) -> Tensor:
    """Let each example choose among its points: logits ``(count, heads, 3)``."""
    score = network.select(hidden).squeeze(-1) + network.kind(batch.kind).squeeze(-1)
    weight = score.clamp(-15, 15).exp()
    total = torch.zeros(count).index_add(0, batch.owner, weight)
    share = (weight / total[batch.owner])[:, None]
    chosen = torch.zeros(count, hidden.shape[1]).index_add(0, batch.owner, hidden * share)
    logits: Tensor = network.heads(chosen)
    return logits.view(count, -1, 3)
