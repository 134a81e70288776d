"""Evidence that a sentence says a point the other way round."""

from feynman.engines.builtin.opposition.evidence import EVIDENCE, aligned, conflict, denies, evidence
from feynman.engines.builtin.opposition.verdict import opposition

__all__ = ["EVIDENCE", "aligned", "conflict", "denies", "evidence", "opposition"]
