"""What pages are made of: each module has a ``show(..., key=...)``."""

__all__: list[str] = []
