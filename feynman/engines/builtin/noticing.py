"""What the learner should know about a turn besides its gaps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feynman.domain import Coverage, Notice
from feynman.engines.builtin.oddities import Oddities, oddities
from feynman.engines.builtin.parroting import held_back, parroted
from feynman.engines.builtin.scene import Draft, Scene
from feynman.text.foreign import foreign_language

__all__ = ["Noticed", "look_at"]


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was noticed in one turn, and what follows from it.

    ``odd`` is about the reference, ``copies`` are the sentences copied from it, ``foreign`` says that the text is in a
    third language.
    """

    notices: tuple[Notice, ...]
    odd: Oddities
    copies: tuple[str, ...]
    foreign: bool

    def fair(self, wrong: Sequence[Draft]) -> list[Draft]:
        """The errors without those against a point that another point contradicts: the reference is unsure itself."""
        return [draft for draft in wrong if draft.point_index not in self.odd.disputed]

    def settled(self, coverage: Sequence[Coverage], earlier: Sequence[Coverage]) -> list[Coverage]:
        """The coverage with copied points held back, and the same status for points that say the same."""
        entries = held_back(coverage, earlier, self.copies)
        for group in self.odd.duplicates:
            best = max((entries[index] for index in group), key=lambda entry: entry.score)
            for index in group:
                entries[index] = best.model_copy(update={"index": index, "point": entries[index].point})
        return entries


def look_at(scene: Scene) -> Noticed:
    """Look at the text and, as long as no turn of the session has told it, at the reference."""
    reference = scene.lesson.reference
    odd = oddities(reference, scene.goals.vectors, scene.goals.language)
    copied = parroted(scene.reading.sentences, reference, scene.language)
    language = foreign_language(scene.text)
    told = {notice for turn in scene.lesson.earlier for notice in turn.notices}
    about_text = _about_text(scene, language, parroting=bool(copied))
    about_reference = (notice for notice in _about_reference(scene, odd) if notice not in told)
    return Noticed(
        notices=(*about_text, *about_reference),
        odd=odd,
        copies=tuple(scene.reading.sentences[at].text for at in sorted(copied)),
        foreign=language is not None,
    )


def _about_text(scene: Scene, language: str | None, *, parroting: bool) -> Iterator[Notice]:
    if parroting:
        yield Notice(code="parroting")
    if language is not None:
        yield Notice(code="other_language", detail=language)
    sentences = scene.reading.sentences
    if sentences and sentences[-1].end < len(scene.text.rstrip()):
        yield Notice(code="cut_short", detail=str(len(sentences)))


def _about_reference(scene: Scene, odd: Oddities) -> Iterator[Notice]:
    reference = scene.lesson.reference
    if reference.source == "text" and not reference.points:
        yield Notice(code="no_points_found")
    yield from odd.notices()
