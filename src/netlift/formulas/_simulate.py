"""Compiled loops that run updates of one state variable along a prefix tree.

What an operator does not read is filled up with its code: a literal would make a version of its own.
"""

import numpy as np

from netlift.core._compiled import njit
from netlift.formulas._kernel import BAD, CHOICE, FIRST_UNARY, LAST_UNARY, LEAF, apply, find_slot

_MIX = -7046029254386353131  # 2^64 over the golden ratio, as a signed number


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
            slots = 1 if FIRST_UNARY <= op[node] <= LAST_UNARY else (3 if op[node] == CHOICE else 2)
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
        if c == CHOICE:
            top -= 2
            value = apply(c, stack[top - 1], stack[top], stack[top + 1])
        elif FIRST_UNARY <= c <= LAST_UNARY:
            value = apply(c, stack[top - 1], c, c)
        else:
            top -= 1
            value = apply(c, stack[top - 1], stack[top], c)
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
