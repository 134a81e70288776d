"""What the toolbox tells the model, in the language of the turn."""

from collections.abc import Mapping
from typing import Final, Literal

from feynman.domain import Language
from feynman.tools.errors import Reason

__all__ = ["Nothing", "describe", "failure", "invalid", "nothing", "unknown"]

Nothing = Literal["web_search", "recall_memory", "search_reference"]

_DESCRIPTIONS: Final[Mapping[str, Mapping[Language, str]]] = {
    "calculate": {
        "en": "Work out an arithmetic expression, for instance to check a number in the explanation.",
        "zh": "计算一个算式，例如核对讲解里的数字。",
    },
    "recall_memory": {
        "en": "Look up what this learner explained in earlier sessions.",
        "zh": "查找这位学习者以前几次讲过的内容。",
    },
    "search_reference": {
        "en": "Find the places of the reference material that bear on a question.",
        "zh": "在参考资料里查找与问题有关的原文。",
    },
    "translate": {
        "en": "Translate a short text into Chinese or English.",
        "zh": "把一小段文字翻译成中文或英文。",
    },
    "web_search": {
        "en": "Search the web for facts that neither the reference nor everyday knowledge settles.",
        "zh": "在网上查找参考资料和常识都不能确定的事实。",
    },
}

_NOTHING: Final[Mapping[Nothing, Mapping[Language, str]]] = {
    "web_search": {"en": "The search found nothing.", "zh": "没有搜到任何结果。"},
    "recall_memory": {
        "en": "Nothing about this is remembered from earlier sessions.",
        "zh": "以前的记录里没有相关内容。",
    },
    "search_reference": {"en": "There is no reference for this topic.", "zh": "这个主题没有参考资料。"},
}

_REASONS: Final[Mapping[Reason, Mapping[Language, str]]] = {
    "timed_out": {"en": "it did not answer in time", "zh": "没有及时回应"},
    "unreachable": {"en": "it can't be reached or is failing", "zh": "连接不上或出了故障"},
    "rate_limited": {"en": "it was asked too often", "zh": "请求过于频繁"},
    "refused": {"en": "it refused the request", "zh": "请求被拒绝"},
    "not_allowed": {"en": "its address may not be visited", "zh": "不允许访问它的地址"},
    "too_large": {"en": "its answer was too large", "zh": "返回的内容太大"},
    "unusable": {"en": "its answer can't be read", "zh": "返回的内容无法读取"},
    "unavailable": {"en": "it is out of order for now", "zh": "暂时不能使用"},
}

_FAILURE: Final[Mapping[Language, str]] = {
    "en": "{tool} gave nothing: {why}. Go on without it.",
    "zh": "{tool} 没有结果：{why}。请不用它继续。",
}
_INVALID: Final[Mapping[Language, str]] = {
    "en": "{tool} was called wrongly ({what}). Correct the arguments or go on without it.",
    "zh": "{tool} 的调用有误（{what}）。请改正参数，或者不用它继续。",
}
_UNKNOWN: Final[Mapping[Language, str]] = {
    "en": "There is no such tool. The tools are: {names}.",
    "zh": "没有这个工具。可用的工具：{names}。",
}
_NO_TOOLS: Final[Mapping[Language, str]] = {"en": "none", "zh": "无"}


def describe(tool: str, language: Language) -> str:
    """Tell what ``tool`` is for."""
    return _DESCRIPTIONS[tool][language]


def nothing(tool: Nothing, language: Language) -> str:
    """Tell that ``tool`` worked and found nothing."""
    return _NOTHING[tool][language]


def failure(tool: str, reason: Reason, language: Language) -> str:
    """Tell that ``tool`` failed, and why."""
    return _FAILURE[language].format(tool=tool, why=_REASONS[reason][language])


def invalid(tool: str, what: str, language: Language) -> str:
    """Tell that ``tool`` can't work with the arguments."""
    return _INVALID[language].format(tool=tool, what=what)


def unknown(names: list[str], language: Language) -> str:
    """Tell that there is no such tool, and which there are."""
    return _UNKNOWN[language].format(names=", ".join(names) or _NO_TOOLS[language])
