"""Words that stand where an explanation should: "somehow", "stuff like that", "always"."""

from typing import Final

from feynman.domain import GapKind, Span
from feynman.engines.builtin.scene import Draft, Scene, is_question
from feynman.text.sentences import split_clauses
from feynman.text.tokens import content_words

__all__ = ["black_boxes", "boundaries", "clause_at", "vague"]

_CARRIED: Final = 4  # content words: a list of more than that is clear without its "and so on"
_ALIGNED: Final = 0.45
_SAYS_SOMETHING: Final = 2  # content words
_LITTLE: Final = 3  # content words beside the fillers
# What a filler weighs: two of them, or one with a hedge or a light verb, leave nothing to picture.
_INDEFINITE: Final = 1.0
_HEDGE: Final = 0.75
_LIGHT: Final = 0.5
_EMPTY: Final = 1.5
_QUITE_EMPTY: Final = 1.75


def black_boxes(scene: Scene) -> list[Draft]:
    """Mechanisms that are passed over: "somehow", "magically", "some process happens, and ..."."""
    drafts = []
    for at, sentence in enumerate(scene.reading.sentences):
        found = None if _reported(scene, sentence) else _passed_over(scene, sentence)
        if found is not None:
            span = _to_the_outcome(clause_at(scene, sentence, found), sentence)
            drafts.append(Draft(GapKind.MECHANISM_GAP, 0.8, 2, span=span, point_index=_near(scene, at)))
    return drafts


def vague(scene: Scene) -> list[Draft]:
    """Claims carried by fillers: "does stuff with things", "some kind of force", "and so on" after next to nothing."""
    drafts = []
    for sentence in scene.reading.sentences:
        if is_question(sentence.text) or _passed_over(scene, sentence) is not None:
            continue
        found = scene.lexicon.find("vague", sentence.text) or _happening(scene, sentence) or _empty(scene, sentence)
        if found is None:
            found = _trailing_off(scene, sentence)
        if found is not None and not _explained_on(scene, sentence, found):
            drafts.append(Draft(GapKind.VAGUE, 0.75, 1, span=clause_at(scene, sentence, found)))
    return drafts


def boundaries(scene: Scene) -> list[Draft]:
    """General claims with "always", "no matter what", "all" whose key point, if there is one, is less general."""
    drafts = []
    for at, sentence in enumerate(scene.reading.sentences):
        found = scene.lexicon.find("absolute", sentence.text) or scene.lexicon.find("boundary", sentence.text)
        if found is not None and _general(scene, sentence) and not _point_says_so(scene, at):
            drafts.append(Draft(GapKind.BOUNDARY, 0.7, 1, span=clause_at(scene, sentence, found)))
    return drafts


def clause_at(scene: Scene, sentence: Span, found: Span) -> Span:
    """The clause of ``sentence`` in which ``found`` (offsets within it) begins; a scrap of a clause is too little."""
    at = sentence.start + found.start
    for clause in split_clauses(sentence):
        if clause.start <= at < clause.end and len(content_words(clause.text, scene.language)) >= _SAYS_SOMETHING:
            end = max(clause.end, sentence.start + found.end)
            return Span(start=clause.start, end=end, text=scene.text[clause.start : end])
    return sentence


def _passed_over(scene: Scene, sentence: Span) -> Span | None:
    """Where the sentence jumps over a step: "somehow", or a happening without a name that something comes of."""
    found = scene.lexicon.find("somehow", sentence.text)
    if found is not None:
        return found
    found = _happening(scene, sentence)
    comes_of_it = found is not None and scene.lexicon.has("outcome", sentence.text[found.end :])
    return found if comes_of_it else None


def _happening(scene: Scene, sentence: Span) -> Span | None:
    return scene.lexicon.find("happening", sentence.text)


def _to_the_outcome(clause: Span, sentence: Span) -> Span:
    """The clause with what the sentence says after it."""
    offset = clause.start - sentence.start
    return Span(start=clause.start, end=sentence.end, text=sentence.text[offset:])


def _empty(scene: Scene, sentence: Span) -> Span | None:
    """The first filler of a clause in which there is hardly anything else."""
    for clause in split_clauses(sentence):
        fillers = list(scene.lexicon.each("indefinite", clause.text))
        hedges = scene.lexicon.count("hedge", clause.text)
        light = scene.lexicon.has("light_verb", clause.text)
        weight = _INDEFINITE * len(fillers) + _HEDGE * hedges + _LIGHT * light
        if not fillers or not (hedges or light) or weight < _EMPTY:
            continue
        if _words_of_weight(scene, clause) <= (_LITTLE if weight >= _QUITE_EMPTY else _LITTLE - 1):
            start = clause.start - sentence.start + fillers[0].start
            return Span(start=start, end=start + len(fillers[0].text), text=fillers[0].text)
    return None


def _trailing_off(scene: Scene, sentence: Span) -> Span | None:
    """The "and so on" of a sentence that had said next to nothing."""
    found = scene.lexicon.find("trailing_vague", sentence.text)
    said = 0 if found is None else len(content_words(sentence.text, scene.language))
    return found if said <= _CARRIED else None


def _words_of_weight(scene: Scene, clause: Span) -> int:
    return len(set(content_words(clause.text, scene.language)) - scene.lexicon.generic)


def _explained_on(scene: Scene, sentence: Span, found: Span) -> bool:
    after = sentence.text[found.end :]
    return scene.lexicon.has("defining_after", after) and len(content_words(after, scene.language)) > _CARRIED


def _reported(scene: Scene, sentence: Span) -> bool:
    return scene.lexicon.has("belief_of_others", sentence.text)


def _general(scene: Scene, sentence: Span) -> bool:
    story = scene.lexicon.has("own_story", sentence.text) or scene.lexicon.has("example", sentence.text)
    return not (story or _reported(scene, sentence) or is_question(sentence.text))


def _point_says_so(scene: Scene, at: int) -> bool:
    """Whether the key point that the sentence is about is as general."""
    point = _near(scene, at)
    return point is not None and scene.lexicon.has("as_general", scene.lesson.reference.points[point].text)


def _near(scene: Scene, at: int) -> int | None:
    row = scene.ratings.cosine[at]
    return int(row.argmax()) if row.size and float(row.max()) >= _ALIGNED else None
