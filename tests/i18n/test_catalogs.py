import string

import pytest
from babel.messages.catalog import Catalog, Message

from feynman.domain import Language
from feynman.i18n.catalog import LANGUAGES, read_catalog
from feynman.i18n.update import extract, merge


def forms(message: Message) -> list[str]:
    """All strings of a message's translation that are not empty."""
    found = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return [form for form in found if form]


def ids(message: Message) -> tuple[str, ...]:
    """The English sentence, or singular and plural."""
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def messages(catalog: Catalog) -> list[Message]:
    """All but the header."""
    return [message for message in catalog if message.id]


@pytest.fixture(scope="module")
def template() -> Catalog:
    """What the code uses."""
    return extract()


def test_the_code_uses_messages(template: Catalog) -> None:
    """The extraction finds names, sentences with placeholders and plurals."""
    found = {ids(message)[0] for message in messages(template)}
    assert {"Wren", "Teach {name}", "{count} thing noticed"} <= found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_in_the_catalog(language: Language, template: Catalog) -> None:
    """Each catalog has exactly the messages that the code uses, none obsolete and none fuzzy."""
    catalog = read_catalog(language)
    assert {ids(message) for message in messages(catalog)} == {ids(message) for message in messages(template)}
    assert not catalog.obsolete
    assert not [message.id for message in messages(catalog) if message.fuzzy]


def test_everything_has_chinese_words() -> None:
    """No message is left untranslated, and none is English still."""
    for message in messages(read_catalog("zh")):
        assert forms(message), message.id
        assert any("\u4e00" <= character <= "\u9fff" for character in "".join(forms(message))), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language: Language) -> None:
    """A translation fills the same names as the English sentence."""
    for message in messages(read_catalog(language)):
        wanted = set().union(*map(placeholders, ids(message)))
        for form in forms(message):
            assert placeholders(form) == wanted, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_update_changes_nothing_by_itself(language: Language, template: Catalog) -> None:
    """Merging the code's messages into an up-to-date catalog keeps every translation and the header."""
    before, after = read_catalog(language), merge(language, template)
    assert {ids(m): m.string for m in messages(before)} == {ids(m): m.string for m in messages(after)}
    assert before.creation_date == after.creation_date


def test_an_update_drops_what_is_gone_and_adds_what_is_new() -> None:
    """A message that the code lost leaves the catalog; a new one comes in empty and is not guessed."""
    template = Catalog()
    template.add("Wren")
    template.add("Wrenn")
    merged = merge("zh", template)
    assert {ids(message)[0]: forms(message) for message in messages(merged)} == {"Wren": ["小问"], "Wrenn": []}
    assert not merged.obsolete
