"""Programs that do what is not modelled: nothing can be proved of them, but CPython can be asked."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from netlift.certify._called import FAILURES, CalledSystem, frozen
from netlift.certify._domain import Joint
from netlift.certify._program_system import ProgramSystem
from netlift.certify._source import parse_loop
from netlift.certify._symbolic import NotModelled
from netlift.certify._system import FAILED, Answer, State, System, plain_answer
from netlift.core._errors import InputError
from netlift.program import ProgramFailed, Runner
from netlift.program._runner import Failure


class UnreadProgram(System):
    """A program of which no step can be followed, and why."""

    def __init__(self, source: str, name: str, why: str) -> None:
        self._loop = parse_loop(source, name)
        self._why = why

    @property
    def source(self) -> str:
        """The program's source."""
        return self._loop.source

    @property
    def streams(self) -> int | None:
        return self._loop.streams if self._loop.streams > 1 else None

    def start(self) -> State:
        raise NotModelled(self._why)

    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        raise NotModelled(self._why)

    def facts(self) -> dict[str, Any]:
        return {"kind": "program", "source": self._loop.source}


def program_system(source: str, name: str) -> System:
    """The system that a program is. Raises InputError where it is none, or stops before its loop."""
    try:
        return ProgramSystem(source, name)
    except NotModelled as reason:
        return UnreadProgram(source, name, str(reason))


Answers = tuple[Any, ...] | None  # to a whole word; None where it stops with an error


def run_by_python(system: System, stack: ExitStack) -> Callable[[Sequence[Joint]], Answers]:
    """What a system answers to a whole word; a program is run by CPython, in a process until `stack` ends.

    Answers are as JSON gives them back: lists and tuples alike, True as 1.
    """
    if isinstance(system, CalledSystem):
        return lambda word: _called(lambda: system.function(_inputs(word)))
    if not isinstance(system, ProgramSystem | UnreadProgram):
        return lambda word: _stepped(system, word)
    runner = stack.enter_context(Runner(system.source))

    def answered(word: Sequence[Joint]) -> Answers:
        try:
            (found,) = runner.answers([_inputs(word)])
        except ProgramFailed as failure:
            raise InputError(f"the program {failure}.") from failure
        if not isinstance(found, Failure):
            return _plain(found)
        raised = found.raised()
        if isinstance(raised, ProgramFailed):
            raise InputError(f"the program {raised}.") from raised
        return None

    return answered


def _inputs(word: Sequence[Joint]) -> list[Any]:
    return [symbol[0] if len(symbol) == 1 else tuple(symbol) for symbol in word]


def _plain(answers: Sequence[Any]) -> Answers:
    return tuple(plain_answer(frozen(answer)) for answer in answers)


def _called(call: Callable[[], Sequence[Any]]) -> Answers:
    try:
        return _plain(call())
    except InputError:
        raise
    except FAILURES:
        return None


def _stepped(system: System, word: Sequence[Joint]) -> Answers:
    answers = system.run(word)
    return None if FAILED in answers else tuple(one for said in answers for one in said)
