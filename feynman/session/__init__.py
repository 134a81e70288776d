"""The use cases: what the page and the API can ask for."""

from feynman.session.conversation import Conversation
from feynman.session.study import StudySession

__all__ = ["Conversation", "StudySession"]
