"""How much memory this process may still use."""

from pathlib import Path
from typing import Final

import psutil

__all__ = ["headroom"]

# Control groups, version 2: what a container's limit is enforced by.
_GROUP: Final = Path("/sys/fs/cgroup")


def headroom(group: Path = _GROUP) -> tuple[int, int]:
    """Return the bytes that are free for this process, and those it uses; a container's limit counts."""
    free = psutil.virtual_memory().available
    limit, taken = _number(_text(group / "memory.max")), _number(_text(group / "memory.current"))
    if limit is not None and taken is not None:
        free = min(free, max(0, limit - taken + _reclaimable(_text(group / "memory.stat"))))
    return free, psutil.Process().memory_info().rss


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() else None  # "max": no limit


def _reclaimable(stat: str) -> int:
    """Bytes of files that are kept only as long as nobody needs the place."""
    fields = dict(line.split(" ", 1) for line in stat.splitlines() if " " in line)
    return _number(fields.get("inactive_file", "")) or 0
