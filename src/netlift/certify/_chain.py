"""What can be claimed about one result, and the certificates from which it can be checked again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from netlift.certify._called import SpecificationFailed
from netlift.certify._claims import Claim
from netlift.certify._domain import Domain, domain_of
from netlift.certify._network import NetworkKnown
from netlift.certify._prove import Proof, certified_of, prove_equal
from netlift.certify._system import System
from netlift.certify._systems import system_of
from netlift.checker._domain import string_told
from netlift.core._errors import InputError
from netlift.data import Sequences, alphabets, spelt
from netlift.networks import Network, network_answers, network_errors
from netlift.program._explanation import Explanation
from netlift.states import Machine


@dataclass(frozen=True)
class Certified:
    """Claims about a result, in the order from data to specification, and the certificates of them.

    A certificate about the program is about its source without a docstring; see `about`. `machine` is what a
    network was shown to be, and the program with it. `findings` say what could not be compared.
    """

    claims: tuple[Claim, ...]
    certificates: tuple[Mapping[str, Any], ...]
    machine: Machine | None = None
    findings: tuple[str, ...] = ()


def certified(
    found: Explanation,
    known: NetworkKnown,
    copied: NetworkKnown | None,
    source: str,
    train: Sequences,
    labelled: Sequence[Sequences],
    seed: int,
    specification: System | None = None,
) -> Certified:
    """The claims about what a search found; `source` is its program without docstring.

    `known` is about the network that was found, as it was trained or given, `copied` about a changed copy of
    it, if there is one. `labelled` are the data that the network is compared with: those trained on and
    those held out, or those that somebody else labelled, if there are any.

    What is compared with the program is what the network was compared with, so that the two claims make a
    chain: the machine, the linear system, or the recurrence that the formula search answered.
    """
    symbols = (train.input_symbols, train.target_symbols)
    proved = known.machine or (None if copied is None else copied.machine)
    machine, system = proved or found.reading.machine, found.reading.system
    domain = domain_of([a.tolist() for a in alphabets(train)], train.input_symbols)
    if machine is not None and not (system is not None and _about_recurrence(known, copied)):
        rows = [_spelt(row, train.input_symbols) for row in machine.alphabet.tolist()]
        proof = _proof(system_of(machine, *symbols), source, Domain.of_rows(rows), "machine", seed)
    elif system is not None:
        proof = _proof(system_of(system, *symbols), source, domain, "linear system", seed)
    else:
        recurrence = found.candidate.recurrence
        proof = _proof(system_of(recurrence, *symbols), source, domain, "recurrence", seed)
    about_data = (_data_claim(found.network, labelled),) if labelled else ()
    about_copy = () if copied is None else (copied,)
    claims = (*about_data, known.claim, *(one.claim for one in about_copy), proof.claim)
    network = tuple(one.certificate for one in (known, *about_copy) if one.certificate is not None)
    if specification is None:
        return Certified(claims, (*network, proof.certificate), proved)
    try:
        specified = prove_equal(
            specification,
            system_of(source),
            domain,
            claim="program = specification",
            names=("specification", "program"),
            seed=seed,
        )
    except SpecificationFailed as error:
        words = f"refuted: the specification failed, {error}".rstrip(".")
        claim = Claim("program = specification", "refuted", words, {"specification_failed": True})
        return Certified((*claims, claim), (*network, proof.certificate), proved)
    except InputError as error:
        told = (f"The program was not compared with the specification: {error}",)
        return Certified(claims, (*network, proof.certificate), proved, told)
    shown = (specified.certificate,) if specified.checkable else ()
    answered = specified.claim.details.get("witness", {}).get("left", ())
    about = specified.claim
    if [None] in answered:  # it stopped with an error: that is no answer that the program could get wrong
        about = replace(about, details={**about.details, "specification_failed": True})
    return Certified((*claims, about), (*network, proof.certificate, *shown), proved)


def _about_recurrence(*networks: NetworkKnown | None) -> bool:
    """Whether what is known of the networks was proved of a recurrence, not of a machine."""
    known = [one.certificate for one in networks if one is not None and one.certificate is not None]
    return bool(known) and all(one["claim"] == "network = recurrence" for one in known)


def about(certificates: Sequence[Mapping[str, Any]], source: str) -> tuple[Mapping[str, Any], ...]:
    """The certificates, those about the program now about this source of it."""
    return tuple(certified_of(one, source) for one in certificates)


def _proof(left: System, source: str, domain: Domain, name: str, seed: int) -> Proof:
    return prove_equal(left, system_of(source), domain, names=(name, "program"), seed=seed)


def _spelt(row: Sequence[int], symbols: Sequence[tuple[str, ...] | None]) -> tuple[int | str, ...]:
    return tuple(v if names is None else names[v] for v, names in zip(row, symbols, strict=True))


def _step_told(step: Any) -> str:
    """One step's inputs as claims show them, strings as the data spell them."""
    if isinstance(step, list | tuple):
        return f"({', '.join(map(_step_told, step))})"
    return string_told(step) if isinstance(step, str) else str(step)


def _data_claim(network: Network, parts: Sequence[Sequences]) -> Claim:
    """Whether the network answers the data right, down to the shortest sequence that it gets wrong.

    The data come in one part, or in the part trained on and the part held out.
    """
    held_out = sum(map(len, parts[1:]))
    details = {"training": len(parts[0]), "held_out": held_out} if len(parts) > 1 else {}
    total, wrong = sum(map(len, parts)), 0
    witness: list[Any] | None = None
    for sequences in parts:
        errs = network_errors(network, sequences)
        wrong += int(errs.sum())
        if not errs.any():
            continue
        errors = (network_answers(network, sequences) != sequences.targets).any(axis=2) & sequences.labelled
        first = np.where(errs, errors.argmax(axis=1), errors.shape[1])
        row = int(first.argmin())
        if witness is None or first[row] < len(witness) - 1:
            witness = spelt(sequences.inputs[row, : first[row] + 1], sequences.input_symbols)
    if witness is None:
        words = f"tested, right on all {total:,} sequences"
        words += f", {held_out:,} of them held out" if held_out else ""
        return Claim("data = network", "tested", words, details)
    shown = ", ".join(_step_told(step) for step in witness)
    listed = [list(step) if isinstance(step, tuple) else [step] for step in witness]
    words = (
        f"refuted, the network is wrong on {wrong:,} of {total:,} sequences, first after the inputs {shown}"
    )
    return Claim("data = network", "refuted", words, {**details, "errors": wrong, "witness": listed})
