"""Compiled loops over a bank of expressions: growing it, and joining two of its rows.

Written so that little has to be compiled: rows are copied number by number, for an assignment of whole rows
brings along the text of its errors, and no argument is a literal, for each makes a version of its own.
"""

import numpy as np

from netlift.core._compiled import njit
from netlift.formulas._kernel import (
    ADD,
    AND,
    BAD,
    BIT,
    BOOLEAN,
    COMMUTES,
    CONST,
    NOT,
    OR,
    POWER,
    SUBTRACT,
    TIMES,
    TRUTHS,
    XOR_BITS,
    apply,
    find_slot,
    fingerprint,
)  # fmt: skip

COUNT, HITS, LEFT = 0, 1, 2  # places in the bank's counters


@njit(cache=True)
def _offer(code, i, j, k, flags, values, op, arg, kind, keys, slots, target, hits, counters, insert, row):  # type: ignore[no-untyped-def]
    """Evaluate one expression; note it if it is the target, keep it if its values are new."""
    width = values.shape[1]
    counters[LEFT] -= width
    bits = True
    for r in range(width):
        value = apply(code, values[i, r], values[j, r], values[k, r])
        if value == BAD:
            return
        row[r] = value
        bits = bits and (value == 0 or value == 1)
    key = fingerprint(row)
    if key == target and counters[HITS] < len(hits):
        hit = counters[HITS]
        hits[hit, 0] = code
        hits[hit, 1] = i
        hits[hit, 2] = j
        hits[hit, 3] = k
        counters[HITS] += 1
    count = counters[COUNT]
    if not insert or count >= len(op):
        return
    place = find_slot(keys, key)
    if keys[place] != 0:
        return
    keys[place] = key
    slots[place] = count
    for r in range(width):
        values[count, r] = row[r]
    op[count] = code
    arg[count, 0] = i
    arg[count, 1] = j
    arg[count, 2] = k
    kind[count] = flags | (BIT if bits else 0)
    counters[COUNT] = count + 1


@njit(cache=True)
def _allowed(code, a, b):  # type: ignore[no-untyped-def]
    """Whether an operator makes sense on arguments of these kinds: no arithmetic on two truth values."""
    if a & CONST and b & CONST:
        return False
    if code in (AND, OR):
        return bool(a & BIT) and bool(b & BIT) and bool((a | b) & BOOLEAN)
    if code == POWER:
        return not a & BOOLEAN and bool(b & CONST)
    if a & BOOLEAN or b & BOOLEAN:
        return code in (ADD, SUBTRACT, TIMES, XOR_BITS) and not (a & BOOLEAN and b & BOOLEAN)
    return True


@njit(cache=True)
def grow(  # type: ignore[no-untyped-def]
    values,
    op,
    arg,
    kind,
    starts,
    level,
    codes,
    arity,
    weight,
    keys,
    slots,
    target,
    hits,
    counters,
    insert,
    edge,
):
    """Offer every expression of cost `level` made of cheaper ones.

    `starts[c]` is the first row of cost c. With `edge`, binary expressions have a leaf on one side
    (a cheap look one level further).
    """
    row = np.empty(values.shape[1], dtype=np.int64)
    for n in range(len(codes)):
        code = codes[n]
        spare = level - weight[n]
        flags = BOOLEAN if code in TRUTHS else 0
        if arity[n] == 1:
            if spare < 1:
                continue
            for i in range(starts[spare], starts[spare + 1]):
                if kind[i] & CONST or (code == NOT) != bool(kind[i] & BOOLEAN):
                    continue
                _offer(
                    code,
                    i,
                    i,
                    i,
                    flags,
                    values,
                    op,
                    arg,
                    kind,
                    keys,
                    slots,
                    target,
                    hits,
                    counters,
                    insert,
                    row,
                )
        elif arity[n] == 2:
            commutes = code in COMMUTES
            for left in range(1, spare):
                right = spare - left
                if edge and left != 1 and right != 1:
                    continue
                for i in range(starts[left], starts[left + 1]):
                    if counters[LEFT] < 0:
                        return
                    for j in range(starts[right], starts[right + 1]):
                        if (commutes and j < i) or not _allowed(code, kind[i], kind[j]):
                            continue
                        _offer(
                            code,
                            i,
                            j,
                            j,
                            flags,
                            values,
                            op,
                            arg,
                            kind,
                            keys,
                            slots,
                            target,
                            hits,
                            counters,
                            insert,
                            row,
                        )
        else:
            for test in range(1, min(spare - 1, 4)):
                for left in range(1, spare - test):
                    right = spare - test - left
                    if edge and left != 1 and right != 1:
                        continue
                    for i in range(starts[test], starts[test + 1]):
                        if not kind[i] & BIT or kind[i] & CONST:
                            continue
                        if counters[LEFT] < 0:
                            return
                        for j in range(starts[left], starts[left + 1]):
                            for k in range(starts[right], starts[right + 1]):
                                if j == k or kind[j] & BOOLEAN or kind[k] & BOOLEAN:
                                    continue
                                _offer(
                                    code, i, j, k, flags,
                                    values, op, arg, kind, keys, slots, target, hits, counters, insert, row,
                                )  # fmt: skip


@njit(cache=True)
def join(values, kind, count, keys, slots, target, found):  # type: ignore[no-untyped-def]
    """Pairs (i, j) of the bank with target = i + j, i - j, i ^ j: one look-up for each i."""
    width = values.shape[1]
    row = np.empty(width, dtype=np.int64)
    hits = 0
    for code in (ADD, SUBTRACT, XOR_BITS):
        for i in range(count):
            for r in range(width):
                if code == ADD:
                    row[r] = target[r] - values[i, r]
                elif code == SUBTRACT:
                    row[r] = values[i, r] - target[r]
                else:
                    row[r] = target[r] ^ values[i, r]
            key = fingerprint(row)
            place = find_slot(keys, key)
            if keys[place] == 0:
                continue
            j = slots[place]
            if (code != SUBTRACT and j < i) or kind[i] & kind[j] & (BOOLEAN | CONST):
                continue
            if hits < len(found):
                found[hits, 0] = code
                found[hits, 1] = i
                found[hits, 2] = j
                hits += 1
    return hits


@njit(cache=True)
def join_modulo(values, kind, count, modulus, target, found):  # type: ignore[no-untyped-def]
    """Pairs (i, j) of the bank with target = (i + j) % modulus or (i - j) % modulus.

    The target lies in 0 .. modulus - 1, and the modulus below 2^31.
    """
    width = values.shape[1]
    size = 16
    while size < 2 * count:
        size *= 2
    keys = np.zeros(size, dtype=np.int64)
    slots = np.zeros(size, dtype=np.int64)
    rest = np.empty((count, width), dtype=np.int32)  # divided once: the slowest of all operations
    row = np.empty(width, dtype=np.int64)
    for i in range(count):
        for r in range(width):
            row[r] = values[i, r] % modulus
            rest[i, r] = row[r]
        key = fingerprint(row)
        place = find_slot(keys, key)
        if keys[place] == 0:
            keys[place] = key
            slots[place] = i
    hits = 0
    for code in (ADD, SUBTRACT):
        for i in range(count):
            if kind[i] & BOOLEAN:
                continue
            for r in range(width):
                row[r] = target[r] - rest[i, r] if code == ADD else rest[i, r] - target[r]
                if row[r] < 0:
                    row[r] += modulus
            key = fingerprint(row)
            place = find_slot(keys, key)
            if keys[place] == 0:
                continue
            j = slots[place]
            if (code == ADD and j < i) or kind[j] & BOOLEAN or kind[i] & kind[j] & CONST:
                continue
            if hits < len(found):
                found[hits, 0] = code
                found[hits, 1] = i
                found[hits, 2] = j
                hits += 1
    return hits
