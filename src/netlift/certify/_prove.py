"""Are two systems equal for every input of every length? The arguments, in the order of their price."""

import hashlib
import json
import math
import random
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from netlift.certify._affine import Basis, equal_linear
from netlift.certify._bounded import shortest_word
from netlift.certify._claims import Claim, Equality, Tier, excluded_rate, faultless_words
from netlift.certify._domain import Domain, Joint
from netlift.certify._frozen import to_json
from netlift.certify._induction import Induction, equal_by_induction
from netlift.certify._product import Product, Witness, explore
from netlift.certify._ran import run_by_python
from netlift.certify._solver import MISSING
from netlift.certify._symbolic import NotModelled, Unsupported
from netlift.certify._system import FAILED, System
from netlift.checker import PROGRAM_FORMAT, certified_words, seal_of, side_digest
from netlift.core._errors import InputError

SMALL = (2_000, 60_000)  # pairs of states and steps of the first look at the product
LONGEST_SOLVED = 8  # steps up to which the solver looks for a shortest word
UNSEEN = 3  # steps up to which it looks even where no difference was seen
LARGE = (50_000, 400_000)  # and of the last
EXHAUSTIVE = 10  # length from which "every sequence up to this length" says more than tests do
TESTS = 2_000  # random sequences where there is no proof
TEST_LENGTHS = (50, 25, 12, 6, 3, 1)


@dataclass(frozen=True)
class Proof:
    """A claim, and the certificate from which it can be checked again.

    Attributes:
        claim: what was shown, and how well (`claim.tier`).
        certificate: what the independent checker needs, as JSON can hold it.
    """

    claim: Claim
    certificate: Mapping[str, Any]

    @property
    def checkable(self) -> bool:
        """Whether the certificate holds all that is needed: a function that is called it cannot hold."""
        return all(self.certificate[side]["kind"] != "function" for side in ("left", "right"))


def certified_of(certificate: Mapping[str, Any], source: str) -> Mapping[str, Any]:
    """The certificate about a program that differs from its right side in docstring and comments only.

    A certificate about something else comes back as it is.
    """
    if certificate["format"] != PROGRAM_FORMAT:
        return certificate
    changed = {**certificate, "right": _described({"kind": "program", "source": source})}
    return {**changed, "seal": seal_of(changed)}


def prove_equal(
    left: System,
    right: System,
    domain: Domain,
    *,
    claim: Equality = "machine = program",
    names: tuple[str, str] = ("machine", "program"),
    seed: int = 0,
) -> Proof:
    """Compare two systems on all words over a domain, and claim what was shown.

    In this order: the product of their states, where it closes within a budget (exact for every
    length); affine steps, by an identity over the rationals; induction with an SMT solver, where
    z3 is installed; all words up to a length; random words. A difference is shown on a shortest
    word, unless the claim says otherwise. `names` are what the two sides are called. Where a program does
    what is not modelled exactly (a list as an answer, the order of a set, operators on kinds of values that
    CPython refuses), there is no proof: CPython runs it on random words. Two answers are equal where Python's
    `==` says so, so True is 1. Raises InputError where the two do not take the same streams, or one of them
    cannot be followed.
    """
    _same_streams(left, right, domain, names)
    writer = _Writer(left, right, domain, claim, names)
    try:
        return _proved(left, right, domain, seed, writer)
    except NotModelled as reason:
        return _tested_by_python(left, right, domain, seed, writer, str(reason))
    except Unsupported as reason:
        raise InputError(f"the {names[0]} and the {names[1]} cannot be compared: {reason}.") from reason


def _proved(left: System, right: System, domain: Domain, seed: int, writer: "_Writer") -> Proof:
    symbols = domain.symbols() if domain.size <= SMALL[1] // 10 else None
    product = None if symbols is None else explore(left, right, symbols, *SMALL)
    if product is not None and (product.closed or product.witness is not None):
        return writer.product(product)
    linear = equal_linear(left, right, domain)
    if isinstance(linear, Witness):
        return writer.witness(linear, shortest=True)
    if linear is not None:
        return writer.linear(linear)
    induction = equal_by_induction(left, right, domain, seed)
    if isinstance(induction, Induction):
        return writer.induction(induction)
    if symbols is not None:
        product = explore(left, right, symbols, *LARGE)
        if product.closed or product.witness is not None:
            return writer.product(product)
    if product is None or product.length < UNSEEN:
        solved = _solved(left, right, domain, UNSEEN)
        if solved is not None:
            return writer.witness(solved, shortest=True)
    return _tested(left, right, domain, seed, writer, product, induction)


def _solved(left: System, right: System, domain: Domain, longest: int) -> Witness | None:
    """A witness on a shortest word, by the solver; None where it finds none of up to `longest` steps."""
    word = shortest_word(left, right, domain, longest)
    witness = None if word is None else _difference(left, right, word)
    return witness if witness is not None and word is not None and len(witness.word) == len(word) else None


def _tested(
    left: System,
    right: System,
    domain: Domain,
    seed: int,
    writer: "_Writer",
    product: Product | None,
    why: str,
) -> Proof:
    """Random words, as long as both sides can follow them: numbers may outgrow what is run."""
    for length in TEST_LENGTHS:
        words = list(domain.words(TESTS, length, random.Random(seed)))
        try:
            for word in words:
                witness = _difference(left, right, word)
                if witness is not None:
                    witness = _shortened(left, right, witness)
                    solved = _solved(left, right, domain, min(len(witness.word), LONGEST_SOLVED))
                    return writer.witness(solved or witness, shortest=solved is not None)
        except Unsupported:
            if length == TEST_LENGTHS[-1]:
                raise
            continue
        return writer.tests(words, seed, product, why)
    raise AssertionError("the last length answers or raises")


def _tested_by_python(
    left: System, right: System, domain: Domain, seed: int, writer: "_Writer", why: str
) -> Proof:
    """Random words in CPython itself, where a step does what is not modelled: no proof, no certificate."""
    words = list(domain.words(TESTS, TEST_LENGTHS[0], random.Random(seed)))
    facts: dict[str, Any] = {"sequences": len(words), "length": len(words[0]), "seed": seed}
    details = {**writer._sides(), **facts, "why": f"what a step does is not modelled: {why}"}
    with ExitStack() as stack:
        runs = [run_by_python(side, stack) for side in (left, right)]
        for word in words:
            if runs[0](word) == runs[1](word):
                continue
            shorter = (word[:end] for end in range(1, len(word) + 1))
            word = next(one for one in shorter if runs[0](one) != runs[1](one))
            mine, theirs = (None if said is None else _listed(said) for said in (run(word) for run in runs))
            told = ", ".join(str(s[0]) if len(s) == 1 else f"({', '.join(map(str, s))})" for s in word)
            names = zip(writer.names, (mine, theirs), strict=True)
            said = ", the ".join(f"{name} {_whole_answer(answers)}" for name, answers in names)
            witness = {"word": [list(symbol) for symbol in word], "left": mine, "right": theirs}
            words_told = f"refuted: on the inputs {told} the {said}, in CPython"
            facts = {**witness, "shortest": False}
            claim = Claim(
                writer.claim, "refuted", words_told, {**details, "witness": witness, "shortest": False}
            )
            return Proof(claim, _uncheckable(writer, "refuted", facts))
    rate = excluded_rate(len(words))
    details |= {"excluded_rate": rate, "exhaustive_length": 0}
    told = faultless_words(len(words), f"random sequences of {len(words[0])} inputs over {domain}")
    claim = Claim(writer.claim, "tested", told, details)
    return Proof(claim, _uncheckable(writer, "tested", {**facts, "excluded_rate": rate}))


def _uncheckable(writer: "_Writer", tier: str, argument: dict[str, Any]) -> dict[str, Any]:
    """What was run in CPython: nothing that the checker could follow, so the sides are functions to it."""
    function = {"kind": "function"}
    certificate = writer._certificate(tier, {"kind": "python", **argument})
    changed = {**certificate, "left": _described(function), "right": _described(function)}
    return {**changed, "seal": seal_of(changed)}


def _whole_answer(answers: list[Any] | None) -> str:
    return "stops with an error" if answers is None else f"answers {answers}"


def _same_streams(left: System, right: System, domain: Domain, names: tuple[str, str]) -> None:
    width = len(domain.streams)
    for system, name in ((left, names[0]), (right, names[1])):
        if system.streams is not None and system.streams != width:
            streams = f"{system.streams} input stream{'s' if system.streams > 1 else ''}"
            raise InputError(f"the {name} takes {streams}; the inputs to compare on have {width}.")


def _difference(left: System, right: System, word: Sequence[Joint]) -> Witness | None:
    mine, theirs = left.start(), right.start()
    for place, symbol in enumerate(word, 1):
        mine, said = left.step(mine, symbol)
        theirs, answered = right.step(theirs, symbol)
        if said != answered:
            return Witness(tuple(word[:place]), said, answered)
        if said == FAILED:
            return None
    return None


def _shortened(left: System, right: System, witness: Witness) -> Witness:
    """The witness with every symbol left out that it can do without."""
    place = 0
    while place < len(witness.word):
        shorter = _difference(left, right, witness.word[:place] + witness.word[place + 1 :])
        if shorter is None:
            place += 1
        else:
            witness = shorter
    return witness


@dataclass(frozen=True)
class _Writer:
    """Puts what was shown into words, and into a certificate."""

    left: System
    right: System
    domain: Domain
    claim: Equality
    names: tuple[str, str]

    def product(self, product: Product) -> Proof:
        if product.witness is not None:
            return self.witness(product.witness, shortest=True)
        pairs = len(product.pairs)
        shown = f"all {pairs:,} pairs of states that can be reached answer alike"
        if pairs == 1:
            shown = "the one pair of states that can be reached answers alike"
        argument = {
            "kind": "product",
            "pairs": [[to_json(mine), to_json(theirs)] for mine, theirs in product.pairs],
            "steps": product.steps,
        }
        return self._proof(shown, {"argument": "product", "pairs": pairs}, argument)

    def linear(self, basis: Basis) -> Proof:
        points = len(basis.points)
        shown = f"both are affine and agree on {points} state{'s' if points > 1 else ''} that span all others"
        argument = {
            "kind": "linear",
            "points": [[to_json(mine), to_json(theirs)] for mine, theirs in basis.points],
            "origins": [None if o is None else [o[0], list(o[1])] for o in basis.origins],
            "symbols": [list(symbol) for symbol in basis.symbols],
            "joint": basis.joint,
        }
        return self._proof(shown, {"argument": "linear", "points": points}, argument)

    def induction(self, induction: Induction) -> Proof:
        shown = "an invariant of both, checked by the solver z3, makes each step answer alike"
        details = {"argument": "induction", "invariant": list(induction.told)}
        return self._proof(shown, details, induction.facts())

    def witness(self, witness: Witness, *, shortest: bool) -> Proof:
        answers = [_answers(system, witness.word) for system in (self.left, self.right)]
        word = [list(symbol) for symbol in witness.word]
        facts: dict[str, Any] = {"word": word, "left": answers[0], "right": answers[1]}
        seen = shortest and (len(word) == 1 or math.isfinite(self.domain.size))  # by the checker itself
        argument = {"kind": "witness", **facts, "variables": self._variables()}
        certificate = self._certificate("refuted", {**argument, **({"shortest": True} if seen else {})})
        words = certified_words(certificate, self.names)
        if shortest and not seen:
            words += "; no shorter sequence tells them apart, by the solver z3"
        claim = Claim(self.claim, "refuted", words, {**self._sides(), "witness": facts, "shortest": shortest})
        return Proof(claim, certificate)

    def tests(self, words: list[list[Joint]], seed: int, product: Product | None, why: str) -> Proof:
        length = 0 if product is None else product.length
        facts = {"sequences": len(words), "length": len(words[0]), "seed": seed}
        rate = excluded_rate(len(words))
        details = {**self._sides(), **facts, "excluded_rate": rate, "exhaustive_length": length, "why": why}
        digest = hashlib.sha256(json.dumps(words).encode()).hexdigest()
        argument = {
            "kind": "tests",
            **facts,
            "excluded_rate": rate,
            "exhaustive_length": length,
            "exhaustive_pairs": 1 if product is None else product.settled,
            "words_sha256": digest,
            "variables": self._variables(),
        }
        tier: Tier = "exhaustive" if length >= EXHAUSTIVE else "tested"
        certificate = self._certificate(tier, argument)
        told = certified_words(certificate, self.names)
        if why == MISSING:
            told += f"; no proof was tried that needs a solver: {MISSING}"
        return Proof(Claim(self.claim, tier, told, details), certificate)

    def _proof(self, shown: str, details: Mapping[str, Any], argument: Mapping[str, Any]) -> Proof:
        certificate = self._certificate("proved", argument)
        words = certified_words(certificate, self.names)
        claim = Claim(self.claim, "proved", words, {**self._sides(), "because": shown, **details})
        return Proof(claim, certificate)

    def _sides(self) -> dict[str, Any]:
        return {"left": self.names[0], "right": self.names[1], "domain": self.domain.facts()}

    def _variables(self) -> list[Any]:
        return [self.left.variables, self.right.variables]

    def _certificate(self, tier: str, argument: Mapping[str, Any]) -> dict[str, Any]:
        certificate = {
            "format": PROGRAM_FORMAT,
            "claim": self.claim,
            "tier": tier,
            "left": _described(self.left.facts()),
            "right": _described(self.right.facts()),
            "domain": {**self.domain.facts(), "sha256": side_digest(self.domain.facts())},
            "argument": dict(argument),
        }
        return {**certificate, "seal": seal_of(certificate)}


def _described(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "sha256": side_digest(facts)}


def _answers(system: System, word: Sequence[Joint]) -> list[Any]:
    return [_listed(answer) for answer in system.run(word)]


def _listed(answer: Any) -> Any:
    return [_listed(part) for part in answer] if isinstance(answer, tuple) else answer
