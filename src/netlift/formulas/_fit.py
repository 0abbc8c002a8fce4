"""Targets that are sums of columns: with whole coefficients, or modulo 2 (an exclusive or)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._explain import Rows, failing_rows
from netlift.formulas._expr import Expr, const, var
from netlift.formulas._normal import normalise

Ints = NDArray[np.int64]

_LARGEST = 1_000  # greatest coefficient worth printing
_SAMPLE = 2_000


def fits(rows: Rows) -> list[Expr]:
    """The sum and the exclusive or of columns (and a constant) that equal the target, if they exist."""
    found = [e for e in (_sum(rows), _exclusive_or(rows)) if e is not None]
    return [e for e in found if len(failing_rows(e, rows)) == 0]


def _sum(rows: Rows) -> Expr | None:
    """Least squares, rounded."""
    table = np.vstack([rows.columns, np.ones_like(rows.target)])[:, :_SAMPLE].T
    if max(np.abs(table).max(), np.abs(rows.target).max()) > 1 << 30:
        return None
    solution, _, rank, _ = np.linalg.lstsq(table.astype(float), rows.target[:_SAMPLE].astype(float))
    factors = np.rint(solution)
    if rank < table.shape[1] or np.abs(solution - factors).max() > 1e-3 or np.abs(factors).max() > _LARGEST:
        return None
    whole = const(int(factors[-1]))
    for name, factor in zip(rows.names, factors.tolist(), strict=False):
        if factor:
            whole = Expr("+", (whole, Expr("*", (const(int(factor)), var(name)))))
    return normalise(whole)


def _exclusive_or(rows: Rows) -> Expr | None:
    """Gaussian elimination over the field of two elements."""
    if not all(bool(np.all((c == 0) | (c == 1))) for c in (*rows.columns, rows.target)):
        return None
    unknowns = len(rows.columns) + 1
    table = np.vstack([rows.columns, np.ones_like(rows.target), rows.target]).T.astype(np.uint8)
    pivots: list[int] = []
    for column in range(unknowns):
        below = np.flatnonzero(table[len(pivots) :, column]) + len(pivots)
        if not len(below):
            continue
        row = len(pivots)
        table[[row, below[0]]] = table[[below[0], row]]
        others = np.flatnonzero(table[:, column])
        table[others[others != row]] ^= table[row]
        pivots.append(column)
    if table[len(pivots) :, -1].any():
        return None
    chosen = [c for row, c in enumerate(pivots) if table[row, -1]]
    parts: Sequence[Expr] = [var(rows.names[c]) if c < unknowns - 1 else const(1) for c in chosen]
    if not parts:
        return None
    whole = parts[0]
    for part in parts[1:]:
        whole = Expr("^", (whole, part))
    return normalise(whole)
