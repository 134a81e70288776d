"""Pages with real parts behind them."""

from collections.abc import Iterator

import pytest

from feynman.text.embedding import Embedder
from tests.ui.school import School, Tab, sit_down, stand_up
from tests.ui.student import DirectedStudent


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """The parts, opened once."""
    school = School.open(tmp_path_factory.mktemp("school"), Embedder())
    yield school
    school.close()


@pytest.fixture
def school(opened: School) -> Iterator[School]:
    """The parts behind the pages, with a student that behaves as it does by default."""
    vars(opened.student).update(vars(DirectedStudent()))
    sit_down(opened)
    yield opened
    stand_up()


@pytest.fixture
def tab(school: School) -> Tab:
    """A browser tab that has not loaded the page yet."""
    del school
    return Tab()
