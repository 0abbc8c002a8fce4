"""Closed partitions (Hartmanis and Stearns): blocks of states that every event moves as a whole.

A partition is a tuple with the number of each state's block, -1 for a state outside the region that it is
about. On a region it is closed weakly: events that leave the region, or enter it, may do as they like.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from netlift.core._compiled import njit

Partition = tuple[int, ...]
Moves = Sequence[Sequence[int]]
_LARGE = 24  # states of a region from which on the compiled closure pays for its loading


class _Joined:
    """Disjoint sets of states."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def find(self, state: int) -> int:
        while self._above[state] != state:
            self._above[state] = self._above[self._above[state]]
            state = self._above[state]
        return state

    def join(self, one: int, other: int) -> tuple[int, int] | None:
        """(the kept, the dropped) representative; None where they were one already."""
        one, other = self.find(one), self.find(other)
        if one == other:
            return None
        kept, dropped = min(one, other), max(one, other)
        self._above[dropped] = kept
        return kept, dropped

    def labels(self, region: frozenset[int]) -> Partition:
        numbers: dict[int, int] = {}
        return tuple(
            numbers.setdefault(self.find(state), len(numbers)) if state in region else -1
            for state in range(len(self._above))
        )


def blocks(partition: Partition) -> int:
    """How many blocks there are."""
    return max(partition) + 1


@njit(cache=True)
def _found(above, state):  # type: ignore[no-untyped-def]
    while above[state] != state:
        above[state] = above[above[state]]
        state = above[state]
    return state


@njit(cache=True)
def _close(image, inside, ones, others, starts, labels):  # type: ignore[no-untyped-def]
    """Write into each row of `labels` the closed partition that the pairs `starts[k]:starts[k + 1]` cause."""
    states, symbols = image.shape
    above = np.empty(states, np.int64)
    leads = np.empty((states, symbols), np.int64)
    numbers = np.empty(states, np.int64)
    # Every pair that waits is one of the given ones or was made by a join, of which each makes one a symbol.
    most = states * symbols
    waiting = np.empty((most + len(ones) + 1, 2), np.int64)
    for k in range(len(starts) - 1):
        above[:] = np.arange(states)
        leads[:] = image
        left = 0
        for n in range(starts[k], starts[k + 1]):
            waiting[left, 0], waiting[left, 1] = ones[n], others[n]
            left += 1
        while left:
            left -= 1
            one, other = _found(above, waiting[left, 0]), _found(above, waiting[left, 1])
            if one == other:
                continue
            kept, dropped = min(one, other), max(one, other)
            above[dropped] = kept
            for a in range(symbols):
                here, there = leads[kept, a], leads[dropped, a]
                if here < 0:
                    leads[kept, a] = there
                elif there >= 0:
                    waiting[left, 0], waiting[left, 1] = here, there
                    left += 1
        numbers[:] = -1
        count = 0
        for q in range(states):
            labels[k, q] = -1
            if inside[q]:
                block = _found(above, q)
                if numbers[block] < 0:
                    numbers[block] = count
                    count += 1
                labels[k, q] = numbers[block]


@lru_cache(maxsize=32)
def _image(moves: Moves, region: frozenset[int]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each step leads, -1 for those that are not from the region to the region, and what is in it."""
    inside = np.zeros(len(moves), np.bool_)
    inside[sorted(region)] = True
    to = np.array(moves, np.int64)
    return np.where(inside[:, None] & inside[to], to, -1), inside


def _closed_all(
    moves: Moves, groups: Sequence[Sequence[tuple[int, int]]], region: frozenset[int]
) -> list[Partition]:
    """For each group of pairs what `closed` gives, compiled."""
    image, inside = _image(tuple(map(tuple, moves)), region)
    pairs = np.array([pair for group in groups for pair in group], np.int64).reshape(-1, 2)
    starts = np.cumsum([0, *map(len, groups)], dtype=np.int64)
    labels = np.empty((len(groups), len(moves)), np.int64)
    _close(image, inside, pairs[:, 0].copy(), pairs[:, 1].copy(), starts, labels)
    return list(map(tuple, labels.tolist()))


def closed(moves: Moves, pairs: Iterable[tuple[int, int]], region: frozenset[int]) -> Partition:
    """The finest closed partition of the region that joins these pairs."""
    if len(region) >= _LARGE:
        return _closed_all(moves, [list(pairs)], region)[0]
    joined = _Joined(len(moves))
    image = [[r if r in region and q in region else -1 for r in row] for q, row in enumerate(moves)]
    waiting = list(pairs)
    while waiting:
        two = joined.join(*waiting.pop())
        if two is None:
            continue
        kept, dropped = two
        for a, there in enumerate(image[dropped]):
            here = image[kept][a]
            if here < 0:
                image[kept][a] = there
            elif there >= 0:
                waiting.append((here, there))
    return joined.labels(region)


def principal(moves: Moves, region: frozenset[int]) -> list[Partition]:
    """The closed partitions that joining one pair of states brings about, without repetition."""
    pairs = list(combinations(sorted(region), 2))
    if len(region) >= _LARGE:
        return list(dict.fromkeys(_closed_all(moves, [[pair] for pair in pairs], region)))
    return list(dict.fromkeys(closed(moves, [pair], region) for pair in pairs))


def join(moves: Moves, one: Partition, other: Partition, region: frozenset[int]) -> Partition:
    """The finest closed partition coarser than both."""
    pairs = []
    for partition in (one, other):
        first: dict[int, int] = {}
        for state, block in enumerate(partition):
            if block >= 0:
                pairs.append((first.setdefault(block, state), state))
    return closed(moves, pairs, region)


def changed_by(moves: Moves, events: frozenset[int], region: frozenset[int]) -> Partition:
    """Blocks of the region that no event but these leads out of."""
    joined = _Joined(len(moves))
    for q in sorted(region):
        for a, r in enumerate(moves[q]):
            if a not in events and r in region:
                joined.join(q, r)
    return joined.labels(region)


def components(moves: Moves) -> list[frozenset[int]]:
    """The strongly connected components with three states and more, by their smallest state."""
    size = len(moves)
    reach = [1 << q for q in range(size)]
    changed = True
    while changed:
        changed = False
        for q, row in enumerate(moves):
            wider = reach[q]
            for r in row:
                wider |= reach[r]
            if wider != reach[q]:
                reach[q], changed = wider, True
    found = []
    for q in range(size):
        block = frozenset(r for r in range(size) if reach[q] >> r & 1 and reach[r] >> q & 1)
        if len(block) >= 3 and min(block) == q:
            found.append(block)
    return found
