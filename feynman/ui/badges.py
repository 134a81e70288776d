"""HTML for what a turn tells of its engine: tools, a stand-in, and what it took."""

from collections.abc import Mapping
from html import escape

from feynman.domain import Turn, Usage
from feynman.i18n import Translator, explain_error
from feynman.i18n.models import tool_doing, tool_name
from feynman.ui.markup import Markup

__all__ = ["degraded", "of_turn", "tools", "used", "written"]


def tools(states: Mapping[str, tuple[str, str]], _: Translator) -> Markup:
    """Tool calls by id, each a tool and its state, in the order they came."""
    return Markup("".join(_tool(tool, state, _) for tool, state in states.values()))


def _tool(tool: str, state: str, _: Translator) -> str:
    if state == "started":
        said = tool_doing(tool, _.language)
    elif state == "finished":
        said = f"✓ {tool_name(tool, _.language)}"
    else:
        said = _("{tool}: no result", tool=tool_name(tool, _.language))
    return f'<span class="fy-chip fy-tool fy-tool-{escape(state)}">{escape(said)}</span> '


def degraded(code: str | None, _: Translator) -> Markup:
    """A badge that the built-in student stood in, with the reason in a sentence."""
    title = _("The built-in student stood in.")
    reason = "" if code is None else f" {escape(explain_error(code, _.language))}"
    return Markup(f'<div class="fy-degraded" role="status"><strong>{escape(title)}</strong>{reason}</div>')


def used(usage: Usage, currency: str, _: Translator) -> Markup:
    """What a turn took, in a quiet line."""
    parts = [written(usage, currency, _)]
    if usage.time_to_first_token is not None:
        parts.append(_("first word after {seconds} s", seconds=_.format_number(usage.time_to_first_token, 1)))
    if usage.tokens_per_second is not None:
        parts.append(_("{speed} tokens a second", speed=_.format_number(usage.tokens_per_second)))
    return Markup(f'<div class="fy-usage">{escape(" · ".join(parts))}</div>')


def written(usage: Usage, currency: str, _: Translator) -> str:
    """Tokens and, where there is a price, cost."""
    count = usage.input_tokens + usage.output_tokens
    tokens = _.ngettext("{count} token", "{count} tokens", count)
    return tokens if usage.cost is None else f"{tokens} · {_.format_number(usage.cost, 4)} {currency}"


def of_turn(turn: Turn, currency: str, _: Translator) -> list[Markup]:
    """What a stored turn has to say of its engine, perhaps nothing."""
    pieces = []
    if turn.degraded:
        pieces.append(degraded(turn.error, _))
    if turn.usage is not None:
        pieces.append(used(turn.usage, currency, _))
    return pieces
