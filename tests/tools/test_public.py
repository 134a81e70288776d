import importlib
import pkgutil
import subprocess
import sys
from typing import get_args

import feynman.tools
from feynman.domain import Language
from feynman.tools.errors import Reason
from feynman.tools.wording import failure


def test_public_names_exist() -> None:
    """Every module's public names are there."""
    for module in pkgutil.walk_packages(feynman.tools.__path__, "feynman.tools."):
        loaded = importlib.import_module(module.name)
        assert all(hasattr(loaded, name) for name in loaded.__all__), module.name


def test_every_reason_has_a_sentence_of_its_own() -> None:
    """In both languages."""
    for language in get_args(Language):
        sentences = {failure("x", reason, language) for reason in get_args(Reason)}
        assert len(sentences) == len(get_args(Reason))


def test_what_a_mode_may_not_need_is_not_imported() -> None:
    """The rooms load neither a search library nor Redis before they are switched on."""
    program = "import sys, feynman.tools, feynman.resilience; print({'ddgs', 'primp', 'redis'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
