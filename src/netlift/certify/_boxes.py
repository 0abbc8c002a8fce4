"""Network = machine for all lengths: boxes around hidden states that one step maps into one another.

An inductive invariant (Floyd, 1967) in the domain of zonotopes (Girard, 2005; Singh et al., 2018, for the
ReLU). Every bound holds for the network as it is evaluated, in double precision in any order of summation:
rounding enters by Higham's gamma_n (Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify._graph import BoxGraph, box_graph
from netlift.certify._zonotope import Frame, Image, image, lead
from netlift.networks import MlpRnn
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DEPTHS = (0, 1, 2)  # last symbols that a box may remember beside the machine's state
MOST_IMAGES = 60_000  # boxes times symbols
MOST_REMEMBERED = 20_000  # the same where boxes remember symbols
SETTLING = 40  # rounds for the centres
ROUNDS = 60  # rounds for the radii, fewer where there are many images
WORK = 400_000  # images over all rounds
INFLATION = 1.02  # of what a radius has to be at least
PIECE = 5_000  # images at a time, so that memory stays small
LOOKED = 32  # images whose answers are looked at while radii grow
FLOOR = 1e-9  # of the scale of the centres, added to every radius


@dataclass(frozen=True)
class NetworkProof:
    """Boxes that prove that a network computes a machine on all words over the machine's alphabet.

    Box i holds the hidden states `centres[i] + axes @ (radii[i] * e)`, |e| <= 1; box 0 holds the first
    hidden state alone. Its image under symbol a lies in box `graph.successors[i, a]`, and the output
    read there is the machine's. `slack` is the least share of a radius that containment leaves over,
    `margin` the least lead of the right output (see `MlpRnn.margin`; for numbers the distance left to
    the nearest half), `rounding` the largest rounding error of a step that the argument allows for.
    Images were bounded on pieces of the boxes, halved along their longest axis at most `halvings` times.
    """

    machine: Machine
    graph: BoxGraph
    centres: Floats
    radii: Floats
    axes: Floats
    inverse: Floats
    slack: float
    margin: float
    rounding: float
    halvings: int = 0

    @property
    def boxes(self) -> int:
        """The number of boxes, that of the first hidden state included."""
        return len(self.centres)

    def facts(self) -> dict[str, Any]:
        """The figures a claim needs, as JSON can hold them."""
        return {
            "boxes": self.boxes,
            "images": int(self.graph.successors.size),
            "largest_radius": float(self.radii.max()),
            "slack": self.slack,
            "margin": self.margin,
            "rounding": self.rounding,
            "halvings": self.halvings,
        }


def prove_network(network: MlpRnn, machine: Machine) -> NetworkProof | None:
    """A proof that the network answers as the machine does on all words of all lengths, or None.

    None says only that no such boxes were found. Boxes stand for the machine's states, then for a
    state and the last one or two symbols; their centres are where the network itself takes them.
    """
    if network.coding.streams != machine.alphabet.shape[1]:
        return None
    for depth in DEPTHS:
        graph = box_graph(machine, depth, MOST_REMEMBERED if depth else MOST_IMAGES)
        if graph is None:
            return None
        centres = settled(network, machine, graph)
        for axes in _axes(network, machine, graph, centres):
            proof = _fitted(network, machine, graph, centres, axes)
            if proof is not None:
                return proof
    return None


def prove_with(network: MlpRnn, machine: Machine, graph: BoxGraph, centres: Floats) -> NetworkProof | None:
    """A proof with boxes around given centres [M, H] that settle first; None where radii do not close."""
    settled_there = settled(network, machine, graph, centres)
    return _fitted(network, machine, graph, settled_there, np.eye(network.hidden_size))


def settled(network: MlpRnn, machine: Machine, graph: BoxGraph, start: Floats | None = None) -> Floats:
    """Centres [M, H]: the middle of where a step leads from the other centres, repeated."""
    centres = graph.by_access(network, machine) if start is None else start.copy()
    centres[0] = network.weights["initial"]
    flat = graph.successors.reshape(-1)
    symbols = np.tile(machine.alphabet, (len(centres), 1))
    for _ in range(max(8, min(SETTLING, WORK // len(flat)))):
        reached = network.next_state(np.repeat(centres, len(machine.alphabet), axis=0), symbols)
        low = np.full(centres.shape, np.inf)
        high = np.full(centres.shape, -np.inf)
        np.minimum.at(low, flat, reached)
        np.maximum.at(high, flat, reached)
        entered = np.isfinite(low) & np.isfinite(high)
        middle = np.where(
            entered, 0.5 * (np.where(entered, low, 0.0) + np.where(entered, high, 0.0)), centres
        )
        if not np.isfinite(middle).all() or np.abs(middle - centres).max() == 0.0:
            break
        centres = middle
    return centres


def _axes(network: MlpRnn, machine: Machine, graph: BoxGraph, centres: Floats) -> list[Floats]:
    """Systems of axes worth trying: the units' own, then those in which the mean step is diagonal."""
    hidden = network.hidden_size
    found = [np.eye(hidden)]
    if hidden == 1:
        return found
    reached = image(network, machine.alphabet, centres, np.full(centres.shape, FLOOR), found[0])
    steps = reached.generators[..., :hidden].reshape(-1, hidden, hidden) / FLOOR
    largest = steps[np.abs(steps).sum(axis=(1, 2)).argmax()]
    for matrix in (steps.mean(axis=0), largest):
        values, vectors = np.linalg.eig(matrix)
        columns = []
        for value, vector in zip(values, vectors.T, strict=True):
            if value.imag >= 0:
                columns += [vector.real] if value.imag == 0 else [vector.real, vector.imag]
        axes = np.stack(columns, axis=1)
        if axes.shape == matrix.shape and np.linalg.cond(axes) < 1e4:
            found.append(axes)
    return found


def _fitted(
    network: MlpRnn, machine: Machine, graph: BoxGraph, centres: Floats, axes: Floats
) -> NetworkProof | None:
    """Radii grown until every image lies in its box; None where they do not, or an answer is wrong before."""
    if not np.isfinite(centres).all():
        return None
    inverse: Floats = np.linalg.inv(axes).astype(np.float64)
    frame = Frame(axes, inverse)
    floor = FLOOR * max(1.0, float(np.abs(centres).max()))
    radii = np.full(centres.shape, floor)
    radii[0] = 0.0
    limit = 1e3 * max(1.0, float(np.abs(centres).max()))
    flat = graph.successors.reshape(-1)
    for _ in range(max(8, min(ROUNDS, WORK // len(flat)))):
        parts = []
        for rows, boxes, reached in images(network, machine, centres, radii, axes):
            parts.append(reached.within(centres[flat[rows]], frame))
            if _is_wrong(network, machine.outputs[graph.labels[boxes]], reached, parts[-1]):
                return None  # larger boxes are answered no better
        needed = np.concatenate(parts)
        if not (needed < limit).all():
            return None
        room = radii[flat]
        if (needed <= room).all():
            margin, rounding = np.inf, 0.0
            for rows, boxes, reached in images(network, machine, centres, radii, axes):
                wanted = machine.outputs[graph.labels[boxes]].reshape(rows.stop - rows.start, -1)
                margin = min(margin, float(lead(network, reached, wanted).min()))
                if not margin > 0.0:
                    return None
                rounding = max(rounding, float(reached.rounding.max()))
            slack = float((1.0 - needed / room).min())
            return NetworkProof(machine, graph, centres, radii, axes, inverse, slack, margin, rounding)
        grown = np.zeros_like(radii)
        np.maximum.at(grown, flat, needed)
        radii = np.maximum(radii, np.where(grown > radii, INFLATION * grown + floor, radii))
        radii[0] = 0.0
    return None


def _is_wrong(network: MlpRnn, outputs: Ints, reached: Image, needed: Floats) -> bool:
    """Whether a few images, those that need the largest radii [N, H], may have a wrong answer.

    A look at all of them costs more than the images themselves. `outputs` [M, A, K] are the right answers.
    """
    widest = np.argsort(-needed.max(axis=1), kind="stable")[:LOOKED]
    own = np.unravel_index(widest, outputs.shape[:2])
    parts = (reached.centre, reached.generators, reached.noise, reached.rounding)
    few = Image(*(part[own][:, None] for part in parts))
    return not lead(network, few, outputs[own]).min() > 0.0


def images(
    network: MlpRnn, machine: Machine, centres: Floats, radii: Floats, axes: Floats
) -> Iterator[tuple[slice, slice, Image]]:
    """The images of boxes under every symbol, some boxes at a time: rows of all images, boxes, images."""
    symbols = len(machine.alphabet)
    step = max(1, PIECE // symbols)
    for start in range(0, len(centres), step):
        stop = min(start + step, len(centres))
        boxes = slice(start, stop)
        reached = image(network, machine.alphabet, centres[boxes], radii[boxes], axes)
        yield slice(start * symbols, stop * symbols), boxes, reached
