"""For networks, labels that are wrong: found before they learn, and told of the program afterwards."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from netlift.certify import certified_of
from netlift.core._clock import OutOfTimeError
from netlift.core._context import Context
from netlift.core._errors import InputError
from netlift.data import Sequences, joint_symbols
from netlift.program import Program, contradicted, with_line
from netlift.program._kept import kept_program
from netlift.report._noise import Noise
from netlift.report._result import Result
from netlift.sources._noise import FEW, few, settled
from netlift.sources._tried import MOST_STATES
from netlift.states import encoded, outvoted

Ints = NDArray[np.int64]

MOST_SYMBOLS = 1_024  # joint symbols up to which a finite machine is looked for
_AGAINST = "with the labels that are held to be wrong replaced"


def cleared(sequences: Sequences, noise: str | float, context: Context) -> Sequences:
    """The sequences with the labels that are held to be wrong replaced by what is held to be right.

    That is what the shortest machine with its errors answers (`settled`). Raises InputError where
    contradictions are no few of the labels whose beginning recurs, where no small machine leaves few labels
    wrong, or where answers are random.
    """
    contradictions, recurring = _counted(sequences)
    if contradictions > FEW * recurring:
        return sequences.consistent()
    context.recorder.log(
        f"noise: {contradictions:,} of {recurring:,} labels whose beginning recurs are outvoted"
    )
    alphabet = joint_symbols(sequences, MOST_SYMBOLS)
    found = None
    if alphabet is not None:
        try:
            with context.clock.bounding(), context.clock.stage("states"):
                found = settled(sequences, alphabet, noise, context.seed, MOST_STATES)
        except OutOfTimeError:
            context.recorder.log(f"the budget of {context.clock.budget:g} seconds is spent")
    if found is not None and found.random:
        raise InputError(
            f"{len(found.random)} transitions answer at random, which no network is read for; "
            "source='data' (--from data) lists them"
        )
    if found is None or not few(found.wrong, sequences):
        return sequences.consistent()
    count = int(found.wrong.sum())
    context.recorder.log(f"noise: {count:,} labels contradict the shortest machine, and are replaced")
    targets = np.where(found.wrong[..., None], found.expected, sequences.targets)
    return replace(sequences, targets=targets, clash="")


def _counted(sequences: Sequences) -> tuple[int, int]:
    """How many labels are outvoted by others to the same beginning, and how many have such company."""
    numbers = np.unique(sequences.inputs.reshape(-1, sequences.inputs.shape[2]), axis=0)
    flat = sequences.targets.reshape(-1, sequences.targets.shape[2])
    kinds = np.unique(flat, axis=0, return_inverse=True)[1].reshape(sequences.labelled.shape)
    answers = np.where(sequences.labelled, kinds, -1)
    wrong, recurring = outvoted(encoded(numbers, sequences.inputs), answers, sequences.lengths)
    return int(wrong.sum()), recurring


def with_wrong_labels(result: Result, given: Sequences) -> Result:
    """The result of sequences that were `cleared`, with the labels that its program contradicts."""
    if result.program is None:
        return result
    with kept_program(result.program.source) as path:
        found = contradicted(path, given)
    wrong = tuple(
        {"row": row, "step": step + 1, "given": label, "expected": answer}
        for row, step, label, answer in found
    )
    noise = Noise(len(wrong) / max(1, int(given.labelled.sum())), wrong)
    source = result.program.source
    for line in noise.lines():
        source = with_line(source, line)
    checks = {
        name: replace(check, against=f"{check.against}, {_AGAINST}")
        if name in ("train", "held_out")
        else check
        for name, check in result.checks.items()
    }
    certificates = tuple(certified_of(one, source) for one in result.certificates)
    return replace(
        result,
        noise=noise,
        program=Program(source),
        checks=checks,
        certificates=certificates,
        log=(*result.log, noise.summary),
    )
