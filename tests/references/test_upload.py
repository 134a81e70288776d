"""Files that somebody brings along."""

import io

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from feynman.domain import TextTooLong, UnreadableFile
from feynman.references import text_of


def pdf(*pages: str, password: str | None = None) -> bytes:
    """A PDF with a line of text on each page."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(300, 300)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_texts_in_common_encodings(encoding: str) -> None:
    """Chinese text is read in the encodings that editors write."""
    assert text_of("notes.TXT", "茶是一种饮料。".encode(encoding)) == "茶是一种饮料。"
    assert text_of("notes.md", "# Tea".encode(encoding)) == "# Tea"


def test_a_pdfs_text() -> None:
    """The pages of a PDF follow one another."""
    assert text_of("tea.pdf", pdf("Tea is a drink.", "Leaves give colour.")) == "Tea is a drink.\nLeaves give colour."


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tea.docx", b"PK"),
        ("tea", b"Tea is a drink."),
        ("tea.txt", b""),
        ("tea.txt", b" \n"),
        ("tea.txt", b"\x89PNG\x00\x1a"),
        ("tea.txt", b"\xff\xff\xff\x80"),
        ("tea.pdf", b""),
        ("tea.pdf", b"Tea is a drink."),
        ("tea.pdf", b"%PDF-1.7\n1 0 obj\n<<"),
        ("tea.pdf", pdf()),
        ("tea.pdf", pdf("")),
        ("tea.pdf", pdf("Tea", password="secret")),  # noqa: S106 # a test's
        ("tea.pdf", pdf("Tea is a drink.")[:300]),
    ],
)
def test_what_holds_no_text_is_refused(name: str, data: bytes) -> None:
    """Another kind of file, an empty, binary, damaged or protected one is unreadable, never a crash."""
    with pytest.raises(UnreadableFile):
        text_of(name, data)


def test_too_much_text_is_refused() -> None:
    """A file may hold as much as can be pasted."""
    with pytest.raises(TextTooLong):
        text_of("tea.txt", b"x" * 200_001)
