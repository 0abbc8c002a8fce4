"""What a Python program gives: sequences, tensors, a data frame whose columns it names, a file's name."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from typing import Any, TypedDict, cast

import numpy as np

from netlift.core._errors import InputError, listed, shown
from netlift.data._arrays import as_given, from_arrays, from_rows, listed_rows
from netlift.data._cells import column_of, number
from netlift.data._door import Data, data_of, fields_data, own_columns, read_file
from netlift.data._eventlog import read_log
from netlift.data._fields import INPUTS, ROW, TARGETS, fields_of
from netlift.data._frames import FRAME, frame_of, same_length
from netlift.data._options import said_of
from netlift.data._said import Said
from netlift.data._table import Spelt, Table, cell_of, place_of

Names = str | Sequence[str]


class Columns(TypedDict, total=False):
    """Which columns of a table hold what, as the command line's options of the same names say it.

    `step` is a number, or text such as "0.1".
    """

    sequence: str | None
    order: str | None
    time_format: str | None
    input: Names
    output: Names
    lifecycle: str | None
    reset: str | None
    step: Any
    text: Names
    separator: str | None
    encoding: str | None
    approximate: bool


_ARGUMENTS = sorted(Columns.__annotations__)


def given_data(inputs: Any, targets: Any = None, columns: Columns | None = None) -> Data:
    """Data from what a Python program gives.

    With `targets`: sequences (see `from_arrays`). Without: a table whose columns are named (see `frame_of`),
    the name of a file, sequences of events, or one row of numbers. Contradictions are taken
    (`Sequences.clash`). Raises InputError, one sentence, where it cannot be used.
    """
    said = _said(columns or {})
    others = sorted({*(columns or ())} - {"approximate"})
    if targets is not None:
        if said.approximate and not others:
            return _measured(inputs, targets, said)
        if columns:
            raise InputError(
                f"{listed(others)} name columns of a table, and targets are given as well; expected "
                "one of the two"
            )
        return Data("answers", Said(), from_arrays(inputs, targets, contradictions=True))
    if isinstance(inputs, os.PathLike) or (
        isinstance(inputs, str) and (said.names_columns or os.sep in inputs)
    ):
        return read_file(os.fspath(inputs), said)
    frame = frame_of(inputs)
    if frame is not None:
        return _of_frame(frame, said)
    if others:
        raise InputError(
            f"{listed(others)} name columns, and inputs is of type {type(inputs).__name__}; "
            "expected a data frame, a dict of columns, a list of dicts, or the name of a file"
        )
    return _alone(inputs, said)


def _said(columns: Columns) -> Said:
    """What is said of the columns. Raises InputError where they are no options, or no names."""
    given = dict(columns)
    unknown = next((name for name in given if name not in _ARGUMENTS), None)
    if unknown is not None:
        near = get_close_matches(unknown, _ARGUMENTS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"expected {listed(_ARGUMENTS, 20)}"
        raise InputError(f"distill has no argument {shown(unknown)}; {hint}")
    lists = {name: _names(name, given.pop(name, None)) for name in ("input", "output", "text")}
    step, approximate = given.pop("step", None), given.pop("approximate", False)
    if not isinstance(approximate, bool):
        raise InputError(f"approximate is {shown(approximate)}; expected True or False")
    wrong = next((name for name, one in given.items() if not isinstance(one, str | None)), None)
    if wrong is not None:
        raise InputError(f"{wrong} is {shown(given[wrong])}; expected the name of a column, as text")
    said = said_of(step=None if step is None else str(step), **cast(dict[str, Any], given))
    both = [name for name in lists["input"] if name in lists["output"]]
    if both:
        raise InputError(f"input and output both name {shown(both[0])}; expected different columns")
    return replace(
        said, inputs=lists["input"], outputs=lists["output"], text=lists["text"], approximate=approximate
    )


def _names(name: str, given: Any) -> tuple[str, ...]:
    names = () if given is None else (given,) if isinstance(given, str) else given
    if not isinstance(names, list | tuple) or not all(isinstance(one, str) for one in names):
        raise InputError(f"{name} is {shown(given)}; expected the name of a column, or a list of names")
    return tuple(dict.fromkeys(names))


def _of_frame(frame: Table, said: Said) -> Data:
    """A table: a row an event, or a row a sequence where the cells of an input are lists."""
    if not said.names_columns:
        own = own_columns(frame)
        if own is None:
            raise InputError(
                f"{FRAME}: has the columns {listed(frame.header)}; say which hold what with sequence=, "
                "order=, input= and output="
            )
        said = replace(said, sequence=own.sequence, order=own.order, inputs=own.inputs, outputs=own.outputs)
    if said.inputs and frame.held is not None:
        first = frame.held(place_of(FRAME, frame.header, said.inputs[0], "input"))
        if any(isinstance(one, list | tuple | np.ndarray) for one in first[:1]):
            rows = fields_of(FRAME, _entries(frame, said), said, unit="row")
            return fields_data(FRAME, rows, said)
    return data_of(read_log(frame, said), said)


def _entries(frame: Table, said: Said) -> Iterator[tuple[int, dict[str, Any]]]:
    names = (*said.inputs, *said.outputs)
    held = frame.held or (lambda _: [])
    columns = [held(place_of(FRAME, frame.header, name, "input or output")) for name in names]
    same_length(names, columns)
    for row, cells in enumerate(zip(*columns, strict=True)):
        yield row, {name: _steps(cell) for name, cell in zip(names, cells, strict=True)}


def _steps(cell: Any) -> Any:
    """A list of steps as JSON would give it."""
    if isinstance(cell, float):
        return None if cell != cell else Spelt(repr(cell))
    if isinstance(cell, np.ndarray | list | tuple):
        return [_steps(one) for one in cell]
    if isinstance(cell, np.generic):
        return _steps(cell.item())
    return cell


def _measured(inputs: Any, targets: Any, said: Said) -> Data:
    """Sequences of numbers that need not be whole."""
    sides = [as_given(name, one) for name, one in ((INPUTS, inputs), (TARGETS, targets))]
    rows = [listed_rows(name, one) for name, one in zip((INPUTS, TARGETS), sides, strict=True)]
    if len(rows[0]) != len(rows[1]):
        raise InputError(f"inputs has {len(rows[0]):,} rows and targets {len(rows[1]):,}; expected as many")
    entries = (
        (row, {INPUTS: _steps(list(given)), TARGETS: _steps(list(answers))})
        for row, (given, answers) in enumerate(zip(*rows, strict=True))
    )
    return fields_data(INPUTS, fields_of(INPUTS, entries, said, unit="row"), said)


def _alone(inputs: Any, said: Said) -> Data:
    """Events without outputs, or one row of numbers."""
    given = as_given("inputs", inputs)
    flat = given.tolist() if isinstance(given, np.ndarray) else given
    if isinstance(flat, list | tuple) and flat and all(_is_number(one) for one in flat):
        column = column_of(
            "inputs", ROW, [cell_of(one) for one in flat], is_output=True, approximate=said.approximate
        )
        row = tuple(column.values.get(cell_of(one)) for one in flat)
        if column.kind != "number" or None in row:
            odd = next(place for place, one in enumerate(flat) if number(cell_of(one)) is None)
            raise InputError(f"inputs: number {odd} of the row is {shown(flat[odd])}; expected a number")
        numbers = tuple(value or 0 for value in row)
        return Data(
            "row", said, row=numbers, outputs=(column,) if column.unit != 1 else (), notes=column.notes
        )
    rows = listed_rows("inputs", flat)
    sequences = from_rows(INPUTS, rows, [[0] * len(row) for row in rows], lambda row: f"row {row}")
    return Data("events", Said(), sequences)


def _is_number(one: Any) -> bool:
    """Whether it is a number, exactly or as it is written; infinite ones are left to the readers."""
    return isinstance(one, int | float | Fraction | np.integer | np.floating) and not isinstance(one, bool)
