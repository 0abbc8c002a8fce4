"""Choose, among the bases of one lattice, the coordinates that are easiest to read."""

import numpy as np
from numpy.typing import NDArray

from netlift.states._integers import reduce_basis

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_NAMES = 20  # input symbols that may each have a vector of their own
_EXACT = 0.95  # share of steps an affine law must fit to be used as a guide


def readable_change(codes: Ints, inputs: Ints, outputs: Ints) -> Ints:
    """The unimodular U [d, d] after which coordinates U z are simple; codes are [N, T + 1, d].

    Small first: LLL on the covariance. Then, greedily, adding or subtracting one coordinate to
    another as long as that shortens the integer laws next z = P z + Q x + c and y = R (next z) + e,
    where they hold (Q x is one vector a symbol where the inputs are names), and the coordinates themselves;
    positive entries are preferred. Without such a law a coordinate grows with the outputs or inputs.
    """
    rank = codes.shape[-1]
    before, after = codes[:, :-1].reshape(-1, rank), codes[:, 1:].reshape(-1, rank)
    given, answers = inputs.reshape(len(before), -1), outputs.reshape(len(before), -1)
    take = np.arange(0, len(before), max(1, len(before) // 4000))
    before, after, given, answers = before[take], after[take], given[take], answers[take]
    spread = np.cov(after.T).reshape(rank, rank)
    change = reduce_basis(spread + 1e-9 * np.trace(spread) * np.eye(rank))
    law = _affine(_with_constant(np.column_stack([before, given])), after)
    if law is None:  # inputs that are names, not numbers: one vector for each
        symbols, place = np.unique(given, axis=0, return_inverse=True)
        if len(symbols) <= _NAMES:
            law = _affine(
                np.column_stack([before, np.eye(len(symbols), dtype=np.int64)[place.reshape(-1)]]), after
            )
    reading = _affine(_with_constant(after), answers)
    cost = _cost(change, law, reading, spread)
    improved = True
    while improved:
        improved = False
        for move in _moves(rank):
            other = move @ change
            price = _cost(other, law, reading, spread)
            if price < cost - 1e-9:
                change, cost, improved = other, price, True
    if law is None and reading is None:
        coded = after @ change.T
        for k in range(rank):
            with_outputs, with_inputs = _slope(coded[:, k], answers), _slope(coded[:, k], given)
            if (with_outputs if abs(with_outputs) >= abs(with_inputs) else with_inputs) < 0:
                change[k] = -change[k]
    return change


def _moves(rank: int) -> list[Ints]:
    """Elementary unimodular changes: negate one coordinate, add or subtract one to another."""
    moves = []
    for i in range(rank):
        for j in range(rank):
            for sign in (1, -1) if i != j else (-2,):
                move = np.eye(rank, dtype=np.int64)
                move[i, j] += sign
                moves.append(move)
    return moves


def _with_constant(left: Ints) -> Ints:
    return np.column_stack([left, np.ones(len(left), dtype=np.int64)])


def _affine(design: Ints, right: Ints) -> Ints | None:
    """The integer matrix [p, q] with right = design @ it on most rows."""
    solved = np.rint(np.linalg.lstsq(design.astype(np.float64), right, rcond=None)[0])
    if np.abs(solved).max(initial=0) > 1e6:
        return None
    whole: Ints = solved.astype(np.int64)
    return whole if (design @ whole == right).all(axis=1).mean() >= _EXACT else None


def _cost(change: Ints, law: Ints | None, reading: Ints | None, spread: Floats) -> float:
    """Bits, roughly: entries of the laws in the new coordinates, and the coordinates' widths."""
    rank = len(change)
    inverse = np.rint(np.linalg.inv(change)).astype(np.int64)
    total = 0.5 * float(np.log2(1.0 + np.diag(change @ spread @ change.T)).sum())
    if law is not None:
        moved = inverse.T @ law[:rank] @ change.T
        total += _entries(np.concatenate([moved, law[rank:] @ change.T]))
    if reading is not None:
        total += _entries(np.concatenate([inverse.T @ reading[:rank], reading[rank:]]))
    return total


def _entries(matrix: Ints) -> float:
    return float(
        (3.0 * (matrix != 0) + 2.0 * np.log2(np.maximum(np.abs(matrix), 1))).sum() + 0.5 * (matrix < 0).sum()
    )


def _slope(one: Ints, many: Ints) -> float:
    """The correlation of largest size of a coordinate [M] with the columns of [M, K]; 0 where constant."""
    best = 0.0
    for column in many.T:
        if np.ptp(column) and np.ptp(one):
            found = float(np.corrcoef(one, column)[0, 1])
            best = found if abs(found) > abs(best) else best
    return best
