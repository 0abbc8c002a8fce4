"""Targets too large for the bank, put together from two or three of its expressions."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from netlift.formulas import _kernel as kernel
from netlift.formulas._bank import Bank
from netlift.formulas._expr import Expr, is_boolean

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

_MOST_CONDITIONS = 400
_MOST_BRANCHES = 20_000


def combinations(bank: Bank, target: Ints, *, most: int = 12) -> list[Expr]:
    """`A and B (and C)`, `A or B (or C)` for a target of truth values; `A if C else B` for any."""
    count = len(bank)
    bits = [n for n in range(count) if bank.kind[n] & kernel.BIT and not bank.kind[n] & kernel.CONST]
    conditions = bits[:_MOST_CONDITIONS]
    found: list[Expr] = []
    if bool(np.all((target == 0) | (target == 1))):
        table = _packed(bank.values[conditions] != 0)
        wanted = _packed((target != 0)[None])[0]
        full = _packed(np.ones((1, bank.width), dtype=np.bool_))[0]
        for op, rows, goal in (("and", table, wanted), ("or", table ^ full, wanted ^ full)):
            for members in _covers(rows, goal):
                found.append(_joined(op, [bank.expr(conditions[m]) for m in members]))
                if len(found) >= most:
                    return found
    found += list(_splits(bank, target, conditions[:120]))[:most]
    return found


def _packed(rows: NDArray[np.bool_]) -> Words:
    """Rows of truth values as 64-bit words, [n, W]."""
    width = -(-rows.shape[1] // 64) * 64
    padded = np.zeros((len(rows), width), dtype=np.uint8)
    padded[:, : rows.shape[1]] = rows
    return np.packbits(padded, axis=1).view(np.uint64)


def _covers(rows: Words, goal: Words) -> Iterator[tuple[int, ...]]:
    """Two or three rows whose intersection is the goal, cheapest first."""
    above = np.flatnonzero(((rows & goal) == goal).all(axis=1))
    rows = rows[above] & ~goal  # what each row lets through wrongly
    for i in range(len(rows)):
        rest = ((rows[i + 1 :] & rows[i]) == 0).all(axis=1)
        for j in np.flatnonzero(rest)[:2]:
            yield int(above[i]), int(above[i + 1 + j])
    few = min(60, len(rows))
    for i in range(few):
        for j in range(i + 1, few):
            both = rows[i] & rows[j]
            rest = ((rows[j + 1 :] & both) == 0).all(axis=1)
            for k in np.flatnonzero(rest)[:1]:
                yield int(above[i]), int(above[j]), int(above[j + 1 + k])


def _splits(bank: Bank, target: Ints, conditions: list[int]) -> Iterator[Expr]:
    count = min(len(bank), _MOST_BRANCHES)
    equal = _packed(bank.values[:count] == target)
    full = _packed(np.ones((1, bank.width), dtype=np.bool_))[0]
    least = min(4, bank.width // 8)  # a case of one row in a hundred explains nothing
    for n in conditions:
        if not least < int(np.count_nonzero(bank.values[n])) < bank.width - least:
            continue
        where = _packed((bank.values[n] != 0)[None])[0]
        other = where ^ full
        yes = np.flatnonzero(((equal & where) == where).all(axis=1))
        if not len(yes):
            continue
        no = np.flatnonzero(((equal & other) == other).all(axis=1))
        if not len(no):
            continue
        a, b = bank.expr(int(yes[0])), bank.expr(int(no[0]))
        if not is_boolean(a) and not is_boolean(b):
            yield Expr("if", (bank.expr(n), a, b))


def _joined(op: str, members: list[Expr]) -> Expr:
    parts = [as_condition(m) for m in members]
    if not any(is_boolean(p) for p in parts):
        op = "&" if op == "and" else "|"
    whole = parts[0]
    for part in parts[1:]:
        whole = Expr(op, (whole, part))
    return whole


_CONDITION = {"^": "!=", "&": "and", "|": "or"}


def as_condition(expr: Expr) -> Expr:
    """A bit-wise expression over bits, written as the condition that it is."""
    if expr.op not in _CONDITION:
        return expr
    if expr.op == "^" and any(a.args for a in expr.args):
        return expr
    if expr.op != "^" and not any(a.args for a in expr.args):
        return expr
    return Expr(_CONDITION[expr.op], tuple(as_condition(a) for a in expr.args))
