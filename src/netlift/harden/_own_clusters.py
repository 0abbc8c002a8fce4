"""The clusters of a network's own hidden states on its training data, and where they lead there.

No answers but those of the data: which cluster a step leads to is what the network does on the training
sequences, what is answered there is what the data say.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.certify._codes import clusters_of
from netlift.data import Sequences
from netlift.networks import MlpRnn
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SEQUENCES = 400  # whose hidden states are looked at
COUNTS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64)  # of clusters
STARTS = 2  # of the clustering with each of them
LEAST = 1e-3  # size of a hidden unit, as a share of the largest
AS_PURE = 0.002  # less than the purest: the finest such clustering is the one to draw towards
PURE = 0.999  # share of the steps that go where most from their cluster go, from which there is a table


@dataclass(frozen=True)
class Clusters:
    """Clusters of hidden states: their centres [K, H], and how far the data are a function of them.

    `purity` is the share of the steps that lead where most with the same cluster and symbol lead, or of the
    hidden states at which most of their cluster have the same answer, whichever is less. `sizes` [H] are the
    standard deviations of the hidden units. `table` is the
    machine whose states are the start and the clusters, if the data show every pair of cluster and symbol.
    """

    centres: Floats
    sizes: Floats
    purity: float
    table: Machine | None

    def __len__(self) -> int:
        return len(self.centres)


def own_clusters(
    network: MlpRnn, train: Sequences, alphabet: Ints, rng: np.random.Generator
) -> list[Clusters]:
    """Clusterings of the network's hidden states on training sequences, from coarse to fine.

    Args:
        network: the network, as it is.
        train: its training sequences, every step of which has an answer.
        alphabet: [A, D], the joint symbols that occur.
        rng: for the choice of sequences and of the first centres.

    Returns:
        One clustering for each number of clusters, the purest of a few; none where hidden states overflow or
        are all the same.

    Cost:
        A few tenths of a second.
    """
    rows = rng.choice(len(train), size=min(SEQUENCES, len(train)), replace=False)
    few = train.take(np.sort(rows))
    hidden = hidden_states(network, few)
    if not np.isfinite(hidden).all():
        return []
    spread = hidden[:, 1:][few.mask].std(axis=0)
    spread = np.maximum(spread, max(LEAST * float(spread.max()), 1e-9))  # a unit may stand still
    steps = Steps.of(few, alphabet)
    distinct, places = np.unique(hidden[:, 1:][few.mask] / spread, axis=0, return_inverse=True)
    found = []
    for count in COUNTS:
        best: Clusters | None = None
        for _ in range(STARTS):
            centres = spread * clusters_of(distinct, places.reshape(-1), count, rng)
            own = steps.clusters(centres, hidden, spread)
            if len(own) == count and (best is None or own.purity > best.purity):
                best = own
        if best is not None:
            found.append(best)
    return found


def finest(found: list[Clusters]) -> Clusters:
    """The finest of the clusterings that are about as pure as the purest."""
    most = max(one.purity for one in found)
    return max((one for one in found if one.purity >= most - AS_PURE), key=len)


@dataclass(frozen=True)
class Steps:
    """The steps of some sequences: symbols [N, T], answers by number [N, T], and the answers [Y, K]."""

    mask: NDArray[np.bool_]
    alphabet: Ints
    symbols: Ints
    answers: Ints
    known: Ints

    @classmethod
    def of(cls, few: Sequences, alphabet: Ints) -> "Steps":
        nothing = np.zeros((1, len(alphabet)), dtype=np.int64)
        symbols = Machine(alphabet, nothing, nothing[:, :, None]).encode(few.inputs)
        known, numbers = np.unique(few.targets[few.mask], axis=0, return_inverse=True)
        answers = np.zeros(few.mask.shape, dtype=np.int64)
        answers[few.mask] = numbers.reshape(-1)
        return cls(few.mask, alphabet, symbols, answers, known)

    def pairs(self, places: Ints) -> Ints:
        """The place before each step that counts, of places [N, T + 1], and its symbol, as one number."""
        before: Ints = places[:, :-1][self.mask]
        return before * len(self.alphabet) + self.symbols[self.mask]

    def clusters(self, centres: Floats, hidden: Floats, spread: Floats) -> Clusters:
        """How pure the clusters around these centres are, with their table."""
        count, symbols = len(centres) + 1, len(self.alphabet)
        near = hidden[:, 1:] / spread
        close = near @ (centres / spread).T - 0.5 * np.square(centres / spread).sum(axis=1)
        places = np.concatenate([np.zeros((len(near), 1), dtype=np.int64), 1 + close.argmax(axis=2)], axis=1)
        after = places[:, 1:][self.mask]
        follow = np.zeros((count * symbols, count), dtype=np.int64)
        np.add.at(follow, (self.pairs(places), after), 1)
        said = np.zeros((count, len(self.known)), dtype=np.int64)
        np.add.at(said, (after, self.answers[self.mask]), 1)
        purity = min(int(one.max(axis=1).sum()) for one in (follow, said)) / len(after)
        table = None
        if purity >= PURE and (follow.sum(axis=1) > 0).all():
            transitions = follow.argmax(axis=1).reshape(count, symbols)
            table = Machine(self.alphabet, transitions, self.known[said.argmax(axis=1)][transitions])
        return Clusters(centres, spread, purity, table)


def hidden_states(network: MlpRnn, sequences: Sequences) -> Floats:
    """Hidden states [N, T + 1, H], from the first one on."""
    safe = sequences.filled
    states = [network.initial_state(len(safe))]
    for time in range(safe.shape[1]):
        states.append(network.next_state(states[-1], safe[:, time]))
    return np.stack(states, axis=1)
