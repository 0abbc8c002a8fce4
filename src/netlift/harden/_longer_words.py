"""Training continued at greater length once a program is known, and the network read again."""

import numpy as np
from numpy.typing import NDArray

from netlift.core._streams import random_stream
from netlift.data import Sequences, plain
from netlift.networks import MlpRnn, continued, is_perceptron, network_accuracy
from netlift.program import Program
from netlift.program._explanation import Explanation
from netlift.states import Machine
from netlift.states.readers import Words, longer_words, read_finite, words_of

Ints = NDArray[np.int64]

TIMES = 3  # the training length
COUNT = 1_000  # longer sequences to train on
LEAST = 0.5  # accuracy there below which it would be learning anew
TESTED = 500  # longer sequences to measure on


def prolonged(found: Explanation, train: Sequences, held_out: Sequences, seed: int) -> Explanation:
    """The finding with a network that is right for longer, where training on makes it so.

    The longer sequences get their outputs from the program, which was read from this network and is
    right on the data. The new network replaces the old one only if it is as good on the held-out
    data, better on longer sequences, and, where a machine was read, gives the same machine again.
    """
    network, program = found.network, found.program
    if not is_perceptron(network) or found.errors or found.reading.of_data:
        return found
    words = words_of(train)
    rng = random_stream(seed, "longer words to train on")
    longer = _labelled(program, longer_words(network, words, TIMES, COUNT + TESTED, rng), train)
    practice, test = longer.take(np.arange(COUNT)), longer.take(np.arange(COUNT, COUNT + TESTED))
    before = network_accuracy(network, test)
    if not LEAST <= before < 1.0 or not _sayable(network, longer):
        return found
    after, better = continued(network, practice, test, seed=seed)
    if after <= before or network_accuracy(better, held_out) < found.accuracy:
        return found
    if found.reading.machine is not None and not same_machine(better, found.reading.machine, words, rng):
        return found
    return found.with_network(better)


def _labelled(program: Program, inputs: Ints, like: Sequences) -> Sequences:
    answers = [program(plain(word)) for word in inputs]
    targets = np.array(answers, dtype=np.int64).reshape(*inputs.shape[:2], -1)
    lengths = np.full(len(inputs), inputs.shape[1], dtype=np.int64)
    return Sequences(inputs, targets, lengths, like.input_symbols, like.target_symbols)


def _sayable(network: MlpRnn, sequences: Sequences) -> bool:
    """Whether the network has a class for every output that the sequences ask for."""
    classes = network.coding.classes
    if classes is None:
        return True
    return all(np.isin(sequences.targets[..., stream], known).all() for stream, known in enumerate(classes))


def same_machine(network: MlpRnn, machine: Machine, words: Words, rng: np.random.Generator) -> bool:
    """Whether the machine reader, which knows nothing of the machine, reads it from this network."""
    again = [reading.machine for reading in read_finite(network, words, rng)[0]]
    return any(one is not None and one.difference(machine) is None for one in again[:1])
