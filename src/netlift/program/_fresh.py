"""Run a program file in an interpreter of its own, as a user would."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from netlift.core._collector import without_collector
from netlift.data._agree import agree
from netlift.data._sequences import Ints, Sequences
from netlift.program._runner import MEMORY, SIGXCPU, ProgramFailed, memory_told, started

BATCH = 50_000  # sequences handed to one interpreter
MOST_CRASHES = 20  # after so many, the rest of a batch counts as wrong unseen
SECONDS_EACH = 0.02  # a sequence's share of the time limit
SECONDS_A_STEP = 2e-5  # and a step's
PATIENCE = 8  # seconds of waiting for a second of computing: on a busy machine nothing else is wrong


@dataclass(frozen=True)
class Witness:
    """A sequence on which a program is wrong: its row, inputs, the right outputs, the program's.

    `found` is a sentence where the program failed instead of answering.
    """

    row: int
    inputs: list[Any]
    expected: list[Any]
    found: list[Any] | str


@dataclass(frozen=True)
class Errors:
    """How many of the sequences a program got wrong, and the first of them."""

    sequences: int
    errors: int
    witness: Witness | None


def run_fresh(
    path: str | Path, inputs: Sequence[Sequence[Any]], *, seconds: float = 60.0, memory: int = MEMORY
) -> list[Any]:
    """The outputs of program.py, one list a sequence, from a fresh interpreter (`python -I -S`).

    `seconds` bounds the computing time (and, PATIENCE times, the wait), `memory` the bytes that the
    interpreter may have. Raises ProgramFailed when the program stops early or in silence, when the time is
    up, and when it needs more memory. The file is run as it is: it has to be one that netlift printed
    (`Runner` runs those of others).
    """
    printed, said = _printed(path, inputs, seconds, memory)
    outputs = _read(printed)
    if said:
        raise ProgramFailed(outputs, said)
    return outputs


def _printed(
    path: str | Path, inputs: Sequence[Sequence[Any]], seconds: float, memory: int = MEMORY
) -> tuple[str, str]:
    """What program.py prints for the inputs, and why it stopped before the end of them (empty: it did not).

    Raises ProgramFailed when the time is up while it waits.
    """
    late = f"no answer within {seconds:.0f} seconds"
    with started([sys.executable, "-I", "-S", str(path)], seconds=seconds, memory=memory) as process:
        try:
            printed, told = process.communicate(_lines(inputs), timeout=PATIENCE * seconds)
        except subprocess.TimeoutExpired as error:
            raise ProgramFailed([], late) from error
        finally:
            process.kill()  # where it has not ended by itself
    if process.returncode == 0 and printed.count("\n") == len(inputs):
        return printed, ""
    said = told.strip().rpartition("\n")[2] or "stopped without a word"
    if process.returncode == -SIGXCPU:
        said = late
    if "MemoryError" in said:  # netlift's script lines say in which line of input
        said = f"needed more than {memory_told(memory)} of memory"
    return printed, said


def _lines(rows: Sequence[Sequence[Any]]) -> str:
    """A line of JSON for each row.

    Written at once where that can be cut into lines, which takes a third of the time that each alone takes:
    where there are no strings, rows meet where brackets close and open, two each where steps are lists.
    """
    text = json.dumps(rows)[1:-1]
    if rows and '"' not in text:
        close, opened = ("]]", "[[") if text.startswith("[[") else ("]", "[")
        lines = text.replace(f"{close}, {opened}", f"{close}\n{opened}")
        if lines.count("\n") == len(rows) - 1:
            return f"{lines}\n"
    return "".join(json.dumps(row) + "\n" for row in rows)


def _read(printed: str) -> list[Any]:
    """The value of each whole line."""
    lines = printed.split("\n")[:-1]
    with suppress(ValueError):  # read at once: a third of the time
        values: list[Any] = json.loads(f"[{','.join(lines)}]")
        if len(values) == len(lines):
            return values
    return [json.loads(line) for line in lines]


def count_errors(path: str | Path, sequences: Sequences) -> Errors:
    """On how many sequences program.py, run in a fresh interpreter, gives any wrong output.

    Each distinct sequence of inputs is run once.
    """
    with without_collector():
        return _count_errors(path, sequences)


def answers_to(path: str | Path, sequences: Sequences) -> list[list[Any] | str]:
    """What program.py, run in a fresh interpreter, answers to each sequence; a sentence where it fails."""
    with without_collector():
        found: list[list[Any] | str] = []
        for start in range(0, len(sequences), BATCH):
            part = sequences.take(np.arange(start, min(start + BATCH, len(sequences))))
            asked = _steps(part.inputs, part.input_symbols, part.lengths)
            found += [answered for _, answered in _answers(path, asked)]
    return found


def _count_errors(path: str | Path, sequences: Sequences) -> Errors:
    first, same_as = sequences.distinct()
    alike = _alike(sequences, first, same_as)
    errors, witness = 0, None
    answers: dict[int, list[Any] | str] = {}  # of all but those that are known to be right
    for start in range(0, len(first), BATCH):
        rows = first[start : start + BATCH]
        asked = _steps(sequences.inputs[rows], sequences.input_symbols, sequences.lengths[rows])
        right = None
        if alike:
            targets = _steps(sequences.targets[rows], sequences.target_symbols, sequences.lengths[rows])
            right = _lines(targets)
        answers.update((start + place, found) for place, found in _answers(path, asked, right))
    for start in range(0, len(sequences) if answers else 0, BATCH):
        part = slice(start, start + BATCH)
        targets = _steps(sequences.targets[part], sequences.target_symbols, sequences.lengths[part])
        for row, (expected, same) in enumerate(zip(targets, same_as[part].tolist(), strict=True), start):
            if same not in answers:
                continue
            for step in _silent_steps(sequences, row):
                expected[step] = None
            found = answers[same]
            if not agree(found, expected):
                errors += 1
                witness = witness or Witness(row, _inputs(sequences, row), expected, found)
    return Errors(len(sequences), errors, witness)


def _alike(sequences: Sequences, first: Ints, same_as: Ints) -> bool:
    """Whether every step has a target, and sequences of the same inputs have the same ones."""
    if sequences.silent is not None:
        return False
    targets = np.where(sequences.mask[:, :, None], sequences.targets, 0)
    return np.array_equal(targets[first][same_as], targets)


def contradicted(path: str | Path, sequences: Sequences) -> list[tuple[int, int, Any, Any]]:
    """Row, step (both from 0), label and answer wherever program.py answers otherwise than a label.

    Rows on which the program fails are left out: it answers nothing there.
    """
    first, same_as = sequences.distinct()
    asked = _steps(sequences.inputs[first], sequences.input_symbols, sequences.lengths[first])
    answers = dict(_answers(path, asked))
    targets = _steps(sequences.targets, sequences.target_symbols, sequences.lengths)
    found, labelled = [], sequences.labelled.tolist()
    for row, (labels, same, told) in enumerate(zip(targets, same_as.tolist(), labelled, strict=True)):
        given = answers[same]
        if isinstance(given, str) or len(given) != len(labels):
            continue
        found += [
            (row, step, label, answer)
            for step, (label, answer) in enumerate(zip(labels, given, strict=True))
            if told[step] and label != answer
        ]
    return found


def _inputs(sequences: Sequences, row: int) -> list[Any]:
    part = slice(row, row + 1)
    return _steps(sequences.inputs[part], sequences.input_symbols, sequences.lengths[part])[0]


def _silent_steps(sequences: Sequences, row: int) -> list[int]:
    """The steps of a sequence that have no target."""
    if sequences.silent is None:
        return []
    steps: list[int] = sequences.silent[row, : sequences.lengths[row]].nonzero()[0].tolist()
    return steps


def _answers(
    path: str | Path, inputs: list[list[Any]], right: str | None = None
) -> Iterator[tuple[int, list[Any] | str]]:
    """Each place with the program's answer; a sentence where it failed.

    Nothing at all where the program prints just what is `right` (None: nobody knows).
    """
    place, message = 0, ""
    for _ in range(MOST_CRASHES):
        rest = inputs[place:]
        if not rest:
            return
        share = SECONDS_EACH * len(rest) + SECONDS_A_STEP * sum(map(len, rest))
        try:
            printed, message = _printed(path, rest, 10 + share)
        except ProgramFailed as failure:
            printed, message = "", failure.message
        if printed == right and not message and not place:
            return
        outputs = _read(printed)
        yield from enumerate(outputs, place)
        place += len(outputs)
        if message:
            yield place, message
            place += 1
    for left in range(place, len(inputs)):
        yield left, message


def _steps(values: Ints, symbols: tuple[tuple[str, ...] | None, ...], lengths: Ints) -> list[list[Any]]:
    """Sequences [N, T, D] as a program takes and gives them: numbers or strings, or lists of these."""
    rows: list[list[Any]] = (values[:, :, 0] if len(symbols) == 1 else values).tolist()
    if (lengths < values.shape[1]).any():
        rows = [row[:length] for row, length in zip(rows, lengths.tolist(), strict=True)]
    if all(names is None for names in symbols):
        return rows
    if len(symbols) == 1:
        only = symbols[0] or ()
        return [[only[place] for place in row] for row in rows]
    return [
        [[v if names is None else names[v] for v, names in zip(step, symbols, strict=True)] for step in row]
        for row in rows
    ]
