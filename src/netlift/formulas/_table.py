"""The last resort: a machine's table, written down as it stands. Never a success of the search."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._conditions import plain_conditions
from netlift.formulas._expr import Expr, const, var
from netlift.formulas._problem import Problem
from netlift.formulas._rank import description_length
from netlift.formulas._recurrence import Assign, Emit, Recurrence
from netlift.formulas._statements import looks_up
from netlift.states._machine import Machine
from netlift.states._partial import PartialMachine

Ints = NDArray[np.int64]

MOST_CELLS = 4_096
_PLAIN = 48.0  # the price up to which a table beside the formulas is something a person can follow


def search_table(problem: Problem) -> None:
    """Literal tables of next states and outputs; nothing without a machine.

    Beside formulas they are offered, as "state table", where the machine is so small that its table
    may be easier to follow than a formula. Where all that is looked up can be said by a few conditions, no
    table is printed, and "conditions" are what was found.
    """
    machine = problem.behaviour.machine
    if machine is None or machine.states * len(machine.alphabet) > MOST_CELLS:
        return
    recurrence, price = _written(machine, problem.names, problem.behaviour.named_inputs)
    if not looks_up(recurrence):
        problem.offer(recurrence, "conditions", min(price - _SECOND, description_length(recurrence)))
    elif not problem.found:
        problem.offer(recurrence, "table")
    elif machine.states > 1 and price <= _PLAIN:
        problem.offer(recurrence, "state table", price)


def table_recurrence(machine: Machine, inputs: Sequence[str], named: Sequence[bool] = ()) -> Recurrence:
    """The recurrence that looks next state and outputs up in the machine's table.

    `named` tells which streams' numbers stand for strings.
    """
    return _written(machine, inputs, named)[0]


def partial_table(machine: PartialMachine, inputs: Sequence[str], named: Sequence[bool] = ()) -> Recurrence:
    """The recurrence of a machine that does not answer everything: its tables lack what is not known.

    `named` tells which streams' numbers stand for strings. The program raises KeyError, which names state and
    input, where it is asked for what the tables lack.
    """
    if machine.complete is not None:
        return table_recurrence(machine.complete, inputs, named)
    args = tuple(var(n) for n in ("s", *inputs))
    pairs = [tuple(pair) for pair in np.argwhere(machine.known).tolist()]
    keys = [(s, *machine.alphabet[a].tolist()) for s, a in pairs]

    def looked_up(cells: Ints) -> Expr:
        return Expr("table", args, tuple(sorted(zip(keys, (int(cells[p]) for p in pairs), strict=True))))

    emit = Emit(tuple(looked_up(machine.outputs[..., k]) for k in range(machine.outputs.shape[2])))
    return Recurrence(tuple(inputs), (("s", 0),), (emit, Assign(("s",), (looked_up(machine.transitions),))))


def _written(machine: Machine, inputs: Sequence[str], named: Sequence[bool]) -> tuple[Recurrence, float]:
    """The table as a recurrence, and what reading it costs: about one for each cell."""
    streams = range(machine.outputs.shape[2])
    if machine.states == 1:
        return answer_table(machine.alphabet, machine.outputs[0], inputs)
    cells = machine.transitions.size
    found = [_outputs_after(machine, k) for k in streams]
    after = [one for one in found if one is not None]
    if len(after) < len(found):
        step = Assign(("s",), (_looked_up(machine, machine.transitions, inputs, named),))
        emit = Emit(tuple(_looked_up(machine, machine.outputs[..., k], inputs, named) for k in streams))
        price = _BASE + _SECOND + (1 + len(found)) * cells
        return Recurrence(tuple(inputs), (("s", 0),), (emit, step)), price
    number = _numbers(after[0])
    renamed = np.empty_like(machine.transitions)
    renamed[number] = number[machine.transitions]
    step = Assign(("s",), (_looked_up(machine, renamed, inputs, named),))
    answers, price = [], _BASE + cells
    for one in after:
        told = tuple(sorted((int(n), int(v)) for n, v in zip(number, one, strict=True) if v is not None))
        same = all(n == v for n, v in told)
        answers.append(var("s") if same else Expr("table", (var("s"),), told))
        price += 0 if same else machine.states
    return Recurrence(tuple(inputs), (("s", int(number[0])),), (step, Emit(tuple(answers)))), price


def answer_table(symbols: Ints, answers: Ints, inputs: Sequence[str]) -> tuple[Recurrence, float]:
    """The answers [A, K] to symbols [A, D], looked up by these alone, and what reading the table costs."""
    keys = [k[0] if len(k) == 1 else tuple(k) for k in symbols.tolist()]
    tables = [tuple(sorted(zip(keys, column, strict=True))) for column in answers.T.tolist()]
    emit = Emit(tuple(Expr("table", tuple(var(n) for n in inputs), table) for table in tables))
    return Recurrence(tuple(inputs), (), (emit,)), _BASE + sum(map(len, tables))


_BASE = 24.0  # the loop, the look-ups and their names, and that a table explains nothing
_SECOND = 8.0  # outputs that are looked up by state and symbol as well


def _looked_up(machine: Machine, cells: Ints, inputs: Sequence[str], named: Sequence[bool]) -> Expr:
    """A cell [Q, A] of a table by state and symbol."""
    exceptions = _exceptions(machine, cells, inputs, named)
    if exceptions is not None:
        return exceptions
    keys = [(s, *symbol) for s in range(machine.states) for symbol in machine.alphabet.tolist()]
    args = tuple(var(n) for n in ("s", *inputs))
    return Expr("table", args, tuple(sorted(zip(keys, cells.reshape(-1).tolist(), strict=True))))


def _exceptions(machine: Machine, cells: Ints, inputs: Sequence[str], named: Sequence[bool]) -> Expr | None:
    """A table that is nearly the same everywhere, as its few exceptions; None for other tables.

    An exception is a set of states with a set of symbols: `1 if s == 2 and x == 3 else 0`.
    """
    values, counts = np.unique(cells, return_counts=True)
    usual = int(values[counts.argmax()])
    blocks: list[tuple[int, NDArray[np.bool_], NDArray[np.bool_]]] = []
    for value in values.tolist():
        if value == usual:
            continue
        rows, kind = np.unique(cells == value, axis=0, return_inverse=True)
        blocks += [(value, kind.reshape(-1) == n, row) for n, row in enumerate(rows) if row.any()]
    if len(blocks) > _MOST_EXCEPTIONS or 4 * len(blocks) > cells.size:
        return None
    whole = const(usual)
    states = np.arange(machine.states)[:, None]
    for value, of_states, of_symbols in reversed(blocks):
        tests = []
        for names, rows, chosen, strings in (
            (inputs, machine.alphabet, of_symbols, named),
            (("s",), states, of_states, (True,)),
        ):
            if chosen.all():
                continue
            keys = [tuple(row) if len(row) > 1 else row[0] for row in rows[chosen].tolist()]
            listed = Expr("in", tuple(var(n) for n in names), tuple(sorted(keys)))
            tests.append(next(iter(plain_conditions(list(names), rows, chosen, tuple(strings))), listed))
        test = tests[0] if len(tests) == 1 else Expr("and", (tests[1], tests[0]))
        whole = Expr("if", (test, const(value), whole))
    return whole


_MOST_EXCEPTIONS = 3


def _outputs_after(machine: Machine, stream: int) -> list[int | None] | None:
    """What is answered on the way into each state (None: nothing leads there); None if that varies."""
    found: list[int | None] = [None] * machine.states
    for state, output in zip(
        machine.transitions.reshape(-1).tolist(),
        machine.outputs[..., stream].reshape(-1).tolist(),
        strict=True,
    ):
        if found[state] not in (None, output):
            return None
        found[state] = output
    return found


def _numbers(after: list[int | None]) -> Ints:
    """A number for each state: its own output where those are 0, 1, .., else the order of discovery."""
    outputs = [output for output in after if output is not None]
    if sorted(outputs) == list(range(len(outputs))):
        return np.array([len(outputs) if output is None else output for output in after], dtype=np.int64)
    return np.arange(len(after))
