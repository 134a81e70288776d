"""llama.cpp's server from ``xllamacpp``, which is imported here only."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from feynman.domain import Frozen
from feynman.engines.local.errors import LocalFileUnusable, LocalPackageMissing
from feynman.engines.local.memory import CACHE_MB

if TYPE_CHECKING:
    import xllamacpp

__all__ = ["Job", "open_server", "require_package"]

_BATCH: Final = 256  # tokens of a prompt between two looks at whether the caller is still there; 2048 unless said
_SILENT: Final = -1
# Seconds. Closing waits for every open stream until its next ping, and holds Python's lock meanwhile: with the default
# of 30 a stop in the middle of an answer stood still for 30.2 seconds, with one 0.2 (xllamacpp 2026.10).
_PING: Final = 1
_LOOP_SECONDS: Final = 60.0
_SPARE: Final = 2  # HTTP threads beside those that slots keep busy: health and refusals


class Job(Frozen):
    """What to serve.

    ``tokens`` are the context of all slots together, ``longest`` those of an answer, ``port`` 0 is any free one.
    """

    path: Path
    name: str
    key: str
    tokens: int
    slots: int
    threads: int
    longest: int
    port: int = 0


def require_package() -> None:
    """Import the package.

    Raises:
        LocalPackageMissing: it is not there, or not for this machine.
    """
    try:
        import xllamacpp  # noqa: PLC0415 # only where a local model is used
    except (ImportError, OSError) as error:
        raise LocalPackageMissing(
            "running a model of your own needs a package that is not installed: "
            "run pip install -r requirements-local.txt and start again"
        ) from error
    del xllamacpp


def open_server(job: Job) -> "xllamacpp.Server":
    """Load the model and serve it on loopback; the server ends with the last reference to it.

    Blocks, and holds Python's lock for most of it (0.4 to 0.8 s for 98 MB that were read before).

    Raises:
        LocalFileUnusable: llama.cpp can't load it.
    """
    import xllamacpp  # noqa: PLC0415 # only where a local model is used

    try:
        server = xllamacpp.Server(_params(job))
    except RuntimeError as error:
        if job.port != 0:  # somebody took it
            return open_server(job.model_copy(update={"port": 0}))
        raise LocalFileUnusable(
            f"llama.cpp can't load {job.path.name}: it is damaged or not complete, or a kind of model that this "
            "version does not know; download it again or take another one"
        ) from error
    _wait_for_its_loop(server, job.key)
    return server


def _wait_for_its_loop(server: "xllamacpp.Server", key: str) -> None:
    """Wait until the server works.

    One that is ended before its loop has begun never ends (xllamacpp 2026.10), and holds Python's lock for ever. Its
    slots are told by the loop, its health is not.
    """
    with httpx.Client(trust_env=False, timeout=_LOOP_SECONDS) as client:
        try:
            client.get(f"{server.listening_address}/slots", headers={"Authorization": f"Bearer {key}"})
        except httpx.HTTPError:
            return  # who asks for its health is told


def _params(job: Job) -> "xllamacpp.CommonParams":
    import xllamacpp  # noqa: PLC0415 # only where a local model is used

    params = xllamacpp.CommonParams()
    params.model.path, params.model_alias = str(job.path), {job.name}
    params.hostnames, params.port = ["127.0.0.1"], job.port
    # Any page in the learner's browser can reach loopback.
    params.api_keys, params.cors_origins, params.ui = [job.key], "", False
    params.n_ctx, params.n_parallel, params.n_predict = job.tokens, job.slots, job.longest
    params.n_batch = params.n_ubatch = _BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = job.threads
    params.n_threads_http = job.slots + _SPARE
    params.cache_ram_mib = CACHE_MB  # 8 GiB unless said
    params.sse_ping_interval = _PING
    params.verbosity = _SILENT
    params.warmup = params.fit_params = False  # the lock is held while they run; the sizes are ours
    return params
