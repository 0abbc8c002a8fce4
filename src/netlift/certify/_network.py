"""Whether a network, as it is, is what was read: proved, up to a length, tested, or refuted.

It was read from this network, or from one that this one took the place of. Nothing is changed here. What is
proved of a changed copy is another claim; see `_prove_copy`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netlift.certify._boxes import NetworkProof, prove_network
from netlift.certify._certificates import (
    codes_certificate,
    followed_certificate,
    levels_certificate,
    linear_certificate,
    machine_certificate,
)
from netlift.certify._claims import Claim, Tier
from netlift.certify._codes import CodesProof, prove_codes
from netlift.certify._cut import prove_cut
from netlift.certify._domain import Domain, domain_of
from netlift.certify._enumerate import Reached, reached
from netlift.certify._exact import prove_linear
from netlift.certify._followed import prove_followed
from netlift.certify._levels import ProvedLength, proved_length
from netlift.certify._sampled import compare_ends, compare_network
from netlift.certify._systems import system_of
from netlift.checker import certified_words, check_network
from netlift.core._clock import Clock
from netlift.data import Sequences, alphabets, joint_symbols
from netlift.formulas import Recurrence
from netlift.networks import (
    MlpRnn,
    Quantised,
    WeightedNetwork,
    has_codes,
    is_affine,
    is_perceptron,
    takes_codes,
)
from netlift.plugins import Prover, cheapest_first
from netlift.program._explanation import Explanation
from netlift.states import Machine
from netlift.states.readers import Reading, words_of

Ints = NDArray[np.int64]

MOST_SYMBOLS = 256  # joint symbols up to which a recurrence is written out as a machine
MOST_STATES = 500
QUICK = 1e6  # cost of the provers that are asked even when the budget is spent
MOST_STEPS = 1_000  # in which that machine has to close
LENGTH = 100  # up to which words are followed where there is no proof for every length
TABLE = 20_000  # states that they may reach
LITTLE = 300_000  # words up to which all are followed
ENOUGH = 3_000_000  # the same if that is all words of the training length


@dataclass(frozen=True)
class Target:
    """What networks are compared with: what was read from one of them.

    Attributes:
        reading: what was read.
        recurrence: the program, before it was printed.
        train: the sequences whose inputs claims are about.
        held_out: sequences to measure changed networks on; None or empty: the ones in `train`.
        at_end: whether only the answers at the end of words like those in `train` count.
    """

    reading: Reading
    recurrence: Recurrence
    train: Sequences
    held_out: Sequences | None = None
    at_end: bool = False

    @classmethod
    def of(cls, found: Explanation, train: Sequences, held_out: Sequences | None = None) -> "Target":
        """What was read from the network that was found."""
        at_end = found.trained.provenance.is_truth and train.silent is not None
        return cls(found.reading, found.candidate.recurrence, train, held_out, at_end)

    @property
    def test(self) -> Sequences:
        """Sequences to measure on: those held out, if there are any."""
        return self.train if self.held_out is None or not len(self.held_out) else self.held_out

    @cached_property
    def machine(self) -> Machine | None:
        """The machine that was read, or the recurrence written out as one, where it closes."""
        alphabet = joint_symbols(self.train, MOST_SYMBOLS)
        if self.reading.machine is not None or alphabet is None:
            return self.reading.machine
        return reached(self.recurrence, alphabet, MOST_STEPS, MOST_STATES).machine()

    @cached_property
    def table(self) -> Reached | None:
        """The machine, or what words of some length reach of the recurrence; None: too many symbols."""
        machine, alphabet = self.machine, joint_symbols(self.train, MOST_SYMBOLS)
        if machine is not None:
            return Reached(machine.alphabet, machine.transitions, machine.outputs, LENGTH, True)
        return None if alphabet is None else reached(self.recurrence, alphabet, LENGTH, TABLE)

    @property
    def length(self) -> int:
        """The training length."""
        return words_of(self.train).length

    @property
    def answers(self) -> Literal["machine", "program"]:
        """Whose answers a copy is changed with that is changed towards this."""
        return "program" if self.reading.machine is None else "machine"


@dataclass(frozen=True)
class NetworkKnown:
    """What is claimed of a network.

    Attributes:
        claim: the claim, whose sentence says no more than was shown.
        certificate: what the independent checker needs; None: it does not know the argument.
        machine: the machine that the claim speaks of, the one that was read or the recurrence written out as
            one; None: there is none.
    """

    claim: Claim
    certificate: Mapping[str, Any] | None = None
    machine: Machine | None = None


@dataclass(frozen=True)
class LinearProver:
    """Whole weights with the same impulse response as the linear system that was read."""

    name: str = "linear"
    cost: float = 1e4

    def applies(self, network: WeightedNetwork, target: Target) -> bool:
        """An affine network from which a linear system was read."""
        return is_affine(network) and target.reading.system is not None

    def prove(self, network: WeightedNetwork, target: Target, seed: int) -> NetworkKnown | None:
        """Equality over the whole numbers."""
        system = target.reading.system
        if not is_affine(network) or system is None:
            return None
        proof = prove_linear(network, system, _domain(network, target))
        if proof is None:
            return None
        because = "the weights are whole numbers, and network and linear system have the same response"
        certificate = linear_certificate(network, proof)
        tier: Tier = "proved" if proof.float_length is None else "exhaustive"
        details = {"because": because, **proof.facts()}
        return NetworkKnown(
            Claim("network = machine", tier, certified_words(certificate), details), certificate
        )


@dataclass(frozen=True)
class CodesProver:
    """Codes that lead to codes with the right states and answers."""

    name: str = "codes"
    cost: float = 1e5

    def applies(self, network: WeightedNetwork, target: Target) -> bool:
        """A network with codes, and a machine."""
        return has_codes(network) and target.machine is not None

    def prove(self, network: WeightedNetwork, target: Target, seed: int) -> NetworkKnown | None:
        """As the independent checker accepts it, rounding errors bounded."""
        machine = target.machine
        return proved_by_codes(network, machine) if has_codes(network) and machine is not None else None


@dataclass(frozen=True)
class BoxesProver:
    """Boxes of hidden states around a machine's states, mapped into each other."""

    name: str = "boxes"
    cost: float = 1e5

    def applies(self, network: WeightedNetwork, target: Target) -> bool:
        """A perceptron, and a machine."""
        return is_perceptron(network) and target.machine is not None

    def prove(self, network: WeightedNetwork, target: Target, seed: int) -> NetworkKnown | None:
        """Boxes as they are found at once."""
        machine = target.machine
        if not is_perceptron(network) or machine is None:
            return None
        proof = prove_network(network, machine)
        return None if proof is None else proved_by_boxes(network, machine, proof)


@dataclass(frozen=True)
class CutProver(BoxesProver):
    """The same with boxes that are cut until they fit."""

    name: str = "cut boxes"
    cost: float = 1e9

    def prove(self, network: WeightedNetwork, target: Target, seed: int) -> NetworkKnown | None:
        """Boxes after cutting."""
        machine = target.machine
        if not is_perceptron(network) or machine is None:
            return None
        proof = prove_cut(network, machine, seed)
        return None if proof is None else proved_by_boxes(network, machine, proof)


@dataclass(frozen=True)
class FollowedProver:
    """Boxes of hidden states that are followed over several steps until they lie in boxes again."""

    name: str = "followed boxes"
    cost: float = 1e10

    def applies(self, network: WeightedNetwork, target: Target) -> bool:
        """Perceptrons or recurrent layers of known weights, and a machine."""
        return takes_codes(network) and bool(network.weights) and target.machine is not None

    def prove(self, network: WeightedNetwork, target: Target, seed: int) -> NetworkKnown | None:
        """As the independent checker accepts it, rounding errors bounded."""
        machine = target.machine
        if not takes_codes(network) or machine is None:
            return None
        proof = prove_followed(network, machine, seed)
        if proof is None:
            return None
        certificate = followed_certificate(network, proof)
        if check_network(certificate, dict(network.weights)) is not None:
            return None
        because = (
            f"boxes of hidden states around the {machine.states:,} state{'s' if machine.states > 1 else ''} "
            f"are mapped into each other after {proof.length:,} symbols or fewer, rightly answered on the way"
        )
        return _proved(machine, because, proof.facts(), certificate)


# A prover is listed here, and nowhere else; the cheaper is asked first.
PROVERS = (LinearProver(), CodesProver(), BoxesProver(), CutProver())
# Seconds to a minute, and of few networks a proof: asked where somebody wants it (`lift --thorough`).
THOROUGH = (FollowedProver(),)


def network_proved(
    network: WeightedNetwork, target: Target, seed: int, clock: Clock, more: Sequence[Prover] = ()
) -> NetworkKnown | None:
    """What is known of a network that is its machine (or recurrence) at every length; None without a proof.

    Once the budget is spent, only the quick provers are asked. What a prover of an outsider says counts only
    where its certificate is accepted by the independent checker, or, if it has none, where random words do
    not refute it; the claim then names the prover.
    """
    for prover in cheapest_first(PROVERS, more):
        if (prover.cost > QUICK and clock.over()) or not prover.applies(network, target):
            continue
        known: NetworkKnown | None = prover.prove(network, target, seed)
        if known is not None and prover not in PROVERS:
            known = _confirmed(known, prover.name, network, target, seed)
        if known is not None:
            return known
    return None


def _confirmed(
    known: NetworkKnown, name: str, network: WeightedNetwork, target: Target, seed: int
) -> NetworkKnown | None:
    """What an outsider's prover says, after a check of it that is not its own; None where it fails."""
    if known.certificate is not None:
        weights = getattr(network, "weights", None)
        if weights is None or check_network(known.certificate, dict(weights)) is not None:
            return None
        return known
    if _sampled(network, target, seed).tier == "refuted":
        return None
    words = f"{known.claim.words} (says the prover {name!r}; no certificate)"
    return replace(known, claim=replace(known.claim, words=words))


def proved_by_boxes(network: MlpRnn, machine: Machine, proof: NetworkProof) -> NetworkKnown:
    """What is known of a network for which there is a proof by boxes."""
    states = f"{machine.states:,} state{'s' if machine.states > 1 else ''}"
    because = f"boxes of hidden states around the {states} are mapped into each other"
    return _proved(machine, because, proof.facts(), machine_certificate(network, proof))


def proved_by_codes(
    network: Quantised, machine: Machine, proof: CodesProof | None = None
) -> NetworkKnown | None:
    """What is known of a network with a layer of codes, if the independent checker accepts the proof.

    There rounding errors are bounded. `proof` is the one to offer, where there is one already.
    """
    proof = proof or prove_codes(network, machine)
    if proof is None:
        return None
    certificate = codes_certificate(network, proof)
    if check_network(certificate, dict(network.weights)) is not None:
        return None
    count = len(proof.labels)
    because = (
        f"after every step the hidden state is one of {count:,} code{'s' if count > 1 else ''}, "
        "and each leads under each symbol to one with the right state and answer"
    )
    return _proved(machine, because, proof.facts(), certificate)


def _proved(
    machine: Machine, because: str, facts: Mapping[str, Any], certificate: Mapping[str, Any]
) -> NetworkKnown:
    details = {"because": because, **facts}
    claim = Claim("network = machine", "proved", certified_words(certificate), details)
    return NetworkKnown(claim, certificate, machine)


def network_bounded(network: WeightedNetwork, target: Target, seed: int, clock: Clock) -> NetworkKnown:
    """How much is known of a network for which there is no proof for every length.

    Once the budget is spent, few words are followed.
    """
    sampled = _sampled(network, target, seed)
    if not is_perceptron(network) or target.at_end or target.table is None:
        return NetworkKnown(sampled)
    if clock.over():
        proof = proved_length(network, target.table, LITTLE // 10)
    else:
        proof = _proved_length(network, target.table, target.length)
    refuted = sampled.tier == "refuted"
    least = target.length if refuted else max(1, int(sampled.details.get("exhaustive_length", 0)))
    if proof.length < least:  # then running random words says more
        return NetworkKnown(sampled)
    machine = target.machine
    system = system_of(target.recurrence if machine is None else machine)
    certificate = levels_certificate(network, system, target.table.alphabet, proof.length)
    if refuted:
        beyond = f"wrong on one of {len(sampled.details['witness']):,} inputs"
    else:
        count, length = sampled.details["sequences"], sampled.details["length"]
        beyond = f"no error on {count:,} random ones of {length:,} inputs"
    words = f"{certified_words(certificate)}; {beyond}"
    details = {**sampled.details, "exhaustive_length": proof.length, "margin": proof.margin}
    details["stopped"] = proof.stopped
    return NetworkKnown(Claim("network = machine", "exhaustive", words, details), certificate, machine)


def _proved_length(network: MlpRnn, table: Reached, wanted: int) -> ProvedLength:
    """The length up to which all words are answered right: the `wanted` one or more, if affordable."""
    needed, level = 0, 1
    for _ in range(wanted):
        level *= len(table.alphabet)
        needed += level
        if needed > ENOUGH:
            break
    return proved_length(network, table, needed if LITTLE < needed <= ENOUGH else LITTLE)


def rows_of(machine: Machine) -> Domain:
    """All words over a machine's symbols."""
    return Domain.of_rows([tuple(row) for row in machine.alphabet.tolist()])


def _domain(network: WeightedNetwork, target: Target) -> Domain:
    """The inputs that a claim is about: the machine's symbols, or the streams' values."""
    machine, train = target.machine if is_perceptron(network) else None, target.train
    if machine is not None:
        return rows_of(machine)
    return domain_of([stream.tolist() for stream in alphabets(train)], (None,) * train.inputs.shape[2])


def _sampled(network: WeightedNetwork, target: Target, seed: int) -> Claim:
    """What running network and machine (or recurrence) on words shows."""
    machine = target.reading.machine
    if target.at_end:
        system = system_of(target.recurrence if machine is None else machine)
        return compare_ends(network, system, target.train, seed=seed)
    if machine is None:
        return compare_network(network, system_of(target.recurrence), _domain(network, target), seed=seed)
    return compare_network(network, system_of(machine), rows_of(machine), seed=seed)
