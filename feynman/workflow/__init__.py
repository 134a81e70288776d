"""One turn as a LangGraph workflow."""

from feynman.workflow.context import TurnContext
from feynman.workflow.graph import Workflow
from feynman.workflow.state import TurnResult

__all__ = ["TurnContext", "TurnResult", "Workflow"]
