"""The endpoint to measure, and the line to it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from pydantic import Field, SecretStr

from feynman.domain import ConfigurationError, Frozen
from feynman.engines.llm import Endpoint, Line, Price, pooled_client
from feynman.engines.local import LocalServer

__all__ = ["Choice", "opened"]


class Choice(Frozen):
    """What the command line says; ``api_key_env`` is the name of the variable that holds the key."""

    model: str | None = None
    base_url: str | None = None
    api_key_env: str | None = None
    local: Path | None = None
    price: tuple[float, float] | None = None
    limit: int | None = Field(default=None, ge=1)

    def endpoint(self, environment: Mapping[str, str]) -> Endpoint:
        """Where the model answers; OpenAI's own key goes nowhere else unless it is named.

        Raises:
            ConfigurationError: no model or no key.
        """
        if self.model is None:
            raise ConfigurationError("Say which model: --model NAME, or --local PATH for a GGUF file.")
        name = "OPENAI_API_KEY" if self.api_key_env is None and self.base_url is None else self.api_key_env
        key = None if name is None else environment.get(name, "").strip()
        if name is not None and not key:
            raise ConfigurationError(f"The environment variable {name} is not set, and the key is read from it.")
        return Endpoint(model=self.model, base_url=self.base_url, api_key=None if key is None else SecretStr(key))


@asynccontextmanager
async def opened(choice: Choice, environment: Mapping[str, str]) -> AsyncIterator[tuple[Line, httpx2.AsyncClient]]:
    """Give the line and the connections that it uses; start the local model first if there is one.

    Raises:
        ConfigurationError: the choice can't be used.
    """
    server = None if choice.local is None else LocalServer(choice.local)
    client = pooled_client()
    try:
        endpoint = choice.endpoint(environment) if server is None else await server.start()
        prices = {} if choice.price is None else {endpoint.model: Price(input=choice.price[0], output=choice.price[1])}
        line = Line(endpoint, client, prices=prices)
        await asyncio.to_thread(lambda: line.chat)  # imports take seconds
        yield line, client
    finally:
        await client.aclose()
        if server is not None:
            await server.stop()
