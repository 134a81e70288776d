"""Engines at work: imported only when needed, swapped while turns run, closed without a trace."""

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from feynman.container import Container, EngineChoice
from feynman.domain import Explanation, InvalidInput
from tests.container.conftest import Make
from tests.container.models.conftest import TEXT, Start, able, chat, running
from tests.engines.llm.server import Call, Cut, Server, Slow

# Not httpx2: langgraph brings it along, by langsmith.
_HEAVY = ("langchain", "langchain_openai", "openai", "xllamacpp", "ddgs", "redis")
_PROGRAM = f"""
import sys
from pathlib import Path
from feynman.container import Container
from feynman.settings import Settings
settings = Settings(data_dir=Path(sys.argv[1]), sidecar_port=0, engine="builtin", llm_api_key="sk-none")
container = Container.open(settings)
container.close()
print(sorted(name for name in {_HEAVY!r} if name in sys.modules))
"""


def test_the_built_in_student_imports_nothing_of_a_model(tmp_path: Path) -> None:
    """A process with the built-in student at work has none of the model's libraries, even where a key is set."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_change_lets_running_turns_finish_and_takes_new_ones(endpoint: Server, start: Start) -> None:
    """Who is being answered is answered to the end by the student that began."""
    application = start(llm_base_url=endpoint.url, llm_model="scripted-1")
    chat(application)
    endpoint.script = lambda call: Slow(0.2, "Hm. What is it?") if call.way == "stream" else able(call)
    answers: list[dict[str, object]] = []
    slow = threading.Thread(target=lambda: answers.append(chat(application, learner_id="bob")))
    before = len(endpoint.of("stream"))
    slow.start()
    until(lambda: len(endpoint.of("stream")) > before)
    container = application.container
    with running(Server(able)) as other:
        choice = container.engines.choice.model_copy(update={"base_url": other.url})
        container.loop.run(container.engines.apply(choice), 10)
        assert chat(application)["degraded"] is False
        assert other.calls
        slow.join(20)
    assert (answers[0]["degraded"], answers[0]["reply"]) == (False, "Hm. What is it?")


def test_a_saved_choice_is_there_after_a_restart(endpoint: Server, make: Make) -> None:
    """What was applied is at work again, until it is taken back."""
    choice = EngineChoice(engine="openai", base_url=endpoint.url, model="scripted-1")
    for wanted in ("builtin", "openai"):
        container = Container.open(make())
        try:
            assert container.engine == wanted
            container.loop.run(container.engines.apply(choice), 10)
            assert container.engines.state.saved
            assert container.engine == "openai"
        finally:
            container.close()
    container = Container.open(make())
    try:
        container.loop.run(container.engines.reset(), 10)
        assert (container.engine, container.engines.state.saved) == ("builtin", False)
    finally:
        container.close()


def test_an_incomplete_choice_changes_nothing(make: Make) -> None:
    """A choice that lacks something is refused before anything is saved or swapped."""
    container = Container.open(make())
    try:
        with pytest.raises(InvalidInput, match="FEYNMAN_LLM_MODEL"):
            container.loop.run(container.engines.apply(EngineChoice(engine="openai", base_url="http://h/v1")), 10)
        with pytest.raises(InvalidInput, match="FEYNMAN_LLM_API_KEY"):
            container.loop.run(container.engines.test(EngineChoice(engine="openai")), 10)
        assert container.engine == "builtin"
        assert not list(container.settings.data_dir.glob("engine.*"))
    finally:
        container.close()


def test_a_stream_that_breaks_off_is_finished_by_the_other(endpoint: Server, start: Start) -> None:
    """What was said stays, and the built-in student's question follows."""
    endpoint.script = lambda call: (
        Cut("I see, the leaves") if call.way == "stream" and "cat" not in call.text else able(call)
    )
    application = start(llm_base_url=endpoint.url, llm_model="scripted-1")
    answer = chat(application)
    assert answer["degraded"] is True
    assert answer["reply"]


def test_stopping_a_turn_leaves_nothing_behind(endpoint: Server, start: Start) -> None:
    """A turn that is left ends its call; at the end no connection is open."""
    application = start(llm_base_url=endpoint.url, llm_model="scripted-1")
    chat(application)
    endpoint.script = lambda call: (
        Slow(0.3, "I see. It is odd. What is it? And so on.") if call.way == "stream" else able(call)
    )
    container = application.container

    async def left() -> None:
        session = await container.study.start("ada", "Leaves", "en")
        explanation = Explanation(
            topic="Leaves", text=TEXT, language="en", learner_id="ada", session_id=session.id, turn_id="left"
        )
        events = container.study.explain(explanation)
        async for event in events:
            if event.kind == "text_delta":
                break
        await events.aclose()

    container.loop.run(left(), 20)
    until(lambda: endpoint.abandoned == 1)
    tasks = container.loop.run(_tasks(), 5)
    assert not [name for name in tasks if "told" in name]
    application.container.loop.run(container.engines.close(), 10)
    until(lambda: endpoint.open == 0)


def test_a_model_that_answers_nothing_is_warned_of_by_health(endpoint: Server, make: Make) -> None:
    """Before the first turn health says that the model is well, and spends no token on it."""
    container = Container.open(make(llm_base_url=endpoint.url, llm_model="scripted-1"))
    try:
        until(lambda: any(call.path.endswith("/models") for call in endpoint.calls))
        check = container.loop.run(container.health.report(), 10).checks["model"]
        assert check.status == "healthy"
        assert "none yet" in check.detail
        assert not [call for call in endpoint.calls if call.path.endswith("/completions")]
    finally:
        container.close()


async def _tasks() -> list[str]:
    return [str(task.get_coro()) for task in asyncio.all_tasks()]


def until(condition, seconds: float = 15.0) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 # () -> bool
    """Wait until ``condition`` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


__all__ = ["Call", "until"]
