import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from feynman.tools import Calculate, ToolContext
from feynman.tools.arithmetic import Arithmetic, NotArithmetic
from feynman.tools.calculate import CalculateArguments


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("0.1 + 0.2", "0.3"),
        ("2^10", "1024"),
        ("3² + 4²", "25"),
        ("（1＋2）×3÷2", "4.5"),
        ("√(2)", "1.41421356237"),
        ("10**20", "100000000000000000000"),
        ("9.11e-31 * 3e8**2", "8.199e-14"),
        ("factorial(170)", "7.25741561531e+306"),
        ("round(pi, 2)", "3.14"),
        ("max(1, 2, 3) >= 3", "true"),
        ("17 % 5 == 3", "false"),
        ("-7 // 2", "-4"),
        ("log(100, 10)", "2"),
    ],
)
def test_arithmetic_has_a_value(expression: str, value: str) -> None:
    """A calculator's signs are understood, those of a Chinese keyboard too."""
    assert Arithmetic().evaluate(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')",
        "open('/etc/passwd')",
        "(1).__class__",
        "().__class__.__bases__[0]",
        "[x for x in (1, 2)]",
        "lambda: 1",
        "x = 1",
        "x := 1",
        "'a' * 9",
        "f'{1}'",
        "1; 2",
        "1\n2",
        "import os",
        "exec",
        "rand()",
        "1 if 1 else 2",
        "1 and 2",
        "~1",
        "1 << 9",
        "1,000 * 3",
        "2₃",
        "1j",
        "nan",
        "",
        " ",
    ],
)
def test_nothing_else_is_in_its_language(expression: str) -> None:
    """Names, texts, attributes, assignments and all else of Python are refused, and no warning shows them."""
    with pytest.raises(NotArithmetic):
        Arithmetic().evaluate(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "9**9**9**9",
        "4000000**4000000",
        "round(5, -10**8)",
        "factorial(10**6)",
        "factorial(-1)",
        "1e308 * 10",
        "exp(10000)",
        "1/0",
        "0**-1",
        "(-8)**0.5",
        "sqrt(-1)",
        "(" * 100 + ")" * 100,
        "(" * 199,
        "9" * 200 + "!",
        "a" * 199 + "!",
        "*".join(["9" * 9] * 19) + "*" + "9" * 9 + "**99",
    ],
)
@pytest.mark.timeout(20)
def test_nothing_takes_long(expression: str) -> None:
    """What would run for years, fill the memory or has no value is refused."""
    with pytest.raises(NotArithmetic):
        Arithmetic().evaluate(expression)


_PIECES = st.sampled_from(
    [
        "1",
        "9",
        "0.5",
        "1e9",
        "pi",
        "e",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "(",
        ")",
        ",",
        " ",
        "<",
        "==",
        "max",
        "round",
        "factorial",
        "gcd",
    ]
)


@given(st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_ends_in_a_short_value_or_a_refusal(text: str) -> None:
    """No expression raises anything else or gives a long text."""
    try:
        value = Arithmetic().evaluate(text)
    except NotArithmetic as error:
        value = str(error)
    assert 0 < len(value) < 80


async def test_the_model_hears_the_value_or_what_was_wrong(context: ToolContext, chinese: ToolContext) -> None:
    """A mistake is told in the turn's language and is no failure of the tool."""
    tool = Calculate()
    assert await tool.run(CalculateArguments(expression="6 * 7"), context) == "42"
    assert "called wrongly (division by zero)" in await tool.run(CalculateArguments(expression="1/0"), context)
    assert "调用有误" in await tool.run(CalculateArguments(expression="1/0"), chinese)


@pytest.mark.parametrize("expression", ["", "   ", "1" * 201, None, 5, ["1"]])
def test_arguments_are_bounded(expression: object) -> None:
    """Nothing, too much and what is no text are refused before the tool runs."""
    with pytest.raises(ValidationError):
        CalculateArguments.model_validate({"expression": expression})
