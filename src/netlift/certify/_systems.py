"""Machines and linear systems as a first state and a step; and which system a thing is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from netlift._algebra import LinearSystem
from netlift.certify._ran import program_system
from netlift.certify._recurrence_system import RecurrenceSystem
from netlift.certify._symbolic import Symbolic, Unsupported
from netlift.certify._system import Answer, State, System, joined_answer
from netlift.formulas._recurrence import Recurrence
from netlift.program import Program
from netlift.states import Machine, PartialMachine


class MachineSystem(System):
    """A finite machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._places = {tuple(row): place for place, row in enumerate(machine.alphabet.tolist())}
        self._next: list[list[int]] = machine.transitions.tolist()
        self._outputs: list[list[list[int]]] = machine.outputs.tolist()
        self._answers = [[(joined_answer(emitted),) for emitted in row] for row in self._outputs]

    @property
    def streams(self) -> int | None:
        return int(self.machine.alphabet.shape[1])

    def start(self) -> State:
        return 0

    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        known = type(state) is int and all(type(part) is int for part in symbol)  # as most are; and quick
        if not known and any(isinstance(part, Symbolic) for part in (state, *symbol)):
            raise Unsupported("a machine whose state is not known")
        place = self._places[tuple(symbol)]
        return self._next[state][place], self._answers[state][place]

    def facts(self) -> dict[str, Any]:
        return {
            "kind": "machine",
            "alphabet": self.machine.alphabet.tolist(),
            "initial": 0,
            "transitions": self._next,
            "outputs": self._outputs,
        }


class PartialSystem(MachineSystem):
    """A machine of which not every step is known: it stops with an error where one is not."""

    def __init__(self, machine: PartialMachine) -> None:
        super().__init__(Machine(machine.alphabet, machine.transitions, machine.outputs))
        self._known: list[list[bool]] = machine.known.tolist()

    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        found = super().advance(state, symbol)
        if not self._known[state][self._places[tuple(symbol)]]:
            raise KeyError((state, *symbol))
        return found

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "known": self._known}


class LinearSystemSystem(System):
    """A linear system over the whole numbers."""

    def __init__(self, system: LinearSystem) -> None:
        self._system = system
        self._transition: list[list[int]] = system.transition.tolist()
        self._drive: list[list[int]] = system.drive.tolist()
        self._bias: list[int] = system.bias.tolist()
        self._readout: list[list[int]] = system.readout.tolist()
        self._offset: list[int] = system.offset.tolist()
        self._initial: list[int] = system.initial.tolist()
        # what no later step reads is no part of the state
        self._live = [any(row[place] for row in self._transition) for place in range(len(self._initial))]
        self._alphabets = (
            None if system.alphabets is None else [[int(s) for s in a] for a in system.alphabets]
        )

    @property
    def streams(self) -> int | None:
        return self._system.streams

    def start(self) -> State:
        return [value if live else 0 for value, live in zip(self._initial, self._live, strict=True)]

    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        if self._alphabets is not None and any(
            not isinstance(part, Symbolic) and part not in alphabet
            for part, alphabet in zip(symbol, self._alphabets, strict=True)
        ):
            raise KeyError("a symbol outside the alphabet")
        rows = zip(self._transition, self._drive, self._bias, strict=True)
        after = [_dot(row, state) + self._push(drive, symbol) + bias for row, drive, bias in rows]
        emitted = [_dot(row, after) + offset for row, offset in zip(self._readout, self._offset, strict=True)]
        return [value if live else 0 for value, live in zip(after, self._live, strict=True)], (
            joined_answer(emitted),
        )

    def _push(self, drive: list[int], symbol: Sequence[Any]) -> Any:
        """What a symbol adds to one state variable."""
        if self._alphabets is None:
            return _dot(drive, symbol)
        total: Any = 0
        place = 0
        for part, alphabet in zip(symbol, self._alphabets, strict=True):
            table = list(zip(alphabet, drive[place : place + len(alphabet)], strict=True))
            total = total + (part.lookup(table) if isinstance(part, Symbolic) else dict(table)[part])
            place += len(alphabet)
        return total

    def facts(self) -> dict[str, Any]:
        return {
            "kind": "linear",
            "transition": self._transition,
            "drive": self._drive,
            "bias": self._bias,
            "readout": self._readout,
            "offset": self._offset,
            "initial": self._initial,
            "alphabets": self._alphabets,
        }


@dataclass(frozen=True)
class Spelled(System):
    """A system over numbers that reads and answers strings, where a stream has them.

    `inputs` and `outputs` give, a stream each, the strings that its numbers 0, 1, ... stand for, or
    None for a stream of numbers.
    """

    inner: System
    inputs: tuple[tuple[str, ...] | None, ...]
    outputs: tuple[tuple[str, ...] | None, ...]

    @property
    def variables(self) -> list[str] | None:
        return self.inner.variables

    @property
    def streams(self) -> int | None:
        return len(self.inputs)

    def start(self) -> State:
        return self.inner.start()

    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        coded = [
            part if names is None else names.index(part)
            for part, names in zip(symbol, self.inputs, strict=True)
        ]
        after, answers = self.inner.advance(state, coded)
        return after, tuple(self._named(answer) for answer in answers)

    def facts(self) -> dict[str, Any]:
        names = {"inputs": self.inputs, "outputs": self.outputs}
        spelt = {k: [None if n is None else list(n) for n in v] for k, v in names.items()}
        return {"kind": "spelled", **spelt, "inner": self.inner.facts()}

    def _named(self, answer: Any) -> Any:
        parts = answer if isinstance(answer, tuple) else (answer,)
        if any(isinstance(p, Symbolic) and n is not None for p, n in zip(parts, self.outputs, strict=True)):
            raise Unsupported("a table of strings")
        return joined_answer([p if n is None else n[p] for p, n in zip(parts, self.outputs, strict=True)])


def system_of(
    subject: Machine | PartialMachine | LinearSystem | Recurrence | Program | str,
    input_symbols: Sequence[tuple[str, ...] | None] | None = None,
    target_symbols: Sequence[tuple[str, ...] | None] | None = None,
    name: str = "program.py",
) -> System:
    """The system that a machine, a linear system, a recurrence or a program (or its source) is.

    `input_symbols` and `target_symbols` are the strings that the numbers of a machine, a linear
    system or a recurrence stand for; a program reads and answers them as they are. Raises
    InputError where the source of a program answers otherwise than step by step.
    """
    match subject:
        case Program():
            return program_system(subject.source, name)
        case str():
            return program_system(subject, name)
        case Machine():
            inner: System = MachineSystem(subject)
        case PartialMachine():
            inner = PartialSystem(subject)
        case LinearSystem():
            inner = LinearSystemSystem(subject)
        case Recurrence():
            inner = RecurrenceSystem(subject)
    inputs, outputs = tuple(input_symbols or ()), tuple(target_symbols or ())
    if all(names is None for names in (*inputs, *outputs)):
        return inner
    return Spelled(inner, inputs, outputs)


def _dot(row: Sequence[int], values: Sequence[Any]) -> Any:
    total: Any = 0
    for factor, value in zip(row, values, strict=True):
        if factor:
            total = total + factor * value
    return total
