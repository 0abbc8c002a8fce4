"""A layer that rounds hidden states to one for each way in which the network goes on.

Hidden states after which the network answers every short word alike are one state of what it computes (the
equivalence of Myhill and Nerode, 1958, cut off at a length). Which there are is asked of the network, on
hidden states of its training sequences. Where a step leads is what the network does on those sequences; what
is answered there, the data say. A unit that holds a number for ever, as a running maximum does, can be
trained as long as one likes and does not forget small errors; a layer that rounds does.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.core._streams import random_stream
from netlift.data import Sequences
from netlift.harden._candidate import Candidate, layered
from netlift.harden._own_clusters import Steps, hidden_states
from netlift.networks import MlpRnn
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SEQUENCES = 1_000  # whose hidden states are looked at
MOST_WORDS = 256  # that each hidden state is asked
DEEPEST = 32  # symbols of a word; of two symbols there are MOST_WORDS already with 7
MOST_ASKED = 3_000_000  # hidden states times words
MOST_STATES = 256
MOST_PAIRS = 20_000  # of a state and a symbol, each an image that is bounded
FUNCTION = 0.9  # share of the data's steps that have to be a function of the ways of going on
HOW = "given a layer that rounds its hidden states to"
RARE = (0.002, 0.0)  # share of the hidden states up to which a way of going on is taken for an error


def rounded_to_alike(network: MlpRnn, train: Sequences, alphabet: Ints, seed: int) -> Iterator[Candidate]:
    """The network with a layer that rounds to the mean hidden state of those that go on alike.

    Args:
        network: a network that has learned the data.
        train: its training sequences, every step of which has an answer.
        alphabet: [A, D], the joint symbols that occur.
        seed: of what is drawn.

    Yields:
        The network with its layer: with rare ways of going on taken for another, then with all of them;
        nothing where they are too many, or all are rare, or the data are no function of them, or no layer
        tells them apart. What the data never show is what the network does.

    Raises:
        OutOfTimeError: the budget that bounds the caller is spent.

    Cost:
        A few tenths of a second: at most DEEPEST times MOST_ASKED steps of the network, and far less where
        there are several symbols, or a short word tells enough.
    """
    few = train.take(np.arange(min(SEQUENCES, len(train))))
    hidden, steps = hidden_states(network, few), Steps.of(few, alphabet)
    if not np.isfinite(hidden).all():
        return
    most = min(MOST_WORDS, MOST_ASKED // int(few.mask.sum()))
    depth, words = 1, len(alphabet)
    while words <= most and depth <= DEEPEST:
        checkpoint()
        ways, states = _Ways(network, alphabet, depth), 0
        said = ways.of(hidden[:, 1:][few.mask])
        for rare in RARE:
            table = _table(ways, steps, hidden, said, rare)
            if table is None or table.states == states:
                continue
            states = table.states
            how = f"{HOW} {states - 1:,}, one for each way in which it goes on"
            rng = random_stream(seed, "rounding to ways of going on")
            one = layered(network, table, how, states - 1, rng)
            if one is not None:
                yield one
        if states:
            return
        depth, words = depth + 1, words + len(alphabet) ** (depth + 1)


@dataclass(frozen=True)
class _Ways:
    """What a network answers after hidden states to all words of up to `depth` symbols."""

    network: MlpRnn
    alphabet: Ints
    depth: int

    def of(self, hidden: Floats) -> Ints:
        """The answers [N, W] after hidden states [N, H], one column for each word and output."""
        found, many = [], hidden
        for _ in range(self.depth):
            many = self.ahead(many)
            found.append(self.network.output(many).reshape(len(hidden), -1))
        return np.concatenate(found, axis=1)

    def ahead(self, hidden: Floats) -> Floats:
        """The hidden states [N * A, H] after each symbol."""
        symbols = np.tile(self.alphabet, (len(hidden), 1))
        return self.network.next_state(np.repeat(hidden, len(self.alphabet), axis=0), symbols)


def _table(ways: _Ways, steps: Steps, hidden: Floats, said: Ints, rare: float) -> Machine | None:
    """The machine whose states are the start and the ways of going on; None where they are no function.

    `said` [N, W] is what the network answers to each word after the N hidden states of the steps.
    """
    symbols, mask = len(ways.alphabet), steps.mask
    met = hidden[:, 1:][mask]
    answers, numbers, counts = np.unique(said, axis=0, return_inverse=True, return_counts=True)
    kept = np.flatnonzero(counts > rare * len(met))
    count = len(kept) + 1
    if not len(kept) or count > MOST_STATES or count * symbols > MOST_PAIRS:
        return None
    nearest = _nearest(answers, answers[kept])
    after = 1 + nearest[numbers.reshape(-1)]
    places = np.zeros((len(mask), mask.shape[1] + 1), dtype=np.int64)
    places[:, 1:][mask] = after
    pairs = steps.pairs(places)
    follow = np.zeros((count * symbols, count), dtype=np.int64)
    answer = np.zeros((count * symbols, len(steps.known)), dtype=np.int64)
    np.add.at(follow, (pairs, after), 1)
    np.add.at(answer, (pairs, steps.answers[mask]), 1)
    if min(int(one.max(axis=1).sum()) for one in (follow, answer)) < FUNCTION * len(after):
        return None
    centres = np.zeros((count, met.shape[1]))
    np.add.at(centres, after, met)
    centres /= np.maximum(np.bincount(after, minlength=count), 1)[:, None]
    centres[0] = hidden[0, 0]
    own, ahead = follow.argmax(axis=1), steps.known[answer.argmax(axis=1)]
    unseen = np.flatnonzero(~follow.any(axis=1))
    if len(unseen):
        later = ways.ahead(centres)[unseen]
        own[unseen] = 1 + _nearest(ways.of(later), answers[kept])
        ahead[unseen] = ways.network.output(later)
    return Machine(ways.alphabet, own.reshape(count, symbols), ahead.reshape(count, symbols, -1))


def _nearest(answers: Ints, known: Ints) -> Ints:
    """Which of the known rows [K, W] differs least from each row [N, W]."""
    nearest: Ints = np.stack([(answers == row).sum(axis=1) for row in known], axis=1).argmax(axis=1)
    return nearest
