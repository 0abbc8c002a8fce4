"""Seconds per stage, and whether they are still within the budget.

Long loops, however deep, call `checkpoint`: where a clock's budget bounds them (`Clock.bounding`), it ends
them with `OutOfTimeError` as soon as the budget is spent. Without a budget nothing depends on time. Whoever
runs a network says how many steps that is (`spend`), for a budget may be of these as well.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from netlift.core._errors import InputError

P = ParamSpec("P")
T = TypeVar("T")

SEARCH = 0.75  # share of a budget until which a program is searched for; its checks have the rest


class OutOfTimeError(Exception):
    """The budget is spent. Whoever set it keeps what was found until then."""


class Clock:
    """Adds up wall-clock seconds by stage; `seconds()` gives them with their total.

    `budget` bounds the seconds of what can be left out (None: no bound). `now` tells the time in seconds.
    `steps` bounds the steps of the network that is opened, one symbol of one word each (None: no bound).
    Where a budget is of the `whole`, checks end with it, too; else they come on top.
    """

    def __init__(
        self,
        budget: float | None = None,
        now: Callable[[], float] = time.monotonic,
        *,
        steps: int | None = None,
        whole: bool = False,
    ) -> None:
        self.budget, self.steps, self.whole = budget, steps, whole
        self.taken = 0  # steps of the network so far
        self._until = 1.0
        self._patient = False
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

    def used(self) -> float:
        """The share of the budget that is spent, of seconds or of steps, whichever is greater; 0 without."""
        seconds = 0.0 if self.budget is None else self.elapsed() / self.budget
        return max(seconds, 0.0 if self.steps is None else self.taken / self.steps)

    def reserve(self, share: float) -> None:
        """Keep this share of the budget for later: until told otherwise the rest is all there is."""
        self._reserved = share

    def until(self, share: float) -> None:
        """Go on until this share of the budget is spent, and no further; what is kept for later comes off."""
        self._until = share

    def left(self) -> float | None:
        """Seconds of the budget that are left, at least 0; None without one."""
        if self.budget is None:
            return None
        return max(0.0, self._share * self.budget - self.elapsed())

    def over(self, share: float = 1.0) -> bool:
        """Whether this share of the budget is spent, of seconds or of steps."""
        if self._patient:
            return False
        share = min(share, self._share)
        if self.steps is not None and self.taken > share * self.steps:
            return True
        return self.budget is not None and self.elapsed() > share * self.budget

    @property
    def spent(self) -> str:
        """Which budget it is that bounds the run, in words."""
        seconds = "" if self.budget is None else f"{self.budget:g} seconds"
        steps = "" if self.steps is None else f"{self.steps:,} steps of the network"
        return " or ".join(filter(None, (seconds, steps)))

    @property
    def _share(self) -> float:
        return min(self._until, 1.0 - self._reserved)

    @contextmanager
    def bounding(self) -> Iterator[None]:
        """Let the budget bound what happens inside: beyond it, `checkpoint` raises OutOfTimeError."""
        token = _BOUND.set(self)
        try:
            yield
        finally:
            _BOUND.reset(token)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count what happens inside and end none of it: it looks at `share_spent` itself."""
        self._patient = True
        try:
            with self.bounding():
                yield
        finally:
            self._patient = False

    @contextmanager
    def part(self, share: float) -> Iterator[None]:
        """Let what happens inside take this share of the budget from now on, and no more."""
        until = self._until
        self._until = self.used() + share
        try:
            with self.bounding():
                yield
        finally:
            self._until = until

    @contextmanager
    def checking(self) -> Iterator[None]:
        """The same where the budget is of the whole; else checks are not bounded."""
        if not self.whole:
            yield
            return
        with self.bounding():
            yield

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


def count(steps: int) -> None:
    """Count steps of a network that are taken whether or not the budget lasts for them."""
    clock = _BOUND.get()
    if clock is not None:
        clock.taken += steps


def refused_late(work: Callable[P, T]) -> Callable[P, T]:
    """Decorate what raises OutOfTimeError only where there is nothing to keep: it is an InputError then."""

    @wraps(work)
    def tried(*given: P.args, **named: P.kwargs) -> T:
        try:
            return work(*given, **named)
        except OutOfTimeError as error:
            raise InputError(str(error) or "the budget was spent before anything was found") from error

    return tried


def spend(steps: int) -> None:
    """Count steps of a network; raise OutOfTimeError as `checkpoint` does."""
    count(steps)
    checkpoint()


def over() -> bool:
    """Whether a budget bounds the caller, and is spent."""
    clock = _BOUND.get()
    return clock is not None and clock.over()


def share_spent() -> float:
    """The share of the budget that bounds the caller which is spent; 0 without one."""
    clock = _BOUND.get()
    return 0.0 if clock is None else clock.used()


def is_bounded() -> bool:
    """Whether a budget bounds the caller."""
    clock = _BOUND.get()
    return clock is not None and (clock.budget is not None or clock.steps is not None)


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


_BEGUN: ContextVar[float | None] = ContextVar("netlift_command_begun", default=None)


@contextmanager
def command_begun() -> Iterator[None]:
    """A command that a user gave begins: what it does before its run has a clock counts as well."""
    token = _BEGUN.set(time.monotonic())
    try:
        yield
    finally:
        _BEGUN.reset(token)


def whole_clock(budget: float | None, steps: int | None = None, *, search: float = SEARCH) -> Clock:
    """A clock with a budget of the whole, from the command's beginning; the search ends at a share of it."""
    clock, begun = Clock(budget, steps=steps, whole=True), _BEGUN.get()
    clock.until(search)
    if begun is not None:
        clock.account(time.monotonic() - begun)
    return clock


@contextmanager
def unbounded() -> Iterator[None]:
    """Inside, no budget counts: for the little that keeps what was found."""
    token = _BOUND.set(None)
    try:
        yield
    finally:
        _BOUND.reset(token)
