from collections.abc import Iterator
from typing import get_args

import pytest

from feynman.domain import CoverageStatus, FeynmanError, GapKind, Language, MemoryKind, Notice, NoticeCode, Stage
from feynman.i18n import (
    coverage_status_name,
    engine_name,
    explain_error,
    explain_notice,
    gap_kind_hint,
    gap_kind_name,
    memory_kind_name,
    stage_name,
    student_name,
    subject_name,
)
from feynman.references import Library
from feynman.settings import Engine

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def error_classes(root: type[FeynmanError] = FeynmanError) -> Iterator[type[FeynmanError]]:
    """The whole tree, but for what the typed client raises: programs read that, not learners."""
    yield root
    for child in root.__subclasses__():
        if not child.__module__.startswith("feynman.client"):
            yield from error_classes(child)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_a_sentence_of_its_own(language: Language) -> None:
    """Each code in the error tree, and each that is stored with a turn, is explained differently."""
    codes = {error.code for error in error_classes()} | {"interrupted", "engine_unavailable"}
    sentences = {code: explain_error(code, language) for code in codes}
    assert len(set(sentences.values())) == len(codes)
    assert all("{" not in sentence for sentence in sentences.values())


def test_an_unknown_code_is_an_internal_error() -> None:
    """A code that nobody knows still comes out as a sentence."""
    assert explain_error("no_such_code", "en") == explain_error("internal", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_text_hears_its_length_and_the_limit(language: Language) -> None:
    """Both numbers are in the sentence, grouped; the default limit stands in for a missing one."""
    sentence = explain_error("text_too_long", language, length=23456, limit=20000)
    assert "23,456" in sentence
    assert "20,000" in sentence
    assert "20,000" in explain_error("text_too_long", language)


def test_gap_kinds_are_named_as_designed() -> None:
    """The Chinese names are those of the design."""
    names = [
        "事实错误",
        "遗漏要点",
        "因果缺口",
        "机制黑箱",
        "术语未解释",
        "循环解释",
        "含糊其辞",
        "边界不清",
        "缺少例子",
    ]
    assert [gap_kind_name(kind, "zh") for kind in GapKind] == names


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_with_a_code_has_a_name(language: Language) -> None:
    """Kinds, hints, stages, statuses, memories, subjects and engines have different names."""
    subjects = {topic.subject for topic in Library.load().topics(language)}
    families = [
        [gap_kind_name(kind, language) for kind in GapKind],
        [gap_kind_hint(kind, language) for kind in GapKind],
        [stage_name(stage, language) for stage in get_args(Stage)],
        [coverage_status_name(status, language) for status in get_args(CoverageStatus)],
        [memory_kind_name(kind, language) for kind in get_args(MemoryKind)],
        [subject_name(subject, language) for subject in subjects],
        [engine_name(engine, language) for engine in get_args(Engine)],
    ]
    for names in families:
        assert len(set(names)) == len(names)
        assert all(names)
        assert not set(names) & (subjects | set(get_args(Engine)))


def test_the_student_has_a_name_in_each_language() -> None:
    """Wren and 小问 are the same student."""
    assert (student_name("en"), student_name("zh")) == ("Wren", "小问")


def test_what_has_no_name_is_shown_by_its_code() -> None:
    """A new subject or engine is not an error."""
    assert subject_name("alchemy", "zh") == "alchemy"
    assert engine_name("oracle", "en") == "oracle"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_has_a_sentence_of_its_own(language: Language) -> None:
    """Each code is explained differently, with all its places filled."""
    sentences = {
        explain_notice(Notice(code=code, points=(0, 11), detail="7"), language) for code in get_args(NoticeCode)
    }
    assert len(sentences) == len(get_args(NoticeCode))
    assert not [sentence for sentence in sentences if "{" in sentence or "?" in sentence]


def test_notices_count_points_as_people_do_and_name_languages() -> None:
    """Points are numbered from 1, a language has its name in the reader's, an unknown detail does no harm."""
    assert "points 1 and 12 of" in explain_notice(Notice(code="contradicting_points", points=(0, 11)), "en")
    assert "第 1和12 条" in explain_notice(Notice(code="contradicting_points", points=(0, 11)), "zh")
    assert "in Arabic" in explain_notice(Notice(code="other_language", detail="ar"), "en")
    assert "法语" in explain_notice(Notice(code="other_language", detail="fr"), "zh")
    assert "in xx" in explain_notice(Notice(code="other_language", detail="xx"), "en")
    assert "200 sentences" in explain_notice(Notice(code="cut_short", detail="200"), "en")
