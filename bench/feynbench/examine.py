"""A student at work on FeynBench."""

import asyncio
from collections.abc import Iterable

from bench.feynbench.cases import Case, Half, cases
from bench.feynbench.scoring import Tally
from feynman.domain import Explanation, Gap, Language
from feynman.engines.student import Discovery, Lesson, Student
from feynman.references import from_points
from feynman.workflow.findings import Findings

__all__ = ["examine", "lesson", "tallies"]


def lesson(case: Case) -> Lesson:
    """The case as the first turn of a session, against its key points and nothing else."""
    explanation = Explanation(
        topic=case.topic, text=case.text, language=case.language, learner_id="b", session_id="b", turn_id="b"
    )
    return Lesson(explanation=explanation, reference=from_points(case.topic, case.points))


async def examine(student: Student, case: Case) -> tuple[Gap, ...]:
    """Return the gaps that ``student`` finds and that hold."""
    given = lesson(case)
    findings = Findings(given)
    async for finding in student.examine(given):
        if isinstance(finding, Discovery):
            findings.add(finding)
    return findings.analysis().found


def tallies(student: Student, half: Half | None = None) -> dict[tuple[Half, Language], Tally]:
    """Examine every case of a half, or of both, one after another."""
    return asyncio.run(_tallies(student, cases(half)))


async def _tallies(student: Student, given: Iterable[Case]) -> dict[tuple[Half, Language], Tally]:
    counted: dict[tuple[Half, Language], Tally] = {}
    for case in given:
        counted.setdefault((case.half, case.language), Tally()).add(case, await examine(student, case))
    return counted
