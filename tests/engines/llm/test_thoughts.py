"""Thoughts are kept out of sight, however the stream cuts them."""

import pytest

from feynman.domain import ModelAnswerUnusable
from feynman.engines.llm.extract import extracted
from feynman.engines.llm.schema import Verdict
from feynman.engines.llm.thoughts import Thoughts, without_thoughts

WHOLE = "<think>Let me see.\nA < B > C</think>\n\nWhy is it <so>?"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_a_thought_is_left_out_at_any_cut(size: int) -> None:
    """What is said comes out whole and without leading space, whatever the pieces."""
    thoughts = Thoughts()
    pieces = [thoughts.feed(WHOLE[at : at + size]) for at in range(0, len(WHOLE), size)]
    assert "".join(pieces) + thoughts.finish() == "Why is it <so>?"


def test_nothing_is_held_back_without_need() -> None:
    """Words come out as they go in; only what may begin a tag waits."""
    thoughts = Thoughts()
    assert thoughts.feed("Hm") == "Hm"
    assert thoughts.feed(" a <") == " a "
    assert thoughts.feed("b") == "<b"


def test_a_thought_that_never_ends_says_nothing() -> None:
    """An open thought is dropped and known to be open."""
    thoughts = Thoughts()
    assert thoughts.feed("<thinking>and on and on") == ""
    assert thoughts.thinking
    assert thoughts.finish() == ""


def test_a_thought_without_its_beginning_is_left_out() -> None:
    """Some chat templates open the thought themselves."""
    assert without_thoughts("first I think</think>Then I say.") == "Then I say."


def test_a_thought_that_was_told_is_an_error() -> None:
    """When its end comes after it was shown, the answer is unusable."""
    thoughts = Thoughts()
    thoughts.feed("first I think")
    with pytest.raises(ModelAnswerUnusable):
        thoughts.feed("</think>Then I say.")


def test_a_quoted_mark_in_an_answer_is_no_thought() -> None:
    """A learner may teach what such marks are for: an answer that is one object is read with its quotations."""
    answer = '{"points": [], "gaps": [{"kind": "vague", "quote": "a <think> tag </think> does it"}]}'
    verdict = extracted(answer, Verdict)
    assert verdict is not None
    assert verdict.gaps[0].quote == "a <think> tag </think> does it"
