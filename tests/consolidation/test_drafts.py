"""What is remembered of a session."""

from datetime import UTC, datetime

from feynman.consolidation.drafts import draft_memories
from feynman.domain import Belief, Gap, GapKind, Language, Session

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def session(language: Language = "en") -> Session:
    """A session about ships."""
    return Session(
        id="s", learner_id="l", topic="Ships", language=language, created_at=NOW, updated_at=NOW, topic_id=None
    )


def belief(quote: str, turn_id: str = "t1") -> Belief:
    """A belief quoting ``quote``."""
    return Belief(id=f"b-{quote[:8]}", turn_id=turn_id, quote=quote, start=0, end=len(quote))


def error(status: str = "open", quote: str = "Ships are lighter than air.") -> Gap:
    """A wrong statement."""
    return Gap.model_validate(
        {
            "id": "g1",
            "kind": GapKind.FACTUAL_ERROR,
            "turn_id": "t1",
            "quote": quote,
            "start": 0,
            "end": len(quote),
            "reason": "?",
            "confidence": 0.9,
            "severity": 3,
            "status": status,
        }
    )


def test_beliefs_become_one_summary_with_its_turns() -> None:
    """The summary holds the learner's words, topic and turns in order."""
    (summary,) = draft_memories(session(), [belief("Water lifts."), belief("Steel is hollow.", "t2")], [])
    assert (summary.kind, summary.turn_ids, summary.learner_id, summary.session_id) == (
        "summary",
        ("t1", "t2"),
        "l",
        "s",
    )
    assert "Ships" in summary.text
    assert summary.text.index("Water lifts.") < summary.text.index("Steel is hollow.")


def test_wrong_statements_become_misconceptions() -> None:
    """A factual error is remembered, and whether it was put right."""
    (unsure,) = draft_memories(session(), [], [error()])
    (corrected,) = draft_memories(session(), [], [error("resolved")])
    assert unsure.kind == corrected.kind == "misconception"
    assert unsure.id == corrected.id
    assert unsure.text != corrected.text


def test_consolidating_again_replaces() -> None:
    """Ids depend on session and gap alone."""
    first = draft_memories(session(), [belief("Water lifts.")], [error()])
    second = draft_memories(session(), [belief("Water lifts."), belief("More.")], [error()])
    assert [draft.id for draft in first] == [draft.id for draft in second]


def test_nothing_learned_is_nothing_remembered() -> None:
    """A session without beliefs and errors leaves no memory; other gaps are not remembered."""
    vague = error().model_copy(update={"kind": GapKind.VAGUE})
    assert draft_memories(session(), [], [vague]) == []


def test_long_quotes_are_shortened_and_languages_kept() -> None:
    """A page-long quote is cut; a Chinese session is remembered in Chinese."""
    (summary,) = draft_memories(session("zh"), [belief("水" * 5000)], [])
    assert len(summary.text) < 400
    assert summary.language == "zh"
    assert summary.text.startswith("关于Ships")
