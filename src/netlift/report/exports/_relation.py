"""A finite machine and a program's step side by side: the pairs of states that belong together."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netlift.core._errors import InputError
from netlift.report._machine_text import Names, names_of
from netlift.report.exports._machines import finite_machine
from netlift.report.exports._step import OPERATORS, Step
from netlift.report.exports._translate import NotScalar, step_of

if TYPE_CHECKING:
    from netlift.report._result import Result
    from netlift.states import Machine

_BITS = ("bitand", "bitor", "bitxor")
_MOST_BITS = 2**31  # below which every form says bitwise operations alike


@dataclass(frozen=True)
class Relation:
    """All that machine and step can be in together, and that they answer alike there.

    Attributes:
        step: the program's step.
        symbols: the inputs of each symbol of the machine, as the step takes them.
        following: for each state and symbol of the machine the next state.
        answers: for each state and symbol of the machine the answers, as the step gives them.
        pairs: machine states and the step's variables, in the order of `step.first`; the first one starts.
    """

    step: Step
    symbols: tuple[tuple[int, ...], ...]
    following: tuple[tuple[int, ...], ...]
    answers: tuple[tuple[tuple[int, ...], ...], ...]
    pairs: tuple[tuple[int, tuple[Any, ...]], ...]


def step_in(result: "Result", form: str, *, total: bool = True) -> Step:
    """The step of a result's program. Raises InputError where the form cannot say it, with the reason.

    `total`: the form's functions answer everything, so that a program which refuses what no data showed
    cannot be said.
    """
    if result.program is None:
        raise InputError(f"the result has no program to write as {form}: {result.reason}")
    if total and result.unseen:
        raise InputError(
            f"the result cannot be written as {form}: its program refuses what no data showed, and here "
            "something would be made up for it"
        )
    try:
        return step_of(result.program.source, domain_of(result))
    except NotScalar as error:
        raise InputError(
            f"the result cannot be written as {form}: {error}, which this form does not express"
        ) from error


def domain_of(result: "Result") -> list[list[Any]] | None:
    """Some symbols of each input stream, all of them where they are strings; None: nobody knows."""
    for one in result.certificates:
        if one.get("claim") == "machine = program":
            streams = one["domain"]["streams"]
            return [list(stream.get("symbols") or [stream.get("low") or 0]) for stream in streams]
    if result.machine is not None:
        names = names_of(result, result.machine)[0]
    elif result.symbols is not None and any(result.symbols[0]):
        names = result.symbols[0]
    else:
        return None
    return [list(known) if known is not None else [0] for known in names]


def proved(result: "Result") -> bool:
    """Whether the machine is proved to be the program."""
    return any(one.claim == "machine = program" and one.tier == "proved" for one in result.claims)


def relation_of(result: "Result", step: Step, form: str, most: int) -> Relation:
    """The relation of a result with a machine, pair by pair. Raises InputError where they differ."""
    machine = finite_machine(result, form, most)
    inputs, outputs = names_of(result, machine)
    operators = {**OPERATORS, **{name: _small(OPERATORS[name]) for name in _BITS}}
    try:
        symbols = tuple(_coded(step, row, inputs) for row in machine.alphabet.tolist())
        answers = tuple(
            tuple(_coded(step, answer, outputs) for answer in row) for row in machine.outputs.tolist()
        )
        pairs = _pairs(machine, step, symbols, answers, operators, most)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise InputError(
            f"the result cannot be written as {form}: machine and program are no pair of equals ({error})"
        ) from error
    if pairs is None:
        raise InputError(
            f"the result cannot be written as {form}: machine and program have more than {most:,} "
            "steps together"
        )
    following = tuple(tuple(row) for row in machine.transitions.tolist())
    return Relation(step, symbols, following, answers, pairs)


def _pairs(
    machine: "Machine",
    step: Step,
    symbols: Sequence[tuple[int, ...]],
    answers: Sequence[Sequence[tuple[int, ...]]],
    operators: Mapping[str, Any],
    most: int,
) -> tuple[tuple[int, tuple[Any, ...]], ...] | None:
    start = (0, tuple(step.first.values()))
    seen, queue = {start: None}, deque([start])
    while queue:
        state, values = queue.popleft()
        for place, symbol in enumerate(symbols):
            after, answer = step.run(dict(zip(step.first, values, strict=True)), symbol, operators)
            if tuple(answer) != answers[state][place]:
                raise ValueError(f"they answer differently in state {state}")
            pair = (int(machine.transitions[state, place]), tuple(after.values()))
            if pair not in seen:
                seen[pair] = None
                queue.append(pair)
                if len(seen) * len(symbols) > most:
                    return None
    return tuple(seen)


def _coded(step: Step, row: Sequence[int], names: Names) -> tuple[int, ...]:
    return tuple(
        value if known is None else step.code(known[value]) for value, known in zip(row, names, strict=True)
    )


def _small(operator: Any) -> Any:
    def held(a: int, b: int) -> int:
        if not (0 <= a < _MOST_BITS and 0 <= b < _MOST_BITS):
            raise ValueError("a bitwise operation on a negative or a large number")
        result: int = operator(a, b)
        return result

    return held
