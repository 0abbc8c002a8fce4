"""From a file, and what is said of it, to a result that tells how its columns were read."""

import ast
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from netlift.core._errors import InputError, clipped, shown
from netlift.core._paths import is_folder, there
from netlift.data._cells import Column, told
from netlift.data._door import Data, read_data
from netlift.data._said import Said
from netlift.data._source import STDIN

if TYPE_CHECKING:
    from netlift.report import Progress
    from netlift.report._result import Result

LONGEST_NAME = 255  # characters of a name that others are near to
_CONSTANTS = 8  # of a program that are told in the user's unit


def read_file(source: str, said: Said) -> Data:
    """The data in a file, or on standard input. Raises InputError, with a near name where there is no such
    file."""
    if source != STDIN and not there(source):
        path = Path(source)
        folder = path.parent
        names = sorted(other.name for other in folder.iterdir()) if is_folder(folder) else []
        near = [] if len(path.name) > LONGEST_NAME else get_close_matches(path.name, names, n=1)
        raise InputError(f"{path}: no such file{f'; did you mean {folder / near[0]}?' if near else '.'}")
    try:
        return read_data(source, said)
    except MemoryError as error:
        raise InputError(f"{source}: is too large for this machine's memory") from error


def told_data(data: Data, progress: "Progress") -> None:
    """Says what was read."""
    progress.stage("data")
    if data.sequences is None:
        progress.log(f"one row of {len(data.row):,} numbers")
    else:
        what = "sequences" if data.kind == "answers" else "sequences of events, without outputs,"
        progress.log(f"{len(data.sequences):,} {what} of up to {data.sequences.inputs.shape[1]:,} steps")
    for note in data.notes:
        progress.log(note)


def distil_data(
    data: Data, *, seed: int, budget: float | None, specification: Path | None, progress: "Progress"
) -> "Result":
    """The result for data of any kind: with answers, events alone, or one row of numbers."""
    from netlift.engine._distill import distill_sequences

    if data.kind != "answers" and specification is not None:
        raise InputError("--specification needs data with outputs; found none")
    if data.kind == "events":
        from netlift.engine._events import distill_events

        assert data.sequences is not None
        return with_columns(distill_events(data.sequences, seed=seed, progress=progress), data)
    sequences = data.sequences
    if sequences is None:
        from netlift.data import from_arrays
        from netlift.engine._row import distill_row

        result = distill_row(data.row, seed=seed, progress=progress)
        if result is not None:
            return with_columns(result, data)
        if len(data.row) < 3:
            raise InputError(f"the row has {len(data.row)} numbers; expected more of them")
        progress.log("looking for a program from each number to the next")
        sequences = from_arrays([list(data.row[:-1])], [list(data.row[1:])])
    result = distill_sequences(
        sequences, seed=seed, budget=budget, progress=progress, specification=specification
    )
    return with_columns(result, data)


def with_columns(result: "Result", data: Data) -> "Result":
    """The result with what was found out at the door in its log, and the columns and units in its
    docstring."""
    from netlift.certify import certified_of
    from netlift.program import Program, with_line

    result = replace(result, log=(*data.notes, *result.log))
    lines = [] if result.program is None else column_lines(data, result.program.source)
    if result.program is None or not lines:
        return result
    source = result.program.source
    for line in lines:
        source = with_line(source, line)
    certificates = tuple(certified_of(one, source) for one in result.certificates)
    return replace(result, program=Program(source), certificates=certificates)


def column_lines(data: Data, source: str) -> list[str]:
    """The lines of a docstring that say which column is which, and what a whole number counts."""
    if not any(column.unit != 1 for column in (*data.inputs, *data.outputs)) and not data.said.names_columns:
        return []
    lines = []
    if data.inputs:
        names = ", ".join(shown(column.name) for column in data.inputs)
        answers = ", ".join(shown(column.name) for column in data.outputs)
        lines.append(f"Columns: the inputs are {names}{f'; the answers are {answers}' if answers else ''}.")
    scaled = [column for column in (*data.inputs, *data.outputs) if column.unit != 1]
    lines += [
        f"Units: a 1 of {shown(column.name)} is {told(column.unit)}{_example(column)}." for column in scaled
    ]
    if len({column.unit for column in scaled}) == 1 and scaled:
        numbers = _constants(source)
        if numbers and len(numbers) <= _CONSTANTS:
            both = ", ".join(f"{number} is {told(number * scaled[0].unit)}" for number in numbers)
            lines.append(f"Of numbers in the program that count such units, {both}.")
    return [clipped(line, 400) for line in lines]


def _example(column: Column) -> str:
    whole = next(
        (value for value in column.values.values() if value is not None and value * column.unit % 1), None
    )
    return "" if whole is None else f", so that {whole} is {column.told(whole)}"


def _constants(source: str) -> list[int]:
    """The whole numbers in a program's function, but for 0 and 1."""
    function = next((node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)), None)
    if function is None:
        return []
    found = {
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and type(node.value) is int
    }
    return sorted(value for value in found if value > 1)
