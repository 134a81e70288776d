"""Small writes about the database itself: that it lives, and what its last owner left behind."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from feynman.records.schema import HeartbeatRow, TurnRow

__all__ = ["beat", "interrupt_started", "last_beat"]


async def beat(db: AsyncSession, *, now: datetime) -> None:
    """Write the time into the heartbeat's one row."""
    await db.merge(HeartbeatRow(id=1, at=now))


async def last_beat(db: AsyncSession) -> datetime | None:
    """When the heart beat last."""
    return await db.scalar(select(HeartbeatRow.at))


async def interrupt_started(db: AsyncSession) -> None:
    """Mark the turns that a dead process was working on; their texts can be retried."""
    left = update(TurnRow).where(TurnRow.status == "started")
    await db.execute(left.values(status="failed", error="interrupted"))
