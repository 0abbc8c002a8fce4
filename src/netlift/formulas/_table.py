"""The last resort: a machine's table, written down as it stands. Never a success of the search."""

from collections.abc import Sequence

from netlift.formulas._expr import Expr, var
from netlift.formulas._problem import Problem
from netlift.formulas._recurrence import Assign, Emit, Recurrence
from netlift.states._machine import Machine

_MOST_CELLS = 4_096


def search_table(problem: Problem) -> None:
    """Two literal tables, next state and output; nothing without a machine."""
    machine = problem.behaviour.machine
    if machine is not None and machine.states * len(machine.alphabet) <= _MOST_CELLS:
        problem.offer(table_recurrence(machine, problem.names), "table")


def table_recurrence(machine: Machine, inputs: Sequence[str]) -> Recurrence:
    """The recurrence that looks next state and output up in the machine's table."""
    names = ("s", *inputs)
    keys = [(s, *symbol) for s in range(machine.states) for symbol in machine.alphabet.tolist()]
    steps = tuple(sorted(zip(keys, machine.transitions.reshape(-1).tolist(), strict=True)))
    answers = tuple(sorted(zip(keys, machine.outputs[..., 0].reshape(-1).tolist(), strict=True)))
    args = tuple(var(n) for n in names)
    if machine.states == 1:
        outputs = tuple(sorted((k[1] if len(k) == 2 else k[1:], v) for k, v in answers))
        return Recurrence(tuple(inputs), (), (Emit((Expr("table", args[1:], outputs),)),))
    body = (Emit((Expr("table", args, answers),)), Assign(("s",), (Expr("table", args, steps),)))
    return Recurrence(tuple(inputs), (("s", 0),), body)
