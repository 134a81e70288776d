"""What the student now believes, in the learner's words."""

from collections.abc import Iterator
from typing import Final

from feynman.domain import GapKind, Span
from feynman.engines.builtin.cumulative import quote_of
from feynman.engines.builtin.scene import Draft, Scene
from feynman.text.tokens import content_words

__all__ = ["believed"]

_MOST: Final = 5
_SUBSTANCE: Final = 3


def believed(scene: Scene, covered: list[int], found: list[Draft]) -> list[tuple[int | None, Span]]:
    """Pairs of point and sentence: one per newly covered point or, with no reference, the plain statements.

    Nothing is believed of a sentence in which something was found wrong or unclear, but for a word not yet known.
    """
    doubtful = [draft.span for draft in found if draft.span is not None and draft.kind != GapKind.UNDEFINED_TERM]
    if scene.goals.points:
        pairs: list[tuple[int | None, Span]] = [
            (point, span) for point in covered for span in [_sentence(scene, point)] if span is not None
        ]
    else:
        pairs = [(None, span) for span in _statements(scene)]
    return [pair for pair in pairs if not any(_overlap(pair[1], wrong) for wrong in doubtful)][
        : None if covered else _MOST
    ]


def _sentence(scene: Scene, point: int) -> Span | None:
    quote = quote_of(scene.ratings.matches[point], point, scene)
    return next((sentence for sentence in scene.reading.sentences if sentence.text == quote), None)


def _statements(scene: Scene) -> Iterator[Span]:
    if scene.intent != "explains":
        return
    for sentence in scene.reading.sentences:
        plain = not sentence.text.rstrip("\"'”’」』 ").endswith(("?", "？"))
        if plain and not scene.lexicon.has("dont_know", sentence.text):
            enough = len(content_words(sentence.text, scene.language)) >= _SUBSTANCE
            if enough and not scene.lexicon.has("belief_of_others", sentence.text):
                yield sentence


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
