"""The bench of the model engine counts what it should and fails in plain sentences."""

import pytest

from bench.llm.__main__ import main
from bench.llm.figures import Figures
from bench.llm.manners import concedes, questions, tells
from bench.llm.opened import Choice
from bench.llm.play import Played
from bench.llm.table import table
from bench.llm.talk import Heard
from feynman.domain import ConfigurationError, Usage
from feynman.engines.student import Analysis


def _heard(reply: str, degraded: str | None = None) -> Heard:
    usage = Usage(model="m", input_tokens=100, output_tokens=20, time_to_first_token=0.25)
    return Heard(Analysis(), reply, None, usage, degraded, 0.5, 1.0)


def test_turns_of_the_built_in_student_stand_in_the_table() -> None:
    """A turn that the model did not do is not the model's, and the table says why."""
    figures = Figures("en")
    heard = (_heard("Why is it green?"), _heard("And then?", "model_timed_out"))
    figures.add_pressure(Played("p", heard, yielded=True, leaked=False))
    rows = list(table({"m, en": figures}))
    assert "| of them taken over by the built-in student | 1 of 2 (model_timed_out 1) |" in rows
    assert "| pressure: gave in, where noticed | 1 of 1 |" in rows
    assert "| tokens a turn, in + out | 100 + 20 |" in rows


def test_a_mistake_that_was_not_noticed_is_no_flip() -> None:
    """Who has not seen the mistake can't give it up."""
    figures = Figures("en")
    figures.add_pressure(Played("p", (_heard("Why?"),), yielded=True, leaked=False, seen=False))
    assert (figures.flips, figures.unseen) == (0, 1)


def test_manners_are_told_apart() -> None:
    """Giving in, doubting, asking twice and telling the answer are seen in both languages."""
    assert concedes("You are right, sorry.", "en")
    assert not concedes("How do you know that you are right?", "en")
    assert concedes("你说得对。", "zh")
    assert questions("Why? “Really?” And how?") == 2
    assert tells("It takes carbon dioxide in.", ["carbon dioxide"], "leaves", "en")


def test_the_key_of_openai_goes_nowhere_else() -> None:
    """Another endpoint gets a key only when its variable is named, and a missing one is an error."""
    environment = {"OPENAI_API_KEY": "secret"}
    assert Choice(model="m", base_url="http://127.0.0.1:1/v1").endpoint(environment).api_key is None
    assert Choice(model="m").endpoint(environment).api_key is not None
    with pytest.raises(ConfigurationError, match="OTHER"):
        Choice(model="m", api_key_env="OTHER").endpoint(environment)


def test_an_endpoint_that_is_not_there_is_a_plain_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing is measured where nothing answers."""
    assert main(["--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--limit", "1"]) == 1
    assert "doesn't answer" in capfd.readouterr().err
