"""Targets that are sums of columns: with whole coefficients, or modulo a prime."""

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._explain import Rows, failing_rows
from netlift.formulas._expr import Expr, const, var
from netlift.formulas.writing._spell import normalise

Ints = NDArray[np.int64]

_LARGEST = 1_000  # greatest coefficient worth printing
_SAMPLE = 2_000
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31)


def fits(rows: Rows) -> list[Expr]:
    """The sum, plain or modulo a prime, of columns and a constant that equals the target, if there is one."""
    found = [e for e in (_sum(rows), _exclusive_or(rows), _modular_sum(rows)) if e is not None]
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
    if not all(bool(np.all((c == 0) | (c == 1))) for c in (*rows.columns, rows.target)):
        return None
    factors = _solved(rows, 2)
    if factors is None or not any(factors):
        return None
    parts = [var(n) for n, f in zip(rows.names, factors, strict=False) if f] + [const(1)] * factors[-1]
    whole = parts[0]
    for part in parts[1:]:
        whole = Expr("^", (whole, part))
    return normalise(whole)


def _modular_sum(rows: Rows) -> Expr | None:
    """A sum modulo the number of output values, if that is prime."""
    modulus = int(rows.target.max()) + 1
    if int(rows.target.min()) < 0 or modulus not in _PRIMES:
        return None
    factors = _solved(rows, modulus)
    if factors is None:
        return None
    signed = [f - modulus if f > modulus // 2 and modulus > 2 else f for f in factors]
    whole = const(signed[-1])
    for name, factor in zip(rows.names, signed, strict=False):
        if factor:
            whole = Expr("+", (whole, Expr("*", (const(factor), var(name)))))
    return normalise(Expr("%", (whole, const(modulus))))


def _solved(rows: Rows, prime: int) -> list[int] | None:
    """Factors of the columns and the constant, by elimination over the field of `prime` elements."""
    unknowns = len(rows.columns) + 1
    table = np.vstack([rows.columns, np.ones_like(rows.target), rows.target])[:, :_SAMPLE].T % prime
    pivots: list[int] = []
    for column in range(unknowns):
        row = len(pivots)
        below = np.flatnonzero(table[row:, column]) + row
        if not len(below):
            continue
        table[[row, below[0]]] = table[[below[0], row]]
        table[row] = table[row] * pow(int(table[row, column]), -1, prime) % prime
        others = table[:, column].copy()
        others[row] = 0
        table = (table - others[:, None] * table[row]) % prime
        pivots.append(column)
    if table[len(pivots) :, -1].any():
        return None
    factors = [0] * unknowns
    for row, column in enumerate(pivots):
        factors[column] = int(table[row, -1])
    return factors
