"""Cutting texts into sentences."""

from itertools import pairwise

import pytest
from hypothesis import given, settings

from feynman.domain import Language, Span
from feynman.text.sentences import MAX_SENTENCE, split_clauses, split_sentences
from tests.text.strategies import LANGUAGES, TEXTS


def texts(text: str, language: Language = "en") -> list[str]:
    """The sentences' texts."""
    return [sentence.text for sentence in split_sentences(text, language)]


@settings(deadline=None, max_examples=60)
@given(text=TEXTS, language=LANGUAGES)
def test_spans_are_exact_ordered_and_cover_everything_visible(text: str, language: Language) -> None:
    """Every span is verbatim and short enough, none overlaps, and only white space is left out."""
    spans = split_sentences(text, language)
    assert all(text[span.start : span.end] == span.text for span in spans)
    assert all(0 < len(span.text) <= MAX_SENTENCE for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    covered = {at for span in spans for at in range(span.start, span.end)}
    assert all(character.isspace() for at, character in enumerate(text) if at not in covered)


@settings(deadline=None, max_examples=60)
@given(text=TEXTS)
def test_clauses_are_exact_places_of_the_source(text: str) -> None:
    """A clause's offsets are those of the text that its sentence came from."""
    for sentence in split_sentences(text, "en"):
        for clause in split_clauses(sentence):
            assert text[clause.start : clause.end] == clause.text
            assert sentence.start <= clause.start < clause.end <= sentence.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plants eat. they drink too.", ["Plants eat.", "they drink too."]),
        ("It costs 3.5 euros. Really!", ["It costs 3.5 euros.", "Really!"]),
        ("Use salt, e.g. sea salt. Dr. Fox agrees.", ["Use salt, e.g. sea salt.", "Dr. Fox agrees."]),
        ("It needs pens, paper, etc. Then draw.", ["It needs pens, paper, etc.", "Then draw."]),
        ('"Why?" she said. I knew.', ['"Why?" she said.', "I knew."]),
        ("1. Take a cup\n2. Fill it.", ["1. Take a cup", "2. Fill it."]),
        ("Wait... what?! Yes", ["Wait...", "what?!", "Yes"]),
        ("One thing; another thing.", ["One thing;", "another thing."]),
    ],
)
def test_english_sentences(text: str, expected: list[str]) -> None:
    """Decimals, abbreviations, quotes and list numbers end no sentence; a lower-case start may begin one."""
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("植物吸水。叶子放氧！对吗？对；好……完", ["植物吸水。", "叶子放氧！", "对吗？", "对；", "好……", "完"]),
        ("他说：“水会蒸发。”然后走了", ["他说：“水会蒸发。”", "然后走了"]),
        ("圆周率是3.14。我用Python.很好", ["圆周率是3.14。", "我用Python.", "很好"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
    ],
)
def test_chinese_sentences(text: str, expected: list[str]) -> None:
    """Full-width marks end sentences, closing quotation marks stay with theirs, decimals stay whole."""
    assert texts(text, "zh") == expected


def test_an_endless_sentence_is_cut_at_a_comma() -> None:
    """Without a full stop for more than the limit, the last comma before it is the place to cut."""
    first = texts("水往低处流，" * 100, "zh")[0]
    assert first.endswith("，")
    assert len(first) > MAX_SENTENCE - 10


def test_clauses_are_cut_at_commas_colons_and_dashes() -> None:
    """A sentence falls into its clauses, each without white space at its ends."""
    sentence = Span(start=5, end=39, text="It is simple: heat it, then wait - ok.")
    assert [clause.text for clause in split_clauses(sentence)] == ["It is simple:", "heat it,", "then wait -", "ok."]
