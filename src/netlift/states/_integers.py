"""Exact integer linear algebra for small lattices: Hermite form, LLL reduction."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def hermite(rows: Ints) -> Ints:
    """A basis [r, r] of the lattice that integer rows [n, r] of full rank r span (row Hermite form)."""
    work = [[int(v) for v in row] for row in rows.tolist()]  # Python integers cannot overflow
    width = rows.shape[1]
    for column in range(width):
        while True:
            live = [i for i in range(column, len(work)) if work[i][column]]
            if not live:
                raise ValueError("the rows do not span the whole space")
            pivot = min(live, key=lambda i: abs(work[i][column]))
            work[column], work[pivot] = work[pivot], work[column]
            rest = [i for i in range(column + 1, len(work)) if work[i][column]]
            if not rest:
                break
            for i in rest:
                times = work[i][column] // work[column][column]
                work[i] = [a - times * b for a, b in zip(work[i], work[column], strict=True)]
    return np.array(work[:width], dtype=np.int64)


def reduce_basis(gram: Floats, delta: float = 0.99) -> Ints:
    """The unimodular U [r, r] for which U @ gram @ U.T is LLL-reduced (Lenstra, Lenstra, Lovasz 1982).

    `gram` [r, r] holds the inner products of the basis vectors; the rows of U are the new vectors
    in terms of the old ones. Meant for r up to about ten.
    """
    rank = len(gram)
    change = np.eye(rank, dtype=np.int64)
    place, steps = 1, 0
    while place < rank and steps < 2000:
        steps += 1
        for j in range(place - 1, -1, -1):
            lower = np.linalg.cholesky(change @ gram @ change.T)
            times = round(float(lower[place, j] / lower[j, j]))
            change[place] -= times * change[j]
        lower = np.linalg.cholesky(change @ gram @ change.T)
        here, before = lower[place, place] ** 2, lower[place - 1, place - 1] ** 2
        if here >= (delta - (lower[place, place - 1] / lower[place - 1, place - 1]) ** 2) * before:
            place += 1
        else:
            change[[place - 1, place]] = change[[place, place - 1]]
            place = max(place - 1, 1)
    return change
