"""One cell for each symbol, overwritten: sets that elements enter and leave, and tables of last values."""

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._columns import evaluate_columns
from netlift.formulas._expr import Expr, size, substitute, var, variables
from netlift.formulas._operators import UndefinedError
from netlift.formulas._problem import Problem
from netlift.formulas._recurrence import Emit, Increment, Recurrence, Statement

Ints = NDArray[np.int64]

_MOST_CELLS = 16
_WORK = 10_000_000
_CELLS = var("held")


def search_stores(problem: Problem) -> None:
    """`held[a] = e(a, b)`, read by sum, max, min and the cell itself, before the step or after it."""
    if len(problem.names) != 2:
        return
    for stream in (0, 1):
        index, other = problem.names[stream], problem.names[1 - stream]
        column = problem.tree.inputs[:, stream]
        cells = int(column.max()) + 1
        if int(column.min()) < 0 or not 1 < cells <= _MOST_CELLS:
            continue
        for value in (var(other), Expr("*", (var(index), var(other)))):
            _search(problem, var(index), value, cells)
            if problem.found:
                return


def _search(problem: Problem, index: Expr, value: Expr, cells: int) -> None:
    tree = problem.tree
    inputs = dict(zip(problem.names, problem.columns(), strict=True))
    try:
        values, places = evaluate_columns(value, inputs), inputs[index.value]
    except UndefinedError:  # too large a product
        return
    after = np.zeros((len(tree), cells), dtype=np.int64)
    before = np.zeros_like(after)
    for node, parent in enumerate(tree.parent.tolist()):
        if parent >= 0:
            before[node] = after[parent]
        after[node] = before[node]
        after[node, places[node]] = values[node]
    readers = [Expr(op, (_CELLS,)) for op in ("sum", "largest", "smallest")] + [Expr("item", (_CELLS, index))]
    write: Statement = Increment("held", index, Expr("-", (value, Expr("item", (_CELLS, index)))))
    for contents, written_first in ((after, True), (before, False)):
        features = {f"f{n}": reader for n, reader in enumerate(readers)}
        try:
            columns = [evaluate_columns(f, inputs | {"held": contents}) for f in readers]
        except UndefinedError:
            continue
        for expr in problem.explain(
            [*problem.names, *features],
            [*problem.columns(), *columns],
            problem.target,
            deepest=5,
            most_work=_WORK,
        ):
            if not variables(expr) & features.keys():
                continue
            emit = Emit((substitute(expr, features),))
            body = (write, emit) if written_first else (emit, write)
            problem.offer(Recurrence(problem.names, (("held", (0,) * cells),), body), "store", _price(expr))


def _price(expr: Expr) -> float:
    """The loop, the list and `held[a] = b`, which reads more easily than the sum that stands for it."""
    return 14.0 + 2 * size(expr)
