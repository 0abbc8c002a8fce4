"""The symbols that occur in sequences."""

from math import prod

import numpy as np
from numpy.typing import NDArray

from netlift.data._sequences import Sequences

Ints = NDArray[np.int64]


def alphabets(sequences: Sequences) -> tuple[Ints, ...]:
    """For each input stream its distinct symbols, ascending."""
    steps = sequences.inputs[sequences.mask]
    return tuple(np.unique(column) for column in steps.T)


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
