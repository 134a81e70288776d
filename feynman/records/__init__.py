"""The database: the truth about learners, sessions, turns and memories."""

from feynman.records.jobs import Job
from feynman.records.outcome import TurnOutcome
from feynman.records.records import Records

__all__ = ["Job", "Records", "TurnOutcome"]
