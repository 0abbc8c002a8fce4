"""A layer that rounds hidden states to one for each last answer, where that is all a network remembers.

A running maximum, a sum by a modulus: the hidden state is the last answer, held by a unit that neither grows
nor shrinks. No training makes such a unit forget small errors, but a layer that rounds does.
"""

import numpy as np
from numpy.typing import NDArray

from netlift.core._streams import random_stream
from netlift.data import Sequences
from netlift.harden._candidate import Candidate, layered
from netlift.harden._own_clusters import PURE, hidden_states
from netlift.networks import MlpRnn
from netlift.states import Machine

Ints = NDArray[np.int64]

MOST_ANSWERS = 256
MOST_PAIRS = 20_000  # of an answer and a symbol, each an image that is bounded
SEQUENCES = 20_000  # that are looked at


def rounded_to_answers(network: MlpRnn, train: Sequences, alphabet: Ints, seed: int) -> Candidate | None:
    """The network with a layer that rounds to the mean hidden state after each answer of the data.

    Args:
        network: a network that has learned the data.
        train: its training sequences, every step of which has an answer.
        alphabet: [A, D], the joint symbols that occur.
        seed: of what is drawn.

    Returns:
        The network with its layer. None where in the data the next answer is no function of last answer and
        symbol, where there are too many of them, or where no layer tells the hidden states apart. What the
        data never show after an answer is what the network itself answers there.

    Raises:
        OutOfTimeError: the budget that bounds the caller is spent.

    Cost:
        A few tenths of a second.
    """
    few = train.take(np.arange(min(SEQUENCES, len(train))))
    known, numbers = np.unique(few.targets[few.mask], axis=0, return_inverse=True)
    count, symbols = len(known) + 1, len(alphabet)
    if count > MOST_ANSWERS or count * symbols > MOST_PAIRS:
        return None
    after = 1 + numbers.reshape(-1)
    answers = np.zeros((len(few), few.mask.shape[1] + 1), dtype=np.int64)
    answers[:, 1:][few.mask] = after
    nothing = np.zeros((1, symbols), dtype=np.int64)
    given = Machine(alphabet, nothing, nothing[:, :, None]).encode(few.inputs)[few.mask]
    follow = np.zeros((count * symbols, count), dtype=np.int64)
    np.add.at(follow, (answers[:, :-1][few.mask] * symbols + given, after), 1)
    if follow.max(axis=1).sum() < PURE * len(after):
        return None
    hidden = hidden_states(network, few)
    met = hidden[:, 1:][few.mask]
    sums = np.zeros((count, met.shape[1]))
    np.add.at(sums, after, met)
    centres = sums / np.maximum(np.bincount(after, minlength=count), 1)[:, None]
    centres[0] = hidden[0, 0]
    ahead = network.output(
        network.next_state(np.repeat(centres, symbols, axis=0), np.tile(alphabet, (count, 1)))
    )
    said = 1 + (ahead[:, None] == known).all(axis=2).argmax(axis=1)  # the first, where it is none of them
    transitions = np.where(follow.any(axis=1), follow.argmax(axis=1), said).reshape(count, symbols)
    table = Machine(alphabet, transitions, known[transitions - 1])
    groups = f"{len(known):,} last answer{'s' if len(known) > 1 else ''}"
    how = f"given a layer that rounds its hidden states to one for each of the {groups} of the data"
    return layered(network, table, how, len(known), random_stream(seed, "rounding to answers"))
