"""Columns of cells as whole numbers, each cell by the place of the different ones at which it stands."""

from array import array
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Coded(NamedTuple):
    """Columns of a table as numbers.

    `lines` [M] that the rows begin in; for each column the `codes` [M], and the different `cells` that these
    number. `order` [M] are keys to sort by, where a column of step numbers or times was read as such.
    """

    lines: Ints
    codes: list[Ints]
    cells: list[list[str]]
    order: Ints | None = None


def ints_of(numbers: "array[int]") -> Ints:
    """An array of numbers, as numpy has it."""
    return np.frombuffer(numbers, dtype=np.int64) if numbers else np.zeros(0, dtype=np.int64)


def coded_cells(cells: Iterable[str]) -> tuple[Ints, list[str]]:
    """Cells as numbers of the different ones, and these in the order in which they occur first."""
    known: dict[str, int] = {}
    code = known.setdefault
    return ints_of(array("q", [code(cell, len(known)) for cell in cells])), list(known)
