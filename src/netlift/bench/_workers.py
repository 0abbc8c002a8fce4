"""Worker processes for many tasks: what goes wrong in one costs that task and no other.

A worker does one task after the other. One that dies is replaced; workers end when the process that started
them does, however that ends.
"""

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from netlift.core._collector import search_rarely
from netlift.core._failure import named, trace

_PATIENCE = 5.0  # seconds that a worker is given to end before it is killed

Work = Callable[[str], Any]


@dataclass(frozen=True)
class Outcome:
    """What became of one task: what the work gave back, or why it failed and with which traceback."""

    name: str
    value: Any = None
    failure: str | None = None
    trace: str = ""


class Workers:
    """At most `jobs` processes that do `work(name)`; a context manager that leaves none behind.

    `work` has to be a function of a module, or a partial of one, for it is sent to new processes. The
    workers' temporary files lie in one folder, which is removed with them.
    """

    def __init__(self, work: Work, jobs: int) -> None:
        self._work = work
        self._jobs = jobs
        self._context = multiprocessing.get_context("spawn")
        self._workers: dict[Connection, BaseProcess] = {}
        self._busy: dict[Connection, str] = {}
        self._folder = ""

    def __enter__(self) -> "Workers":
        self._folder = tempfile.mkdtemp(prefix="netlift-workers-")
        return self

    def __exit__(self, *error: object) -> None:
        for process in self._workers.values():
            _signal(process, signal.SIGTERM)
        for connection, process in self._workers.items():
            process.join(_PATIENCE)
            if process.is_alive():
                _signal(process, signal.SIGKILL)
                process.join()
            connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def outcomes(self, names: Sequence[str]) -> Iterator[Outcome]:
        """What became of each task, as soon as it is known."""
        left = list(reversed(names))
        idle: list[Connection] = []
        while left or self._busy:
            while left and len(self._busy) < self._jobs:
                connection = idle.pop() if idle else self._start()
                try:
                    connection.send(left[-1])
                except OSError:  # it ended since its last task
                    self._ended(connection)
                else:
                    self._busy[connection] = left.pop()
            for ready in wait(list(self._busy)):
                assert isinstance(ready, Connection)
                name = self._busy.pop(ready)
                try:
                    outcome: Outcome = ready.recv()
                except (EOFError, OSError):
                    yield Outcome(name, failure=self._ended(ready))
                else:
                    idle.append(ready)
                    yield outcome

    def _start(self) -> Connection:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._work, self._folder))
        with _uninterrupted():
            process.start()
        theirs.close()
        self._workers[ours] = process
        return ours

    def _ended(self, connection: Connection) -> str:
        """How a worker ended that was not asked to."""
        process = self._workers.pop(connection)
        with suppress(ChildProcessError):  # it has closed its end of the pipe, and leaves its exit code
            os.waitid(os.P_PID, _pid(process), os.WEXITED | os.WNOWAIT)
        _signal(process, signal.SIGKILL)  # and what it had started itself
        process.join()
        connection.close()
        code = process.exitcode or 0
        if code < 0:
            return f"its process was ended by {signal.Signals(-code).name}"
        return f"its process ended with exit code {code}"


def _serve(connection: Connection, work: Work, folder: str) -> None:
    """Do the tasks that are asked for, until nobody asks."""
    search_rarely()
    os.setpgrp()  # a terminal's signals are for the parent; and what is started here ends with this group
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = tempfile.mkdtemp(dir=folder)
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    while True:
        try:
            name = connection.recv()
        except EOFError:
            return
        connection.send(done(work, name))


def done(work: Work, name: str) -> Outcome:
    """Do a task; what goes wrong is its outcome."""
    try:
        return Outcome(name, work(name))
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: they are this task's alone
        return Outcome(name, failure=named(error), trace=trace(error))


def _pid(process: BaseProcess) -> int:
    """The number of a process that was started."""
    if process.pid is None:
        raise ProcessLookupError("the worker was never started")
    return process.pid


def _signal(process: BaseProcess, number: int) -> None:
    """Send a signal to a worker and to whatever it started."""
    try:
        os.killpg(_pid(process), number)
    except ProcessLookupError:  # it has no group of its own yet, or is gone
        if process.is_alive():
            os.kill(_pid(process), number)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Processes that are started inside never see Ctrl-C, not even while they start; this one does after."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent(folder: str) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        shutil.rmtree(folder, ignore_errors=True)
        os.killpg(os.getpgrp(), signal.SIGKILL)
