"""Toeplitz: within each Jordan block, the basis in which the readout is as simple as can be."""

import numpy as np
from numpy.typing import NDArray

from netlift.simplify._change import AffineChange

Floats = NDArray[np.float64]

_ZERO = 1e-9


def toeplitz(transition: Floats, readout: Floats, drive: Floats) -> AffineChange:
    """The change that commutes with a transition matrix in Jordan form and simplifies what is beside it.

    The matrices that commute with a single Jordan block are the upper triangular Toeplitz ones
    (Michaud et al. 2024). On each block the first output that looks at its first coordinate is made
    to read that coordinate alone, with weight 1; a block that no output reads so has the largest
    drive into its last coordinate scaled to 1.
    """
    size = len(transition)
    matrix = np.eye(size)
    for start, end in _blocks(transition):
        length = end - start
        shift = np.diag(np.ones(length - 1), 1)
        rows = [row[start:end] for row in readout if abs(row[start]) > _ZERO]
        if rows:
            part = sum(
                (weight * np.linalg.matrix_power(shift, k) for k, weight in enumerate(rows[0])),
                np.zeros((length, length)),
            )
        else:
            pushes = drive[end - 1]
            largest = pushes[np.abs(pushes).argmax()] if len(pushes) else 0.0
            part = np.eye(length) / (largest if abs(largest) > _ZERO else 1.0)
        matrix[start:end, start:end] = part
    return AffineChange.of(matrix)


def _blocks(transition: Floats) -> list[tuple[int, int]]:
    """The blocks of a matrix in real Jordan form; rotations are left out."""
    size = len(transition)
    found, start = [], 0
    while start < size:
        end = start + 1
        rotates = end < size and abs(transition[end, start]) > 1e-6
        if rotates:
            start = end + 1
            continue
        while (
            end < size
            and abs(transition[end - 1, end] - 1.0) < 1e-4
            and (end + 1 >= size or abs(transition[end + 1, end]) < 1e-6)
        ):
            end += 1
        found.append((start, end))
        start = end
    return found
