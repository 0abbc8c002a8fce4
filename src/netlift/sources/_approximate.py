"""Measured numbers: a program with rational constants, and how far it errs at most. It is never exact."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from netlift.core._context import Context
from netlift.core._errors import InputError, shown
from netlift.core._version import __version__
from netlift.data import Sequences, from_arrays
from netlift.data._cells import Column
from netlift.data._door import Data
from netlift.formulas._affine_fit import Measured, fitted_law, split_measured
from netlift.formulas._affine_law import AffineLaw
from netlift.formulas._affine_program import Streams, recurrence_of, told_law
from netlift.program import Program, print_program
from netlift.program._fresh import answers_to
from netlift.program._kept import kept_program
from netlift.report._checks import checked_inputs
from netlift.report._result import Check, Result, of_run
from netlift.report._stated import StatedErrors
from netlift.report._story import Story

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

FEWEST = 8  # labelled steps; fewer tell no law
FEWEST_HELD = 5  # sequences, of which some can be held out whole
MOST_SYMBOLS = 64  # of an input stream


@dataclass(frozen=True)
class Approximate:
    """The law with real constants that explains measured outputs, as a program over whole numbers."""

    name: str = "approximate"

    def derived(self, data: Data, context: Context) -> Result:
        """The program and its errors.

        Raises InputError where there are no outputs, where one has symbols, or where they are too few.
        """
        data = _of_row(data) if data.kind == "row" else data
        if data.kind != "answers" or data.sequences is None:
            raise InputError("--approximate needs outputs that are numbers; found none")
        whole = data.whole or data.sequences
        sequences = data.sequences
        outputs = _columns(data.outputs, whole.target_symbols, "targets")
        inputs = _columns(data.inputs, whole.input_symbols, "inputs")
        named = next((one.name for one in outputs if one.kind == "text"), None)
        if named is not None:
            raise InputError(
                f"--approximate: the output {shown(named)} has symbols; expected numbers (without "
                "--approximate symbols are learned exactly)"
            )
        labels = int(sequences.labelled.sum())
        if labels < FEWEST:
            raise InputError(f"--approximate: there are {labels} outputs; expected {FEWEST} at least")
        context.recorder.stage("formulas")
        measured, streams, titles = _measured(sequences, inputs, outputs, context)
        with context.clock.stage("formulas"), context.clock.bounding():
            law = fitted_law(measured)
        names = [one.name for one in outputs]
        told = told_law(law, titles, names)
        for line in told:
            context.recorder.log(line)
        return _result(law, streams, told, measured, (sequences, whole), outputs, context)


def _of_row(data: Data) -> Data:
    """A row of numbers as one sequence: from n to the n-th of them."""
    places = list(range(len(data.row)))
    column = data.outputs or (Column("a", "number", Fraction(1), None, {}),)
    return replace(
        data,
        kind="answers",
        sequences=from_arrays([places], [list(data.row)]),
        inputs=(Column("n", "number", Fraction(1), None, {}),),
        outputs=column,
    )


def _columns(
    columns: Sequence[Column], symbols: Sequence[tuple[str, ...] | None], name: str
) -> tuple[Column, ...]:
    """How each stream was read, also where nobody read it from a file."""
    if len(columns) == len(symbols):
        return tuple(
            replace(one, kind="number" if names is None else "text")
            for one, names in zip(columns, symbols, strict=True)
        )
    several = len(symbols) > 1
    return tuple(
        Column(
            f"{name}[{k}]" if several else name, "number" if names is None else "text", Fraction(1), names, {}
        )
        for k, names in enumerate(symbols)
    )


def _measured(
    sequences: Sequences, inputs: Sequence[Column], outputs: Sequence[Column], context: Context
) -> tuple[Measured, Streams, list[str]]:
    """The numbers in the user's units, the streams that they are of, and their names."""
    mask, titles = sequences.mask, list[str]()
    places: list[tuple[int, int | None]] = []
    columns: list[NDArray[np.float64]] = [np.ones(mask.shape)]
    numbers = [d for d, names in enumerate(sequences.input_symbols) if names is None]
    for d in numbers:
        columns.append(sequences.inputs[:, :, d].astype(np.float64) * float(inputs[d].unit))
        places.append((d, None))
        titles.append(inputs[d].name)
    for d, names in enumerate(sequences.input_symbols):
        if names is None:
            continue
        if len(names) > MOST_SYMBOLS:
            raise InputError(
                f"--approximate: the input {shown(inputs[d].name)} has {len(names):,} symbols; expected "
                f"{MOST_SYMBOLS} at most"
            )
        for code, name in enumerate(names):
            columns.append((sequences.inputs[:, :, d] == code).astype(np.float64))
            places.append((d, code))
            titles.append(f"[{inputs[d].name} is {name}]")
    units = np.array([float(one.unit) for one in outputs])
    targets = sequences.targets * units
    rows: Sequence[int] | Ints = ()
    if len(sequences) >= FEWEST_HELD:
        groups = sequences.distinct()[1]  # the same inputs stay on one side
        order = context.stream("split").permutation(int(groups.max()) + 1)
        rows = np.flatnonzero(np.isin(groups, order[: len(order) // FEWEST_HELD]))
    fitted, held = split_measured(sequences.lengths, sequences.labelled, rows)
    measured = Measured(
        np.stack(columns, axis=2) * mask[:, :, None],
        targets,
        sequences.lengths,
        fitted,
        held,
        1 + len(numbers),
        units,
    )
    streams = Streams(
        tuple(places),
        tuple(one.unit for one in inputs),
        tuple(one.unit for one in outputs),
        tuple(0 if names is None else len(names) for names in sequences.input_symbols),
        tuple(float(size) for size in np.abs(targets[sequences.labelled]).max(axis=0)),
    )
    return measured, streams, titles


def _result(
    law: AffineLaw,
    streams: Streams,
    told: Sequence[str],
    measured: Measured,
    data: tuple[Sequences, Sequences],
    outputs: Sequence[Column],
    context: Context,
) -> Result:
    """The program, run on all the data; `data` are the sequences that the law was made from, and all."""
    sequences, whole = data
    context.recorder.stage("check")
    recurrence = recurrence_of(law, streams)
    symbols = (sequences.input_symbols, sequences.target_symbols, checked_inputs(whole))
    with context.clock.stage("check"):
        errors = _errors(print_program(recurrence, (), *symbols), whole)
        small = errors if whole is sequences else _errors(print_program(recurrence, (), *symbols), sequences)
    failed = next((one for one in (errors, small) if isinstance(one, str)), None)
    if isinstance(errors, str) or isinstance(small, str):
        reason = f"the program fails: {failed}"
        return of_run(Result(solved=False, reason=reason, reader="approximate"), context)
    found = _stated(errors[whole.labelled], small[measured.held], sequences, measured, outputs)
    context.recorder.log(found.sentence)
    held = int(measured.held.any(axis=1).sum())
    kept = f"{held:,} of them were" if held < len(sequences) else "the last fifth of each was"
    lines = [
        found.sentence,
        f"Made by netlift {__version__} from {len(sequences):,} sequences of measured numbers, without a "
        f"network; {kept} held out, to choose between laws.",
        *(f"Law: {line}." for line in told),
        f"It explains {found.explained:.1%} of the variance of what was held out. It runs on its own "
        "answers; beyond the data nothing is known of its errors.",
    ]
    source = print_program(recurrence, lines, *symbols)
    with context.clock.stage("check"):
        again = _errors(source, whole)
    largest = [int(found.largest[one.name] / one.unit) for one in outputs]
    wrong = len(whole) if isinstance(again, str) else _beyond(again, whole, largest)
    reason = "it is approximate, and was asked to be"
    if wrong:
        reason = f"the program errs by more than it says on {wrong:,} of {len(whole):,} sequences"
    elif not found.useful:
        reason = (
            f"the best law explains {found.explained:.1%} of the variance of what was held out; expected a "
            "half at least"
        )
    return of_run(
        Result(
            solved=False,
            reason=reason,
            program=Program(source),
            reader="approximate",
            strategy="affine law" if law.threshold is None else "affine laws",
            trained_by="nothing",
            checks={"stated": Check(len(whole), wrong, "all the data, within the error that it states")},
            findings=(found.sentence,),
            recurrence=recurrence,
            stated=None if wrong else found,
            story=Story.of(sequences),
            symbols=symbols[:2],
        ),
        context,
    )


def _errors(source: str, sequences: Sequences) -> Ints | str:
    """[N, T, K], by how many units the program errs; 0 where there is no label. A sentence where it fails."""
    found = np.zeros(sequences.targets.shape, dtype=np.int64)
    with kept_program(source) as path:
        for row, answered in enumerate(answers_to(path, sequences)):
            if isinstance(answered, str):
                return answered
            given = np.array(answered, dtype=object).reshape(len(answered), -1)
            right = sequences.targets[row, : len(answered)]
            found[row, : len(answered)] = np.clip(given - right, -(2**62), 2**62)
    found[~sequences.labelled] = 0
    return found


def _stated(
    errors: Ints, held: Ints, sequences: Sequences, measured: Measured, outputs: Sequence[Column]
) -> StatedErrors:
    """What is said of errors [M, K] on all labels, and of those on what was held out."""
    right = sequences.targets[measured.held].astype(np.float64)
    spread = ((right - right.mean(axis=0)) ** 2).mean(axis=0)
    left = (held.astype(np.float64) ** 2).mean(axis=0)
    shares = np.where(spread > 0, 1 - left / np.where(spread > 0, spread, 1.0), left == 0)
    largest, largest_held = np.abs(errors).max(axis=0), np.abs(held).max(axis=0)
    typical = np.sqrt((errors.astype(np.float64) ** 2).mean(axis=0))
    return StatedErrors(
        {one.name: int(largest[k]) * one.unit for k, one in enumerate(outputs)},
        {one.name: int(largest_held[k]) * one.unit for k, one in enumerate(outputs)},
        {one.name: float(typical[k] * float(one.unit)) for k, one in enumerate(outputs)},
        float(shares.min()),
    )


def _beyond(errors: Ints, sequences: Sequences, largest: Sequence[int]) -> int:
    """Sequences on which some error is larger than was said."""
    beyond = (np.abs(errors) > np.array(largest)).any(axis=2) & sequences.labelled
    return int(beyond.any(axis=1).sum())
