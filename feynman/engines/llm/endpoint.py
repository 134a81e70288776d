"""Where a language model answers, and the one pool of connections to it."""

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from feynman.domain import Frozen

if TYPE_CHECKING:
    from httpx2 import AsyncClient

__all__ = ["OPENAI_URL", "Endpoint", "Timeouts", "pooled_client"]

OPENAI_URL: Final = "https://api.openai.com/v1"

_CONNECTIONS: Final = 100
_KEEP_ALIVE: Final = 60.0  # seconds; a learner types for about that long between two turns
_PROVIDERS: Final = ("openai", "deepseek", "mistral", "groq", "perplexity", "x")


class Timeouts(Frozen):
    """Seconds to wait: for a connection, for the first token, between two tokens, for a whole answer."""

    connect: float = Field(default=10.0, gt=0)
    first_token: float = Field(default=60.0, gt=0)
    between_tokens: float = Field(default=30.0, gt=0)
    # Below the two minutes of an API request, so that the built-in student can still stand in.
    whole: float = Field(default=90.0, gt=0)


class Endpoint(Frozen):
    """One model behind one OpenAI-compatible URL.

    ``base_url`` is OpenAI's own when ``None``; ``api_key`` may be ``None`` for servers that want none.
    """

    model: str = Field(min_length=1)
    base_url: str | None = None
    api_key: SecretStr | None = None
    timeouts: Timeouts = Timeouts()

    @property
    def url(self) -> str:
        """The base URL in use."""
        return OPENAI_URL if self.base_url is None else self.base_url

    @property
    def provider(self) -> str:
        """The value of ``gen_ai.provider.name``: a known company's name, else the host."""
        host = urlsplit(self.url).hostname or "unknown"
        return next((name for name in _PROVIDERS if f".{host}".endswith((f".{name}.com", f".{name}.ai"))), host)


def pooled_client() -> "AsyncClient":
    """Build the client that all model calls share; it belongs to the loop that uses it first, ``aclose()`` ends it."""
    import httpx2  # noqa: PLC0415 # only where a model is used

    limits = httpx2.Limits(
        max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS, keepalive_expiry=_KEEP_ALIVE
    )
    return httpx2.AsyncClient(limits=limits, follow_redirects=True)
