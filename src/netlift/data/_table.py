"""Tables: a header and rows of text cells, from separated text, JSON records, XES, Parquet, Arrow or "
"Excel."""

import csv
import io
import json
import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import IO, Any

from netlift.core._errors import InputError, listed, shown
from netlift.data._coded import Coded, ints_of
from netlift.data._lines import Rows, numbered_rows
from netlift.data._quick import quick_columns
from netlift.data._source import Source, bytes_of, opened, suffix_of
from netlift.data._xes import events

SEPARATORS = (",", ";", "\t", "|")
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LOOKED = 1 << 16  # characters from which the separator is found
_ROWS = 200  # of them
_UNNAMED_INDEX = re.compile(r"__index_level_[0-9]+__")  # what pandas writes of an index without a name
_SAID = re.compile(r"\ufeff?sep=([^\r\n])\r?\n", re.IGNORECASE)
TOLD = 1 << 18  # rows after which it is told how many there are
_LIBRARIES = {".parquet": "pyarrow", ".arrow": "pyarrow", ".feather": "pyarrow", ".xlsx": "openpyxl"}


def nobody(_: int) -> None:
    """Hears of the rows that were read, and tells nobody."""


@dataclass(frozen=True)
class Table:
    """A table that can be read more than once.

    `rows()` gives each row with the line, or row, of the file that it begins in; every row has as many cells
    as the header. `separator` is the one of separated text, a comma elsewhere; `unit` what the number of a
    row counts, "line" or "row". `coded(places, order)`, where there is one, gives columns at once, without
    rows, or None where it cannot; `held(place)` a column's values as a Python program has them; `told` hears
    of the number of rows that were read, now and then.
    """

    name: str
    header: tuple[str, ...]
    rows: Callable[[], Rows]
    notes: tuple[str, ...] = ()
    separator: str = ","
    unit: str = "line"
    coded: Callable[[Sequence[int], int | None], Coded | None] | None = None
    held: Callable[[int], list[Any]] | None = None
    told: Callable[[int], None] = nobody

    def columns(self, places: Sequence[int], order: int | None = None) -> Coded:
        """Columns as numbers, from the first row to the last; `order` is the one that rows are sorted by."""
        found = self.coded(places, order) if self.coded is not None and places else None
        if found is not None:
            return found
        texts: list[dict[str, int]] = [{} for _ in places]
        codes = [array("q") for _ in places]
        lines = array("q")
        active = [
            (place, known, known.setdefault, column.append)
            for place, known, column in zip(places, texts, codes, strict=True)
        ]
        for row, (line, fields) in enumerate(self.rows()):
            lines.append(line)
            for place, known, code, keep in active:
                keep(code(fields[place], len(known)))
            if row % TOLD == TOLD - 1:
                self.told(row + 1)
        return Coded(ints_of(lines), list(map(ints_of, codes)), list(map(list, texts)))


@contextmanager
def table(
    name: str,
    *,
    separator: str | None = None,
    encoding: str | None = None,
    told: Callable[[int], None] = nobody,
) -> Iterator[Table]:
    """Open a table, whatever its format; rows are read in a stream.

    The separator is found where it is not said. Raises InputError where it is no table.
    """
    library = _LIBRARIES.get(suffix_of(name))
    if library is not None:
        with bytes_of(name) as raw:
            yield replace(_foreign(name, raw, library), told=told)
        return
    if suffix_of(name) == ".xes":
        with bytes_of(name) as raw:
            yield replace(_of_entries(name, lambda: events(name, raw), ()), told=told)
        return
    with opened(name, encoding) as source:
        head = source.text.read(_LOOKED)
        if head.lstrip("\ufeff \t\r\n")[:1] == "{":
            yield replace(_records(source), told=told)
        else:
            yield _separated(source, head, separator, told)


def _separated(source: Source, head: str, separator: str | None, told: Callable[[int], None]) -> Table:
    whole = len(head) < _LOOKED
    said = _SAID.match(head)  # as Excel writes it
    if said is not None:
        separator, head = separator or said[1], head[said.end() :]
    if not head.strip():
        raise InputError(f"{source.name}: is empty; expected a table with the names of the columns first")
    chosen = separator or _separator(head, whole)
    notes = source.notes
    if separator is None and chosen != ",":
        notes = (*notes, f"The columns are separated by {NAMES[chosen]}.")

    def lines() -> Rows:
        source.text.seek(0)
        if said is not None:
            source.text.readline()
        yield from numbered_rows(source.name, source.text, chosen, int(said is not None))

    first = next(lines(), (1, [""]))[1]
    header = tuple(name.strip() for name in first)
    checked_header(source.name, header)

    def rows() -> Rows:
        every = lines()
        next(every, None)
        for number, fields in every:
            if len(fields) == 1 and len(header) > 1 and not fields[0].strip():
                continue  # a line of spaces
            if len(fields) != len(header):
                raise InputError(
                    f"{source.name}: line {number} has {len(fields)} fields; expected {len(header)}, as in "
                    "the "
                    "header"
                )
            yield number, fields

    def coded(places: Sequence[int], order: int | None) -> Coded | None:
        if said is not None or source.encoding not in ("utf-8", "utf-8-sig"):
            return None
        return quick_columns(source.raw, len(header), chosen, places, order, told)

    return Table(source.name, header, rows, notes, chosen, coded=coded, told=told)


def _separator(head: str, whole: bool) -> str:
    """The separator that gives most rows as many fields as the header, two at least; else a comma."""
    best, chosen = (0.0, 0), ","
    for separator in SEPARATORS:
        rows: list[list[str]] = []
        try:
            for fields in csv.reader(io.StringIO(head, newline=""), delimiter=separator):
                rows.append(fields)
                if len(rows) > _ROWS:
                    break
        except csv.Error:
            continue
        rows = [fields for fields in (rows if whole or len(rows) > _ROWS else rows[:-1]) if fields]
        if not rows or len(rows[0]) < 2:
            continue
        alike = sum(len(fields) == len(rows[0]) for fields in rows) / len(rows)
        if (alike, len(rows[0])) > best:
            best, chosen = (alike, len(rows[0])), separator
    return chosen


def checked_header(name: str, header: tuple[str, ...]) -> tuple[str, ...]:
    """The header itself. Raises InputError where it names nothing, or two columns alike."""
    if not any(header):
        raise InputError(f"{name}: its first line is empty; expected the names of the columns")
    repeated = next((one for place, one in enumerate(header) if one in header[:place]), None)
    if repeated:
        raise InputError(f"{name}: has two columns {shown(repeated)}; expected different names")
    return header


def _records(source: Source) -> Table:
    """Lines of JSON objects, a row each."""

    def objects() -> Iterator[tuple[int, dict[str, Any]]]:
        source.text.seek(0)
        for number, line in enumerate(source.text, 1):
            if line.strip():
                yield number, json_object(source.name, number, line)

    return _of_entries(source.name, objects, source.notes)


def _of_entries(
    name: str, entries: Callable[[], Iterator[tuple[int, Mapping[str, Any]]]], notes: tuple[str, ...]
) -> Table:
    """A table of entries with names; the header has every name that occurs."""
    header: dict[str, None] = {}
    for _, entry in entries():
        header |= dict.fromkeys(entry)
    names = tuple(header)
    checked_header(name, names)

    def rows() -> Rows:
        for number, entry in entries():
            yield number, [cell_of(entry.get(one)) for one in names]

    return Table(name, names, rows, notes)


class Spelt(str):
    """A JSON number as it was spelt."""

    __slots__ = ()


def json_object(name: str, number: int, line: str, bare: str | None = None) -> dict[str, Any]:
    """A line of JSON as a dict; numbers with a point or exponent stay as they are spelt (`Spelt`).

    A line that is a list is an object with that list under the name `bare`, where this is given.
    """

    def refuse(constant: str) -> None:
        raise InputError(f"{name}: line {number} holds {constant}; expected numbers or strings")

    try:
        entry = json.loads(line, parse_constant=refuse, parse_float=Spelt)
    except InputError:
        raise
    except (json.JSONDecodeError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise InputError(
            f"{name}: line {number} is no complete JSON object ({reason}); is the file cut off?"
        ) from error
    except ValueError as error:
        raise InputError(f"{name}: line {number} holds a number that is too long") from error
    if isinstance(entry, list) and bare is not None:
        return {bare: entry}
    if not isinstance(entry, dict):
        raise InputError(f"{name}: line {number} is no object; expected an object, one a line")
    return entry


def cell_of(value: Any) -> str:
    """A value of another format as the text of a cell; nothing where it is missing."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _foreign(name: str, raw: IO[bytes], library: str) -> Table:
    """A table that a library reads; none of them is needed for anything else."""
    try:
        reader = _arrow if library == "pyarrow" else _excel
        found = reader(name, raw)
        return replace(found, rows=lambda: _guarded(name, found.rows()))
    except ImportError as error:
        raise InputError(
            f"{name}: reading {suffix_of(name)} needs the library {library}; install it with "
            "`pip install 'netlift[tables]'`, or save the table as CSV"
        ) from error
    except (InputError, MemoryError):
        raise
    except Exception as error:  # damaged files fail in more ways than can be listed
        raise _damaged(name, error) from error


def _guarded(name: str, rows: Rows) -> Rows:
    """The rows that a library reads, for a file may be damaged anywhere."""
    try:
        yield from rows
    except (InputError, MemoryError):
        raise
    except Exception as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> InputError:
    return InputError(f"{name}: cannot be read as {suffix_of(name)} ({error})")


def _arrow(name: str, raw: IO[bytes]) -> Table:
    import pyarrow as pa

    if suffix_of(name) == ".parquet":
        from pyarrow import parquet

        file = parquet.ParquetFile(raw)
        names = file.schema_arrow.names
        batches: Callable[[], Iterator[Any]] = file.iter_batches
    else:
        opened_file = pa.ipc.open_file(raw)
        names = opened_file.schema.names

        def batches() -> Iterator[Any]:
            for place in range(opened_file.num_record_batches):
                yield opened_file.get_batch(place)

    places = [place for place, one in enumerate(names) if not _UNNAMED_INDEX.fullmatch(one)]
    header = tuple(names[place] for place in places)
    checked_header(name, header)

    def rows() -> Rows:
        number = 0
        for batch in batches():
            batch.validate(
                full=True
            )  # offsets of a damaged file point anywhere, and reading there ends Python
            for values in zip(*(batch.column(place).to_pylist() for place in places), strict=True):
                number += 1
                yield number, [cell_of(value) for value in values]

    return Table(name, header, rows, unit="row")


def _excel(name: str, raw: IO[bytes]) -> Table:
    import openpyxl

    book = openpyxl.load_workbook(raw, read_only=True, data_only=True)
    sheet = book.worksheets[0]
    notes: tuple[str, ...] = ()
    if len(book.worksheets) > 1:
        notes = (f"The first of {len(book.worksheets)} sheets is read, {shown(sheet.title)}.",)
    first = next(sheet.iter_rows(values_only=True), ())
    header = tuple(cell_of(value).strip() for value in first)
    while header and not header[-1]:
        header = header[:-1]
    checked_header(name, header)

    def rows() -> Rows:
        for number, values in enumerate(sheet.iter_rows(min_row=2, values_only=True), 2):
            cells = [cell_of(value) for value in values[: len(header)]]
            if any(cells):
                yield number, cells + [""] * (len(header) - len(cells))

    return Table(name, header, rows, notes, unit="row")


def place_of(source: str, header: tuple[str, ...], name: str, option: str) -> int:
    """The place of a column by name. Raises InputError that suggests a near one where there is none."""
    if name in header:
        return header.index(name)
    from difflib import get_close_matches

    near = get_close_matches(name[:200], [one[:200] for one in header], n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; found {listed(header)}"
    raise InputError(f"{source}: {option} {shown(name)}: there is no such column{hint}")
