"""Searching the web: one tool, a provider by setting."""

from feynman.tools.web.ddgs import DdgsSearch
from feynman.tools.web.provider import SearchProvider, SearchResult
from feynman.tools.web.search import WebSearch
from feynman.tools.web.searxng import SearxngSearch
from feynman.tools.web.tavily import TavilySearch

__all__ = ["DdgsSearch", "SearchProvider", "SearchResult", "SearxngSearch", "TavilySearch", "WebSearch"]
