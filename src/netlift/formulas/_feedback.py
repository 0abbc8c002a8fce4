"""The last output as a state variable, alone or next to another variable."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._columns import evaluate_columns
from netlift.formulas._draft import Draft, Variable
from netlift.formulas._explain import distinct_rows
from netlift.formulas._expr import Expr, substitute, var, variables
from netlift.formulas._fit import fits
from netlift.formulas._lags import start_values
from netlift.formulas._operators import UndefinedError
from netlift.formulas._problem import Problem

Ints = NDArray[np.int64]

_WORK = 25_000_000
_FARTHEST = 3  # lags of the autoregression


@dataclass(frozen=True)
class Companion:
    """A state variable next to the output, with its values before and after each node's step."""

    variable: Variable
    before: Ints
    after: Ints


def search_feedback(problem: Problem) -> None:
    """`y = E(y1, x)`: the last output is the state; also with the last input, or the output before it."""
    tree, y = problem.tree, problem.target
    last, later = tree.lag(y, 0), tree.step >= 1
    lags = lag_companions(problem)
    old = [c.before for c in lags]
    lagged = [c.variable.name for c in lags]
    wide = ([*problem.names, *lagged], [*problem.columns(), *old])
    for names, columns in ((list(problem.names), problem.columns()), wide):
        steps = problem.explain(names, columns, y - last, deepest=7, most_work=_WORK // 2, where=later)
        for expr in steps:
            offer_feedback(problem, Expr("+", (var("y1"), expr)), lags, "feedback")
        if steps:
            break
    choices = [([], [], 1), (lagged, old, 1), (["y2"], [tree.lag(last, 0)], 2)]
    for extra, more, skipped in choices:
        names = [*problem.names, "y1", *extra]
        table = [*problem.columns(), last, *more]
        where = tree.step >= skipped
        if not where.any():
            return
        rows = distinct_rows(names, [c[where] for c in table], y[where])
        if rows is None:
            continue
        deepest = 9 if len(names) <= 3 else 7
        for expr in (*fits(rows), *problem.explain_rows(rows, deepest=deepest, most_work=_WORK)):
            offer_feedback(problem, expr, lags, "feedback")
        if any(c.strategy == "feedback" for c in problem.found):
            return


def search_autoregression(problem: Problem) -> None:
    """The output as a sum, plain or modulo a number, of the last inputs and outputs."""
    tree, y = problem.tree, problem.target
    names, columns = list(problem.names), problem.columns()
    before = [(n, n, c) for n, c in zip(problem.names, columns, strict=True)] + [("y", "y0", y)]
    chain: list[Variable] = []
    for lag in range(1, _FARTHEST + 1):
        before = [(n, f"{n}{lag}", tree.lag(c, 0)) for n, _, c in before]
        for n, name, column in before:
            names.append(name)
            columns = [*columns, column]
            source = n if lag == 1 else f"{n}{lag - 1}"
            chain.append(Variable(name, 0, var(source)))
    where = tree.step >= _FARTHEST
    rows = distinct_rows(names, [c[where] for c in columns], y[where]) if where.any() else None
    if rows is None:
        return
    for expr in fits(rows):
        needed = set(variables(expr))
        for v in reversed(chain):
            if v.name in needed and v.name != "y1":
                needed |= variables(v.update)
        state = [Variable("y1", 0, expr) if v.name == "y1" else v for v in chain if v.name in needed]
        output = var("y1'") if "y1" in needed else expr
        problem.offer(Draft(problem.names, tuple(state), (output,)), "autoregression")


def lag_companions(problem: Problem) -> list[Companion]:
    """The last input of each stream, 0 before the first step."""
    return [
        Companion(Variable(f"{n}1", 0, var(n)), problem.tree.lag(c, 0), c)
        for n, c in zip(problem.names, problem.columns(), strict=True)
    ]


def offer_feedback(problem: Problem, expr: Expr, companions: Sequence[Companion], strategy: str) -> None:
    """Offer `y = expr`, with the first values of the output that make the first steps right.

    `expr` reads inputs, `y1`, `y2` and companions, old (`a`) or new (`a'`).
    """
    read = variables(expr)
    if "y1" not in read and "y2" not in read:
        return
    tree = problem.tree
    early = tree.step <= 1
    fixed = dict(zip(problem.names, problem.columns(), strict=True))
    for c in companions:
        fixed |= {c.variable.name: c.before, c.variable.name + "'": c.after}
    used = [c.variable for c in companions if {c.variable.name, c.variable.name + "'"} & read]
    update = substitute(expr, {v.name + "'": v.update for v in used})
    starts = start_values(problem)
    for start, second in [(s, t) for s in starts for t in (starts if "y2" in read else [0])]:
        y1 = tree.lag(problem.target, start)
        env = fixed | {"y1": y1, "y2": tree.lag(y1, second)}
        try:
            right = evaluate_columns(expr, {n: c[early] for n, c in env.items()}) == problem.target[early]
        except UndefinedError:
            continue
        if not np.all(right):
            continue
        state = [*used, Variable("y1", start, update)]
        if "y2" in read:
            state.append(Variable("y2", second, var("y1")))
        if problem.offer(Draft(problem.names, tuple(state), (var("y1'"),)), strategy):
            return
