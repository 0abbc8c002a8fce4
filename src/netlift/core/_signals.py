"""What Ctrl-C, SIGTERM and a closed terminal do: end a run with one line, at whatever moment they come.

Imports nothing heavy: it acts while the rest is being imported.
"""

import os
import signal

TYPE_CHECKING = False  # known to type checkers
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

NOTHING_KEPT = "nothing was written, and the same command begins anew"


class Terminated(KeyboardInterrupt):
    """The process was asked to end, by SIGTERM or because its terminal closed.

    A kind of KeyboardInterrupt, so that what cleans up after the one cleans up after the other.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


def told(stop: BaseException) -> tuple[str, int]:
    """How a run was ended, in a word, and the exit code that says so."""
    return ("terminated", stop.code) if isinstance(stop, Terminated) else ("interrupted", 128 + signal.SIGINT)


def leave_at_once() -> None:
    """From now on a signal ends the process with one line: for the time in which there is nothing to lose.

    Modules that are being imported would answer an exception with pages of their own. Signals that are
    ignored (as a shell does for what it runs in the background) stay so.
    """
    for number in _ENDING:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _leave)


def clean_up_first() -> None:
    """From now on a signal raises, so that what was begun is cleaned up; only after `leave_at_once`."""
    for number in _ENDING:
        if signal.getsignal(number) is _leave:
            signal.signal(number, _raise)


def _leave(number: int, frame: "FrameType | None") -> "NoReturn":
    word, code = told(Terminated(number) if number != signal.SIGINT else KeyboardInterrupt())
    try:
        os.write(2, f"netlift: {word}; {NOTHING_KEPT}.\n".encode())
    finally:
        os._exit(code)


def _raise(number: int, frame: "FrameType | None") -> "NoReturn":
    for other in _ENDING:  # cleaning up is short, and is not to be cut off itself
        if signal.getsignal(other) is _raise:
            signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt if number == signal.SIGINT else Terminated(number)
