"""An error that nobody foresaw, as one sentence: what it is, where its traceback is, and what to do."""

import os
import sys
import tempfile
import traceback
from pathlib import Path

LONGEST = 300  # characters of somebody else's message that are repeated
_UNMAPPED = (
    "failed to map segment",
    "cannot allocate memory",
    "Cannot allocate memory",
)  # of dynamic linkers
_REPORT = "please report it in netlift's issue tracker"


def sentence(error: BaseException) -> str:
    """One sentence for an exception that reached the command line.

    Memory and a disk that refuses are the machine's; everything else is netlift's own error, whose
    traceback is kept in a temporary file that the sentence names.
    """
    if isinstance(error, MemoryError) or _is_unmapped(error):
        return "there is not enough memory for this; fewer or shorter sequences need less."
    if isinstance(error, OSError) and error.errno is not None and error.strerror is not None:
        name = "" if error.filename is None else f"{shortened(str(error.filename))}: "
        return f"{name}{error.strerror}."
    if isinstance(error, RecursionError):
        what = "something is nested too deeply for Python (RecursionError"
    else:
        what = f"this is an error of netlift itself ({named(error)}"
    file = kept(error)
    traces = f"the traceback is in {file}" if file is not None else "the traceback could not be kept"
    return f"{what}{_place(error)}); {_REPORT}: {traces}."


def _is_unmapped(error: BaseException) -> bool:
    """Whether a library of compiled code found no place in memory."""
    return isinstance(error, ImportError) and any(sign in str(error) for sign in _UNMAPPED)


def named(error: BaseException) -> str:
    """The name of an exception, and its message where it has one, cut where it is long."""
    try:
        message = " ".join(str(error).split())
    except Exception:
        message = ""
    name = type(error).__name__
    return f"{name}: {shortened(message)}" if message else name


def kept(error: BaseException) -> Path | None:
    """The file in which the traceback of an exception is kept; None where it cannot be written."""
    try:
        handle, name = tempfile.mkstemp(prefix="netlift-error-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(trace(error))
    except OSError:
        return None
    return Path(name)


def trace(error: BaseException) -> str:
    """The traceback as text, with the versions that it belongs to."""
    from netlift.core._version import __version__

    told = "".join(traceback.format_exception(error))
    return f"netlift {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n{told}"


def shortened(text: str) -> str:
    """Text of any length, cut in the middle where it is long."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}...{text[-LONGEST // 2 :]}"


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f", {Path(frames[-1].filename).name} line {frames[-1].lineno}" if frames else ""
