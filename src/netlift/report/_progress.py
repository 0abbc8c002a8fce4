"""Progress shown: as lines of text, or as a live line; the caller chooses."""

import sys
import time
from contextlib import ExitStack
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from netlift.core._progress import Progress, told_of_compiling
from netlift.core._terminal import console_on


class Lines:
    """Plain lines of text, for files, pipes and `--verbose`.

    Stages and log lines are always written; facts only with `facts=True`, and then only when they
    have changed. Each line starts with the seconds since the start.
    """

    def __init__(self, stream: TextIO, *, facts: bool = False) -> None:
        self._stream = stream
        self._facts = facts
        self._started = time.monotonic()
        self._last = ""

    def stage(self, name: str) -> None:
        """A line for the stage."""
        self._write(f"[{name}]")

    def update(self, **facts: object) -> None:
        """A line for the facts, where they are wanted and new."""
        text = describe(facts)
        if self._facts and text != self._last:
            self._last = text
            self._write(f"  {text}")

    def log(self, line: str) -> None:
        """The line."""
        self._write(f"  {line}")

    def _write(self, text: str) -> None:
        self._stream.write(f"{time.monotonic() - self._started:7.1f} s  {text}\n")
        self._stream.flush()


class Bar:
    """One live line on a terminal (stage, facts, time); log lines scroll above it.

    A context manager: the line is there between entering and leaving.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self._stage = "start"
        self._facts: dict[str, object] = {}
        self._spinner = Spinner("dots")
        self._live = Live(get_renderable=self._line, console=console, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def stage(self, name: str) -> None:
        """The line names the stage."""
        self._stage, self._facts = name, {}

    def update(self, **facts: object) -> None:
        """The line shows the facts."""
        self._facts |= facts

    def log(self, line: str) -> None:
        """The line goes above."""
        self._live.console.print(Text(f"  {line}", style="dim"))

    def _line(self) -> Spinner:
        seconds = time.monotonic() - self._started
        text = Text.assemble((self._stage, "bold"), f"  {seconds:.0f} s  ", (describe(self._facts), "cyan"))
        text.no_wrap, text.overflow = True, "ellipsis"
        self._spinner.update(text=text)
        return self._spinner


def describe(facts: dict[str, object]) -> str:
    """Facts as text: `network H4 W32, best accuracy 0.93`."""
    parts = []
    for name, value in facts.items():
        shown = f"{value:.4g}" if isinstance(value, float) else str(value)
        parts.append(f"{name.replace('_', ' ')} {shown}")
    return ", ".join(parts)


def progress_of(stack: ExitStack, *, verbose: bool) -> Progress:
    """Who is told of stages: a bar on a terminal, lines elsewhere."""
    console = console_on(sys.stderr)
    shown = console.is_terminal and not verbose
    progress = stack.enter_context(Bar(console)) if shown else Lines(sys.stderr, facts=verbose)
    stack.enter_context(told_of_compiling(progress.log))
    return progress
