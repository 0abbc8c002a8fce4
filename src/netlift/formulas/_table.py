"""The last resort: a machine's table, written down as it stands. Never a success of the search."""

from netlift.formulas._expr import Expr, var
from netlift.formulas._problem import Problem
from netlift.formulas._recurrence import Assign, Emit, Recurrence


def search_table(problem: Problem) -> None:
    """Two literal tables, next state and output; nothing without a machine."""
    machine = problem.behaviour.machine
    if machine is None or machine.states * len(machine.alphabet) > 4_096:
        return
    names = ("s", *problem.names)
    keys = [(s, *symbol) for s in range(machine.states) for symbol in machine.alphabet.tolist()]
    steps = tuple(sorted(zip(keys, machine.transitions.reshape(-1).tolist(), strict=True)))
    answers = tuple(sorted(zip(keys, machine.outputs[..., 0].reshape(-1).tolist(), strict=True)))
    args = tuple(var(n) for n in names)
    body = (Emit((Expr("table", args, answers),)), Assign(("s",), (Expr("table", args, steps),)))
    if machine.states == 1:
        outputs = tuple(sorted((k[1] if len(k) == 2 else k[1:], v) for k, v in answers))
        problem.offer(Recurrence(problem.names, (), (Emit((Expr("table", args[1:], outputs),)),)), "table")
        return
    problem.offer(Recurrence(problem.names, (("s", 0),), body), "table")
