import httpx
import pytest

from tests.sidecar.backend import ScriptedServices

SAID = [{"role": "user", "content": "Leaves give colour."}, {"role": "assistant", "content": "Which leaves?"}]
BODY = {"topic": "Tea", "conversation_history": SAID}


def test_it_is_accepted_when_it_is_stored(client: httpx.Client, services: ScriptedServices) -> None:
    """202 carries the job, the session and the learner that the conversation was stored under."""
    answer = client.post("/memorize", json={**BODY, "session_id": "s", "learner_id": "ada"})
    assert (answer.status_code, answer.json()) == (
        202,
        {"status": "queued", "job_id": "job-1", "session_id": "s", "learner_id": "ada"},
    )
    (session, history), *_ = services.memorized
    assert (session.topic, session.language) == ("Tea", "en")
    assert [line.model_dump() for line in history] == SAID


def test_each_request_has_a_session_of_its_own(client: httpx.Client) -> None:
    """Without session and key two conversations are kept apart."""
    first, second = client.post("/memorize", json=BODY).json(), client.post("/memorize", json=BODY).json()
    assert first["session_id"] != second["session_id"]


def test_a_key_makes_it_one(client: httpx.Client) -> None:
    """The same request under the same key is the same session; another request or learner is not."""
    key = {"Idempotency-Key": "k"}
    bodies = [BODY, BODY, {**BODY, "topic": "Coffee"}, {**BODY, "learner_id": "bob"}]
    sessions = [client.post("/memorize", json=body, headers=key).json()["session_id"] for body in bodies]
    assert sessions[0] == sessions[1]
    assert len(set(sessions)) == 3


def test_the_learners_language_counts(client: httpx.Client, services: ScriptedServices) -> None:
    """What the learner said decides the language, not what was replied."""
    lines = [{"role": "Human", "content": "茶叶让水变颜色。"}, {"role": "ai", "content": "Which leaves are those?"}]
    client.post("/memorize", json={"topic": "Tea", "conversation_history": lines})
    assert services.memorized[0][0].language == "zh"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"topic": " "}, "empty_text"),
        ({"topic": None}, "invalid"),
        ({"conversation_history": None}, "invalid"),
        ({"conversation_history": []}, "invalid"),
        ({"conversation_history": SAID * 101}, "invalid"),
        ({"conversation_history": SAID[1:]}, "empty_text"),
        ({"conversation_history": [{"role": "user", "content": "\u200b \n"}]}, "empty_text"),
        ({"conversation_history": [{"role": "user", "content": "x" * 20_001}]}, "text_too_long"),
        ({"session_id": "a b"}, "invalid"),
    ],
)
def test_what_can_not_be_kept_is_refused(
    client: httpx.Client, services: ScriptedServices, given: dict[str, object], code: str
) -> None:
    """What the caller can mend is 422 and opens no session."""
    answer = client.post("/memorize", json={**BODY, **given})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (services.memorized, services.references) == ([], [])


def test_another_learners_session_is_not_found(client: httpx.Client) -> None:
    """Nobody writes into a stranger's session."""
    client.post("/memorize", json={**BODY, "session_id": "s", "learner_id": "ada"})
    answer = client.post("/memorize", json={**BODY, "session_id": "s", "learner_id": "bob"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_key_is_short_and_plain(client: httpx.Client) -> None:
    """A key that is no plain word is refused."""
    answer = client.post("/memorize", json=BODY, headers={"Idempotency-Key": "k" * 256})
    assert answer.status_code == 422
