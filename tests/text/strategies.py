"""Texts of every kind for property tests."""

from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        *["植物吸水。", "为什么？", "“水”", "……", "，", "；", "１２", "水" * 450],
        *["3.5", "e.g. ", "U.S. ", "Dr. ", "a", ".", "...", "?!", "Plants eat. ", "it isn't ", "word " * 120],
        *[" ", "\n", "\t", "\u200f", "\u0007", "\ufffd", "ﬁ", "İ", "🙂", "👩\u200d👩\u200d👧", "שלום", "مرحبا"],
        *["$x^2$", "def f(x): return x"],
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join))
LANGUAGES = st.sampled_from(["zh", "en"])
