"""The list of the last inputs, read through list operators: median, extremes, sortedness, any rank."""

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._columns import evaluate_columns
from netlift.formulas._expr import Expr, const, size, substitute, var, variables
from netlift.formulas._lags import memory, start_values
from netlift.formulas._problem import Problem
from netlift.formulas._recurrence import Append, Emit, Recurrence

Ints = NDArray[np.int64]

_LONGEST = 10
_SHORTEST = 3  # of two inputs a window says no more than their names
_WORK = 8_000_000
_LAST = var("recent")


def search_recent(problem: Problem) -> None:
    """`recent = recent[1:] + [x]`, and the output is one of its ranks, its sum or whether it is sorted."""
    _search(problem, direct=True)


def search_recent_formulas(problem: Problem) -> None:
    """The same list, and the output is an expression of its extremes, its sum and its order."""
    _search(problem, direct=False)


def _search(problem: Problem, *, direct: bool) -> None:
    if len(problem.names) != 1:
        return
    tree, x = problem.tree, problem.columns()[0]
    machine, known = problem.behaviour.machine, problem.behaviour.window
    if machine is not None:
        known = memory(machine)
        if known is None:
            return
    longest = min(_LONGEST, int(tree.step.max()))  # a list from which nothing is dropped is the whole history
    lengths = range(_SHORTEST, longest + 1) if known is None else [known]
    fill = start_values(problem)[0]
    lagged = [x]
    for _ in range(longest - 1):
        lagged.append(tree.lag(lagged[-1], fill))
    for length in lengths:
        if not _SHORTEST <= length <= longest:
            continue
        window = np.column_stack(lagged[:length][::-1])
        if _contradicts(window, problem.target):
            continue
        ordered = Expr("sorted", (_LAST,))
        readers = [Expr("item", (ordered, const(n))) for n in range(1, length - 1)]
        readers += [Expr(op, (_LAST,)) for op in ("largest", "smallest", "sum")]
        readers += [Expr("==", (_LAST, ordered)), Expr("item", (_LAST, const(0)))]
        columns = [evaluate_columns(r, {"recent": window}) for r in readers]
        if direct:
            for reader, column in zip(readers, columns, strict=True):
                if np.array_equal(column, problem.target):
                    _offer(problem, reader, length, fill)
            if any(c.strategy == "recent" for c in problem.found):
                return
            continue
        features = {f"f{n}": r for n, r in enumerate(readers[length - 2 :])}
        for expr in problem.explain(
            ["x", *features], [x, *columns[length - 2 :]], problem.target, deepest=4, most_work=_WORK
        ):
            if variables(expr) & features.keys():
                _offer(problem, substitute(expr, features), length, fill)
        return


def _offer(problem: Problem, output: Expr, length: int, fill: int) -> None:
    body = (Append("recent", var("x"), length), Emit((output,)))
    price = 14.0 + 2 * size(output)
    problem.offer(Recurrence(problem.names, (("recent", (fill,) * length),), body), "recent", price)


def _contradicts(window: Ints, target: Ints) -> bool:
    """Whether the same window has two answers."""
    table = np.unique(np.column_stack([window, target]), axis=0)
    return bool(len(table) > 1 and (table[1:, :-1] == table[:-1, :-1]).all(axis=1).any())
