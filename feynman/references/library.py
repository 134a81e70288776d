"""The starter library: topics to teach, each in both languages."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

from feynman.domain import Frozen, Language, Reference
from feynman.references.schema import Subject, TopicFile, read_topic

__all__ = ["Library", "Topic"]

_FOLDER: Final = Path(__file__).parent / "topics"


class Topic(Frozen):
    """A topic in one language."""

    id: str
    subject: Subject
    title: str
    aliases: tuple[str, ...]
    reference: Reference


class Library:
    """All topics, found by id, title or alias."""

    def __init__(self, files: Iterable[TopicFile]) -> None:
        self._topics: dict[Language, dict[str, Topic]] = {"zh": {}, "en": {}}
        self._names: dict[str, str] = {}
        for file in files:
            for language, topics in self._topics.items():
                topic = _topic(file, language)
                topics[file.id] = topic
                for name in (file.id, topic.title, *topic.aliases):
                    self._names.setdefault(_key(name), file.id)

    @classmethod
    def load(cls, folder: Path = _FOLDER) -> Self:
        """Read every topic file of ``folder``.

        Raises:
            pydantic.ValidationError: a file is not a topic.
        """
        return cls(read_topic(path) for path in sorted(folder.glob("*.toml")))

    def topics(self, language: Language) -> list[Topic]:
        """All topics by subject, then title."""
        return sorted(self._topics[language].values(), key=lambda topic: (topic.subject, topic.title))

    def get(self, topic_id: str, language: Language) -> Topic | None:
        """The topic with that id."""
        return self._topics[language].get(topic_id)

    def find(self, text: str, language: Language) -> Topic | None:
        """The topic whose id, title or alias in either language is ``text``, whatever its case, width and spacing."""
        topic_id = self._names.get(_key(text))
        return None if topic_id is None else self.get(topic_id, language)


def _topic(file: TopicFile, language: Language) -> Topic:
    text = file.text(language)
    reference = Reference(
        topic=text.title,
        source="library",
        points=text.points,
        misconceptions=text.misconceptions,
        terms=text.terms,
        analogy=text.analogy,
    )
    return Topic(id=file.id, subject=file.subject, title=text.title, aliases=text.aliases, reference=reference)


def _key(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())
