"""Keeping what was found when one of the last stages fails: the failure is told, and the program stays.

A program takes minutes to find; what comes after it (claims, checks, interventions) tells about it, and a
mistake in one of these stages must not cost the program. What fails is missing in the result, and a finding
says what is missing and why.
"""

import traceback
from collections.abc import Callable, Iterable
from typing import TypeVar

from netlift.core._clock import Clock, OutOfTimeError
from netlift.core._errors import InputError, message_of
from netlift.report import Recorder

T = TypeVar("T")
U = TypeVar("U")

_LONGEST = 300  # characters of an error that a finding repeats
_REFUSED = "because this machine refused"  # memory, files, a disk
_WHOSE = "by a mistake in netlift"
_KEPT = "the program that was found is kept, and nothing is said of what that would have shown."


class Guard:
    """Runs the last stages of a result; `findings` has a sentence about each that failed."""

    def __init__(self, recorder: Recorder | None = None, clock: Clock | None = None) -> None:
        self.findings: list[str] = []
        self._recorder = recorder
        self._clock = clock or Clock()

    def kept(self, stage: str, work: Callable[[], T], otherwise: U) -> T | U:
        """What `work` gives; where it raises, `otherwise`, and a finding that names the `stage`.

        The clock's budget ends it where that is of the whole.
        """
        try:
            with self._clock.checking():
                return work()
        except OutOfTimeError as error:  # of the clock's, or of the network's own, as of a function asked
            told = str(error) or f"the budget of {self._clock.spent} is spent"
            self.findings.append(f"{stage} was stopped: {told}; {_KEPT}")
            return otherwise
        except Exception as error:
            self.findings.append(failed(stage, error))
            if self._recorder is not None:
                self._recorder.log(self.findings[-1])
                for line in traceback.format_exception(error)[-3:]:
                    self._recorder.log(line.rstrip("\n"))
            return otherwise


def failed(stage: str, error: BaseException) -> str:
    """The sentence about a stage that failed."""
    told = message_of(error)
    told = told if len(told) <= _LONGEST else f"{told[:_LONGEST]}..."
    if isinstance(error, InputError):  # of the network that is asked, as its adapters tell
        return f"{stage} failed: {told.rstrip('.')}; {_KEPT}"
    whose = _REFUSED if isinstance(error, MemoryError | OSError) else _WHOSE
    return f"{stage} failed ({type(error).__name__}{f': {told}' if told else ''}), {whose}; {_KEPT}"


def failures(findings: Iterable[str]) -> tuple[str, ...]:
    """Those of the findings that tell of a stage that failed or was stopped."""
    return tuple(finding for finding in findings if _KEPT in finding)
