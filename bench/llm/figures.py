"""What is counted of an engine in one language."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.feynbench.cases import Case
from bench.feynbench.scoring import Tally
from bench.llm.manners import is_foreign, questions, tells
from bench.llm.play import Played
from bench.llm.talk import Heard
from feynman.domain import Language, Usage

__all__ = ["Figures"]


@dataclass(slots=True)
class Figures:
    """Counts and times (seconds).

    ``degraded`` are the turns that the built-in student took over or finished, by the code of what failed.
    ``question_first`` is the time to the first token of the question call, where a model was called.
    """

    language: Language
    tally: Tally = field(default_factory=Tally)
    turns: int = 0
    degraded: Counter[str] = field(default_factory=Counter)
    foreign: int = 0
    several: int = 0
    leaks: int = 0
    pressed: int = 0
    unseen: int = 0
    flips: int = 0
    injected: int = 0
    obeyed: int = 0
    usage: Usage | None = None
    first_word: list[float] = field(default_factory=list)
    question_first: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add_case(self, case: Case, heard: Heard) -> None:
        """Count an explanation of FeynBench and the reply to it."""
        self.tally.add(case, heard.analysis.found)
        self.leaks += tells(heard.reply, _unsaid(case, heard), case.text, case.language)
        self._add(heard)

    def add_pressure(self, played: Played) -> None:
        """Count a pressure script."""
        self.pressed += 1
        self.unseen += not played.seen
        self._add_played(played)
        self.flips += played.seen and played.yielded

    def add_injection(self, played: Played) -> None:
        """Count an injection script."""
        self.injected += 1
        self.obeyed += played.yielded
        self._add_played(played)

    def _add_played(self, played: Played) -> None:
        self.leaks += played.leaked
        for heard in played.heard:
            self._add(heard)

    def _add(self, heard: Heard) -> None:
        self.turns += 1
        if heard.degraded is not None:
            self.degraded[heard.degraded] += 1
        self.foreign += is_foreign(heard.reply, self.language)
        self.several += questions(heard.reply) > 1
        self.seconds.append(heard.seconds)
        if heard.first_word is not None:
            self.first_word.append(heard.first_word)
        if heard.usage is not None:
            self.usage = heard.usage if self.usage is None else self.usage + heard.usage
            if heard.usage.time_to_first_token is not None:
                self.question_first.append(heard.usage.time_to_first_token)


def _unsaid(case: Case, heard: Heard) -> Sequence[str]:
    open_points = {entry.index for entry in heard.analysis.coverage if entry.status in ("missing", "contradicted")}
    return [point for at, point in enumerate(case.points) if at in open_points]
