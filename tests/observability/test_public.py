from feynman import observability


def test_all_names_are_there() -> None:
    """Everything that the package promises exists."""
    assert sorted(observability.__all__) == sorted(set(observability.__all__))
    assert all(hasattr(observability, name) for name in observability.__all__)
