"""A network that was trained further on its data alone, and how it may be proved to be a machine.

No answer of a machine or of a program goes into such a network, so what is proved of it is proved of a
network that was trained on the data. The machine that was read decides only which of them is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from netlift.certify._boxes import MOST_IMAGES, NetworkProof, prove_with
from netlift.certify._graph import BoxGraph, box_graph
from netlift.certify._rounding import rounded
from netlift.certify._snap import means
from netlift.core._clock import checkpoint
from netlift.networks import MlpRnn
from netlift.states import Machine

Floats = NDArray[np.float64]

# Directions along which a layer rounds are drawn: where none tell all states apart, others may.
MOST_TRIES = 12
DRAWN = 8_000  # images in all draws


@dataclass(frozen=True)
class Candidate:
    """A network that may be proved.

    Attributes:
        network: the network.
        how: what was done, on the data, as the end of a sentence ("contracted towards ...").
        prove: gives the proof that it is a machine, for words of every length, or None.
        clusters: how many clusters of its own hidden states it was drawn or is rounded to; 0: none.
        layer: whether it was given a layer that rounds to them.
    """

    network: MlpRnn
    how: str
    prove: Callable[[Machine], NetworkProof | None]
    clusters: int = 0
    layer: bool = False


def by_boxes(
    network: MlpRnn, table: Machine, graph: BoxGraph, centres: Floats
) -> Callable[[Machine], NetworkProof | None]:
    """A proof with boxes around the states of the network's own table, if that is the machine."""
    return partial(_proved_by_own_boxes, network, table, graph, centres)


def layered(
    network: MlpRnn, table: Machine, how: str, clusters: int, rng: np.random.Generator
) -> Candidate | None:
    """The network with a layer that rounds hidden states to the states of its own table, or None."""
    graph = box_graph(table, 0, MOST_IMAGES)
    if graph is None:
        return None
    for _ in range(int(np.clip(DRAWN // graph.successors.size, 1, MOST_TRIES))):
        checkpoint()
        centres = means(network, table, graph, rng)
        layer = rounded(network, table, graph, centres, rng)
        if layer is not None:
            return Candidate(layer, how, by_boxes(layer, table, graph, centres), clusters, True)
    return None


def _proved_by_own_boxes(
    network: MlpRnn, table: Machine, graph: BoxGraph, centres: Floats, machine: Machine
) -> NetworkProof | None:
    labels = states_of(table, machine)
    if labels is None:
        return None
    return prove_with(network, machine, replace(graph, labels=labels[graph.labels]), centres)


def states_of(own: Machine, machine: Machine) -> NDArray[np.int64] | None:
    """The machine's state [Q] with each state of the network's table; None where they answer differently."""
    labels = np.full(own.states, -1, dtype=np.int64)
    labels[0] = 0
    queue = [0]
    for state in queue:  # the list grows while it is walked
        same = labels[state]
        if (own.outputs[state] != machine.outputs[same]).any():
            return None
        for after, wanted in zip(
            own.transitions[state].tolist(), machine.transitions[same].tolist(), strict=True
        ):
            if labels[after] < 0:
                labels[after] = wanted
                queue.append(after)
            elif labels[after] != wanted:
                return None
    return np.maximum(labels, 0)  # what is never reached has no box
