"""The database: the truth about learners, sessions, turns and memories."""

from feynman.records.jobs import Backlog, Job
from feynman.records.outcome import TurnOutcome
from feynman.records.records import Records
from feynman.records.told import Told

__all__ = ["Backlog", "Job", "Records", "Told", "TurnOutcome"]
