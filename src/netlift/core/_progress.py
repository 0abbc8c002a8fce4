"""Who is told of a run's progress: the protocol, nobody, and a recorder that keeps the log."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Protocol


class Progress(Protocol):
    """What a long run tells while it works."""

    def stage(self, name: str) -> None:
        """A new stage begins ("train", "states", ...); facts of the last one are forgotten."""
        ...

    def update(self, **facts: object) -> None:
        """What is known now, by name: `network="H4 W32"`, `accuracy=0.93`."""
        ...

    def log(self, line: str) -> None:
        """Something worth keeping: a line of the log."""
        ...


class Silent:
    """No progress."""

    def stage(self, name: str) -> None:
        """Nothing."""

    def update(self, **facts: object) -> None:
        """Nothing."""

    def log(self, line: str) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Learned:
    """How far an ensemble had come: after so many steps of training its best, and its middle network.

    Attributes:
        network: the architecture.
        steps: of the optimiser.
        best: the largest share, between 0 and 1, of test sequences that a network has entirely right.
        middle: the median of these shares over the networks that are still trained.
    """

    network: str
    steps: int
    best: float
    middle: float


COMPILING = "compiling loops for this machine, once for this version of netlift; that takes half a minute"
_TOLD: list[Callable[[str], None]] = []  # who is told, when a loop is first compiled


@contextmanager
def told_of_compiling(tell: Callable[[str], None]) -> Iterator[None]:
    """Let `tell` have one sentence when, inside, a loop has to be compiled that no cache has."""
    _TOLD.append(tell)
    try:
        yield
    finally:
        if tell in _TOLD:
            _TOLD.remove(tell)


def compiling() -> None:
    """A loop is compiled now."""
    while _TOLD:
        _TOLD.pop()(COMPILING)


class Recorder:
    """Keeps the log of a run as lines, and the course of its training, and passes everything on."""

    def __init__(self, inner: Progress) -> None:
        self._inner = inner
        self._lines: list[str] = []
        self._course: list[Learned] = []

    @property
    def course(self) -> tuple[Learned, ...]:
        """How far the ensembles came, in the order in which they were trained."""
        return tuple(self._course)

    def learned(self, network: object, steps: int, accuracies: Sequence[float]) -> None:
        """Record how far an ensemble has come, and pass on its best accuracy."""
        best = max(accuracies)
        self._course.append(Learned(str(network), steps, best, float(median(accuracies))))
        self._inner.update(network=network, steps=steps, accuracy=f"{best:.1%}")

    @property
    def lines(self) -> tuple[str, ...]:
        """The stages and log lines so far, in order; no times, so that equal runs have equal logs."""
        return tuple(self._lines)

    def stage(self, name: str) -> None:
        """Record and pass on."""
        self._lines.append(f"[{name}]")
        self._inner.stage(name)

    def update(self, **facts: object) -> None:
        """Pass on."""
        self._inner.update(**facts)

    def log(self, line: str) -> None:
        """Record and pass on."""
        self._lines.append(line)
        self._inner.log(line)
