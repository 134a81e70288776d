"""What bends and does not break: retries, circuit breakers, fair limits and a cache."""

from feynman.resilience.breaker import Breaker, BreakerState
from feynman.resilience.cache import Cache, cache_key
from feynman.resilience.errors import CircuitOpen, Overloaded
from feynman.resilience.limits import FairLimit
from feynman.resilience.retry import retrying

__all__ = ["Breaker", "BreakerState", "Cache", "CircuitOpen", "FairLimit", "Overloaded", "cache_key", "retrying"]
