"""question_generator: the model's words as they come, one question, everything counted."""

import asyncio
from typing import Any

import pytest

from feynman.domain import Gap, GapKind, Language, Memory, ModelAnswerUnusable, Question, Turn, Usage
from feynman.engines.llm import Persona
from feynman.engines.student import Analysis, Thinking
from tests.engines.conftest import NOW
from tests.engines.llm.conftest import ABLE, FAST, Make, examined, lesson, replied
from tests.engines.llm.server import Say, Server, Stream, verdict_of

TEXT = "A plant's mass comes from the soil."
WRONG = verdict_of(points=[{"point": 2, "status": "contradicted", "quote": TEXT[:-1]}])


async def analysed(server: Server, make: Make, verdict: str = WRONG, text: str = TEXT) -> Analysis:
    """What a verdict comes to."""
    server.script = lambda _: Say(verdict)
    _, analysis = await examined(make(), lesson(text))
    server.calls.clear()
    return analysis


def says(*pieces: str | dict[str, str], hold: asyncio.Event | None = None) -> Any:  # noqa: ANN401 # a script
    """A model that says this, piece by piece."""
    deltas = [{"content": piece} if isinstance(piece, str) else piece for piece in pieces]
    return lambda _: Stream(deltas, hold=hold)


async def test_the_first_token_leaves_at_once(server: Server, make: Make) -> None:
    """It is there while the model has not said the second one."""
    analysis = await analysed(server, make)
    hold = asyncio.Event()
    server.script = says("Hm", ", soil?", hold=hold)
    pieces = make().reply(lesson(TEXT), analysis)
    assert await anext(pieces) == "Hm"
    hold.set()
    rest = [piece async for piece in pieces]
    assert rest[0] == ", soil?"
    question = rest[-1]
    assert isinstance(question, Question)
    assert question.text == "Hm, soil?"


async def test_the_question_is_about_the_gap_chosen_in_code(server: Server, make: Make) -> None:
    """The worst open gap asked least, with a depth; its key point is not in the prompt."""
    analysis = await analysed(server, make)
    server.script = says("Would the pot not be empty then?")
    _, pieces = await replied(make(), lesson(TEXT), analysis)
    question = pieces[-1]
    error = next(gap for gap in analysis.open_gaps if gap.kind == GapKind.FACTUAL_ERROR)
    assert (question.gap_id, question.depth, question.help) == (error.id, "deep", None)
    prompt = server.calls[0].text
    assert TEXT in prompt
    assert not any(secret in prompt.lower() for secret in ("carbon", "dioxide", "chlorophyll", "oxygen"))


async def test_an_error_is_stayed_with_but_not_for_ever(server: Server, make: Make) -> None:
    """Asked once it is asked about again, asked twice another gap comes first."""
    base = await analysed(server, make)
    server.script = says("Hm, and then?")
    for asked, kind in [(0, "factual_error"), (1, "factual_error"), (2, "missing_point")]:
        gaps = tuple(
            gap.model_copy(update={"asked": asked}) if gap.kind == GapKind.FACTUAL_ERROR else gap
            for gap in base.open_gaps
        )
        error = next(gap for gap in gaps if gap.kind == GapKind.FACTUAL_ERROR)
        last = Question(text="?", gap_id=error.id, depth="deep")
        turn = Turn(
            id="t0", session_id="s1", number=1, text=TEXT, language="en", status="completed", question=last,
            created_at=NOW,
        )  # fmt: skip
        given = lesson("My textbook says so.", earlier=(turn,), open_gaps=gaps)
        _, pieces = await replied(make(), given, base.model_copy(update={"open_gaps": gaps}))
        chosen = next(gap for gap in gaps if gap.id == pieces[-1].gap_id)
        assert chosen.kind == kind


@pytest.mark.parametrize(
    "pieces",
    [
        ["<think>Carbon dioxide, of course.</think>", "\n\nHm, why?"],
        ["<th", "ink>Carbon", " dioxide</thi", "nk>", "Hm", ", why?"],
        [{"reasoning_content": "Carbon "}, {"reasoning_content": "dioxide."}, "Hm, ", "why?"],
        [{"reasoning": "Carbon dioxide."}, {"content": "", "reasoning": "."}, "Hm, why?"],
    ],
)
async def test_thinking_stays_out_of_sight(pieces: list[Any], server: Server, make: Make) -> None:
    """It is told once that the model thinks, before the first word, and never what."""
    analysis = await analysed(server, make)
    server.script = says(*pieces)
    text, found = await replied(make(), lesson(TEXT), analysis)
    assert text == "Hm, why?"
    assert found[0] == Thinking()
    assert found.count(Thinking()) == 1


async def test_usage_comes_from_the_last_chunk(server: Server, make: Make) -> None:
    """Tokens by the server, time to the first one, speed, and cost by the price table."""
    analysis = await analysed(server, make)
    server.script = lambda _: Say("Hm, soil? And more that nobody hears.")
    _, pieces = await replied(make(), lesson(TEXT), analysis)
    (usage,) = [piece for piece in pieces if isinstance(piece, Usage)]
    assert (usage.input_tokens, usage.output_tokens, usage.calls) == (100, 7, 1)
    assert usage.cost == pytest.approx((100 * 2 + 7 * 10) / 1e6)
    assert usage.time_to_first_token is not None
    assert 0 < usage.time_to_first_token < 2
    assert usage.tokens_per_second is not None
    assert isinstance(pieces[-1], Question)


async def test_without_usage_tokens_are_counted(server: Server, make: Make) -> None:
    """A server that does not say has its pieces counted, and is not asked."""
    analysis = await analysed(server, make)
    server.script = says("Hm", ", ", "soil?")
    _, pieces = await replied(make(known=ABLE.model_copy(update={"stream_usage": False})), lesson(TEXT), analysis)
    (usage,) = [piece for piece in pieces if isinstance(piece, Usage)]
    assert usage.output_tokens == 3
    assert "stream_options" not in server.calls[0].body


async def test_a_leak_is_cut_and_counted(server: Server, make: Make) -> None:
    """What was said before it stands; the error says that the rest is no answer; the tokens were used."""
    analysis = await analysed(server, make)
    server.script = says("Hm. ", "Is it ", "carbon ", "dioxide?")
    told: list[object] = []
    with pytest.raises(ModelAnswerUnusable, match="leak"):
        told.extend([piece async for piece in _collect(make().reply(lesson(TEXT), analysis), told)])
    assert "".join(piece for piece in told if isinstance(piece, str)) == "Hm. Is it "
    assert any(isinstance(piece, Usage) for piece in told)


async def _collect(pieces: Any, told: list[object]) -> Any:  # noqa: ANN401 # a generator
    async for piece in pieces:
        told.append(piece)
        if piece is None:
            yield piece


async def test_when_nothing_is_open_nothing_is_asked(server: Server, make: Make) -> None:
    """The reply says back what was understood."""
    server.script = says("So plants ", "grow. ", "What else? ", "I see.")
    text, pieces = await replied(make(), lesson(TEXT), Analysis())
    assert text == "So plants grow. I see."
    assert not [piece for piece in pieces if isinstance(piece, Question)]


@pytest.mark.parametrize(
    ("persona", "language", "words"),
    [
        (Persona(), "en", ("curious child of 12", "warm")),
        (Persona(character="classmate", age=15, tone="playful"), "en", ("classmate of 15", "playful")),
        (Persona(character="sceptic", age=50, tone="plain"), "en", ("expert of 50", "plain and brief")),
        (Persona(), "zh", ("12岁", "亲切")),
        (Persona(character="sceptic", age=50, tone="plain"), "zh", ("50岁", "专家", "朴素")),
    ],
)
async def test_who_the_student_is(
    persona: Persona, language: Language, words: tuple[str, ...], server: Server, make: Make
) -> None:
    """Character, age and tone are in the prompt, in the learner's language."""
    server.script = says("Hm, why?" if language == "en" else "嗯，为什么？")
    gap = Gap(id="g", kind=GapKind.VAGUE, turn_id="t1", quote=None, reason="-", confidence=1, severity=1)
    await replied(make(persona=persona), lesson(TEXT, language=language), Analysis(open_gaps=(gap,)))
    assert all(word in server.calls[0].text for word in words)


async def test_what_was_taught_before_is_known(server: Server, make: Make) -> None:
    """Beliefs, memories in the same language and the conversation are in the prompt, as data."""
    memory = Memory(
        id="m", learner_id="ada", session_id="s0", turn_ids=(), topic="Plants", kind="summary",
        text="About roots I was taught much.", language="en", created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    other = memory.model_copy(update={"language": "zh", "text": "关于根"})
    server.script = says("I see.")
    await replied(make(), lesson(TEXT, recalled=(memory, other)), Analysis())
    prompt = server.calls[0].text
    assert "<taught_some_days_ago>\nAbout roots I was taught much.\n</taught_some_days_ago>" in prompt
    assert "关于根" not in prompt


async def test_a_model_that_talks_on_is_left_alone(server: Server, make: Make) -> None:
    """After the question it is heard out for a second, then its stream is closed; the question stands."""
    analysis = await analysed(server, make)
    hold = asyncio.Event()
    server.script = lambda _: Stream([{"content": "Hm, soil? "}, {"content": "And on"}], hold=hold)
    student = make(timeouts=FAST.model_copy(update={"between_tokens": 30.0}))
    text, pieces = await replied(student, lesson(TEXT), analysis)
    assert text == "Hm, soil?"
    assert isinstance(pieces[-1], Question)
    assert any(isinstance(piece, Usage) for piece in pieces)
