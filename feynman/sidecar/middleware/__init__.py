"""What happens to every request before and after its endpoint; plain ASGI."""

from feynman.sidecar.middleware.access import HostGuard, TokenCheck, TokenGuard
from feynman.sidecar.middleware.body import BodyLimit
from feynman.sidecar.middleware.context import RequestContext
from feynman.sidecar.middleware.failure import Unexpected
from feynman.sidecar.middleware.meter import RequestMeter
from feynman.sidecar.middleware.rate import RateLimit

__all__ = [
    "BodyLimit",
    "HostGuard",
    "RateLimit",
    "RequestContext",
    "RequestMeter",
    "TokenCheck",
    "TokenGuard",
    "Unexpected",
]
