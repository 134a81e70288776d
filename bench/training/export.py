"""Networks and linear weights as the arrays that the product loads."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bench.training.inputs import Inputs
from bench.training.network import Network
from feynman.engines.builtin.scorer.features import NAMES

__all__ = ["network_arrays", "write"]

_SOURCES: Final = {
    "SRA (SemEval-2013 Task 7, github myrosia/semeval-2013-task7), train": "CC BY-SA 3.0",
    "Short Answer Feedback (github SebOchs/SAF), train": "MIT",
    "ArgKP-2021 (github IBM/KPA_2021_shared_task), train and dev": "CDLA-Sharing 1.0",
    "bench/training/pairs_en.tsv, pairs_zh.tsv and opposites.tsv": "written for this project",
}


def network_arrays(network: Network, inputs: Inputs) -> dict[str, NDArray[Any]]:
    """The weights by the names that ``feynman.engines.builtin.scorer.network`` knows, components folded in."""
    weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    project = inputs.basis @ weights["project.weight"].T
    return {
        "project": project,
        "project_bias": weights["project.bias"] - inputs.center @ project,
        "attend": weights["attend.weight"].T,
        "sharpness": weights["sharpness"],
        "same_bonus": weights["same_bonus"],
        "compare": weights["compare.weight"].T,
        "compare_bias": weights["compare.bias"],
        "gate": weights["gate.weight"][0],
        "gate_bias": weights["gate.bias"][0],
        "sentence": weights["sentence.weight"].T,
        "sentence_bias": weights["sentence.bias"],
        "trunk": weights["trunk.weight"].T,
        "trunk_bias": weights["trunk.bias"],
        "select": weights["select.weight"][0],
        "kinds": weights["kind.weight"][:, 0] + weights["select.bias"][0],
        "heads": weights["heads.weight"].T,
        "heads_bias": weights["heads.bias"],
    }


def write(
    file: Path,
    networks: Sequence[Mapping[str, NDArray[Any]]],
    plain: Mapping[str, NDArray[Any]],
    figures: Mapping[str, float],
) -> None:
    """Write ``file``: matrices as float16, the rest as float32, with the sources, their licences and ``figures``."""
    arrays: dict[str, NDArray[Any]] = {name: value.astype(np.float32) for name, value in plain.items()}
    for at, network in enumerate(networks):
        for name, value in network.items():
            arrays[f"{at}.{name}"] = value.astype(np.float16 if value.ndim > 1 else np.float32)
    arrays["names"] = np.array(NAMES)
    provenance = {"program": "python -m bench.training", "sources": _SOURCES, "figures": dict(figures)}
    arrays["provenance"] = np.array(json.dumps(provenance, ensure_ascii=False))
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type] # numpy's stub takes keywords for allow_pickle
