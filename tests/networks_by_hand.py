"""Networks by hand, and findings in which a machine stands beside a network that it was never read from."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from netlift.data import Sequences, from_arrays
from netlift.engine._explain import explain
from netlift.engine._run import Run
from netlift.networks import GRADIENT, Architecture, Coding, MlpRnn, Provenance, network_accuracy
from netlift.program._explanation import Explanation
from netlift.states import Machine
from netlift.states.readers import READERS, ConfirmedMachine
from netlift.trainers import Given

Ints = NDArray[np.int64]

ADDITION = Machine(  # two streams of bits, least significant first
    np.array([[0, 0], [0, 1], [1, 0], [1, 1]]),
    np.array([[0, 0, 0, 1], [0, 1, 1, 1]]),
    np.array([[[0], [1], [1], [0]], [[1], [0], [0], [1]]]),
)
PARITY = Machine(np.array([[0], [1]]), np.array([[0, 1], [1, 0]]), np.array([[[0], [1]], [[1], [0]]]))


AS_IT_IS = replace(GRADIENT, may_go_on=False)  # trained, and not to be contracted: claims are about its copy


class AsNetwork:
    """A machine with the three methods of a network: hidden states are its states and last answer."""

    def __init__(self, machine: Machine) -> None:
        self.machine, self.hidden_size, self.parameters = machine, 1 + machine.outputs.shape[2], None

    def initial_state(self, batch: int) -> NDArray[np.float64]:
        return np.zeros((batch, self.hidden_size))

    def next_state(self, hidden: NDArray[np.float64], inputs: Ints) -> NDArray[np.float64]:
        state, place = hidden[:, 0].astype(np.int64), self.machine.encode(inputs[:, None])[:, 0]
        after = self.machine.transitions[state, place][:, None]
        return np.concatenate([after, self.machine.outputs[state, place]], axis=1).astype(np.float64)

    def output(self, hidden: NDArray[np.float64]) -> Ints:
        return hidden[:, 1:].astype(np.int64)


def labelled(machine: Machine, count: int = 1_500, length: int = 10, seed: int = 0) -> Sequences:
    rng = np.random.default_rng(seed)
    words = machine.alphabet[rng.integers(len(machine.alphabet), size=(count, length))]
    return from_arrays(words, machine.run(words))


def untrained(streams: int, seed: int = 0, width: int = 8) -> MlpRnn:
    shape = Architecture(2, width, 2, 2)
    coding = Coding(None, (0.5,) * streams, (0.5,) * streams, None, (0.5,), (0.5,))
    rng = np.random.default_rng(seed)
    shapes = shape.shapes(coding.features, coding.scores)
    return MlpRnn(shape, coding, {name: rng.normal(size=size) for name, size in shapes.items()})


def parity() -> MlpRnn:
    """h' = h xor x by three ramps that keep every disturbance: right on short words, and not to be proved."""
    weights = {
        "initial": np.zeros(1),
        "f.0.hidden": np.ones((4, 1)),
        "f.0.input": np.ones((4, 1)),
        "f.0.bias": -np.array([0.0, 1.0, 1.0, 2.0]),
        "f.1.weight": np.array([[1.0, -1.0, -1.0, 1.0]]),
        "f.1.bias": np.zeros(1),
        "g.0.weight": np.ones((1, 1)),
        "g.0.bias": np.zeros(1),
    }
    return MlpRnn(
        Architecture(1, 4, 2, 1, skip=False), Coding(None, (0.0,), (1.0,), None, (0.0,), (1.0,)), weights
    )


def read_as(
    machine: Machine, network: MlpRnn, provenance: Provenance = GRADIENT
) -> tuple[Explanation, Sequences, Sequences]:
    """A finding in which a machine stands beside a network that it was never read from."""
    train, held_out = labelled(machine), labelled(machine, 300, seed=1)
    readers = (ConfirmedMachine(machine), *READERS)
    found = explain((Given(AsNetwork(machine), 1.0),), train, held_out, Run(), readers)
    assert isinstance(found, Explanation)
    assert found.reading.machine is not None
    accuracy = network_accuracy(network, held_out)
    trained = replace(found.trained, network=network, provenance=provenance, accuracy=accuracy)
    return replace(found, trained=trained), train, held_out
