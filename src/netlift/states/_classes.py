"""Behaviour classes: hidden states that answer alike, numbered, without closing a machine."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from netlift.networks._protocol import Network
from netlift.states._probe import BudgetError, Probe, Suffixes

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BehaviourClasses:
    """Hidden states sorted by what they answer; for ordered states on a curve, in their order.

    `centres` [C, H] is the mean hidden vector of each class, `support` [C] how many distinct
    visited states made it. Where the states lie along a line, straight or curved, classes are
    numbered along it (`ordered`), starting from the side of the first class met; otherwise they are
    numbered as they were first met. The spacing along the line says nothing: a running maximum may
    squeeze 98 and 99 together. No transition is claimed here: read them off a run by `encode`.
    """

    centres: Floats
    support: Ints
    ordered: bool

    def encode(self, hidden: Floats) -> Ints:
        """The class [...] with the nearest centre to hidden states [..., H]."""
        place = cKDTree(self.centres).query(hidden.reshape(-1, hidden.shape[-1]))[1]
        number: Ints = np.asarray(place, dtype=np.int64).reshape(hidden.shape[:-1])
        return number


def read_classes(
    network: Network,
    inputs: Ints,
    *,
    rng: np.random.Generator,
    max_classes: int = 400,
    budget: int = 2_000_000,
) -> BehaviourClasses | None:
    """Behaviour classes of the states visited on [N, T, D]: the fallback for ordered, uneven states.

    Two visited states are one class when the network answers alike on a sample of suffixes (up to
    24 single symbols, the extreme ones included, and 24 pairs). Classes met only once are errors
    or too rare to place and are left out. None when there are more than `max_classes`, when fewer
    than half of the states fall into a class, or when the budget of network steps ends.
    """
    symbols = np.unique(inputs.reshape(-1, inputs.shape[-1]), axis=0)
    probe = Probe(network, symbols, budget)
    inner = rng.permutation(len(symbols))[:22].tolist()
    pairs = rng.integers(len(symbols), size=(24, 2)).tolist()
    suffixes = Suffixes.of([(0,), (len(symbols) - 1,), *((a,) for a in inner), *map(tuple, pairs)])
    place = {tuple(row): i for i, row in enumerate(symbols.tolist())}
    rows = inputs[: max(1, 4000 // inputs.shape[1])]
    words = np.array([[place[tuple(x)] for x in row] for row in rows.tolist()], dtype=np.int64)
    try:
        visited = probe.run(words)[0].reshape(-1, network.initial_state(1).shape[1])
        met = np.unique(visited.round(9), axis=0, return_index=True)[1]
        visited = visited[np.sort(met)]  # each once, in the order they were met
        signatures = probe.signatures(visited, suffixes, suffixes.depth)
    except BudgetError:
        return None
    _, first, labels = np.unique(signatures, axis=0, return_index=True, return_inverse=True)
    labels = labels.reshape(-1)
    support = np.bincount(labels)
    kept = np.flatnonzero(support >= (2 if len(visited) > 2 * len(support) else 1))
    if len(kept) > max_classes or 2 * support[kept].sum() < len(visited):
        return None
    kept = kept[np.argsort(first[kept], kind="stable")]
    centres = np.stack([visited[labels == label].mean(axis=0) for label in kept])
    order = _along_a_line(centres)
    if order is None:
        return BehaviourClasses(centres, support[kept], False)
    return BehaviourClasses(centres[order], support[kept][order], True)


def _along_a_line(centres: Floats) -> Ints | None:
    """The order of the centres along a curve without branches, or None if they lie on none.

    The curve must run along its principal axis: sorted along that, most of the way from each centre
    to the next must be progress.
    """
    count = len(centres)
    if count < 3:
        return np.arange(count)
    axis = np.linalg.svd(centres - centres.mean(axis=0), full_matrices=False)[2][0]
    along = (centres - centres.mean(axis=0)) @ axis
    order = np.argsort(along, kind="stable")
    if order[0] > order[-1]:
        order = order[::-1]
    steps = np.linalg.norm(np.diff(centres[order], axis=0), axis=1)
    progress = np.abs(np.diff(along[order]))
    return order if float(progress.sum()) >= 0.7 * float(steps.sum()) else None
