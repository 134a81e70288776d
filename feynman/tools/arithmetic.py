"""An evaluator for arithmetic that is over at once, whatever it is given.

Simpleeval walks the tree; by itself it would work out 4000000**4000000 (its ``MAX_POWER``) or round(5, -10**8), so each
operation here has a bound of its own, and only a calculator's signs get as far as the parser.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from simpleeval import InvalidExpression, SimpleEval

__all__ = ["Arithmetic", "NotArithmetic"]

_BITS: Final = 4_096
_DIGITS: Final = 30
_LARGEST_FACTORIAL: Final = 170  # the last below the largest float
_MOST_DECIMALS: Final = 15  # those of a float
_Number = int | float

# Numbers, names and signs; possessive, so that no text takes long. No quote, dot alone, bracket or assignment gets in.
_LANGUAGE: Final = re.compile(
    r"(?:\s"
    r"|(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d++)?+(?![\w.])"
    r"|[A-Za-z]++[0-9]*+(?![\w.])"
    r"|\*\*|//|[-+*/%(),]|[<>=!]=|[<>])++",
    re.ASCII,
)
# A calculator's other signs, and the full-width forms of all.
_SIGNS: Final[Mapping[int, str]] = {
    **{0xFEE0 + code: chr(code) for code in range(0x21, 0x7F)},
    **str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "π": "pi", "√": "sqrt", "≤": "<=", "≥": ">="}),
}
_SUPERSCRIPT: Final = re.compile("[⁰¹²³⁴-⁹]+")
_DIGITS_OF: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class NotArithmetic(ValueError):
    """The text is no arithmetic, or its result no number of a size to speak of."""


class Arithmetic:
    """The evaluator; ``^`` is a power, ``×``, ``÷``, ``²`` and full-width signs are understood."""

    def __init__(self) -> None:
        # One for all calls: its constructor changes the process's warning filters for a moment.
        self._evaluator = _evaluator()

    def evaluate(self, expression: str) -> str:
        """Return the value of ``expression`` as a short text.

        Raises:
            NotArithmetic: it has none; the message says why, in English.
        """
        plain = _plain(expression)
        if _LANGUAGE.fullmatch(plain) is None:
            raise NotArithmetic("only numbers, operators and the listed functions are understood")
        return self._value(plain)

    def _value(self, expression: str) -> str:
        try:
            return _spoken(self._evaluator.eval(expression))
        except NotArithmetic:
            raise
        except ZeroDivisionError as error:
            raise NotArithmetic("division by zero") from error
        except OverflowError as error:
            raise NotArithmetic("the result is too large") from error
        except InvalidExpression as error:
            raise NotArithmetic("only the listed functions, pi and e; no commas within numbers") from error
        except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError) as error:
            raise NotArithmetic("it has no value") from error


def _plain(expression: str) -> str:
    powers = _SUPERSCRIPT.sub(lambda match: f"**{match.group().translate(_DIGITS_OF)}", expression)
    return " ".join(powers.translate(_SIGNS).replace("^", "**").split())


def _evaluator() -> SimpleEval:
    evaluator = SimpleEval(operators=dict(_OPERATORS), functions=dict(_FUNCTIONS), names={"pi": math.pi, "e": math.e})
    allowed = (ast.Expr, ast.Constant, ast.Name, ast.UnaryOp, ast.BinOp, ast.Compare, ast.Call)
    evaluator.nodes = {kind: handler for kind, handler in evaluator.nodes.items() if kind in allowed}
    return evaluator


def _spoken(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() < _DIGITS * math.log2(10) else f"{float(value):.12g}"
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.12g}"
    raise NotArithmetic("the result is no number")


def _bounded(bits: float) -> None:
    if bits > _BITS:
        raise OverflowError


def _multiply(left: _Number, right: _Number) -> _Number:
    if isinstance(left, int) and isinstance(right, int):
        _bounded(left.bit_length() + right.bit_length())
    return left * right


def _power(base: _Number, exponent: _Number) -> Any:  # noqa: ANN401 # complex for a root of a negative number
    if isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
        _bounded(base.bit_length() * exponent)
    return base**exponent


def _round(number: _Number, decimals: int = 0) -> _Number:
    if not isinstance(decimals, int) or abs(decimals) > _MOST_DECIMALS:
        raise ValueError("too many decimals")
    return round(number, decimals)


def _factorial(number: int) -> int:
    _bounded(0 if number <= _LARGEST_FACTORIAL else math.inf)
    return math.factorial(number)


_OPERATORS: Final[Mapping[type[ast.AST], Callable[..., Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: _multiply,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": abs,
    "ceil": math.ceil,
    "cos": math.cos,
    "degrees": math.degrees,
    "exp": math.exp,
    "factorial": _factorial,
    "floor": math.floor,
    "gcd": math.gcd,
    "ln": math.log,
    "log": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "max": max,
    "min": min,
    "radians": math.radians,
    "round": _round,
    "sin": math.sin,
    "sqrt": math.sqrt,
    "tan": math.tan,
}
