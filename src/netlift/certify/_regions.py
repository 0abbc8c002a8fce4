"""Network = machine with long boxes: one for each state, cut into regions where the network bends.

Where a network holds more than its state, as one does whose outputs take many values (they must stand in
the hidden state that they are read from), boxes around state and output are too many. One box around all
hidden states of a machine's state is long in the directions that the network itself forgets. It is halved
where the enclosure of a bend is too wide, region by region, until all parts land where they should.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.certify._boxes import MOST_IMAGES, NetworkProof
from netlift.certify._graph import BoxGraph, state_graph
from netlift.certify._rounding import rounded_along
from netlift.certify._zonotope import Image, image, lead
from netlift.networks import MlpRnn
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WALKS, LENGTH = 4_000, 12  # random walks that show in which directions boxes are long
ROUNDS = 12
DEEPEST = 6  # halvings; the checker grants more
MOST_PARTS = 12_000  # parts of boxes in one round
PIECE = 1_000_000  # images times width at a time
INFLATION = 1.05
FLOOR = 1e-7  # of the scale of the centres, added to every radius
LOOSE = 0.05  # share of a radius from which the width of a bend is worth a halving


@dataclass(frozen=True)
class _Round:
    """What one round found: the least boxes [M, H] around all images, in the axes' coordinates."""

    low: Floats
    high: Floats
    closed: bool
    slack: float
    margin: float
    rounding: float


def prove_regions(network: MlpRnn, machine: Machine, seed: int) -> NetworkProof | None:
    """A proof with one box for each state of the machine, in axes found by random walks, or None."""
    if network.coding.streams != machine.alphabet.shape[1]:
        return None
    if (machine.states + 1) * len(machine.alphabet) > MOST_IMAGES:
        return None
    graph = state_graph(machine)
    axes, low, high = _walked(network, machine, graph, seed)
    inverse: Floats = np.linalg.inv(axes).astype(np.float64)
    first = network.weights["initial"]
    for _ in range(ROUNDS):
        scale = max(1.0, float(np.abs(low).max()), float(np.abs(high).max()))
        if not np.isfinite(scale):
            return None
        centres = 0.5 * (low + high) @ axes.T
        radii = 0.5 * INFLATION * (high - low) + FLOOR * scale
        centres[0], radii[0] = first, 0.0
        found = _round(network, machine, graph, centres, radii, axes, inverse)
        if found is None:
            return None
        if found.closed:
            parts = (centres, radii, axes, inverse, found.slack, found.margin, found.rounding)
            return NetworkProof(machine, graph, *parts)
        low, high = found.low, found.high
    return None


def rounded_regions(network: MlpRnn, machine: Machine, seed: int) -> tuple[MlpRnn, NetworkProof] | None:
    """The network with a layer that rounds the direction in which states differ, and its proof, or None."""
    if network.coding.streams != machine.alphabet.shape[1]:
        return None
    if (machine.states + 1) * len(machine.alphabet) > MOST_IMAGES:
        return None
    graph = state_graph(machine)
    points, owners = met(network, machine, graph, seed)
    rng = np.random.default_rng([seed, 13])
    longest = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)[2][0]
    order = np.lexsort((points @ longest, owners))
    ends = np.flatnonzero(np.diff(owners[order], prepend=-1, append=-1))
    chosen = order[np.unique(np.concatenate([ends[:-1], ends[1:] - 1]))]  # both ends of each box
    better = rounded_along(network, machine, graph, points[chosen], owners[chosen], rng)
    proof = None if better is None else prove_regions(better, machine, seed)
    return None if better is None or proof is None else (better, proof)


def met(network: MlpRnn, machine: Machine, graph: BoxGraph, seed: int) -> tuple[Floats, Ints]:
    """Hidden states [P, H] that words lead to, at least one in each box, and their boxes [P]."""
    rng = np.random.default_rng([seed, 12])
    access = graph.by_access(network, machine)
    hidden, boxes = network.initial_state(WALKS), np.zeros(WALKS, dtype=np.int64)
    points, places = [access[1:]], [np.arange(1, len(access))]
    for _ in range(LENGTH):
        symbols = rng.integers(len(machine.alphabet), size=WALKS)
        hidden = network.next_state(hidden, machine.alphabet[symbols])
        boxes = graph.successors[boxes, symbols]
        points.append(hidden)
        places.append(boxes)
    return np.concatenate(points), np.concatenate(places)


def _walked(network: MlpRnn, machine: Machine, graph: BoxGraph, seed: int) -> tuple[Floats, Floats, Floats]:
    """The axes in which hidden states of one box scatter, and the boxes around those met, along them."""
    points, owners = met(network, machine, graph, seed)
    boxes = len(graph.labels)
    counts = np.bincount(owners, minlength=boxes).clip(min=1)
    means = np.stack([np.bincount(owners, column, boxes) for column in points.T], axis=1)
    away = points - (means / counts[:, None])[owners]
    axes: Floats = np.linalg.eigh(away.T @ away)[1][:, ::-1].astype(np.float64)
    along = points @ np.linalg.inv(axes).T
    low, high = np.full((boxes, len(axes)), np.inf), np.full((boxes, len(axes)), -np.inf)
    np.minimum.at(low, owners, along)
    np.maximum.at(high, owners, along)
    low[0] = high[0] = 0.0
    return axes, low, high


def _round(
    network: MlpRnn,
    machine: Machine,
    graph: BoxGraph,
    centres: Floats,
    radii: Floats,
    axes: Floats,
    inverse: Floats,
) -> _Round | None:
    """All images of all boxes, halved where that helps; None where that takes too many parts."""
    low, high = np.full(centres.shape, np.inf), np.full(centres.shape, -np.inf)
    closed, slack, margin, rounding = True, np.inf, np.inf, 0.0
    middles, reaches, owners = centres, radii, np.arange(len(centres))
    seen = np.abs(network.weights["f.0.hidden"] @ axes).sum(axis=0)
    used, step = 0, max(1, PIECE // (len(machine.alphabet) * network.architecture.width))
    for depth in range(DEEPEST + 1):
        used += len(owners)
        if used > MOST_PARTS:
            return None
        again = []
        for start in range(0, len(owners), step):
            part = slice(start, start + step)
            own = owners[part]
            flat = graph.successors[own].reshape(-1)
            reached = image(network, machine.alphabet, middles[part], reaches[part], axes)
            needed = reached.within(centres[flat], inverse)
            leads = lead(network, reached, machine.outputs[graph.labels[own]].reshape(len(flat), -1))
            inside = (needed <= radii[flat]).all(axis=1) & (leads > 0.0)
            loose = (_loose(reached, inverse) > LOOSE * radii[flat]).any(axis=1) | (leads <= 0.0)
            helps = (reaches[part] > 0.0).any(axis=1) & (depth < DEEPEST)
            fails = (~inside & loose).reshape(len(own), -1).any(axis=1) & helps
            again.append(fails)
            kept = np.repeat(~fails, len(machine.alphabet))
            closed &= bool(inside[kept].all())
            middle, extent = _along(reached, inverse)
            np.minimum.at(low, flat[kept], (middle - extent)[kept])
            np.maximum.at(high, flat[kept], (middle + extent)[kept])
            if kept.any():
                room = np.maximum(radii[flat[kept]], 1e-300)
                slack = min(slack, float((1.0 - needed[kept] / room).min()))
                margin, rounding = (
                    min(margin, float(leads[kept].min())),
                    max(rounding, reached.rounding.max()),
                )
        split = np.flatnonzero(np.concatenate(again))
        if not len(split):
            break
        middles, reaches, owners = _halved(middles[split], reaches[split], owners[split], axes, seen)
    low[0] = high[0] = 0.0
    return _Round(low, high, closed, slack, margin, float(rounding))


def _along(reached: Image, inverse: Floats) -> tuple[Floats, Floats]:
    """Centres and extents of images [N, H] along the axes."""
    hidden = len(inverse)
    generators = reached.generators.reshape(-1, hidden, reached.generators.shape[-1])
    extent = np.abs(np.matmul(inverse, generators)).sum(axis=-1)
    extent = extent + reached.noise.reshape(-1, hidden) @ np.abs(inverse).T
    middle: Floats = reached.centre.reshape(-1, hidden) @ inverse.T
    return middle, extent


def _loose(reached: Image, inverse: Floats) -> Floats:
    """The part of an image's extent along the axes that enclosing bends has added."""
    hidden = len(inverse)
    bent = reached.generators.reshape(-1, hidden, reached.generators.shape[-1])[..., hidden:]
    loose: Floats = np.abs(np.matmul(inverse, bent)).sum(axis=-1)
    return loose + reached.noise.reshape(-1, hidden) @ np.abs(inverse).T


def _halved(
    middles: Floats, reaches: Floats, owners: Ints, axes: Floats, seen: Floats
) -> tuple[Floats, Floats, Ints]:
    """Two parts of each box, cut across the direction in which the first layer sees most of it."""
    rows, axis = np.arange(len(owners)), (reaches * seen).argmax(axis=1)
    half = reaches.copy()
    half[rows, axis] *= 0.5
    shift = axes[:, axis].T * half[rows, axis][:, None]
    half = half * (1.0 + 1e-9)  # the rounding of their middles
    return np.concatenate([middles + shift, middles - shift]), np.tile(half, (2, 1)), np.tile(owners, 2)
