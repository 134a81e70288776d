"""The starter library: complete, valid, parallel in both languages, and silent about its answers."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from feynman.domain import InvalidReference, Language
from feynman.references import Library, from_points
from feynman.references.schema import Subject, TopicFile, TopicText, read_topic

FOLDER = Path(__file__).parents[2] / "feynman" / "references" / "topics"
FILES = sorted(FOLDER.glob("*.toml"))
LANGUAGES: tuple[Language, ...] = ("en", "zh")


@pytest.fixture(scope="module")
def library() -> Library:
    """The library as shipped."""
    return Library.load()


def texts(path: Path) -> list[TopicText]:
    """Return a topic in both languages."""
    topic = read_topic(path)
    return [topic.en, topic.zh]


def test_there_are_enough_topics_from_several_subjects(library: Library) -> None:
    """At least 24 topics from at least five subjects, in both languages."""
    for language in LANGUAGES:
        topics = library.topics(language)
        assert len(topics) >= 24
        assert len({topic.subject for topic in topics}) >= 5
        assert {topic.id for topic in topics} == {path.stem for path in FILES}
    assert {topic.subject for topic in library.topics("en")} <= set(get_args(Subject))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_is_a_topic_named_after_itself(path: Path) -> None:
    """The schema holds and the file is named after its topic."""
    assert read_topic(path).id == path.stem


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_questions_are_single_and_different(path: Path) -> None:
    """Each probe and each misconception's question is one question, and no two of a topic are the same."""
    for text in texts(path):
        questions = [point.probe for point in text.points] + [wrong.question for wrong in text.misconceptions]
        assert all(len(re.findall(r"[?？]", question)) == 1 for question in questions), questions
        assert len(set(questions)) == len(questions)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_points_are_one_sentence_each(path: Path) -> None:
    """A key point is one sentence of bearable length."""
    topic = read_topic(path)
    for point in topic.en.points:
        assert len(point.text.split()) <= 30, point.text
        assert len(re.findall(r"[.!?](?:\s|$)", point.text)) <= 1, point.text
    for point in topic.zh.points:
        assert len(point.text) <= 60, point.text
        assert len(re.findall("[。！？]", point.text)) <= 1, point.text


def test_probes_do_not_reveal_their_points(library: Library) -> None:
    """No probe holds most of the words by which its point differs from the topic's other points."""
    for topic in library.topics("en"):
        words = [Counter(re.findall(r"[a-z]{5,}", point.text.lower())) for point in topic.reference.points]
        for point, own in zip(topic.reference.points, words, strict=True):
            others = Counter(word for other in words if other is not own for word in other)
            special = {word for word in own if word not in others and word not in topic.title.lower()}
            asked = set(re.findall(r"[a-z]{5,}", (point.probe or "").lower()))
            assert len(special & asked) <= max(1, len(special) // 3), (topic.id, point.probe, special & asked)


def test_topics_are_found_by_any_of_their_names(library: Library) -> None:
    """Id, title and aliases in either language find the topic, whatever case, width and spacing."""
    for path in FILES:
        topic = read_topic(path)
        names = [topic.id, topic.en.title.upper(), f"  {topic.zh.title} ", *topic.en.aliases, *topic.zh.aliases]
        for name in names:
            found = library.find(name, "zh")
            assert found is not None, (topic.id, name)
            assert found.id == topic.id, (topic.id, name)
    assert library.find("Ｐhotosynthesis", "en") is not None
    assert library.find("a topic nobody wrote", "en") is None
    assert library.get("nothing", "zh") is None


def test_languages_must_be_parallel() -> None:
    """A topic whose languages differ in number of points is refused."""
    raw = tomllib.loads(FILES[0].read_text("utf-8"))
    raw["zh"]["points"] = raw["zh"]["points"][:-1]
    with pytest.raises(ValidationError):
        TopicFile.model_validate(raw)
    raw = tomllib.loads(FILES[0].read_text("utf-8"))
    raw["en"]["misconceptions"][0]["point"] = 99
    with pytest.raises(ValidationError, match="not there"):
        TopicFile.model_validate(raw)


def test_given_points_become_a_reference() -> None:
    """Points of a request keep their order; an empty one is refused."""
    reference = from_points("Tea", ["Water  is boiled.", "Leaves steep."])
    assert [point.text for point in reference.points] == ["Water is boiled.", "Leaves steep."]
    assert (reference.source, reference.topic) == ("given", "Tea")
    for points in ([], ["fine", " "]):
        with pytest.raises(InvalidReference):
            from_points("Tea", points)
