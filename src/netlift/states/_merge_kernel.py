"""Compiled loops of state merging: a prefix tree in flat arrays, and the red-blue loop over it.

An edge of the tree is a number: `symbol`, `to` and `answer` [E] say what it is (an answer of -1: nobody gave
one), `head` [nodes] and `following` [E] list the edges of each node. Nodes that are sure ("red") have a row
of `dense` besides, so that their edges are found at once. A merge adds edges and redirects some; a log undoes
it.
"""

import math
from typing import Any

import numpy as np

from netlift.core._compiled import njit

_UNTRIED = 1e300  # the key of a node that nothing is known of yet
_NEW = 1e200  # the key, before its visits, of one that fits no red node
_LAZY = 20_000  # pairs of nodes up to which all are tried again after each merge, and not the best alone
_HINTED = 1e6  # what a hint is worth
_CONTEXTS = 8_192  # pairs of symbol and answer that are told apart where targets are foreseen


@njit(cache=True)
def grow(symbols: Any, answers: Any, lengths: Any) -> Any:
    """The prefix tree of words [N, T], the visits of each edge, and the first word against it (-1: none)."""
    nodes, edges = 1, 0
    room = 1
    for word in range(len(symbols)):
        room += lengths[word]
    head = np.full(room, -1, np.int64)
    symbol, to = np.empty(room, np.int64), np.empty(room, np.int64)
    answer, following, visits = np.empty(room, np.int64), np.empty(room, np.int64), np.zeros(room, np.int64)
    wrong = -1
    for word in range(len(symbols)):
        node = 0
        for step in range(lengths[word]):
            edge = head[node]
            while edge >= 0 and symbol[edge] != symbols[word, step]:
                edge = following[edge]
            if edge < 0:
                edge = edges
                symbol[edge], to[edge] = symbols[word, step], nodes
                answer[edge], following[edge] = answers[word, step], head[node]
                head[node] = edge
                edges += 1
                nodes += 1
            elif answer[edge] < 0:
                answer[edge] = answers[word, step]
            elif answers[word, step] >= 0 and answer[edge] != answers[word, step] and wrong < 0:
                wrong = word
            visits[edge] += 1
            node = to[edge]
    return head[:nodes], symbol[:edges], to[:edges], answer[:edges], following[:edges], visits[:edges], wrong


@njit(cache=True)
def _fold(
    into: Any, node: Any, head: Any, symbol: Any, to: Any, answer: Any, following: Any, visits: Any,
    edges: Any, row: Any, dense: Any, weight: Any, stack: Any, log: Any, keep: Any,
) -> Any:  # fmt: skip
    """Make two nodes one, and all they lead to: (evidence or -1, answers that agree, edges, log's length).

    The log tells the nodes that got an edge, and (as -1 - edge) the edges that got an answer.
    """
    stack[0, 0], stack[0, 1], waiting = into, node, 1
    evidence, agreed, logged = 0.0, 0, 0
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
                symbol[mine], to[mine], answer[mine] = symbol[edge], to[edge], answer[edge]
                following[mine], visits[mine] = head[a], visits[edge]
                head[a] = mine
                if row[a] >= 0:
                    dense[row[a], symbol[mine]] = mine
                log[logged] = a
                logged += 1
            else:
                if answer[edge] >= 0:
                    if answer[mine] < 0:
                        answer[mine] = answer[edge]
                        log[logged] = -1 - mine
                        logged += 1
                    elif answer[mine] != answer[edge]:
                        return -1.0, agreed, edges, logged
                    else:
                        evidence += weight[symbol[edge], answer[edge]]
                        agreed += 1
                if keep:
                    visits[mine] += visits[edge]
                stack[waiting, 0], stack[waiting, 1] = to[mine], to[edge]
                waiting += 1
            edge = following[edge]
    return evidence, agreed, edges, logged


@njit(cache=True)
def _undo(
    edges: Any, logged: Any, head: Any, symbol: Any, answer: Any, following: Any, row: Any, dense: Any,
    log: Any,
) -> None:  # fmt: skip
    for place in range(logged - 1, -1, -1):
        entry = log[place]
        if entry < 0:
            answer[-1 - entry] = -1
        else:
            edges -= 1
            if row[entry] >= 0:
                dense[row[entry], symbol[edges]] = -1
            head[entry] = following[edges]


@njit(cache=True)
def _noise(a: Any, b: Any, seed: Any) -> Any:
    """A number in [0, 1) that depends on the three alone."""
    x = (
        np.uint64(a) * np.uint64(0x9E3779B97F4A7C15)
        ^ np.uint64(b) * np.uint64(0xC2B2AE3D27D4EB4F)
        ^ np.uint64(seed) * np.uint64(0x165667B19E3779F9)
    )
    x = (x ^ (x >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(32))) * np.uint64(0x94D049BB133111EB)
    return ((x ^ (x >> np.uint64(29))) >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True)
def _evaluate(
    i: Any, start: Any, reds: Any, red: Any, owner: Any, edge: Any, head: Any, symbol: Any, to: Any,
    answer: Any,
    following: Any, visits: Any, edges: Any, row: Any, dense: Any, weight: Any, stack: Any, log: Any,
    unlike: Any, value: Any, loops: Any, by_both: Any, of_both: Any, by_answer: Any, of_answer: Any,
    kinds: Any, trust: Any, prior: Any, jitter: Any, seed: Any, hint: Any,
) -> Any:  # fmt: skip
    """Try node i with the red nodes from `start` on: what speaks for each goes into `value` and `unlike`.

    True where it might be one of them, and nothing speaks for it.
    """
    node, told = to[edge], answer[edge]
    possible = False
    both = (symbol[edge] * kinds + told) % len(of_both)
    for r in range(start, reds):
        if unlike[i, r]:
            continue
        to[edge] = red[r]
        found, agreed, added, logged = _fold(
            red[r],
            node,
            head,
            symbol,
            to,
            answer,
            following,
            visits,
            edges,
            row,
            dense,
            weight,
            stack,
            log,
            False,
        )
        _undo(added, logged, head, symbol, answer, following, row, dense, log)
        if found < 0:
            unlike[i, r] = True
            continue
        if agreed == 0:  # nothing speaks against it, and nothing for it
            value[i, r] = -np.inf
            possible = True
            continue
        chance, loop = 1.0 / reds, 0.5
        if told >= 0:
            loop = loops[both, 0] / (loops[both, 0] + loops[both, 1])
            chance = 0.5 * (by_both[both, r] + 1.0 / reds) / (of_both[both] + 1.0)
            chance += 0.5 * (by_answer[told, r] + 1.0 / reds) / (of_answer[told] + 1.0)
        chance *= 1.0 - loop
        if r == owner:
            chance += loop
        value[i, r] = trust * found + prior * math.log2(chance)
        if jitter > 0:
            value[i, r] += jitter * _noise(node, red[r], seed)
        if hint[node] >= 0 and hint[node] == hint[red[r]]:
            value[i, r] += _HINTED
    to[edge] = node
    return possible


@njit(cache=True)
def merge_all(
    head: Any, symbol: Any, to: Any, answer: Any, following: Any, visits: Any, edges: Any, letters: Any,
    kinds: Any, weight: Any, most: Any, trust: Any, prior: Any, alone: Any, jitter: Any, seed: Any, work: Any,
    hint: Any,
) -> Any:  # fmt: skip
    """Merge the tree's nodes until all that lead anywhere are red.

    The arrays of edges have room for what merging adds: they are as long as four times the nodes. Returns the
    red nodes' edges [Q, letters] (-1: none), their number Q (-1: more than `most`, or more than `work` pairs
    of nodes were tried), the place of each node among the red ones (-1: none), and the fewest answers that
    spoke for a merge. `trust` to `jitter` are the taste by which merges are ordered: see `Taste`.
    Nodes with the same `hint` [nodes] (-1: none) are merged first, unless the words forbid it.
    """
    nodes = len(head)
    row, dense = np.full(nodes, -1, np.int64), np.full((most, letters), -1, np.int64)
    stack, log = np.empty((nodes + 1, 2), np.int64), np.empty(2 * nodes + 2, np.int64)
    red, reds = np.empty(most, np.int64), 0
    room = most * letters
    blue, owner, blues = np.empty(room, np.int64), np.empty(room, np.int64), 0
    key, best = np.empty(room), np.empty(room, np.int64)
    seen, stale = np.zeros(room, np.int64), np.zeros(room, np.bool_)
    unlike = np.zeros((room, most), np.bool_)  # it stays so: what is merged says ever more
    value = np.empty((room, most), np.float32)
    contexts = min(letters * kinds, _CONTEXTS)
    loops = np.ones((contexts, 2))
    by_both, of_both = np.zeros((contexts, most)), np.zeros(contexts)
    by_answer, of_answer = np.zeros((kinds, most)), np.zeros(kinds)
    least, promoted, tried = nodes, 0, 0
    while True:
        if promoted >= 0:
            if reds >= most:
                return dense, -1, row, least
            row[promoted], red[reds] = reds, promoted
            edge = head[promoted]
            while edge >= 0:
                dense[reds, symbol[edge]] = edge
                blue[blues], owner[blues], seen[blues], stale[blues] = edge, reds, 0, False
                unlike[blues] = False
                blues += 1
                edge = following[edge]
            reds += 1
            promoted = -1
        at, checked = -1, blues * reds > _LAZY
        for turn in range(2 * blues + 2):
            i, start = at, 0
            if turn < blues:  # at first those of which something is not known, then the best if it is stale
                i = turn
                start = 0 if stale[i] and not checked else seen[i]
                if row[to[blue[i]]] >= 0 or head[to[blue[i]]] < 0:
                    key[i] = -_UNTRIED
                    continue
                if start == reds:
                    continue
            elif turn > blues and (at < 0 or not stale[at]):
                break
            if turn != blues:
                tried += reds - start
                edge = blue[i]
                possible = _evaluate(
                    i, start, reds, red, owner[i], edge, head, symbol, to, answer, following, visits, edges,
                    row, dense, weight, stack, log, unlike, value, loops, by_both, of_both, by_answer,
                    of_answer, kinds, trust, prior, jitter, seed, hint,
                )  # fmt: skip
                if start == 0:
                    stale[i] = False
                seen[i] = reds
                first, second, who = -_UNTRIED, -_UNTRIED, -1
                for r in range(reds):
                    if not unlike[i, r]:
                        if value[i, r] > first:
                            first, second, who = value[i, r], first, r
                        elif value[i, r] > second:
                            second = value[i, r]
                best[i] = who
                if who < 0:
                    key[i] = (-_NEW if possible else _NEW) + visits[edge] * (_NEW / 1e12)
                elif second <= -_UNTRIED:
                    key[i] = first + alone
                else:
                    key[i] = first - second
            if turn >= blues:
                at = -1
                for j in range(blues):
                    if key[j] > -_UNTRIED and (at < 0 or key[j] > key[at]):
                        at = j
        if at < 0:
            return dense, reds, row, least
        if tried > work:
            return dense, -1, row, least
        edge = blue[at]
        node = to[edge]
        if best[at] < 0:
            promoted = node
        else:
            r = best[at]
            to[edge] = red[r]
            _, agreed, _, logged = _fold(
                red[r], node, head, symbol, to, answer, following, visits, edges, row, dense, weight, stack,
                log, True,
            )  # fmt: skip
            least = min(least, agreed)
            stale[:blues] = True
            for place in range(logged):
                if log[place] >= 0:
                    if row[log[place]] >= 0:
                        blue[blues], owner[blues] = edges, row[log[place]]
                        seen[blues], stale[blues] = 0, False
                        unlike[blues] = False
                        blues += 1
                    edges += 1
            told = answer[edge]
            if told >= 0:
                both = (symbol[edge] * kinds + told) % contexts
                if r == owner[at]:
                    loops[both, 0] += 1
                else:
                    loops[both, 1] += 1
                    by_both[both, r] += 1
                    of_both[both] += 1
                    by_answer[told, r] += 1
                    of_answer[told] += 1
        kept = 0
        for i in range(blues):
            if row[to[blue[i]]] < 0 and to[blue[i]] != promoted:
                if kept != i:
                    blue[kept], owner[kept], key[kept], best[kept] = blue[i], owner[i], key[i], best[i]
                    seen[kept], stale[kept] = seen[i], stale[i]
                    unlike[kept], value[kept] = unlike[i], value[i]
                kept += 1
        blues = kept


@njit(cache=True)
def states_of_nodes(head: Any, symbol: Any, to: Any, following: Any, transitions: Any, free: Any) -> Any:
    """The state [nodes] in which a machine is at each node of a tree; -1 where it cannot tell.

    Neither is it told after the transitions [Q, A] that are `free` and where their targets are all -1.
    """
    state, shown = np.full(len(head), -1, np.int64), np.full(len(head), -1, np.int64)
    state[0] = shown[0] = 0
    for node in range(len(head)):  # numbers grow with the depth
        edge = head[node]
        while edge >= 0:
            if state[node] >= 0:
                state[to[edge]] = transitions[state[node], symbol[edge]]
                if not free[state[node], symbol[edge]]:
                    shown[to[edge]] = state[to[edge]]
            edge = following[edge]
    return shown


@njit(cache=True)
def answers_all(transitions: Any, answers: Any, symbols: Any, told: Any, lengths: Any) -> Any:
    """Whether a machine gives the answers that words [N, T] were `told` (-1: none), all pairs known."""
    for word in range(len(symbols)):
        state = 0
        for step in range(lengths[word]):
            symbol = symbols[word, step]
            answer = answers[state, symbol]
            if told[word, step] >= 0 and answer != told[word, step]:
                return False
            state = transitions[state, symbol]
            if state < 0:
                if step + 1 < lengths[word]:
                    return False
                break
    return True


@njit(cache=True)
def visited_pairs(transitions: Any, symbols: Any, lengths: Any) -> Any:
    """How often words [N, T] take each transition [Q, A]."""
    visits = np.zeros(transitions.shape, np.int64)
    for word in range(len(symbols)):
        state = 0
        for step in range(lengths[word]):
            visits[state, symbols[word, step]] += 1
            state = transitions[state, symbols[word, step]]
            if state < 0:
                break
    return visits


@njit(cache=True)
def target_bits(transitions: Any, answers: Any, context: Any, contexts: int, kinds: int) -> float:
    """Bits to write down the targets [Q, A], each foreseen from those before with its symbol and answer.

    `context` [Q, A] numbers the pairs of symbol and answer, 0 to contexts - 1. Cells with an answer or a
    target of -1 are left out.
    """
    states, letters = transitions.shape
    stays, moves = np.ones(contexts), np.ones(contexts)
    here, heres = np.zeros((contexts, states), np.int32), np.zeros(contexts)
    anywhere, anywheres = np.zeros((kinds, states), np.int32), np.zeros(kinds)
    bits = 0.0
    for state in range(states):
        for letter in range(letters):
            target, answer = transitions[state, letter], answers[state, letter]
            if target < 0 or answer < 0:
                continue
            where = context[state, letter]
            chance = 0.5 * (here[where, target] + 1.0 / states) / (heres[where] + 1.0)
            chance += 0.5 * (anywhere[answer, target] + 1.0 / states) / (anywheres[answer] + 1.0)
            share = stays[where] / (stays[where] + moves[where])
            bits -= math.log2((1.0 - share) * chance + (share if target == state else 0.0))
            if target == state:
                stays[where] += 1.0
            else:
                moves[where] += 1.0
                here[where, target] += 1
                heres[where] += 1.0
                anywhere[answer, target] += 1
                anywheres[answer] += 1.0
    return bits
