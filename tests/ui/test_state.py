from datetime import UTC, datetime

import pytest

from feynman.domain import EmptyText, Explanation, Learner, RecordsUnavailable, TextTooLong, Turn, TurnStatus
from feynman.ui.problem import Problem
from feynman.ui.state import Tab

LEARNER = Learner(id="learner-1", nickname="Ada", language="en")


def explanation(text: str = "Water pushes.", turn_id: str = "turn-1") -> Explanation:
    """A turn that is being worked on."""
    return Explanation(
        topic="Ships", text=text, language="en", learner_id="learner-1", session_id="session-1", turn_id=turn_id
    )


def turn(status: TurnStatus = "completed") -> Turn:
    """A stored turn."""
    return Turn(
        id="turn-1",
        session_id="session-1",
        number=1,
        text="Water pushes.",
        language="en",
        status=status,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.fixture
def state() -> Tab:
    """A tab with an open session and a turn on its way."""
    return Tab(language="en", learner=LEARNER, session_id="session-1", pending=explanation())


def test_a_stored_turn_is_settled(state: Tab) -> None:
    """Once the turn is in the records, nothing goes back into the box."""
    state.settle({"turn-1": turn()})
    assert (state.pending, state.returned, state.unsent) == (None, None, None)


def test_an_unstored_turn_goes_back_into_the_box_once(state: Tab) -> None:
    """A turn that never reached the records gives its text back, and only once."""
    state.settle({})
    assert state.returned == "Water pushes."
    state.returned = None
    state.settle({})
    assert state.returned is None


def test_sending_the_returned_text_again_is_the_same_turn(state: Tab) -> None:
    """The same text keeps its turn's id, so that it is stored once; another text is another turn."""
    assert state.turn_id("Water pushes.", lambda: "new") == "new"
    state.settle({})
    assert state.turn_id("Water pushes.", lambda: "new") == "turn-1"
    assert state.turn_id("Water lifts.", lambda: "new") == "new"
    state.session_id = "session-2"
    assert state.turn_id("Water pushes.", lambda: "new") == "new"


def test_new_ids_differ_and_are_hexadecimal() -> None:
    """Without a turn to go on with, ids are random."""
    state = Tab(language="en")
    first, second = state.turn_id("x"), state.turn_id("x")
    assert first != second
    assert len(first) == 32
    int(first, 16)


@pytest.mark.parametrize(("status", "told_here"), [("failed", False), ("started", True), ("stopped", True)])
def test_a_failed_turn_tells_its_problem_itself(state: Tab, status: TurnStatus, *, told_here: bool) -> None:
    """The box is not shown where the turn in the history says the same."""
    state.problem = Problem(code="engine_failed", turn_id="turn-1")
    state.settle({"turn-1": turn(status)})
    assert (state.problem is not None) is told_here


def test_a_problem_without_a_turn_stays(state: Tab) -> None:
    """A refused text has no turn, its problem is told."""
    state.problem = Problem(code="empty_text")
    state.settle({"turn-1": turn("failed")})
    assert state.problem is not None


def test_opening_the_same_session_keeps_everything(state: Tab) -> None:
    """Only another session starts afresh."""
    state.open_session("session-1")
    assert state.pending is not None
    state.open_session("session-2")
    assert state == Tab(language="en", learner=LEARNER, session_id="session-2")


def test_signing_out_forgets_learner_and_session(state: Tab) -> None:
    """Nothing of the learner stays behind in the tab."""
    state.problem = Problem(code="internal")
    state.returned, state.retrying, state.unsent = "x", "turn-1", explanation()
    state.kept, state.traces, state.wanted = {"turn-1"}, {"turn-1": "trace"}, "Ships"
    state.sign_out()
    assert state == Tab(language="en", signed_out=True)


def test_problems_carry_what_their_sentence_needs() -> None:
    """Numbers of a long text, the part of a failed service, the trace."""
    long = Problem.of(TextTooLong(30_000, 20_000))
    assert (long.code, long.params) == ("text_too_long", {"length": 30_000, "limit": 20_000})
    down = Problem.of(RecordsUnavailable("disk full"), reference="trace", turn_id="turn-1")
    assert (down.part, down.detail, down.reference, down.turn_id) == ("database", "disk full", "trace", "turn-1")
    assert Problem.of(EmptyText("x")).params == {}
