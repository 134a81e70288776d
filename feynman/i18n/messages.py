"""Names and sentences for what the domain knows by a code."""

from collections.abc import Mapping
from typing import Final, get_args

from feynman.domain import (
    MAX_EXPLANATION,
    CoverageStatus,
    GapKind,
    HelpStep,
    Language,
    MemoryKind,
    Notice,
    NoticeCode,
    Stage,
)
from feynman.i18n.marking import mark
from feynman.i18n.models import MODEL_ERRORS
from feynman.i18n.translator import translator

__all__ = [
    "coverage_status_name",
    "engine_name",
    "explain_error",
    "explain_notice",
    "gap_kind_hint",
    "gap_kind_name",
    "help_step_name",
    "memory_kind_name",
    "plea",
    "stage_name",
    "student_name",
    "subject_name",
]


_ERRORS: Final[Mapping[str, str]] = {
    **MODEL_ERRORS,
    "internal": mark(
        "Something went wrong on our side. Please try again; if it happens again, tell the person who runs this."
    ),
    "invalid": mark("That can't be worked with as it is. Please check what you entered and send it again."),
    "empty_text": mark("There is nothing to read in it yet. Please write at least one word and send it again."),
    "text_too_long": mark(
        "Your text has {length} characters, and at most {limit} fit in one go. "
        "Please shorten it or send it in several parts."
    ),
    "invalid_reference": mark("The material has no point to check against. Please give at least one key point."),
    "unreadable_file": mark(
        "No text could be read from this file. Please choose a .txt, .md or .pdf file that holds text "
        "(a scanned page is a picture), or paste the text."
    ),
    "not_found": mark(
        "This isn't here, or it belongs to another learner. Please go back to the topics and choose again."
    ),
    "configuration": mark("A setting is wrong, so the program can't start fully. Please correct it and start again."),
    "port_busy": mark(
        "Another program already uses the port for the API. "
        "Please set FEYNMAN_SIDECAR_PORT to a free port, or to 0, and start again."
    ),
    "unavailable": mark("A part of the program doesn't answer. Please try again in a moment."),
    "records_unavailable": mark(
        "The database with the conversations can't be read or written right now. "
        "Please check that its folder is writable and its disk isn't full, then try again."
    ),
    "memory_unavailable": mark(
        "The memory search doesn't answer right now. Nothing is lost; please try again in a moment."
    ),
    "engine_failed": mark("The student lost the thread while thinking. Your words are kept; please try again."),
    "engine_unavailable": mark("This student isn't available here. Please choose another one in the settings."),
    "interrupted": mark("The program was closed in the middle of this turn. Your words are kept; please try again."),
    "shutting_down": mark("The program is closing and takes no new turns. Please try again after it has restarted."),
}

_NOTICES: Final[Mapping[NoticeCode, str]] = {
    "parroting": mark(
        "Most of this is worded as in the reference. What is copied counts as partly explained; "
        "please say it in your own words, as you would tell a friend."
    ),
    "other_language": mark(
        "This seems to be in {language}. The student understands Chinese and English best, "
        "so it may have missed a lot; please write in one of them if you can."
    ),
    "cut_short": mark("Only the first {count} sentences were read. Please send the rest as another message."),
    "no_points_found": mark(
        "No statement to check against was found in the material, so only the clearness can be checked. "
        "To have the content checked, give key points, one a line."
    ),
    "contradicting_points": mark(
        "Key points {points} of the reference contradict each other, so nothing you say about them is called wrong. "
        "Please check which one is right."
    ),
    "duplicate_points": mark("Key points {points} of the reference say the same. They are asked about once."),
    "question_points": mark(
        "Among the key points of the reference there are questions (number {points}). They give no answer to check "
        "against, so nothing is asked for on their account; please state what the answer is."
    ),
    "long_points": mark(
        "Some key points of the reference are very long (number {points}). Only the central sentence of each is "
        "checked; please split them into one statement each."
    ),
}

_GAP_KINDS: Final[Mapping[GapKind, str]] = {
    GapKind.FACTUAL_ERROR: mark("Factual error"),
    GapKind.MISSING_POINT: mark("Missing point"),
    GapKind.CAUSAL_GAP: mark("Gap in the reasoning"),
    GapKind.MECHANISM_GAP: mark("Black box"),
    GapKind.UNDEFINED_TERM: mark("Unexplained term"),
    GapKind.CIRCULAR: mark("Circular explanation"),
    GapKind.VAGUE: mark("Vague"),
    GapKind.BOUNDARY: mark("Unclear limits"),
    GapKind.MISSING_EXAMPLE: mark("Missing example"),
}

_GAP_HINTS: Final[Mapping[GapKind, str]] = {
    GapKind.FACTUAL_ERROR: mark("This doesn't seem to fit the facts."),
    GapKind.MISSING_POINT: mark("Something that belongs to this topic hasn't come up yet."),
    GapKind.CAUSAL_GAP: mark("It isn't clear yet why one follows from the other."),
    GapKind.MECHANISM_GAP: mark("What happens in between stays hidden."),
    GapKind.UNDEFINED_TERM: mark("A beginner wouldn't know this word."),
    GapKind.CIRCULAR: mark("It is explained by itself."),
    GapKind.VAGUE: mark("It could be said more exactly."),
    GapKind.BOUNDARY: mark("It isn't clear where this stops being true."),
    GapKind.MISSING_EXAMPLE: mark("An example would make this easier to follow."),
}

_STAGES: Final[Mapping[Stage, str]] = {
    "waiting": mark("Waiting for a turn"),
    "reading": mark("Reading"),
    "recalling": mark("Remembering earlier lessons"),
    "checking": mark("Thinking it through"),
    "asking": mark("Answering"),
    "thinking": mark("Thinking hard"),
    "saving": mark("Keeping it"),
}

_COVERAGE: Final[Mapping[CoverageStatus, str]] = {
    "covered": mark("Explained"),
    "partial": mark("Partly explained"),
    "missing": mark("Still to come"),
    "contradicted": mark("To look at again"),
}

_MEMORY_KINDS: Final[Mapping[MemoryKind, str]] = {
    "summary": mark("Summary"),
    "misconception": mark("Mix-up"),
}

_SUBJECTS: Final[Mapping[str, str]] = {
    "biology": mark("Biology"),
    "chemistry": mark("Chemistry"),
    "physics": mark("Physics"),
    "earth-and-space": mark("Earth and space"),
    "mathematics": mark("Mathematics"),
    "computing": mark("Computing"),
    "economics": mark("Economics"),
    "psychology": mark("Psychology"),
}

_ENGINES: Final[Mapping[str, str]] = {
    "builtin": mark("Built-in student (rule-based, offline)"),
    "openai": mark("Student with a language model"),
    "local": mark("Student with a model on this machine"),
}

_STUDENT: Final = mark("Wren")

_PLEA: Final = mark("I'm stuck. Can you help me?")
_HELP: Final = mark("Help {step} of {steps}")


def explain_error(code: str, language: Language, **params: object) -> str:
    """Return what happened and what to do, for an error's code; an unknown code reads as ``internal``.

    ``params`` fill the sentence: ``text_too_long`` takes ``length`` and ``limit`` (characters).
    """
    _ = translator(language)
    values = {"length": "?", "limit": MAX_EXPLANATION, **params}
    written = {name: _.format_number(value) if isinstance(value, int) else value for name, value in values.items()}
    return _(_ERRORS.get(code, _ERRORS["internal"]), **written)


def explain_notice(notice: Notice, language: Language) -> str:
    """Return what was noticed and what to do; key points are numbered from 1 as people count."""
    _ = translator(language)
    detail = notice.detail or "?"
    return _(
        _NOTICES[notice.code],
        points=_.format_list([_.format_number(index + 1) for index in notice.points]),
        language=_.language_name(detail),
        count=_.format_number(int(detail)) if detail.isdecimal() else detail,
    )


def gap_kind_name(kind: GapKind, language: Language) -> str:
    """Return the name of a kind of gap."""
    return translator(language)(_GAP_KINDS[kind])


def gap_kind_hint(kind: GapKind, language: Language) -> str:
    """Return what a kind of gap means, in a sentence that gives nothing away."""
    return translator(language)(_GAP_HINTS[kind])


def stage_name(stage: Stage, language: Language) -> str:
    """Return what the student is doing in a stage."""
    return translator(language)(_STAGES[stage])


def coverage_status_name(status: CoverageStatus, language: Language) -> str:
    """Return how far a key point has been explained."""
    return translator(language)(_COVERAGE[status])


def memory_kind_name(kind: MemoryKind, language: Language) -> str:
    """Return the name of a kind of memory."""
    return translator(language)(_MEMORY_KINDS[kind])


def subject_name(subject: str, language: Language) -> str:
    """Return the name of a subject of the library; an unknown one stays as it is."""
    return translator(language)(_SUBJECTS.get(subject, subject))


def engine_name(engine: str, language: Language) -> str:
    """Return what kind of student an engine is; an unknown one stays as it is."""
    return translator(language)(_ENGINES.get(engine, engine))


def plea(language: Language) -> str:
    """Return the sentence with which a learner asks for help; every engine takes it as an ordinary turn."""
    return translator(language)(_PLEA)


def help_step_name(step: HelpStep, language: Language) -> str:
    """Return how far up the help ladder a step is."""
    steps = get_args(HelpStep)
    return translator(language)(_HELP, step=steps.index(step) + 1, steps=len(steps))


def student_name(language: Language) -> str:
    """Return the student's name."""
    return translator(language)(_STUDENT)
