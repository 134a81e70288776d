"""A real llama.cpp server with a small model, on loopback."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.parts import required_model

__all__ = ["llama_server"]

_CONTEXT = 8192  # two places of 4,096 tokens


@contextmanager
def llama_server(*, port: int = 0) -> Iterator[str]:
    """Start the server in this process on a free port (or ``port``) and give its base URL."""
    path = required_model()
    import xllamacpp  # noqa: PLC0415 # only where it is installed

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx, params.n_parallel, params.port = _CONTEXT, 2, port
    params.hostnames = ["127.0.0.1"]
    params.cpuparams.n_threads = 1  # more would wait for each other on busy cores: 0.3 s a token instead of 0.02
    params.use_jinja, params.verbosity = True, -1
    server = xllamacpp.Server(params)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server
