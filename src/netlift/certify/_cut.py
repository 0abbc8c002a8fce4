"""Network = machine where answers are many and states are few: long boxes, cut where the network bends.

A hidden state that holds the last answer beside the machine's state fills a long thin set for each state. One
box around it, along its own axes, is enough for the proof, if its image is bounded piece by piece: the input
splitting of neural network verification (Wang, Pei, Whitehouse, Yang and Jana, 2018, ReluVal).
"""

import numpy as np
from numpy.typing import NDArray

from netlift.certify._boxes import FLOOR, INFLATION, MOST_IMAGES, PIECE, NetworkProof, images
from netlift.certify._graph import BoxGraph, state_graph
from netlift.certify._zonotope import UNIT, Frame, lead
from netlift.core._streams import random_stream
from netlift.networks import MlpRnn
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WALKS = 2_000
STEPS = 40
THICK = 0.1  # of the distance to the nearest other box, for the radius across
LONGER = (0.003, 0.0)  # of a box's length, added at both ends: bounds are wider than points show
GROWING = 6  # rounds for the radii
POINTS = 9  # of each box along its length
HALVINGS = 6
MOST_PIECES = 8_000  # of one round of halving


def answers_many(machine: Machine) -> bool:
    """Whether some state is entered with different answers, so that its hidden states may be far apart."""
    entered = np.concatenate([machine.transitions[..., None], machine.outputs], axis=2)
    pairs = np.unique(entered.reshape(-1, entered.shape[2]), axis=0)
    return len(pairs) > len(np.unique(pairs[:, 0]))


def prove_cut(network: MlpRnn, machine: Machine, seed: int) -> NetworkProof | None:
    """A proof with one box a state, for words of all lengths, or None.

    None says only that no such boxes were found, or that no state is entered with different answers, where
    they would be those of `prove_network`. Axes are the principal ones of hidden states within a
    state; radii are grown until points of the boxes are mapped into boxes, then everything is bounded.
    """
    graph = state_graph(machine, MOST_IMAGES) if answers_many(machine) else None
    if graph is None or network.hidden_size < 2 or network.coding.streams != machine.alphabet.shape[1]:
        return None
    hidden, boxes = graph.walked(network, machine, WALKS, STEPS, random_stream(seed, "cutting boxes"))
    counts = np.bincount(boxes, minlength=len(graph.labels))
    if (counts[1:] == 0).any():
        return None
    means = np.zeros((len(counts), hidden.shape[1]))
    np.add.at(means, boxes, hidden)
    means /= np.maximum(counts, 1)[:, None]
    axes = np.linalg.eigh(np.cov((hidden - means[boxes]).T))[1]
    along = hidden @ axes
    low, high = np.full(means.shape, np.inf), np.full(means.shape, -np.inf)
    np.minimum.at(low, boxes, along)
    np.maximum.at(high, boxes, along)
    low[0] = high[0] = network.weights["initial"] @ axes
    low, high = _grown(network, machine, graph, axes, low, high)
    for longer in LONGER:
        more = longer * (high - low)
        more[0] = 0.0
        centres = (0.5 * (low + high)) @ axes.T
        centres[0] = network.weights["initial"]
        radii = 0.5 * (high - low) + np.where(more == more.max(axis=1, keepdims=True), more, 0.0)
        proof = _bounded(network, machine, graph, centres, radii, axes)
        if proof is not None:
            return proof
    return None


def _grown(
    network: MlpRnn, machine: Machine, graph: BoxGraph, axes: Floats, low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """Bounds along the axes, made wider until points of the boxes lead into boxes, with room to spare."""
    middle = 0.5 * (low + high)[1:]
    long = (high - low)[1:].mean(axis=0).argmax()
    others = np.delete(middle, long, axis=1)
    apart = np.abs(others[:, None] - others[None]).max(axis=2) + np.diag(np.full(len(others), np.inf))
    spare = THICK * min(float(apart.min()), float((high - low)[1:].max()))  # a single box has no other
    low, high = low - spare, high + spare
    low[:, long] += 0.9 * spare
    high[:, long] -= 0.9 * spare
    low[0] = high[0] = network.weights["initial"] @ axes
    symbols = len(machine.alphabet)
    for _ in range(GROWING):
        before = (low.copy(), high.copy())
        share = np.linspace(0.0, 1.0, POINTS)[:, None, None]
        points = np.broadcast_to(0.5 * (low + high), (POINTS, *low.shape)).copy()
        points[:, :, long] = (low + share * (high - low))[:, :, long]
        sides = [points]
        for axis in range(low.shape[1]):
            if axis != long:
                for bound in (low, high):
                    side = points.copy()
                    side[:, :, axis] = bound[:, axis]
                    sides.append(side)
        every = np.concatenate(sides)
        step = max(1, PIECE // (len(low) * symbols))
        for start in range(0, len(every), step):
            some = every[start : start + step].reshape(-1, low.shape[1])
            reached = network.next_state(
                np.repeat(some @ axes.T, symbols, axis=0), np.tile(machine.alphabet, (len(some), 1))
            )
            along = (reached @ axes).reshape(-1, graph.successors.size, low.shape[1])
            flat = graph.successors.reshape(-1)
            np.minimum.at(low, flat, along.min(axis=0))
            np.maximum.at(high, flat, along.max(axis=0))
        grew = (low < before[0]) | (high > before[1])
        if not grew.any():
            break
        more = (INFLATION - 1.0) * (high - low) / 2 + FLOOR
        low, high = np.where(low < before[0], low - more, low), np.where(high > before[1], high + more, high)
    return low, high


def _bounded(
    network: MlpRnn, machine: Machine, graph: BoxGraph, centres: Floats, radii: Floats, axes: Floats
) -> NetworkProof | None:
    """The proof, if pieces of the boxes, halved along their length often enough, lead into boxes."""
    inverse: Floats = np.ascontiguousarray(axes.T)
    frame = Frame(axes, inverse)
    symbols = len(machine.alphabet)
    own, part_centres, part_radii = np.arange(len(centres)), centres, radii
    slack, margin, rounding = np.inf, np.inf, 0.0
    for halvings in range(HALVINGS + 1):
        failing = np.zeros(len(own), dtype=bool)
        for rows, piece, reached in images(network, machine, part_centres, part_radii, axes):
            flat = graph.successors[own[piece]].reshape(-1)
            outputs = machine.outputs[graph.labels[own[piece]]].reshape(rows.stop - rows.start, -1)
            shares = (reached.within(centres[flat], frame) / np.maximum(radii[flat], 1e-300)).max(axis=1)
            leads = lead(network, reached, outputs)
            good = ((shares <= 1.0) & (leads > 0.0)).reshape(-1, symbols).all(axis=1)
            failing[piece] = ~good
            done = np.repeat(good, symbols)
            if done.any():
                slack = min(slack, 1.0 - float(shares[done].max()))
                margin = min(margin, float(leads[done].min()))
                rounding = max(rounding, float(reached.rounding.max()))
        if not failing.any():
            return NetworkProof(
                machine, graph, centres, radii, axes, inverse, slack, margin, rounding, halvings
            )
        if failing[own == 0].any() or 2 * failing.sum() > MOST_PIECES:
            return None
        own, part_centres, part_radii = halved(
            own[failing], part_centres[failing], part_radii[failing], radii, axes
        )
    return None


def halved(
    own: Ints, centres: Floats, radii: Floats, whole: Floats, axes: Floats
) -> tuple[Ints, Floats, Floats]:
    """Pieces [N] of the boxes `own`, each cut in two along the axis in which its box is longest.

    They are a little wider than half, so that rounding leaves no gap between them.
    """
    long = whole[own].argmax(axis=1)
    rows = np.arange(len(own))
    radii = radii.copy()
    radii[rows, long] *= 0.5
    shift = axes[:, long].T * radii[rows, long][:, None]
    radii += 4 * UNIT * (np.abs(centres) + np.abs(shift)) @ np.abs(axes)
    return (
        np.repeat(own, 2),
        np.repeat(centres, 2, axis=0) + np.stack([-shift, shift], axis=1).reshape(-1, centres.shape[1]),
        np.repeat(radii, 2, axis=0),
    )
