"""State classes: clusters of hidden states, numbered, without closing a machine."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import cKDTree

from netlift.networks._protocol import Network, run_with_states
from netlift.states._probe import BudgetError, Probe, Suffixes
from netlift.states._tables import Samples, contradictions, samples

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_POINTS = 4000
_SINGLE = 200  # distinct states, at most, that may each be a class of its own
_CUTS = 6
_CLEAR = 1.1  # a gap exceeds the next smaller one by at least this factor


@dataclass(frozen=True)
class StateClasses:
    """Hidden states sorted into classes; on a straight or curved line, numbered along it.

    `centres` [C, H] is the mean hidden vector of each class, `support` [C] how many distinct visited
    states made it. Where the classes lie along a line (`ordered`), class k has the number
    k - `start`, so that the first hidden state has number 0; the spacing along the line says nothing:
    a running maximum may squeeze 98 and 99 together. Otherwise `start` is 0 and numbers are names.
    `found_by` "gaps" means that empty space separates the classes, "behaviour" that the network
    answers alike within each. `contradictions` is the share of visited steps against the majority
    for the same class and input, or of outputs for the same class. No transition is claimed: read
    them off a run (`class_samples`).
    """

    centres: Floats
    support: Ints
    ordered: bool
    start: int
    found_by: Literal["gaps", "behaviour"]
    contradictions: float

    def encode(self, hidden: Floats) -> Ints:
        """The number [...] of the class with the nearest centre to hidden states [..., H]."""
        place = cKDTree(self.centres).query(hidden.reshape(-1, hidden.shape[-1]))[1]
        number: Ints = np.asarray(place, dtype=np.int64).reshape(hidden.shape[:-1])
        return number - self.start


def read_classes(
    network: Network,
    inputs: Ints,
    *,
    rng: np.random.Generator,
    max_classes: int = 400,
    budget: int = 2_000_000,
) -> StateClasses | None:
    """Classes of the states visited on [N, T, D]: the fallback where states are discrete but uneven.

    First by gaps: the states fall into clusters with more space between than within (single linkage,
    cut at the largest jumps between edge lengths). Counters trained by gradient are like
    that: ordered, clearly apart, but no lattice. Then by behaviour: two visited states are one class
    when the network answers alike on up to 24 single symbols, the extreme ones included, and 24
    pairs; classes met only once are errors or too rare to place and are left out. The reading with
    fewer contradictions is returned; None when there are more than `max_classes`, when behaviour
    places fewer than half of the states, or when a tenth of the steps contradict each other.
    """
    states, outputs = run_with_states(network, inputs)
    path = np.concatenate([network.initial_state(len(inputs))[:, None], states], axis=1)
    if not np.isfinite(path).all():
        return None
    flat = path.reshape(-1, path.shape[-1])
    scale = float(np.abs(flat).max()) + 1e-300
    met = np.unique((flat / scale).round(9), axis=0, return_index=True)[1]
    visited = flat[np.sort(met)]  # each once, in the order they were met: the first state comes first
    visited = visited[:: max(1, len(visited) // _POINTS)]
    found = []
    for labels in _gaps(visited):
        if 1 < labels.max() + 1 <= max_classes:
            found.append(_classes(visited, labels, path, inputs, outputs, "gaps"))
            if found[-1].contradictions == 0.0:
                return found[-1]
    by_behaviour = _behaviours(network, inputs, visited, rng, budget)
    if by_behaviour is not None and 1 < by_behaviour.max() + 1 <= max_classes:
        found.append(_classes(visited, by_behaviour, path, inputs, outputs, "behaviour"))
    best = min(found, key=lambda one: one.contradictions, default=None)
    return best if best is not None and best.contradictions <= 0.1 else None


def class_samples(network: Network, classes: StateClasses, inputs: Ints) -> Samples:
    """The steps of a run on [N, T, D], seen through the classes, with z [M, 1] the class number."""
    states, outputs = run_with_states(network, inputs)
    path = np.concatenate([network.initial_state(len(inputs))[:, None], states], axis=1)
    return samples(classes.encode(path)[..., None], inputs, outputs)


def _classes(
    visited: Floats,
    labels: Ints,
    path: Floats,
    inputs: Ints,
    outputs: Ints,
    found_by: Literal["gaps", "behaviour"],
) -> StateClasses:
    support = np.bincount(labels[labels >= 0])
    centres = np.zeros((len(support), visited.shape[1]))
    np.add.at(centres, labels[labels >= 0], visited[labels >= 0])
    centres /= support[:, None]
    order = _along_a_line(centres)
    if order is not None:
        centres, support = centres[order], support[order]
    numbers = np.asarray(cKDTree(centres).query(path)[1])
    start = int(numbers[0, 0]) if order is not None else 0
    table = samples(np.asarray(numbers, dtype=np.int64)[..., None], inputs, outputs)
    return StateClasses(centres, support, order is not None, start, found_by, contradictions(table))


def _gaps(visited: Floats) -> list[Ints]:
    """Clusterings [M], numbered by first member, at the clearest gaps; the clearest one first."""
    count = len(visited)
    if count < 4:
        return []
    graph = _neighbourhood(visited)
    tree = minimum_spanning_tree(graph).tocoo()
    edges = np.sort(tree.data)
    few = max(len(edges) // 4, 1)  # the shortest quarter lies within clusters
    jumps = edges[few:] / edges[few - 1 : -1]
    found = [np.arange(count)] if count <= _SINGLE else []  # states that recur exactly
    for place in np.argsort(-jumps, kind="stable")[:_CUTS]:
        if jumps[place] < _CLEAR:
            break
        near = tree.data < float(np.sqrt(edges[few + place] * edges[few + place - 1]))
        ends = (tree.coords[0][near], tree.coords[1][near])
        linked = coo_array((tree.data[near], ends), shape=(count, count))
        labels = connected_components(linked, directed=False)[1]
        first = np.unique(labels, return_index=True)[1]
        found.append(np.argsort(np.argsort(first))[labels])
    return found


def _neighbourhood(visited: Floats) -> csr_array:
    """A connected graph of near pairs [M, M]: nearest neighbours, and neighbours along principal axes.

    The latter tie clusters together that are larger than the neighbourhoods.
    """
    count = len(visited)
    distance, other = (np.asarray(part) for part in cKDTree(visited).query(visited, k=min(9, count)))
    rows = [np.repeat(np.arange(count), distance.shape[1] - 1)]
    columns = [np.asarray(other[:, 1:], dtype=np.int64).reshape(-1)]
    for axis in np.linalg.svd(visited - visited.mean(axis=0), full_matrices=False)[2][:3]:
        along = np.argsort(visited @ axis, kind="stable")
        rows.append(along[:-1])
        columns.append(along[1:])
    one, two = np.concatenate(rows), np.concatenate(columns)
    pairs = np.unique(np.sort(np.column_stack([one, two]), axis=1), axis=0)
    apart = np.linalg.norm(visited[pairs[:, 0]] - visited[pairs[:, 1]], axis=1)
    apart = np.maximum(apart, 1e-300)  # a stored zero would be no edge
    return csr_array((apart, (pairs[:, 0], pairs[:, 1])), shape=(count, count))


def _behaviours(
    network: Network, inputs: Ints, visited: Floats, rng: np.random.Generator, budget: int
) -> Ints | None:
    """Class numbers [M], by first member, -1 where left out; None if most are."""
    symbols = np.unique(inputs.reshape(-1, inputs.shape[-1]), axis=0)
    probe = Probe(network, symbols, budget)
    inner = rng.permutation(len(symbols))[:22].tolist()
    pairs = rng.integers(len(symbols), size=(24, 2)).tolist()
    suffixes = Suffixes.of([(0,), (len(symbols) - 1,), *((a,) for a in inner), *map(tuple, pairs)])
    try:
        signatures = probe.signatures(visited, suffixes, suffixes.depth)
    except BudgetError:
        return None
    _, first, labels = np.unique(signatures, axis=0, return_index=True, return_inverse=True)
    labels = labels.reshape(-1)
    support = np.bincount(labels)
    kept = np.flatnonzero(support >= (2 if len(visited) > 2 * len(support) else 1))
    if 2 * support[kept].sum() < len(visited):
        return None
    place = np.full(len(first), -1, dtype=np.int64)
    place[kept[np.argsort(first[kept], kind="stable")]] = np.arange(len(kept))
    numbered: Ints = place[labels]
    return numbered


def _along_a_line(centres: Floats) -> Ints | None:
    """The order of the centres along a curve without branches, or None if they lie on none.

    The curve must run along its principal axis: sorted along that, most of the way from each centre
    to the next must be progress. It starts on the side that was met first.
    """
    count = len(centres)
    if count < 3:
        return np.arange(count)
    axis = np.linalg.svd(centres - centres.mean(axis=0), full_matrices=False)[2][0]
    along = (centres - centres.mean(axis=0)) @ axis
    order: Ints = np.argsort(along, kind="stable")
    if order[0] > order[-1]:
        order = order[::-1]
    steps = np.linalg.norm(np.diff(centres[order], axis=0), axis=1)
    progress = np.abs(np.diff(along[order]))
    return order if float(progress.sum()) >= 0.7 * float(steps.sum()) else None
