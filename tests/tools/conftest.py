"""What the tools' tests share."""

from collections.abc import AsyncIterator
from ipaddress import IPv4Address, IPv6Address

import httpx
import pytest
import pytest_asyncio

from feynman.domain import KeyPoint, Reference
from feynman.tools import ToolContext, guarded_client


@pytest.fixture
def context() -> ToolContext:
    """A turn in English about photosynthesis."""
    points = (
        KeyPoint(text="Plants take up carbon dioxide through pores in their leaves. The pores are called stomata."),
        KeyPoint(text="Chlorophyll absorbs red and blue light."),
        KeyPoint(text="光合作用把光能转化为化学能。"),
    )
    return ToolContext(
        learner_id="learner",
        session_id="session",
        language="en",
        topic="Photosynthesis",
        reference=Reference(topic="Photosynthesis", source="given", points=points),
    )


@pytest.fixture
def chinese(context: ToolContext) -> ToolContext:
    """The same in Chinese."""
    return context.model_copy(update={"language": "zh"})


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A guarded client that may visit this machine, short of patience and of room."""
    async with guarded_client(allow_private=True, timeout=0.5, max_bytes=100_000) as made:
        yield made


@pytest_asyncio.fixture
async def narrow() -> AsyncIterator[httpx.AsyncClient]:
    """A guarded client for which 127.0.0.2 is the whole public internet."""

    def permits(address: IPv4Address | IPv6Address) -> bool:
        return str(address) == "127.0.0.2"

    async with guarded_client(permits=permits, timeout=0.5) as made:
        yield made
