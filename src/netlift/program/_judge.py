"""Whether a machine or a program gives the answers that it should."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.data import Sequences, plain
from netlift.formulas import Candidate
from netlift.networks import Network, run
from netlift.program._print import print_program
from netlift.program._program import Program
from netlift.states import Machine

Ints = NDArray[np.int64]

SAMPLE = 2_000  # sequences of the quick test of a program


@dataclass(frozen=True)
class Judge:
    """Right answers to compare with: `sequences` for machines, the first of them for programs."""

    sequences: Sequences

    def machine_errors(self, machine: Machine) -> int:
        """How many of the sequences the machine answers wrongly."""
        inputs, mask = self.sequences.inputs, self.sequences.mask
        known = (machine.encode(inputs) >= 0) | ~mask
        safe = np.where(mask[:, :, None], inputs, machine.alphabet[0])
        if not known.all():
            return len(self.sequences)
        wrong = (machine.run(safe) != self.sequences.targets).any(axis=2) & self.sequences.labelled
        return int(wrong.any(axis=1).sum())

    def program_errors(self, program: Program, rows: int | None = None) -> int:
        """How many of the first `rows` sequences (None: all) the program answers wrongly, or not at all.

        Once the first 2,000 have shown an error, the others are not looked at.
        """
        wrong = 0
        sequences, count = self.sequences, len(self.sequences) if rows is None else rows
        answers: dict[int, list[Any] | None] = {}
        labelled, lengths = sequences.labelled, sequences.lengths.tolist()
        for row in range(min(count, len(sequences))):
            if row == SAMPLE and wrong and rows is None:
                break
            same, length = self._same_as[row], lengths[row]
            if same not in answers:
                answers[same] = _answer(program, plain(sequences.inputs[row, :length]))
            wrong += not _agree(answers[same], plain(sequences.targets[row, :length]), labelled[row])
        return wrong

    @cached_property
    def _same_as(self) -> list[int]:
        return list(self.sequences.distinct()[1].tolist())


def _answer(program: Program, inputs: Sequence[Any]) -> list[Any] | None:
    """The outputs of a program; None where it fails."""
    try:
        return program(inputs)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return None


def _agree(found: list[Any] | None, expected: Sequence[Any], labelled: NDArray[np.bool_]) -> bool:
    """Whether the outputs are right at the steps that have a target."""
    if found is None or len(found) != len(expected):
        return False
    if found == expected:
        return True
    return all(f == e for f, e, told in zip(found, expected, labelled.tolist(), strict=False) if told)


def departures(program: Program, network: Network, inputs: Ints, like: Sequences) -> NDArray[np.bool_]:
    """On which words [N, T, D] program and network differ, of those whose answers the network may know.

    What the data never show, a network has no class for, or no number in the range that it was trained on.
    """
    targets = like.targets[like.labelled]
    known = [np.unique(column) for column in targets.T]
    differ = []
    for word, own in zip(inputs, run(network, inputs), strict=True):
        answer = _answer(program, plain(word))
        right = None if answer is None else np.array(answer, dtype=object).reshape(len(word), -1)
        if right is None:
            differ.append(True)
        elif all(set(column) <= set(seen.tolist()) for column, seen in zip(right.T, known, strict=True)):
            differ.append(bool((right != own).any()))
    return np.array(differ, dtype=np.bool_)


def plain_program(candidate: Candidate) -> Program:
    """The candidate as a program over numbers, without docstring."""
    return Program(print_program(candidate.recurrence))
