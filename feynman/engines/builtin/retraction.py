"""A wrong statement that the learner takes back."""

from feynman.domain import Gap
from feynman.engines.builtin.contradiction import denials
from feynman.engines.builtin.scene import Scene
from feynman.text.tokens import content_words

__all__ = ["takes_back"]


def takes_back(gap: Gap, scene: Scene) -> bool:
    """Whether the turn says that what ``gap`` quotes was wrong, in so many words or by denying it."""
    if scene.lexicon.has("taking_back", scene.text):
        return True
    return scene.intent in ("explains", "short") and any(_denies(gap, scene, text) for text in scene.statements)


def _denies(gap: Gap, scene: Scene, sentence: str) -> bool:
    if scene.lexicon.has("dont_know", sentence) or scene.lexicon.has("negation", gap.quote or ""):
        return False
    wrong = _wrong_words(gap, scene) - scene.goals.topic
    for _, denied in denials(sentence, scene.lexicon, scene.language):
        own = denied - scene.goals.topic
        if own and own <= wrong:
            return True
    return False


def _wrong_words(gap: Gap, scene: Scene) -> set[str]:
    claims = [wrong.claim for wrong in scene.lesson.reference.misconceptions if wrong.question == gap.detail]
    return set(content_words(" ".join([gap.quote or "", *claims]), scene.language))
