"""The soak in short: its judgement, and that it runs."""

from bench.soak import soak


def test_a_short_soak_measures_what_a_long_one_judges() -> None:
    """In a few seconds nobody is refused and every figure is taken; whether it is flat takes minutes to say."""
    report = soak(0.4, threads=1)
    assert {"memory, MB", "open files", "threads", "tasks"} <= set(report.figures)
    assert "nobody is refused" not in report.broken
