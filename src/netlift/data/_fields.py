"""JSON lines whose fields hold whole sequences, by any names, with decimals if need be; and rows of
numbers."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from netlift.core._errors import InputError, listed, shown
from netlift.data._cells import Column, column_of
from netlift.data._cells import number as number_of
from netlift.data._said import Said
from netlift.data._source import Source
from netlift.data._table import Spelt, json_object

INPUTS, TARGETS = "inputs", "targets"  # the names of fields where none is said
ROW = "the row"  # what a row of numbers is called
_LONGEST_ROW = 1 << 24  # characters
_BARE = re.compile(r"-?\d+([,;\s]+-?\d+)+", re.ASCII)


@dataclass(frozen=True)
class Rows:
    """Sequences as lists of steps: a whole number or a string each, or a list of them; None for no target.

    `inputs` and `outputs` tell for each stream how it was read; `targets` is empty where there are none.
    `starts` are answers before any input, by the rows that give them.
    """

    lines: tuple[int, ...]
    steps: list[list[Any]]
    targets: list[list[Any]]
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    notes: tuple[str, ...]
    unit: str = "line"
    starts: Mapping[int, Any] = made(default_factory=dict)

    def label(self, row: int) -> str:
        """A sequence as messages name it."""
        return f"{self.unit} {self.lines[row]}"


def read_fields(source: Source, said: Said) -> Rows:
    """Sequences from JSON lines, `{"NAME": [...], ...}` each.

    Several fields are streams side by side, as lists of lists are. Decimals become whole numbers of a smaller
    unit. Raises InputError, one sentence, where a field is missing or cannot be read.
    """
    lines = ((number, line) for number, line in enumerate(source.text, 1) if line.strip())
    entries = ((number, json_object(source.name, number, line, INPUTS)) for number, line in lines)
    return fields_of(source.name, entries, said, source.notes)


def fields_of(
    name: str,
    entries: Iterable[tuple[int, dict[str, Any]]],
    said: Said,
    notes: Iterable[str] = (),
    unit: str = "line",
) -> Rows:
    """The same from numbered entries, each of which has the steps of a sequence in its fields.

    `unit` is what the numbers count.
    """
    inputs = said.inputs or (INPUTS,)
    lines: list[int] = []
    ends: dict[str, None] = {}
    sides: tuple[list[list[Any]], list[list[Any]]] = ([], [])
    outputs = said.outputs
    for number, entry in entries:
        if not (lines or said.outputs or said.inputs):
            outputs = (TARGETS,) if TARGETS in entry else ()
        lines.append(number)
        single = [field for field in outputs if isinstance(entry.get(field), str | int | float)]
        if single:
            ends |= dict.fromkeys(single)
            entry = _with_ends(entry, inputs, single)
        for names, side in zip((inputs, outputs), sides, strict=True):
            side.append(_steps(name, f"{unit} {number}", entry, names))
    if not lines:
        raise InputError(f"{name}: is empty; expected a sequence in each {unit}")
    told = list(notes)
    told += [f"{shown(field)} has one value for a sequence: the answer at its last step." for field in ends]
    streams = []
    for names, side, is_output in ((inputs, sides[0], False), (outputs, sides[1], True)):
        columns = _streams(name, said, names, side, is_output) if names else []
        streams.append(tuple(columns))
        told += [note for column in columns for note in column.notes]
    targets = sides[1] if outputs else []
    return Rows(tuple(lines), sides[0], targets, streams[0], streams[1], tuple(told), unit)


def _with_ends(entry: dict[str, Any], inputs: tuple[str, ...], single: list[str]) -> dict[str, Any]:
    """The entry with single answers at the last step, as lists; those of no steps are left as they are."""
    steps = entry.get(inputs[0])
    if not isinstance(steps, list) or not steps:
        return entry
    return {**entry, **{field: [None] * (len(steps) - 1) + [entry[field]] for field in single}}


def _steps(name: str, where: str, entry: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    """The steps of one line; those of several fields side by side, as lists."""
    taken = []
    for field in names:
        if field not in entry:
            raise InputError(f"{name}: {where} has no {field!r}; found {listed(sorted(entry)) or 'nothing'}")
        if not isinstance(entry[field], list):
            raise InputError(f"{name}: {field!r} in {where} is {shown(entry[field])}; expected a list")
        taken.append(entry[field])
    if len(names) <= 1:
        return taken[0] if taken else []
    lengths = {len(one) for one in taken}
    if len(lengths) > 1:
        counts = ", ".join(f"{len(one)} in {field!r}" for field, one in zip(names, taken, strict=True))
        raise InputError(f"{name}: {where} has {counts}; expected as many steps in each field")
    return [list(step) for step in zip(*taken, strict=True)]


def _streams(
    name: str, said: Said, names: tuple[str, ...], rows: list[list[Any]], is_output: bool
) -> list[Column]:
    """How each stream of one side is read; numbers in `rows` become whole numbers of their units, in
    place."""
    width = next((len(step) for row in rows for step in row if isinstance(step, list)), 0)
    titles = list(names) if len(names) > 1 or not width else [f"{names[0]}[{k}]" for k in range(width)]
    columns = []
    for stream, title in enumerate(titles):
        cells = [_value(step, stream, width) for row in rows for step in row]
        if not any(isinstance(cell, Spelt) for cell in cells) and title not in said.units:
            kind = "text" if any(type(cell) is str for cell in cells) else "number"
            columns.append(Column(title, kind, column_of(name, title, ["1"]).unit, None, {}))
            continue
        odd = next((cell for cell in cells if type(cell) is str), None)
        if odd is not None:
            raise InputError(
                f"{name}: {title} has numbers and the string {shown(odd)}; expected one of the two"
            )
        spelt = {str(cell) for cell in cells if isinstance(cell, int | str) and not isinstance(cell, bool)}
        column = column_of(
            name,
            title,
            spelt,
            step=said.step,
            unit=said.units.get(title),
            is_output=is_output,
            approximate=said.approximate,
        )
        if column.kind == "text":
            odd = next(cell for cell in sorted(spelt) if number_of(cell) is None)
            raise InputError(f"{name}: {title} has {shown(odd)}; expected numbers that are finite")
        columns.append(column)
        _replace(rows, stream, width, lambda cell, column=column: _whole(cell, column))  # type: ignore[misc]
    return columns


def _value(step: Any, stream: int, width: int) -> Any:
    if not width:
        return step
    return step[stream] if isinstance(step, list) and len(step) > stream else None


def _whole(cell: Any, column: Column) -> Any:
    if isinstance(cell, int | str) and not isinstance(cell, bool):
        return column.values[str(cell)]
    return cell


def _replace(rows: list[list[Any]], stream: int, width: int, change: Callable[[Any], Any]) -> None:
    for row in rows:
        for place, step in enumerate(row):
            if not width:
                row[place] = change(step)
            elif isinstance(step, list) and len(step) > stream:
                step[stream] = change(step[stream])


def read_numbers(source: Source, said: Said) -> tuple[list[int], Column] | None:
    """The one row of numbers that a file is, and how they are read; None where it is none.

    `[1, 1, 2, 3, 5]`, or numbers on one line, or one on each line. Decimals become whole numbers of a smaller
    unit.
    """
    text = source.text.read(_LONGEST_ROW).strip().removeprefix("\ufeff")
    if _BARE.fullmatch(text) and ("\n" not in text or not re.search(r"[^\n\r][ ,;\t]+[^\n\r]", text)):
        text = "[" + ",".join(re.split(r"[,;\s]+", text)) + "]"
    try:
        found = json.loads(text, parse_float=Spelt)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not found:
        return None
    if not all(type(one) is int or isinstance(one, Spelt) for one in found):
        return None
    if all(type(one) is int for one in found):  # of any size
        return found, column_of(source.name, ROW, ["1"])
    cells = [str(one) for one in found]
    column = column_of(source.name, ROW, cells, step=said.step, is_output=True, approximate=said.approximate)
    return [column.values[cell] or 0 for cell in cells], column
