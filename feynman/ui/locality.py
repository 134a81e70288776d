"""Whether the browser runs on the machine that the program runs on."""

import ipaddress
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

__all__ = ["at_the_machine", "is_local"]

# Whoever forwards a request connects from loopback too, but says so in one of these.
_FORWARDED: Final = frozenset(
    {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "cf-connecting-ip", "true-client-ip"}
)


def at_the_machine() -> bool:
    """Whether the reader of this page sits at the machine itself.

    Streamlit's address is that of the connection, and ``None`` for loopback (1.67, ``streamlit/runtime/context.py``).
    """
    address: object = st.context.ip_address
    # Streamlit's AppTest has no connection but answers with something.
    return is_local(address if isinstance(address, str) else None, st.context.headers.to_dict())


def is_local(address: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a connection from ``address`` with ``headers`` is this machine's own and nobody's behind a proxy.

    ``None`` is loopback. The Host must be loopback's as well: a foreign page may point its own name here.
    """
    names = {name.lower(): value for name, value in headers.items()}
    if names.keys() & _FORWARDED:
        return False
    host = _named(names["host"]) if "host" in names else "localhost"
    return (address is None or _is_loopback(address)) and (host == "localhost" or _is_loopback(host or ""))


def _named(host: str) -> str | None:
    """The name in a Host header; ``None`` when there is none to be read."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_loopback(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False
