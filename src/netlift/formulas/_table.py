"""The last resort: a machine's table, written down as it stands. Never a success of the search."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._expr import Expr, var
from netlift.formulas._problem import Problem
from netlift.formulas._recurrence import Assign, Emit, Recurrence
from netlift.states._machine import Machine

Ints = NDArray[np.int64]

_MOST_CELLS = 4_096
_PLAIN = 44.0  # the price up to which a table beside the formulas is something a person can follow


def search_table(problem: Problem) -> None:
    """Literal tables of next states and outputs; nothing without a machine.

    Beside formulas they are offered, as "state table", where the machine is so small that its table
    may be easier to follow than a formula.
    """
    machine = problem.behaviour.machine
    if machine is None or machine.states * len(machine.alphabet) > _MOST_CELLS:
        return
    recurrence, price = _written(machine, problem.names)
    if not problem.found:
        problem.offer(recurrence, "table")
    elif machine.states > 1 and price <= _PLAIN:
        problem.offer(recurrence, "state table", price)


def table_recurrence(machine: Machine, inputs: Sequence[str]) -> Recurrence:
    """The recurrence that looks next state and output up in the machine's table."""
    return _written(machine, inputs)[0]


def _written(machine: Machine, inputs: Sequence[str]) -> tuple[Recurrence, float]:
    """The table as a recurrence, and what reading it costs: about one for each cell."""
    if machine.states == 1:
        answers = zip(machine.alphabet.tolist(), machine.outputs[0, :, 0].tolist(), strict=True)
        outputs = tuple(sorted((k[0] if len(k) == 1 else tuple(k), v) for k, v in answers))
        emit = Emit((Expr("table", tuple(var(n) for n in inputs), outputs),))
        return Recurrence(tuple(inputs), (), (emit,)), _BASE + len(outputs)
    cells = machine.transitions.size
    after = _outputs_after(machine)
    if after is None:
        step = Assign(("s",), (_looked_up(machine, machine.transitions, inputs),))
        body = (Emit((_looked_up(machine, machine.outputs[..., 0], inputs),)), step)
        return Recurrence(tuple(inputs), (("s", 0),), body), _BASE + 2 * cells
    number = _numbers(after)
    renamed = np.empty_like(machine.transitions)
    renamed[number] = number[machine.transitions]
    step = Assign(("s",), (_looked_up(machine, renamed, inputs),))
    told = tuple(sorted((int(n), int(v)) for n, v in zip(number, after, strict=True) if v is not None))
    same = all(n == v for n, v in told)
    answer = var("s") if same else Expr("table", (var("s"),), told)
    price = _BASE + cells + (0 if same else machine.states)
    return Recurrence(tuple(inputs), (("s", int(number[0])),), (step, Emit((answer,)))), price


_BASE = 18.0  # the loop, the look-ups and their names


def _looked_up(machine: Machine, cells: Ints, inputs: Sequence[str]) -> Expr:
    """A cell [Q, A] of a table by state and symbol."""
    keys = [(s, *symbol) for s in range(machine.states) for symbol in machine.alphabet.tolist()]
    args = tuple(var(n) for n in ("s", *inputs))
    return Expr("table", args, tuple(sorted(zip(keys, cells.reshape(-1).tolist(), strict=True))))


def _outputs_after(machine: Machine) -> list[int | None] | None:
    """What is answered on the way into each state (None: nothing leads there); None if that varies."""
    found: list[int | None] = [None] * machine.states
    for state, output in zip(
        machine.transitions.reshape(-1).tolist(), machine.outputs[..., 0].reshape(-1).tolist(), strict=True
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
