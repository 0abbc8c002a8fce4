"""What a benchmark task's rule says of a program: sequences it answers, and the claim that follows."""

from collections.abc import Mapping

import numpy as np

from netlift.bench import Task
from netlift.certify import Claim, excluded_rate, faultless_words
from netlift.data import Sequences
from netlift.report._result import Check

FRESH = 100_000  # newly drawn sequences of the training length
LONGER = {"longer_rule": 5, "longest_rule": 10, "hundredfold_rule": 100}  # times the training length
COUNTS = {"longer_rule": 2_000, "longest_rule": 2_000, "hundredfold_rule": 200}  # sequences of each
RULE = ("fresh", *LONGER)
_LARGE = 2**50  # beyond this the rule is computed with Python's integers, which do not overflow


def drawn_by_rule(task: Task, rng: np.random.Generator) -> dict[str, tuple[Sequences, str]]:
    """For each check by the rule its sequences, drawn anew, and what they are, in words."""
    drawn = {"fresh": (task.sequences(FRESH, rng), "the rule, on newly drawn sequences")}
    for name, times in LONGER.items():
        sequences = _exact(task, task.sequences(COUNTS[name], rng, times * task.length))
        drawn[name] = sequences, f"the rule, at {times} times the training length"
    return drawn


def claimed_by_rule(checks: Mapping[str, Check]) -> Claim:
    """The claim program = specification, as far as the rule tests or refutes it."""
    wrong = [checks[name] for name in RULE if checks[name].errors]
    if not wrong:
        words = faultless_words(FRESH, "sequences newly drawn by the rule")
        details = {"sequences": FRESH, "excluded_rate": excluded_rate(FRESH)}
        return Claim("program = specification", "tested", words, details)
    told = [f"{check.errors:,} of {check.sequences:,} sequences ({check.against})" for check in wrong]
    errors = {name: checks[name].errors for name in RULE}
    words = f"refuted, the program is wrong on {' and on '.join(told)}"
    return Claim("program = specification", "refuted", words, {"errors": errors})


def _exact(task: Task, sequences: Sequences) -> Sequences:
    """The sequences, their targets Python's integers where 64 bits may not hold them."""
    targets = sequences.targets
    if not ((targets > _LARGE) | (targets < -_LARGE)).any():
        return sequences
    exact = task.function(sequences.inputs.astype(object))
    return Sequences(
        sequences.inputs, exact, sequences.lengths, sequences.input_symbols, sequences.target_symbols
    )
