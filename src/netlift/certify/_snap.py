"""Fine-tuning a network until it provably computes its machine on words of every length."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify._boxes import MOST_IMAGES, NetworkProof, prove_with
from netlift.certify._graph import BoxGraph, box_graph
from netlift.certify._widen import rescaled, widened, wider
from netlift.networks import MlpRnn
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

STEPS = 1_500
CHUNK = 100
import os; RATES = eval(os.environ.get("RATES","(3e-3,1e-2,3e-2)"))
SHARES = eval(os.environ.get("SHARES","(0.2,0.4)"))
WALKS = 400
LENGTH = 12


@dataclass(frozen=True)
class Snapped:
    """A fine-tuned network with its proof, and how it came about.

    `widened` says how the network was enlarged before, by a change that leaves its outputs as they
    are ("" where it was not); `steps` counts the optimiser's steps over all attempts.
    """

    network: MlpRnn
    proof: NetworkProof
    widened: str
    steps: int


def snapped(network: MlpRnn, machine: Machine, seed: int) -> Snapped | None:
    """The network fine-tuned so that `prove_network` succeeds; None where it does not come to that.

    The loss is the proof's own system of inequalities (images inside boxes, outputs right on whole
    boxes), with the boxes' centres and radii trained along: certified training in the manner of
    Mirman, Gehr and Vechev (2018). Where the network is too small for it, it is enlarged first.
    """
    steps = 0
    for change in wider(network.architecture):
        begun = widened(network, change, machine.alphabet, machine.outputs, seed)
        graph = box_graph(machine, 0, MOST_IMAGES)
        if begun is None or graph is None:
            continue
        taken, found = _attempt(begun, machine, graph, seed)
        steps += taken
        if found is not None:
            told = "" if begun is network else f"from {network} to {begun}"
            return Snapped(found[0], found[1], told, steps)
    return None


def _attempt(
    network: MlpRnn, machine: Machine, graph: BoxGraph, seed: int
) -> tuple[int, tuple[MlpRnn, NetworkProof] | None]:
    from netlift.certify._pull import Problem, pull

    rng = np.random.default_rng([seed, 8])
    centres = _means(network, machine, graph, rng)[1:]
    network = rescaled(network, centres.std(axis=0))
    centres = _means(network, machine, graph, rng)[1:]
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
    means = {name: np.zeros_like(array) for name, array in params.items()}
    squares = {name: np.zeros_like(array) for name, array in params.items()}
    task, problem = _task(network, machine, graph)
    shape = network.architecture
    form = Problem(shape.activation, shape.f_depth, shape.g_depth, problem)
    for begun in range(0, STEPS, CHUNK):
        params, means, squares, losses = pull(
            form, params, means, squares, task, rates, np.float32(begun), np.float32(STEPS), CHUNK
        )
        order = np.argsort(np.asarray(losses), kind="stable")
        import os
        if os.environ.get("V"): print(begun, np.asarray(losses).round(3))
        for index in order[:2].tolist():
            if not float(losses[index]) < 0.3:
                continue
            weights = {name: np.asarray(params[name])[index].astype(np.float64) for name in network.weights}
            candidate = MlpRnn(shape, network.coding, weights)
            kept = np.asarray(params["centres"])[index].astype(np.float64)
            start = np.concatenate([weights["initial"][None], kept])
            proof = prove_with(candidate, machine, graph, start)
            if proof is not None:
                return begun + CHUNK, (candidate, proof)
    return STEPS, None


def _task(
    network: MlpRnn, machine: Machine, graph: BoxGraph
) -> tuple[dict[str, Any], tuple[int, ...] | None]:
    """The arrays of the loss, and the sizes of the classes."""
    coding = network.coding
    entries = graph.entries[1:]
    wanted = np.stack([machine.outputs[graph.labels[box], symbol] for box, symbol in entries])
    task: dict[str, Any] = {
        "units": coding.encode(machine.alphabet).astype(np.float32),
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


def _means(network: MlpRnn, machine: Machine, graph: BoxGraph, rng: np.random.Generator) -> Floats:
    """The mean hidden state [M, H] in each box over random walks, else that of the shortest word."""
    means = graph.by_access(network, machine)
    sums, counts = np.zeros_like(means), np.zeros(len(means))
    hidden = network.initial_state(WALKS)
    boxes = np.zeros(WALKS, dtype=np.int64)
    for _ in range(LENGTH):
        symbols = rng.integers(len(machine.alphabet), size=WALKS)
        hidden = network.next_state(hidden, machine.alphabet[symbols])
        boxes = graph.successors[boxes, symbols]
        np.add.at(sums, boxes, hidden)
        np.add.at(counts, boxes, 1.0)
    seen = counts > 0
    means[seen] = sums[seen] / counts[seen][:, None]
    return means



