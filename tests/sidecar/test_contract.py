"""The whole product behind its own OpenAPI document, tried by schemathesis.

Longer: ``FEYNMAN_RATE_LIMIT=0 streamlit run app.py`` and, beside it,
``schemathesis run http://127.0.0.1:8600/openapi.json --checks all --max-examples 1000``.
"""

import subprocess
import sys
from pathlib import Path

from feynman.lifecycle import Application
from feynman.settings import Settings

EXAMPLES = 5
SECONDS = 150


def test_the_document_tells_the_truth(tmp_path: Path) -> None:
    """Valid and invalid requests made from the document get the answers that it promises, in all of its checks."""
    application = Application.start(Settings(data_dir=tmp_path, sidecar_port=0, rate_limit=0))
    try:
        assert application.sidecar is not None
        done = subprocess.run(
            [
                *[sys.executable, "-m", "schemathesis.cli", "run", f"{application.sidecar.url}/openapi.json"],
                *["--checks", "all", "--max-examples", str(EXAMPLES), "--seed", "1", "--no-color"],
                *["--generation-database", "none"],
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    finally:
        application.close()
    assert done.returncode == 0, done.stdout + done.stderr
