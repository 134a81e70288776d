"""A model's verdict is a claim: what of it holds is decided here."""

from feynman.engines.llm.verify.support import Encoder
from feynman.engines.llm.verify.verdict import verified

__all__ = ["Encoder", "verified"]
