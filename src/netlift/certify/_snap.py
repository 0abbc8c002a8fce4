"""Fine-tuning a network until it provably computes its machine on words of every length."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify._boxes import MOST_IMAGES, NetworkProof, prove_with
from netlift.certify._graph import BoxGraph, box_graph
from netlift.certify._rounding import rounded
from netlift.certify._widen import rescaled, widened, wider
from netlift.core._streams import random_stream
from netlift.networks import MlpRnn
from netlift.states import Machine

Floats = NDArray[np.float64]

STEPS = 600  # of the optimiser on the network as it is
MORE_STEPS = 1_500  # on an enlarged one
CHUNK = 100
RATES = (3e-3, 1e-2, 3e-2)
SHARES = (0.2, 0.4)  # of the distance to the nearest other centre, for the first radii
PROMISING = 0.3  # loss from which a proof is tried
TRIED = 2  # networks of each chunk on which it is
MOST_TRAINED = 3_000  # images up to which a network is fine-tuned at all
MOST_ENLARGED = 20_000  # images times width up to which an enlarged one is
WALKS = 400
SAMPLED = 30  # choices of codes besides the means
LENGTH = 12


@dataclass(frozen=True)
class Snapped:
    """A network with its proof, and how it came from another.

    `change` says in words what was done ("the network was ..."), `steps` counts the optimiser's steps
    over all attempts. The proof is about this network, which has to be saved in place of the other.
    """

    network: MlpRnn
    proof: NetworkProof
    change: str
    steps: int


def snapped(
    network: MlpRnn, machine: Machine, seed: int, is_over: Callable[[], bool] = lambda: False
) -> Snapped | None:
    """The network changed so that it provably computes the machine; None where that fails.

    First it is fine-tuned with the proof's own inequalities as loss (images inside boxes, outputs right
    on whole boxes), the boxes' centres and radii trained along: certified training in the manner of
    Mirman, Gehr and Vechev (2018). Then a layer is added that rounds the hidden state to its code.
    Then it is enlarged, by a change that leaves its outputs as they are, and both are tried again.
    `is_over` is asked between attempts whether to stop.
    """
    graph = box_graph(machine, 0, MOST_IMAGES)
    if graph is None or network.coding.streams != machine.alphabet.shape[1]:
        return None
    rng = random_stream(seed, "fine-tuning")
    steps = 0
    small = graph.successors.size <= MOST_TRAINED
    for change in wider(network.architecture):
        begun = widened(network, change, machine.alphabet, seed)
        if begun is None:
            continue
        told = "" if begun is network else f"enlarged from {network} to {begun} and "
        trained: list[tuple[MlpRnn, Floats]] = []
        if small and (begun is network or graph.successors.size * change.width <= MOST_ENLARGED):
            total = STEPS if begun is network else MORE_STEPS
            for taken, candidates in tuned(begun, machine, graph, seed, total):
                for candidate, centres in candidates:
                    proof = prove_with(candidate, machine, graph, centres)
                    if proof is not None:
                        return Snapped(candidate, proof, f"{told}fine-tuned", steps + taken)
                trained += candidates
                if is_over():
                    return None
            steps += taken
        codings = [(begun, codes) for codes in _codes(begun, machine, graph, rng)]
        for place, (one, codes) in enumerate([*codings, *trained[::-1]]):
            if is_over():
                return None
            rounding = rounded(one, machine, graph, codes, rng)
            proof = None if rounding is None else prove_with(rounding, machine, graph, codes)
            if rounding is not None and proof is not None:
                told += "" if place < len(codings) else "fine-tuned and "
                return Snapped(rounding, proof, f"{told}given a rounding layer", steps)
    return None


def tuned(
    network: MlpRnn, machine: Machine, graph: BoxGraph, seed: int, total: int
) -> Iterator[tuple[int, list[tuple[MlpRnn, Floats]]]]:
    """After each chunk of `total` steps those taken, and the most promising networks with their centres."""
    from netlift.certify._pull import Problem, pull

    rng = random_stream(seed, "pulling into boxes")
    centres = means(network, machine, graph, rng)[1:]
    network = rescaled(network, centres.std(axis=0))
    centres = means(network, machine, graph, rng)[1:]
    apart = np.abs(centres[:, None] - centres[None]).max(axis=-1) + np.diag(np.full(len(centres), np.inf))
    nearest = np.minimum(apart.min(axis=1), np.abs(centres).max() + 1.0).clip(min=1e-2)
    rates = np.repeat(np.array(RATES, dtype=np.float32), len(SHARES))
    starts = [np.log(share * nearest)[:, None] + np.zeros_like(centres) for share in SHARES * len(RATES)]
    params: dict[str, Any] = {
        name: np.repeat(array[None].astype(np.float32), len(rates), axis=0)
        for name, array in network.weights.items()
    }
    params["centres"] = np.repeat(centres[None].astype(np.float32), len(rates), axis=0)
    params["log_radii"] = np.stack(starts).astype(np.float32)
    firsts, seconds = ({name: np.zeros_like(array) for name, array in params.items()} for _ in range(2))
    task, sizes = _task(network, machine, graph)
    shape = network.architecture
    problem = Problem(shape.activation, shape.f_depth, shape.g_depth, sizes)
    for begun in range(0, total, CHUNK):
        params, firsts, seconds, losses = pull(
            problem, params, firsts, seconds, task, rates, begun, total, CHUNK
        )
        found = []
        for index in np.argsort(np.asarray(losses), kind="stable")[:TRIED].tolist():
            if float(losses[index]) < PROMISING:
                own = {name: np.asarray(params[name])[index].astype(np.float64) for name in network.weights}
                kept = np.asarray(params["centres"])[index].astype(np.float64)
                start = np.concatenate([own["initial"][None], kept])
                found.append((MlpRnn(shape, network.coding, own), start))
        yield begun + CHUNK, found


def _task(
    network: MlpRnn, machine: Machine, graph: BoxGraph
) -> tuple[dict[str, Any], tuple[int, ...] | None]:
    """The arrays of the loss, and the sizes of the classes."""
    coding = network.coding
    wanted = np.stack([machine.outputs[graph.labels[box], symbol] for box, symbol in graph.entries[1:]])
    task: dict[str, Any] = {
        "units": coding.inputs.encode(machine.alphabet).astype(np.float32),
        "successors": (graph.successors - 1).astype(np.int32),
        "scale": np.array(coding.output_scale, dtype=np.float32),
    }
    if coding.classes is None:
        numbers = (wanted - np.array(coding.output_mean)) / np.array(coding.output_scale)
        task["targets"] = numbers.astype(np.float32)
        return task, None
    columns = [np.searchsorted(np.array(symbols), wanted[:, k]) for k, symbols in enumerate(coding.classes)]
    task["targets"] = np.stack(columns, axis=1).astype(np.int32)
    return task, tuple(map(len, coding.classes))


def means(network: MlpRnn, machine: Machine, graph: BoxGraph, rng: np.random.Generator) -> Floats:
    """The mean hidden state [M, H] in each box over random walks, else that of the shortest word."""
    return _codes(network, machine, graph, rng)[0]


def _codes(network: MlpRnn, machine: Machine, graph: BoxGraph, rng: np.random.Generator) -> list[Floats]:
    """Choices of one vector [M, H] a box: the mean over random walks, then hidden states met there.

    Where a machine's state is several clusters of hidden states, their mean means nothing, but each
    vector that was met does. Boxes not met have the state of the shortest word.
    """
    access = graph.by_access(network, machine)
    all_hidden, all_boxes = graph.walked(network, machine, WALKS, LENGTH, rng)
    found = [access.copy() for _ in range(1 + SAMPLED)]
    for box in range(1, len(access)):
        own = all_hidden[all_boxes == box]
        if len(own):
            found[0][box] = own.mean(axis=0)
            for codes in found[1:]:
                codes[box] = own[rng.integers(len(own))]
    return found
