"""Who is told of a run's progress: the protocol, nobody, and a recorder that keeps the log."""

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


class Recorder:
    """Keeps the log of a run as lines, and passes everything on."""

    def __init__(self, inner: Progress) -> None:
        self._inner = inner
        self._lines: list[str] = []

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
