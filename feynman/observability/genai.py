"""One call of a language model as OpenTelemetry's GenAI conventions tell it: a span and metrics.

The names are those of the conventions in development, https://opentelemetry.io/docs/specs/semconv/gen-ai/; the
constants of the semantic-conventions package are deprecated.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

from opentelemetry.util.types import AttributeValue

from feynman.domain import FeynmanError, Usage
from feynman.observability.models import CallLabels, ModelMeter
from feynman.observability.tracing import span

__all__ = [
    "AGENT_NAME",
    "CONVERSATION_ID",
    "FINISH_REASONS",
    "INPUT_TOKENS",
    "OPERATION_NAME",
    "OUTPUT_TOKENS",
    "PROVIDER_NAME",
    "REQUEST_MODEL",
    "RESPONSE_MODEL",
    "TOOL_NAME",
    "ModelCall",
    "model_call",
]

OPERATION_NAME: Final = "gen_ai.operation.name"
PROVIDER_NAME: Final = "gen_ai.provider.name"
REQUEST_MODEL: Final = "gen_ai.request.model"
RESPONSE_MODEL: Final = "gen_ai.response.model"
FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
CONVERSATION_ID: Final = "gen_ai.conversation.id"
AGENT_NAME: Final = "gen_ai.agent.name"
TOOL_NAME: Final = "gen_ai.tool.name"

_CHAT: Final = "chat"
_STOPPED: Final = "stopped"
_INTERNAL: Final = "internal"


class _Traced(Protocol):
    def set_attribute(self, key: str, value: str | float | Sequence[str], /) -> None: ...


class ModelCall:
    """A call under way."""

    def __init__(self, current: _Traced) -> None:
        self._current = current
        self.usage: Usage | None = None

    def tell(self, usage: Usage, answer: Mapping[str, Any]) -> None:
        """Note what the call used; ``answer`` may have ``model_name`` and ``finish_reason``."""
        self.usage = usage
        self._current.set_attribute(INPUT_TOKENS, usage.input_tokens)
        self._current.set_attribute(OUTPUT_TOKENS, usage.output_tokens)
        self._current.set_attribute(RESPONSE_MODEL, str(answer.get("model_name") or usage.model))
        if usage.time_to_first_token is not None:
            self._current.set_attribute("feynman.time_to_first_token", usage.time_to_first_token)
        if usage.cost is not None:
            self._current.set_attribute("feynman.cost", usage.cost)
        if answer.get("finish_reason"):
            self._current.set_attribute(FINISH_REASONS, (str(answer["finish_reason"]),))


@contextmanager
def model_call(
    meter: ModelMeter | None,
    *,
    provider: str,
    model: str,
    conversation: str,
    clock: Callable[[], float] = time.perf_counter,
    **attributes: AttributeValue,
) -> Iterator[ModelCall]:
    """Time the block as a call of ``model``, that failed when an exception leaves it; ``meter`` counts it."""
    conventional = {
        OPERATION_NAME: _CHAT,
        PROVIDER_NAME: provider,
        REQUEST_MODEL: model,
        CONVERSATION_ID: conversation,
    }
    started, error = clock(), ""
    with span(f"{_CHAT} {model}", **conventional, **attributes) as current:
        call = ModelCall(current)
        try:
            yield call
        except FeynmanError as failure:
            error = failure.code
            raise
        except Exception:
            error = _INTERNAL
            raise
        except BaseException:
            error = _STOPPED
            raise
        finally:
            if meter is not None:
                meter.call(CallLabels(_CHAT, provider, model), clock() - started, call.usage, error=error)
