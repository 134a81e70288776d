"""What a page shows, and what a browser says of itself."""

from hypothesis import given
from hypothesis import strategies as st

from feynman.i18n import translator
from feynman.ui import markup
from feynman.ui.locality import is_local
from tests.fuzz.hostile import TEXTS, TRIED
from tests.ui.test_markup import Reader, gap

OURS = {"div", "span", "mark", "bdi", "strong", "details", "summary"}
ADDRESSES = st.one_of(TEXTS, st.sampled_from(["127.0.0.1", "[::1]:80", "[", "::1%eth0", "localhost:x", "[::1", "a:b"]))


@TRIED
@given(TEXTS, TEXTS)
def test_no_text_becomes_markup(text: str, other: str) -> None:
    """Whatever is shown, only our own elements are in the page, each with our own attributes."""
    pieces = [
        *[markup.said(text), markup.reply(text), markup.reply(text + other, other or None), markup.plain(text)],
        *[markup.reply(f"a\n“{text}”\nb", None, help_=other), markup.named(text), markup.chip(text, "stage")],
        *[markup.folded(text, markup.said(other), unfolded=True), markup.believed(text)],
        *[markup.check_row(text, other, text)],
    ]
    for piece in pieces:
        assert set(Reader(piece).elements) <= OURS
        assert "\n<script" not in str(piece)


@TRIED
@given(TEXTS, st.integers(0, 300), st.integers(1, 50))
def test_any_quote_is_marked_in_its_sentence(text: str, start: int, length: int) -> None:
    """Any part of any text is shown as a quote and as nothing else."""
    quote = text[start : start + length]
    if not quote:
        return
    found = gap().model_copy(update={"quote": quote, "start": start, "end": start + len(quote), "reason": text})
    for piece in (markup.gap_card(found, text, "en"), markup.resolved(found, translator("zh"))):
        assert set(Reader(piece).elements) <= OURS


@TRIED
@given(st.one_of(st.none(), ADDRESSES), ADDRESSES, st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_any_browser_is_near_or_far(address: str | None, host: str, headers: dict[str, str]) -> None:
    """Whatever a browser says of itself, it is at this machine or not."""
    assert is_local(address, {**headers, "Host": host}) in {True, False}
