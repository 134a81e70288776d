"""Settings for a container of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from feynman.settings import Settings

__all__ = ["Make"]

Make = Callable[..., Settings]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a way to make settings below the test's folder, with a free sidecar port."""

    def settings(**changes: object) -> Settings:
        values: dict[str, object] = {"data_dir": tmp_path / "data", "sidecar_port": 0, "engine": None}
        return Settings.model_validate(values | changes)

    return settings
