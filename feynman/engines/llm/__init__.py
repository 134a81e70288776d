"""A language model as the student, over any OpenAI-compatible endpoint."""

from feynman.engines.llm.accounting import Price, Prices
from feynman.engines.llm.capabilities import Abilities, Capabilities, probe
from feynman.engines.llm.endpoint import Endpoint, Timeouts, pooled_client
from feynman.engines.llm.guards import Protection, is_down
from feynman.engines.llm.line import Line
from feynman.engines.llm.persona import Persona
from feynman.engines.llm.student import ModelStudent
from feynman.engines.llm.summary import Summary, summarise
from feynman.engines.llm.tools import NoTools, Observation, Offer, Outcome, Tools

__all__ = [
    "Abilities",
    "Capabilities",
    "Endpoint",
    "Line",
    "ModelStudent",
    "NoTools",
    "Observation",
    "Offer",
    "Outcome",
    "Persona",
    "Price",
    "Prices",
    "Protection",
    "Summary",
    "Timeouts",
    "Tools",
    "is_down",
    "pooled_client",
    "probe",
    "summarise",
]
