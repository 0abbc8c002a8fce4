"""Seconds per stage, and whether they are still within the budget."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Adds up wall-clock seconds by stage; `seconds()` gives them with their total.

    `budget` bounds the seconds of what can be left out (None: no bound).
    """

    def __init__(self, budget: float | None = None) -> None:
        self.budget = budget
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

    def left(self) -> float | None:
        """Seconds of the budget that are left, at least 0; None without one."""
        return None if self.budget is None else max(0.0, self.budget - self.elapsed())

    def over(self, share: float = 1.0) -> bool:
        """Whether this share of the budget is spent."""
        return self.budget is not None and self.elapsed() > share * self.budget

    def seconds(self) -> dict[str, float]:
        """Seconds of each stage, and "total"."""
        return {**self._stages, "total": self.elapsed()}
