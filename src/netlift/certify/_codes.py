"""A layer of codes: proof for every length from one step of each code, without a bound on sets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify._graph import BoxGraph, box_graph
from netlift.core._streams import random_stream
from netlift.networks import Coded, MlpRnn, Quantised
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST = 1e-6  # of the hidden state's size (margin of codes), absolute (of answers); rounding is far below
MOST_STEPS = 20_000  # codes times symbols
MOST_COMPARED = 10**7  # codes times codes times symbols
DEPTHS = (0, 1)  # last symbols that boxes tell apart; at 0 there is one for each state and last answer
EACH = (1, 2, 4, 8, 16, 32, 64)  # codes for each box
WALKS = 400  # of each kind
TRIED = {1: 31, 2: 6, 4: 6}  # choices of so many codes
OTHERWISE = 2
SETTLED = 8  # times that codes are replaced by the means of what becomes them
MENDED = 20  # times that codes are added where steps err
MENDED_EACH = (8, 32)  # codes for each box to begin with
ROUNDS = 10  # of the clustering
CLUSTERED = 1_500  # hidden states of a box that are clustered,
NUMBERS = 390_000  # or so many units of theirs


@dataclass(frozen=True)
class CodesProof:
    """That a network with a layer of codes is a machine, on words of every length.

    `labels` [M] is the machine's state at each code; `steps` counts the steps from the first hidden state
    and from each code that were looked at. `margin` is the least distance that a hidden state, before it is
    rounded, has from where a code of another state or answer would be as near (None: there is no such code);
    `answer_margin` how far an answer is at least from another, in output units (None: there is no other).
    """

    machine: Machine
    labels: Ints
    steps: int
    margin: float | None
    answer_margin: float | None

    def facts(self) -> dict[str, Any]:
        """What result.json says of the proof."""
        return {
            "codes": len(self.labels),
            "steps": self.steps,
            "code_margin": self.margin,
            "answer_margin": self.answer_margin,
        }


def prove_codes(network: Quantised, machine: Machine) -> CodesProof | None:
    """A proof that the network computes the machine; None where a step or an answer is another.

    None as well where a margin is too small, or a code is never entered. The independent checker bounds
    the rounding errors inside the margins.
    """
    steps = _Steps.of(network, machine)
    walked = None if steps is None else steps.walked(machine)
    if steps is None or walked is None or (walked < 0).any():
        return None
    margin, sure = steps.margin(machine, walked), float(network.margin(network.codes).min())
    if margin <= LEAST * (1.0 + np.abs(network.codes).max()) or sure <= LEAST:
        return None
    known = (margin if np.isfinite(margin) else None, sure if np.isfinite(sure) else None)
    return CodesProof(machine, walked, steps.entered.size, *known)


def quantised(
    network: Coded | MlpRnn, machine: Machine, length: int, seed: int
) -> tuple[Quantised, CodesProof] | None:
    """The network with a layer of codes that makes it provably compute the machine; None where that fails.

    There is one code for each state and last answer of the machine, or for each state and last symbol, or,
    where their hidden states mix, several. Codes are the mean hidden states over random walks of this
    length, or hidden states met there, or means of their clusters; means of what the copy maps to them may
    take their place, or, where all that fails, what it maps to a wrong code is one of the right kind itself.
    Codes that are never entered are left out. Of the first kind of codes that are proved, those with the
    greatest least margin are taken.
    """
    rng = random_stream(seed, "codes")
    graphs = [graph for depth in DEPTHS if (graph := box_graph(machine, depth, MOST_STEPS)) is not None]
    met = [_met(network, machine, graph, length, rng) for graph in graphs]
    for more, each in [*((_settling, each) for each in EACH), *((_mending, each) for each in MENDED_EACH)]:
        for graph, own in zip(graphs, met, strict=True):
            best: tuple[Quantised, CodesProof] | None = None
            for codes, boxes in _choices(own, each, rng):
                if not _affordable(len(codes), len(machine.alphabet)):
                    break
                for rounded in more(network, machine, graph, codes, boxes):
                    proof = prove_codes(rounded, machine)
                    if proof is not None and (best is None or _margin(proof) > _margin(best[1])):
                        best = rounded, proof
            if best is not None:
                return best
    return None


def _met(
    network: Coded | MlpRnn, machine: Machine, graph: BoxGraph, length: int, rng: np.random.Generator
) -> list[Floats]:
    """The hidden states [N, H] in each box but the start: that of the shortest word, then those of walks.

    Half of the walks go evenly over the symbols, the others rather to boxes that were seldom met.
    """
    hidden, boxes = network.initial_state(2 * WALKS), np.zeros(2 * WALKS, dtype=np.int64)
    counts = np.zeros(len(graph.labels))
    states, places = [graph.by_access(network, machine)], [np.arange(len(graph.labels))]
    for _ in range(length):
        chances = 1.0 / (1.0 + counts[graph.successors[boxes]])
        chances[:WALKS] = 1.0
        sums = np.cumsum(chances, axis=1)
        symbols = (sums < rng.random((2 * WALKS, 1)) * sums[:, -1:]).sum(axis=1)
        hidden = network.next_state(hidden, machine.alphabet[symbols])
        boxes = graph.successors[boxes, symbols]
        counts += np.bincount(boxes, minlength=len(counts))
        states.append(hidden)
        places.append(boxes)
    met, where = np.concatenate(states), np.concatenate(places)
    return [met[where == box] for box in range(1, len(graph.labels))]


@dataclass(frozen=True)
class _Steps:
    """One step of each node, the first hidden state and the codes: images, and how close codes are to them.

    `images` [N, A, H] are not rounded, `closeness` [N, A, M], `entered` [N, A] the nearest code of each;
    `answers` [M, K] is what the network answers at the codes.
    """

    network: Quantised
    images: Floats
    closeness: Floats
    entered: Ints
    answers: Ints

    @classmethod
    def of(cls, network: Quantised, machine: Machine) -> "_Steps | None":
        """None where that is too much work."""
        nodes, symbols = np.concatenate([network.initial_state(1), network.codes]), len(machine.alphabet)
        if not _affordable(len(network.codes), symbols):
            return None
        inputs = np.tile(machine.alphabet, (len(nodes), 1))
        images = network.network.next_state(np.repeat(nodes, symbols, axis=0), inputs)
        close = network.closeness(images)
        shape = (len(nodes), symbols)
        entered = close.argmax(axis=1).reshape(shape)
        answers = network.output(network.codes)
        return cls(network, images.reshape(*shape, -1), close.reshape(*shape, -1), entered, answers)

    def walked(self, machine: Machine) -> Ints | None:
        """The machine's state [M] at each code that words lead to, -1 at others; None where a word errs."""
        labels = np.full(len(self.answers), -1, dtype=np.int64)
        queue = [(0, 0)]
        for node, state in queue:  # the list grows while it is walked
            codes = self.entered[node]
            if not np.array_equal(self.answers[codes], machine.outputs[state]):
                return None
            for code, after in zip(codes.tolist(), machine.transitions[state].tolist(), strict=True):
                if labels[code] < 0:
                    labels[code] = after
                    queue.append((1 + code, after))
                elif labels[code] != after:
                    return None
        return labels

    def margin(self, machine: Machine, labels: Ints) -> float:
        """The least distance to where a code of another state or answer would be as near."""
        codes = self.network.codes
        states = np.concatenate([[0], labels])
        same = labels == machine.transitions[states][:, :, None]
        same &= (self.answers == machine.outputs[states][:, :, None]).all(axis=3)
        lead = np.take_along_axis(self.closeness, self.entered[:, :, None], axis=2) - self.closeness
        between = np.stack([np.linalg.norm(codes - code, axis=1) for code in codes])[self.entered]
        with np.errstate(divide="ignore", invalid="ignore"):
            apart = np.where(same, np.inf, lead / between)
        return float(np.where(np.isnan(apart), -np.inf, apart).min())


def _affordable(codes: int, symbols: int) -> bool:
    """Whether so many codes are not too many to step and compare."""
    steps = (codes + 1) * symbols
    return steps <= MOST_STEPS and steps * codes <= MOST_COMPARED


def _margin(proof: CodesProof) -> float:
    return np.inf if proof.margin is None else proof.margin


def _choices(own: list[Floats], each: int, rng: np.random.Generator) -> Iterator[tuple[Floats, Ints]]:
    """Choices of up to `each` codes a box, with their boxes; `own` has the hidden states met in each."""
    for number in range(TRIED.get(each, OTHERWISE)):
        if each > 1:
            parts = [_clusters(hidden, each, rng) for hidden in own]
        elif number:
            parts = [hidden[rng.integers(len(hidden))][None] for hidden in own]
        else:
            parts = [hidden[min(1, len(hidden) - 1) :].mean(axis=0, keepdims=True) for hidden in own]
        yield np.concatenate(parts), np.repeat(1 + np.arange(len(own)), [len(part) for part in parts])


def _clusters(hidden: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Means [<= count, H] of clusters of hidden states, of some of them where they are many."""
    few = rng.permutation(hidden)[: _most_clustered(hidden)]
    return _means(np.unique(few, axis=0), count, rng)


def clusters_of(distinct: Floats, places: Ints, count: int, rng: np.random.Generator) -> Floats:
    """The same for hidden states that are clustered several times, and sorted once.

    Args:
        distinct: the different ones, sorted, [M, H].
        places: which of them each hidden state is, [N].
        count: how many clusters there may be.
        rng: for the choice of hidden states, and of the first means.

    Returns:
        What `_clusters` gives for `distinct[places]`, [<= count, H].
    """
    there = np.zeros(len(distinct), dtype=np.bool_)
    there[rng.permutation(places)[: _most_clustered(distinct)]] = True
    return _means(distinct[there], count, rng)


def _most_clustered(hidden: Floats) -> int:
    return min(CLUSTERED, NUMBERS // int(hidden.shape[1]) + 1)


def _means(hidden: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Means of clusters of different hidden states (Lloyd 1982), from starts drawn far apart."""
    if len(hidden) <= count:
        return hidden
    centres = hidden[rng.integers(len(hidden))][None]
    away = np.square(hidden - centres[0]).sum(axis=1)
    while len(centres) < count and away.max() > 0.0:  # as k-means++ does (Arthur and Vassilvitskii 2007)
        centres = np.concatenate([centres, hidden[rng.choice(len(hidden), p=away / away.sum())][None]])
        away = np.minimum(away, np.square(hidden - centres[-1]).sum(axis=1))
    before: Ints | None = None
    for _ in range(ROUNDS):
        place = (hidden @ centres.T - 0.5 * np.square(centres).sum(axis=1)).argmax(axis=1)
        if before is not None and np.array_equal(place, before):
            break  # nor would the means move any more
        before = place
        sizes = np.bincount(place)
        sizes = sizes[sizes > 0]
        ends = np.cumsum(sizes)
        in_order = hidden[np.argsort(place, kind="stable")]
        parts = [in_order[end - size : end] for size, end in zip(sizes.tolist(), ends.tolist(), strict=True)]
        centres = np.stack([np.add.reduce(part, axis=0) for part in parts]) / sizes[:, None]
    means: Floats = centres
    return means


def _settling(
    network: Coded | MlpRnn, machine: Machine, graph: BoxGraph, codes: Floats, boxes: Ints
) -> Iterator[Quantised]:
    """The network with those of the codes that it enters, then with means of what should become a code.

    A code belongs to a box of the graph, `boxes` [M]; what is mapped from there should become the nearest
    code of the box that follows.
    """
    for _ in range(1 + SETTLED):
        steps = _Steps.of(Quantised(network, codes), machine)
        if steps is None:
            return
        yield Quantised(network, codes[_reached(steps.entered)])
        follow = graph.successors[np.concatenate([[0], boxes])]
        right = boxes == follow[:, :, None]
        aimed = np.where(right, steps.closeness, -np.inf).argmax(axis=2)
        nodes = np.concatenate([[0], 1 + _reached(aimed)])
        entered, images = aimed[nodes].reshape(-1), steps.images[nodes].reshape(-1, codes.shape[1])
        into = np.zeros_like(codes)
        np.add.at(into, entered, images)
        kept = np.unique(entered)
        codes = into[kept] / np.bincount(entered, minlength=len(codes))[kept, None]
        boxes = boxes[kept]


def _mending(
    network: Coded | MlpRnn, machine: Machine, graph: BoxGraph, codes: Floats, boxes: Ints
) -> Iterator[Quantised]:
    """The network with more and more codes: what became one of a wrong box is one itself."""
    for _ in range(MENDED):
        steps = _Steps.of(Quantised(network, codes), machine)
        if steps is None:
            return
        reached = _reached(steps.entered)
        yield Quantised(network, codes[reached])
        nodes = np.concatenate([[0], 1 + reached])
        follow = graph.successors[np.concatenate([[0], boxes])][nodes]
        wrong = boxes[steps.entered[nodes]] != follow
        if not wrong.any():
            return
        codes = np.concatenate([codes, steps.images[nodes][wrong]])
        boxes = np.concatenate([boxes, follow[wrong]])


def _reached(entered: Ints) -> Ints:
    """The codes that the first hidden state leads to, in ascending order."""
    queue, known = [0], set[int]()
    for node in queue:  # the list grows while it is walked
        for code in entered[node].tolist():
            if code not in known:
                known.add(code)
                queue.append(1 + code)
    return np.array(sorted(known), dtype=np.int64)
