"""State variables that a reader found in the hidden states: one look-up each."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._columns import evaluate_columns
from netlift.formulas._draft import Draft, Variable
from netlift.formulas._explain import distinct_rows
from netlift.formulas._expr import Expr, variables
from netlift.formulas._fit import fits
from netlift.formulas._lags import start_values
from netlift.formulas._operators import UndefinedError
from netlift.formulas._problem import Problem

Ints = NDArray[np.int64]

_MOST = 6
_FORMS = 3  # of each update and of the output
_STARTS = 4_000  # combinations of first values that are tried


def search_coordinates(problem: Problem) -> None:
    """`z = F(z, x); y = G(z)`: updates and output are expressions over given state variables."""
    tree = problem.tree
    count = tree.coordinates.shape[1]
    if not 0 < count <= _MOST:
        return
    names = [f"z{n}" for n in range(count)]
    after = [tree.coordinates[:, n] for n in range(count)]
    before = [tree.lag(column, 0) for column in after]
    later = tree.step > 0
    updates = []
    for column in after:
        forms = _forms(problem, [*problem.names, *names], [*problem.columns(), *before], column, later)
        if not forms:
            return
        updates.append(forms[:_FORMS])
    everywhere = np.ones(len(tree), dtype=np.bool_)
    outputs = _forms(problem, [n + "'" for n in names], after, problem.target, everywhere)
    if not outputs:
        fresh = [*problem.names, *(n + "'" for n in names)]
        outputs = _forms(problem, fresh, [*problem.columns(), *after], problem.target, everywhere)
    for chosen in list(product(*updates))[: _FORMS**2]:
        start = _first_values(problem, names, chosen, after)
        if start is None:
            continue
        for output in outputs[:_FORMS]:
            needed = _needed(names, chosen, output)
            state = tuple(Variable(names[n], start[n], chosen[n]) for n in needed)
            problem.offer(Draft(problem.names, state, (output,)), "coordinates")


def _forms(
    problem: Problem, names: Sequence[str], columns: Sequence[Ints], target: Ints, where: NDArray[np.bool_]
) -> list[Expr]:
    rows = distinct_rows(names, [c[where] for c in columns], target[where])
    if rows is None:
        return []
    return fits(rows) or problem.explain_rows(rows, deepest=7, most_work=40_000_000)


def _needed(names: Sequence[str], updates: Sequence[Expr], output: Expr) -> list[int]:
    """The state variables that the output depends on, directly or through others."""
    needed = {n.removesuffix("'") for n in variables(output)} & set(names)
    while True:
        more = needed | {v for n in needed for v in variables(updates[names.index(n)]) if v in names}
        if more == needed:
            return [n for n, name in enumerate(names) if name in needed]
        needed = more


def _first_values(
    problem: Problem, names: Sequence[str], updates: Sequence[Expr], after: Sequence[Ints]
) -> list[int] | None:
    """First values from which the updates lead to the states seen after one step."""
    first = problem.tree.step == 0
    inputs = {n: c[first] for n, c in zip(problem.names, problem.columns(), strict=True)}
    tried = 0
    options = [
        list(dict.fromkeys([*start_values(problem), *(int(v) for v in np.unique(column)[:9])]))
        for column in after
    ]
    for values in sorted(product(*options), key=lambda v: sum(map(abs, v))) if _size(options) < 10**6 else ():
        tried += 1
        if tried > _STARTS:
            return None
        env = inputs | {n: np.full(int(first.sum()), v) for n, v in zip(names, values, strict=True)}
        try:
            if all(np.all(evaluate_columns(u, env) == a[first]) for u, a in zip(updates, after, strict=True)):
                return list(values)
        except UndefinedError:
            continue
    return None


def _size(options: Sequence[Sequence[int]]) -> int:
    size = 1
    for values in options:
        size *= len(values)
    return size
