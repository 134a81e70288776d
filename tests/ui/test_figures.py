from feynman.observability.metrics import Metrics
from feynman.ui.components.figures import average, by_label, total


def test_figures_of_real_metrics() -> None:
    """Sums, means and sums by label come out of a real snapshot."""
    metrics = Metrics()
    metrics.gaps.labels("vague", "en").inc(2)
    metrics.gaps.labels("vague", "zh").inc()
    metrics.gaps.labels("circular", "zh").inc()
    metrics.first_event.observe(0.25)
    metrics.first_event.observe(0.75)
    values = metrics.snapshot()
    assert total(values, "feynman_gaps_total") == 4
    assert by_label(values, "feynman_gaps_total", "kind") == {"vague": 3, "circular": 1}
    assert by_label(values, "feynman_gaps_total", "language") == {"en": 2, "zh": 2}
    assert average(values, "feynman_time_to_first_event_seconds") == 0.5


def test_nothing_observed_yet() -> None:
    """An unused metric has no mean, no labels and a sum of nothing."""
    values = Metrics().snapshot()
    assert average(values, "feynman_time_to_first_token_seconds") is None
    assert by_label(values, "feynman_gaps_total", "kind") == {}
    assert total(values, "no_such_metric") == 0
