"""Re-checks a saved proof that a machine or a recurrence is a program, or that two programs are one.

Nothing of netlift is imported: the standard library, and for proofs by induction the solver z3.
What is trusted: Python's whole numbers, this evaluator of the language of programs, and the solver.
"""

import hashlib
import itertools
from collections.abc import Mapping
from typing import Any

from netlift.checker._domain import Domain
from netlift.checker._finite import check_product, check_tests, check_witness, need
from netlift.checker._json import MALFORMED, digest_of
from netlift.checker._linear import check_linear
from netlift.checker._objects import Runner
from netlift.checker._smt import check_induction
from netlift.checker._syntax import Refused

PROGRAM_FORMAT = "netlift program certificate 2"
_FIELDS = {"format", "claim", "tier", "left", "right", "domain", "argument", "seal"}
_SIDES = {
    "machine = program": ({"machine", "linear", "recurrence", "spelled"}, {"program"}),
    "program = specification": ({"program"}, {"program"}),
}
PROGRAM_CLAIMS = frozenset(_SIDES)
_ARGUMENTS = {
    "product": ("proved", {"kind", "pairs", "steps"}),
    "linear": ("proved", {"kind", "points", "origins", "symbols", "joint"}),
    "induction": ("proved", {"kind", "left", "right", "invariant", "apart"}),
    "witness": ("refuted", {"kind", "word", "left", "right", "variables"}),
    "tests": (
        "tested",
        {
            "kind", "sequences", "length", "seed", "excluded_rate", "words_sha256", "exhaustive_length",
            "exhaustive_pairs", "variables",
        },
    ),
}  # fmt: skip


def check_program(certificate: Any) -> str | None:
    """None where the certificate proves what it claims; else the first step that fails."""
    try:
        _check(certificate)
    except Refused as refusal:
        return str(refusal)
    except MALFORMED as error:
        return f"form: the certificate is malformed ({type(error).__name__}: {error})"
    return None


def seal_of(certificate: Mapping[str, Any]) -> str:
    """The digest of all of a certificate but its seal."""
    return digest_of({name: value for name, value in certificate.items() if name != "seal"})


def _check(certificate: Any) -> None:
    need(isinstance(certificate, dict), "form: a certificate is an object")
    need(certificate.get("format") == PROGRAM_FORMAT, f"form: the format is not {PROGRAM_FORMAT!r}")
    need(set(certificate) == _FIELDS, "form: fields are missing or superfluous")
    need(
        certificate["seal"] == seal_of(certificate), "seal: the certificate was changed after it was written"
    )
    _only_whole_numbers(certificate, "")
    kinds: tuple[set[str], ...] = _SIDES.get(str(certificate["claim"]), ())
    need(kinds, "form: the claim is unknown")
    argument = certificate["argument"]
    tier, fields = _ARGUMENTS.get(str(argument["kind"]), ("", set()))
    optional = {"shortest"} & set(argument) if tier == "refuted" else set()
    need(set(argument) == fields | optional, "form: fields of the argument are missing or superfluous")
    tiers = ("tested", "exhaustive") if tier == "tested" else (tier,)
    need(certificate["tier"] in tiers, "form: the tier is not that of the argument")
    domain = Domain(certificate["domain"])
    written = certificate["domain"]["sha256"] == side_digest(certificate["domain"])
    need(written, "domain: it was changed after it was written")
    sides = []
    for name, allowed in zip(("left", "right"), kinds, strict=True):
        facts = certificate[name]
        need(facts["kind"] in allowed, f"form: the {name} side is of the kind {facts['kind']!r}")
        need(facts["sha256"] == side_digest(facts), f"{name}: it was changed after it was written")
        sides.append(Runner(facts, _variables(argument, name)))
    left, right = sides
    match argument["kind"]:
        case "product":
            check_product(left, right, domain, argument)
        case "linear":
            check_linear(left, right, domain, argument)
        case "induction":
            check_induction(left, right, domain, argument)
        case "witness":
            check_witness(left, right, domain, argument)
        case "tests":
            check_tests(left, right, domain, argument, certificate["tier"])


def _only_whole_numbers(value: Any, name: str) -> None:
    """Nothing that only equals a whole number stands where one should."""
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else zip(itertools.repeat(name), value):
            _only_whole_numbers(one, key)
    elif isinstance(value, float):
        need(name == "excluded_rate", f"form: {name!r} holds a number that is not whole")
    elif isinstance(value, bool):
        need(name in ("joint", "apart", "shortest"), f"form: {name!r} holds a truth value")


def side_digest(facts: Mapping[str, Any]) -> str:
    """The digest of a side or of the domain: of a program's source, or of all that is said else."""
    if facts.get("kind") == "program":
        return hashlib.sha256(facts["source"].encode()).hexdigest()
    return digest_of({name: value for name, value in facts.items() if name != "sha256"})


def _variables(argument: Mapping[str, Any], side: str) -> list[str] | None:
    """The names of the variables that the state is said to have; None where it has no names."""
    place = 0 if side == "left" else 1
    match argument["kind"]:
        case "product":
            state = argument["pairs"][0][place]
        case "linear":
            state = argument["points"][0][place]
        case "induction":
            state = argument[side]
        case _:
            names: list[str] | None = argument["variables"][place]
            return names
    return [name for name, _ in state["dict"]] if isinstance(state, dict) and "dict" in state else None
