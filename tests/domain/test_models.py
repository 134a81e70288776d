"""Models, events and errors."""

import pytest
from pydantic import TypeAdapter, ValidationError

from feynman import domain
from feynman.domain import FeynmanError, Gap, GapFound, GapKind, KeyPoint, Reference, StudyEvent, TextDelta
from feynman.domain.gap import CATEGORIES


def all_errors(root: type[FeynmanError] = FeynmanError) -> list[type[FeynmanError]]:
    """List the tree below ``root`` as far as the domain defines it."""
    own = (child for child in root.__subclasses__() if child.__module__ == root.__module__)
    return [root, *(error for child in own for error in all_errors(child))]


def gap(**changes: object) -> Gap:
    """Build a gap with some fields changed."""
    values: dict[str, object] = {
        "id": "g",
        "kind": GapKind.VAGUE,
        "turn_id": "t",
        "quote": "stuff",
        "start": 3,
        "end": 8,
        "reason": "it is unclear",
        "confidence": 0.7,
        "severity": 1,
    }
    return Gap.model_validate(values | changes)


def test_every_kind_has_a_category_of_the_seed() -> None:
    """The nine kinds fall into the seed document's four categories."""
    assert set(CATEGORIES) == set(GapKind)
    assert {kind.category for kind in GapKind} == {"fact", "logic", "mechanism", "definition"}


def test_quote_and_offsets_come_together() -> None:
    """A gap with a quote has offsets, one without has none."""
    assert gap(quote=None, start=None, end=None).quote is None
    with pytest.raises(ValidationError, match="come together"):
        gap(start=None)


def test_models_are_frozen() -> None:
    """A value can't be changed after it was built."""
    with pytest.raises(ValidationError):
        gap().severity = 3  # type: ignore[misc] # the point of the test


def test_events_are_told_apart_by_kind() -> None:
    """An event survives JSON and comes back as its own class."""
    events: TypeAdapter[StudyEvent] = TypeAdapter(StudyEvent)
    for event in (TextDelta(text="你好"), GapFound(gap=gap())):
        assert events.validate_json(events.dump_json(event)) == event


def test_error_codes_are_unique_where_it_matters() -> None:
    """Each concrete error has a code of its own."""
    codes = [error.code for error in all_errors()]
    assert len(set(codes)) == len(codes)


def test_public_names_are_all_there() -> None:
    """``__all__`` lists what the package exports."""
    assert all(hasattr(domain, name) for name in domain.__all__)


@pytest.mark.parametrize(("start", "end"), [(0, 5), (3, 3), (2, 1), (None, 2), (2, None), (-1, 2)])
def test_a_key_point_stands_in_its_references_text(start: int | None, end: int | None) -> None:
    """A place outside the text, without an end or without length is refused; no place at all is fine."""
    with pytest.raises(ValidationError):
        Reference(topic="Tea", source="text", text="Tea.", points=(KeyPoint(text="Tea.", start=start, end=end),))
    with pytest.raises(ValidationError):
        Reference(topic="Tea", points=(KeyPoint(text="Tea.", start=0, end=4),))
    assert Reference(topic="Tea", text="Tea.", points=(KeyPoint(text="Tea.", start=0, end=4), KeyPoint(text="Leaf.")))
