"""What is compared: programs, recurrences, machines and linear systems, each as a first state and a step."""

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netlift._algebra import LinearSystem
from netlift.certify._domain import Joint
from netlift.certify._frozen import freeze, thaw
from netlift.certify._source import Loop, assigned_names, parse_loop
from netlift.certify._symbolic import Symbolic, SymbolicList, Unsupported
from netlift.certify._walk import CALLS, FAILURES, Env, Walker, contains, item
from netlift.formulas._expr import OPS, Expr
from netlift.formulas._recurrence import Append, Assign, Emit, Increment, Recurrence
from netlift.program import Program
from netlift.states import Machine

State = Any
Answer = tuple[Any, ...]  # what one step appends to the answers; FAILED where it stops with an error

FAILED: Answer = ("error",)
_READERS = {"all", "any", "enumerate", "len", "list", "max", "min", "set", "sorted", "sum", "tuple"}
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


class ProgramSystem(System):
    """A program, run in its syntax tree."""

    def __init__(self, source: str, name: str = "program.py") -> None:
        self._loop: Loop = parse_loop(source, name)
        constants = Walker({}, "")
        try:
            constants.run(self._loop.constants)
            first = Walker(dict(constants.env), self._loop.answers)
            first.run(self._loop.before)
        except (NameError, *FAILURES) as error:
            raise Unsupported(f"{name} stops before its loop: {type(error).__name__}: {error}") from error
        self._constants, self._state = constants.env, []
        stored = set(assigned_names(self._loop.body)) | _shared_names(first.env)
        for name in self._loop.state:
            if name in first.env and name not in stored and _stays(name, first.env[name], self._loop.body):
                self._constants[name] = first.env[name]
            else:
                self._state.append(name)
        shared = _shared_names(first.env)
        changed = [n for n, v in constants.env.items() if n in shared or not _stays(n, v, self._loop.body)]
        if changed:
            raise Unsupported(f"{name} may change its constant {changed[0]!r}")
        self._first = freeze({n: first.env[n] for n in self._state if n in first.env})
        self._start = freeze(0) if self._loop.position is not None else None

    @property
    def variables(self) -> list[str] | None:
        return [*self._state, *([] if self._loop.position is None else [""])]

    @property
    def source(self) -> str:
        """The program's source."""
        return self._loop.source

    @property
    def streams(self) -> int | None:
        return self._loop.streams if self._loop.streams > 1 else None

    def start(self) -> State:
        state: Env = thaw(self._first)
        return state if self._loop.position is None else {**state, "": 0}

    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        env: Env = {**self._constants, **thaw_known(state)}
        position = env.pop("", None)
        targets = self._loop.targets
        if len(targets) == 1:
            env[targets[0]] = symbol[0] if len(symbol) == 1 else tuple(symbol)
        elif len(symbol) != len(targets):
            raise ValueError("the number of input streams differs from the number of names")
        else:
            env.update(zip(targets, symbol, strict=True))
        if self._loop.position is not None:
            env[self._loop.position] = position
        walker = Walker(env, self._loop.answers)
        try:
            walker.run_step(self._loop.body)
        except NameError as error:
            raise Unsupported(f"the variable {error} may be read before it is set") from error
        after = {n: walker.env[n] for n in self._state if n in walker.env}
        if position is not None:
            after[""] = position + 1
        return after, tuple(_plain(answer) for answer in walker.answers)

    def facts(self) -> dict[str, Any]:
        return {"kind": "program", "source": self._loop.source}


class MachineSystem(System):
    """A finite machine."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._places = {tuple(row): place for place, row in enumerate(machine.alphabet.tolist())}
        self._next: list[list[int]] = machine.transitions.tolist()
        self._outputs: list[list[list[int]]] = machine.outputs.tolist()

    @property
    def streams(self) -> int | None:
        return int(self._machine.alphabet.shape[1])

    def start(self) -> State:
        return 0

    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        if isinstance(state, Symbolic) or any(isinstance(part, Symbolic) for part in symbol):
            raise Unsupported("a machine whose state is not known")
        place = self._places[tuple(symbol)]
        emitted = self._outputs[state][place]
        return self._next[state][place], (_joined(emitted),)

    def facts(self) -> dict[str, Any]:
        return {
            "kind": "machine",
            "alphabet": self._machine.alphabet.tolist(),
            "initial": 0,
            "transitions": self._next,
            "outputs": self._outputs,
        }


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
            _joined(emitted),
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


class RecurrenceSystem(System):
    """A recurrence, as the formula search found it and before it is printed."""

    def __init__(self, recurrence: Recurrence) -> None:
        self._recurrence = recurrence

    @property
    def variables(self) -> list[str] | None:
        return [name for name, _ in self._recurrence.initial]

    @property
    def streams(self) -> int | None:
        return len(self._recurrence.inputs)

    def start(self) -> State:
        return dict(self._recurrence.initial)

    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        env: Env = {**state, **dict(zip(self._recurrence.inputs, symbol, strict=True))}
        answers: Answer = ()
        for statement in self._recurrence.body:
            match statement:
                case Assign(targets, values):
                    env |= dict(zip(targets, [_value(v, env) for v in values], strict=True))
                case Increment(target, index, amount):
                    counts = list(env[target])
                    place = _value(index, env)
                    _add(counts, place, _value(amount, env))
                    env[target] = tuple(counts)
                case Append(target, value, keep):
                    longer = _grown(env[target], _value(value, env))
                    if keep is not None and isinstance(longer, SymbolicList):
                        raise Unsupported("the end of a list that is not known")
                    env[target] = longer if keep is None else longer[-keep:]
                case Emit(values):
                    answers = (*answers, _joined([_value(v, env) for v in values]))
        return {name: env[name] for name, _ in self._recurrence.initial}, answers

    def facts(self) -> dict[str, Any]:
        body: list[list[Any]] = []
        for statement in self._recurrence.body:
            match statement:
                case Assign(targets, values):
                    body.append(["assign", list(targets), [_tree(v) for v in values]])
                case Increment(target, index, amount):
                    body.append(["increment", target, _tree(index), _tree(amount)])
                case Append(target, value, keep):
                    body.append(["append", target, _tree(value), keep])
                case Emit(values):
                    body.append(["emit", [_tree(v) for v in values]])
        initial = [[n, list(v) if isinstance(v, tuple) else int(v)] for n, v in self._recurrence.initial]
        return {
            "kind": "recurrence",
            "inputs": list(self._recurrence.inputs),
            "initial": initial,
            "body": body,
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
        return _joined([p if n is None else n[p] for p, n in zip(parts, self.outputs, strict=True)])


def system_of(
    subject: Machine | LinearSystem | Recurrence | Program | str,
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
            return ProgramSystem(subject.source, name)
        case str():
            return ProgramSystem(subject, name)
        case Machine():
            inner: System = MachineSystem(subject)
        case LinearSystem():
            inner = LinearSystemSystem(subject)
        case Recurrence():
            inner = RecurrenceSystem(subject)
    inputs, outputs = tuple(input_symbols or ()), tuple(target_symbols or ())
    if all(names is None for names in (*inputs, *outputs)):
        return inner
    return Spelled(inner, inputs, outputs)


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


def _shared_names(env: Env) -> set[str]:
    """Names of lists that can be reached by another name as well."""
    owners: dict[int, set[str]] = {}

    def look(name: str, value: Any) -> None:
        if isinstance(value, list | set | dict):
            owners.setdefault(id(value), set()).add(name)
        if isinstance(value, list | tuple | dict):
            for part in value.values() if isinstance(value, dict) else value:
                look(name, part)

    for name, value in env.items():
        look(name, value)
    return {name for names in owners.values() if len(names) > 1 for name in names}


def _stays(name: str, value: Any, body: Sequence[ast.stmt]) -> bool:
    """Whether no statement can change the value of a variable that none of them sets."""
    if not _changeable(value):
        return True
    parts = list(value.values()) if isinstance(value, dict) else list(value)
    if any(_changeable(part) for part in parts):
        return False
    only_read: set[ast.AST] = set()
    for node in (node for statement in body for node in ast.walk(statement)):
        match node:
            case ast.AugAssign(target=ast.Subscript(value=changed)):
                only_read.discard(changed)
            case ast.Subscript(value=whole, ctx=ast.Load()):
                only_read.add(whole)
            case ast.Compare(comparators=comparators):
                only_read |= set(comparators)
            case ast.Call(func=ast.Attribute(value=owner, attr="index" | "count" | "get")):
                only_read.add(owner)
            case ast.Call(func=ast.Name(id=called), args=[argument]) if called in _READERS:
                only_read.add(argument)
    uses = [n for s in body for n in ast.walk(s) if isinstance(n, ast.Name) and n.id == name]
    return all(use in only_read for use in uses)


def _changeable(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(_changeable(part) for part in value)
    return isinstance(value, list | set | dict)


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


def _plain(answer: Any) -> Any:
    """What a step appends, as JSON would give it back: lists and tuples alike, truth values as numbers."""
    if isinstance(answer, list | tuple):
        return tuple(_plain(part) for part in answer)
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


def _joined(parts: Sequence[Any]) -> Any:
    plain = [_plain(part) for part in parts]
    return plain[0] if len(plain) == 1 else tuple(plain)


def _dot(row: Sequence[int], values: Sequence[Any]) -> Any:
    total: Any = 0
    for factor, value in zip(row, values, strict=True):
        if factor:
            total = total + factor * value
    return total


def _add(counts: list[Any], place: Any, amount: Any) -> None:
    if not isinstance(place, Symbolic):
        counts[int(place)] += amount
        return
    for i in range(-len(counts), len(counts)):
        if place == i:
            counts[i] = counts[i] + amount
            return
    raise IndexError("out of range")


def _grown(values: Any, value: Any) -> Any:
    return values + (value,)  # noqa: RUF005  a list that is not known adds, but does not unpack


def _value(expr: Expr, env: Mapping[str, Any]) -> Any:
    """`formulas.evaluate`, for numbers that may be unknown."""
    match expr.op:
        case "const":
            return expr.value
        case "var":
            return env[expr.value]
        case "if":
            return _value(expr.args[1] if _value(expr.args[0], env) else expr.args[2], env)
        case "and" | "or":
            left, right = (bool(_value(arg, env)) for arg in expr.args)  # both, as `evaluate` does
            return left and right if expr.op == "and" else left or right
    args = [_value(arg, env) for arg in expr.args]
    key = args[0] if len(args) == 1 else tuple(args)
    match expr.op:
        case "in":
            return contains(expr.value, key)
        case "table":
            return item(dict(expr.value), key)
        case "item":
            return item(args[0], args[1])
        case "gcd" | "min" | "max" if isinstance(args[0], Symbolic) or isinstance(args[1], Symbolic):
            subject = args[0] if isinstance(args[0], Symbolic) else args[1]
            return subject.binary(expr.op, args[0], args[1])
        case "isqrt" if isinstance(args[0], Symbolic):
            return args[0].unary("isqrt")
        case "len" if isinstance(args[0], SymbolicList):
            return args[0].length()
        case "sum" | "largest" | "smallest" | "sorted" | "argmax" if isinstance(args[0], SymbolicList):
            raise Unsupported(f"{expr.op} of a list that is not known")
        case "largest" | "smallest":
            return CALLS["max" if expr.op == "largest" else "min"](args[0])
        case "argmax":
            return args[0].index(CALLS["max"](args[0]))
        case "int" if isinstance(args[0], Symbolic):
            return args[0].number()
    return OPS[expr.op].python(*args)


def _tree(expr: Expr) -> Any:
    """An expression as nested lists: operator, value where it has one, arguments."""
    if expr.op in ("const", "var"):
        return [expr.op, expr.value]
    if expr.op in ("in", "table"):
        values = [list(v) if isinstance(v, tuple) else v for v in expr.value]
        if expr.op == "table":
            values = [[list(k) if isinstance(k, tuple) else k, v] for k, v in expr.value]
        return [expr.op, values, *map(_tree, expr.args)]
    return [expr.op, *map(_tree, expr.args)]
