"""What a run has computed so far, kept in a folder, so that a run that was killed need not do it again.

An entry is the outcome of one piece of work that depends on nothing but what it is given. Its name is a
stamp: a hash of the work, of all its inputs and settings, and of the version of netlift. So a run that goes
on asks for everything again, in the same order, and gets what is there: no entry of other data, settings or
versions can be taken for it, and the result has the same bytes as that of a run that nobody disturbed.

An entry is one safetensors file, written whole: arrays, and beside them JSON. A hash of the file is part of
its name; one that was damaged since is set aside, and its work is done again.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import account
from netlift.core._files import write_whole
from netlift.core._version import __version__

Arrays = Mapping[str, NDArray[Any]]
Outcome = tuple[Arrays, Any]  # arrays by name, and what JSON can hold

ENDING = ".safetensors"
DAMAGED = ".damaged"  # what the name of a file that was set aside ends with
_DIGITS = 40  # of a hash in a name: 160 bits
_HEAD = 8  # bytes of a safetensors file that say how long its JSON is


class Journal:
    """The entries of a folder, which exists; `tell` is given sentences about what went wrong with them."""

    def __init__(self, folder: Path, tell: Callable[[str], None] | None = None) -> None:
        self.folder = folder
        self._tell = _to_standard_error if tell is None else tell
        self._writable = True
        self.written = 0  # entries of this run
        self.found = 0  # entries of an earlier one that were used

    def __len__(self) -> int:
        return sum(1 for _ in self.folder.glob(f"*{ENDING}"))

    def outcome(self, name: str, work: Callable[[], Outcome]) -> Outcome:
        """The outcome of the work with this stamp: from its entry, else by doing it, which is kept.

        The seconds that a kept outcome took count as if they were spent now. A disk that refuses is told
        once, and the run goes on without a journal.
        """
        for file in sorted(self.folder.glob(f"{name}-*{ENDING}")):
            entry = self._read(file)
            if entry is not None:
                self.found += 1
                arrays, told = entry
                account(told["seconds"])
                return arrays, told["facts"]
        began = time.monotonic()
        arrays, facts = work()
        self._write(name, arrays, {"facts": facts, "seconds": round(time.monotonic() - began, 3)})
        return arrays, facts

    def _read(self, file: Path) -> tuple[Arrays, dict[str, Any]] | None:
        try:
            raw = file.read_bytes()
        except OSError as error:
            self._tell(f"{file}: cannot be read ({error.strerror or error}); its work is done again")
            return None
        if file.name != f"{file.name.split('-')[0]}-{_digest(raw)}{ENDING}":
            set_aside(file, self._tell, "its work is done again")
            return None
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:  # whoever writes a file can write its hash as well
            length = int.from_bytes(raw[:_HEAD], "little")
            told = json.loads(json.loads(raw[_HEAD : _HEAD + length])["__metadata__"]["entry"])
            arrays = {part: array.copy() for part, array in load(raw).items()}  # that may be written to
            return arrays, {"facts": told["facts"], "seconds": float(told["seconds"])}
        except (SafetensorError, KeyError, RecursionError, TypeError, ValueError):
            set_aside(file, self._tell, "its work is done again")
            return None

    def _write(self, name: str, arrays: Arrays, told: dict[str, Any]) -> None:
        if not self._writable:
            return
        from safetensors.numpy import save

        solid = {part: np.ascontiguousarray(array) for part, array in arrays.items()}
        raw = save(solid, {"entry": json.dumps(told)})
        try:
            write_whole(self.folder / f"{name}-{_digest(raw)}{ENDING}", raw)
        except OSError as error:
            self._writable = False
            reason = error.strerror or error
            self._tell(
                f"{self.folder}: cannot be written ({reason}); the run goes on, and what follows is not kept"
            )
        else:
            self.written += 1


_ACTIVE: ContextVar[Journal | None] = ContextVar("netlift_journal", default=None)


@contextmanager
def keeping(journal: Journal | None) -> Iterator[None]:
    """Let work inside be kept in this journal; None: nowhere."""
    token = _ACTIVE.set(journal)
    try:
        yield
    finally:
        _ACTIVE.reset(token)


def is_kept() -> bool:
    """Whether there is a journal for the caller, so that stamps are worth computing."""
    return _ACTIVE.get() is not None


def kept(stage: str, inputs: Callable[[], tuple[Any, ...]], work: Callable[[], Outcome]) -> Outcome:
    """What `work` gives, which has to depend on `inputs()` alone: from the journal, where there is one.

    `inputs()` are what `stamp` takes. `stage` names the work; equal names with equal inputs have to mean
    equal outcomes. The work runs as it is where there is no journal.
    """
    journal = _ACTIVE.get()
    if journal is None:
        return work()
    return journal.outcome(stamp(stage, code_version(), *inputs()), work)


def stamp(*parts: Any) -> str:
    """A hash of arrays, bytes, numbers, strings, None, and lists, tuples and mappings of them.

    Different parts have different hashes, as far as anybody knows. Raises TypeError for anything else.
    """
    hashed = hashlib.sha256()
    for part in parts:
        _add(hashed, part)
    return hashed.hexdigest()[:_DIGITS]


def set_aside(file: Path, tell: Callable[[str], None], instead: str) -> None:
    """Give a damaged file or folder another name, and say so; `instead` is what happens now."""
    number = 1
    while (aside := file.with_name(f"{file.name}{DAMAGED}-{number}")).exists():
        number += 1
    try:
        os.replace(file, aside)
    except OSError as error:
        tell(f"{file}: is damaged, and cannot be set aside ({error.strerror or error}); {instead}")
    else:
        tell(f"{file}: is damaged; set aside as {aside.name}, and {instead}")


@lru_cache(maxsize=1)
def code_version() -> str:
    """The version of netlift and a hash of its source: a changed package uses no entry of another."""
    hashed = hashlib.sha256(__version__.encode())
    package = Path(__file__).parents[1]
    for file in sorted(package.rglob("*.py")):
        hashed.update(str(file.relative_to(package)).encode() + b"\0")
        try:
            hashed.update(file.read_bytes())
        except OSError:  # a package in an archive, or that is being replaced: the version has to do
            continue
    return f"{__version__} {hashed.hexdigest()[:_DIGITS]}"


def _add(hashed: Any, part: Any) -> None:
    """Add one part, with its type and length, so that no two lists of parts look the same."""
    if isinstance(part, np.ndarray):
        if part.dtype.hasobject:
            raise TypeError("an array of objects has no bytes to hash")
        hashed.update(f"array {part.dtype.str} {part.shape}\n".encode())
        hashed.update(np.ascontiguousarray(part).data if part.size else b"")
    elif isinstance(part, bytes):
        hashed.update(f"bytes {len(part)}\n".encode() + part)
    elif isinstance(part, list | tuple):
        hashed.update(f"list {len(part)}\n".encode())
        for one in part:
            _add(hashed, one)
    elif isinstance(part, Mapping):
        hashed.update(f"mapping {len(part)}\n".encode())
        for name in sorted(part):
            _add(hashed, name)
            _add(hashed, part[name])
    elif part is None or isinstance(part, bool | int | float | str | np.number):
        text = repr(part.item() if isinstance(part, np.number) else part).encode()
        hashed.update(f"{type(part).__name__} {len(text)}\n".encode() + text)
    else:
        raise TypeError(f"a {type(part).__name__} cannot be stamped")


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:_DIGITS]


def _to_standard_error(sentence: str) -> None:
    print(f"netlift: {sentence}.", file=sys.stderr)
