"""A conversation from a request to the outbox."""

from collections.abc import Callable
from hashlib import blake2b

from feynman.domain import MAX_EXPLANATION, topic_text
from feynman.session.telling import said
from feynman.sidecar.asked import new_id, spoken_language
from feynman.sidecar.schemas import MemorizeRequest
from feynman.sidecar.services import SidecarServices
from feynman.wire import MemorizeResponse

__all__ = ["memorize"]


async def memorize(
    services: SidecarServices, request: MemorizeRequest, key: str | None, *, make_id: Callable[[], str] = new_id
) -> MemorizeResponse:
    """Store the conversation and the job that will remember it.

    Without ``session_id`` it gets a session of its own; the same request with the same ``key`` gets the same one.

    Raises:
        InvalidInput: the topic or a text is empty or too long, or the learner said nothing.
        NotFound: the session is another learner's.
        ServiceUnavailable, ShuttingDown: nothing is stored.
    """
    topic = topic_text(request.topic)
    history = tuple(line.message() for line in request.conversation_history)
    words = "\n".join(said(history))[:MAX_EXPLANATION]
    session = await services.open_session(
        topic=topic,
        language=spoken_language(topic, words),
        session_id=_session_id(request, key, make_id),
        learner_id=request.learner_id,
        reference=None,
    )
    job_id = await services.memorize(session, history)
    return MemorizeResponse(job_id=job_id, session_id=session.id, learner_id=session.learner_id)


def _session_id(request: MemorizeRequest, key: str | None, make_id: Callable[[], str]) -> str:
    if request.session_id is not None:
        return request.session_id
    if key is None:
        return make_id()
    # Of the whole request: a key that two callers happen to choose must not open one's session to the other.
    return blake2b(f"{key}\n{request.model_dump_json()}".encode(), digest_size=16).hexdigest()
