import httpx
import pytest

from feynman.domain import EngineDegraded, TurnCompleted
from tests.sidecar.backend import ScriptedServices
from tests.sidecar.conftest import Serve

BODY = {"topic": "Tea", "explanation": "Leaves give colour to water."}


def test_the_seeds_three_fields_are_enough(client: httpx.Client) -> None:
    """Topic, explanation and session id get questions, the session id and the conversation so far."""
    answer = client.post("/chat", json={**BODY, "session_id": "mine"})
    assert answer.status_code == 200
    body = answer.json()
    assert body["questions"] == ["Why?"]
    assert body["help"] == "hint"
    assert body["session_id"] == "mine"
    assert body["short_term_memory"] == [
        {"role": "user", "content": BODY["explanation"]},
        {"role": "assistant", "content": "Hm. Why?"},
    ]


def test_the_answer_has_the_contracts_fields(client: httpx.Client) -> None:
    """Gaps, coverage in the order given, engine, usage and timings come under their fixed names."""
    points = ["Water is hot.", "Leaves are dried."]
    body = client.post("/chat", json={**BODY, "reference": {"key_points": points}}).json()
    assert body["reply"] == "Hm. Why?"
    assert body["gaps"][0] == {
        "id": "g1",
        "kind": "vague",
        "quote": "Leaves",
        "start": 0,
        "end": 6,
        "point_index": None,
        "point": None,
        "reason": "What is meant?",
        "confidence": 0.75,
        "severity": 2,
        "status": "open",
    }
    assert (body["gaps"][1]["quote"], body["gaps"][1]["point"]) == (None, "p")
    assert body["resolved"] == ["g0"]
    assert body["coverage"] == [
        {"index": index, "point": point, "status": "missing", "score": 0.25, "quote": None}
        for index, point in enumerate(points)
    ]
    assert (body["engine"], body["degraded"]) == ("builtin", False)
    assert body["usage"] == {"input_tokens": 0}
    assert body["timings"] == {"checking": 0.1}
    assert len(body["turn_id"]) == 32


def test_a_topic_is_one_line_everywhere(client: httpx.Client, services: ScriptedServices) -> None:
    """The session and the turn have the same topic, with its white space folded."""
    body = client.post("/chat", json={**BODY, "topic": " The\n water  cycle "}).json()
    assert services.explained[0].topic == services.session(body["session_id"]).topic == "The water cycle"


def test_the_conversation_so_far_is_history(client: httpx.Client, services: ScriptedServices) -> None:
    """What the caller remembers reaches the turn, and comes back with this exchange at its end."""
    memory = [{"role": "user", "content": "Tea is a drink."}, {"role": "assistant", "content": "Which?"}]
    body = client.post("/chat", json={**BODY, "short_term_memory": memory}).json()
    assert [message.model_dump() for message in services.histories[0]] == memory
    assert body["short_term_memory"][:2] == memory
    assert len(body["short_term_memory"]) == 4


def test_a_session_goes_on(client: httpx.Client, services: ScriptedServices) -> None:
    """The session id of an answer continues the conversation; each turn has an id of its own."""
    first = client.post("/chat", json=BODY).json()
    second = client.post("/chat", json={**BODY, "session_id": first["session_id"]}).json()
    assert second["session_id"] == first["session_id"]
    assert second["turn_id"] != first["turn_id"]
    assert [explanation.session_id for explanation in services.explained] == [first["session_id"]] * 2


def test_the_learner_is_passed_on(client: httpx.Client, services: ScriptedServices) -> None:
    """A learner id belongs to the turn, and another learner's session is not found."""
    body = client.post("/chat", json={**BODY, "session_id": "s", "learner_id": "ada"}).json()
    assert body["learner_id"] == services.explained[0].learner_id == "ada"
    stranger = client.post("/chat", json={**BODY, "session_id": "s", "learner_id": "bob"})
    assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("given", "language"),
    [
        ({}, "en"),
        ({"explanation": "茶叶让水变颜色。"}, "zh"),
        ({"explanation": "12 + 5", "topic": "加法"}, "zh"),
        ({"explanation": "12", "topic": "17"}, "en"),
        ({"language": "zh"}, "zh"),
        ({"explanation": "茶叶让水变颜色。", "language": "en"}, "en"),
        ({"language": None}, "en"),
    ],
)
def test_the_language_is_found_out(
    client: httpx.Client, services: ScriptedServices, given: dict[str, object], language: str
) -> None:
    """The explanation's language counts unless one is named; a text without words is in the topic's."""
    assert client.post("/chat", json={**BODY, **given}).json()["language"] == language
    assert services.explained[0].language == language


def test_key_points_are_the_reference(client: httpx.Client, services: ScriptedServices) -> None:
    """Given key points become the reference as they are."""
    client.post("/chat", json={**BODY, "reference": {"key_points": ["  Water  is hot. "]}})
    (reference,) = services.references
    assert reference is not None
    assert (reference.source, [point.text for point in reference.points]) == ("given", ["Water is hot."])


TEXT = """# Tea

Tea is a drink made by pouring hot water on dried leaves. For example, my aunt drinks it at five.

Click here to subscribe!

The longer the leaves stay in the water, the more bitter the tea becomes, because more tannin is drawn out.
"""


def test_a_texts_claims_are_the_reference(client: httpx.Client, services: ScriptedServices) -> None:
    """Of a text the claims become key points, told with their places in it; what is not one is left out."""
    body = client.post("/chat", json={**BODY, "reference": {"text": TEXT}}).json()
    (reference,) = services.references
    assert reference is not None
    assert (reference.source, reference.text) == ("text", TEXT)
    points = body["reference_points"]
    assert [point["text"].split()[0] for point in points] == ["Tea", "The"]
    assert all(TEXT[point["start"] : point["end"]] == point["text"] for point in points)
    assert [point["index"] for point in points] == [entry["index"] for entry in body["coverage"]] == [0, 1]


def test_the_places_are_told_in_later_turns_too(client: httpx.Client) -> None:
    """A turn that brings no reference along has the points of its session."""
    first = client.post("/chat", json={**BODY, "reference": {"text": TEXT}}).json()
    later = client.post("/chat", json={**BODY, "session_id": first["session_id"]}).json()
    assert later["reference_points"] == first["reference_points"]


def test_given_points_stand_in_no_text(client: httpx.Client) -> None:
    """Points of a list have no place."""
    body = client.post("/chat", json={**BODY, "reference": {"key_points": ["Water is hot."]}}).json()
    assert body["reference_points"] == [{"index": 0, "text": "Water is hot.", "start": None, "end": None}]


def test_a_text_without_claims_is_no_error(client: httpx.Client, services: ScriptedServices) -> None:
    """The turn goes on without key points."""
    answer = client.post("/chat", json={**BODY, "reference": {"text": " ... "}})
    assert (answer.status_code, answer.json()["reference_points"]) == (200, [])
    assert services.references[0] is not None
    assert services.references[0].source == "text"


def test_the_longest_text_is_read(client: httpx.Client) -> None:
    """200,000 characters are taken."""
    text = ("Tea leaves give colour and taste to hot water. " * 5_000)[:200_000]
    body = client.post("/chat", json={**BODY, "reference": {"text": text}}).json()
    assert [point["text"] for point in body["reference_points"]] == ["Tea leaves give colour and taste to hot water."]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "seems to be in French", "Key points 1 and 2 of the reference say the same"),
        ("zh", "法语", "第 1和2 条要点"),
    ],
)
def test_notices_are_told_in_the_turns_language(client: httpx.Client, language: str, first: str, second: str) -> None:
    """Each notice has its code, a sentence in the turn's language, the points it is about and its detail."""
    notices = client.post("/chat", json={**BODY, "language": language}).json()["notices"]
    assert [(notice["code"], notice["points"], notice["detail"]) for notice in notices] == [
        ("other_language", [], "fr"),
        ("duplicate_points", [0, 1], None),
    ]
    assert first in notices[0]["message"]
    assert second in notices[1]["message"]


@pytest.mark.parametrize(("explanation", "point"), [("Hot water.", "Tea is made"), ("热水泡茶", "茶要用热水")])
def test_a_library_topic_is_the_reference(
    client: httpx.Client, services: ScriptedServices, explanation: str, point: str
) -> None:
    """A library topic is taken in the turn's language."""
    client.post("/chat", json={"topic": "x", "explanation": explanation, "reference": {"id": "tea"}})
    (reference,) = services.references
    assert reference is not None
    assert reference.points[0].text.startswith(point)


def test_without_a_reference_the_library_is_asked(client: httpx.Client, services: ScriptedServices) -> None:
    """No reference leaves the choice to the session."""
    client.post("/chat", json={**BODY, "reference": None})
    assert services.references == [None]


def test_the_configured_engine_may_be_named(client: httpx.Client, services: ScriptedServices) -> None:
    """An engine that is configured may be named for a turn; without a name it is the one at work."""
    services.engines = ("builtin", "openai")
    assert client.post("/chat", json={**BODY, "engine": "openai"}).status_code == 200
    assert client.post("/chat", json=BODY).status_code == 200
    assert services.wished == ["openai", None]


def test_a_degraded_turn_says_why(serve: Serve) -> None:
    """The first reason for which the built-in student stood in is in the answer."""
    codes = [EngineDegraded(code=code) for code in ("model_unreachable", "circuit_open")]
    completed = TurnCompleted(
        turn_id="t", session_id="s", reply="Hm.", coverage=(), open_gaps=(), engine="openai", degraded=True
    )
    answer = serve(ScriptedServices(script=[*codes, completed])).post("/chat", json=BODY)
    assert (answer.json()["engine"], answer.json()["degraded"]) == ("openai", True)
    assert answer.json()["degraded_code"] == "model_unreachable"


def test_what_no_encoding_holds_is_replaced(client: httpx.Client, services: ScriptedServices) -> None:
    """Lone surrogates and NUL, which JSON can spell, are replaced everywhere and harm nothing."""
    raw = (
        r'{"topic": "T\ud800", "explanation": "Leaves \udfff \u0000 give", "short_term_memory": '
        r'[{"role": "us\ud800er", "content": "\ud800"}], "reference": {"key_points": ["a\ud800"]}}'
    )
    answer = client.post("/chat", content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert services.explained[0].text == "Leaves � � give"
    assert answer.json()["short_term_memory"][0] == {"role": "us�er", "content": "�"}
    assert answer.json()["coverage"][0]["point"] == "a�"


def test_offsets_count_code_points(client: httpx.Client) -> None:
    """A quote's offsets hold for text outside the basic plane too."""
    gap = client.post("/chat", json={"topic": "x", "explanation": "🍵🍵 is tea"}).json()["gaps"][0]
    assert (gap["quote"], gap["start"], gap["end"]) == ("🍵🍵", 0, 2)


def test_the_longest_texts_are_taken(client: httpx.Client) -> None:
    """Limits are inclusive."""
    body = {
        "topic": "水" * 200,
        "explanation": "水" * 20_000,
        "reference": {"key_points": ["p" * 2_000] * 10},
    }
    assert client.post("/chat", json=body).status_code == 200


def test_key_points_have_a_limit_together(client: httpx.Client) -> None:
    """Key points longer than an explanation may be are refused with the limit: each costs time in every turn."""
    answer = client.post("/chat", json={**BODY, "reference": {"key_points": ["p" * 2_000] * 11}})
    assert (answer.status_code, answer.json()["code"]) == (422, "text_too_long")
