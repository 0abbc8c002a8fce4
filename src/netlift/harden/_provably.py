"""Training that ends provable, from the data alone: the first network right on all of it and proved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from netlift.certify._network import NetworkKnown, Target, proved_by_boxes
from netlift.checker import check_network
from netlift.core._clock import OutOfTimeError, checkpoint, unbounded
from netlift.data import Sequences, joint_symbols
from netlift.harden._alike import rounded_to_alike
from netlift.harden._candidate import Candidate
from netlift.harden._contract import LEARNED, contractions
from netlift.harden._copy import Step, copy_of
from netlift.harden._other_architectures import MOST_STATES, reads_the_same
from netlift.harden._refitted import refitted_to_data
from netlift.networks import MlpRnn, is_perceptron, network_accuracy
from netlift.program._explanation import Explanation
from netlift.states import Machine

MOST_SYMBOLS = 256  # joint symbols of the data

# The words say what the held-out sequences and the machine were used for: to choose, not to train.
_FIRST = "the program was read from a first network"
_KEPT = " after the program was read, and kept because it is right on all the data and proved"


@dataclass(frozen=True)
class Provable:
    """A network that was trained further on its data alone, and what is proved of it.

    Attributes:
        made: the network, and how it came about.
        known: that it is the machine, for words of every length, with the certificate.
    """

    made: Candidate
    known: NetworkKnown

    @property
    def network(self) -> MlpRnn:
        """The network."""
        return self.made.network

    @property
    def how(self) -> str:
        """What was done, in words."""
        return self.made.how


def provably(
    network: MlpRnn, machine: Machine, train: Sequences, test: Sequences, seed: int
) -> Provable | None:
    """The network after training on its data alone that ends in a proof; None where it does not.

    Args:
        network: a network that has learned the data.
        machine: what was read from it, over the alphabet of the data; it decides only which network is kept.
        train: its training sequences, every step of which has an answer.
        test: held-out sequences.
        seed: of all that is drawn.

    Returns:
        The first network that is right on all training and held-out sequences and that boxes prove, as the
        independent checker agrees.

    Raises:
        OutOfTimeError: the budget that bounds the caller is spent.

    Cost:
        A tenth of a second to ten seconds.
    """
    for candidate in _candidates(network, machine, train, seed):
        known = _known(candidate, machine)
        if known is None or network_accuracy(candidate.network, test) < 1.0:
            continue
        if network_accuracy(candidate.network, train) == 1.0:
            return Provable(candidate, known)
    return None


def trained_until_proved(
    found: Explanation, target: Target, seed: int
) -> tuple[Explanation, NetworkKnown | None]:
    """The finding with its network trained on until it is proved to be the machine that was read.

    Args:
        found: the finding; its network has to be one that was trained here and has learned the data, and that
            is not proved as it is.
        target: what was read, with training sequences and held-out ones.
        seed: of all that is drawn.

    Returns:
        The finding with the network that `provably` gives, and what is known of that; the finding as it was
        and None where there is no such network, or where the budget ends.

    Cost:
        That of `provably`.
    """
    machine, network = _machine(found, target), found.network
    if machine is None or not is_perceptron(network):
        return found, None
    try:
        checkpoint()
        after = provably(network, machine, target.train, target.test, seed)
    except OutOfTimeError:
        after = None
    if after is None:
        return found, None
    how = f"{after.how}{_KEPT}"
    return _finding(found, after, how, target.train, seed), after.known


def another_until_proved(
    found: Explanation, target: Target, networks: Iterable[MlpRnn], seed: int
) -> tuple[Explanation, NetworkKnown | None]:
    """The finding with the first of other networks for the same data that is proved in the same way.

    Args:
        found: the finding; its network has to be one that was trained here and has learned the data, and that
            is not proved.
        target: what was read, with training sequences and held-out ones.
        networks: trained on the same data alone.
        seed: of all that is drawn.

    Returns:
        The finding with such a network from which the machine reader, which is told nothing, reads the same
        machine, and what is known of it; the finding as it was and None where there is none, or where the
        budget ends.

    Cost:
        That of training the networks, and of `provably` for each.
    """
    machine = _machine(found, target)
    if machine is None or found.reading.machine is None or machine.states > MOST_STATES:
        return found, None
    try:
        for network in networks:
            checkpoint()
            after = provably(network, machine, target.train, target.test, seed)
            if after is not None and reads_the_same(after.network, machine, target.train, seed):
                shape = ", of another architecture" if str(network) != str(found.network) else ""
                how = f"{after.how}{_KEPT} ({_FIRST}{shape}: {found.network})"  # a share follows: of this one
                return _finding(found, after, how, target.train, seed, another=True), after.known
    except OutOfTimeError:
        pass
    return found, None


def _machine(found: Explanation, target: Target) -> Machine | None:
    """The machine that a network trained further may be proved to be; None where it may not be trained."""
    machine, train = target.machine, target.train
    alphabet = joint_symbols(train, MOST_SYMBOLS)
    if machine is None or alphabet is None or not np.array_equal(alphabet, machine.alphabet):
        return None
    if not found.may_go_on or found.errors or found.accuracy < LEARNED or train.silent is not None:
        return None
    return machine


def _candidates(network: MlpRnn, machine: Machine, train: Sequences, seed: int) -> Iterator[Candidate]:
    """Networks to prove, those with the fewest changes first.

    Of a network that errs on the data even the weights that are right may have to move: there a layer that
    rounds comes first, which repairs small errors at once.
    """
    alphabet = machine.alphabet
    errs = network_accuracy(network, train) < 1.0
    if errs:
        yield from rounded_to_alike(network, train, alphabet, seed)
    if (fitted := refitted_to_data(network, train, machine, seed)) is not None:
        yield fitted
    yield from contractions(network, train, alphabet, seed)
    if not errs:
        yield from rounded_to_alike(network, train, alphabet, seed)


def _known(candidate: Candidate, machine: Machine) -> NetworkKnown | None:
    """What is proved of a candidate: that it is the machine, as the independent checker agrees."""
    proof = candidate.prove(machine)
    known = None if proof is None else proved_by_boxes(candidate.network, machine, proof)
    if known is None or known.certificate is None:
        return None
    refused = check_network(known.certificate, dict(candidate.network.weights))
    return known if refused is None else None


def _finding(
    found: Explanation, after: Provable, how: str, train: Sequences, seed: int, *, another: bool = False
) -> Explanation:
    """The finding with the network that was trained on, or another, as its own, and how that was trained."""
    with unbounded():  # a proof that was found is not given up
        before = copy_of(found.network, after.network, (Step(how),), train, seed, another=another).details()
    details = {
        "clusters": after.made.clusters,
        "layer": after.made.layer,
        "uses_answers": None,
        "before": {"agreement": before["agreement"], "weights_moved": before["weights_moved"]},
    }
    provenance = found.trained.provenance
    provenance = replace(provenance, said=f"{provenance.said} on the data, then {how}")
    trained = replace(
        found.trained, network=after.network, provenance=provenance, accuracy=1.0, details=details
    )
    return replace(found, trained=trained)
