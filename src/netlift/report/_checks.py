"""A program checked as a user would run it: in a fresh interpreter, on data and on longer words."""

from collections.abc import Sequence

import numpy as np

from netlift.certify import Claim, Range, domain_of
from netlift.core._errors import shown
from netlift.core._streams import random_stream
from netlift.data import Sequences, alphabets
from netlift.networks import WeightedNetwork, longest, run_while_budget
from netlift.program import Checked, count_errors
from netlift.program._kept import kept_program
from netlift.report._docstring import LONGER, longer_told
from netlift.report._result import Check
from netlift.states.readers import longer_words, words_of

LONGER_SEQUENCES = 2_000
LONGER_WORK = 4 * 10**9  # weights times steps, so that large networks are not run for minutes
FEWEST_LONGER = 100
TOLD = 200  # characters of a sequence that a finding shows


def checked_inputs(train: Sequences) -> list[Checked]:
    """The inputs that a program is checked on, a stream each, as its script reads them."""
    streams = domain_of([seen.tolist() for seen in alphabets(train)], train.input_symbols).streams
    return [f"{one.low}..{one.high}" if isinstance(one, Range) else one for one in streams]


def checked(source: str, sequences: Sequences, against: str) -> Check:
    """How often the program, run in a fresh interpreter, is wrong."""
    with kept_program(source) as path:
        errors = count_errors(path, sequences)
    return Check(errors.sequences, errors.errors, against)


def breaking(source: str, train: Sequences) -> list[str]:
    """How far the best program is right, and the first training sequence that breaks it."""
    with kept_program(source) as path:
        errors = count_errors(path, train)
    witness = errors.witness
    if witness is None:
        return []
    right = errors.sequences - errors.errors
    return [
        f"The best program is right on {right:,} of {errors.sequences:,} training sequences; for the inputs "
        f"{shown(witness.inputs, TOLD)} it gives {shown(witness.found, TOLD)} instead of "
        f"{shown(witness.expected, TOLD)}."
    ]


def longer_check(
    source: str, network: WeightedNetwork, train: Sequences, seed: int, *, given: bool = False
) -> Check:
    """Program and network side by side on longer words than those that the network was trained or read on."""
    words = words_of(train)
    size = network.parameters or 1
    count = int(np.clip(LONGER_WORK // (size * LONGER * words.length), FEWEST_LONGER, LONGER_SEQUENCES))
    inputs = longer_words(network, words, LONGER, count, random_stream(seed, "longer words"))
    answers = run_while_budget(network, inputs)
    inputs = inputs[: len(answers)]
    lengths = np.full(len(inputs), inputs.shape[1], dtype=np.int64)
    sequences = Sequences(inputs, answers, lengths, train.input_symbols, train.target_symbols)
    if given and train.silent is not None:  # only what is answered at the end counts
        sequences = sequences.at_end()
    most = longest(network)
    length = longer_told(given) if most is None else f"{inputs.shape[1]} steps (it takes {most})"
    return checked(source, sequences, f"the network, at {length}")


def refuted(claims: Sequence[Claim]) -> str:
    """Why a program is not solved that is not what it was specified to be.

    A specification that fails itself says nothing against the program; the claim tells of it.
    """
    for claim in claims:
        failed = claim.details.get("specification_failed", False)
        if claim.claim == "program = specification" and claim.tier == "refuted" and not failed:
            return f"the program is not what was specified ({claim.words})"
    return ""


def reason_of(checks: dict[str, Check]) -> str:
    """Why a program that made errors is not solved."""
    wrong = [
        f"wrong on {c.errors:,} of {c.sequences:,} sequences ({c.against})"
        for c in checks.values()
        if c.errors
    ]
    return "the program is " + ", ".join(wrong)
