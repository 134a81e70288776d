"""The first schema."""

import sqlalchemy as sa
from alembic import op

__all__ = ["branch_labels", "depends_on", "down_revision", "downgrade", "revision", "upgrade"]

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables."""
    _learner()
    _session()
    _turn()
    _gap()
    _belief()
    _job()
    _memory()
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        _time("at"),
        sa.PrimaryKeyConstraint("id", name="pk_heartbeat"),
    )


def downgrade() -> None:
    """Drop all tables, children first."""
    for name in ("heartbeat", "memory", "job", "belief", "gap", "turn", "session", "learner"):
        op.drop_table(name)


def _word(name: str, length: int = 64, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _foreign(table: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=f"fk_{table}_{other}_id")


def _learner() -> None:
    op.create_table(
        "learner", _word("id"), _text("nickname"), _word("language", 8), _time("created_at"), _key("learner")
    )


def _session() -> None:
    op.create_table(
        "session",
        _word("id"),
        _word("learner_id"),
        _text("topic"),
        _word("topic_id", nullable=True),
        _word("language", 8),
        _json("reference"),
        _time("created_at"),
        _time("updated_at"),
        _key("session"),
        _foreign("session", "learner"),
    )
    op.create_index("ix_session_learner_id_updated_at", "session", ["learner_id", "updated_at"])


def _turn() -> None:
    op.create_table(
        "turn",
        _word("id"),
        _word("session_id"),
        _number("number"),
        _text("text"),
        _word("language", 8),
        _word("status", 16),
        _text("reply"),
        _json("question", nullable=True),
        _json("coverage"),
        _json("resolved"),
        _word("engine"),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        _word("error", nullable=True),
        _time("created_at"),
        _key("turn"),
        _foreign("turn", "session"),
        sa.UniqueConstraint("session_id", "number", name="uq_turn_session_id_number"),
    )
    op.create_index("ix_turn_status", "turn", ["status"])


def _gap() -> None:
    op.create_table(
        "gap",
        _word("id"),
        _word("session_id"),
        _word("turn_id"),
        _number("position"),
        _word("kind"),
        _text("quote", nullable=True),
        _number("start", nullable=True),
        _number("end", nullable=True),
        _number("point_index", nullable=True),
        _text("point", nullable=True),
        _text("reason"),
        _text("detail", nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        _number("severity"),
        _word("status", 16),
        _number("asked"),
        _key("gap"),
        _foreign("gap", "session"),
        _foreign("gap", "turn"),
    )
    op.create_index("ix_gap_session_id_status", "gap", ["session_id", "status"])
    op.create_index("ix_gap_turn_id", "gap", ["turn_id"])


def _belief() -> None:
    op.create_table(
        "belief",
        _word("id"),
        _word("session_id"),
        _word("turn_id"),
        _number("position"),
        _text("quote"),
        _number("start"),
        _number("end"),
        _number("point_index", nullable=True),
        _key("belief"),
        _foreign("belief", "session"),
        _foreign("belief", "turn"),
    )
    op.create_index("ix_belief_session_id", "belief", ["session_id"])
    op.create_index("ix_belief_turn_id", "belief", ["turn_id"])


def _job() -> None:
    op.create_table(
        "job",
        _word("id"),
        _word("kind"),
        _word("session_id"),
        _word("turn_id"),
        _word("status", 16),
        _number("attempts"),
        _word("error", nullable=True),
        _time("due_at"),
        _time("created_at"),
        _key("job"),
        _foreign("job", "session"),
        _foreign("job", "turn"),
        sa.UniqueConstraint("turn_id", "kind", name="uq_job_turn_id_kind"),
    )
    op.create_index("ix_job_status_due_at", "job", ["status", "due_at"])


def _memory() -> None:
    op.create_table(
        "memory",
        _word("id"),
        _word("learner_id"),
        _word("session_id"),
        _json("turn_ids"),
        _text("topic"),
        _word("kind", 16),
        _text("text"),
        _word("language", 8),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        _time("created_at"),
        _time("updated_at"),
        _time("forgotten_at", nullable=True),
        _key("memory"),
    )
    op.create_index("ix_memory_learner_id_updated_at", "memory", ["learner_id", "updated_at"])
