"""Who comes in at the sidecar's door, as the settings have it."""

import ipaddress
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from feynman.domain import ConfigurationError
from feynman.settings import Settings

__all__ = ["Door"]

# The built-in student answers up to 25 turns a second on one core: a class behind one address is not hindered, a
# script that hammers is, after a minute's worth.
_PER_MINUTE: Final = 1_200


@dataclass(frozen=True, slots=True)
class Door:
    """``per_minute`` requests of one caller (0: any number); pages of ``origins`` may call; ``proxies`` are believed.

    A believed proxy's ``X-Forwarded-For`` says who calls.
    """

    per_minute: int = _PER_MINUTE
    origins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read the door's settings.

        Raises:
            ConfigurationError: an origin or an address is none; the message names the setting.
        """
        return cls(
            settings.rate_limit,
            tuple(_origin(each) for each in _listed(settings.cors_origins)),
            tuple(_address(each) for each in _listed(settings.trusted_proxies)),
        )


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    plain = host is not None and text == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
    if not plain or parts.scheme not in {"http", "https"} or "*" in text or port == 0:
        raise ConfigurationError(
            f"FEYNMAN_CORS_ORIGINS={text}: an origin looks like https://school.example, without a path; several are "
            "separated by commas, and * is not taken"
        )
    return text.lower()


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False)) if "/" in text else str(ipaddress.ip_address(text))
    except ValueError as error:
        raise ConfigurationError(
            f"FEYNMAN_TRUSTED_PROXIES={text}: give addresses or networks like 10.0.0.0/8, separated by commas"
        ) from error
