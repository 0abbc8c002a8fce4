"""Whether a network is what was read from it: proved, up to a length, tested, or refuted.

A network that was trained here is fine-tuned where that lets the proof succeed; then the fine-tuned network
is the one that is saved. A network that was given may get a layer of codes instead, if that was asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift._clock import Clock
from netlift._judge import network_accuracy
from netlift._opening import words_of
from netlift._search import Found
from netlift._sharpen import refitted, sharpened
from netlift.certify import (
    Claim,
    CodesProof,
    Domain,
    Reached,
    Tier,
    answers_many,
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
    quantised,
    reached,
    snapped,
    system_of,
)
from netlift.checker import certified_words, check_network
from netlift.data import Sequences, alphabets, joint_symbols
from netlift.networks import Coded, LinearRnn, MlpRnn, Quantised, can_be_saved
from netlift.states import Machine

Ints = NDArray[np.int64]

MOST_SYMBOLS = 256  # joint symbols up to which a recurrence is written out as a machine
MOST_STATES = 500
MOST_STEPS = 1_000  # in which that machine has to close
LENGTH = 100  # up to which words are followed where there is no proof for every length
TABLE = 20_000  # states that they may reach


@dataclass(frozen=True)
class NetworkKnown:
    """The finding, with its network fine-tuned where needed; what is claimed; the certificate of a proof.

    `machine` is the one that the network was proved to be, where it is another than the reader's.
    """

    found: Found
    claim: Claim
    certificate: Mapping[str, Any] | None = None
    machine: Machine | None = None


def network_proved(
    found: Found, train: Sequences, seed: int, clock: Clock, *, may_change: bool
) -> NetworkKnown | None:
    """What is known of a network that is its machine (or recurrence) at every length; None without a proof.

    `may_change` lets it be fine-tuned, within the clock's budget; nothing is changed where the machine is
    wrong on the data.

    Networks for which there is nothing but this (linear ones) or no proof at all (of other cells) have what
    is known about them all the same.
    """
    assert found.candidate is not None
    network, domain = found.network, _domain(found, train)
    if isinstance(network, LinearRnn):
        return _linear(found, network, train, domain, seed)
    if not isinstance(network, MlpRnn):
        by_codes = _by_codes(found, train, seed, may_change=may_change)
        return by_codes or NetworkKnown(found, _sampled(found, domain, seed))
    machine = _machine(found, train)
    if machine is None:
        return None
    proof = prove_network(network, machine)
    if proof is None and not clock.over():
        proof = prove_cut(network, machine, seed)
    if proof is not None:
        claim = _proved(machine, domain, proof.facts(), "")
        return NetworkKnown(found, claim, machine_certificate(network, proof), machine)
    if not may_change or found.errors or clock.over():
        return None
    exact = refitted(network, machine, train, seed) if answers_many(machine) else network
    proof = prove_cut(exact, machine, seed) if exact is not network else None
    if proof is not None:
        how = "fitted again by least squares"
        facts = {**proof.facts(), "change": how, "trained_accuracy": found.accuracy}
        claim = _proved(machine, domain, facts, f"; the network was {how} for this proof")
        changed = replace(found, network=exact, accuracy=1.0)
        return NetworkKnown(changed, claim, machine_certificate(exact, proof), machine)
    snap = snapped(network, machine, seed, clock.over)
    if snap is None:
        return _by_codes(found, train, seed, may_change=may_change)
    changed = replace(found, network=snap.network, accuracy=1.0)
    facts = {**snap.proof.facts(), "change": snap.change, "trained_accuracy": found.accuracy}
    claim = _proved(machine, domain, facts, f"; the network was {snap.change} for this proof")
    return NetworkKnown(changed, claim, machine_certificate(snap.network, snap.proof), machine)


def _by_codes(found: Found, train: Sequences, seed: int, *, may_change: bool) -> NetworkKnown | None:
    """A proof of a network with a layer of codes, or of a copy of one that was given, with such a layer."""
    network, machine = found.network, _machine(found, train)
    if machine is None or found.trained_by != "given" or not can_be_saved(network):
        return None
    domain = Domain.of_rows([tuple(row) for row in machine.alphabet.tolist()])
    if isinstance(network, Quantised):
        proof = prove_codes(network, machine)
        certificate = None if proof is None else _accepted(network, proof)
        if proof is None or certificate is None:
            return None
        return NetworkKnown(found, _proved_by_codes(proof, domain, {}, ""), certificate, machine)
    if not may_change or found.errors or not isinstance(network, Coded | MlpRnn):
        return None
    rounding = quantised(network, machine, words_of(train).length, seed)
    certificate = None if rounding is None else _accepted(*rounding)
    if rounding is None or certificate is None:
        return None
    copy, proof = rounding
    right = network_accuracy(copy, train)
    how = f"given a layer of {len(copy.codes):,} codes"
    facts = {
        "change": how,
        "trained_accuracy": found.accuracy,
        "accuracy": {"words": len(train), "original": network_accuracy(network, train), "copy": right},
    }
    claim = _proved_by_codes(proof, domain, facts, f"; the network was {how} for this proof")
    return NetworkKnown(replace(found, network=copy, accuracy=right), claim, certificate, machine)


def _accepted(network: Quantised, proof: CodesProof) -> dict[str, Any] | None:
    """The certificate, if the independent checker accepts it: there rounding errors are bounded."""
    certificate = codes_certificate(network, proof)
    return certificate if check_network(certificate, dict(network.weights)) is None else None


def network_bounded(
    found: Found, train: Sequences, seed: int, clock: Clock, *, may_change: bool
) -> NetworkKnown:
    """How much is known of a network for which there is no proof for every length."""
    assert found.candidate is not None
    network, domain = found.network, _domain(found, train)
    recurrence, machine, alphabet = found.candidate.recurrence, _machine(found, train), _alphabet(train)
    if not isinstance(network, MlpRnn):
        return NetworkKnown(found, _sampled(found, domain, seed))
    if machine is not None:
        table = Reached(machine.alphabet, machine.transitions, machine.outputs, LENGTH, True)
    elif alphabet is not None:
        table = reached(recurrence, alphabet, LENGTH, TABLE)
    else:
        return NetworkKnown(found, _sampled(found, domain, seed))
    least, how = words_of(train).length, ""
    if may_change and found.errors == 0:
        better = sharpened(network, table, least, train, seed, clock)
        if better is not network:
            found, network = replace(found, network=better), better
            how = "; the network was trained further on sequences of the training length that it got wrong"
    sampled = _sampled(found, domain, seed)
    claim, length = _up_to_a_length(network, table, sampled, domain, least, how)
    read = None if found.reading is None else found.reading.machine
    system = system_of(recurrence if read is None else read)
    certificate = levels_certificate(network, system, table.alphabet, length) if length else None
    return NetworkKnown(found, claim, certificate)


def _alphabet(train: Sequences) -> Ints | None:
    """The joint symbols, unless there are too many."""
    return joint_symbols(train, MOST_SYMBOLS)


def _machine(found: Found, train: Sequences) -> Machine | None:
    """The machine that was read, or the recurrence written out as one, where it closes."""
    assert found.reading is not None
    assert found.candidate is not None
    alphabet = _alphabet(train)
    if found.reading.machine is not None or alphabet is None:
        return found.reading.machine
    return reached(found.candidate.recurrence, alphabet, MOST_STEPS, MOST_STATES).machine()


def _domain(found: Found, train: Sequences) -> Domain:
    """The inputs that a claim is about: the machine's symbols, or the streams' values."""
    machine = _machine(found, train) if isinstance(found.network, MlpRnn) else None
    if machine is not None:
        return Domain.of_rows([tuple(row) for row in machine.alphabet.tolist()])
    return domain_of([stream.tolist() for stream in alphabets(train)], (None,) * train.inputs.shape[2])


def _linear(found: Found, network: LinearRnn, train: Sequences, domain: Domain, seed: int) -> NetworkKnown:
    assert found.reading is not None
    system = found.reading.system
    proof = None if system is None else prove_linear(network, system, domain)
    if proof is None:
        return NetworkKnown(found, _sampled(found, domain, seed))
    because = "the weights are whole numbers, and network and linear system have the same response"
    certificate = linear_certificate(network, proof)
    tier: Tier = "proved" if proof.float_length is None else "exhaustive"
    claim = Claim(
        "network = machine", tier, certified_words(certificate), {"because": because, **proof.facts()}
    )
    return NetworkKnown(found, claim, certificate)


def _proved_by_codes(proof: CodesProof, domain: Domain, facts: Mapping[str, Any], how: str) -> Claim:
    count = len(proof.labels)
    words = f"proved for every sequence of every length over {domain}, rounding errors included{how}"
    because = (
        f"after every step the hidden state is one of {count:,} code{'s' if count > 1 else ''}, "
        "and each leads under each symbol to one with the right state and answer"
    )
    return Claim("network = machine", "proved", words, {"because": because, **proof.facts(), **facts})


def _proved(machine: Machine, domain: Domain, facts: Mapping[str, Any], how: str) -> Claim:
    states = f"{machine.states:,} state{'s' if machine.states > 1 else ''}"
    words = f"proved for every sequence of every length over {domain}, rounding errors included{how}"
    because = f"boxes of hidden states around the {states} are mapped into each other"
    return Claim("network = machine", "proved", words, {"because": because, **facts})


def _up_to_a_length(
    network: MlpRnn, table: Reached, sampled: Claim, domain: Domain, least: int, how: str
) -> tuple[Claim, int]:
    """All words of some length, or what running random ones shows, whichever says more.

    The length is 0 where the claim is about runs. A network that is found wrong on a longer word, beyond the
    `least` length it was trained for, is still right up to a length; both are said.
    """
    known = proved_length(network, table)
    if known.length < max(1, int(sampled.details.get("exhaustive_length", 0))):
        return sampled, 0
    beyond = ""
    if sampled.tier == "refuted":
        if known.length < least:
            return sampled, 0
        beyond = f"; wrong on one of {len(sampled.details['witness'])} inputs"
    details = {**sampled.details, "exhaustive_length": known.length, "margin": known.margin}
    words = (
        f"exhaustive, every sequence of up to {known.length} inputs over {domain}, rounding errors "
        f"included{beyond}{how}"
    )
    return Claim("network = machine", "exhaustive", words, details), known.length


def _sampled(found: Found, domain: Domain, seed: int) -> Claim:
    """What running network and machine (or recurrence) on words shows."""
    assert found.candidate is not None
    machine = None if found.reading is None else found.reading.machine
    if machine is None:
        return compare_network(found.network, system_of(found.candidate.recurrence), domain, seed=seed)
    rows = Domain.of_rows([tuple(row) for row in machine.alphabet.tolist()])
    return compare_network(found.network, system_of(machine), rows, seed=seed)
