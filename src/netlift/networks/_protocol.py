"""What every stage after training needs of a network: three methods."""

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from netlift._clock import checkpoint

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Network(Protocol):
    """A recurrent network `h' = f(h, x), y = g(h')` that takes and answers whole numbers.

    The coding of the inputs (number, one-hot) and the decoding of the outputs (rounding, argmax)
    happen inside, so that a reader of states needs to know neither.
    """

    def initial_state(self, batch: int) -> Floats:
        """The hidden state before the first input, [batch, H]."""
        ...

    def next_state(self, hidden: Floats, inputs: Ints) -> Floats:
        """The hidden state after one more input: [batch, H] and [batch, D] give [batch, H]."""
        ...

    def output(self, hidden: Floats) -> Ints:
        """The output read from the hidden state, [batch, K]."""
        ...


class WeightedNetwork(Network, Protocol):
    """A network whose size is known."""

    @property
    def hidden_size(self) -> int:
        """The number H of hidden units."""
        ...

    @property
    def parameters(self) -> int | None:
        """How many numbers the network consists of; None where it does not tell."""
        ...


@runtime_checkable
class Graded(Network, Protocol):
    """A network that can tell how sure each answer is."""

    def margin(self, hidden: Floats) -> Floats:
        """How far each output [batch, K] is from another answer; the greater, the surer."""
        ...


def run(network: Network, inputs: Ints) -> Ints:
    """The network's outputs [N, T, K] on inputs [N, T, D]."""
    hidden = network.initial_state(len(inputs))
    outputs = []
    for step in range(inputs.shape[1]):
        checkpoint()
        hidden = network.next_state(hidden, inputs[:, step])
        outputs.append(network.output(hidden))
    return np.stack(outputs, axis=1)


def run_with_states(network: Network, inputs: Ints) -> tuple[Floats, Ints]:
    """Hidden states [N, T, H] (each after its step's input) and outputs [N, T, K]."""
    hidden = network.initial_state(len(inputs))
    states, outputs = [], []
    for step in range(inputs.shape[1]):
        checkpoint()
        hidden = network.next_state(hidden, inputs[:, step])
        states.append(hidden)
        outputs.append(network.output(hidden))
    return np.stack(states, axis=1), np.stack(outputs, axis=1)
