"""Why a model of one's own can't be used; each message says what to do."""

from feynman.domain import ConfigurationError

__all__ = ["LocalFileMissing", "LocalFileUnusable", "LocalMemoryShort", "LocalModelError", "LocalPackageMissing"]


class LocalModelError(ConfigurationError):
    """The local model can't be used."""

    code = "local_model"


class LocalPackageMissing(LocalModelError):
    """The package that runs models is not installed, or not for this machine."""

    code = "local_package_missing"


class LocalFileMissing(LocalModelError):
    """There is no file to read at the path."""

    code = "local_file_missing"


class LocalFileUnusable(LocalModelError):
    """The file is no GGUF, is damaged, or holds a model that llama.cpp can't run."""

    code = "local_file_unusable"


class LocalMemoryShort(LocalModelError):
    """The model needs about ``needed`` bytes of memory and ``free`` are there."""

    code = "local_memory_short"

    def __init__(self, message: str, needed: int, free: int) -> None:
        super().__init__(message)
        self.needed = needed
        self.free = free
