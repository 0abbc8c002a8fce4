"""What every stage after training needs of a network: three methods."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import OutOfTimeError, count, is_bounded, spend, unbounded
from netlift.networks._states import State, joined, longest, take, vectors

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LEAST = 20  # words that are run even where a budget is spent
AT_ONCE = 100  # words of a batch after which a budget is looked at


class Network(Protocol):
    """A recurrent network `h' = f(h, x), y = g(h')` that takes and answers whole numbers.

    The coding of the inputs (number, one-hot) and the decoding of the outputs (rounding, argmax)
    happen inside, so that a reader of states needs to know neither. Hidden states are opaque: see
    `netlift.networks._states` for what is asked of them.
    """

    def initial_state(self, batch: int) -> State:
        """The hidden state before the first input, `batch` times."""
        ...

    def next_state(self, hidden: State, inputs: Ints) -> State:
        """The hidden states after one more input each, [batch, D]."""
        ...

    def output(self, hidden: State) -> Ints:
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

    def margin(self, hidden: State) -> Floats:
        """How far each output [batch, K] is from another answer; the greater, the surer."""
        ...


@runtime_checkable
class GradedAtOnce(Graded, Protocol):
    """A network that tells answers and how sure they are in one call."""

    def graded(self, hidden: State) -> tuple[Ints, Floats]:
        """Outputs and margins [batch, K]."""
        ...


def graded_output(network: Network, hidden: State) -> tuple[Ints, Floats]:
    """Outputs [batch, K] of hidden states and how sure they are; all 1 where the network does not tell."""
    if isinstance(network, GradedAtOnce):
        return network.graded(hidden)
    outputs = np.asarray(network.output(hidden), dtype=np.int64)
    sure = network.margin(hidden) if isinstance(network, Graded) else np.ones(outputs.shape)
    return outputs, np.asarray(sure, dtype=np.float64)


@runtime_checkable
class Parallel(Network, Protocol):
    """A network that may answer whole words at once, as a Transformer does, cheaper than step by step."""

    def along(self, inputs: Ints) -> Ints | None:
        """The outputs [N, T, K] on words [N, T, D]; None: it has to be run step by step."""
        ...


@runtime_checkable
class ReadsOn(Network, Protocol):
    """A network that may answer whole words that go on from hidden states, cheaper than step by step."""

    def along_from(self, hidden: State, inputs: Ints) -> Ints | None:
        """The outputs [N, T, K] on words [N, T, D] after these hidden states; None: step by step."""
        ...


@runtime_checkable
class KnowsStates(Network, Protocol):
    """A network whose hidden states hold its answers, and can be had from these without another call."""

    def states_along(self, inputs: Ints, answers: Ints) -> list[State]:
        """The hidden states after each step of words [N, T, D], whose answers [N, T, K] are known."""
        ...


def run(network: Network, inputs: Ints) -> Ints:
    """Run a network on words.

    Args:
        network: three methods over whole numbers.
        inputs: the words, [N, T, D].

    Returns:
        Its outputs, [N, T, K].

    Raises:
        ValueError: the words are longer than the network can be run on.

    Cost:
        N times T steps of the network.

    Example:
        >>> import numpy as np
        >>> from netlift.networks import run
        >>> class Sum:
        ...     def initial_state(self, batch):
        ...         return np.zeros((batch, 1), dtype=int)
        ...     def next_state(self, hidden, inputs):
        ...         return hidden + inputs
        ...     def output(self, hidden):
        ...         return hidden
        >>> run(Sum(), np.array([[[1], [2]]])).tolist()
        [[[1], [3]]]
    """
    steps = _runnable(network, inputs.shape[1])
    whole = network.along(inputs) if isinstance(network, Parallel) else None
    if whole is not None:
        spend(len(inputs) * steps)
        return whole
    hidden = network.initial_state(len(inputs))
    outputs = []
    for step in range(steps):
        spend(len(inputs))
        hidden = network.next_state(hidden, inputs[:, step])
        outputs.append(network.output(hidden))
    return np.stack(outputs, axis=1)


def run_while_budget(network: Network, inputs: Ints) -> Ints:
    """The outputs [n, T, K] on words [N, T, D]: on all, or on the first n where a budget ends in between.

    A few are run in any case.
    """
    if not is_bounded() or len(inputs) <= LEAST:
        return run(network, inputs)
    with unbounded():
        outputs = [run(network, inputs[:LEAST])]
    count(LEAST * inputs.shape[1])
    with suppress(OutOfTimeError):
        for first in range(LEAST, len(inputs), AT_ONCE):
            outputs += [run(network, inputs[first : first + AT_ONCE])]
    return np.concatenate(outputs)


@dataclass(frozen=True)
class Path:
    """What a network went through on N words of T steps.

    `states` is one batch of N * T hidden states, word after word, each after its step's input; `outputs` are
    [N, T, K].
    """

    states: State
    outputs: Ints

    def at(self, rows: Ints, step: int) -> State:
        """The hidden states of these words after `step` (0 is the first input)."""
        return take(self.states, rows * self.outputs.shape[1] + step)


def run_along(network: Network, inputs: Ints) -> Path:
    """Hidden states and outputs on inputs [N, T, D], whatever the states are."""
    steps = _runnable(network, inputs.shape[1])
    whole = network.along(inputs) if isinstance(network, Parallel) else None
    if whole is not None and isinstance(network, KnowsStates):
        spend(len(inputs) * steps)
        return Path(word_by_word(network.states_along(inputs, whole), len(inputs)), whole)
    hidden = network.initial_state(len(inputs))
    states, outputs = [], []
    for step in range(steps):
        spend(len(inputs))
        hidden = network.next_state(hidden, inputs[:, step])
        states.append(hidden)
        if whole is None:
            outputs.append(network.output(hidden))
    return Path(word_by_word(states, len(inputs)), np.stack(outputs, axis=1) if whole is None else whole)


def run_with_states(network: Network, inputs: Ints) -> tuple[Floats, Ints]:
    """Hidden states as vectors [N, T, H] (each after its step's input) and outputs [N, T, K].

    Raises TypeError where the network's states are no vectors; ask `has_vectors` before.
    """
    hidden = network.initial_state(len(inputs))
    states, outputs = [], []
    for step in range(_runnable(network, inputs.shape[1])):
        spend(len(inputs))
        hidden = network.next_state(hidden, inputs[:, step])
        seen = vectors(network, hidden)
        if seen is None:
            raise TypeError(f"the hidden states of {network} are no vectors")
        states.append(seen)
        outputs.append(network.output(hidden))
    return np.stack(states, axis=1), np.stack(outputs, axis=1)


def has_vectors(network: Network) -> bool:
    """Whether the network's hidden states can be looked at as vectors."""
    return vectors(network, network.initial_state(1)) is not None


def word_by_word(steps: Sequence[State], words: int) -> State:
    """Batches of the states of N words, one for each step, as one batch that goes through word after word."""
    if isinstance(steps[0], np.ndarray):
        stacked = np.stack(steps, axis=1)
        return stacked.reshape(-1, *stacked.shape[2:])
    order = np.arange(words * len(steps)).reshape(len(steps), words).T.reshape(-1)
    return take(joined(steps), order)


def _runnable(network: Network, steps: int) -> int:
    most = longest(network)
    if most is not None and steps > most:
        raise ValueError(f"{network} can be run on {most} steps; it was to be run on {steps}")
    return steps
