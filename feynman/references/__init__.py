"""What explanations are checked against: the starter library, a learner's key points, a text."""

from feynman.references.central import Encoder
from feynman.references.extract import MAX_TEXT, from_text
from feynman.references.given import from_points
from feynman.references.library import Library, Topic
from feynman.references.upload import FILE_KINDS, text_of

__all__ = ["FILE_KINDS", "MAX_TEXT", "Encoder", "Library", "Topic", "from_points", "from_text", "text_of"]
