"""Strategies without a hidden state: the output from the last inputs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._draft import Draft, Variable
from netlift.formulas._explain import Rows, distinct_rows
from netlift.formulas._expr import Expr, var, variables
from netlift.formulas._fit import fits
from netlift.formulas._problem import Problem
from netlift.formulas._table import answer_table
from netlift.states._machine import Machine

Ints = NDArray[np.int64]

_FARTHEST = 7
_LARGEST_SET = 12
_LARGEST_TABLE = 64  # symbols in a table that a person reads
_WORK = 25_000_000


_WIDE = 1_000


def start_values(problem: Problem) -> list[int]:
    """Plausible first values of a state variable, the most natural first."""
    x, y = problem.tree.inputs, problem.target
    ends = [int(x.min()), int(x.max()), int(y.min()), int(y.max()), int(x.min()) - 1, int(x.max()) + 1]
    largest = max(map(abs, ends))
    if largest > _WIDE:  # of so many numbers the sample does not show the bounds
        ends = [-(10 ** len(str(largest - 1))), 10 ** len(str(largest - 1)), *ends]
    return list(dict.fromkeys([0, 1, -1, *ends]))


def search_stateless(problem: Problem) -> None:
    """`y = E(x)`: nothing but the current input matters."""
    rows = distinct_rows(problem.names, problem.columns(), problem.target)
    if rows is None:
        return
    for expr in problem.explain_rows(rows, most_work=_WORK):
        problem.offer(Draft(problem.names, (), (expr,)), "stateless")
    bits = bool(np.all((rows.target == 0) | (rows.target == 1)))
    if bits and 1 < int(rows.target.sum()) <= _LARGEST_SET and len(rows.target) <= 8 * _LARGEST_SET:
        members = rows.columns.T[rows.target == 1].tolist()
        keys = tuple(sorted(tuple(m) if len(m) > 1 else m[0] for m in members))
        listed = Expr("in", tuple(var(n) for n in problem.names), keys)
        problem.offer(Draft(problem.names, (), (listed,)), "set")
    if problem.behaviour.machine is None and any(problem.behaviour.named_inputs):
        _look_up(problem, rows)


def _look_up(problem: Problem, rows: Rows) -> None:
    """A table of the answers to few symbols that stand for strings; a machine has its own table."""
    if len(rows.target) <= _LARGEST_TABLE:
        recurrence, price = answer_table(rows.columns.T, rows.target[:, None], problem.names)
        problem.offer(recurrence, "stateless", price)


def search_window(problem: Problem) -> None:
    """`y = E(x, x1, .., xm)`: only the last inputs matter. Stops at the first m with a program."""
    tree = problem.tree
    machine, window = problem.behaviour.machine, problem.behaviour.window
    if machine is not None:
        window = memory(machine)
        if window is None:
            return
    farthest = _FARTHEST if window is None else min(_FARTHEST, max(0, window - 1))
    for lag in range(1, farthest + 1):
        for fill in start_values(problem)[: None if lag < 4 else 1]:
            names, columns, before = _lagged(problem, lag, fill)
            rows = distinct_rows(names, columns, problem.target)
            if rows is not None:
                _search_rows(problem, rows, before, fill)
                break
        if any(c.strategy == "window" for c in problem.found):
            return
        if rows is not None and len(rows.target) < len(tree) // 4:
            return


def _lagged(problem: Problem, lags: int, fill: int) -> tuple[list[str], list[Ints], list[tuple[str, str]]]:
    """Names and columns of the inputs and their lags, and which lag is fed by which name."""
    names, columns = list(problem.names), problem.columns()
    last = list(zip(names, columns, strict=True))
    before = []
    for lag in range(1, lags + 1):
        for n, (source, column) in enumerate(last):
            last[n] = (f"{problem.names[n]}{lag}", problem.tree.lag(column, fill))
            before.append((last[n][0], source))
            names.append(last[n][0])
            columns.append(last[n][1])
    return names, columns, before


def _search_rows(problem: Problem, rows: Rows, before: list[tuple[str, str]], fill: int) -> None:
    sums = fits(rows)
    deepest = 9 if len(rows.names) <= 3 else 7
    others = [] if sums and len(before) > 1 else problem.explain_rows(rows, deepest=deepest, most_work=_WORK)
    for expr in (*sums, *others):
        problem.offer(Draft(problem.names, _chain(before, expr, fill), (expr,)), "window")


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
        after = after[after[:, 0] != after[:, 1]]
        if len(after) == len(pairs):  # each image is part of the one before: these never merge
            return None
        pairs = after
    return None


def _chain(before: Sequence[tuple[str, str]], expr: Expr, fill: int) -> tuple[Variable, ...]:
    """The lag variables that an expression needs, with those that feed them."""
    needed = set(variables(expr))
    kept = []
    for name, source in reversed(before):
        if name in needed:
            needed.add(source)
            kept.append(Variable(name, fill, var(source)))
    return tuple(reversed(kept))
