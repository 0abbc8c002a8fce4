"""What can be compared: a first state and a step."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from netlift.certify._domain import Joint
from netlift.certify._symbolic import Symbolic, SymbolicList, Unsupported
from netlift.certify._walk import FAILURES, Env

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
    """What a step appends, as JSON would give it back: lists and tuples alike, truth values as numbers."""
    if isinstance(answer, list | tuple):
        return tuple(plain_answer(part) for part in answer)
    if isinstance(answer, SymbolicList):
        raise Unsupported("an answer that is a list of a length that is not known")
    if isinstance(answer, bool):
        return int(answer)
    if answer is None or isinstance(answer, int | str):
        return answer
    if isinstance(answer, Symbolic):
        return answer.number()
    if isinstance(answer, set | dict):
        raise Unsupported("an answer that is a set or a dict")
    raise Unsupported(f"an answer of the type {type(answer).__name__}")


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
