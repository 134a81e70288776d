"""The learned part of the built-in student: is a key point said, is it contradicted?"""

from feynman.engines.builtin.scorer.scorer import Scorer, Scores, SubwordSource, Verdict

__all__ = ["Scorer", "Scores", "SubwordSource", "Verdict"]
