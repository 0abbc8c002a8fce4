"""Columns of large separated text by pyarrow, in a stream; cells and lines are those of the plain reader.

What might be read in another way there (quotation marks, lines of another length, blank ones) is left to
the plain reader, as all is where pyarrow is not installed.
"""

from collections.abc import Callable, Sequence
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netlift.data._coded import Coded, Ints

LARGE = 1 << 24  # bytes; smaller files take about a second in the plain reader
_BLOCK = 1 << 23  # bytes that are parsed at a time
_SCANNED = 1 << 22  # bytes that are looked at at a time
_POWERS = 10 ** np.arange(1, 19, dtype=np.int64)


class _Scan(NamedTuple):
    """Bytes of a file, line ends, and whether it has what only the plain reader knows."""

    size: int
    lines: int
    odd: bool


def quick_columns(
    raw: IO[bytes],
    names: int,
    separator: str,
    places: Sequence[int],
    order: int | None,
    told: Callable[[int], None],
) -> Coded | None:
    """Columns of UTF-8 text as numbers; None where the plain reader is to read it.

    `names` counts the columns, `order` is the place of one that holds step numbers or times, whose keys are
    answered (`Coded.order`). `told` hears of the number of rows that were read, now and then.
    """
    raw.seek(0, 2)
    if raw.tell() < LARGE or len(separator.encode()) > 1:
        return None
    try:
        import pyarrow as pa
        from pyarrow import csv
    except ImportError:
        return None
    scan = _scanned(raw)
    if scan.odd:
        return None
    raw.seek(0)
    wanted = list(dict.fromkeys(place for place in places if place != order))
    titles = [f"c{place}" for place in range(names)]
    included = [*wanted, *([] if order is None else [order])]
    columns = [_Column() for _ in wanted]
    keys = _Keys(pa)
    rows = 0
    try:
        reader = csv.open_csv(
            pa.PythonFile(raw, mode="r"),
            csv.ReadOptions(
                use_threads=False, block_size=_BLOCK, column_names=titles, skip_rows_after_names=1
            ),
            csv.ParseOptions(delimiter=separator, quote_char=False),
            csv.ConvertOptions(
                include_columns=[titles[place] for place in included],
                column_types={titles[place]: pa.string() for place in included},
                strings_can_be_null=False,
                check_utf8=True,
            ),
        )
        for batch in reader:
            for column, values in zip(columns, batch.columns, strict=False):
                column.take(values)
            if order is not None and not keys.take(batch.columns[-1]):
                return None
            rows += batch.num_rows
            told(rows)
    except pa.ArrowException:
        return None
    if rows != scan.lines - 1:  # blank lines
        return None
    at = dict(zip(wanted, columns, strict=True))
    none: Ints = np.zeros(rows, dtype=np.int64)
    codes = [none if place == order else at[place].codes() for place in places]
    cells = [[""] if place == order else at[place].cells() for place in places]
    lines = np.arange(2, rows + 2, dtype=np.int64)
    return Coded(lines, codes, cells, None if order is None else keys.joined())


def _scanned(raw: IO[bytes]) -> _Scan:
    """What a file's bytes tell of its lines."""
    raw.seek(0)
    size = lines = 0
    last = b""
    while block := raw.read(_SCANNED):
        if not size and block[:1] in b"\r\n":  # the header is not in the first line
            return _Scan(size, lines, odd=True)
        if b'"' in block or b"\0" in block:
            return _Scan(size, lines, odd=True)
        if b"\r" in block or last == b"\r":
            both = last + block
            if both.count(b"\r") - both.endswith(b"\r") != both.count(b"\r\n"):
                return _Scan(size, lines, odd=True)
        size += len(block)
        lines += block.count(b"\n")
        last = block[-1:] if block.endswith(b"\r") else b""
        end = block[-1:]
    return _Scan(size, lines + (size > 0 and end != b"\n"), odd=last == b"\r")


class _Column:
    """The cells of a column as numbers of the different ones, block by block."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._codes: list[NDArray[np.int32]] = []

    def take(self, values: Any) -> None:
        """The next block."""
        coded = values.dictionary_encode()
        known, code = self._known, self._known.setdefault
        numbers = [code(cell, len(known)) for cell in coded.dictionary.to_pylist()]
        self._codes.append(np.array(numbers, dtype=np.int32)[coded.indices.to_numpy()])

    def codes(self) -> Ints:
        """The numbers, from the first row to the last; what was held for them is given up."""
        joined = np.concatenate(self._codes) if self._codes else np.zeros(0, dtype=np.int32)
        self._codes = []
        return joined.astype(np.int64)

    def cells(self) -> list[str]:
        """The different cells."""
        return list(self._known)


class _Keys:
    """Step numbers, or times in ISO 8601, as `order_of` makes keys of them; microseconds of times."""

    def __init__(self, pa: Any) -> None:
        self._pa = pa
        self._kind: str | None = None
        self._keys: list[Ints] = []

    def take(self, values: Any) -> bool:
        """The next block; whether all its cells are of one kind, the same as before."""
        for kind, convert in (("number", self._numbers), ("time", self._times), ("zone", self._zoned)):
            if self._kind not in (None, kind):
                continue
            try:
                found = convert(values)
            except self._pa.ArrowException:
                continue
            if found is not None:
                self._kind = kind
                self._keys.append(found)
                return True
        return not len(values)

    def _numbers(self, values: Any) -> Ints | None:
        """Whole numbers from 0 on, none of which begins with a zero or has anything else about it."""
        from pyarrow import compute

        found: Ints = values.cast(self._pa.int64()).to_numpy()
        digits = np.searchsorted(_POWERS, found, side="right") + 1
        plain = (found >= 0) & (compute.binary_length(values).to_numpy() == digits)
        return found if plain.all() else None

    def _times(self, values: Any) -> Ints | None:
        return self._moments(values, None)

    def _zoned(self, values: Any) -> Ints | None:
        return self._moments(values, "UTC")

    def _moments(self, values: Any, zone: str | None) -> Ints | None:
        found: Ints = values.cast(self._pa.timestamp("us", zone)).cast(self._pa.int64()).to_numpy()
        return found

    def joined(self) -> Ints:
        """The keys, from the first row to the last."""
        return np.concatenate(self._keys) if self._keys else np.zeros(0, dtype=np.int64)
