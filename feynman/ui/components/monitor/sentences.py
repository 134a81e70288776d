"""What a check's outcome means and what to do about it, in plain words."""

from collections.abc import Mapping
from typing import Final

from feynman.container import EngineState
from feynman.i18n import Translator, explain_error
from feynman.i18n.marking import mark
from feynman.observability.health import CheckStatus
from feynman.ui.components.monitor.judged import together

__all__ = ["name", "of_check", "of_model"]

_NAMES: Final[Mapping[str, str]] = {
    "database": mark("Conversations"),
    "embedding": mark("Understanding of words"),
    "disk": mark("Room on the disk"),
    "chroma": mark("Search in earlier lessons"),
    "model": mark("Language model"),
    "workers": mark("Filing of lessons"),
    "queue": mark("Waiting work"),
    "loop": mark("Reaction"),
    "memory": mark("Memory of the machine"),
    "process": mark("Program"),
}

_SENTENCES: Final[Mapping[str, Mapping[CheckStatus, str]]] = {
    "database": {
        "healthy": mark("Everything that is said is kept."),
        "degraded": mark("Conversations are kept, but slowly. Nothing needs to be done unless it stays so."),
        "unhealthy": mark(
            "Conversations can't be read or kept right now, so nobody can teach. Check that the disk isn't full and "
            "that the program may write to its folder; if it stays so, start the program again."
        ),
    },
    "embedding": {
        "healthy": mark("The student understands what is said."),
        "degraded": mark(
            "This part is still being loaded. The first answers take a little longer; nothing needs to be done."
        ),
        "unhealthy": mark(
            "The student can't understand words, so nobody can teach. "
            "Start the program again; if that doesn't help, install its requirements again."
        ),
    },
    "disk": {
        "healthy": mark("There is enough room."),
        "degraded": mark("The disk is getting full. Everything still works; make room before it is full."),
        "unhealthy": mark("The disk is full, so nothing more can be kept and nobody can teach. Make room on it now."),
    },
    "chroma": {
        "healthy": mark("The student remembers earlier lessons."),
        "degraded": mark(
            "The index of earlier lessons is being built. Until it is ready the student remembers little; "
            "nothing is lost and nothing needs to be done."
        ),
        "unhealthy": mark(
            "Earlier lessons can't be searched right now. Lessons go on and nothing is lost; the program repairs this "
            "by itself within minutes. If it doesn't, start the program again."
        ),
    },
    "model": {
        "healthy": mark("It answers."),
        "degraded": mark("It isn't at its best. Where it fails, the built-in student stands in, so lessons go on."),
        "unhealthy": mark(
            "It doesn't tell how it is. The built-in student stands in, so lessons go on; "
            "check address and key in the settings."
        ),
    },
    "workers": {
        "healthy": mark("What was taught is being filed into the memory."),
        "degraded": mark("Lessons are filed into the memory more slowly than usual. Nothing needs to be done."),
        "unhealthy": mark(
            "Lessons go on but aren't filed into the memory right now. Nothing is lost: "
            "start the program again when nobody teaches, and it is made up for."
        ),
    },
    "queue": {
        "healthy": mark("No more work is waiting than usual."),
        "degraded": mark(
            "Much work is waiting, so lessons appear in the memory later. "
            "Nothing is lost; if it isn't less in an hour, start the program again."
        ),
        "unhealthy": mark(
            "The waiting work can't be counted. Usually that is because conversations can't be read: look there first."
        ),
    },
    "loop": {
        "healthy": mark("The program reacts at once."),
        "degraded": mark(
            "The machine has too much to do, so everybody waits longer. "
            "Close other programs on it, or let fewer learners teach at once."
        ),
        "unhealthy": mark("The program hardly reacts. If it stays so for some minutes, start it again."),
    },
    "memory": {
        "healthy": mark("There is enough."),
        "degraded": mark(
            "The machine has little memory left. Close other programs on it, "
            "otherwise the system may end this one; what was kept is not lost by that."
        ),
        "unhealthy": mark("It can't be found out how much memory is left. Lessons go on."),
    },
    "process": {
        "unhealthy": mark("The program is closing and takes no new turns. Wait until it has started again."),
    },
}
_OTHER: Final[Mapping[CheckStatus, str]] = {
    "healthy": mark("It works."),
    "degraded": mark("It works with limits. Lessons go on."),
    "unhealthy": mark("It doesn't work. Show the small print to whoever looks after this program."),
}


def name(check: str, _: Translator) -> str:
    """What a check looks at; an unknown one keeps its name."""
    return _(_NAMES[check]) if check in _NAMES else check


def of_check(check: str, status: CheckStatus, _: Translator) -> str:
    """What it means that a check came out so, and what to do."""
    return _(_SENTENCES.get(check, _OTHER).get(status, _OTHER[status]))


def of_model(state: EngineState, status: CheckStatus, _: Translator) -> str:
    """As ``of_check`` for the model, told by how its student is."""
    if state.engine == "builtin" and state.lacks is None:
        return _("None is used: the built-in student does without.")
    if status == "healthy":
        return of_check("model", status, _)
    if state.lacks is not None:
        return _("A setting is missing: {name}. The built-in student is at work instead.", name=state.lacks)
    if state.last not in (None, "ok"):
        stand_in = _("The built-in student stands in, so lessons go on.")
        return together(stand_in, explain_error(state.last or "", _.language), _)
    if not state.ready:
        return explain_error("model_loading", _.language)
    return of_check("model", status, _)
