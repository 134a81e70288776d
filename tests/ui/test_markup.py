import html
import re
from html.parser import HTMLParser

import pytest

from feynman.domain import Gap, GapKind
from feynman.i18n import gap_kind_hint, translator
from feynman.ui import markup
from tests.ui.school import HOSTILE

TEXT = "First sentence. The water pushes somehow. Last one."


class Reader(HTMLParser):
    """Collects the elements and texts of a piece of HTML."""

    def __init__(self, source: object) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.feed(str(source))
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Note an element."""
        del attrs
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


def gap(text: str = TEXT, quote: str | None = "somehow", **changes: object) -> Gap:
    """A gap in ``text``."""
    start = None if quote is None else text.index(quote)
    values: dict[str, object] = {
        "id": "gap",
        "kind": GapKind.VAGUE,
        "turn_id": "turn",
        "quote": quote,
        "start": start,
        "end": None if start is None or quote is None else start + len(quote),
        "reason": "How?",
        "confidence": 0.9,
        "severity": 2,
    }
    return Gap.model_validate(values | changes)


@pytest.mark.parametrize(
    "piece",
    [
        markup.said(HOSTILE),
        markup.reply(HOSTILE),
        markup.reply(f"Well. {HOSTILE}", HOSTILE),
        markup.reply(f"Well.\n“{HOSTILE.splitlines()[0]}”\n{HOSTILE}", HOSTILE, help_=HOSTILE),
        markup.plain(HOSTILE),
        markup.named(HOSTILE),
        markup.chip(HOSTILE, "stage"),
        markup.folded(HOSTILE, markup.said(HOSTILE), unfolded=True),
        markup.gap_card(gap(HOSTILE, "<script>alert(1)</script>", reason=HOSTILE), HOSTILE, "en"),
        markup.believed(HOSTILE),
        markup.check_row("healthy", HOSTILE, HOSTILE),
        markup.resolved(gap(HOSTILE, "<script>alert(1)</script>"), translator("en")),
    ],
)
def test_no_text_becomes_markup(piece: markup.Markup) -> None:
    """Whatever a text contains, only our own elements are in the HTML."""
    elements = set(Reader(piece).elements)
    assert elements <= {"div", "span", "mark", "bdi", "strong", "details", "summary"}


def test_text_is_shown_as_typed() -> None:
    """Spaces, line breaks and every character are in the element as they were typed."""
    assert Reader(markup.said(HOSTILE)).text == HOSTILE
    assert 'dir="auto"' in str(markup.said("x"))
    assert markup.said(" a \n\n  b ")._repr_html_() == '<div class="fy-said fy-text" dir="auto"> a \n\n  b </div>'


def test_the_question_stands_out_at_the_end_only() -> None:
    """The question is marked where the reply ends in it, and nowhere else."""
    assert re.search("Why\\? .*<strong[^>]*>Why\\?</strong></div>", str(markup.reply("Why? So. Why?", "Why?")))
    assert "<strong" not in str(markup.reply("Why? So.", "Why?"))
    assert "<strong" not in str(markup.reply("So.", None))


def test_a_quote_is_marked_in_its_sentence() -> None:
    """The card shows the sentence of the quote, with the quote marked and nothing of its neighbours."""
    card = str(markup.gap_card(gap(), TEXT, "en"))
    assert "The water pushes <mark>somehow</mark>." in card
    assert "First" not in card
    assert "Last" not in card


def test_a_quote_over_two_sentences_keeps_both() -> None:
    """A quote that crosses a full stop is shown with both its sentences."""
    assert markup.sentence_around(TEXT, TEXT.index("somehow"), TEXT.index("Last") + 4, "en") == (
        "The water pushes ",
        " one.",
    )


def test_a_long_sentence_is_cut_by_style_only() -> None:
    """Far from the quote the sentence is left out; the element's text stays the learner's own."""
    text = "a " * 150 + "HERE" + " b" * 90
    card = str(markup.gap_card(gap(text, "HERE"), text, "en"))
    assert "fy-cut-before fy-cut-after" in card
    shown = re.search('<div class="fy-quote[^>]*>(.*?)</div>', card, re.DOTALL)
    assert shown is not None
    assert html.unescape(re.sub("<[^>]+>", "", shown[1])) in text
    assert "fy-cut" not in str(markup.gap_card(gap(), TEXT, "en"))


def test_offsets_of_another_text_mark_the_quote_alone() -> None:
    """When the quote is not at its place in the text, only the quote is shown."""
    card = str(markup.gap_card(gap(), "Something else that is long enough to have these offsets.", "en"))
    assert '"auto"><mark>somehow</mark></div>' in card


def test_an_omission_has_no_quote_and_gives_nothing_away() -> None:
    """A missing point is told by its kind; neither the point nor the engine's reason is shown."""
    card = str(
        markup.gap_card(
            gap(quote=None, kind=GapKind.MISSING_POINT, point="It floats.", reason="You did not say: it floats."),
            TEXT,
            "en",
        )
    )
    assert "floats" not in card
    assert "fy-quote" not in card
    assert html.escape(gap_kind_hint(GapKind.MISSING_POINT, "en")) in card


@pytest.mark.parametrize("reason", ["In truth, IT FLOATS because it is light.", "   "])
def test_a_reason_that_contains_the_point_is_not_shown(reason: str) -> None:
    """A reason with the key point in it, or an empty one, gives way to what the kind means."""
    assert markup.hint(gap(point="It floats.", reason=reason), "en") == gap_kind_hint(GapKind.VAGUE, "en")


def test_a_harmless_reason_is_shown() -> None:
    """A reason that gives nothing away is the engine's own."""
    assert markup.hint(gap(point="It floats."), "en") == "How?"


def test_a_done_gap_is_ticked() -> None:
    """The list ticks off what is done."""
    assert "✓" in str(markup.gap_card(gap(), TEXT, "en", done=True))
    assert "fy-done" in str(markup.gap_card(gap(), TEXT, "en", done=True))
    assert "✓" not in str(markup.gap_card(gap(), TEXT, "en"))


def test_a_resolved_gap_names_its_kind_and_words() -> None:
    """What was cleared up is named in the reader's language, with the learner's words."""
    line = str(markup.resolved(gap(), translator("zh")))
    assert "fy-resolved" in line
    assert "含糊其辞" in line
    assert "<mark>somehow</mark>" in line


def test_folding() -> None:
    """A folded piece says whether it is open."""
    assert "<details" in str(markup.folded("2", markup.said("x"), unfolded=False))
    assert " open>" in str(markup.folded("2", markup.said("x"), unfolded=True))
    assert " open>" not in str(markup.folded("2", markup.said("x"), unfolded=False))


def test_missing_points_share_a_card() -> None:
    """Several missing points are one card with their number, closed ones another; quotes keep cards of their own."""
    missing = gap(kind=GapKind.MISSING_POINT, quote=None)
    gaps = [missing, gap(), missing, missing.model_copy(update={"status": "resolved"})]
    cards = str(markup.gap_cards(gaps, {}, translator("en")))
    assert cards.count("fy-gap-missing_point") == 2
    assert cards.count('class="fy-gap fy-gap-') == 3
    assert "2 things that belong to this topic haven" in cards
    assert "1 thing that was missing has come up since" in cards


def test_only_help_has_a_card() -> None:
    """A line that is all quotation becomes a card in help, and stays a line in any other reply."""
    said = "It says:\n“Water pushes.”\nHow so?"
    assert "fy-sheet" not in str(markup.reply(said, "How so?"))
    helped = str(markup.reply(said, "How so?", help_="Help 2 of 4"))
    assert '<div class="fy-sheet" dir="auto">“Water pushes.”</div>' in helped
    assert Reader(helped).text == "Help 2 of 4It says:“Water pushes.”How so?"
    assert "fy-sheet" not in str(markup.reply("Look at “this” there.\nHow so?", "How so?", help_="Help 1 of 4"))
