"""Many tasks, or one task's training, on somebody else's workers: of a Dask cluster, or any executor.

The workers need netlift, and the folder of the results under the same path, as on a shared disk of a
cluster.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from queue import SimpleQueue

from netlift.bench._workers import Outcome, Work, done
from netlift.core._elsewhere import spread
from netlift.core._errors import InputError
from netlift.core._failure import named, trace
from netlift.core._threads import use_one_thread

_PATIENCE = 10.0  # seconds in which a scheduler has to answer


class Scattered:
    """Does `work(name)` on the workers of an executor; a context manager that leaves nothing waiting there.

    `work` has to be a function of a module, or a partial of one, for it is sent to other processes.
    """

    def __init__(self, work: Work, executor: Executor) -> None:
        self._work, self._executor = work, executor
        self._sent: dict[Future[Outcome], str] = {}

    def __enter__(self) -> "Scattered":
        return self

    def __exit__(self, *error: object) -> None:
        for waiting in self._sent:
            waiting.cancel()

    def outcomes(self, names: Sequence[str]) -> Iterator[Outcome]:
        """What became of each task, as soon as it is known."""
        self._sent = {self._executor.submit(_alone, self._work, name): name for name in names}
        ready: SimpleQueue[Future[Outcome]] = SimpleQueue()
        for future in self._sent:  # `as_completed` is not told of those that an executor cancels
            future.add_done_callback(ready.put)
        for _ in self._sent:
            ended = ready.get()
            try:
                yield ended.result()
            except (CancelledError, Exception) as error:  # not the task's own: it came back from no worker
                yield Outcome(self._sent[ended], failure=named(error), trace=trace(error))


@contextmanager
def cluster(address: str | None) -> Iterator[tuple[Executor | None, int | None]]:
    """The workers of the Dask scheduler at an address, as an executor, and their number; None for no address.

    Raises InputError where Dask is not installed, nothing answers, or the cluster has no workers.
    """
    if address is None:
        yield None, None
        return
    with _connected(address) as connected:
        yield connected


@contextmanager
def training_on(address: str | None) -> Iterator[None]:
    """Ensembles are trained on the workers of the Dask scheduler at an address; None: on this machine.

    Raises InputError as `cluster` does.
    """
    if address is None:
        yield
        return
    with _connected(address) as (executor, workers), spread(executor, workers):
        yield


@contextmanager
def _connected(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of a scheduler as an executor, and how many they are."""
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError("--scheduler needs Dask: pip install 'netlift[dask]'") from error
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"--scheduler {address}: no Dask scheduler answers there.") from error
    with client:
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        if not workers:
            raise InputError(f"--scheduler {address}: the scheduler has no workers; expected one or more.")
        yield client.get_executor(retries=2, pure=False), workers


def _alone(work: Work, name: str) -> Outcome:
    """A task on one thread of a worker: its neighbours have the other cores."""
    use_one_thread(also_for_training=True)
    return done(work, name)
