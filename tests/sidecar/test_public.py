from feynman import sidecar


def test_all_names_are_there() -> None:
    """Everything that the package promises exists."""
    assert all(hasattr(sidecar, name) for name in sidecar.__all__)
