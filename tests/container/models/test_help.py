"""Help from a student that is a model."""

from tests.container.models.conftest import GREEN, Start, chat
from tests.container.models.test_turns import model
from tests.engines.llm.server import Answer, Call, Say, Server, verdict_of

SPLIT = "Oxygen is released because water molecules are split."


def test_pleas_climb_the_ladder_without_a_call(endpoint: Server, start: Start) -> None:
    """Each plea is one rung further up, nothing is asked of the model for it, and no turn is degraded."""
    application = start(**model(endpoint))
    first = chat(application)
    session = first["session_id"]
    before = [call for call in endpoint.calls if "You sum up" not in call.text]
    pleas = [chat(application, session_id=session, explanation="I'm stuck, please help me.") for _ in range(4)]
    assert [turn["help"] for turn in pleas] == ["question", "hint", "where", "answer"]
    assert not any(turn["degraded"] for turn in pleas)
    assert all(SPLIT not in turn["reply"] for turn in pleas[:3])
    assert SPLIT in pleas[3]["reply"]
    assert [call for call in endpoint.calls if "You sum up" not in call.text] == before


def test_what_was_read_out_and_said_back_counts_in_part(endpoint: Server, start: Start) -> None:
    """After the last rung a copy of the answer leaves its point partial, whatever the model says of it."""
    application = start(**model(endpoint))
    session = chat(application)["session_id"]
    for _ in range(4):
        chat(application, session_id=session, explanation="I'm stuck, please help me.")
    endpoint.script = copied_is_covered
    copy = chat(application, session_id=session, explanation=SPLIT)
    assert [entry["status"] for entry in copy["coverage"]] == ["covered", "partial"]


def copied_is_covered(call: Call) -> Answer:
    """A model that takes the copy for an explanation."""
    if call.way == "stream":
        return Say("I see. How do you know?")
    points = [{"point": 1, "status": "covered", "quote": GREEN}, {"point": 2, "status": "covered", "quote": SPLIT}]
    return Say(verdict_of(points=points))
