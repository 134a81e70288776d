"""Applications to look into."""

from tests.container.conftest import make
from tests.container.models.conftest import endpoint, start

__all__ = ["endpoint", "make", "start"]
