"""Words that stand where an explanation should: "somehow", "stuff like that", "always"."""

from typing import Final

from feynman.domain import GapKind, Span
from feynman.engines.builtin.coverage import COVERED
from feynman.engines.builtin.scene import Draft, Scene
from feynman.text.sentences import split_clauses
from feynman.text.tokens import content_words

__all__ = ["black_boxes", "boundaries", "clause_at", "vague"]

_CARRIED: Final = 4  # content words: a list of more than that is clear without its "and so on"
_ALIGNED: Final = 0.45
_SAYS_SOMETHING: Final = 2  # content words


def black_boxes(scene: Scene) -> list[Draft]:
    """Mechanisms that are passed over: "somehow", "magically", "it just does"."""
    return [
        Draft(GapKind.MECHANISM_GAP, 0.8, 2, span=clause_at(scene, sentence, found), point_index=_near(scene, at))
        for at, sentence in enumerate(scene.reading.sentences)
        if not scene.lexicon.has("belief_of_others", sentence.text)
        for found in [scene.lexicon.find("somehow", sentence.text)]
        if found is not None
    ]


def vague(scene: Scene) -> list[Draft]:
    """Claims carried by a filler: "some kind of process", "stuff like that", or "and so on" after next to nothing."""
    drafts = []
    for sentence in scene.reading.sentences:
        found = scene.lexicon.find("vague", sentence.text)
        if found is None and len(content_words(sentence.text, scene.language)) <= _CARRIED:
            found = scene.lexicon.find("trailing_vague", sentence.text)
        if found is not None and not _explained_on(scene, sentence, found):
            drafts.append(Draft(GapKind.VAGUE, 0.65, 1, span=clause_at(scene, sentence, found)))
    return drafts


def boundaries(scene: Scene) -> list[Draft]:
    """General claims with "always", "never", "all" whose key point, if there is one, does not say so itself."""
    drafts = []
    for at, sentence in enumerate(scene.reading.sentences):
        found = scene.lexicon.find("boundary", sentence.text)
        if found is not None and _general(scene, sentence) and not _point_says_so(scene, at):
            drafts.append(Draft(GapKind.BOUNDARY, 0.6, 1, span=clause_at(scene, sentence, found)))
    return drafts


def clause_at(scene: Scene, sentence: Span, found: Span) -> Span:
    """The clause of ``sentence`` in which ``found`` (offsets within it) begins; a scrap of a clause is too little."""
    at = sentence.start + found.start
    for clause in split_clauses(sentence):
        if clause.start <= at < clause.end and len(content_words(clause.text, scene.language)) >= _SAYS_SOMETHING:
            end = max(clause.end, sentence.start + found.end)
            return Span(start=clause.start, end=end, text=scene.text[clause.start : end])
    return sentence


def _explained_on(scene: Scene, sentence: Span, found: Span) -> bool:
    after = sentence.text[found.end :]
    return scene.lexicon.has("defining_after", after) and len(content_words(after, scene.language)) > _CARRIED


def _general(scene: Scene, sentence: Span) -> bool:
    lexicon = scene.lexicon
    return not (
        lexicon.has("belief_of_others", sentence.text)
        or lexicon.has("personal", sentence.text)
        or lexicon.has("example", sentence.text)
        or sentence.text.rstrip().endswith(("?", "？"))
    )


def _point_says_so(scene: Scene, at: int) -> bool:
    """Whether the point that the sentence is about is as general, or it is only a fragment of one said right."""
    point = _near(scene, at)
    if point is None:
        return bool(scene.goals.points)
    text = scene.lesson.reference.points[point].text
    return scene.lexicon.has("boundary", text) or scene.ratings.unit_scores[at, point] >= 2 * COVERED - 0.1


def _near(scene: Scene, at: int) -> int | None:
    row = scene.ratings.cosine[at]
    return int(row.argmax()) if row.size and float(row.max()) >= _ALIGNED else None
