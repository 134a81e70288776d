"""The one event loop, the only crossings between threads and coroutines, and what the process is asked once."""

from feynman.runtime.allocator import share_arenas
from feynman.runtime.bridge import Tick, across, across_stream, iterate
from feynman.runtime.loop import LoopThread
from feynman.runtime.process import Anchor, anchor

__all__ = ["Anchor", "LoopThread", "Tick", "across", "across_stream", "anchor", "iterate", "share_arenas"]
