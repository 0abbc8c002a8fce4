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
from netlift.trainers._noisy import learned_answers

Ints = NDArray[np.int64]

MOST_SYMBOLS = 1_024  # joint symbols up to which a finite machine is looked for
_AGAINST = "with the labels that are held to be wrong replaced"


def cleared(sequences: Sequences, noise: str | float, context: Context) -> Sequences:
    """The sequences with the labels that are held to be wrong replaced by what is held to be right.

    That is what the shortest machine with its errors answers; where there is none with few of them, what
    the majority of sequences that begin alike says, and then what networks that learned all of it agree on.
    Raises InputError where more than a few labels would have to be wrong, or where answers are random.
    """
    agreed, contradictions, repeated = _majority(sequences)
    if contradictions > FEW * repeated:
        return sequences.consistent()
    context.recorder.log(
        f"noise: {contradictions:,} of {repeated:,} labels whose beginning recurs are outvoted"
    )
    alphabet = joint_symbols(sequences, MOST_SYMBOLS)
    try:
        with context.clock.bounding(), context.clock.stage("states"):
            found = (
                None if alphabet is None else settled(sequences, alphabet, noise, context.seed, MOST_STATES)
            )
    except OutOfTimeError:
        found = None
    if found is not None and found.random:
        raise InputError(
            f"{len(found.random)} transitions answer at random, which no network is read for; "
            "source='data' (--from data) lists them"
        )
    if found is not None and few(found.wrong, sequences):
        count = int(found.wrong.sum())
        context.recorder.log(f"noise: {count:,} labels contradict the shortest machine, and are replaced")
        targets = np.where(found.wrong[..., None], found.expected, sequences.targets)
        return replace(sequences, targets=targets, clash="")
    learned = learned_answers(agreed, context)
    if learned is None:
        return sequences.consistent()
    answers, sure = learned
    steps = answers.shape[1]  # networks saw the beginnings of long sequences alone
    targets, silent = agreed.targets.copy(), ~agreed.labelled
    wrong = sequences.labelled[:, :steps] & sure & (answers != sequences.targets[:, :steps]).any(axis=2)
    if not few(wrong, sequences):
        return sequences.consistent()
    context.recorder.log(f"noise: networks agree against {int(wrong.sum()):,} labels, which are replaced")
    targets[:, :steps] = np.where(wrong[..., None], answers, targets[:, :steps])
    silent[:, :steps] &= ~wrong
    silent &= sequences.mask
    replaced = replace(sequences, targets=targets, silent=silent if silent.any() else None, clash="")
    return _majority(replaced)[0]


def _majority(sequences: Sequences) -> tuple[Sequences, int, int]:
    """The sequences without labels that others to the same beginning outvote; these; and all that recur."""
    numbers = np.unique(sequences.inputs.reshape(-1, sequences.inputs.shape[2]), axis=0)
    kinds = np.unique(sequences.targets.reshape(-1, sequences.targets.shape[2]), axis=0, return_inverse=True)[
        1
    ]
    answers = np.where(sequences.labelled, kinds.reshape(sequences.labelled.shape), -1)
    wrong, repeated = outvoted(encoded(numbers, sequences.inputs), answers, sequences.lengths)
    silent = (~sequences.labelled | wrong) & sequences.mask
    kept = replace(sequences, silent=silent if silent.any() else None, clash="")
    return kept, int(wrong.sum()), repeated


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
