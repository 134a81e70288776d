"""A real redis-server of the test's own."""

import asyncio
import socket
import subprocess
from pathlib import Path

__all__ = ["RedisServer"]


class RedisServer:
    """A server on a free port of loopback that writes nothing outside ``folder``."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        """Start it and wait until it listens."""
        options = {"port": str(self.port), "bind": "127.0.0.1", "save": "", "dir": str(self._folder)}
        arguments = [text for name, value in options.items() for text in (f"--{name}", value)]
        self._process = await asyncio.to_thread(
            subprocess.Popen, [self._program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(100):
            if await asyncio.to_thread(self._listens):
                return
            await asyncio.sleep(0.05)
        raise TimeoutError("redis-server did not start")

    async def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.wait, 10)
            self._process = None

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
