"""Run a program that comes from a file: in a process of its own, within bounds of time and memory."""

import builtins
import marshal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from netlift.program._parse import FUNCTIONS, MATH, compiled

SECONDS = 10.0  # for one sequence; a millisecond more for each of its steps
SECONDS_MORE = 20.0  # for all sequences together beside their own share
MEMORY = 1 << 30  # bytes
_SHARE = 0.001  # seconds that a step, or a sequence, adds to the time of all
_CHUNK = 200  # sequences handed over at once
_WATCH = 0.05  # seconds between two looks at the clock
_CHILD = Path(__file__).with_name("_child.py")
_HOLDS = (int, bool, str, float, type(None))


class ProgramFailed(RuntimeError):
    """A program stopped before the end of its input, or took more time or memory than it was granted.

    `outputs` holds what it answered before; `message` says what happened, as in "did not answer within
    10 s".
    """

    def __init__(self, outputs: list[Any], message: str) -> None:
        super().__init__(outputs, message)  # both, so that it can be sent from a worker
        self.outputs = outputs
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Failure:
    """A sequence that a program did not answer with a list: what Python says, as in "KeyError: 'c'".

    `name` is the exception's, empty where the program answered with something else than a list of whole
    numbers, strings and tuples or lists of these; then the one argument says with what.
    """

    name: str
    arguments: tuple[Any, ...]

    def __str__(self) -> str:
        if not self.name:
            return str(self.arguments[0])
        told = ", ".join(
            repr(one) if self.name == "KeyError" else str(one) for one in self.arguments
        )  # as str() of the exception
        return f"{self.name}: {told}" if told else self.name

    def raised(self) -> Exception:
        """The exception itself where it is one of Python's, else ProgramFailed."""
        kind = getattr(builtins, self.name, None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            with suppress(TypeError):  # one that wants other arguments
                return kind(*self.arguments)
        return ProgramFailed([], str(self) if self.name else f"answered with {self}")


class Runner:
    """A process that runs one program, as a context. The source is checked before the process is started.

    `seconds` bounds the time for one sequence (a millisecond more for each of its steps), and, with
    `SECONDS_MORE`, that for all of them; `memory` the bytes that the process may have. Raises InputError
    where the source is no program; `name` stands for it in that message.
    """

    def __init__(
        self, source: str, *, name: str = "program.py", seconds: float = SECONDS, memory: int = MEMORY
    ) -> None:
        code = marshal.dumps(compiled(source, name))
        self._seconds, self._memory = seconds, memory
        self._start = (code, tuple(FUNCTIONS), tuple(MATH))

    def __enter__(self) -> Self:
        limits = [str(self._memory), str(int(self._seconds) + 1)]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_CHILD), *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._stdin, self._stdout = _pipes(self._process)
        self._watch = _Watch(self._process)
        self._watch.start()
        self._left = self._seconds + SECONDS_MORE
        self._send(self._start)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.stop()
        self._process.kill()
        for pipe in (self._stdin, self._stdout):
            with suppress(OSError):  # what was left to write has no reader any more
                pipe.close()
        self._process.wait()

    def answers(self, sequences: Iterable[Sequence[Any]]) -> Iterator[list[Any] | Failure]:
        """The answer to each sequence, in order.

        Raises ProgramFailed where the program takes more time or memory than it has; its message says which.
        """
        left = iter(sequences)
        while chunk := [_plain(sequence) for sequence in islice(left, _CHUNK)]:
            self._left += _SHARE * sum(len(sequence) + 1 for sequence in chunk)
            self._send(chunk)
            for sequence in chunk:
                yield self._received(len(sequence))

    def _received(self, steps: int) -> list[Any] | Failure:
        granted = self._seconds + _SHARE * steps
        began = time.monotonic()
        self._watch.deadline = began + min(granted, self._left)
        block = self._block()
        if block is None:
            self._process.wait()
            if self._watch.fired and self._left < granted:
                raise ProgramFailed([], "took too long for all sequences together")
            if self._watch.fired or self._process.returncode == -SIGXCPU:
                raise ProgramFailed([], f"did not answer within {granted:.0f} s")
            raise ProgramFailed([], f"stopped without a word (code {self._process.returncode})")
        self._watch.deadline = None
        self._left -= time.monotonic() - began
        match marshal.loads(block):
            case ("answer", outputs):
                listed: list[Any] = outputs
                return listed
            case ("failed", str() as name, arguments):
                return Failure(name, arguments)
            case ("other", what):
                return Failure("", (what,))
        raise ProgramFailed([], f"needed more than {memory_told(self._memory)} of memory")

    def _send(self, value: Any) -> None:
        block = marshal.dumps(value)
        try:
            self._stdin.write(len(block).to_bytes(8, "little") + block)
            self._stdin.flush()
        except OSError:  # it stopped; what it answers, or does not, says more
            pass

    def _block(self) -> bytes | None:
        """The next block; None where the process has ended."""
        head = self._stdout.read(8)
        length = int.from_bytes(head, "little")
        block = self._stdout.read(length) if len(head) == 8 else b""
        return block if len(head) == 8 and len(block) == length else None


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    """What a process reads from and writes to."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process was started without pipes")
    return process.stdin, process.stdout


class _Watch(threading.Thread):
    """Ends a process when its time is up."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__(daemon=True)
        self._process, self._stopped = process, threading.Event()
        self.deadline: float | None = None
        self.fired = False

    def run(self) -> None:
        """Look at the clock again and again."""
        while not self._stopped.wait(_WATCH):
            deadline = self.deadline
            if deadline is not None and time.monotonic() > deadline:
                self.fired = True
                self._process.kill()
                return

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self.join()


def started(command: Sequence[str], *, seconds: float, memory: int = MEMORY) -> "subprocess.Popen[str]":
    """A command that runs within bounds of memory and of computing time, with three pipes of text.

    The bounds are there before it is given any input. Without any where the system has none.
    """
    limit: Any = None
    with suppress(ImportError):
        import resource

        limit = getattr(resource, "prlimit", None)
    if limit is not None:
        process = _piped(command)
        try:
            for kind, most in (
                (resource.RLIMIT_AS, memory),
                (resource.RLIMIT_CORE, 0),
                (resource.RLIMIT_CPU, int(seconds) + 1),
            ):
                hard = limit(process.pid, kind)[1]
                limit(process.pid, kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (OSError, ValueError):  # it is forbidden here, or it ended at once
            process.kill()
            process.communicate()
        else:
            return process
    return _piped(_bounded_command(command, seconds=seconds, memory=memory))


def _piped(command: Sequence[str]) -> "subprocess.Popen[str]":
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def _bounded_command(command: Sequence[str], *, seconds: float, memory: int) -> list[str]:
    """A command that sets the bounds and then becomes the other one: an interpreter more to start.

    The command as it is where the system has no such bounds.
    """
    if find_spec("resource") is None:
        return list(command)
    limits = [str(memory), str(int(seconds) + 1)]
    return [sys.executable, "-I", "-S", str(_CHILD), *limits, *command]


SIGXCPU = 24


def memory_told(count: int) -> str:
    """So many bytes, as in "1 GB"."""
    return f"{count / (1 << 30):.3g} GB"


def _plain(sequence: Sequence[Any]) -> list[Any]:
    """A sequence as it is sent: numbers of other libraries become Python's own."""
    listed = list(sequence)
    if all(type(one) in _HOLDS for one in listed):
        return listed
    return [_own(one) for one in listed]


def _own(value: Any) -> Any:
    if type(value) in _HOLDS:
        return value
    if isinstance(value, list | tuple):
        return tuple(map(_own, value)) if isinstance(value, tuple) else list(map(_own, value))
    if hasattr(value, "tolist"):  # an array, or a number of one
        return _own(value.tolist())
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    raise TypeError(f"inputs hold a value of the type {type(value).__name__}; expected numbers or strings")
