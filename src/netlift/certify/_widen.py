"""Enlarging a network without changing what it computes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.core._streams import random_stream
from netlift.networks import Architecture, Coding, MlpRnn

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Change:
    """What an enlarged network has: at least so many hidden units and width, one-hot inputs or not."""

    hidden: int
    width: int
    one_hot: bool


def wider(architecture: Architecture) -> Iterator[Change]:
    """The network as it is, then larger ones."""
    one_hot = architecture.inputs == "one-hot"
    yield Change(architecture.hidden, architecture.width, one_hot)
    yield Change(max(4, architecture.hidden), max(64, architecture.width), True)


def widened(network: MlpRnn, change: Change, alphabet: Ints, seed: int) -> MlpRnn | None:
    """The network with more units, with the same outputs on words over `alphabet` [A, D].

    New units of a layer get small random weights on the way in and none on the way out; a new hidden
    unit starts at zero and feeds nothing (Net2Net; Chen, Goodfellow and Shlens, 2016). A stream that
    entered as a number enters with one unit a symbol, each with the number's push. None where the
    change would take units away, or turn one-hot inputs into numbers.
    """
    old, coding = network.architecture, network.coding
    if (change.hidden, change.width) == (old.hidden, old.width) and change.one_hot == (
        old.inputs == "one-hot"
    ):
        return network
    rng = random_stream(seed, "new units")
    architecture = replace(old, hidden=change.hidden, width=change.width)
    weights = {name: np.asarray(array) for name, array in network.weights.items()}
    if change.one_hot and coding.alphabets is None:
        architecture = replace(architecture, inputs="one-hot")
        alphabets = tuple(tuple(np.unique(column).tolist()) for column in alphabet.T)
        coding = replace(coding, alphabets=alphabets)
        for layer in ("f.0", "f.skip"):
            if f"{layer}.input" in weights:
                weights[f"{layer}.input"] = _one_hot(weights[f"{layer}.input"], alphabets, network.coding)
    elif change.one_hot != (coding.alphabets is not None):
        return None
    if change.hidden < old.hidden or change.width < old.width:
        return None
    found = {}
    for name, shape in architecture.shapes(coding.features, coding.scores).items():
        array = weights[name]
        larger = np.zeros(shape)
        if name in ("f.0.hidden", "f.0.input", "f.0.bias", "g.0.weight", "g.0.bias"):
            bound = 1.0 / np.sqrt(shape[-1] if array.ndim == 2 else architecture.hidden)
            larger = rng.uniform(-bound, bound, shape)
            if name in ("f.0.hidden", "g.0.weight"):
                larger[: len(array)] = 0.0
        larger[tuple(slice(0, size) for size in array.shape)] = array
        found[name] = larger
    return MlpRnn(architecture, coding, found)


def rescaled(network: MlpRnn, sizes: Floats) -> MlpRnn:
    """The network with each hidden unit divided by the power of 2 next to its size [H].

    Outputs stay the same to the last bit.
    """
    factors = np.exp2(-np.rint(np.log2(np.where(sizes > 0.0, sizes, 1.0))))
    weights = {name: np.asarray(array) for name, array in network.weights.items()}
    last = "f.0" if network.architecture.f_depth == 1 else f"f.{network.architecture.f_depth - 1}"
    for name in ("f.0.hidden", "f.skip.hidden", "g.0.weight", "g.skip"):
        if name in weights:
            weights[name] = weights[name] / factors
    leaving = [f"{last}.bias", "f.skip.hidden", "f.skip.input", "initial"]
    leaving += ["f.0.hidden", "f.0.input"] if last == "f.0" else [f"{last}.weight"]
    for name in leaving:
        if name in weights:
            weights[name] = (weights[name].T * factors).T
    return MlpRnn(network.architecture, network.coding, weights)


def _one_hot(push: Floats, alphabets: tuple[tuple[int, ...], ...], coding: Coding) -> Floats:
    columns = []
    for stream, symbols in enumerate(alphabets):
        numbers = (np.array(symbols) - coding.input_mean[stream]) / coding.input_scale[stream]
        columns.append(np.outer(push[:, stream], numbers))
    return np.concatenate(columns, axis=1)
