"""Run a program file in an interpreter of its own, as a user would."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netlift.core._collector import without_collector
from netlift.data._agree import agree
from netlift.data._sequences import Ints, Sequences
from netlift.program._runner import MEMORY, SIGXCPU, ProgramFailed, bounded_command, memory_told

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
    """The outputs of program.py, one list a sequence, from a fresh interpreter (`python -I`).

    `seconds` bounds the computing time (and, PATIENCE times, the wait), `memory` the bytes that the
    interpreter may have. Raises ProgramFailed when the program stops early or in silence, when the time is
    up, and when it needs more memory. The file is run as it is: it has to be one that netlift printed
    (`Runner` runs those of others).
    """
    late = f"no answer within {seconds:.0f} seconds"
    lines = "".join(json.dumps(sequence) + "\n" for sequence in inputs)
    command = bounded_command([sys.executable, "-I", str(path)], seconds=seconds, memory=memory)
    try:
        done = subprocess.run(
            command, input=lines, capture_output=True, text=True, timeout=PATIENCE * seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ProgramFailed([], late) from error
    outputs = [json.loads(line) for line in done.stdout.splitlines(keepends=True) if line.endswith("\n")]
    if done.returncode != 0 or len(outputs) != len(inputs):
        said = done.stderr.strip().rpartition("\n")[2] or "stopped without a word"
        if done.returncode == -SIGXCPU:
            said = late
        if "MemoryError" in said:  # netlift's script lines say in which line of input
            said = f"needed more than {memory_told(memory)} of memory"
        raise ProgramFailed(outputs, said)
    return outputs


def count_errors(path: str | Path, sequences: Sequences) -> Errors:
    """On how many sequences program.py, run in a fresh interpreter, gives any wrong output.

    Each distinct sequence of inputs is run once.
    """
    with without_collector():
        return _count_errors(path, sequences)


def _count_errors(path: str | Path, sequences: Sequences) -> Errors:
    first, same_as = sequences.distinct()
    errors, witness = 0, None
    answers: dict[int, list[Any] | str] = {}
    for start in range(0, len(first), BATCH):
        rows = first[start : start + BATCH]
        asked = _steps(sequences.inputs[rows], sequences.input_symbols, sequences.lengths[rows])
        answers.update((start + place, found) for place, found in _answers(path, asked))
    for start in range(0, len(sequences), BATCH):
        part = slice(start, start + BATCH)
        targets = _steps(sequences.targets[part], sequences.target_symbols, sequences.lengths[part])
        for row, (expected, same) in enumerate(zip(targets, same_as[part].tolist(), strict=True), start):
            for step in _silent_steps(sequences, row):
                expected[step] = None
            found = answers[same]
            if not agree(found, expected):
                errors += 1
                witness = witness or Witness(row, _inputs(sequences, row), expected, found)
    return Errors(len(sequences), errors, witness)


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


def _answers(path: str | Path, inputs: list[list[Any]]) -> Iterator[tuple[int, list[Any] | str]]:
    """Each place with the program's answer; a sentence where it failed."""
    place, message = 0, ""
    for _ in range(MOST_CRASHES):
        rest = inputs[place:]
        if not rest:
            return
        try:
            share = SECONDS_EACH * len(rest) + SECONDS_A_STEP * sum(map(len, rest))
            outputs = run_fresh(path, rest, seconds=10 + share)
            message = ""
        except ProgramFailed as failure:
            outputs, message = failure.outputs, failure.message
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
