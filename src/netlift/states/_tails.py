"""A machine from sequences of events alone: states of the prefix tree with the same next few events are one.

Biermann and Feldman, On the synthesis of finite-state machines from samples of their behavior (1972), known
as k-tails.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from netlift.core._clock import checkpoint
from netlift.core._errors import InputError

TAIL = 2  # events by which states are told apart
MOST_NODES = 2_000_000  # of the prefix tree


@dataclass(frozen=True)
class Tails:
    """What may follow: state 0 is where every sequence begins.

    `after[q]` gives for each event that was seen in state q the next state, `ends[q]` whether a sequence
    ended there. `nodes` counts the beginnings of sequences that were merged into the states.
    """

    after: tuple[dict[int, int], ...]
    ends: tuple[bool, ...]
    nodes: int


def tails(words: Sequence[Sequence[int]], length: int = TAIL) -> Tails:
    """The machine whose states are beginnings of the words with the same continuations of `length` events.

    Whether a word ends within them is a part of the continuation. Beginnings that this makes one have one
    next state for an event, which merges more; every word stays accepted. Raises InputError where there are
    too many different beginnings.
    """
    child: list[dict[int, int]] = [{}]
    ends = [False]
    for word in words:
        node = 0
        for event in word:
            if event not in child[node]:
                child[node][event] = len(child)
                child.append({})
                ends.append(False)
                if len(child) > MOST_NODES:
                    raise InputError(
                        f"the sequences have more than {MOST_NODES:,} different beginnings; expected "
                        "fewer, so give "
                        "fewer or shorter sequences"
                    )
            node = child[node][event]
        ends[node] = True
    return _merged(child, ends, length)


def _merged(child: list[dict[int, int]], ends: list[bool], length: int) -> Tails:
    kinds = [0] * len(child)
    for _ in range(length):  # as Moore's refinement, but of as many rounds as the tails are long
        checkpoint()
        signs: dict[tuple[bool, tuple[tuple[int, int], ...]], int] = {}
        kinds = [
            signs.setdefault(
                (ends[node], tuple(sorted((event, kinds[below]) for event, below in child[node].items()))),
                len(signs),
            )
            for node in range(len(child))
        ]
    parent = list(range(len(child)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    first: dict[int, int] = {}
    waiting = [(first.setdefault(kind, node), node) for node, kind in enumerate(kinds)]
    nexts = [dict(one) for one in child]
    ending = list(ends)
    while waiting:
        one, two = map(root, waiting.pop())
        if one == two:
            continue
        into, gone = min(one, two), max(one, two)
        parent[gone] = into
        ending[into] = ending[into] or ending[gone]
        for event, below in nexts[gone].items():
            if event in nexts[into]:
                waiting.append((nexts[into][event], below))
            else:
                nexts[into][event] = below
    number = {root(0): 0}
    order = [root(0)]
    after = []
    for state in order:  # the list grows while it is walked: breadth-first
        row = {}
        for event, below in sorted(nexts[state].items()):
            target = root(below)
            if target not in number:
                number[target] = len(order)
                order.append(target)
            row[event] = number[target]
        after.append(row)
    return Tails(tuple(after), tuple(ending[state] for state in order), len(child))
