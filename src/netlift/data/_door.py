"""The door: a file as people have it, and what they say of its columns, becomes data to learn from."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from netlift.core._errors import InputError, listed
from netlift.core._paths import is_folder, there
from netlift.core._progress import Progress
from netlift.data._arrays import from_arrays, from_rows
from netlift.data._cells import Column
from netlift.data._eventlog import Log, read_log
from netlift.data._fields import INPUTS, Rows, read_fields, read_numbers
from netlift.data._read import read_sequences
from netlift.data._said import Said
from netlift.data._sequences import Sequences
from netlift.data._source import PACKED, STDIN, opened, suffix_of
from netlift.data._table import Table, json_object, nobody, table
from netlift.data._words import ENDINGS, is_words, read_words

JSON_LINES = (".jsonl", ".ndjson")
TABLES = (".csv", ".tsv", ".psv", ".txt", ".tab", ".parquet", ".arrow", ".feather", ".xlsx", ".xes")
DOOR = (*JSON_LINES, *TABLES, *ENDINGS[1:], ".json", ".npz")
_DECIMAL = re.compile(r"\d\.\d|\d[eE]-?\d")
_NUMBERS = (".csv", ".tsv", ".txt", "")  # endings of files that may be a row of numbers and no table
_LOOKED = 1 << 16
_LOGGED = 1_000_000  # rows of which the log tells first
_LONGEST_NAME = 255  # characters of a name that others are near to


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Data:
    """What came through the door.

    `kind` is "answers" (`sequences` with inputs and targets), "events" (`sequences` whose targets mean
    nothing) or "row" (`row`, numbers that follow each other). `whole` are the sequences that `sequences` were
    drawn from, where they are not all. `inputs` and `outputs` tell how each stream
    was read, as far as that is known; `notes` are sentences to be said aloud; `said` is what the columns
    were taken for. `noise` says which share of labels may be wrong: "auto", "none" or a number.
    """

    kind: str
    said: Said
    sequences: Sequences | None = None
    row: tuple[int, ...] = ()
    inputs: tuple[Column, ...] = ()
    outputs: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ()
    noise: str | float = "auto"
    whole: Sequences | None = None

    def as_sequences(self) -> Sequences:
        """The sequences; of one row, that from each number to the next."""
        if self.sequences is not None:
            return self.sequences
        return from_arrays([list(self.row[:-1])], [list(self.row[1:])])


def read_data(
    name: str,
    said: Said | None = None,
    *,
    contradictions: bool = False,
    told: Callable[[int], None] = nobody,
) -> Data:
    """Read a file, packed or not, or standard input (`-`), whose columns or fields hold what is said.

    Tables (CSV with any separator, Parquet, Arrow, Excel, JSON lines with a record each) have a row an
    event; JSON lines may hold a sequence each, in lists; `[1, 1, 2, 3]` is a row of numbers; .npz holds
    arrays. Where nothing is said, the columns have netlift's own names. Raises InputError, one sentence,
    where the file cannot be used, and where rows contradict each other, unless `contradictions` are taken
    (`Sequences.clash` then names two). `told` hears of the number of rows of a table, now and then.
    """
    data = _data(name, said or Said(), told)
    if data.sequences is not None and not contradictions:
        data.sequences.consistent()
    return data


def _data(name: str, said: Said, told: Callable[[int], None]) -> Data:
    form = form_of(name, said)
    if form == "npz":
        return _own(name, said)
    if form == "row":
        with opened(name, said.encoding) as source:
            found = read_numbers(source, said)
        if found is None:
            raise InputError(f"{name}: is no row of numbers; expected one such as [1, 1, 2, 3, 5]")
        numbers, column = found
        outputs = (column,) if column.unit != 1 else ()
        return Data("row", said, row=tuple(numbers), outputs=outputs, notes=column.notes)
    if form == "words":
        with opened(name, said.encoding) as source:
            return fields_data(name, read_words(source, said), said)
    if form == "fields":
        return _own(name, said) if _is_plain(name, said) else _from_fields(name, said)
    with table(name, separator=said.separator, encoding=said.encoding, told=told) as opened_table:
        if not said.names_columns:
            own = own_columns(opened_table)
            if own is None:
                raise InputError(
                    f"{name}: has the columns {listed(opened_table.header)}; say which hold what with "
                    "--sequence, "
                    f"--order, --input and --output (`netlift inspect {name}` proposes them)"
                )
            if suffix_of(name) == ".csv" and _is_plain(name, said):
                return _own(name, said)
            said = replace(
                said, sequence=own.sequence, order=own.order, inputs=own.inputs, outputs=own.outputs
            )
        log = read_log(opened_table, said)
    return data_of(log, said)


def existing(source: str) -> None:
    """Raise InputError, with a near name, where a file that is named is not there, or is a folder."""
    if source != STDIN and is_folder(source):
        raise InputError(f"{source}: is a folder; expected a file")
    if source == STDIN or there(source):
        return
    path = Path(source)
    folder = path.parent
    names = sorted(other.name for other in folder.iterdir()) if is_folder(folder) else []
    near = [] if len(path.name) > _LONGEST_NAME else get_close_matches(path.name, names, n=1)
    raise InputError(f"{path}: no such file{f'; did you mean {folder / near[0]}?' if near else '.'}")


def read_file(source: str, said: Said, progress: Progress | None = None) -> Data:
    """The data in a file, or on standard input, contradictions and all; long tables tell how far they are.

    Raises InputError, with a near name where there is no such file.
    """
    existing(source)
    try:
        return read_data(source, said, contradictions=True, told=teller(progress))
    except MemoryError as error:
        raise InputError(f"{source}: is too large for this machine's memory") from error


def teller(progress: Progress | None) -> Callable[[int], None]:
    """Tells how many rows were read: at once where that is shown live, in the log when they have doubled."""
    if progress is None:
        return nobody
    logged = _LOGGED

    def told(rows: int) -> None:
        nonlocal logged
        progress.update(rows=f"{rows:,}")
        if rows >= logged:
            progress.log(f"{rows:,} rows are read")
            logged = 2 * rows

    return told


def data_of(log: Log, said: Said) -> Data:
    """The data that a log is."""
    if not log.inputs and len(log.outputs) == 1 and len(log.labels) == 1 and log.outputs[0].symbols is None:
        if log.missing[0].any():
            raise InputError(f"{log.source}: the row of numbers has gaps; expected a number in each row")
        return Data("row", said, row=tuple(log.codes[0].tolist()), outputs=log.outputs, notes=log.notes)
    kind = "answers" if log.outputs else "events"
    return Data(kind, said, log.sequences(), (), log.inputs, log.outputs, log.notes)


def form_of(name: str, said: Said, *, any_name: bool = False) -> str:
    """What a file is: "npz", "row", "fields" (JSON lines with a sequence each), "words" (text with a
    sequence a line) or "table".

    Raises InputError for a file whose ending is that of none, unless its columns are named, or `any_name`.
    """
    suffix = suffix_of(name)
    if suffix == ".npz":
        return "npz"
    if suffix in (".parquet", ".arrow", ".feather", ".xlsx", ".xes"):
        return "table"
    if name != STDIN and suffix not in DOOR and not (said.names_columns or any_name):
        found = f"the ending {suffix!r}" if suffix else "no ending"
        raise InputError(f"{name}: has {found}; expected a file of one of the formats {', '.join(DOOR)}")
    with opened(name, said.encoding) as source:
        head = source.text.read(_LOOKED)
        first = head.lstrip("\ufeff \t\r\n")[:1]
        if first == "[" and (suffix == ".json" or (name == STDIN and "\n{" not in head)):
            return "row"
        if first != "{":
            if not said.names_columns and suffix in _NUMBERS and len(head) < _LOOKED:
                source.text.seek(0)
                if read_numbers(source, said) is not None:
                    return "row"
            if suffix in ENDINGS and is_words(head) and (not said.names_columns or said.inputs == (INPUTS,)):
                return "words"
            if suffix in JSON_LINES or suffix == ".json":
                return "fields" if suffix in JSON_LINES else "row"
            return "table"
        source.text.seek(0)
        for number, line in enumerate(source.text, 1):
            if line.strip():
                entry = json_object(name, number, line)
                wanted = (*said.inputs, *said.outputs) or tuple(entry)
                records = not any(isinstance(entry.get(field), list) for field in wanted)
                return "table" if records and INPUTS not in entry else "fields"
    return "fields"


def own_columns(opened_table: Table) -> Said | None:
    """What a table's columns are where they have netlift's own names; None where they have not."""
    header = opened_table.header
    kinds = [name if name in ("sequence", "step") else name[:1] for name in header]
    if "sequence" not in kinds or not set(kinds) <= {"sequence", "step", "x", "y"}:
        return None
    return Said(
        sequence="sequence",
        order="step" if "step" in kinds else None,
        inputs=tuple(name for name, kind in zip(header, kinds, strict=True) if kind == "x"),
        outputs=tuple(name for name, kind in zip(header, kinds, strict=True) if kind == "y"),
    )


def _is_plain(name: str, said: Said) -> bool:
    """Whether netlift's own readers take the file: UTF-8, not packed, no decimals, targets, nothing said."""
    if said != Said() or name == STDIN or Path(name).suffix.lower() in PACKED:
        return False
    with opened(name) as source:
        if source.notes:
            return False
        head = source.text.read(_LOOKED)
        if suffix_of(name) in JSON_LINES:
            first = head.lstrip("\ufeff \t\r\n")[:1]
            if first == "[" or ('"targets"' not in head and '"inputs"' in head):
                return False
        source.text.seek(0)
        return not any(_DECIMAL.search(line) for line in source.text)


def _own(name: str, said: Said) -> Data:
    """What netlift's own reader makes of a file."""
    if said.names_columns:
        raise InputError(
            f"{name}: holds arrays, whose names are inputs and targets; found names of columns as well"
        )
    return Data("answers", said, read_sequences(Path(name), contradictions=True))


def _from_fields(name: str, said: Said) -> Data:
    with opened(name, said.encoding) as source:
        rows = read_fields(source, said)
    return fields_data(name, rows, said)


def fields_data(name: str, rows: Rows, said: Said) -> Data:
    """The data that sequences in fields are."""
    label: Callable[[int], str] = rows.label
    targets = rows.targets or [[0] * len(row) for row in rows.steps]
    sequences = from_rows(name, rows.steps, targets, label, rows.starts)
    kind = "answers" if rows.targets else "events"
    return Data(kind, said, sequences, (), rows.inputs, rows.outputs, rows.notes)


def told_data(data: Data, progress: Progress) -> None:
    """Says what was read."""
    progress.stage("data")
    if data.sequences is None:
        progress.log(f"one row of {len(data.row):,} numbers")
    else:
        what = "sequences" if data.kind == "answers" else "sequences of events, without outputs,"
        progress.log(f"{len(data.sequences):,} {what} of up to {data.sequences.inputs.shape[1]:,} steps")
    for note in data.notes:
        progress.log(note)
