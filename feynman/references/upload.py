"""The text of a file that somebody brings along."""

import io
from pathlib import PurePath
from typing import Final

from feynman.domain import TextTooLong, UnreadableFile, clean_text
from feynman.references.extract import MAX_TEXT

__all__ = ["FILE_KINDS", "text_of"]

FILE_KINDS: Final = ("txt", "md", "pdf")

_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_LARGEST: Final = 20 * 1024 * 1024  # bytes, as much as the page takes


def text_of(name: str, data: bytes) -> str:
    """Return the text of a file called ``name``: UTF-8, UTF-16 or GB 18030 text, Markdown, or the text layer of a PDF.

    May take seconds for a long PDF; call it in a thread where that matters.

    Raises:
        UnreadableFile: another kind of file, or no text in it (scanned pages, protected by a password, damaged).
        TextTooLong: more than ``MAX_TEXT`` code points.
    """
    kind = PurePath(name).suffix.lower().removeprefix(".")
    if kind not in FILE_KINDS or len(data) > _LARGEST:
        raise UnreadableFile(f"not one of {', '.join(FILE_KINDS)} of at most {_LARGEST} bytes")
    text = _pdf(data) if kind == "pdf" else _decoded(data)
    if len(text) > MAX_TEXT:
        raise TextTooLong(len(text), MAX_TEXT)
    if not any(character.isalnum() for character in text):
        raise UnreadableFile("there is no text in it")
    return clean_text(text)


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith(_UTF_16) else _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile("not a text in UTF-8, UTF-16 or GB 18030")


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader  # noqa: PLC0415 # 0.1 s that only a PDF is worth
    from pypdf.errors import PyPdfError  # noqa: PLC0415 # as above

    pages: list[str] = []
    length = 0
    try:
        reader = PdfReader(io.BytesIO(data))
        for page in reader.pages:
            pages.append(page.extract_text())
            length += len(pages[-1]) + 1
            if length > MAX_TEXT + 1:
                break
    # A damaged file makes the parser fail in the middle of anything.
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise UnreadableFile("the PDF is damaged or protected") from error
    return "\n".join(pages)
