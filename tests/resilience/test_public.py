import importlib
import pkgutil

import feynman.resilience
from feynman.domain import ServiceUnavailable
from feynman.resilience import CircuitOpen, Overloaded


def test_public_names_exist() -> None:
    """Every module's public names are there."""
    for module in pkgutil.walk_packages(feynman.resilience.__path__, "feynman.resilience."):
        loaded = importlib.import_module(module.name)
        assert all(hasattr(loaded, name) for name in loaded.__all__), module.name


def test_refusals_are_told_as_retryable_outages() -> None:
    """Both refusals are kinds of an unavailable service, with codes of their own and no blame on the caller."""
    errors = [CircuitOpen("model", 12.5), Overloaded(100)]
    assert [error.code for error in errors] == ["circuit_open", "overloaded"]
    assert all(isinstance(error, ServiceUnavailable) and error.retryable for error in errors)
    assert errors[0].part == "model"
