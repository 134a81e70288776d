"""Whole turns over HTTP with a model at work, with a dead one, and over the budget."""

import socket
import time
from typing import Any

import httpx
import pytest

from feynman.lifecycle import Application
from feynman.settings import ModelPrice
from tests.container.models.conftest import GREEN, SAID, TEXT, Start, chat
from tests.engines.llm.server import Refuse, Server

PRICES = {"scripted-1": ModelPrice(input=2.0, output=10.0)}


def model(endpoint: Server, **more: Any) -> dict[str, Any]:  # noqa: ANN401 # settings
    """Settings for the scripted endpoint."""
    return {"llm_base_url": endpoint.url, "llm_model": "scripted-1", **more}


def health(application: Application) -> dict[str, Any]:
    """The model's check."""
    assert application.sidecar is not None
    found: dict[str, Any] = httpx.get(f"{application.sidecar.url}/health", timeout=10).json()["checks"]["model"]
    return found


def dead() -> str:
    """An address where nothing answers."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


def test_a_whole_turn_with_a_model(endpoint: Server, start: Start) -> None:
    """Tools are used, the reply is the model's, and tokens, cost and metrics say what it took."""
    application = start(**model(endpoint, model_prices=PRICES))
    answer = chat(application)
    assert (answer["engine"], answer["degraded"], answer["degraded_code"]) == ("openai", False, None)
    assert (answer["reply"], answer["questions"]) == (SAID, ["How could one find out?"])
    usage = answer["usage"]
    assert (usage["model"], usage["input_tokens"] >= 300) == ("scripted-1", True)
    assert usage["cost"] == pytest.approx((usage["input_tokens"] * 2 + usage["output_tokens"] * 10) / 1e6)
    assert usage["time_to_first_token"] > 0
    values = application.container.metrics.snapshot()
    call = 'gen_ai_operation_name="chat",gen_ai_provider_name="127.0.0.1",gen_ai_request_model="scripted-1"'
    tokens = f'gen_ai_client_token_usage_sum{{{call},gen_ai_token_type="input"}}'
    assert values[tokens] >= usage["input_tokens"]
    assert values['feynman_model_cost_total{model="scripted-1"}'] >= usage["cost"]
    assert values[f"gen_ai_client_operation_time_to_first_chunk_seconds_count{{{call}}}"] >= 1
    answered = values[f'gen_ai_client_operation_duration_seconds_count{{{call},error_type=""}}']
    assert answered == values["gen_ai_client_operation_duration_seconds_count"]
    for tool in ("calculate", "translate", "search_reference"):
        assert values[f'feynman_tool_calls_total{{tool="{tool}",state="finished"}}'] == 1
    assert values['feynman_breaker_state{part="model"}'] == 0
    assert "feynman_degraded_turns_total" not in values
    assert health(application)["status"] == "healthy"
    assert "last outcome ok" in health(application)["detail"]


def test_every_call_of_a_turn_is_in_its_usage(endpoint: Server, start: Start) -> None:
    """The translation that a tool had made is the turn's too."""
    application = start(**model(endpoint))
    chat(application)
    before = len(completions(endpoint))
    usage = chat(application)["usage"]
    made = [call for call in completions(endpoint)[before:] if "You sum up" not in call.text]
    assert usage["calls"] == len(made)


def completions(endpoint: Server) -> list[Any]:
    """All completions asked for."""
    return [call for call in endpoint.calls if call.path.endswith("/completions")]


def test_another_engine_for_one_request(endpoint: Server, start: Start) -> None:
    """Beside the engine at work the others that are configured can be asked for, both ways."""
    application = start(**model(endpoint))
    assert chat(application, engine="builtin")["engine"] == "builtin"
    assert completions(endpoint) == []
    assert chat(application)["engine"] == "openai"
    assert application.sidecar is not None
    body = {"topic": "Tea", "explanation": "Hot.", "engine": "local"}
    refused = httpx.post(f"{application.sidecar.url}/chat", json=body, timeout=10)
    assert (refused.status_code, refused.json()["code"]) == (422, "engine_unavailable")


def test_a_model_beside_the_built_in_student(endpoint: Server, start: Start) -> None:
    """With the built-in student at work a configured model can be asked for all the same."""
    application = start(**model(endpoint, engine="builtin"))
    assert chat(application)["engine"] == "builtin"
    assert chat(application, engine="openai")["reply"] == SAID


def test_a_dead_endpoint_degrades(start: Start) -> None:
    """The application starts and says so in /health; the turn is the built-in student's and the text is kept."""
    application = start(llm_base_url=dead(), llm_model="gone")
    deadline = time.monotonic() + 20
    while "model_unreachable" not in (check := health(application))["detail"]:
        assert time.monotonic() < deadline, check
        time.sleep(0.05)
    assert check["status"] == "degraded"
    answer = chat(application)
    assert (answer["engine"], answer["degraded"], answer["degraded_code"]) == ("openai", True, "model_unreachable")
    assert answer["reply"]
    assert answer["coverage"]
    container = application.container
    kept = container.loop.run(container.study.conversation(answer["session_id"], "ada"), 10).turns[0]
    assert (kept.text, kept.status, kept.degraded, kept.error) == (TEXT, "completed", True, "model_unreachable")
    assert container.metrics.snapshot()['feynman_degraded_turns_total{code="model_unreachable"}'] == 1


def test_a_circuit_that_opens_shows(endpoint: Server, start: Start) -> None:
    """After some failures in a row the endpoint is left alone: the code, the metric and /health tell."""
    application = start(**model(endpoint))
    chat(application)
    remembered(application, "sunlight")  # the summary's calls count, too, and would come in between
    endpoint.script = lambda _: Refuse(500)
    codes = [chat(application)["degraded_code"] for _ in range(3)]
    assert (codes[0], codes[-1]) == ("model_unreachable", "circuit_open")
    assert application.container.metrics.snapshot()['feynman_breaker_state{part="model"}'] == 1
    assert "circuit open" in health(application)["detail"]
    container = application.container
    container.loop.run(container.engines.reset(), 20)
    assert container.metrics.snapshot()['feynman_breaker_state{part="model"}'] == 0


def test_over_the_budget(endpoint: Server, start: Start) -> None:
    """Once the day's tokens are used the built-in student takes over and says why; others still have theirs."""
    application = start(**model(endpoint, daily_tokens=500))
    assert chat(application)["degraded"] is False
    asked = len(completions(endpoint))
    answer = chat(application)
    assert (answer["degraded"], answer["degraded_code"], answer["usage"]) == (True, "budget_spent", {})
    assert answer["reply"]
    assert len([call for call in completions(endpoint)[asked:] if "You sum up" not in call.text]) == 0
    assert chat(application, learner_id="bob")["degraded"] is False
    assert health(application)["status"] == "healthy"


def test_the_budget_survives_a_restart(endpoint: Server, start: Start) -> None:
    """What was stored today counts for a process that starts later."""
    settings = model(endpoint, model_prices=PRICES, daily_budget=0.0001)
    first = start(**settings)
    assert chat(first)["degraded"] is False
    assert chat(start(**settings))["degraded_code"] == "budget_spent"


def test_a_wrong_key_is_told_by_its_code(endpoint: Server, start: Start) -> None:
    """401 is told as such, and the turn is done."""
    endpoint.script = lambda _: Refuse(401)
    assert chat(start(**model(endpoint, llm_api_key="sk-wrong")))["degraded_code"] == "model_unauthorized"


def test_the_summary_is_the_models(endpoint: Server, start: Start) -> None:
    """Consolidation takes the model's words, once; with a model that fails it takes the learner's."""
    application = start(**model(endpoint))
    answer = chat(application)
    assert "Leaves take in sunlight." in remembered(application, "sunlight")
    assert len([call for call in endpoint.calls if "You sum up" in call.text]) == 1
    endpoint.script = lambda _: Refuse(500)
    chat(application, session_id=answer["session_id"], explanation="The leaves are green because of chlorophyll.")
    assert GREEN in remembered(application, "“")


def remembered(application: Application, word: str) -> str:
    """What is remembered of ada's lessons as soon as ``word`` is in it."""
    container, deadline = application.container, time.monotonic() + 15
    while True:
        found = container.loop.run(container.study.memories("ada"), 10)
        text = "\n".join(memory.text for memory in found)
        if word in text:
            return text
        assert time.monotonic() < deadline, text
        time.sleep(0.05)
