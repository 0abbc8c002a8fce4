"""Whether a network, as it is, is what was read from it: proved, up to a length, tested, or refuted.

Nothing is changed here. What is proved of a changed copy is another claim; see `_prove_copy`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netlift.certify import (
    Claim,
    CodesProof,
    Domain,
    NetworkProof,
    ProvedLength,
    Reached,
    Tier,
    codes_certificate,
    compare_network,
    domain_of,
    levels_certificate,
    linear_certificate,
    machine_certificate,
    prove_codes,
    prove_cut,
    prove_linear,
    prove_network,
    proved_length,
    reached,
    system_of,
)
from netlift.checker import certified_words, check_network
from netlift.core._clock import Clock
from netlift.data import Sequences, alphabets, joint_symbols
from netlift.engine._readings import Reading, words_of
from netlift.engine._search import Found
from netlift.formulas import Recurrence
from netlift.networks import LinearRnn, MlpRnn, Quantised, WeightedNetwork
from netlift.states import Machine

Ints = NDArray[np.int64]

MOST_SYMBOLS = 256  # joint symbols up to which a recurrence is written out as a machine
MOST_STATES = 500
MOST_STEPS = 1_000  # in which that machine has to close
LENGTH = 100  # up to which words are followed where there is no proof for every length
TABLE = 20_000  # states that they may reach
LITTLE = 300_000  # words up to which all are followed
ENOUGH = 3_000_000  # the same if that is all words of the training length


@dataclass(frozen=True)
class Target:
    """What networks are compared with: what was read from one of them, over the inputs of `train`."""

    reading: Reading
    recurrence: Recurrence
    train: Sequences

    @classmethod
    def of(cls, found: Found, train: Sequences) -> "Target":
        """What was read from the network that was found."""
        assert found.reading is not None
        assert found.candidate is not None
        return cls(found.reading, found.candidate.recurrence, train)

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
    """What is claimed of a network; the certificate of a proof, and the machine that it speaks of.

    `machine` is the one that was read, or the recurrence written out as one.
    """

    claim: Claim
    certificate: Mapping[str, Any] | None = None
    machine: Machine | None = None


def network_known(network: WeightedNetwork, target: Target, seed: int, clock: Clock) -> NetworkKnown:
    """As much as can be shown of the network, nothing changed."""
    return network_proved(network, target, seed, clock) or network_bounded(network, target, seed, clock)


def network_proved(network: WeightedNetwork, target: Target, seed: int, clock: Clock) -> NetworkKnown | None:
    """What is known of a network that is its machine (or recurrence) at every length; None without a proof.

    Once the budget is spent, only the quick proof is tried.
    """
    if isinstance(network, LinearRnn):
        return _linear(network, target)
    machine = target.machine
    if machine is None:
        return None
    if isinstance(network, Quantised):
        return proved_by_codes(network, machine)
    if not isinstance(network, MlpRnn):
        return None
    proof = prove_network(network, machine)
    if proof is None and not clock.over():
        proof = prove_cut(network, machine, seed)
    return None if proof is None else proved_by_boxes(network, machine, proof)


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
    if not isinstance(network, MlpRnn) or target.table is None:
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
    machine, train = target.machine if isinstance(network, MlpRnn) else None, target.train
    if machine is not None:
        return rows_of(machine)
    return domain_of([stream.tolist() for stream in alphabets(train)], (None,) * train.inputs.shape[2])


def _linear(network: LinearRnn, target: Target) -> NetworkKnown | None:
    system = target.reading.system
    proof = None if system is None else prove_linear(network, system, _domain(network, target))
    if proof is None:
        return None
    because = "the weights are whole numbers, and network and linear system have the same response"
    certificate = linear_certificate(network, proof)
    tier: Tier = "proved" if proof.float_length is None else "exhaustive"
    claim = Claim(
        "network = machine", tier, certified_words(certificate), {"because": because, **proof.facts()}
    )
    return NetworkKnown(claim, certificate)


def _sampled(network: WeightedNetwork, target: Target, seed: int) -> Claim:
    """What running network and machine (or recurrence) on words shows."""
    machine = target.reading.machine
    if machine is None:
        return compare_network(network, system_of(target.recurrence), _domain(network, target), seed=seed)
    return compare_network(network, system_of(machine), rows_of(machine), seed=seed)
