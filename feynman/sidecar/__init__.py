"""HTTP beside the pages: the API, health and metrics on a thread and port of their own."""

from feynman.sidecar.app import create_app
from feynman.sidecar.door import Door
from feynman.sidecar.server import Sidecar
from feynman.sidecar.services import SidecarServices
from feynman.sidecar.wiring import services_of

__all__ = ["Door", "Sidecar", "SidecarServices", "create_app", "services_of"]
