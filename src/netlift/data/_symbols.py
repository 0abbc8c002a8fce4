"""The symbols that occur in sequences."""

from math import prod

import numpy as np
from numpy.typing import NDArray

from netlift.data._sequences import Sequences

Ints = NDArray[np.int64]


def alphabets(sequences: Sequences) -> tuple[Ints, ...]:
    """For each input stream its distinct symbols, ascending."""
    whole = len(sequences) > 0 and int(sequences.lengths.min()) == sequences.inputs.shape[1]
    steps = (
        sequences.inputs.reshape(-1, sequences.inputs.shape[2]) if whole else sequences.inputs[sequences.mask]
    )
    return tuple(distinct_numbers(column) for column in steps.T)


def distinct_numbers(numbers: Ints) -> Ints:
    """The different ones of whole numbers [N], ascending; without sorting where all are near.

    Args:
        numbers: whole numbers, in any order.

    Returns:
        Each of them once.
    """
    if not len(numbers):
        return np.unique(numbers)
    low, high = int(numbers.min()), int(numbers.max())
    if high - low >= len(numbers):
        return np.unique(numbers)
    there = np.zeros(high - low + 1, dtype=np.bool_)
    there[numbers - low] = True
    return low + np.flatnonzero(there)


def joint_symbols(sequences: Sequences, most: int) -> Ints | None:
    """The joint input symbols [A, D], in ascending order, or None where there are more than `most`.

    All combinations of the streams' symbols where those are few enough, else the ones that occur.
    """
    streams = alphabets(sequences)
    if prod(map(len, streams)) <= most:
        grid = np.meshgrid(*streams, indexing="ij")
        return np.stack([axis.reshape(-1) for axis in grid], axis=1)
    seen: Ints = np.unique(sequences.inputs[sequences.mask], axis=0)
    return seen if len(seen) <= most else None
