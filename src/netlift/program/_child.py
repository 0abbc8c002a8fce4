"""What runs in a process of its own: a program whose source was checked, within bounds of memory and time.

Started as a file by `python -I -S`, with nothing of netlift in it. Two forms:

    _child.py MEMORY SECONDS                  answers sequences that come over a pipe
    _child.py MEMORY SECONDS COMMAND ...      becomes that command, which keeps the bounds

In the first form all that comes and goes is a block: its length in eight bytes, then one value, marshalled.
The first block is the code of a program, compiled by netlift from a tree that its grammar let through, and
the names of its functions; each further one is a list of sequences, and for each one block is answered:

    ("answer", outputs)            a list of whole numbers, strings and tuples or lists of these
    ("failed", name, arguments)    an exception of Python's
    ("other", what)                an answer of another kind
    ("memory",)                    more memory than there is
"""

import builtins
import marshal
import math
import os
import sys
import time
from contextlib import suppress
from typing import Any, BinaryIO

try:
    import resource
except ImportError:  # no such bounds on this system: the parent's clock is left
    resource = None  # type: ignore[assignment]

_MOST_VALUES = 5_000_000  # of one answer
_DEEPEST = 20  # lists in lists of one answer
_PLAIN = (int, bool, str)


def _bound(memory: int, seconds: int) -> None:
    if resource is None:
        return
    _set(resource.RLIMIT_AS, memory)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_CPU, seconds)


def _set(kind: int, most: int) -> None:
    """Lower a bound; the hard one stays, so that the soft one can be raised again."""
    hard = resource.getrlimit(kind)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(OSError, ValueError):  # a system without this bound
        resource.setrlimit(kind, (most, hard))


def _serve(seconds: int) -> None:
    source, target = sys.stdin.buffer, sys.stdout.buffer
    code, functions, from_math = _read(source)
    scope: dict[str, Any] = {"__builtins__": {}}
    scope.update((name, getattr(builtins, name)) for name in functions)
    scope.update((name, getattr(math, name)) for name in from_math)
    exec(marshal.loads(code), scope)  # only what netlift's grammar let through
    program = scope["program"]
    while True:
        sequences = _read(source)
        if sequences is None:
            return
        for sequence in sequences:
            if resource is not None:  # should the parent be gone, each sequence still has its time
                _set(resource.RLIMIT_CPU, int(time.process_time()) + seconds + len(sequence) // 1000 + 1)
            block = marshal.dumps(_answered(program, sequence))
            target.write(len(block).to_bytes(8, "little") + block)
            target.flush()


def _read(source: BinaryIO) -> Any:
    head = source.read(8)
    if len(head) < 8:
        return None
    return marshal.loads(source.read(int.from_bytes(head, "little")))


def _answered(program: Any, sequence: list[Any]) -> tuple[Any, ...]:
    try:
        answer = program(sequence)
        sentence = _other(answer)
        if sentence:
            return ("other", sentence)
        return ("answer", answer)
    except MemoryError:
        return ("memory",)
    except Exception as error:
        arguments = error.args if all(type(one) in _PLAIN for one in error.args) else (str(error)[:1000],)
        return ("failed", type(error).__name__, tuple(arguments))


def _other(answer: Any) -> str:
    """What an answer is where it is no list of plain values; empty where it is one."""
    if type(answer) is not list:
        return f"a value of the type {type(answer).__name__} instead of a list"
    level: list[Any] = [answer]
    count = 0
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for value in level:
            count += len(value)
            if count > _MOST_VALUES:
                return f"more than {_MOST_VALUES:,} values"
            for one in value:
                if type(one) in (list, tuple):
                    below.append(one)
                elif type(one) not in _PLAIN:
                    return f"a list that holds a value of the type {type(one).__name__}"
        level = below
        if not level:
            return ""
    return f"lists or tuples more than {_DEEPEST} deep in one another"


if __name__ == "__main__":
    _bound(int(sys.argv[1]), int(sys.argv[2]))
    if sys.argv[3:]:
        os.execv(sys.argv[3], sys.argv[3:])
    _serve(int(sys.argv[2]))
