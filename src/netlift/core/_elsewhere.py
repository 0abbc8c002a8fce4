"""Work that is the same wherever it is done, on the workers of an executor: processes, or a cluster."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from netlift.core._arguments import checked_count
from netlift.core._failure import named


class Spread:
    """An executor, and into how many pieces work is cut for it."""

    def __init__(self, executor: Executor, jobs: int) -> None:
        self._executor = executor
        self.jobs = jobs
        self._told = False

    def results(self, work: Callable[..., Any], pieces: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
        """`work(*piece)` for each piece, in their order.

        `work` is a function of a module whose result depends on its arguments alone. What the executor fails
        at is done here, which is said once: a worker that is gone costs time, and no result.
        """
        sent = [self._sent(work, piece) for piece in pieces]
        try:
            for future, piece in zip(sent, pieces, strict=True):
                try:
                    found = future.result()
                except (CancelledError, Exception) as error:
                    self._tell(error)
                    found = work(*piece)
                yield found
        finally:
            for future in sent:
                future.cancel()

    def _sent(self, work: Callable[..., Any], piece: tuple[Any, ...]) -> "Future[Any]":
        try:
            return self._executor.submit(work, *piece)
        except Exception as error:  # it was shut down, or its process pool is broken
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed

    def _tell(self, error: BaseException) -> None:
        if not self._told:
            print(f"netlift: a worker failed ({named(error)}); its part is done here.", file=sys.stderr)
        self._told = True


_ACTIVE: ContextVar[Spread | None] = ContextVar("netlift_spread", default=None)


def spreading() -> Spread | None:
    """The executor that the caller's work may be done by; None: it is done here."""
    return _ACTIVE.get()


@contextmanager
def spread(executor: Executor, jobs: int) -> Iterator[None]:
    """Train ensembles on the workers of an executor, for calls of `distill` inside.

    Args:
        executor: any of `concurrent.futures`, as a ProcessPoolExecutor, or `Client.get_executor()` of Dask.
            Its workers need netlift of this version.
        jobs: into how many pieces the networks of an ensemble are cut: the number of workers.

    Returns:
        A context manager.

    Raises:
        InputError: `jobs` is no whole number from 1.

    Cost:
        The state of the networks and the sequences of their batches travel every 200 steps: it pays where
        these take seconds.

    Example:
        >>> import itertools, netlift
        >>> from concurrent.futures import ThreadPoolExecutor
        >>> from netlift.trainers import spread
        >>> inputs = list(itertools.product((0, 1), repeat=6))
        >>> targets = [[sum(word[: step + 1]) % 2 for step in range(6)] for word in inputs]
        >>> with ThreadPoolExecutor(2) as executor, spread(executor, 2):
        ...     result = netlift.distill(inputs, targets)
        >>> result.solved
        True
    """
    token = _ACTIVE.set(Spread(executor, checked_count("jobs", jobs)))
    try:
        yield
    finally:
        _ACTIVE.reset(token)
