"""The compiled inner loops: growing a bank of expressions, and running candidate updates.

An expression is a row number in parallel arrays: `op` (a code of `CODES`, or LEAF), `arg` (the row
numbers of its arguments), `kind` (flags). Values are int64 and bounded by LIMIT; anything undefined
or larger becomes BAD. `//` and `%` floor, as Python's do.
"""

import numpy as np
from numba import njit

CODES = {
    "+": 0, "-": 1, "*": 2, "//": 3, "%": 4, "min": 5, "max": 6, "&": 7, "|": 8, "^": 9, "<<": 10, ">>": 11,
    "gcd": 12, "**": 13, "==": 14, "!=": 15, "<": 16, "<=": 17, "and": 18, "or": 19,
    "abs": 20, "neg": 21, "not": 22, "isqrt": 23, "bit_count": 24, "if": 25,
}  # fmt: skip
LEAF = -1
LIMIT = 1 << 40
BAD = -(1 << 62)
CONST, BOOLEAN, BIT = 1, 2, 4  # flags of `kind`
COUNT, HITS, LEFT = 0, 1, 2  # places in the bank's counters
_MIX = -7046029254386353131  # 2^64 over the golden ratio, as a signed number


@njit(cache=True)
def apply(op, a, b, c):  # type: ignore[no-untyped-def]
    """One operator on scalars, BAD where Python would raise or the value leaves the bounds."""
    result = 0
    if op == 0:
        result = a + b
    elif op == 1:
        result = a - b
    elif op == 2:
        if a != 0 and abs(b) > LIMIT // abs(a):
            return BAD
        result = a * b
    elif op == 3:
        if b == 0:
            return BAD
        result = a // b
    elif op == 4:
        if b == 0:
            return BAD
        result = a % b
    elif op == 5:
        result = a if a < b else b
    elif op == 6:
        result = b if a < b else a
    elif op == 7:
        result = a & b
    elif op == 8:
        result = a | b
    elif op == 9:
        result = a ^ b
    elif op == 10:
        if b < 0 or b > 39 or abs(a) > (LIMIT >> b):
            return BAD
        result = a << b
    elif op == 11:
        if b < 0 or b > 62:
            return BAD
        result = a >> b
    elif op == 12:
        result = abs(a)
        rest = abs(b)
        while rest != 0:
            result, rest = rest, result % rest
    elif op == 13:
        if b < 0 or b > 3:
            return BAD
        result = 1
        for _ in range(b):
            if result != 0 and abs(a) > LIMIT // abs(result):
                return BAD
            result = result * a
    elif op == 14:
        return 1 if a == b else 0
    elif op == 15:
        return 1 if a != b else 0
    elif op == 16:
        return 1 if a < b else 0
    elif op == 17:
        return 1 if a <= b else 0
    elif op == 18:
        return 1 if a != 0 and b != 0 else 0
    elif op == 19:
        return 1 if a != 0 or b != 0 else 0
    elif op == 20:
        result = abs(a)
    elif op == 21:
        result = -a
    elif op == 22:
        return 1 if a == 0 else 0
    elif op == 23:
        if a < 0:
            return BAD
        result = int(np.sqrt(float(a)))
        while result * result > a:
            result -= 1
        while (result + 1) * (result + 1) <= a:
            result += 1
    elif op == 24:
        rest = abs(a)
        while rest != 0:
            result += rest & 1
            rest >>= 1
    else:
        result = b if a != 0 else c
    if result > LIMIT or result < -LIMIT:
        return BAD
    return result


@njit(cache=True)
def fingerprint(row):  # type: ignore[no-untyped-def]
    """A 64-bit hash of a value vector; never 0."""
    h = 1469598103934665603
    for value in row:
        h = (h ^ value) * _MIX
        h ^= h >> 29
    return h if h != 0 else 1


@njit(cache=True)
def find_slot(keys, key):  # type: ignore[no-untyped-def]
    """The place of a key in an open-addressing table, or of the empty cell where it belongs."""
    mask = len(keys) - 1
    place = (key ^ (key >> 31)) & mask
    while keys[place] != 0 and keys[place] != key:
        place = (place + 1) & mask
    return place


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
    values[count] = row
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
    if code == 18 or code == 19:
        return bool(a & BIT) and bool(b & BIT) and bool((a | b) & BOOLEAN)
    if code == 13:
        return not a & BOOLEAN and bool(b & CONST)
    if a & BOOLEAN or b & BOOLEAN:
        return code in (0, 1, 2, 9) and not (a & BOOLEAN and b & BOOLEAN)
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
        flags = BOOLEAN if 14 <= code <= 19 or code == 22 else 0
        if arity[n] == 1:
            if spare < 1:
                continue
            for i in range(starts[spare], starts[spare + 1]):
                if kind[i] & CONST or (code == 22) != bool(kind[i] & BOOLEAN):
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
            commutes = code in (0, 2, 5, 6, 7, 8, 9, 12, 14, 15, 18, 19)
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
                                    code, i, j, k, 0,
                                    values, op, arg, kind, keys, slots, target, hits, counters, insert, row,
                                )  # fmt: skip


@njit(cache=True)
def join(values, kind, count, keys, slots, target, found):  # type: ignore[no-untyped-def]
    """Pairs (i, j) of the bank with target = i + j, i - j, i ^ j: one look-up for each i."""
    width = values.shape[1]
    row = np.empty(width, dtype=np.int64)
    hits = 0
    for code in (0, 1, 9):
        for i in range(count):
            for r in range(width):
                if code == 0:
                    row[r] = target[r] - values[i, r]
                elif code == 1:
                    row[r] = values[i, r] - target[r]
                else:
                    row[r] = target[r] ^ values[i, r]
            key = fingerprint(row)
            place = find_slot(keys, key)
            if keys[place] == 0:
                continue
            j = slots[place]
            if (code != 1 and j < i) or kind[i] & kind[j] & (BOOLEAN | CONST):
                continue
            if hits < len(found):
                found[hits, 0] = code
                found[hits, 1] = i
                found[hits, 2] = j
                hits += 1
    return hits


@njit(cache=True)
def join_modulo(values, kind, count, modulus, target, found):  # type: ignore[no-untyped-def]
    """Pairs (i, j) of the bank with target = (i + j) % modulus or (i - j) % modulus."""
    width = values.shape[1]
    size = 16
    while size < 2 * count:
        size *= 2
    keys = np.zeros(size, dtype=np.int64)
    slots = np.zeros(size, dtype=np.int64)
    row = np.empty(width, dtype=np.int64)
    for i in range(count):
        for r in range(width):
            row[r] = values[i, r] % modulus
        key = fingerprint(row)
        place = find_slot(keys, key)
        if keys[place] == 0:
            keys[place] = key
            slots[place] = i
    hits = 0
    for code in (0, 1):
        for i in range(count):
            if kind[i] & BOOLEAN:
                continue
            for r in range(width):
                row[r] = (target[r] - values[i, r] if code == 0 else values[i, r] - target[r]) % modulus
            key = fingerprint(row)
            place = find_slot(keys, key)
            if keys[place] == 0:
                continue
            j = slots[place]
            if (code == 0 and j < i) or kind[j] & BOOLEAN or kind[i] & kind[j] & CONST:
                continue
            if hits < len(found):
                found[hits, 0] = code
                found[hits, 1] = i
                found[hits, 2] = j
                hits += 1
    return hits


@njit(cache=True)
def _flatten(root, op, arg, code, payload):  # type: ignore[no-untyped-def]
    """The expression in postfix order; its length, or 0 if it does not fit."""
    todo = np.empty(64, dtype=np.int64)
    todo[0] = root
    waiting, length = 1, 0
    while waiting > 0:
        waiting -= 1
        node = todo[waiting]
        if length >= len(code) or waiting > 58:
            return 0
        code[length] = op[node]
        payload[length] = node
        length += 1
        if op[node] != LEAF:
            slots = 1 if 20 <= op[node] <= 24 else (3 if op[node] == 25 else 2)
            for n in range(slots):
                todo[waiting] = arg[node, n]
                waiting += 1
    for n in range(length // 2):  # visited root first, last argument first: reversed it is postfix
        m = length - 1 - n
        code[n], code[m] = code[m], code[n]
        payload[n], payload[m] = payload[m], payload[n]
    return length


@njit(cache=True)
def _run(length, code, payload, leaf, stack):  # type: ignore[no-untyped-def]
    """The value of a postfix program; `leaf[node]` holds the values of leaves and constants."""
    top = 0
    for n in range(length):
        c = code[n]
        if c == LEAF:
            stack[top] = leaf[payload[n]]
            top += 1
            continue
        if c == 25:
            top -= 2
            value = apply(c, stack[top - 1], stack[top], stack[top + 1])
        elif 20 <= c <= 24:
            value = apply(c, stack[top - 1], 0, 0)
        else:
            top -= 1
            value = apply(c, stack[top - 1], stack[top], 0)
        if value == BAD:
            return BAD
        stack[top - 1] = value
    return stack[0]


@njit(cache=True)
def trace(root, op, arg, leaf, state, columns, parent, start, out):  # type: ignore[no-untyped-def]
    """Run the update `root` of the variable at leaf `state` along a prefix tree; False if undefined.

    `columns` [L, nodes] fills leaves 0..L-1 (the row of the state variable is ignored).
    """
    code = np.empty(48, dtype=np.int64)
    payload = np.empty(48, dtype=np.int64)
    stack = np.empty(64, dtype=np.int64)
    length = _flatten(root, op, arg, code, payload)
    if length == 0:
        return False
    for node in range(len(parent)):
        for n in range(columns.shape[0]):
            leaf[n] = columns[n, node]
        leaf[state] = out[parent[node]] if parent[node] >= 0 else start
        value = _run(length, code, payload, leaf, stack)
        if value == BAD:
            return False
        out[node] = value
    return True


@njit(cache=True)
def screen(roots, op, arg, leaf, state, columns, parent, symbol, target, starts, most, verdict):  # type: ignore[no-untyped-def]
    """The functional test for many updates of one state variable.

    For each root and each start value: 1 if the old value and the symbol determine the target on
    the whole prefix tree, 2 if the new value alone does, 3 for both, 0 for a contradiction, an
    undefined value, or an encoding of more than `most` distinct keys (it remembers everything).
    Answers the number of updates run, in nodes.
    """
    nodes = len(parent)
    size = 1
    while size < 2 * nodes + 16:
        size *= 2
    keys = np.zeros((2, size), dtype=np.int64)
    held = np.zeros((2, size), dtype=np.int64)
    used = np.zeros((2, nodes + 1), dtype=np.int64)
    out = np.empty(nodes, dtype=np.int64)
    code = np.empty(48, dtype=np.int64)
    payload = np.empty(48, dtype=np.int64)
    stack = np.empty(64, dtype=np.int64)
    work = 0
    for n in range(len(roots)):
        length = _flatten(roots[n], op, arg, code, payload)
        for m in range(len(starts)):
            verdict[n, m] = 0
            if length == 0:
                continue
            good = np.ones(2, dtype=np.int64)
            distinct = np.zeros(2, dtype=np.int64)
            for node in range(nodes):
                work += 1
                for c in range(columns.shape[0]):
                    leaf[c] = columns[c, node]
                old = out[parent[node]] if parent[node] >= 0 else starts[m]
                leaf[state] = old
                new = _run(length, code, payload, leaf, stack)
                if new == BAD:
                    good[0] = good[1] = 0
                    break
                out[node] = new
                for side in range(2):
                    if good[side] == 0:
                        continue
                    if side == 0:
                        key = (((old + 12345) * _MIX) ^ (symbol[node] + 77)) * _MIX
                    else:
                        key = (new + 54321) * _MIX
                    key ^= key >> 29
                    if key == 0:
                        key = 1
                    place = find_slot(keys[side], key)
                    if keys[side, place] == 0:
                        if distinct[side] >= most:
                            good[side] = 0
                            continue
                        keys[side, place] = key
                        held[side, place] = target[node]
                        used[side, distinct[side]] = place
                        distinct[side] += 1
                    elif held[side, place] != target[node]:
                        good[side] = 0
                if good[0] == 0 and good[1] == 0:
                    break
            verdict[n, m] = good[0] + 2 * good[1]
            for side in range(2):
                for u in range(distinct[side]):
                    keys[side, used[side, u]] = 0
    return work
