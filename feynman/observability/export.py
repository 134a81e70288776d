"""Sending spans to a collector, in batches, from a thread of its own."""

import logging
from typing import Final

from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter

from feynman.domain import ConfigurationError, Frozen

__all__ = ["Export", "exporting"]

_GRPC: Final = "grpc"
_HTTP: Final = "http/protobuf"
# These tell of every repetition; that spans were lost is an error.
_TALKATIVE: Final = "opentelemetry.exporter"


class Export(Frozen):
    """Where to: the full URL, ``None`` for what the exporter itself finds in ``OTEL_EXPORTER_OTLP_*``."""

    endpoint: str | None = None
    protocol: str = _HTTP


def exporting(export: Export) -> BatchSpanProcessor:
    """Make the processor that sends; ``OTEL_BSP_*`` say how much at once and how often.

    Raises:
        ConfigurationError: the protocol is unknown or needs a package that is not installed.
    """
    logging.getLogger(_TALKATIVE).setLevel(logging.ERROR)
    return BatchSpanProcessor(_exporter(export))


def _exporter(export: Export) -> SpanExporter:
    if export.protocol == _GRPC:
        return _over_grpc(export.endpoint)
    if export.protocol != _HTTP:
        raise ConfigurationError(f"OTEL_EXPORTER_OTLP_PROTOCOL={export.protocol}: use {_HTTP} or {_GRPC}")
    # Imported where it is wanted: the exporters bring requests, protobuf and gRPC.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 # see above

    return OTLPSpanExporter(endpoint=export.endpoint)


def _over_grpc(endpoint: str | None) -> SpanExporter:
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 # optional
    except ImportError as error:
        raise ConfigurationError(
            f"OTEL_EXPORTER_OTLP_PROTOCOL={_GRPC} needs the package opentelemetry-exporter-otlp-proto-grpc"
        ) from error
    return OTLPSpanExporter(endpoint=endpoint)
