"""What FastAPI itself tells OpenTelemetry: one span a request, from its first byte to the last of the answer."""

from collections.abc import MutableMapping
from typing import Any, Final

from fastapi.telemetry import TelemetryConfig

__all__ = ["PROBES", "TELEMETRY"]

PROBES: Final = frozenset({"/health", "/health/live", "/health/ready", "/metrics"})


def _is_probe(scope: MutableMapping[str, Any]) -> bool:
    """Whether a machine asks that comes again every few seconds: its traces would drive out all others."""
    return scope.get("path") in PROBES


# Its metrics are ours already, its logs would hold the messages of exceptions. auto_configure would export twice.
TELEMETRY: Final[TelemetryConfig] = {
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
    "exclude": _is_probe,
}
