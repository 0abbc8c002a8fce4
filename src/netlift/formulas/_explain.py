"""Explaining a table: expressions that equal a target column on every row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._bank import ALL, Bank
from netlift.formulas._behaviour import Work
from netlift.formulas._columns import evaluate_columns
from netlift.formulas._combine import combinations
from netlift.formulas._expr import Expr
from netlift.formulas._operators import UndefinedError

Ints = NDArray[np.int64]

PROBES = 96


@dataclass(frozen=True)
class Rows:
    """A table to explain: named columns [R] and a target [R], one row each distinct combination."""

    names: tuple[str, ...]
    columns: Ints  # [L, R]
    target: Ints  # [R]


def distinct_rows(names: Sequence[str], columns: Sequence[Ints], target: Ints) -> Rows | None:
    """The distinct rows, or None where the columns do not determine the target."""
    table = np.unique(np.column_stack([*columns, target]), axis=0)
    keys = table[:, :-1]
    if len(table) > 1 and bool((keys[1:] == keys[:-1]).all(axis=1).any()):
        return None
    return Rows(tuple(names), np.ascontiguousarray(keys.T), table[:, -1].copy())


def explain(
    rows: Rows,
    constants: Sequence[int],
    work: Work,
    *,
    seed: int = 0,
    operators: Sequence[str] = ALL,
    most_work: int = 60_000_000,
    deepest: int = 9,
    further: int = 1,
    wanted: int = 40,
) -> list[Expr]:
    """Expressions that equal the target on every row, cheapest first; empty if none was found.

    `further` costs beyond the first hit are searched too: the shortest form is not always the most
    readable. Probe rows are a sample; a hit that fails elsewhere adds the rows it fails on.
    """
    total = rows.columns.shape[1]
    rng = np.random.default_rng(seed)
    probes = _probe_rows(rows, rng)
    left = most_work
    exact: list[Expr] = []
    for _ in range(5):
        bank = Bank([(n, rows.columns[i, probes]) for i, n in enumerate(rows.names)], constants, operators)
        wrong: list[int] = []
        exact = []
        stop = deepest
        summed = full = False
        hits = bank.aim(rows.target[probes])
        while True:
            for hit in hits:
                bad = failing_rows(hit, rows)
                if len(bad) == 0:
                    exact.append(hit)
                else:
                    wrong.append(int(bad[rng.integers(len(bad))]))
            if exact:  # a sum of two known expressions may be found before a shorter form
                stop = min(stop, bank.level + further + (1 if summed else 0))
            if bank.level >= stop or left <= 0 or len(exact) >= wanted or len(wrong) >= 24:
                break
            before = len(bank)
            room = before < 0.9 * len(bank.op)
            hits, used = bank.grow(min(left, most_work), insert=room, edge=not room)
            left -= used
            work.spend(used)
            if not room:  # two more costs, with a leaf on one side, find `(a + b * c) % k`
                stop = min(stop, bank.level if full else bank.level + 1)
                full = True
            if room and not exact and not hits and len(bank) > 40:
                wanted_values = rows.target[probes]
                hits = bank.sums(wanted_values) + combinations(bank, wanted_values)
                hits += bank.modular_sums(wanted_values, constants)
                summed = bool(hits)
        if exact or not wrong or left <= 0 or total == len(probes):
            break
        probes = np.unique(np.append(probes, wrong))
    return list(dict.fromkeys(exact))


def failing_rows(expr: Expr, rows: Rows) -> Ints:
    """Where an expression differs from the target; every row if it is undefined somewhere."""
    try:
        values = evaluate_columns(expr, dict(zip(rows.names, rows.columns, strict=True)))
    except UndefinedError:
        return np.arange(len(rows.target))
    return np.flatnonzero(values != rows.target)


def _probe_rows(rows: Rows, rng: np.random.Generator) -> Ints:
    """At most PROBES rows: extremes of each column, both sorts of the target, and a sample."""
    total = rows.columns.shape[1]
    if total <= PROBES:
        return np.arange(total)
    extremes = [int(f(column)) for column in (*rows.columns, rows.target) for f in (np.argmin, np.argmax)]
    values, first = np.unique(rows.target, return_index=True)
    some = first if len(values) <= PROBES // 3 else rng.choice(first, PROBES // 3, replace=False)
    rest = rng.choice(total, PROBES - 24, replace=False)
    return np.unique(np.concatenate([extremes, some, rest]).astype(np.int64))
