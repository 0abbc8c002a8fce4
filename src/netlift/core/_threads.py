"""What a process takes of the machine. Imports nothing heavy: it acts before numpy is loaded."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from netlift.core._errors import InputError

_NAMED = "NETLIFT_THREADS"
_LEAST = 512 << 20  # bytes of address space: with 400 MiB, OpenBLAS waits for its buffers for ever

P = ParamSpec("P")
T = TypeVar("T")


def use_one_thread(*, also_for_training: bool = False) -> None:
    """Make this process, and those it starts, do linear algebra on one thread; call it before numpy loads.

    Small products are no faster on two, and sums in one fixed order keep equal seeds equal. Training
    shares an ensemble's networks among all cores, unless it is to keep to one as well. Raises InputError
    where the process may have so little memory that linear algebra would never end.
    """
    _refuse_little_memory()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    if also_for_training:
        os.environ.setdefault(_NAMED, "1")


def _refuse_little_memory() -> None:
    try:
        from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit
    except ImportError:  # no such bound on this system
        return
    bound = getrlimit(RLIMIT_AS)[0]
    if bound != RLIM_INFINITY and bound < _LEAST:
        raise InputError(
            f"the bound of this process's memory (ulimit -v) is {bound >> 20:,} MiB; expected "
            f"{_LEAST >> 20} MiB or more"
        )


def on_one_thread(function: Callable[P, T]) -> Callable[P, T]:
    """The function with its linear algebra on one thread while it runs; afterwards it is as it was.

    For calls from Python, where `use_one_thread` comes too late: on a busy machine the threads that a
    product of small matrices starts wait for each other ten times as long as it takes.
    """

    @wraps(function)
    def limited(*arguments: P.args, **named: P.kwargs) -> T:
        from threadpoolctl import threadpool_limits

        with threadpool_limits(limits=1):
            return function(*arguments, **named)

    return limited


def training_threads() -> int:
    """On how many threads ensembles are trained: NETLIFT_THREADS, else as many as there are cores.

    The result of training does not depend on it. Raises InputError where the variable holds no such number.
    """
    named = os.environ.get(_NAMED, "")
    if not named:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not named.isdecimal() or int(named) < 1:
        raise InputError(
            f"the environment variable {_NAMED} is {named!r}; expected a number of threads from 1"
        )
    return int(named)


@lru_cache(maxsize=1)
def training_pool(threads: int) -> ThreadPoolExecutor:
    """The threads that train."""
    return ThreadPoolExecutor(threads, thread_name_prefix="netlift-training")
