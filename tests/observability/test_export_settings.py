"""Which export OpenTelemetry's settings ask for."""

import pytest

from feynman.container.telemetry import traces_export
from feynman.domain import ConfigurationError
from feynman.observability.export import Export, exporting
from feynman.settings import Settings

BASE = "http://collector:4318/"
OWN = "https://traces.example/in"


def settings(**given: str) -> Settings:
    """Settings with nothing else set."""
    return Settings.model_validate({"data_dir": ".", **given})


def test_nothing_is_exported_by_default() -> None:
    """Without an exporter and without an endpoint traces stay here."""
    assert traces_export(settings()) is None


@pytest.mark.parametrize(
    ("given", "endpoint"),
    [
        ({"otlp_endpoint": BASE}, "http://collector:4318/v1/traces"),
        ({"otlp_traces_endpoint": OWN}, OWN),
        ({"otlp_endpoint": BASE, "otlp_traces_endpoint": OWN}, OWN),
        ({"traces_exporter": "otlp"}, None),
        ({"traces_exporter": "OTLP ", "otlp_endpoint": BASE}, "http://collector:4318/v1/traces"),
        ({"otlp_endpoint": BASE, "traces_protocol": "grpc"}, "http://collector:4318"),
    ],
)
def test_an_exporter_or_an_endpoint_switches_it_on(given: dict[str, str], endpoint: str | None) -> None:
    """The endpoint of traces is taken as it is, the common one gets OTLP's path."""
    export = traces_export(settings(**given))
    assert export is not None
    assert export.endpoint == endpoint


@pytest.mark.parametrize("exporter", ["none", "zipkin", "none,console"])
def test_an_exporter_that_is_not_ours_switches_it_off(exporter: str) -> None:
    """``none`` wins over an endpoint; names for others are warned of and ignored."""
    assert traces_export(settings(otlp_endpoint=BASE, traces_exporter=exporter)) is None


@pytest.mark.parametrize("protocol", ["http/json", "carrier pigeon"])
def test_an_unknown_protocol_is_refused(protocol: str) -> None:
    """The message names the setting and what it may be."""
    with pytest.raises(ConfigurationError, match=r"OTEL_EXPORTER_OTLP_PROTOCOL=.*http/protobuf"):
        exporting(Export(protocol=protocol))


def test_an_endpoint_must_be_an_address() -> None:
    """Anything else is an error at start."""
    with pytest.raises(ValueError, match="must be an address"):
        settings(otlp_endpoint="collector:4318")
