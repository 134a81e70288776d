"""The one event loop and the only crossings between threads and coroutines."""

from feynman.runtime.bridge import Tick, across, across_stream, iterate
from feynman.runtime.loop import LoopThread
from feynman.runtime.process import Anchor, anchor

__all__ = ["Anchor", "LoopThread", "Tick", "across", "across_stream", "anchor", "iterate"]
