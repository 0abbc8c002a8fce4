"""A table beside a program: its steps as inputs, the answers compared, and both written."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, TextIO

from netlift.core._errors import InputError, shown
from netlift.data._cells import told
from netlift.data._eventlog import Log
from netlift.data._said import Said
from netlift.data._table import Table
from netlift.monitor._answers import Answered, steps_of, unexpected
from netlift.monitor._outcome import Difference, Outcome
from netlift.monitor._within import near

DIFFERS = "differs"
NEXT = "may come next"
_BLOCK = 1_000  # rows that are written at a time


def inputs_of(log: Log) -> Iterator[list[Any]]:
    """The inputs of each sequence, as a program reads them."""
    streams = []
    for column, codes, lacks in zip(log.inputs, log.codes, log.missing, strict=False):
        if lacks.any():
            line = int(log.lines[lacks].min())
            raise InputError(
                f"{log.source}: input column {shown(column.name)} has no value in {log.unit} {line}"
            )
        streams.append((column.symbols, codes.tolist()))
    spelt = [codes if names is None else [names[code] for code in codes] for names, codes in streams]
    for start, stop in zip(log.starts[:-1].tolist(), log.starts[1:].tolist(), strict=True):
        if len(spelt) == 1:
            yield spelt[0][start:stop]
        elif spelt:
            yield list(zip(*(one[start:stop] for one in spelt), strict=True))
        else:
            yield [0] * (stop - start)


def compared(
    log: Log, answers: Iterator[Answered], said: Said, within: Mapping[str, Fraction]
) -> tuple[dict[int, list[str]], Outcome]:
    """For each row of the table its answers and what differs, and the outcome.

    `within` says how far an answer may be from the log, by output; not at all where nothing is said.
    """
    cells: dict[int, list[str]] = {}
    differ = wrong = 0
    first: Difference | None = None
    width = max(1, len(said.outputs))
    for row, answered in enumerate(answers):
        start, stop = int(log.starts[row]), int(log.starts[row + 1])
        steps = steps_of(answered.answers, width)
        before = differ
        for step, place in enumerate(range(start, stop)):
            answer = steps[step] if step < len(steps) else None
            texts = [""] * width if answer is None else _spelt(log, said, answer)
            mark, expected = _difference(log, place, answer, within)
            if answer is None:
                mark = answered.why or "no answer"
            elif not said.outputs:
                mark, expected = unexpected(steps, step, stop - start), "this event"
            cells[int(log.rows[place])] = [*texts, mark]
            if mark:
                differ += 1
                if first is None:
                    found = f"no answer: {mark}" if answer is None else ", ".join(texts)
                    where = f"{log.label(row)}, {log.unit} {int(log.lines[place])}"
                    first = Difference(where, expected or "this row", found)
        wrong += differ > before
    return cells, Outcome(len(log.rows), differ, len(log.labels), wrong, first)


def _spelt(log: Log, said: Said, answer: tuple[Any, ...]) -> list[str]:
    """The answers of a step in the user's units, as the log's own column spells them where it has one."""
    columns = {column.name: column for column in log.outputs if column.symbols is None}
    texts = []
    for name, value in zip(said.outputs or (NEXT,), answer, strict=True):
        unit = said.units.get(name)
        if isinstance(value, str):
            texts.append(value)
        elif name in columns:
            texts.append(columns[name].spelt(int(value)))
        else:
            texts.append(told(int(value) * unit) if unit else str(int(value)))
    return texts


def _difference(
    log: Log, place: int, answer: tuple[Any, ...] | None, within: Mapping[str, Fraction]
) -> tuple[str, str]:
    """The mark of a step, empty where it is as the log has it, and what the log has."""
    expected, marks = [], []
    for number, column in enumerate(log.outputs):
        stream = len(log.inputs) + number
        if log.missing[stream][place]:
            return "", ""
        code = int(log.codes[stream][place])
        expected.append(column.spelt(code))
        right = code if column.symbols is None else column.symbols[code]
        if answer is None or not near(answer[number], right, within.get(column.name), column.unit):
            marks.append(column.name)
    return ", ".join(marks), ", ".join(expected)


def write_beside(out: TextIO, opened: Table, cells: dict[int, list[str]], names: Sequence[str]) -> None:
    """The table in the order of the file, with the answers and marks beside."""
    empty = [""] * (len(names) + 1)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=opened.separator, lineterminator="\n")
    writer.writerow([*opened.header, *names, DIFFERS])
    for row, (_, fields) in enumerate(opened.rows()):
        writer.writerow([*fields, *cells.get(row, empty)])
        if row % _BLOCK == 0:
            out.write(text.getvalue())
            text.seek(0)
            text.truncate()
    out.write(text.getvalue())
