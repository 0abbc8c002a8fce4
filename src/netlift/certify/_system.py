"""What can be compared: a first state and a step."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from netlift.certify._domain import Joint
from netlift.certify._operations import FAILURES, bounded
from netlift.certify._symbolic import NotModelled, Symbolic, SymbolicList, Unsupported
from netlift.certify._walk import Env

State = Any
Answer = tuple[Any, ...]  # what one step appends to the answers; FAILED where it stops with an error

FAILED: Answer = (None,)  # no program answers None, so this is no answer
STOPPED = "stopped"  # the state after an error: nothing more is answered


class System(ABC):
    """Something that reads a symbol and answers, step by step, over the whole numbers.

    A state is data that `freeze` turns into a key; a step changes no state that it is given.
    """

    @property
    @abstractmethod
    def streams(self) -> int | None:
        """The number of input streams; None: a step is taken as it is."""

    @property
    def variables(self) -> list[str] | None:
        """The names of the state's variables; None where it has no names."""
        return None

    @abstractmethod
    def start(self) -> State:
        """The state before the first step."""

    @abstractmethod
    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        """The next state and what is answered.

        Numbers in the state and in the symbol may be `Symbolic`. Raises what Python raises where
        the program would, and Unsupported.
        """

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """What a certificate says about it."""

    def step(self, state: State, symbol: Joint) -> tuple[State, Answer]:
        """As `advance`, on known numbers; an error is an answer too, and the end."""
        if state == STOPPED:
            return STOPPED, ()
        try:
            return self.advance(state, symbol)
        except FAILURES:
            return STOPPED, FAILED

    def run(self, word: Sequence[Joint]) -> list[Answer]:
        """What each step of a word answers."""
        state, answers = self.start(), []
        for symbol in word:
            state, answer = self.step(state, symbol)
            answers.append(answer)
        return answers


def plain_answer(answer: Any) -> Any:
    """What a step appends: a number, a string, or a tuple of these, which nothing can change later.

    Truth values become numbers: two answers are equal where Python's `==` says so, and True is 1. Lists are
    no answers here: a program may answer one that it changes later, and Python tells it from a tuple.
    """
    if isinstance(answer, tuple):
        return tuple(plain_answer(part) for part in answer)
    if isinstance(answer, int):
        return bounded(int(answer))
    if isinstance(answer, str):
        return answer
    if isinstance(answer, Symbolic):
        return answer.number()
    raise NotModelled(f"an answer of the type {type(answer).__name__}")


def joined_answer(parts: Sequence[Any]) -> Any:
    plain = [plain_answer(part) for part in parts]
    return plain[0] if len(plain) == 1 else tuple(plain)


def unshared(state: State) -> State:
    """The state; Unsupported where one list stands in it under two names.

    A state whose numbers are not known is taken apart by names, which would lose that.
    """
    seen: set[int] = set()

    def look(value: Any) -> None:
        if isinstance(value, list | set | dict | SymbolicList):
            if id(value) in seen:
                raise Unsupported("one list under two names")
            seen.add(id(value))
        if isinstance(value, list | tuple | dict):
            for part in value.values() if isinstance(value, dict) else value:
                look(part)

    look(state)
    return state


def thaw_known(state: Mapping[str, Any]) -> Env:
    """A copy of a state whose lists may be changed; symbolic numbers stay as they are."""
    copies: dict[int, Any] = {}

    def copied(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(copied(part) for part in value)
        if not isinstance(value, list | set | dict | SymbolicList):
            return value
        if id(value) in copies:
            return copies[id(value)]
        if isinstance(value, SymbolicList):
            copies[id(value)] = value.copy()
        elif isinstance(value, set):
            copies[id(value)] = set(value)
        elif isinstance(value, dict):
            copies[id(value)] = {k: copied(v) for k, v in value.items()}
        else:
            listed: list[Any] = []
            copies[id(value)] = listed
            listed.extend(copied(part) for part in value)
        return copies[id(value)]

    return {name: copied(value) for name, value in state.items()}
