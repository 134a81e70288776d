"""A GGUF file, served in this process."""

import asyncio
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
import structlog
from pydantic import SecretStr

from feynman.engines.llm import Endpoint
from feynman.engines.local.closing import hang_up
from feynman.engines.local.errors import LocalFileMissing, LocalFileUnusable, LocalModelError
from feynman.engines.local.gguf import Header, read_header
from feynman.engines.local.llama import Job, open_server, require_package
from feynman.engines.local.memory import available, check, needed
from feynman.engines.local.options import LocalOptions
from feynman.engines.local.progress import Loading

if TYPE_CHECKING:
    import xllamacpp

__all__ = ["LocalServer"]

log = structlog.get_logger("feynman.engines.local")

_CHUNK: Final = 32 * 2**20
_HEALTH_SECONDS: Final = 5.0


def _nobody(_: Loading) -> None:
    """Tell nobody."""


class LocalServer:
    """The model at ``path``; started and stopped as often as one likes, on one loop.

    ``tell`` hears on the loop how loading goes on. ``free`` returns the memory (bytes) that may be taken. Address and
    key stay the same over restarts, unless the port was taken meanwhile.
    """

    def __init__(
        self,
        path: Path,
        options: LocalOptions | None = None,
        *,
        tell: Callable[[Loading], None] = _nobody,
        free: Callable[[], int] = available,
        new_key: Callable[[], str] = secrets.token_urlsafe,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.loading: Loading | None = None
        self.endpoint: Endpoint | None = None
        self._path = path
        self._options = LocalOptions() if options is None else options
        self._tell = tell
        self._free = free
        self._key = new_key()
        self._clock = clock
        self._port = 0
        self._server: xllamacpp.Server | None = None
        self._lock = asyncio.Lock()

    async def start(self) -> Endpoint:
        """Load the model and serve it; return where it answers, at once when it runs already.

        Raises:
            LocalModelError: it can't be run; the message says what to do.
        """
        async with self._lock:
            if self.endpoint is None:
                try:
                    self.endpoint = await self._started()
                finally:
                    if self.endpoint is None:
                        self.loading = None
            return self.endpoint

    async def stop(self) -> None:
        """End the server and give its memory back; calls under way break off. Does nothing when it does not run."""
        async with self._lock:
            self.endpoint = self.loading = None
            await self._drop()

    async def healthy(self) -> bool:
        """Whether it runs and answers."""
        if self._server is None:
            return False
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=_HEALTH_SECONDS) as client:
                answer = await client.get(f"http://127.0.0.1:{self._port}/health")
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    async def _started(self) -> Endpoint:
        begun = self._clock()
        await self._drop()
        if self._server is not None:
            raise LocalModelError("the local model is still busy with its last answers; try again in a moment")
        self._at("checking")
        header = await asyncio.to_thread(self._checked)
        await self._read()
        self._at("starting", 1.0)
        await self._open(header)
        if not await self.healthy():
            await self._drop()
            raise LocalModelError("the local model was loaded but does not answer; start again, or take another one")
        self._at("ready", 1.0)
        log.info("local_model_started", seconds=round(self._clock() - begun, 2), architecture=header.architecture)
        return Endpoint(
            model=self._path.stem,
            base_url=f"http://127.0.0.1:{self._port}/v1",
            api_key=SecretStr(self._key),
            timeouts=self._options.timeouts,
        )

    def _checked(self) -> Header:
        require_package()
        if not self._path.is_file():
            what = "is a folder" if self._path.is_dir() else "does not exist"
            raise LocalFileMissing(f"{self._path} {what}; give the path of a GGUF model file")
        try:
            header, size = read_header(self._path), self._path.stat().st_size
        except OSError as error:
            raise LocalFileMissing(f"{self._path} can't be read; check who may read it") from error
        if self._options.check_memory:
            check(needed(header, size, self._tokens(header)), self._free())
        return header

    def _tokens(self, header: Header) -> int:
        context = self._options.context
        return self._options.slots * (context if header.context is None else min(context, header.context))

    async def _read(self) -> None:
        """Read the file once. It is in the system's cache then, and what blocks afterwards is short."""
        try:
            with await asyncio.to_thread(self._path.open, "rb", buffering=0) as file:
                size = max(1, self._path.stat().st_size)
                buffer, done = bytearray(_CHUNK), 0
                while count := await asyncio.to_thread(file.readinto, buffer):
                    done += count
                    self._at("reading", min(1.0, done / size))
        except OSError as error:
            raise LocalFileUnusable(f"{self._path.name} can't be read to its end; is its disk all right?") from error

    async def _open(self, header: Header) -> None:
        job = Job(
            path=self._path,
            name=self._path.stem,
            key=self._key,
            tokens=self._tokens(header),
            slots=self._options.slots,
            threads=self._options.cores,
            longest=self._options.longest,
            port=self._port,
        )
        opening = asyncio.ensure_future(asyncio.to_thread(open_server, job))
        try:
            self._keep(await asyncio.shield(opening))
        except asyncio.CancelledError:
            await asyncio.wait({opening})  # it can't be interrupted, and what it opens must not stay
            if opening.exception() is None:
                self._keep(opening.result())
                await self._drop()
            raise

    def _keep(self, server: "xllamacpp.Server") -> None:
        self._server, self._port = server, int(server.listening_address.rpartition(":")[2])

    async def _drop(self) -> None:
        if self._server is None:
            return
        if not await asyncio.to_thread(hang_up, self._port):
            log.warning("local_model_still_busy")
            return
        last, self._server = [self._server], None
        await asyncio.to_thread(last.clear)
        log.info("local_model_stopped")

    def _at(self, stage: str, done: float = 0.0) -> None:
        self.loading = Loading.model_validate({"stage": stage, "done": done})
        self._tell(self.loading)
