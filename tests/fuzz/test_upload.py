"""Files that somebody brings along."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from feynman.domain import TextTooLong, UnreadableFile
from feynman.references import MAX_TEXT, text_of
from tests.fuzz.hostile import TEXTS, TRIED, mutated
from tests.references.test_upload import pdf

NAMES = st.sampled_from(["a.txt", "a.md", "a.pdf", "A.PDF", "a", ".pdf", "a.docx", "a/../b.txt", "\x00.md", ""])
PDF = pdf("Tea is a drink.", "Leaves give colour.")
MEGABYTE = 1024 * 1024


def _read(name: str, data: bytes) -> None:
    try:
        text = text_of(name, data)
    except (UnreadableFile, TextTooLong):
        return
    assert any(character.isalnum() for character in text)
    assert len(text) <= MAX_TEXT
    text.encode()


@TRIED
@given(NAMES, st.one_of(st.binary(max_size=400), TEXTS.map(lambda text: text.encode("utf-16", "surrogatepass"))))
def test_any_file_is_read_or_refused(name: str, data: bytes) -> None:
    """Bytes under any name are a text or one of two errors."""
    _read(name, data)


@TRIED
@given(TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030", "latin-1", "utf-32"]))
def test_any_text_in_any_encoding(text: str, encoding: str) -> None:
    """Texts in common and uncommon encodings, whole and broken, are read or refused."""
    _read("a.txt", text.encode(encoding, "ignore"))


@TRIED
@given(mutated(PDF))
@pytest.mark.filterwarnings("ignore")  # pypdf warns of what it mends
def test_a_damaged_pdf_is_read_or_refused(data: bytes) -> None:
    """A PDF with some bytes changed is a text or one of two errors."""
    _read("a.pdf", data)


def _bomb() -> bytes:
    """A page whose packed stream opens to a hundred megabytes."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    stream = DecodedStreamObject()
    stream.set_data(b" " * (100 * MEGABYTE))
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_a_bomb_does_not_go_off() -> None:
    """A small PDF that opens to a hundred megabytes takes no memory of that kind."""
    packed = _bomb()
    assert len(packed) < MEGABYTE
    tracemalloc.start()
    try:
        _read("a.pdf", packed)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 300 * MEGABYTE
