"""What happens to every request before and after its endpoint; plain ASGI."""

from feynman.sidecar.middleware.access import HostGuard, TokenGuard
from feynman.sidecar.middleware.body import BodyLimit
from feynman.sidecar.middleware.context import RequestContext
from feynman.sidecar.middleware.meter import RequestMeter

__all__ = ["BodyLimit", "HostGuard", "RequestContext", "RequestMeter", "TokenGuard"]
