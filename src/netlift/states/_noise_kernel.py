"""Compiled loops of state merging where some labels are wrong: edges of the tree count their answers.

As in `_merge_kernel`, an edge is a number with a symbol, a target and a successor in its node's list;
`counts` [E, K] tell how often each answer was given. Making two nodes one costs or saves bits: those that
write the answers of an edge down, either as one answer and its exceptions, or, where that is shorter, as a
frequency.
"""

import math
from typing import Any

import numpy as np

from netlift.core._compiled import njit

_LN2 = math.log(2.0)
_HOPELESS = -400.0  # bits: a pair that is so much worse is not looked at to its end


@njit(cache=True)
def grow_counts(symbols: Any, answers: Any, lengths: Any, kinds: Any) -> Any:
    """The prefix tree of words [N, T] with answers (-1: none): head, symbol, to, following, counts [E, K]."""
    room = 1
    for word in range(len(symbols)):
        room += lengths[word]
    head = np.full(room, -1, np.int64)
    symbol, to, following = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    counts = np.zeros((room, kinds), np.int32)
    nodes, edges = 1, 0
    for word in range(len(symbols)):
        node = 0
        for step in range(lengths[word]):
            edge = head[node]
            while edge >= 0 and symbol[edge] != symbols[word, step]:
                edge = following[edge]
            if edge < 0:
                edge = edges
                symbol[edge], to[edge], following[edge] = symbols[word, step], nodes, head[node]
                head[node] = edge
                edges += 1
                nodes += 1
            if answers[word, step] >= 0:
                counts[edge, answers[word, step]] += 1
            node = to[edge]
    return head[:nodes], symbol[:edges], to[:edges], following[:edges], counts[:edges]


@njit(cache=True)
def answer_bits(counts: Any, weight: Any, wrong: Any, flag: Any) -> Any:
    """Bits of the answers [K] of one edge: one answer and its exceptions, or (`flag` bits more) a frequency.

    Negative where the frequency is shorter, which is then what they mean; `weight` [K] is what naming one
    answer costs, `wrong` what an exception does.
    """
    total, most = 0, 0
    for k in range(len(counts)):
        total += counts[k]
        if counts[k] > counts[most]:
            most = k
    if total == 0:
        return 0.0
    exceptions = total - counts[most]
    one = weight[most] + exceptions * wrong
    if exceptions == 0 or one <= flag:
        return one
    kinds = len(counts)
    bits = math.lgamma(total + 0.5 * kinds) - math.lgamma(0.5 * kinds)
    for k in range(kinds):
        if counts[k] > 0:
            bits -= math.lgamma(counts[k] + 0.5) - math.lgamma(0.5)
    bits = bits / _LN2 + flag
    return one if one <= bits else -bits


@njit(cache=True)
def _fold(
    into: Any, node: Any, head: Any, symbol: Any, to: Any, following: Any, counts: Any, edges: Any, row: Any,
    dense: Any, weight: Any, wrong: Any, flag: Any, stack: Any, log: Any, keep: Any,
) -> Any:  # fmt: skip
    """Make two nodes one, and all they lead to: (bits saved, edges, log's length, agreed)."""
    stack[0, 0], stack[0, 1], waiting = into, node, 1
    saved, logged, met = 0.0, 0, 0
    while waiting > 0:
        waiting -= 1
        a, b = stack[waiting, 0], stack[waiting, 1]
        edge = head[b]
        while edge >= 0:
            if row[a] >= 0:
                mine = dense[row[a], symbol[edge]]
            else:
                mine = head[a]
                while mine >= 0 and symbol[mine] != symbol[edge]:
                    mine = following[mine]
            if mine < 0:
                mine = edges
                edges += 1
                symbol[mine], to[mine], following[mine] = symbol[edge], to[edge], head[a]
                counts[mine] = counts[edge]
                head[a] = mine
                if row[a] >= 0:
                    dense[row[a], symbol[mine]] = mine
                log[logged, 0], log[logged, 1] = a, -1
                logged += 1
            else:
                theirs = 0
                for k in range(counts.shape[1]):
                    theirs += counts[edge, k]
                if theirs > 0:
                    weights = weight[symbol[edge]]
                    before = abs(answer_bits(counts[mine], weights, wrong, flag))
                    before += abs(answer_bits(counts[edge], weights, wrong, flag))
                    for k in range(counts.shape[1]):
                        met += min(counts[mine, k], counts[edge, k])
                        counts[mine, k] += counts[edge, k]
                    saved += before - abs(answer_bits(counts[mine], weights, wrong, flag))
                    log[logged, 0], log[logged, 1] = mine, edge
                    logged += 1
                stack[waiting, 0], stack[waiting, 1] = to[mine], to[edge]
                waiting += 1
            edge = following[edge]
        if not keep and saved < _HOPELESS:
            break
    return saved, edges, logged, met


@njit(cache=True)
def _undo(
    edges: Any,
    logged: Any,
    head: Any,
    symbol: Any,
    following: Any,
    counts: Any,
    row: Any,
    dense: Any,
    log: Any,
) -> None:
    for place in range(logged - 1, -1, -1):
        one, other = log[place, 0], log[place, 1]
        if other >= 0:
            for k in range(counts.shape[1]):
                counts[one, k] -= counts[other, k]
        else:
            edges -= 1
            if row[one] >= 0:
                dense[row[one], symbol[edges]] = -1
            head[one] = following[edges]
            counts[edges] = 0


@njit(cache=True)
def merge_counts(
    head: Any, symbol: Any, to: Any, following: Any, counts: Any, edges: Any, letters: Any, weight: Any,
    wrong: Any, flag: Any, margin: Any, most: Any, work: Any,
) -> Any:  # fmt: skip
    """Merge the tree's nodes until all that lead anywhere are red.

    A node becomes a state where being one with any other would cost more than `margin` bits; else the merge
    that saves most comes first. The arrays of edges have room for what merging adds. Returns the red nodes'
    edges [Q, letters] (-1: none), their number Q (-1: more than `most`, or more than `work` pairs of edges
    were looked at), and the place of each node among the red ones (-1: none).
    """
    nodes = len(head)
    row, dense = np.full(nodes, -1, np.int64), np.full((most, letters), -1, np.int64)
    stack, log = np.empty((nodes + 1, 2), np.int64), np.empty((2 * nodes + 2, 2), np.int64)
    red, reds, promoted, looked = np.empty(most, np.int64), 0, 0, 0
    room = most * letters
    blue, blues = np.empty(room, np.int64), 0
    value, best, first = np.empty((room, most)), np.empty(room, np.int64), np.empty(room)
    seen, fresh = np.zeros(room, np.int64), np.zeros(room, np.bool_)
    while True:
        if promoted >= 0:
            if reds >= most:
                return dense, -1, row
            row[promoted], red[reds] = reds, promoted
            edge = head[promoted]
            while edge >= 0:
                dense[reds, symbol[edge]] = edge
                blue[blues], seen[blues], fresh[blues] = edge, 0, True
                blues += 1
                edge = following[edge]
            reds += 1
            promoted = -1
        kept = 0
        for i in range(blues):
            node = to[blue[i]]
            if row[node] < 0 and head[node] >= 0:
                if kept != i:
                    blue[kept], seen[kept], fresh[kept] = blue[i], seen[i], fresh[i]
                    best[kept], first[kept] = best[i], first[i]
                    value[kept] = value[i]
                kept += 1
        blues = kept
        if blues == 0:
            return dense, reds, row
        at = -1
        while True:
            for i in range(blues):
                if seen[i] == reds and (i != at or fresh[i]):
                    continue
                start = seen[i] if fresh[i] else 0
                for r in range(start, reds):
                    kind = to[blue[i]]
                    to[blue[i]] = red[r]
                    saved, added, logged, _ = _fold(
                        red[r], kind, head, symbol, to, following, counts, edges, row, dense, weight, wrong,
                        flag, stack, log, False,
                    )  # fmt: skip
                    _undo(added, logged, head, symbol, following, counts, row, dense, log)
                    to[blue[i]] = kind
                    looked += logged + 1
                    value[i, r] = saved
                seen[i], fresh[i] = reds, True
                best[i] = 0
                for r in range(1, reds):
                    if value[i, r] > value[i, best[i]]:
                        best[i] = r
                first[i] = value[i, best[i]]
            if looked > work:
                return dense, -1, row
            lone, joined = 0, 0
            for i in range(1, blues):
                if first[i] < first[lone]:
                    lone = i
                if first[i] > first[joined]:
                    joined = i
            at = lone if first[lone] < -margin else joined
            if fresh[at]:
                break
        node = to[blue[at]]
        if first[at] < -margin:
            promoted = node
            continue
        to[blue[at]] = red[best[at]]
        _, edges_now, logged, _ = _fold(
            red[best[at]], node, head, symbol, to, following, counts, edges, row, dense, weight, wrong, flag,
            stack, log, True,
        )  # fmt: skip
        new = edges
        for place in range(logged):
            if log[place, 1] < 0:
                if row[log[place, 0]] >= 0:
                    blue[blues], seen[blues], fresh[blues] = new, 0, True
                    blues += 1
                new += 1
        edges = edges_now
        for i in range(blues):
            if seen[i] > 0:
                fresh[i] = False


@njit(cache=True)
def answers_counted(transitions: Any, symbols: Any, answers: Any, lengths: Any, kinds: Any) -> Any:
    """How often each answer [Q, A, K] was given at each transition on the words' ways."""
    counts = np.zeros((*transitions.shape, kinds), np.int64)
    for word in range(len(symbols)):
        state = 0
        for step in range(lengths[word]):
            if answers[word, step] >= 0:
                counts[state, symbols[word, step], answers[word, step]] += 1
            state = transitions[state, symbols[word, step]]
            if state < 0:
                break
    return counts


@njit(cache=True)
def counted_bits(counts: Any, weight: Any, wrong: Any, flag: Any) -> Any:
    """Bits of all answers [Q, A, K], `weight` [K] being what naming one costs."""
    bits = 0.0
    for state in range(counts.shape[0]):
        for symbol in range(counts.shape[1]):
            bits += abs(answer_bits(counts[state, symbol], weight, wrong, flag))
    return bits


@njit(cache=True)
def pairs_passed(transitions: Any, symbols: Any, lengths: Any) -> Any:
    """The state [N, T] before each step of words, -1 where it is not known."""
    states = np.full(symbols.shape, -1, np.int64)
    for word in range(len(symbols)):
        state = 0
        for step in range(lengths[word]):
            states[word, step] = state
            state = transitions[state, symbols[word, step]]
            if state < 0:
                break
    return states
