"""How often a property is tried."""

from typing import Final

from hypothesis import HealthCheck, settings

__all__ = ["LONG", "SHORT"]

# Drawing hostile text is slow, and fixtures of these tests hold nothing that an example changes.
_MEANT: Final = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]

SHORT: Final = settings(max_examples=60, deadline=None, suppress_health_check=_MEANT)
LONG: Final = settings(max_examples=3_000, deadline=None, suppress_health_check=_MEANT)
