"""Arithmetic for models that can't do any."""

from typing import Annotated, Final

from pydantic import Field

from feynman.domain import Language
from feynman.tools.arithmetic import Arithmetic, NotArithmetic
from feynman.tools.tool import Arguments, ToolContext
from feynman.tools.wording import describe, invalid

__all__ = ["Calculate", "CalculateArguments"]

_LONGEST: Final = 200


class CalculateArguments(Arguments):
    """An expression."""

    expression: Annotated[
        str,
        Field(
            min_length=1,
            max_length=_LONGEST,
            description="numbers, + - * / // % ** ( ), comparisons, pi, e and sqrt, abs, round, min, max, floor, ceil, "
            "exp, log, log2, log10, sin, cos, tan (radians), degrees, radians, factorial, gcd; nothing else",
        ),
    ]


class Calculate:
    """Works out an expression; no name but those of the functions, no text, no attribute is in its language."""

    name: Final = "calculate"
    arguments = CalculateArguments
    keep_seconds = None

    def __init__(self) -> None:
        self._arithmetic = Arithmetic()

    def description(self, language: Language) -> str:
        """Tell the model what it is for."""
        return describe(self.name, language)

    async def run(self, arguments: CalculateArguments, context: ToolContext) -> str:
        """Return the number, or why there is none; takes less than a millisecond."""
        try:
            return self._arithmetic.evaluate(arguments.expression)
        except NotArithmetic as error:
            return invalid(self.name, str(error), context.language)
