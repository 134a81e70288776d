"""How many arenas the C library uses is a matter of a whole process, so each test has one of its own."""

import os
import subprocess
import sys
from typing import Final

import pytest

# Sixteen threads hold some memory at once; then the library tells its arenas.
SCRIPT: Final = """
import asyncio, ctypes, threading
from feynman.ui.lifespan import serving

class Nothing:
    shutdown_seconds = 1.0

    def quiesce(self):
        pass

    def close(self):
        pass

async def main():
    async with serving(Nothing)(None):
        gate = threading.Barrier(17)
        library = ctypes.CDLL(None)
        library.malloc.restype = ctypes.c_void_p

        def hold():
            gate.wait()
            library.malloc(ctypes.c_size_t(10_000))
            gate.wait()

        for _ in range(16):
            threading.Thread(target=hold).start()
        gate.wait()
        gate.wait()
        library.malloc_info(0, ctypes.c_void_p.in_dll(library, "stdout"))
        library.fflush(None)

asyncio.run(main())
"""


def arenas(**environment: str) -> int:
    """Serve in a process of its own and count the arenas it has afterwards."""
    inherited = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT], env={**inherited, **environment}, capture_output=True, text=True, check=True
    )
    return told.stdout.count("<heap nr=")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's business")
def test_the_threads_of_the_application_share_two_arenas() -> None:
    """However many threads there are, what one has freed another can use."""
    assert arenas() == 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's business")
def test_a_limit_that_is_set_is_left_alone() -> None:
    """Who sets glibc's own variable means it."""
    assert arenas(MALLOC_ARENA_MAX="3") == 3
