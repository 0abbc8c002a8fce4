"""Network = machine for all lengths, for networks as they are: boxes that are followed to boxes again.

A box stands for a state of the machine and the last symbols (`box_graph`). One step of a recurrent network
may widen what several steps shrink; so from each box every word is followed as a zonotope until it lies in
the box that the word leads to: an induction over several steps (Sheeran, Singh and Stalmarck, 2000). Axes are
the principal ones of the hidden states met in a box, radii grow from what was met there. Nothing here bounds
rounding errors: what is found is a proof where the independent checker accepts it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify._clouds import Clouds, advanced, leads
from netlift.certify._graph import BoxGraph, box_graph
from netlift.core._streams import random_stream
from netlift.networks import Coded, MlpRnn, as_cell, is_perceptron
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DEPTHS = (1, 2, 3, 4, 5, 6, 8)  # last symbols that a box remembers
LENGTH = 10  # symbols for which images are followed
MOST_BOXES = 1_500
MOST_NUMBERS = 1_000_000  # in all axes together, as each is a matrix that a certificate holds
WORK = 4 * 10**10  # multiplications for all that is tried
SHARE = 0.5  # of what is left, for one depth
ROUNDS = 10  # of growing radii
TRIED, BEFORE = 16, 20  # random words that are tried, after so many symbols
SMALL = 1e-6  # disturbances that are to shrink
TOGETHER = 32  # sets at a time
SHORT = 3_000  # words that are all run, to meet hidden states
WALKS, STEPS = 400, 150  # random words after those
WIDER = 1.2  # of what was met
LEAST = 0.02  # of a box's largest radius, for the root of the sum of squares over all axes
FLOOR = 1e-6
GROWTH = 1.05  # of what a radius has to be at least
DIGITS = 5  # of axes


@dataclass(frozen=True)
class FollowedProof:
    """Boxes that prove that a network computes a machine on all words, if the checker accepts them.

    Box i holds the hidden states `centres[i] + axes[frames[i]] @ (radii[i] * e)`, |e| <= 1; box 0 holds the
    first hidden state. What it is led to by any word lies in the box that the graph gives after `length`
    symbols or fewer. `margin` is the least lead of a right answer on the way, `sets` how many sets were
    followed.
    """

    machine: Machine
    graph: BoxGraph
    centres: Floats
    radii: Floats
    frames: Ints
    axes: Floats
    length: int
    margin: float
    sets: int

    def facts(self) -> dict[str, Any]:
        """The figures a claim needs, as JSON can hold them."""
        return {
            "boxes": len(self.centres),
            "followed_for": self.length,
            "sets": self.sets,
            "largest_radius": float(self.radii.max()),
            "margin": self.margin,
        }


def prove_followed(network: Coded | MlpRnn, machine: Machine, seed: int = 0) -> FollowedProof | None:
    """Boxes whose images lie in boxes again after some steps, or None.

    None says only that none were found within a fixed amount of work; none are looked for where disturbances
    do not shrink within `LENGTH` symbols.

    Args:
        network: a network of known weights; an Elman network that is written as perceptrons is followed by
            what its activation gives.
        machine: what it is compared with.
        seed: for the words on which hidden states are met.

    Returns:
        The boxes, not yet checked for rounding errors.
    """
    left, symbols = float(WORK), len(machine.alphabet)
    network = (as_cell(network) if is_perceptron(network) else None) or network
    inputs = network.coding.inputs if is_perceptron(network) else network.inputs
    streams = len(inputs.mean if inputs.alphabets is None else inputs.alphabets)
    if streams != machine.alphabet.shape[1] or _errs(network, machine, seed):
        return None
    if not shrinking(network, machine.alphabet, seed):
        return None
    for depth in DEPTHS:
        graph = box_graph(machine, depth, MOST_BOXES * symbols)
        if graph is None:
            return None
        search = _Search(network, machine, graph, depth, SHARE * left, seed)
        if not search.start():
            continue
        proof = search.grown()
        if proof is not None:
            return proof
        left -= search.spent
        if left < 0.1 * WORK:
            return None
    return None


def _errs(network: Coded | MlpRnn, machine: Machine, seed: int) -> bool:
    """Whether it answers one of a few random words otherwise than the machine; then there is no proof."""
    symbols = random_stream(seed, "followed boxes").integers(len(machine.alphabet), size=(STEPS, WALKS))
    hidden, states = network.initial_state(WALKS), np.zeros(WALKS, dtype=np.int64)
    for symbol in symbols:
        hidden = network.next_state(hidden, machine.alphabet[symbol])
        if not np.array_equal(network.output(hidden), machine.outputs[states, symbol]):
            return True
        states = machine.transitions[states, symbol]
    return False


def shrinking(network: Coded | MlpRnn, alphabet: Ints, seed: int) -> bool:
    """Whether `LENGTH` random symbols shrink small disturbances of every unit, whichever words are tried."""
    rng = random_stream(seed, "followed boxes")
    hidden = network.initial_state(TRIED)
    for _ in range(BEFORE):
        hidden = network.next_state(hidden, alphabet[rng.integers(len(alphabet), size=TRIED)])
    inputs = network.coding.inputs if is_perceptron(network) else network.inputs
    small = np.tile(SMALL * np.eye(hidden.shape[1]), (TRIED, 1, 1))
    sets = Clouds(hidden, small, np.zeros_like(hidden))
    for _ in range(LENGTH):
        sets = advanced(network, sets, inputs.encode(alphabet[rng.integers(len(alphabet), size=TRIED)]))
    return bool((sets.radius < SMALL).all())


class _Search:
    """Boxes of one depth, while their radii grow."""

    def __init__(
        self, network: Coded | MlpRnn, machine: Machine, graph: BoxGraph, depth: int, most: float, seed: int
    ) -> None:
        self.network, self.machine, self.graph, self.depth = network, machine, graph, depth
        self.most, self.spent, self.rng = most, 0.0, random_stream(seed, "followed boxes")
        inputs = network.coding.inputs if is_perceptron(network) else network.inputs
        self.units: Floats = inputs.encode(machine.alphabet)

    def start(self) -> bool:
        """Centres, axes and first radii, from hidden states that are met; False where a box met none."""
        hidden, boxes = self._met()
        count = len(self.graph.labels)
        if len(np.unique(boxes)) < count or not np.isfinite(hidden).all():
            return False
        order = np.argsort(boxes, kind="stable")
        hidden, boxes = hidden[order], boxes[order]
        cuts = np.searchsorted(boxes, np.arange(count + 1))
        own = [hidden[cuts[box] : cuts[box + 1]] for box in range(count)]
        units = hidden.shape[1]
        self.frames = self._frames(units)
        spread = np.zeros((int(self.frames.max()) + 1, units, units))
        for box, met in enumerate(own):
            away = met - met.mean(axis=0)
            spread[self.frames[box]] += away.T @ away / len(met)
        self.axes = np.round(np.linalg.eigh(spread + 1e-14 * np.eye(units))[1], DIGITS)
        self.inverse = np.linalg.inv(self.axes)
        self.centres, self.radii = np.zeros((count, units)), np.zeros((count, units))
        for box, met in enumerate(own):
            turned = met @ self.inverse[self.frames[box]].T
            low, high = turned.min(axis=0), turned.max(axis=0)
            self.centres[box] = self.axes[self.frames[box]] @ (0.5 * (low + high))
            self.radii[box] = 0.5 * (high - low)
        widest = self.radii.max(axis=1, keepdims=True)
        self.radii = WIDER * self.radii + LEAST * widest / np.sqrt(units) + FLOOR
        self.centres[0], self.radii[0] = self.network.initial_state(1)[0], 0.0
        return True

    def _met(self) -> tuple[Floats, Ints]:
        """Hidden states [N, H] on all short words and on random ones after them, and their boxes [N]."""
        network, graph, alphabet = self.network, self.graph, self.machine.alphabet
        hidden, boxes = network.initial_state(1), np.zeros(1, dtype=np.int64)
        states, places, symbols = [hidden], [boxes], len(alphabet)
        while len(hidden) * symbols <= SHORT:
            entering = np.tile(np.arange(symbols), len(hidden))
            hidden = network.next_state(np.repeat(hidden, symbols, axis=0), alphabet[entering])
            boxes = graph.successors[np.repeat(boxes, symbols), entering]
            states.append(hidden)
            places.append(boxes)
        states.append(graph.by_access(network, self.machine))
        places.append(np.arange(len(graph.labels)))
        chosen = self.rng.integers(len(hidden), size=WALKS)
        hidden, boxes = hidden[chosen], boxes[chosen]
        for _ in range(STEPS):
            entering = self.rng.integers(symbols, size=WALKS)
            hidden = network.next_state(hidden, alphabet[entering])
            boxes = graph.successors[boxes, entering]
            states.append(hidden)
            places.append(boxes)
        return np.concatenate(states), np.concatenate(places)

    def _frames(self, units: int) -> Ints:
        """Which boxes [M] share axes: none, or those that are one box of a graph that remembers less."""
        count, most = len(self.graph.labels), max(1, MOST_NUMBERS // units**2)
        if count <= most:
            return np.arange(count)
        for depth in range(self.depth - 1, -1, -1):
            coarse = box_graph(self.machine, depth, most * len(self.machine.alphabet))
            if coarse is None:
                continue
            place = np.zeros(count, dtype=np.int64)
            for box, (before, symbol) in enumerate(self.graph.entries[1:], 1):
                place[box] = coarse.successors[place[before], symbol]
            return np.unique(place, return_inverse=True)[1].reshape(-1)
        return np.zeros(count, dtype=np.int64)

    def grown(self) -> FollowedProof | None:
        """Radii that hold what is followed; None where they do not within the work, or an answer is wrong."""
        for _ in range(ROUNDS):
            least, sets, grew = np.inf, 0, False
            for steps, reached, aim, wanted in self._followed():
                if self.spent > self.most:
                    return None
                least = min(least, float(leads(self.network, reached, wanted).min()))
                if not least > 0.0:
                    return None
                sets += len(aim)
                if steps == LENGTH:
                    grew |= self._grow(reached, aim)
            if not grew:
                return FollowedProof(
                    self.machine,
                    self.graph,
                    self.centres,
                    self.radii,
                    self.frames,
                    self.axes,
                    LENGTH,
                    least,
                    sets,
                )
        return None

    def _followed(self) -> Iterator[tuple[int, Clouds, Ints, Ints]]:
        """All sets on the way from each box: after how many symbols, sets, boxes they lead to, answers."""
        symbols, units = len(self.machine.alphabet), self.centres.shape[1]
        for box in range(len(self.centres)):
            spread = self.axes[self.frames[box]] * self.radii[box]
            waiting = [
                (0, Clouds(self.centres[box][None], spread[None], np.zeros((1, units))), np.array([box]))
            ]
            while waiting:
                steps, sets, at = waiting.pop()
                own, symbol = np.repeat(np.arange(len(at)), symbols), np.tile(np.arange(symbols), len(at))
                self.spent += len(own) * units * units * (sets.directions.shape[2] + units)
                reached = advanced(self.network, sets.rows(own), self.units[symbol])
                aim = self.graph.successors[at[own], symbol]
                yield steps + 1, reached, aim, self.machine.outputs[self.graph.labels[at[own]], symbol]
                if steps + 1 == LENGTH:
                    continue
                outside = np.flatnonzero((self._needed(reached, aim) > self.radii[aim]).any(axis=1))
                for start in range(0, len(outside), TOGETHER):
                    some = outside[start : start + TOGETHER]
                    waiting.append((steps + 1, reached.rows(some), aim[some]))

    def _needed(self, reached: Clouds, aim: Ints) -> Floats:
        """The radii [N, H] that the boxes which are led to would have to have."""
        needed = np.empty_like(reached.centre)
        for frame in np.unique(self.frames[aim]):
            rows = np.flatnonzero(self.frames[aim] == frame)
            inverse, part = self.inverse[frame], reached.rows(rows)
            needed[rows] = np.abs((part.centre - self.centres[aim[rows]]) @ inverse.T)
            needed[rows] += np.abs(np.matmul(inverse, part.directions)).sum(axis=2)
            needed[rows] += part.own @ np.abs(inverse).T
        result: Floats = needed * (1.0 + 1e-9) + 1e-12
        return result

    def _grow(self, reached: Clouds, aim: Ints) -> bool:
        """Whether a box had to grow to hold what leads to it."""
        needed = self._needed(reached, aim)
        outside = (needed > self.radii[aim]).any(axis=1)
        np.maximum.at(self.radii, aim[outside], GROWTH * needed[outside])
        return bool(outside.any())
