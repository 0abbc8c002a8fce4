"""Closed partitions (Hartmanis and Stearns): blocks of states that every event moves as a whole.

A partition is a tuple with the number of each state's block, -1 for a state outside the region that it is
about. On a region it is closed weakly: events that leave the region, or enter it, may do as they like.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

Partition = tuple[int, ...]
Moves = Sequence[Sequence[int]]


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


def closed(moves: Moves, pairs: Iterable[tuple[int, int]], region: frozenset[int]) -> Partition:
    """The finest closed partition of the region that joins these pairs."""
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
    found = {closed(moves, [pair], region): None for pair in combinations(sorted(region), 2)}
    return list(found)


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
