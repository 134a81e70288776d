"""What explanations are checked against: the starter library, a learner's key points, a text."""

from feynman.references.given import from_points
from feynman.references.library import Library, Topic

__all__ = ["Library", "Topic", "from_points"]
