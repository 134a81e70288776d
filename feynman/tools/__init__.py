"""What a student's model may use: typed, bounded, without side effects; results are quoted as data."""

from feynman.tools.calculate import Calculate
from feynman.tools.errors import ToolFailed
from feynman.tools.net import guarded_client
from feynman.tools.recall import Recall, RecallMemory
from feynman.tools.reference import SearchReference
from feynman.tools.tool import Tool, ToolContext
from feynman.tools.toolbox import Offer, Outcome, Toolbox, ToolUse
from feynman.tools.translate import Complete, Translate
from feynman.tools.web import DdgsSearch, SearchProvider, SearchResult, SearxngSearch, TavilySearch, WebSearch

__all__ = [
    "Calculate",
    "Complete",
    "DdgsSearch",
    "Offer",
    "Outcome",
    "Recall",
    "RecallMemory",
    "SearchProvider",
    "SearchReference",
    "SearchResult",
    "SearxngSearch",
    "TavilySearch",
    "Tool",
    "ToolContext",
    "ToolFailed",
    "ToolUse",
    "Toolbox",
    "Translate",
    "WebSearch",
    "guarded_client",
]
