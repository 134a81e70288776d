"""A model of one's own: a GGUF file served by llama.cpp in this process, on loopback."""

from feynman.engines.local.errors import (
    LocalFileMissing,
    LocalFileUnusable,
    LocalMemoryShort,
    LocalModelError,
    LocalPackageMissing,
)
from feynman.engines.local.gguf import Header, read_header
from feynman.engines.local.options import LocalOptions
from feynman.engines.local.progress import Loading, LoadingStage
from feynman.engines.local.server import LocalServer

__all__ = [
    "Header",
    "Loading",
    "LoadingStage",
    "LocalFileMissing",
    "LocalFileUnusable",
    "LocalMemoryShort",
    "LocalModelError",
    "LocalOptions",
    "LocalPackageMissing",
    "LocalServer",
    "read_header",
]
