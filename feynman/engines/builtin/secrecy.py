"""What must not be given away yet: the words of key points that the learner has not said."""

from typing import Final

from feynman.engines.builtin.scene import said_before
from feynman.engines.student import Analysis, Lesson
from feynman.text.language import has_han
from feynman.text.tokens import content_words

__all__ = ["Secrets"]

_MARKS: Final = "?？ "


class Secrets:
    """The content words of the points that are not covered, but for those that the learner or the topic says.

    What the reference itself asks, its probes and the questions of its misconceptions, reveals nothing.
    """

    def __init__(self, lesson: Lesson, analysis: Analysis) -> None:
        language = lesson.explanation.language
        known = [lesson.explanation.text, lesson.explanation.topic, lesson.reference.topic, said_before(lesson)]
        self._text = "\n".join(known).casefold()
        self._said = frozenset(content_words(self._text, language))
        points = [entry.point for entry in analysis.coverage if entry.status != "covered"]
        self.words = frozenset(
            word for point in points for word in content_words(point, language) if not self.said(word)
        )
        asked = [
            *(point.probe for point in lesson.reference.points),
            *(w.question for w in lesson.reference.misconceptions),
        ]
        self._harmless = sorted({text.rstrip(_MARKS) for text in asked if text}, key=len, reverse=True)
        self._language = language

    def said(self, word: str) -> bool:
        """Whether the learner has said this content word; a Chinese one also as a part of a longer one."""
        return word in self._said or (has_han(word) and word in self._text)

    def keeps(self, text: str) -> bool:
        """Whether ``text`` reveals nothing."""
        own = text
        for harmless in self._harmless:
            own = own.replace(harmless, " ")
        return self.words.isdisjoint(content_words(own, self._language))
