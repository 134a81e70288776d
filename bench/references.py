"""Which sentences become key points of a free text, against a teacher's choice: ``python -m bench.references``."""

import argparse
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from bench.running_app import ROOT
from feynman.domain import KeyPoint, Language
from feynman.references import from_text
from feynman.references.extract import MAX_TEXT
from feynman.text.embedding import Embedder

__all__ = ["Score", "Text", "main", "read_texts", "score"]

_FOLDER: Final = ROOT / "tests" / "data" / "references"
Half = Literal["tune", "report"]


@dataclass(frozen=True)
class Text:
    """A text and what a teacher would ask about: for each claim the places that state it, any of them will do."""

    name: str
    language: Language
    topic: str
    half: Half
    text: str
    claims: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class Score:
    """Counts over some texts: claims found, claims, picked sentences that state one, picked sentences."""

    found: int = 0
    claims: int = 0
    right: int = 0
    picked: int = 0

    @property
    def recall(self) -> float:
        """Claims that a picked sentence states, 0-1."""
        return self.found / self.claims if self.claims else 0.0

    @property
    def precision(self) -> float:
        """Picked sentences that state a claim, 0-1."""
        return self.right / self.picked if self.picked else 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.found + other.found,
            self.claims + other.claims,
            self.right + other.right,
            self.picked + other.picked,
        )


def read_texts(folder: Path = _FOLDER) -> list[Text]:
    """Read the texts; the halves were fixed before anything was measured, weights were set on "tune"."""
    return [_read(path) for path in sorted(folder.glob("*.toml"))]


def score(text: Text, points: Sequence[KeyPoint]) -> Score:
    """Hold key points against a teacher's choice."""
    spans = [(point.start or 0, point.end or 0) for point in points]
    return Score(
        found=sum(any(_meet(place, span) for place in claim for span in spans) for claim in text.claims),
        claims=len(text.claims),
        right=sum(any(_meet(place, span) for claim in text.claims for place in claim) for span in spans),
        picked=len(spans),
    )


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _read(path: Path) -> Text:
    data = tomllib.loads(path.read_text("utf-8"))
    text = data["text"]
    claims = tuple(
        tuple((text.index(sentence), text.index(sentence) + len(sentence)) for sentence in claim)
        for claim in data["claims"]
    )
    return Text(path.stem, data["language"], data["topic"], data["half"], text, claims)


def _rows(embedder: Embedder, texts: Sequence[Text], *, errors: bool) -> Iterator[str]:
    for half in get_args(Half):
        for language in get_args(Language):
            total = Score()
            chosen = [text for text in texts if (text.half, text.language) == (half, language)]
            for text in chosen:
                points = from_text(text.topic, text.text, text.language, embedder).points
                total += score(text, points)
                if errors and half == "tune":
                    yield from _errors(text, points)
            yield f"| {half}, {language} | {len(chosen)} | {total.recall:.2f} | {total.precision:.2f} |"


def _errors(text: Text, points: Sequence[KeyPoint]) -> Iterator[str]:
    for point in points:
        if not score(text, [point]).right:
            yield f"picked, {text.name}: {point.text}"
    for claim in text.claims:
        if not any(_meet(place, (point.start or 0, point.end or 0)) for place in claim for point in points):
            yield f"missed, {text.name}: {text.text[slice(*claim[0])]}"


def _longest(texts: Sequence[Text], language: Language) -> str:
    """A text as long as one may be, in which no two sentences are the same."""
    parts = [text.text for text in texts if text.language == language]
    stop = "。" if language == "zh" else ". "
    book = "".join(part.replace(stop, f" ({number}){stop}") for number in range(200) for part in parts)
    return book[:MAX_TEXT]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list wrong and missed sentences of the tuning half")
    arguments = parser.parse_args()
    embedder, texts = Embedder(), read_texts()
    embedder.warm()
    print("| half | texts | recall | precision |")
    print("|---|---|---|---|")
    print("\n".join(_rows(embedder, texts, errors=arguments.errors)))
    print("\n| the longest text | CPU seconds |")
    print("|---|---|")
    for language in get_args(Language):
        book = _longest(texts, language)
        begun = time.process_time()
        from_text("anything", book, language, embedder)
        print(f"| {len(book):,} characters, {language} | {time.process_time() - begun:.2f} |")


if __name__ == "__main__":
    main()
