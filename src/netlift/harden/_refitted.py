"""A network of numbers fitted once more by least squares, to what is rare in its data: ends of ranges.

Least squares on sequences as they come leaves small errors at the ends of the inputs' ranges, where hardly
any sequence is; bounds on whole boxes, which reach from end to end, make them large.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from netlift.certify import answers_many, prove_cut
from netlift.data import Sequences
from netlift.harden._candidate import Candidate
from netlift.networks import MlpRnn, can_be_refined, refined
from netlift.states import Machine

CHOSEN = 256  # sequences


def refitted_to_data(network: MlpRnn, train: Sequences, machine: Machine, seed: int) -> Candidate | None:
    """The network after least squares on the training sequences nearest to two ends of a range in a row.

    Args:
        network: a network that has learned the data.
        train: its training sequences.
        machine: what was read; its number of answers says whether a proof may come of it.
        seed: of what the proof draws.

    Returns:
        The fitted network; None where inputs and outputs are no numbers, or each state has one answer.

    Raises:
        OutOfTimeError: the budget that bounds the caller is spent.

    Cost:
        A few tenths of a second.
    """
    if not can_be_refined(network, train) or not answers_many(machine):
        return None
    order = np.argsort(_away_from_ends(train), kind="stable")
    chosen = order[:CHOSEN]
    fitted = refined(network, train.take(chosen))
    how = (
        f"fitted again by least squares to the {len(chosen):,} sequences of the data whose inputs come "
        "nearest to two ends of a range in a row"
    )
    return Candidate(fitted, how, partial(prove_cut, fitted, seed=seed))


def _away_from_ends(train: Sequences) -> NDArray[np.float64]:
    """For each sequence [N] how far, as a share of the range, any two inputs in a row are from its ends."""
    low, high = (end(axis=0) for end in (train.inputs[train.mask].min, train.inputs[train.mask].max))
    share = (train.inputs - low) / np.maximum(high - low, 1)
    away = np.where(train.mask, np.minimum(share, 1.0 - share).max(axis=2), 1.0)
    if away.shape[1] < 2:
        return away[:, 0]
    nearest: NDArray[np.float64] = np.maximum(away[:, :-1], away[:, 1:]).min(axis=1)
    return nearest
