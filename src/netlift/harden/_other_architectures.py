"""Another network for the same data, where the one that a machine was read from cannot be proved to be it."""

from collections.abc import Iterator

import numpy as np

from netlift.core._clock import Clock
from netlift.core._progress import Progress
from netlift.core._streams import random_stream
from netlift.data import Sequences
from netlift.harden._hard_words import settled
from netlift.harden._longer_words import same_machine
from netlift.networks import (
    Ensemble,
    MlpRnn,
    architectures,
    can_be_refined,
    is_perceptron,
    network_accuracy,
    refined,
    rough_error,
)
from netlift.program._explanation import Explanation
from netlift.states import Machine
from netlift.states.readers import words_of

STEPS = 3_000  # of the optimiser, the first two cycles of the ladder
CYCLE = 1_000
CHUNK = 200
GOOD = 0.999  # accuracy from which training need not go on
HALF = 0.5  # accuracy after the first cycle below which it does not go on
LEAST = 0.97  # accuracy below which a network is not worth the trouble
MOST_STATES = 100
HELD_OUT = 1_000  # sequences on which accuracy is measured during training
AGAIN = 3  # ensembles of the same architecture
AGAIN_STEPS = 600
REFINED = 2  # networks of each


class OtherNetworks:
    """Networks of other architectures, each trained on the same data, once however often they are asked for.

    Symbols that enter with one unit each and leave as classes are what makes states easy to hold apart.
    Training ends where a network is nearly right, and none comes after the budget.

    Args:
        train: the sequences to learn from.
        held_out: sequences that say how good a network is; without any, those to learn from do.
        seed: of first weights and batches.
        clock: the budget.
        progress: is told what is trained.
    """

    def __init__(
        self, train: Sequences, held_out: Sequences, seed: int, clock: Clock, progress: Progress
    ) -> None:
        self._made: list[MlpRnn] = []
        self._more = self._trained(train, held_out if len(held_out) else train, seed, clock, progress)

    def __iter__(self) -> Iterator[MlpRnn]:
        yield from self._made
        for network in self._more:
            self._made.append(network)
            yield network

    @staticmethod
    def _trained(
        train: Sequences, test: Sequences, seed: int, clock: Clock, progress: Progress
    ) -> Iterator[MlpRnn]:
        quick = test.take(np.arange(min(HELD_OUT, len(test))))
        for number, shape in enumerate(architectures(train)):
            if (shape.inputs, shape.outputs, shape.skip) != ("one-hot", "classes", False):
                continue
            progress.update(network=f"{shape}, for a proof")
            ensemble = Ensemble(shape, train, seed=seed + 1000 * number + 500, cycle=CYCLE, growth=2)
            best = 0.0
            while ensemble.steps < STEPS and best < GOOD and not (ensemble.steps >= CYCLE and best < HALF):
                if clock.over():
                    return
                ensemble.advance(CHUNK)
                accuracies = ensemble.accuracies(quick)
                best = float(accuracies.max())
            if best >= LEAST:
                yield ensemble.network(int(accuracies.argmax()))


def others(
    found: Explanation, trained: OtherNetworks, train: Sequences, held_out: Sequences, seed: int
) -> Iterator[tuple[Explanation, bool]]:
    """The finding with networks of other architectures, each trained on the same data and read anew.

    With each comes whether it was trained further on the machine's answers, after the data. A network counts
    only if the machine reader reads the same machine from it.
    """
    machine = found.reading.machine
    if machine is None or machine.states > MOST_STATES:
        return
    words = words_of(train)
    for one in trained:
        network = settled(one, machine, words.length, train, seed)
        if reads_the_same(network, machine, train, seed):
            accuracy = network_accuracy(network, held_out if len(held_out) else train)
            yield found.with_network(network, accuracy), network is not one


def reads_the_same(network: MlpRnn, machine: Machine, train: Sequences, seed: int) -> bool:
    """Whether the machine reader, which is told nothing, reads this machine from the network."""
    return same_machine(network, machine, words_of(train), random_stream(seed, "reading another network"))


def again(
    found: Explanation, train: Sequences, held_out: Sequences, seed: int, clock: Clock
) -> Iterator[Explanation]:
    """The finding with networks of the same architecture from other first weights, fitted by least squares.

    For networks of numbers, which are exact or nothing: bends that lie elsewhere may be easier to bound. A
    network counts only if it is right on all held-out data, as the program is. None comes after the budget.
    """
    network = found.network
    test = held_out if len(held_out) else train
    if not is_perceptron(network) or found.errors or not can_be_refined(network, train):
        return
    for number in range(AGAIN):
        if clock.over():
            return
        ensemble = Ensemble(network.architecture, train, seed=seed + 7_000 + number, cycle=CYCLE, growth=2)
        ensemble.advance(AGAIN_STEPS)
        networks = [ensemble.network(index) for index in range(len(ensemble))]
        for rough in sorted(networks, key=lambda one: rough_error(one, train))[:REFINED]:
            exact = refined(rough, train)
            if network_accuracy(exact, test) == 1.0:
                yield found.with_network(exact, 1.0)
