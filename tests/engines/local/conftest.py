"""A local model that runs: llama.cpp with the smallest model there is as a package."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from feynman.engines.llm import Timeouts
from feynman.engines.local import Loading, LocalOptions, LocalServer
from tests.parts import required_model

SMALL: Final = LocalOptions(
    context=4096,
    slots=2,
    longest=400,
    threads=1,
    timeouts=Timeouts(connect=2, first_token=20, between_tokens=20, whole=20),
)


@pytest.fixture(scope="session")
def model_path() -> Path:
    """A small model."""
    return required_model()


@pytest.fixture(scope="module")
def told() -> list[Loading]:
    """What the server told while it was loading."""
    return []


@pytest.fixture(scope="module")
def running(model_path: Path, told: list[Loading]) -> Iterator[LocalServer]:
    """A server that runs for the tests of a module."""
    server = LocalServer(model_path, SMALL, tell=told.append)
    asyncio.run(server.start())
    yield server
    asyncio.run(server.stop())
