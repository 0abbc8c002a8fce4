"""Standard output and standard error that may be closed, full or left by their reader, without ending a run.

Imports nothing heavy.
"""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


class Output(io.TextIOBase):
    """A stream of text whose first failure is remembered, and after which it is silent.

    What a run found does not depend on whether somebody reads what it prints. `inner` is None where the
    process was started without such a stream.
    """

    def __init__(self, inner: TextIO | None) -> None:
        self._inner = inner
        self.failure: OSError | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Of the stream inside."""
        return getattr(self._inner, "encoding", None) or "utf-8"

    def writable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """Whether the stream inside is a terminal."""
        return self._inner is not None and self._inner.isatty()

    def fileno(self) -> int:
        """Of the stream inside."""
        if self._inner is None:
            raise io.UnsupportedOperation("fileno")
        return self._inner.fileno()

    def write(self, text: str) -> int:
        """Write; what the encoding of the stream cannot say is written as an escape."""
        if not isinstance(text, str):
            raise TypeError(f"write() needs a string, found {type(text).__name__}")
        if self.failure is not None:
            return len(text)
        try:
            if self._inner is None:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            try:
                self._inner.write(text)
            except UnicodeEncodeError:
                self._inner.write(text.encode(self.encoding, "backslashreplace").decode(self.encoding))
        except OSError as error:
            self._failed(error)
        return len(text)

    def flush(self) -> None:
        """Flush, where the stream has not failed."""
        if self._inner is None or self.failure is not None:
            return
        try:
            self._inner.flush()
        except OSError as error:
            self._failed(error)

    @property
    def left(self) -> bool:
        """Whether the reader of the output left, as `head` does."""
        return isinstance(self.failure, BrokenPipeError)

    def _failed(self, error: OSError) -> None:
        """Remember; what is still in the buffers goes nowhere, so that no later flush fails again."""
        self.failure = error
        if self._inner is None:
            return
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._inner.fileno())
            os.close(nowhere)


def hold_standard_files() -> None:
    """Let no file be opened under the number of a standard file that is closed; output would go to it."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, this one


@contextmanager
def guarded() -> Iterator[Output]:
    """Standard output, which is given, and standard error as `Output`, as long as it lasts."""
    before = sys.stdout, sys.stderr
    out, err = Output(sys.stdout), Output(sys.stderr)
    sys.stdout, sys.stderr = out, err
    try:
        yield out
    finally:
        out.flush()
        err.flush()
        sys.stdout, sys.stderr = before
