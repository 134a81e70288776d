import shutil
import subprocess
import sys
from pathlib import Path

import feynman

ROOT = Path(feynman.__file__).parents[1]


def test_the_command_rewrites_both_catalogs_without_a_change(tmp_path: Path) -> None:
    """Run on an up-to-date tree, the command leaves every byte as it was."""
    shutil.copytree(ROOT / "feynman", tmp_path / "feynman", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "pages", tmp_path / "pages", ignore=shutil.ignore_patterns("__pycache__"))
    catalogs = sorted(tmp_path.rglob("*.po"))
    before = [path.read_bytes() for path in catalogs]
    subprocess.run([sys.executable, "-B", "-m", "feynman.i18n.update"], cwd=tmp_path, check=True)
    assert len(catalogs) == 2
    assert [path.read_bytes() for path in catalogs] == before
