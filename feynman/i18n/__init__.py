"""Both languages of everything a person reads."""

from feynman.i18n.messages import (
    coverage_status_name,
    engine_name,
    explain_error,
    explain_notice,
    gap_kind_hint,
    gap_kind_name,
    help_step_name,
    memory_kind_name,
    plea,
    stage_name,
    student_name,
    subject_name,
)
from feynman.i18n.translator import Translator, supported_language, translator

__all__ = [
    "Translator",
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
    "supported_language",
    "translator",
]
