"""A model of one's own at work in the application."""

import time
from pathlib import Path

from tests.container.models.conftest import Start, chat
from tests.parts import required_model


def test_a_file_becomes_the_student(start: Start) -> None:
    """Once it is loaded the model takes the turn, and its server ends with us."""
    application = start(local_model=required_model(), engine="local")
    container = application.container
    assert container.engines.state.engine == "local"
    deadline = time.monotonic() + 60
    while not container.engines.state.ready:
        assert time.monotonic() < deadline, container.engines.state
        time.sleep(0.05)
    answer = chat(application)
    assert answer["engine"] == "local"
    assert answer["usage"]["model"] == required_model().stem
    assert answer["usage"]["output_tokens"] > 0


def test_a_bad_file_leaves_the_application_running(start: Start, tmp_path: Path) -> None:
    """The turn is the built-in student's and tells why; so does /health."""
    bad = tmp_path / "model.gguf"
    bad.write_bytes(b"no model")
    application = start(local_model=bad, engine="local")
    container = application.container
    deadline = time.monotonic() + 20
    while container.engines.state.last is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert chat(application)["degraded_code"] == "local_file_unusable"
    report = container.loop.run(container.health.report(), 10)
    assert report.checks["model"].status == "degraded"
