"""How much memory is left."""

from pathlib import Path

import psutil

from feynman.container.headroom import headroom


def test_a_containers_limit_counts(tmp_path: Path) -> None:
    """Free is what the group has left, and what its cached files would make room for."""
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("900000\n")
    (tmp_path / "memory.stat").write_text("anon 700000\ninactive_file 150000\n")
    free, used = headroom(tmp_path)
    assert free == 250_000
    assert used > 1_000_000


def test_without_a_limit_the_machine_counts(tmp_path: Path) -> None:
    """No group, or one without a limit, leaves what the machine has."""
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("900000\n")
    half = psutil.virtual_memory().available / 2
    assert headroom(tmp_path)[0] > half
    assert headroom(tmp_path / "nothing")[0] > half
