"""Seconds per stage, and whether they are still within the budget.

Long loops, however deep, call `checkpoint`: where a clock's budget bounds them (`Clock.bounding`), it ends
them with `OutOfTimeError` as soon as the budget is spent. Without a budget nothing depends on time.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class OutOfTimeError(Exception):
    """The budget is spent. Whoever set it keeps what was found until then."""


class Clock:
    """Adds up wall-clock seconds by stage; `seconds()` gives them with their total.

    `budget` bounds the seconds of what can be left out (None: no bound). `now` tells the time in seconds.
    """

    def __init__(self, budget: float | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self.budget = budget
        self._now = now
        self._earlier = 0.0
        self._reserved = 0.0
        self._started = now()
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens inside as time of this stage."""
        entered = self._time()
        try:
            yield
        finally:
            self._stages[name] = self._stages.get(name, 0.0) + self._time() - entered

    def elapsed(self) -> float:
        """Seconds since the clock was made, and those that work took which is taken from a journal."""
        return self._time() - self._started

    def account(self, seconds: float) -> None:
        """Count seconds that work took in an earlier run, whose outcome is used now, as spent now."""
        self._earlier += seconds

    def reserve(self, share: float) -> None:
        """Keep this share of the budget for later: until told otherwise the rest is all there is."""
        self._reserved = share

    def left(self) -> float | None:
        """Seconds of the budget that are left, at least 0; None without one."""
        if self.budget is None:
            return None
        return max(0.0, (1.0 - self._reserved) * self.budget - self.elapsed())

    def over(self, share: float = 1.0) -> bool:
        """Whether this share of the budget is spent."""
        if self.budget is None:
            return False
        return self.elapsed() > min(share, 1.0 - self._reserved) * self.budget

    @contextmanager
    def bounding(self) -> Iterator[None]:
        """Let the budget bound what happens inside: beyond it, `checkpoint` raises OutOfTimeError."""
        token = _BOUND.set(self)
        try:
            yield
        finally:
            _BOUND.reset(token)

    def seconds(self) -> dict[str, float]:
        """Seconds of each stage, and "total"."""
        return {**self._stages, "total": self.elapsed()}

    def _time(self) -> float:
        return self._now() + self._earlier


_BOUND: ContextVar[Clock | None] = ContextVar("netlift_budget", default=None)


def checkpoint() -> None:
    """Raise OutOfTimeError where a budget bounds the caller and is spent."""
    clock = _BOUND.get()
    if clock is not None and clock.over():
        raise OutOfTimeError


def account(seconds: float) -> None:
    """Count seconds of an earlier run (see `Clock.account`) on the clock whose budget bounds the caller."""
    clock = _BOUND.get()
    if clock is not None:
        clock.account(seconds)


def time_left() -> float:
    """Seconds of the budget that bounds the caller; infinitely many without one."""
    clock = _BOUND.get()
    left = None if clock is None else clock.left()
    return math.inf if left is None else left


@contextmanager
def unbounded() -> Iterator[None]:
    """Inside, no budget counts: for the little that keeps what was found."""
    token = _BOUND.set(None)
    try:
        yield
    finally:
        _BOUND.reset(token)
