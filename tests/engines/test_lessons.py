"""How well the built-in student judges the starter library's lessons; the floors are a little below what it reached."""

from collections import Counter

import pytest

from feynman.domain import GapKind, Language
from feynman.references import Library
from tests.engines.conftest import Start
from tests.engines.lessons import LESSONS, sample


def of(language: str) -> list[str]:
    """Ids of the topics that have lessons in a language."""
    return [topic_id for topic_id, spoken in LESSONS if spoken == language]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_complete_explanation_is_left_in_peace(start: Start, language: Language) -> None:
    """Less than half a gap per complete explanation on average, and hardly ever a false accusation."""
    found: Counter[str] = Counter()
    for topic_id in of(language):
        talk = await start(topic_id, language).say(sample(topic_id, language).complete)
        found.update(gap.kind.value for gap in talk.analysis.found)
    assert found.total() / len(of(language)) <= 0.6
    assert found["missing_point"] / len(of(language)) <= 0.45
    assert found["factual_error"] / len(of(language)) <= 0.1


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_what_a_partial_explanation_leaves_out_is_found(start: Start, language: Language) -> None:
    """Missing points are found with recall and precision of 0.85 at least."""
    hits = false = missed = 0
    for topic_id in of(language):
        lesson = sample(topic_id, language)
        talk = await start(topic_id, language).say(lesson.partial)
        found = {gap.point_index for gap in talk.analysis.found if gap.kind == GapKind.MISSING_POINT}
        truth = set(range(len(talk.reference.points))) - set(lesson.partial_points)
        hits, false, missed = hits + len(found & truth), false + len(found - truth), missed + len(truth - found)
    assert hits / (hits + missed) >= 0.85
    assert hits / (hits + false) >= 0.88


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_misconceptions_in_own_words_are_caught(start: Start, language: Language) -> None:
    """Half of the paraphrased misconceptions are found where they are, few elsewhere."""
    caught = elsewhere = 0
    for topic_id in of(language):
        lesson = sample(topic_id, language)
        first = lesson.mistaken.index(lesson.mistaken_quote)
        last = first + len(lesson.mistaken_quote)
        talk = await start(topic_id, language).say(lesson.mistaken)
        errors = [gap for gap in talk.analysis.found if gap.kind == GapKind.FACTUAL_ERROR]
        places = [(gap.start or 0) < last and first < (gap.end or 0) for gap in errors]
        caught += any(places)
        elsewhere += places.count(False)
    assert caught / len(of(language)) >= 0.5
    assert elsewhere / len(of(language)) <= 0.12


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_plain_misconceptions_are_caught(start: Start, library: Library, language: Language) -> None:
    """A misconception told as it stands in the library is found; the key points copied never are, and half count."""
    for topic in library.topics(language):
        for wrong in topic.reference.misconceptions:
            talk = await start(topic.id, language).say(wrong.claim)
            errors = [gap for gap in talk.analysis.found if gap.kind == GapKind.FACTUAL_ERROR]
            assert [(gap.point_index, gap.detail) for gap in errors] == [(wrong.point, wrong.question)], wrong.claim
            assert talk.statuses()[wrong.point] == "contradicted"
        talk = await start(topic.id, language).say("\n".join(point.text for point in topic.reference.points))
        assert talk.statuses() == ["partial"] * len(topic.reference.points)
        assert [notice.code for notice in talk.analysis.notices] == ["parroting"]
        assert "factual_error" not in talk.kinds()
