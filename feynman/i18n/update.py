"""Bring the catalogs up to date with the code: ``python -m feynman.i18n.update``."""

from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from feynman.domain import Language
from feynman.i18n.catalog import DOMAIN, LANGUAGES, catalog_path, read_catalog

__all__ = ["KEYWORDS", "extract", "main", "merge"]

KEYWORDS: Final[dict[str, tuple[int, ...] | None]] = {"_": None, "mark": None, "ngettext": (1, 2)}
_ROOT: Final = Path(__file__).parents[2]


def extract(root: Path = _ROOT) -> Catalog:
    """Return every message that the code of ``feynman/`` and ``pages/`` uses."""
    template = Catalog(domain=DOMAIN)
    for folder in ("feynman", "pages"):
        found = extract_from_dir(root / folder, method_map=[("**.py", "python")], keywords=KEYWORDS)
        for name, line, message, _comments, _context in found:
            template.add(message, locations=[(f"{folder}/{Path(name).as_posix()}", line)])
    return template


def merge(language: Language, template: Catalog) -> Catalog:
    """Return the catalog of ``language`` with the messages of ``template`` and nothing else."""
    catalog = read_catalog(language)
    created = catalog.creation_date
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = created
    return catalog


def main() -> None:
    """Rewrite the catalog of every language."""
    template = extract()
    for language in LANGUAGES:
        catalog = merge(language, template)
        with catalog_path(language).open("wb") as file:
            write_po(file, catalog, width=110, sort_output=True, omit_header=False, include_lineno=False)


if __name__ == "__main__":
    main()
