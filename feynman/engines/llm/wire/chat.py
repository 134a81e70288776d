"""The chat model: langchain-openai's, on the shared connections."""

from typing import Any

import httpx2
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI

from feynman.domain import ModelUnauthorized
from feynman.engines.llm.endpoint import Endpoint

__all__ = ["REASONING", "Chat", "chat"]

REASONING = "reasoning_content"
_NO_KEY = "none"  # the SDK insists on one; servers that want none ignore it


class Chat(ChatOpenAI):
    """``ChatOpenAI`` that keeps ``reasoning_content`` (or ``reasoning``) of stream deltas, which it drops otherwise."""

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        generation = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        choices = chunk.get("choices") or []
        delta = (choices[0].get("delta") or {}) if choices else {}
        reasoning = delta.get(REASONING) or delta.get("reasoning")
        if generation is not None and isinstance(reasoning, str):
            generation.message.additional_kwargs[REASONING] = reasoning
        return generation


def chat(endpoint: Endpoint, client: httpx2.AsyncClient) -> Chat:
    """Build the chat model of ``endpoint``; it works on the loop of ``client`` only and never repeats a call."""
    secret = _NO_KEY if endpoint.api_key is None else endpoint.api_key.get_secret_value().strip()

    # An asynchronous key leaves the model without a synchronous client, which would be one more pool.
    async def key() -> str:
        if not secret.isascii() or not secret.isprintable():
            raise ModelUnauthorized("the key has characters that no key has")
        return secret

    times = endpoint.timeouts
    return Chat(
        model=endpoint.model,
        base_url=endpoint.url,
        api_key=key,
        http_async_client=client,
        http_socket_options=(),
        openai_proxy=None,
        timeout=httpx2.Timeout(times.whole, connect=times.connect, pool=times.first_token),
        stream_chunk_timeout=None,
        max_retries=0,
        use_responses_api=False,
        stream_usage=False,
        cache=False,
    )
