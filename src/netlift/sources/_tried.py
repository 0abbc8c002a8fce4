"""A machine read from sequences alone, and how machines from less of them answer the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.core._streams import random_stream
from netlift.data import Sequences, split
from netlift.report._result import Check
from netlift.states import ContradictionError, PartialMachine, encoded, partial_machine

Ints = NDArray[np.int64]

MOST_STATES = 256
SHORTER = 2  # steps that are left out to see whether the machine stays


@dataclass(frozen=True)
class Tried:
    """How a machine from a part of the data answers other sequences.

    `part` says what it was read from, `others` which sequences those are, of which some label is new to it.
    """

    sequences: int
    right: int
    refused: int
    part: str
    others: str

    @property
    def wrong(self) -> int:
        """Sequences that it answers, and not rightly."""
        return self.sequences - self.right - self.refused


def read_from_data(sequences: Sequences, alphabet: Ints, seed: int) -> PartialMachine | None:
    """The machine of the sequences over the joint alphabet [A, D]; None: it has too many states.

    Raises InputError where two sequences begin alike and are answered differently.
    """
    symbols = encoded(alphabet, sequences.inputs)
    try:
        read = partial_machine(
            symbols,
            sequences.targets,
            sequences.labelled,
            sequences.lengths,
            alphabet,
            seed=seed,
            most=MOST_STATES,
        )
    except ContradictionError as error:
        raise InputError(
            f"sequence {error.word + 1} and an earlier one contradict each other: they begin alike and have "
            "different targets; no machine answers both"
        ) from error
    return None if read is None else read[0]


def tried_on_less(sequences: Sequences, alphabet: Ints, seed: int) -> dict[str, Tried]:
    """How machines from less of the data answer the rest: what is held out, and the last steps."""
    found = {}
    train, held_out = split(sequences, random_stream(seed, "split"))
    if len(held_out):
        part = read_from_data(train, alphabet, seed)
        if part is not None:
            found["held out"] = _answers(part, held_out, "nine tenths of the sequences", "the others")
    long = np.flatnonzero(sequences.lengths > SHORTER + 1)
    if len(long):
        whole = sequences.take(long)
        cut = replace(whole, lengths=_cut(whole))
        new = np.flatnonzero((whole.labelled & ~cut.labelled).any(axis=1))
        shorter = read_from_data(cut, alphabet, seed) if cut.labelled.any() and len(new) else None
        if shorter is not None:
            told = (
                (f"sequences {SHORTER} steps shorter", "the whole sequences")
                if sequences.silent is None
                else (f"the labels up to step {int(cut.lengths.max())}", "the sequences with later labels")
            )
            found["longer"] = _answers(shorter, whole.take(new), *told)
    return found


def is_closed(machine: PartialMachine, sequences: Sequences, seed: int) -> bool:
    """Whether half the steps show as many states: what counts on goes on to new ones with each step."""
    half = replace(sequences, lengths=np.minimum(sequences.lengths, int(sequences.lengths.max()) // 2))
    read = read_from_data(half, machine.alphabet, seed) if half.lengths.all() else None
    return read is not None and read.states == machine.states


def _cut(sequences: Sequences) -> Ints:
    """Lengths [N] of sequences that are to be read without their last steps.

    Where some steps have no label, often the last alone has one: then it is the longest that lose theirs.
    """
    if sequences.silent is None:
        return sequences.lengths - SHORTER
    lengths: Ints = np.minimum(sequences.lengths, int(sequences.lengths.max()) - SHORTER)
    return lengths


def _answers(machine: PartialMachine, sequences: Sequences, part: str, others: str) -> Tried:
    outputs, told = machine.run(encoded(machine.alphabet, sequences.inputs))
    asked = sequences.labelled
    wrong = (asked & told & (outputs != sequences.targets).any(axis=2)).any(axis=1)
    refused = (sequences.mask & ~told).any(axis=1) & ~wrong
    right = int((~wrong & ~refused).sum())
    return Tried(len(sequences), right, int(refused.sum()), part, others)


def findings_of(tried: dict[str, Tried], unseen: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    told = []
    for one in tried.values():
        refused = f", meets pairs it never saw in {one.refused:,}" if one.refused else ""
        wrong = f", is wrong on {one.wrong:,}" if one.wrong else ""
        told.append(
            f"A machine read in the same way from {one.part} is right on {one.right:,} of {one.sequences:,} "
            f"of {one.others}{refused}{wrong}."
        )
    if unseen:
        told.append(
            "What was never seen is listed as `unseen` in result.json; sequences that show it would fill it."
        )
    return tuple(told)


def doubt_of(tried: dict[str, Tried], check: Check) -> str:
    """Why a machine is not solved; nothing where nothing speaks against it."""
    if check.errors:
        return f"the program is wrong on {check.errors:,} of {check.sequences:,} sequences"
    return doubts_of(tried)


def doubts_of(tried: dict[str, Tried]) -> str:
    """What machines from less of the data say against it; nothing where they are right on all the rest."""
    if "held out" not in tried:
        return "from so few different sequences nothing could be held out"
    for name, what in (("held out", "that were held out"), ("longer", "when their last steps are held out")):
        one = tried.get(name)
        if one is not None and one.right < one.sequences:
            return (
                "the data are too few to tell the machine: read from less of them, it is not right on "
                f"{one.sequences - one.right:,} of {one.sequences:,} sequences {what}"
            )
    return ""
