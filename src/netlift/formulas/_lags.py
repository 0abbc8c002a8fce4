"""Strategies without a hidden state: the output from the last inputs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._draft import Draft, Variable
from netlift.formulas._explain import distinct_rows
from netlift.formulas._expr import Expr, var, variables
from netlift.formulas._fit import fits
from netlift.formulas._problem import Problem
from netlift.states._machine import Machine

Ints = NDArray[np.int64]

_FARTHEST = 7
_WORK = 25_000_000


def start_values(problem: Problem) -> list[int]:
    """Plausible first values of a state variable, the most natural first."""
    x, y = problem.tree.inputs, problem.target
    ends = [int(x.min()), int(x.max()), int(y.min()), int(y.max()), int(x.min()) - 1, int(x.max()) + 1]
    return list(dict.fromkeys([0, 1, -1, *ends]))


def search_stateless(problem: Problem) -> None:
    """`y = E(x)`: nothing but the current input matters."""
    for expr in problem.explain(problem.names, problem.columns(), problem.target, most_work=_WORK):
        problem.offer(Draft(problem.names, (), (expr,)), "stateless")


def search_window(problem: Problem) -> None:
    """`y = E(x, x1, .., xm)`: only the last inputs matter. Stops at the first m with a program."""
    tree = problem.tree
    machine, window = problem.behaviour.machine, problem.behaviour.window
    if machine is not None:
        window = memory(machine)
        if window is None:
            return
    farthest = _FARTHEST if window is None else min(_FARTHEST, max(0, window - 1))
    names, columns = list(problem.names), problem.columns()
    lagged = [(n, c) for n, c in zip(problem.names, columns, strict=True)]
    before: list[tuple[str, str]] = []
    for lag in range(farthest + 1):
        if lag:
            for n, (last, column) in enumerate(lagged):
                name = f"{problem.names[n]}{lag}"
                before.append((name, last))
                lagged[n] = (name, tree.lag(column, 0))
                names.append(name)
                columns.append(lagged[n][1])
        rows = distinct_rows(names, columns, problem.target) if lag else None
        if rows is None:
            if lag == 1:
                _other_fills(problem)
            continue
        deepest = 9 if len(names) <= 3 else 7
        sums = fits(rows)
        others = [] if sums and lag > 1 else problem.explain_rows(rows, deepest=deepest, most_work=_WORK)
        for expr in (*sums, *others):
            problem.offer(Draft(problem.names, _chain(before, expr), (expr,)), "window")
        if any(c.strategy == "window" for c in problem.found) or len(rows.target) < len(tree) // 4:
            return


def memory(machine: Machine) -> int | None:
    """How many inputs, the current one included, determine a minimal machine's output; None: no number.

    Perles, Rabin, Shamir, The theory of definite automata (1963): pairs of states must merge.
    """
    pairs = np.argwhere(np.triu(np.ones((machine.states, machine.states), dtype=np.bool_), 1))
    for length in range(1, machine.states + 2):
        if not len(pairs):
            return length
        after = np.sort(machine.transitions[pairs], axis=1)  # [pairs, 2, A]
        after = np.unique(np.moveaxis(after, 2, 1).reshape(-1, 2), axis=0)
        pairs = after[after[:, 0] != after[:, 1]]
    return None


def _other_fills(problem: Problem) -> None:
    """One lag whose value before the first step is not 0."""
    for fill in start_values(problem)[1:]:
        columns = [problem.tree.lag(c, fill) for c in problem.columns()]
        names = [*problem.names, *(f"{n}1" for n in problem.names)]
        for expr in problem.explain(names, [*problem.columns(), *columns], problem.target, most_work=_WORK):
            read = variables(expr)
            used = [n for n in problem.names if f"{n}1" in read]
            lags = tuple(Variable(f"{n}1", fill, var(n)) for n in used)
            problem.offer(Draft(problem.names, lags, (expr,)), "window")


def _chain(before: Sequence[tuple[str, str]], expr: Expr) -> tuple[Variable, ...]:
    """The lag variables that an expression needs, with those that feed them."""
    needed = set(variables(expr))
    kept = []
    for name, source in reversed(before):
        if name in needed:
            needed.add(source)
            kept.append(Variable(name, 0, var(source)))
    return tuple(reversed(kept))
