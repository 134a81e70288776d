from pathlib import Path

import pytest

from feynman.domain import ConfigurationError
from feynman.settings import Settings
from feynman.sidecar import Door


def _door(folder: Path, **values: object) -> Door:
    return Door.of(Settings.model_validate({"data_dir": folder, **values}))


def test_the_door_is_shut_by_default(tmp_path: Path) -> None:
    """No page elsewhere may call, no proxy is believed, and nobody may hammer."""
    assert _door(tmp_path) == Door(per_minute=1_200, origins=(), proxies=())


def test_lists_are_separated_by_commas(tmp_path: Path) -> None:
    """Spaces and empty entries do not matter; a network may be given by any of its addresses."""
    door = _door(
        tmp_path, cors_origins=" https://a.example , http://B.example:8080,", trusted_proxies="::1, 10.1.2.3/8"
    )
    assert door.origins == ("https://a.example", "http://b.example:8080")
    assert door.proxies == ("::1", "10.0.0.0/8")


@pytest.mark.parametrize(
    "origin",
    ["*", "a.example", "https://a.example/", "https://*.example", "ftp://a", "https://u@a", "https://a:x", "https://["],
)
def test_what_is_no_origin_is_refused(tmp_path: Path, origin: str) -> None:
    """An origin that would let in everybody, or never match, is refused by name."""
    with pytest.raises(ConfigurationError, match="FEYNMAN_CORS_ORIGINS"):
        _door(tmp_path, cors_origins=origin)


@pytest.mark.parametrize("proxy", ["*", "proxy.example", "10.0.0.0/99", "1.2.3"])
def test_what_is_no_address_is_refused(tmp_path: Path, proxy: str) -> None:
    """Only addresses and networks are believed, never everybody and never a name."""
    with pytest.raises(ConfigurationError, match="FEYNMAN_TRUSTED_PROXIES"):
        _door(tmp_path, trusted_proxies=proxy)
