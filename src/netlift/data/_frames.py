"""Tables that a Python program holds: data frames, columns by name, records; nothing of their libraries is
imported."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from netlift.core._errors import InputError, shown
from netlift.data._coded import Coded, coded_cells
from netlift.data._lines import Rows
from netlift.data._table import Table, cell_of, checked_header

FRAME = "the table"  # as messages name it
_SINGLE = ("float32", "float16", "float", "halffloat")  # pyarrow says float and halffloat
_GONE = frozenset(["NAType", "NaTType"])  # pandas: missing values that compare with nothing


def frame_of(values: Any) -> Table | None:
    """A table of what has named columns; None for anything else.

    That are data frames (pandas, polars, tables of pyarrow and whoever exports Arrow), mappings from names to
    columns, lists of records, and structured arrays. An index that has names is a column as well.
    """
    columns = _columns(values)
    if columns is None:
        return None
    names, column = columns
    header = checked_header(FRAME, tuple(map(str, names)))
    kept: dict[int, list[Any]] = {}

    def held(place: int) -> list[Any]:
        if place not in kept:
            kept[place] = values_of(column(names[place]))
        return kept[place]

    def rows() -> Rows:
        cells = [list(map(cell_of, held(place))) for place in range(len(header))]
        same_length(header, cells)
        yield from enumerate(map(list, zip(*cells, strict=True)))

    def coded(places: Sequence[int], _: int | None) -> Coded:
        taken = [held(place) for place in places]
        same_length([header[place] for place in places], taken)
        codes, cells = zip(*(coded_cells(map(cell_of, one)) for one in taken), strict=True)
        return Coded(np.arange(len(taken[0]), dtype=np.int64), list(codes), list(cells))

    return Table(FRAME, header, rows, unit="row", coded=coded, held=held)


def _columns(values: Any) -> tuple[Sequence[Any], Callable[[Any], Any]] | None:
    """The names of columns, and what gives the column of a name."""
    if isinstance(values, Mapping):
        return list(values), values.__getitem__
    if isinstance(values, list | tuple):
        if not values or not all(isinstance(one, Mapping) for one in values):
            return None
        names = dict.fromkeys(name for one in values for name in one)
        return list(names), lambda name: [one.get(name) for one in values]
    if isinstance(values, np.ndarray):
        return None if values.dtype.names is None else (values.dtype.names, values.__getitem__)
    if hasattr(values, "collect_schema") and hasattr(values, "collect"):  # a lazy frame of polars
        values = values.collect()
    if any(name is not None for name in getattr(getattr(values, "index", None), "names", ())):
        values = values.reset_index()
    if hasattr(values, "column_names") and hasattr(values, "column"):
        return list(values.column_names), values.column
    if hasattr(values, "columns") and hasattr(values, "__len__") and hasattr(values, "__getitem__"):
        return list(values.columns), values.__getitem__
    if hasattr(values, "__arrow_c_stream__") and not hasattr(values, "to_list"):
        try:
            import pyarrow as pa
        except ImportError as error:
            raise InputError(
                f"a {type(values).__name__} is read by the library pyarrow; install it with "
                "`pip install 'netlift[tables]'`"
            ) from error
        table = pa.table(values)
        return list(table.column_names), table.column
    return None


def values_of(column: Any) -> list[Any]:
    """A column as Python values; numbers of single precision as they are written, 0.1 for 0.1."""
    if (
        str(getattr(column, "dtype", getattr(column, "type", ""))).lower().removesuffix("[pyarrow]")
        in _SINGLE
    ):
        return ["" if value is None or value != value else str(np.float32(value)) for value in _plain(column)]
    return [None if type(value).__name__ in _GONE else value for value in _plain(column)]


def _plain(column: Any) -> list[Any]:
    for name in ("to_pylist", "to_list", "tolist"):  # pyarrow, polars and pandas, arrays and tensors
        convert = getattr(column, name, None)
        if convert is not None:
            found = convert()
            break
    else:
        found = column
    if isinstance(found, str | bytes) or not isinstance(found, Iterable):
        raise InputError(f"{FRAME}: a column is of type {type(column).__name__}; expected a list of cells")
    return [value.item() if isinstance(value, np.generic) else value for value in found]


def same_length(names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
    """Raise InputError where columns have different numbers of rows."""
    for name, one in zip(names, columns, strict=True):
        if len(one) != len(columns[0]):
            raise InputError(
                f"{FRAME}: column {shown(name)} has {len(one):,} rows; expected {len(columns[0]):,}, as in "
                f"{shown(names[0])}"
            )
