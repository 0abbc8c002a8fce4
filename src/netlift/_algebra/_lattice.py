"""Lattices of whole-number vectors, in Python's own integers."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Vector = list[int]

_PRIME = 2**31 - 1


def rank_at_least(matrix: Sequence[Sequence[int]]) -> int:
    """The rank modulo a prime: never more than the rank over the rationals, and almost always the same.

    A minor that is not 0 modulo a prime is not 0, so the answer is a proved lower bound.
    """
    if not len(matrix) or not len(matrix[0]):
        return 0
    work = np.array([[int(v) % _PRIME for v in row] for row in matrix], dtype=np.int64)
    if work.shape[0] > work.shape[1]:
        work = work.T.copy()
    rank = 0
    for row in range(len(work)):
        column = np.flatnonzero(work[row])
        if not len(column):
            continue
        pivot = int(column[0])
        scale = pow(int(work[row, pivot]), -1, _PRIME)
        work[row] = work[row] * scale % _PRIME
        below = work[row + 1 :]
        below[:] = (below - below[:, pivot : pivot + 1] * work[row] % _PRIME) % _PRIME
        rank += 1
    return rank


def ordered_lattice(vectors: Iterable[Sequence[int]]) -> list[tuple[int, Vector]]:
    """A basis in echelon form of the lattice that whole-number vectors span: (pivot, vector) pairs.

    The Hermite normal form: pivots ascend and are positive, entries above a pivot are reduced.
    """
    basis: dict[int, Vector] = {}
    for given in vectors:
        left = [int(v) for v in given]
        for place in range(len(left)):
            if not left[place]:
                continue
            if place not in basis:
                basis[place] = left if left[place] > 0 else [-v for v in left]
                break
            here = basis[place]
            while left[place]:
                times = here[place] // left[place]
                here, left = left, [a - times * b for a, b in zip(here, left, strict=True)]
            basis[place] = here if here[place] > 0 else [-v for v in here]
    pivots = sorted(basis)
    for n, place in enumerate(pivots):
        for other in pivots[:n]:
            times = basis[other][place] // basis[place][place]
            basis[other] = [a - times * b for a, b in zip(basis[other], basis[place], strict=True)]
    return [(place, basis[place]) for place in pivots]


def coordinates(basis: Sequence[tuple[int, Vector]], vector: Sequence[int]) -> Vector | None:
    """The whole-number coordinates of a vector in an echelon basis; None where it is not in the lattice.

    A vector shorter than the basis vectors is compared in its own entries only.
    """
    left = [int(v) for v in vector]
    found = []
    for place, row in basis:
        times, rest = divmod(left[place], row[place])
        if rest:
            return None
        found.append(times)
        left = [a - times * b for a, b in zip(left, row[: len(left)], strict=True)]
    return None if any(left) else found


def saturated(rows: Sequence[Sequence[int]], width: int) -> list[Vector]:
    """A basis of all whole-number vectors in the rational span of the rows, each of length `width`."""
    work = [[int(v) for v in row] for row in rows]
    inverse = [[int(i == j) for j in range(width)] for i in range(width)]  # rows: inverse of the column steps
    rank = 0
    for row in work:
        while True:
            live = [j for j in range(rank, width) if row[j]]
            if len(live) < 2:
                break
            pivot = min(live, key=lambda j: abs(row[j]))
            for j in live:
                if j == pivot:
                    continue
                times = row[j] // row[pivot]
                for line in work:
                    line[j] -= times * line[pivot]
                inverse[pivot] = [a + times * b for a, b in zip(inverse[pivot], inverse[j], strict=True)]
        if live:
            for line in work:
                line[rank], line[live[0]] = line[live[0]], line[rank]
            inverse[rank], inverse[live[0]] = inverse[live[0]], inverse[rank]
            rank += 1
    return inverse[:rank]
