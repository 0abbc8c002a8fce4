"""What is in a file: columns, sequences, and what could be made of them."""

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np

from netlift.core._errors import InputError, listed, shown
from netlift.core._progress import Progress
from netlift.data._cells import MOST_PLACES, column_of, number, told
from netlift.data._door import Data, form_of, own_columns, read_data, teller
from netlift.data._eventlog import COMPLETE, MARKS, NO_MARKS, START, Log, read_log
from netlift.data._fields import INPUTS, read_fields
from netlift.data._said import Said
from netlift.data._sequences import Sequences
from netlift.data._source import opened
from netlift.data._table import TOLD, Table, json_object, table
from netlift.data._times import order_of

MOST_DIFFERENT = 100_000  # different cells of a column that are kept
EXAMPLES = 5
MEASURED = "measured numbers"
_SEQUENCES: tuple[str, ...] = (
    "sequence", "sequence_id", "case", "case_id", "case id", "caseid", "case:concept:name", "trace",
    "trace_id", "session", "session_id", "run", "episode", "device", "user", "user_id", "id",
)  # fmt: skip
_ORDERS = (
    "step",
    "time",
    "timestamp",
    "time:timestamp",
    "date",
    "datetime",
    "t",
    "n",
    "index",
    "order",
    "event_time",
    "when",
    "at",
    "position",
)
_INPUTS = ("activity", "event", "action", "input", "inputs", "request", "concept:name", "symbol", "command")
_OUTPUTS = (
    "output",
    "outputs",
    "target",
    "targets",
    "label",
    "answer",
    "response",
    "result",
    "y",
    "class",
    "reply",
)
_LIFECYCLE = ("lifecycle", "lifecycle:transition", "transition")
_RESETS = ("reset", "boot", "restart")
_NAMING = frozenset(["id", "case", "session", "trace", "sequence", "device", "run"])
_TIMING = frozenset(["time", "timestamp", "date", "second", "seconds", "ms", "step", "tick", "index"])
_FORMS = {"row": "one row of numbers", "words": "text with a sequence a line", "npz": "arrays"}
_COMPARED = 10_000  # rows in which names of sequences are looked for
_ALPHABET = 50  # symbols of a column that might be an input


@dataclass(frozen=True)
class Seen:
    """What a column holds: its kind ("number", "time", "text" or "empty"), and facts about its cells."""

    name: str
    kind: str
    cells: int
    missing: int
    different: int
    examples: tuple[str, ...]
    range: tuple[str, str] | None = None
    unit: str | None = None
    notes: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "cells": self.cells,
            "missing": self.missing,
            "different": self.different,
            "examples": list(self.examples),
            "range": None if self.range is None else list(self.range),
            "unit": self.unit,
            "notes": list(self.notes),
        }


@dataclass(frozen=True)
class Inspection:
    """What is in a file, and what would be done with it.

    `form` is what the file is, `columns` what its columns or fields hold, `roles` what they would be taken
    for. `sequences` counts them, `lengths` are the fewest, the median and the most steps. `alphabets` gives
    for each stream the number of different values. `repeated` counts sequences that occur before, whole;
    `contradictions` pairs of a beginning and an answer that another answer contradicts. `problem` is the
    sentence with which the data would be refused, empty where they would not; `command` runs them. `data` are
    what it would read.
    """

    name: str
    form: str
    columns: tuple[Seen, ...] = ()
    roles: Mapping[str, Any] = field(default_factory=dict)
    sequences: int = 0
    lengths: tuple[int, int, int] = (0, 0, 0)
    alphabets: Mapping[str, int] = field(default_factory=dict)
    repeated: int = 0
    prefixes: int = 0
    contradictions: int = 0
    notes: tuple[str, ...] = ()
    problem: str = ""
    would: str = ""
    command: str = ""
    data: Data | None = field(default=None, repr=False, compare=False)

    def facts(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "file": self.name,
            "form": self.form,
            "columns": [one.facts() for one in self.columns],
            "roles": dict(self.roles),
            "sequences": self.sequences,
            "lengths": dict(zip(("fewest", "median", "most"), self.lengths, strict=True)),
            "alphabets": dict(self.alphabets),
            "repeated_sequences": self.repeated,
            "repeated_prefixes": self.prefixes,
            "contradictions": self.contradictions,
            "notes": list(self.notes),
            "problem": self.problem,
            "would": self.would,
            "command": self.command,
        }


def inspect_file(name: str, said: Said | None = None, progress: Progress | None = None) -> Inspection:
    """Look at a file, with what is said of it; what is not said is proposed. Long tables tell their progress.

    Raises InputError where the file cannot be read at all. Data that would be refused are told in `problem`.
    """
    said = said or Said()
    form = form_of(name, said, any_name=True)
    if form == "table":
        return _of_table(name, said, teller(progress))
    if form == "fields":
        return _of_fields(name, said)
    found = Inspection(name, _FORMS[form], command=_command(name, Said()))
    try:
        data = read_data(name, said, contradictions=True)
    except InputError as error:
        return replace(found, problem=str(error), command="")
    if data.sequences is None:
        least, most = min(data.row), max(data.row)
        would = "look for the recurrence that gives each number from those before it"
        return replace(
            found,
            sequences=1,
            lengths=(len(data.row),) * 3,
            notes=(f"{len(data.row):,} numbers from {least} to {most}.",),
            would=would,
        )
    return _counted(found, data, [])


def _of_table(name: str, said: Said, told_rows: Callable[[int], None]) -> Inspection:
    with table(name, separator=said.separator, encoding=said.encoding, told=told_rows) as opened_table:
        columns = tuple(_seen(opened_table, said))
        proposed = _proposed(opened_table, columns, said)
        command = _command(name, proposed)
        found = Inspection(name, "a table with a row a step", columns, _roles(proposed), command=command)
        try:
            log = read_log(opened_table, proposed)
            sequences = log.sequences(check=False)
        except InputError as error:
            return replace(found, notes=opened_table.notes, problem=str(error))
    kind = "answers" if log.outputs else "events"
    data = Data(kind, proposed, sequences, (), log.inputs, log.outputs, log.notes)
    names = [one.name for one in (*log.inputs, *log.outputs)]
    return _judged(_counted(found, data, names), data, log)


def _judged(found: Inspection, data: Data, log: Log) -> Inspection:
    try:
        return replace(found, data=replace(data, sequences=log.sequences()))
    except InputError as error:
        return replace(found, problem=str(error))


def _of_fields(name: str, said: Said) -> Inspection:
    counts: dict[str, Counter[str]] = {}
    lengths: dict[str, list[int]] = {}
    lines = 0
    with opened(name, said.encoding) as source:
        for number_of, line in enumerate(source.text, 1):
            if not line.strip():
                continue
            lines += 1
            for key, value in json_object(name, number_of, line, INPUTS).items():
                kind = "lists" if isinstance(value, list) else type(value).__name__
                counts.setdefault(key, Counter())[kind] += 1
                if isinstance(value, list):
                    lengths.setdefault(key, []).append(len(value))
    columns = tuple(
        Seen(key, " and ".join(kinds), lines, lines - kinds.total(), 0, ()) for key, kinds in counts.items()
    )
    lists = [key for key, kinds in counts.items() if kinds["lists"] == lines]
    proposed = said
    if not said.names_columns and INPUTS not in lists and lists:
        outputs = [key for key in lists if key.lower() in _OUTPUTS][:1]
        inputs = [key for key in lists if key not in outputs and key.lower() in _INPUTS][:1]
        inputs = inputs or [key for key in lists if key not in outputs][:1]
        beside = [key for key in lists for one in inputs if key != one and lengths[key] == lengths[one]]
        outputs = outputs or beside[-1:]
        proposed = replace(said, inputs=tuple(inputs), outputs=tuple(outputs))
    found = Inspection(
        name, "JSON lines with a sequence each", columns, _roles(proposed), command=_command(name, proposed)
    )
    try:
        data = read_data(name, proposed, contradictions=True)
    except InputError as error:
        return _refused(replace(found, problem=str(error)), proposed)
    titles = [one.name for one in (*data.inputs, *data.outputs)]
    return _counted(found, data, titles)


def _refused(found: Inspection, said: Said) -> Inspection:
    """The inspection of sequences that would be refused, with what can be counted all the same."""
    try:
        with opened(found.name, said.encoding) as source:
            rows = read_fields(source, said)
    except InputError:
        return found
    lengths = sorted(map(len, rows.steps))
    targets = rows.targets or [[None] * len(row) for row in rows.steps]
    prefixes, contradictions = _prefixes(zip(rows.steps, targets, strict=True))
    return replace(
        found,
        sequences=len(lengths),
        lengths=(lengths[0], lengths[len(lengths) // 2], lengths[-1]),
        repeated=len(lengths) - len(set(map(repr, rows.steps))),
        prefixes=prefixes,
        contradictions=contradictions,
        notes=rows.notes,
    )


def _counted(found: Inspection, data: Data, names: Sequence[str]) -> Inspection:
    """The inspection with figures about the sequences."""
    sequences = data.as_sequences()
    lengths = np.sort(sequences.lengths)
    prefixes, contradictions = _prefixes(_steps_of(sequences, data.kind == "answers"))
    if data.kind == "events":
        would = "learn from the events alone which may come next, and where a sequence may end"
    elif not data.inputs and data.said.names_columns:
        would = "look for the recurrence that gives each number from those before it"
    else:
        would = "train networks on the sequences, open them, and print the program inside"
    return replace(
        found,
        sequences=len(sequences),
        lengths=(int(lengths[0]), int(np.median(lengths)), int(lengths[-1])),
        alphabets=_alphabets(
            sequences, names, data.kind == "answers", inputs=bool(data.inputs) or len(names) != 1
        ),
        repeated=len(sequences) - len(sequences.distinct()[0]),
        prefixes=prefixes,
        contradictions=contradictions,
        notes=data.notes,
        would=would,
        data=data,
    )


def _alphabets(
    sequences: Sequences, names: Sequence[str], answers: bool, *, inputs: bool = True
) -> dict[str, int]:
    """The number of different values of each stream; a row of numbers has no inputs."""
    sides = [("input", sequences.inputs, sequences.mask)] if inputs else []
    if answers:
        sides.append(("output", sequences.targets, sequences.labelled))
    counts = []
    for side, values, mask in sides:
        counts += [
            (f"{side} {stream + 1}", len(np.unique(values[..., stream][mask])))
            for stream in range(values.shape[2])
        ]
    if len(names) == len(counts):
        return {name: count for name, (_, count) in zip(names, counts, strict=True)}
    return dict(counts)


def _prefixes(rows: Iterable[tuple[Sequence[Any], Sequence[Any]]]) -> tuple[int, int]:
    """Steps whose inputs so far occurred before, and those of them with another answer than the first time.

    A row has its steps, and their answers, None where there is none.
    """
    known: dict[int, Any] = {}
    repeated = contradictions = 0
    nodes: dict[tuple[int, str], int] = {}
    for steps, answers in rows:
        node = 0
        for step, answer in zip(steps, answers, strict=False):
            edge = (node, repr(step))
            repeated += edge in nodes
            node = nodes.setdefault(edge, len(nodes) + 1)
            if answer is not None:
                contradictions += known.setdefault(node, answer) != answer
    return repeated, contradictions


def _steps_of(sequences: Sequences, answers: bool) -> Iterator[tuple[list[Any], list[Any]]]:
    """The rows of sequences, for `_prefixes`."""
    for row, length in enumerate(sequences.lengths.tolist()):
        steps, targets = sequences.inputs[row, :length].tolist(), sequences.targets[row, :length].tolist()
        given = sequences.labelled[row, :length].tolist()
        yield steps, [one if there and answers else None for one, there in zip(targets, given, strict=True)]


def _seen(opened_table: Table, said: Said) -> Iterator[Seen]:
    """What each column of a table holds."""
    counts: list[Counter[str]] = [Counter() for _ in opened_table.header]
    full = [False] * len(counts)
    rows = 0
    for _, fields in opened_table.rows():
        rows += 1
        if rows % TOLD == 0:
            opened_table.told(rows)
        for place, (counter, cell) in enumerate(zip(counts, fields, strict=True)):
            if cell in counter or len(counter) < MOST_DIFFERENT:
                counter[cell] += 1
            else:
                full[place] = True
    for place, (name, counter) in enumerate(zip(opened_table.header, counts, strict=True)):
        missing = counter[""]
        cells = [cell for cell in counter if cell]
        examples = tuple(cell for cell, _ in counter.most_common(EXAMPLES + 1) if cell)[:EXAMPLES]
        kind, span, unit, notes = _kind(opened_table, name, cells, said)
        if full[place]:
            notes = (*notes, f"Only the first {MOST_DIFFERENT:,} different cells were looked at.")
        yield Seen(name, kind, rows, missing, len(cells), examples, span, unit, notes)


def _kind(
    opened_table: Table, name: str, cells: list[str], said: Said
) -> tuple[str, tuple[str, str] | None, str | None, tuple[str, ...]]:
    """The kind of a column, its range, its unit, and what is to be said of it."""
    comma = opened_table.separator != ","
    if not cells:
        return "empty", None, None, ()
    numbers = [value for cell in cells if (value := number(cell, comma)) is not None]
    try:
        column = column_of(
            opened_table.name,
            name,
            cells,
            text=name in said.text,
            comma=comma,
            step=said.step,
            approximate=said.approximate,
        )
    except InputError as error:
        if not numbers:
            return "text", None, None, (str(error),)
        low, high = min(numbers), max(numbers)
        return MEASURED, (f"{float(low):.6g}", f"{float(high):.6g}"), None, (str(error),)
    if column.kind == "number":
        span = None
        if numbers:
            low, high = min(numbers), max(numbers)
            span = (column.told(int(low / column.unit)), column.told(int(high / column.unit)))
        unit = None if column.unit == 1 else column.told(1)
        return "number", span, unit, column.notes
    try:
        order = order_of(opened_table.name, name, cells, said.time_format)
    except InputError:
        return "text", None, None, column.notes
    first, last = min(order.keys, key=order.keys.__getitem__), max(order.keys, key=order.keys.__getitem__)
    return "time", (first, last), None, order.notes


def _proposed(opened_table: Table, columns: Sequence[Seen], said: Said) -> Said:
    """What is said, and a proposal for what is not."""
    own = own_columns(opened_table)
    if own is not None and not said.names_columns:
        return replace(said, sequence=own.sequence, order=own.order, inputs=own.inputs, outputs=own.outputs)
    by_name = {one.name: one for one in columns}
    taken = {one for one in (said.sequence, said.order, said.lifecycle, said.reset) if one}
    taken |= {*said.inputs, *said.outputs}
    free = [one for one in columns if one.name not in taken and one.different > 0]

    def named(names: Sequence[str], among: Sequence[Seen]) -> str | None:
        order = {name: place for place, name in enumerate(names)}
        near = [one for one in among if one.name.lower() in order]
        return min(near, key=lambda one: order[one.name.lower()]).name if near else None

    repeated = [one for one in free if one.different < one.cells]
    sequence = said.sequence or named(_SEQUENCES, repeated) or _worded(_NAMING, repeated)
    free = [one for one in free if one.name != sequence]
    lifecycle = said.lifecycle or named(_LIFECYCLE, free)
    lifecycle = lifecycle or next((one.name for one in free if _pairs(one)), None)
    reset = said.reset or named(_RESETS, [one for one in free if _marks(one)])
    free = [one for one in free if one.name not in (lifecycle, reset)]
    order = said.order or named(_ORDERS, [one for one in free if one.kind in ("time", "number")])
    order = order or next((one.name for one in free if one.kind == "time"), None)
    order = order or _worded(_TIMING, [one for one in free if one.kind == "number"])
    free = [one for one in free if one.name != order and one.kind != "time"]
    if order is None and sequence in by_name:
        before = free[:-1] if len(free) > 2 else []  # an output that counts steps is likely to stand last
        order = _counting(opened_table, sequence, [one.name for one in before if one.kind == "number"])
        free = [one for one in free if one.name != order]
    if sequence is None and order is not None and lifecycle is None:
        sequence = _telling_apart(opened_table, order, [one for one in free[:-1] if one in repeated])
        free = [one for one in free if one.name != sequence]
    outputs = said.outputs
    if not outputs and not said.inputs and sequence is None and len(free) == 1 and free[0].kind == "number":
        outputs, free = (free[0].name,), []  # one row of numbers
    if not outputs and not said.inputs:
        likely = named(_OUTPUTS, free)
        rest = [one for one in free if one.name.lower() not in _INPUTS]
        rest = [one for one in rest if _varies(one) and not _numbers_rows(one)] or rest
        last = rest[-1].name if len(free) > 1 and rest else None
        outputs = tuple(one for one in (likely or last,) if one is not None)
    inputs = said.inputs
    if not inputs:
        left = [one for one in free if one.name not in outputs]
        likely = named(_INPUTS, left)
        small = [one for one in left if one.kind in ("number", MEASURED) or one.different <= _ALPHABET]
        small = [one for one in small if one.different > 1 or one.missing] or small
        inputs = (likely,) if likely is not None else tuple(one.name for one in small)
    assert set(inputs) <= set(by_name) or said.inputs
    step = said.step
    measured = [one.range for one in columns if one.kind == MEASURED and one.name in (*inputs, *outputs)]
    if measured and step is None:
        step = min(_step(*ends) for ends in measured if ends is not None)
    return replace(
        said,
        step=step,
        sequence=sequence,
        order=order,
        inputs=inputs,
        outputs=outputs,
        lifecycle=lifecycle,
        reset=reset,
    )


def _varies(one: Seen) -> bool:
    """Whether a column may be what is answered: neither the same everywhere nor free text."""
    return one.different > 1 and (one.kind in ("number", MEASURED) or one.different <= _ALPHABET)


def _marks(one: Seen) -> bool:
    """Whether a column may mark rows at which a sequence begins anew."""
    cells = {cell.strip().lower() for cell in one.examples}
    return one.different <= 2 or (one.different <= EXAMPLES and cells <= MARKS | NO_MARKS)


def _numbers_rows(one: Seen) -> bool:
    """Whether a column numbers the rows of the table, in whatever order."""
    if one.kind != "number" or one.unit is not None or one.range is None:
        return False
    least, most = map(Fraction, one.range)
    return one.different == one.cells == most - least + 1


def _counting(opened_table: Table, sequence: str, among: Sequence[str]) -> str | None:
    """The first column of numbers that counts the rows of each sequence, in whatever order they stand.

    A sequence of one row is counted by whatever stands there, so that more of them have to be longer.
    """
    place = {name: number for number, name in enumerate(opened_table.header)}
    rows = [fields for _, fields in islice(opened_table.rows(), _COMPARED)]
    whole = len(rows) < _COMPARED  # the rest of a sequence may stand further down
    for name in among if whole else ():
        counted: dict[str, list[int]] = {}
        for fields in rows:
            value = number(fields[place[name]])
            if value is None or value.denominator != 1:
                break
            counted.setdefault(fields[place[sequence]], []).append(int(value))
        else:
            steps = [sorted(one) for one in counted.values()]
            if all(one == list(range(one[0], one[0] + len(one))) for one in steps) and 2 * sum(
                len(one) > 1 for one in steps
            ) > len(steps):
                return name
    return None


def _pairs(one: Seen) -> bool:
    """Whether a column tells starts from completions."""
    marks = {cell.strip().lower() for cell in one.examples}
    return one.different <= EXAMPLES and {START, COMPLETE} <= marks


def _telling_apart(opened_table: Table, order: str, among: Sequence[Seen]) -> str | None:
    """The first column that tells rows of the same order apart: what names sequences does."""
    place = {name: number for number, name in enumerate(opened_table.header)}
    rows = [fields for _, fields in islice(opened_table.rows(), _COMPARED)]
    if len({fields[place[order]] for fields in rows}) == len(rows):
        return None
    for one in among:
        if len({(fields[place[one.name]], fields[place[order]]) for fields in rows}) == len(rows):
            return one.name
    return None


def _step(least: str, most: str) -> Fraction:
    """A step for numbers measured from `least` to `most`: the power of ten that is a hundredth of that, or
    less."""
    spread = Fraction(most) - Fraction(least)
    step = Fraction(1)
    while step > spread / 100 and step > Fraction(1, 10**MOST_PLACES):
        step /= 10
    while step * 1000 < spread:
        step *= 10
    return step


def _worded(words: frozenset[str], among: Sequence[Seen]) -> str | None:
    """The first column whose name has one of the words in it."""
    return next((one.name for one in among if words & set(re.split(r"[^a-z0-9]+", one.name.lower()))), None)


def _roles(said: Said) -> dict[str, Any]:
    roles: dict[str, Any] = {
        "sequence": said.sequence,
        "order": said.order,
        "inputs": list(said.inputs),
        "outputs": list(said.outputs),
        "lifecycle": said.lifecycle,
        "reset": said.reset,
    }
    return {name: value for name, value in roles.items() if value}


def _command(name: str, said: Said) -> str:
    """The command line that distils the file."""
    words = ["netlift", "distill", name]
    options = (
        ("--sequence", said.sequence),
        ("--order", said.order),
        ("--time-format", said.time_format),
        ("--lifecycle", said.lifecycle),
        ("--reset", said.reset),
        ("--input", ",".join(one.replace(",", "\\,") for one in said.inputs)),
        ("--output", ",".join(one.replace(",", "\\,") for one in said.outputs)),
        ("--text", ",".join(one.replace(",", "\\,") for one in said.text)),
        ("--step", None if said.step is None else told(said.step)),
        ("--separator", said.separator),
        ("--encoding", said.encoding),
    )
    for option, value in options:
        if value:
            words += [option, value]
    words += ["--approximate"] * said.approximate
    return shlex.join(words)


def told_lines(found: Inspection) -> list[str]:
    """The inspection as lines of text."""
    lines = [f"{found.name}: {found.form}"]
    roles = {name: role for role, names in found.roles.items() for name in _listed_names(names)}
    for one in found.columns:
        parts = [one.kind]
        if one.range is not None:
            parts.append(f"{one.range[0]} to {one.range[1]}")
        if one.unit is not None:
            parts.append(f"in steps of {one.unit}")
        if one.different:
            parts.append(f"{one.different:,} different")
        if one.kind == "text":
            parts.append(listed(map(shown, one.examples)))
        if one.missing:
            parts.append(f"{one.missing:,} of {one.cells:,} missing")
        role = f" [{roles[one.name].removesuffix('s')}]" if one.name in roles else ""
        lines.append(f"  {one.name}{role}: {', '.join(parts)}")
        lines += [f"    {note}" for note in one.notes]
    if found.sequences and (found.columns or found.alphabets):
        few, median, most = found.lengths
        steps = f"{few:,}" if few == most else f"{few:,} to {most:,} (half of them at most {median:,})"
        lines.append(
            f"{found.sequences:,} sequences of {steps} steps; {found.repeated:,} occur before, whole."
        )
        lines.append(
            f"{found.prefixes:,} steps repeat a beginning that occurred before; {found.contradictions:,} "
            "of them "
            "with another answer."
        )
    if found.alphabets:
        lines.append(
            f"Different values: {listed(f'{name} {count:,}' for name, count in found.alphabets.items())}."
        )
    said_already = {note for one in found.columns for note in one.notes}
    lines += [note for note in found.notes if note not in said_already]
    if found.problem:
        lines.append(f"netlift distill would refuse it: {found.problem}")
    elif found.would:
        lines.append(f"netlift distill would {found.would}.")
    if found.command:
        lines += ["This runs it:" if not found.problem else "Nearest command:", f"  {found.command}"]
    return lines


def _listed_names(names: Any) -> list[str]:
    return list(names) if isinstance(names, list) else [str(names)]
