"""Event logs: a table with a row an event becomes sequences of inputs and outputs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError, listed, shown
from netlift.data._arrays import MOST_VALUES
from netlift.data._cells import Column, column_of
from netlift.data._coded import Coded, Ints
from netlift.data._said import Said
from netlift.data._sequences import Sequences
from netlift.data._table import Table, place_of
from netlift.data._times import order_of
from netlift.data._validate import validated

START, COMPLETE = "start", "complete"
MARKS = frozenset(["true", "t", "yes", "y", "1", "on", "reset", "x"])
NO_MARKS = frozenset(["false", "f", "no", "n", "0", "off", "", "none", "null", "na", "nan"])


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Log:
    """A log in order: the steps of all sequences, one sequence after the other.

    `rows` [M] numbers the rows of the table (from 0) that the steps stand in, `lines` the lines (or rows,
    as `unit` says) of the file that these begin in; `starts` [N + 1] where each sequence begins; `labels` its
    name. `inputs` and `outputs` give for each column how it is read, `codes` for each of them, inputs first,
    the whole numbers [M], and `missing` whether there is none. `notes` are sentences to be said aloud.
    """

    source: str
    rows: Ints
    lines: Ints
    starts: Ints
    labels: tuple[str, ...]
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    codes: tuple[Ints, ...]
    missing: tuple[NDArray[np.bool_], ...]
    notes: tuple[str, ...]
    unit: str = "line"

    def label(self, row: int) -> str:
        """A sequence as messages name it."""
        return f"sequence {shown(self.labels[row])}"

    def sequences(self, *, check: bool = True) -> Sequences:
        """The log as sequences; without columns of outputs all targets are 0.

        With `check`, contradictions are looked for (`Sequences.clash`). Raises InputError where an input is
        missing, or a target in some streams alone.
        """
        lengths = np.diff(self.starts)
        steps = int(lengths.max(initial=0))
        widths = max(1, len(self.inputs)), max(1, len(self.outputs))
        cells = len(lengths) * steps * max(widths)
        if cells > MOST_VALUES:
            raise InputError(
                f"{self.source}: {self.label(int(lengths.argmax()))} has {steps:,} steps, and with all "
                f"{len(lengths):,} sequences padded to that length there are {cells:,} values; expected "
                f"{MOST_VALUES:,} at most, so cut the longest up"
            )
        mask = np.arange(steps) < lengths[:, None]
        sides = [np.zeros((*mask.shape, width), dtype=np.int64) for width in widths]
        for stream, codes in enumerate(self.codes):
            side, place = (0, stream) if stream < len(self.inputs) else (1, stream - len(self.inputs))
            sides[side][mask, place] = codes
        for column, lacks in zip(self.inputs, self.missing, strict=False):
            if lacks.any():
                line = int(self.lines[lacks].min())
                raise InputError(
                    f"{self.source}: input column {shown(column.name)} has no value in {self.unit} {line} "
                    f"({int(lacks.sum()):,} are missing); expected a number in each, or read it as text "
                    "with --text"
                )
        silent = self._silent(mask)
        inputs = tuple(column.symbols for column in self.inputs) or (None,)
        outputs = tuple(column.symbols for column in self.outputs) or (None,)
        sequences = Sequences(sides[0], sides[1], lengths, inputs, outputs, silent)
        return validated(self.source, sequences, self.label) if check else sequences

    def _silent(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
        """[N, T]: True at steps without a target, None where each has one."""
        lacking = self.missing[len(self.inputs) :]
        if not lacking or not any(one.any() for one in lacking):
            return None
        every, some = np.logical_and.reduce(lacking), np.logical_or.reduce(lacking)
        partly = some & ~every
        if partly.any():
            line = int(self.lines[partly].min())
            at = int(np.flatnonzero(partly & (self.lines == line))[0])
            stream = next(k for k, one in enumerate(lacking) if one[at])
            raise InputError(
                f"{self.source}: output column {shown(self.outputs[stream].name)} has no value in "
                f"{self.unit} {line}, "
                "though others have; expected a value in each output column of a row, or in none"
            )
        if every.all():
            raise InputError(f"{self.source}: every output is missing; expected a value in one row at least")
        silent = np.zeros(mask.shape, dtype=bool)
        silent[mask] = every
        return silent


def read_log(table: Table, said: Said) -> Log:
    """Read a table with a row an event, whose columns hold what is said.

    Rows may come in any order. Names of sequences are text, so that 1 and 01 are two; without a column of
    them the table is one sequence. Rows of a sequence that have the same order keep that of the file.
    Raises InputError, one sentence, where a column is missing or cannot be read.
    """
    source, header = table.name, table.header
    wanted = [
        ("--sequence", said.sequence),
        ("--order", said.order),
        ("--lifecycle", said.lifecycle),
        ("--reset", said.reset),
        *(("--input", name) for name in said.inputs),
        *(("--output", name) for name in said.outputs),
    ]
    places = [place_of(source, header, name, option) if name is not None else -1 for option, name in wanted]
    for name in said.text:
        place_of(source, header, name, "--text")
    sorted_by = places[1] if said.order is not None and said.time_format is None else None
    found = table.columns([place for place in places if place >= 0], sorted_by)
    if not len(found.lines):
        raise InputError(f"{source}: has a header and no rows; expected a row for each step")
    columns = zip(found.codes, found.cells, strict=True)
    nothing = np.zeros(len(found.lines), dtype=np.int64), [""]
    coded, cells = zip(*(next(columns) if place >= 0 else nothing for place in places), strict=True)
    return _ordered(table, said, found, coded, cells)


def _ordered(
    table: Table, said: Said, found: Coded, coded: Sequence[Ints], cells: Sequence[list[str]]
) -> Log:
    """The log of the rows' cells, as numbers of the cells that occur."""
    source, notes, lines = table.name, list(table.notes), found.lines
    sequence, marks, resets = coded[0], coded[2], coded[3]
    rank = np.zeros(len(lines), dtype=np.int64)
    if found.order is not None:
        rank = found.order
    elif said.order is not None:
        order = order_of(source, said.order, cells[1], said.time_format)
        notes += order.notes
        keys = [order.keys[cell] for cell in cells[1]]
        place = {key: number for number, key in enumerate(sorted(set(keys)))}
        rank = np.array([place[key] for key in keys], dtype=np.int64)[coded[1]]
    kept = _sorted(sequence, rank)
    if said.order is not None:
        same = (np.diff(sequence[kept]) == 0) & (np.diff(rank[kept]) == 0)
        if said.lifecycle is None and same.any():
            first = int(lines[kept[int(same.argmax()) + 1]])
            notes.append(
                f"{int(same.sum()):,} rows have the same {shown(said.order)} as the one before them in "
                "their sequence "
                f"(the first in {table.unit} {first}); they stay in the order of the file."
            )
    if said.lifecycle is not None:
        kept, told = _paired(source, said, kept, sequence, marks, cells[2], coded[4 : 4 + len(said.inputs)])
        notes += told
    begins = np.ones(len(kept), dtype=bool)
    begins[1:] = np.diff(sequence[kept]) != 0
    labels = [cells[0][code] if said.sequence is not None else "" for code in sequence[kept][begins]]
    if said.reset is not None:
        begins, labels = _reset(source, said.reset, cells, kept, sequence, resets, begins)
        notes.append(
            f"Column {shown(said.reset)} marks resets: there are {len(labels):,} sequences with them."
        )
    starts = np.append(np.flatnonzero(begins), len(kept))
    columns, values, missing = [], [], []
    for number, name in enumerate((*said.inputs, *said.outputs)):
        column = _column(table, said, name, cells[4 + number], number >= len(said.inputs))
        notes += column.notes
        read = [column.values[cell] for cell in cells[4 + number]]
        lacks = np.array([value is None for value in read])
        values.append(np.array([value or 0 for value in read], dtype=np.int64)[coded[4 + number]][kept])
        missing.append(lacks[coded[4 + number]][kept])
        columns.append(column)
    split = len(said.inputs)
    return Log(
        source,
        kept,
        lines[kept],
        starts,
        tuple(labels),
        tuple(columns[:split]),
        tuple(columns[split:]),
        tuple(values),
        tuple(missing),
        tuple(notes),
        table.unit,
    )


def _sorted(sequence: Ints, rank: Ints) -> Ints:
    """Rows by sequence, then by rank, then as they stand; logs that are in the order of time need less."""
    if (rank[1:] >= rank[:-1]).all():
        return np.argsort(sequence, kind="stable")
    return np.lexsort((rank, sequence))


def _column(table: Table, said: Said, name: str, cells: Sequence[str], is_output: bool) -> Column:
    return column_of(
        table.name,
        name,
        cells,
        text=name in said.text,
        comma=table.separator != ",",
        step=said.step,
        unit=said.units.get(name),
        is_output=is_output,
        approximate=said.approximate,
    )


def _reset(
    source: str,
    name: str,
    cells: Sequence[list[str]],
    kept: Ints,
    sequence: Ints,
    resets: Ints,
    begins: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], list[str]]:
    """Where sequences begin, those included that begin anew, and their names."""
    marked = np.zeros(len(cells[3]), dtype=bool)
    for number, cell in enumerate(cells[3]):
        word = cell.strip().lower()
        marked[number] = word in MARKS
        if word not in MARKS and word not in NO_MARKS:
            raise InputError(
                f"{source}: the column {shown(name)} that marks resets has {shown(cell)}; expected 1 or "
                "true at a "
                "row where a sequence begins anew, 0, false or nothing elsewhere"
            )
    first = np.flatnonzero(begins)
    begins = begins | marked[resets[kept]]
    labels = []
    for start in np.flatnonzero(begins):
        own = first[np.searchsorted(first, start, side="right") - 1]
        again = int(begins[own : start + 1].sum())
        label = cells[0][sequence[kept[start]]]
        labels.append(label if again == 1 else f"{label} (part {again})")
    return begins, labels


def _paired(
    source: str,
    said: Said,
    kept: Ints,
    sequence: Ints,
    marks: Ints,
    cells: list[str],
    inputs: Sequence[Ints],
) -> tuple[Ints, list[str]]:
    """The rows that are left where a start and the next completion of the same event are one step.

    The step stands where it is completed. Starts that are never completed are left out, completions that were
    never started stay, and both are told, as rows of other marks are, which are left out.
    """
    words = [cell.strip().lower() for cell in cells]
    if START not in words and COMPLETE not in words:
        raise InputError(
            f"{source}: the column {shown(said.lifecycle)} of --lifecycle has "
            f"{listed(map(shown, cells), 4)}; expected "
            f"{START!r} and {COMPLETE!r}"
        )
    left, open_ones = [], dict[tuple[int, ...], int]()
    pairs = alone = others = 0
    for row in kept.tolist():
        word = words[marks[row]]
        event = (int(sequence[row]), *(int(one[row]) for one in inputs))
        if word == START:
            open_ones[event] = open_ones.get(event, 0) + 1
        elif word == COMPLETE:
            left.append(row)
            if open_ones.get(event, 0):
                open_ones[event] -= 1
                pairs += 1
            else:
                alone += 1
        else:
            others += 1
    never = sum(open_ones.values())
    if not left:
        raise InputError(
            f"{source}: no row of {shown(said.lifecycle)} is {COMPLETE!r}; expected a step at least"
        )
    told = [f"{pairs:,} pairs of start and complete are a step each, which stands where it is completed."]
    for count, what in (
        (alone, "completions were never started and stay steps"),
        (never, "starts were never completed and are left out"),
        (others, "rows are neither start nor complete and are left out"),
    ):
        if count:
            told.append(f"{count:,} {what}.")
    return np.array(left, dtype=np.int64), told
