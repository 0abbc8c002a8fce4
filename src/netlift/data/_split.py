"""Sequences to train on and sequences to hold out."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from netlift.data._sequences import Sequences, distinct_rows
from netlift.data._symbols import distinct_numbers

Flags = NDArray[np.bool_]

WIDE = 1_000  # steps of long sequences
MOST_SYMBOLS = 1_024  # more distinct numbers than that are no alphabet


MOST_STEPS = 400  # of a sequence that networks and programs are made from


def shortened(sequences: Sequences, most: int = MOST_STEPS) -> Sequences:
    """The beginnings of the sequences, `most` steps at most; the same sequences where none is longer.

    What is made from them is checked on the whole ones: training, and words of several times the length,
    take memory and time for each step.
    """
    if sequences.inputs.shape[1] <= most:
        return sequences
    silent = None if sequences.silent is None else sequences.silent[:, :most]
    return replace(
        sequences,
        inputs=sequences.inputs[:, :most],
        targets=sequences.targets[:, :most],
        lengths=np.minimum(sequences.lengths, most),
        silent=silent if silent is not None and silent.any() else None,
    )


def split(
    sequences: Sequences, rng: np.random.Generator, held_out: float = 0.1
) -> tuple[Sequences, Sequences]:
    """Training and held-out sequences, in the order given; equal inputs stay on one side.

    About a share `held_out` of the distinct input sequences is held out, at least one where there
    are two or more; with a single distinct one, the held-out part is empty. What holds the only
    occurrence of a symbol is trained on, unless the numbers of its stream are too many for an alphabet.
    """
    if sequences.inputs.shape[1] > WIDE:  # sorting such rows takes a field for each of their numbers
        group = sequences.distinct()[1]
    else:
        padded = np.column_stack([sequences.lengths, sequences.inputs.reshape(len(sequences), -1)])
        first, same_as = distinct_rows(padded)
        group = np.unique(padded[first], axis=0, return_inverse=True)[1].reshape(-1)[same_as]
    groups = int(group.max()) + 1
    count = min(max(1, round(held_out * groups)), groups - 1)
    chosen = np.zeros(groups, dtype=bool)
    chosen[rng.permutation(groups)[:count]] = True
    outside = chosen[group] & ~_with_foreign_symbols(sequences, chosen[group])
    return sequences.take(np.flatnonzero(~outside)), sequences.take(np.flatnonzero(outside))


def _with_foreign_symbols(sequences: Sequences, outside: Flags) -> Flags:
    """Which sequences have an input or target symbol that none of those not `outside` has."""
    foreign = np.zeros(len(sequences), dtype=bool)
    for values, mask in ((sequences.inputs, sequences.mask), (sequences.targets, sequences.labelled)):
        for stream in range(values.shape[2]):
            column = values[:, :, stream]
            if len(distinct_numbers(column[mask])) > MOST_SYMBOLS:
                continue
            known = distinct_numbers(column[~outside][mask[~outside]])
            foreign |= (~np.isin(column, known) & mask).any(axis=1)
    return foreign
