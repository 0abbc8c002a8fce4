"""Several input streams that matter through one number only: their sum, their maximum, ..."""

from collections.abc import Callable
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import OutOfTimeError, unbounded
from netlift.formulas._behaviour import Behaviour
from netlift.formulas._expr import Expr, occurrences, substitute, var
from netlift.formulas._problem import Problem, pose
from netlift.formulas._recurrence import Assign, Emit, Recurrence, Statement
from netlift.formulas._statements import expressions_of, mapped, renamed
from netlift.formulas.writing._spell import normalise

Ints = NDArray[np.int64]

_REDUCTIONS: tuple[tuple[str, Callable[[Ints, Ints], Ints]], ...] = (
    ("+", np.add), ("-", np.subtract), ("max", np.maximum), ("min", np.minimum), ("*", np.multiply),
    ("^", np.bitwise_xor),
)  # fmt: skip


def search_reduced(problem: Problem, search: Callable[[Problem], None]) -> None:
    """Run the whole search on one combined stream; stops at the first combination with a program."""
    behaviour = problem.behaviour
    streams = behaviour.inputs.shape[2]
    if streams < 2:
        return
    for op, function in _REDUCTIONS:
        combined = reduce(function, [behaviour.inputs[..., d] for d in range(streams)])
        try:
            part = pose(Behaviour(combined[..., None], behaviour.outputs), problem.seed, problem.work)
        except ValueError:  # two histories that are alike now have different outputs
            continue
        late = None
        try:
            search(part)
        except OutOfTimeError as error:
            late = error
        whole = reduce(lambda a, b, op=op: Expr(op, (a, b)), [var(n) for n in problem.names])  # type: ignore[misc]
        with unbounded():  # what was found is kept
            for candidate in part.found:
                problem.offer(
                    _expanded(candidate.recurrence, problem.names, normalise(whole)), candidate.strategy
                )
        if late is not None:
            raise late
        if problem.found:
            return


def _expanded(recurrence: Recurrence, names: tuple[str, ...], whole: Expr) -> Recurrence:
    """The recurrence over the streams themselves; the combined input is named where it is read twice."""
    taken = {n: f"{n}_" for n, _ in recurrence.initial if n in names}
    recurrence = renamed(recurrence, taken)
    uses = sum(occurrences(e, "x") for s in recurrence.body for e in expressions_of(s))
    if uses > 1:
        return Recurrence(names, recurrence.initial, (Assign(("x",), (whole,)), *recurrence.body))
    body = tuple(_with(s, {"x": whole}) for s in recurrence.body)
    return Recurrence(names, recurrence.initial, body)


def _with(statement: Statement, to: dict[str, Expr]) -> Statement:
    match statement:
        case Assign(targets, values):
            first = targets[0] if len(targets) == 1 else None
            return Assign(targets, tuple(normalise(substitute(v, to), first=first) for v in values))
        case Emit(values):
            return Emit(tuple(normalise(substitute(v, to)) for v in values))
    return mapped(statement, lambda e: substitute(e, to))
