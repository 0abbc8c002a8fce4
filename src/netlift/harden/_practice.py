"""A network that is right on what was held out, held against all its training sequences before it is read."""

from typing import NamedTuple

from netlift.core._clock import Clock
from netlift.data import Sequences
from netlift.harden._hard_words import MOST_PRACTISED, practised
from netlift.networks import Trained, WeightedNetwork, is_perceptron, network_accuracy


class Practised(NamedTuple):
    """`better` is right on all sequences after more training; None: there is no such network, or no need.

    `faultless` says whether the network made no error as it was.
    """

    better: WeightedNetwork | None
    faultless: bool


def accuracy_on_all(trained: Trained, train: Sequences, held_out: Sequences) -> float:
    """Its share of right sequences: of all that were held out, or of the training sequences where too few.

    Held-out sequences are few, and may hold none of what is hard.
    """
    accuracy = trained.accuracy
    if accuracy == 1.0:
        accuracy = network_accuracy(trained.network, held_out)
    if accuracy == 1.0 and trained.provenance.may_change:
        learned = network_accuracy(trained.network, train)
        accuracy = learned if learned < 1.0 - MOST_PRACTISED else accuracy
    return accuracy


def practise(trained: Trained, train: Sequences, held_out: Sequences, seed: int, clock: Clock) -> Practised:
    """Train a copy on with the training sequences that it has wrong, where there are some, but few.

    Only perceptrons that are right on what was held out and that may be changed. Its seconds are those of
    stage "train".
    """
    network = trained.network
    if trained.accuracy != 1.0 or not trained.provenance.may_change or not is_perceptron(network):
        return Practised(None, False)
    with clock.stage("train"):
        better = practised(network, train, seed)
        learned = network_accuracy(better, train) == 1.0
    if not learned:
        return Practised(None, False)
    if better is network:
        return Practised(None, True)
    return Practised(better if network_accuracy(better, held_out) == 1.0 else None, False)
