"""The gettext catalogs, read from their ``.po`` files."""

import gettext
import io
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from feynman.domain import Language

__all__ = ["DOMAIN", "LANGUAGES", "catalog_path", "load", "read_catalog"]

DOMAIN: Final = "feynman"
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
_LOCALES: Final = Path(__file__).parent / "locales"


def catalog_path(language: Language) -> Path:
    """Where the catalog of ``language`` is kept."""
    return _LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalog(language: Language) -> Catalog:
    """Read the catalog as its file has it now."""
    with catalog_path(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


@cache
def load(language: Language) -> gettext.GNUTranslations:
    """Return the translations of ``language``, compiled in memory at first use."""
    compiled = io.BytesIO()
    write_mo(compiled, read_catalog(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
