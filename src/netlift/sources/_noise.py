"""Labels that are held to be wrong, and answers that are random: what is asked, and what the result says."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError, shown
from netlift.data import Sequences
from netlift.report._noise import Noise
from netlift.sources._unseen import spelt_inputs
from netlift.states import NoisyMachine, PartialMachine, encoded, noisy_partial_machine, states_passed

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MOST_RATE = 0.25  # of labels; where more are wrong, nothing says which of two answers is right
FEW = 0.1  # of the labels that can be held to be wrong before they are said to be no noise
RANDOM = "random"  # what a program answers where the data answer at random


def checked_noise(noise: Any) -> str | float:
    """ "auto", "none" or the share of labels that are wrong. Raises InputError for anything else."""
    if noise in ("auto", "none"):
        return str(noise)
    try:
        rate = float(noise)
    except (TypeError, ValueError):
        rate = -1.0
    if not 0.0 < rate <= MOST_RATE or isinstance(noise, bool):
        raise InputError(
            f"noise is {shown(noise)}; expected 'auto', 'none' or the share of wrong labels, above 0 and up "
            f"to {MOST_RATE:g}"
        )
    return rate


def labels_of(sequences: Sequences, wrong: Bools, expected: Ints) -> tuple[dict[str, Any], ...]:
    """The labels [N, T] that are wrong, and the answers [N, T, K] expected there."""
    found = []
    for row, step in np.argwhere(wrong).tolist():
        given, right = sequences.targets[row, step], expected[row, step]
        found.append(
            {
                "row": row,
                "step": step + 1,
                "given": spelt_answer(given, sequences),
                "expected": spelt_answer(right, sequences),
            }
        )
    return tuple(found)


def spelt_answer(answer: Ints, sequences: Sequences) -> Any:
    """An answer [K] as the user spells it: one value, or a list of them."""
    values = [
        value if names is None else names[value]
        for value, names in zip(answer.tolist(), sequences.target_symbols, strict=True)
    ]
    return values[0] if len(values) == 1 else values


def few(wrong: Bools, sequences: Sequences) -> bool:
    """Whether the labels held to be wrong are few beside all."""
    return int(wrong.sum()) <= FEW * int(sequences.labelled.sum())


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Settled:
    """Sequences without what contradicts them: labels held to be wrong, and answers that are random.

    `sequences` lack the labels `wrong` [N, T]; where an answer is random the target is the symbol "random".
    `expected` is what was held to be right, in the numbers of the data as given.
    """

    sequences: Sequences
    wrong: Bools
    expected: Ints
    random: tuple[dict[str, Any], ...]


def settled(sequences: Sequences, alphabet: Ints, noise: str | float, seed: int, most: int) -> Settled | None:
    """The sequences as the shortest machine with its errors sees them; None: no such machine is small."""
    symbols = encoded(alphabet, sequences.inputs)
    read = noisy_partial_machine(
        symbols,
        sequences.targets,
        sequences.labelled,
        sequences.lengths,
        alphabet,
        rate=noise if isinstance(noise, float) else None,
        seed=seed,
        most=most,
    )
    if read is None:
        return None
    silent = read.wrong if sequences.silent is None else sequences.silent | read.wrong
    cleaned = replace(sequences, silent=silent if silent.any() else None, clash="")
    if read.random.any():
        passed = states_passed(read.machine, symbols, sequences.lengths)
        cleaned = _respelt(cleaned, (passed >= 0) & read.random[passed.clip(min=0), symbols.clip(min=0)])
    return Settled(cleaned, read.wrong, read.expected, _random_told(read, sequences))


def _respelt(sequences: Sequences, random: Bools) -> Sequences:
    """The sequences with the target `RANDOM` at steps [N, T]; numbers stay numbers beside that word."""
    targets, symbols = sequences.targets.copy(), []
    start = np.zeros(targets.shape[2], dtype=np.int64) if sequences.start is None else sequences.start.copy()
    for stream, names in enumerate(sequences.target_symbols):
        spelt: tuple[Any, ...] = names or ()
        if names is None:
            given = targets[..., stream].reshape(-1)
            values, codes = np.unique(np.append(given, start[stream]), return_inverse=True)
            spelt, start[stream] = tuple(values.tolist()), codes[-1]
            targets[..., stream] = codes[:-1].reshape(targets.shape[:2])
        targets[random, stream] = len(spelt)
        symbols.append((*spelt, RANDOM))
    kept = None if sequences.start is None else start
    return replace(sequences, targets=targets, target_symbols=tuple(symbols), start=kept)


def _random_told(read: NoisyMachine, sequences: Sequences) -> tuple[dict[str, Any], ...]:
    found = []
    for state, symbol in np.argwhere(read.random).tolist():
        counts = read.counts[state, symbol]
        seen = int(counts.sum())
        answers = [
            [spelt_answer(read.kinds[kind], sequences), int(counts[kind]) / seen]
            for kind in np.argsort(-counts, kind="stable").tolist()
            if counts[kind]
        ]
        found.append(
            {
                "state": state,
                "after": spelt_inputs(read.machine.alphabet[list(read.machine.access[state])], sequences),
                "input": spelt_inputs(read.machine.alphabet[[symbol]], sequences)[0],
                "seen": seen,
                "frequencies": answers,
            }
        )
    return tuple(found)


def found_noise(
    sequences: Sequences, machine: PartialMachine, alphabet: Ints, found: Settled
) -> tuple[Noise, Bools]:
    """The labels that a machine, read from what was settled, contradicts; and where they are [N, T]."""
    outputs, told = machine.run(encoded(alphabet, sequences.inputs))
    symbols = found.sequences.target_symbols
    spelt, silent = outputs.copy(), np.zeros(told.shape, dtype=bool)
    for stream, (names, before) in enumerate(zip(symbols, sequences.target_symbols, strict=True)):
        if names is not None and RANDOM in names and names != before:
            silent |= outputs[..., stream] == len(names) - 1
            values = np.arange(len(names)) if before is not None else np.array([*names[:-1], 0])
            spelt[..., stream] = values[outputs[..., stream]]
    wrong = sequences.labelled & told & ~silent & (spelt != sequences.targets).any(axis=2)
    rate = float(wrong.sum() / max(1, sequences.labelled.sum()))
    return Noise(rate, labels_of(sequences, wrong, spelt), found.random), wrong
