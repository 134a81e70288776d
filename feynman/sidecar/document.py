"""The OpenAPI document of this installation."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import FastAPI

from feynman.domain import FeynmanError

__all__ = ["Api"]


class Api(FastAPI):
    """Documents, of the engines that there may be, those that may be asked for here and now."""

    def __init__(self, engines: Callable[[], Sequence[str]], **options: Any) -> None:  # noqa: ANN401 # FastAPI's own
        super().__init__(**options)
        self._engines = engines

    def openapi(self) -> dict[str, Any]:
        """Return the document."""
        document = copy.deepcopy(super().openapi())
        wish = document["components"]["schemas"]["ChatRequest"]["properties"]["engine"]
        for choice in wish["anyOf"]:
            if "enum" in choice:
                choice["enum"] = [name for name in choice["enum"] if name in self._here(choice["enum"])]
        return document

    def _here(self, known: Sequence[str]) -> Sequence[str]:
        try:
            return self._engines()
        except FeynmanError:
            return known
