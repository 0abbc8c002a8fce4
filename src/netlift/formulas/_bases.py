"""Bases of a linear system's state: functionals that outputs, differences and delays suggest."""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._mealy import Mealy

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST_POOL = {1: 20, 2: 40, 3: 40, 4: 26, 5: 18, 6: 15, 7: 13, 8: 12}
_TRIED = 40  # bases whose orders of updates are tried
_LARGEST = 1000  # entries of functionals stay below


def bases(form: Mealy) -> Iterator[Mealy]:
    """The system in several bases, those with sparse matrices first; the given one if it is large."""
    size = form.dimension
    if size not in _MOST_POOL:
        yield form
        return
    pool = _pool(form)[: _MOST_POOL[size]]
    chosen = np.array(list(combinations(range(len(pool)), size)), dtype=np.int64)
    rows = np.array(pool)[chosen]  # [bases, n, n]
    rows = rows[np.abs(np.abs(np.linalg.det(rows.astype(np.float64))) - 1.0) < 1e-6]
    if not len(rows):
        yield form
        return
    inverse = np.linalg.inv(rows.astype(np.float64))
    transition = np.rint(rows @ form.transition @ inverse)
    readout = np.rint(form.readout @ inverse)
    drive = rows @ form.drive
    bias = rows @ form.bias
    unit = np.eye(size)
    fixed = np.minimum(_weight(transition), _weight(transition - unit) + 0.5)
    price = fixed.sum(axis=-1) + _weight(drive).sum(axis=-1) + 0.5 * _weight(readout).sum(axis=-1)
    price += (bias != 0).sum(axis=-1) + 0.1 * np.abs(rows).sum(axis=(-1, -2))
    for place in np.argsort(price, kind="stable")[:_TRIED]:
        based = form.in_basis(rows[place])
        if based is not None:
            yield based


def _weight(matrices: NDArray[np.float64] | Ints) -> Floats:
    """Roughly the length of each row as a sum: [..., rows, columns] gives [..., rows]."""
    weight: Floats = ((matrices != 0) + 0.8 * (np.abs(matrices) > 1) + 0.1 * (matrices < 0)).sum(axis=-1)
    return weight


def _pool(form: Mealy) -> list[list[int]]:
    """Functionals of the state, the telling ones first, each once up to its sign."""
    size = form.dimension
    found: dict[tuple[int, ...], None] = {}
    queue: list[Ints] = []

    def add(row: Ints | None) -> None:
        if row is None or not row.any() or np.abs(row).max() > _LARGEST:
            return
        sign = _sign(form, row)
        key = tuple((sign * row).tolist())
        if key not in found and len(found) < 60:
            found[key] = None
            queue.append(sign * row)

    for row, through in zip(form.readout, form.through, strict=True):
        add(_with_update(form, row, through))
        add(row)
    unit = np.eye(size, dtype=np.int64)
    for row in queue:  # grows while it is walked
        change = row @ (form.transition - unit)
        add(_with_update(form, change, row @ form.drive))  # row += the new value of it
        add(change)  # row += the old value of it
        add(row @ form.transition)  # row = it
        add(_with_update(form, row, np.zeros_like(row @ form.drive)))  # it = row
    structured = list(found)
    for row in unit:
        add(row)
    if size <= 4:
        small = [np.array(v, dtype=np.int64) for v in product((-1, 0, 1), repeat=size)]
        for row in sorted(small, key=lambda v: int(np.abs(v).sum())):
            add(row)
    first = sorted(structured, key=lambda v: sum(map(abs, v)))
    rest = [row for row in found if row not in structured]
    return [list(row) for row in (*first, *rest)]


def _sign(form: Mealy, row: Ints) -> int:
    """1 or -1: the sign with which inputs are added first of all."""
    for values in (row @ form.drive, row @ form.transition, row):
        live = np.flatnonzero(values)
        if len(live):
            return 1 if values[live[0]] > 0 else -1
    return 1


def _with_update(form: Mealy, by_state: Ints, by_terms: Ints) -> Ints | None:
    """The functional whose new value is `by_state @ z + by_terms @ u`; None if there is none."""
    system = np.concatenate([form.transition, form.drive], axis=1).T.astype(np.float64)
    wanted = np.concatenate([by_state, by_terms])
    row = np.rint(np.linalg.lstsq(system, wanted.astype(np.float64), rcond=None)[0]).astype(np.int64)
    same = np.array_equal(np.concatenate([row @ form.transition, row @ form.drive]), wanted)
    return row if same else None


def grouped_orders(size: int) -> list[tuple[tuple[int, ...], ...]]:
    """Orders in which updates can run, some at once: all of them up to four variables."""
    if size <= 4:
        return list(_ordered_partitions(tuple(range(size))))
    ascending = tuple((n,) for n in range(size))
    return [ascending, ascending[::-1], (tuple(range(size)),)]


def _ordered_partitions(left: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    if not left:
        yield ()
        return
    for count in range(1, len(left) + 1):
        for group in combinations(left, count):
            for rest in _ordered_partitions(tuple(n for n in left if n not in group)):
                yield (group, *rest)
