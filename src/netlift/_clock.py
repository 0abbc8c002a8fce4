"""Seconds per stage."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Adds up wall-clock seconds by stage; `seconds()` gives them with their total."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside as time of this stage."""
        entered = time.monotonic()
        try:
            yield
        finally:
            self._stages[name] = self._stages.get(name, 0.0) + time.monotonic() - entered

    def elapsed(self) -> float:
        """Seconds since the clock was made."""
        return time.monotonic() - self._started

    def seconds(self) -> dict[str, float]:
        """Seconds of each stage, and "total"."""
        return {**self._stages, "total": self.elapsed()}
