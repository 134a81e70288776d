"""Addresses of callers, each in one form."""

import ipaddress

__all__ = ["plain_address"]


def plain_address(host: str) -> str:
    """``host``, an IPv4 address as such; a socket that listens on ``::`` calls it ``::ffff:192.0.2.1``."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return host if inner is None else str(inner)
