"""What a fault run found."""

from dataclasses import dataclass, field

__all__ = ["Report"]


@dataclass
class Report:
    """Figures of one run, and the promises that were not kept."""

    title: str
    figures: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def note(self, what: str, figure: object) -> None:
        """Write down a figure."""
        self.figures[what] = str(figure)

    def hold(self, promise: str, *, kept: bool) -> None:
        """Write down whether a promise was kept."""
        if not kept:
            self.broken.append(promise)

    def show(self) -> None:
        """Print the figures as a table, and what was broken."""
        print(f"### {self.title}\n\n| what | figure |\n|---|---|")
        for what, figure in self.figures.items():
            print(f"| {what} | {figure} |")
        for promise in self.broken:
            print(f"\nBROKEN: {promise}")
        print(flush=True)
