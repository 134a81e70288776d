"""How the index is doing."""

import asyncio
from typing import Final, Literal

__all__ = ["MemoryState", "Status"]

MemoryState = Literal["starting", "ready", "rebuilding", "unavailable"]

_STARTING: Final[tuple[MemoryState, str]] = ("starting", "the memory index is being opened")


class Status:
    """State and a sentence about it; ``unavailable`` lasts until :meth:`begin`. Build it on the loop."""

    def __init__(self) -> None:
        self._now: tuple[MemoryState, str] = _STARTING
        self._settled = asyncio.Event()
        self._failed = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    @property
    def state(self) -> MemoryState:
        """The state."""
        return self._now[0]

    @property
    def detail(self) -> str:
        """The reason, or the progress of a rebuild."""
        return self._now[1]

    def rebuilding(self, done: int, total: int) -> None:
        """Tell the progress of a rebuild."""
        self._set("rebuilding", f"{done} of {total} memories indexed")

    def ready(self, count: int) -> None:
        """The index equals the truth."""
        self._set("ready", f"{count} memories indexed")
        self._settled.set()

    def failed(self, reason: str) -> None:
        """The index can't be used; callable from any thread."""
        self._now = ("unavailable", reason)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._failed.set)

    async def failure(self) -> None:
        """Wait until the index has failed."""
        await self._failed.wait()

    def begin(self) -> None:
        """The index is being opened once more; nobody waits for that."""
        self._failed.clear()
        self._now = _STARTING

    def settle(self) -> None:
        """Let waiters go: the start is over."""
        if self.state in ("starting", "rebuilding"):
            self.failed("the start of the memory index did not end")
        self._settled.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for the end of the start, at most ``seconds``, and return whether the index is ready."""
        if not self._settled.is_set():
            try:
                await asyncio.wait_for(self._settled.wait(), seconds)
            except TimeoutError:
                return False
        return self.state == "ready"

    def _set(self, state: MemoryState, detail: str) -> None:
        if self.state != "unavailable":
            self._now = (state, detail)
