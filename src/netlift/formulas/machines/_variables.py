"""Small variables: what each state says about their values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from netlift.formulas.machines._automaton import Automaton
from netlift.formulas.machines._partitions import Partition, blocks

FLAG, MODE, COUNT, SIGN = 0, 1, 2, 3
_COUNTS = 2.9  # the score from which an event is said to count
_MOST_ORDERED = 6  # values of which all orders are tried
_LARGE, _ORDERED_THERE = 32, 4  # states beyond which so many variables are made that fewer orders are tried


@dataclass(frozen=True)
class Variable:
    """A variable with values 0 to `size` - 1; for each state the set of values that it may have there.

    Sets are bit masks: one value where it is determined, several where it does not matter. `kind` is FLAG
    (two values), MODE (values without order), COUNT (events move it by one) or SIGN (1 and -1, a direction).
    """

    kind: int
    size: int
    sets: tuple[int, ...]

    @property
    def first(self) -> int:
        """The value before the first step: the smallest that the first state allows."""
        return next(members(self.sets[0]))


def members(mask: int) -> Iterator[int]:
    """The values in a set, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def distinct(variables: Sequence[Variable], states: int) -> bool:
    """Whether no two states may have the same values."""
    return all(
        any(not v.sets[p] & v.sets[q] for v in variables) for p in range(states) for q in range(p + 1, states)
    )


def variable_of(automaton: Automaton, sets: Sequence[int]) -> Variable | None:
    """The variable with these sets, its values numbered anew; None where it says nothing.

    Values that are determined nowhere are dropped. Flags start false where the first state tells. The values
    of others are ordered so that as many events as possible count.
    """
    used = 0
    for one in sets:
        if not one & (one - 1):
            used |= one
    values = list(members(used))
    if len(values) < 2:
        return None
    full = (1 << len(values)) - 1
    clean = [_mapped(one & used, {d: n for n, d in enumerate(values)}) or full for one in sets]
    size = len(values)
    if size == 2:
        if clean[0] == 2 or (clean[0] == 3 and _is_set_by_resets(automaton, clean)):
            clean = [_mapped(one, {0: 1, 1: 0}) for one in clean]
        return Variable(FLAG, 2, tuple(clean))
    order, counts = _order(automaton, clean, size)
    place = {d: n for n, d in enumerate(order)}
    return Variable(COUNT if counts else MODE, size, tuple(_mapped(one, place) for one in clean))


def of_partition(automaton: Automaton, partition: Partition) -> Variable | None:
    """The variable that names the blocks; outside the region its value does not matter."""
    full = (1 << blocks(partition)) - 1
    return variable_of(automaton, [full if b < 0 else 1 << b for b in partition])


def _is_set_by_resets(automaton: Automaton, sets: Sequence[int]) -> bool:
    """Whether the events that lead to one state only, from everywhere, make a flag true."""
    for a, *_ in automaton.kinds:
        targets = {row[a] for row in automaton.moves}
        if len(targets) == 1 and (value := sets[targets.pop()]) != 3:
            return value == 2
    return False


def only_counts(automaton: Automaton, v: Variable) -> bool:
    """Whether some event moves a counter through its values and no event does so otherwise."""
    return _score(_moved(automaton, v.sets), range(v.size)) >= _COUNTS


def pieces(automaton: Automaton, v: Variable) -> int:
    """How many values too many one name has: sets of states with one value between which no event moves."""
    total = 0
    for d in range(v.size):
        left = {q for q, one in enumerate(v.sets) if one == 1 << d}
        found = 0
        while left:
            found += 1
            waiting = [left.pop()]
            while waiting:
                q = waiting.pop()
                near = {r for r in left if r in automaton.moves[q] or q in automaton.moves[r]}
                left -= near
                waiting += near
        total += max(0, found - 1)
    return total


def _mapped(mask: int, to: dict[int, int]) -> int:
    return sum(1 << to[d] for d in members(mask))


def _order(automaton: Automaton, sets: Sequence[int], size: int) -> tuple[tuple[int, ...], bool]:
    """The order of the values under which events count best, and whether any does."""
    moved = _moved(automaton, sets)
    first = sets[0].bit_length() - 1 if not sets[0] & (sets[0] - 1) else None
    most = _MOST_ORDERED if automaton.states <= _LARGE else _ORDERED_THERE
    orders = list(permutations(range(size))) if size <= most else _chains(moved, size)
    best, chosen = float("-inf"), orders[0]
    for order in orders:
        score = _score(moved, order) + (0.25 if order[0] == first else 0.0)
        if score > best + 1e-9:
            best, chosen = score, order
    return chosen, _score(moved, chosen) >= _COUNTS


def _moved(automaton: Automaton, sets: Sequence[int]) -> list[set[tuple[int, int]]]:
    """For each kind of symbol, which values follow which where both are determined."""
    moved = []
    for a, *_ in automaton.kinds:
        pairs = set()
        for q, row in enumerate(automaton.moves):
            one, other = sets[q], sets[row[a]]
            if not one & (one - 1) and not other & (other - 1):
                pairs.add((one.bit_length() - 1, other.bit_length() - 1))
        moved.append(pairs)
    return moved


def _chains(moved: Sequence[set[tuple[int, int]]], size: int) -> list[tuple[int, ...]]:
    """Orders in which one event leads from value to value; the rest in their old order."""
    found = [tuple(range(size))]
    for pairs in moved:
        follow: dict[int, int] = {}
        for one, other in sorted(pairs):
            follow.setdefault(one, other)
        for start in range(size):
            chain = [start]
            while follow.get(chain[-1], chain[0]) not in chain:
                chain.append(follow[chain[-1]])
            if len(chain) > size // 2:
                found.append((*chain, *(d for d in range(size) if d not in chain)))
    return list(dict.fromkeys(found))


def _score(moved: Sequence[set[tuple[int, int]]], order: Sequence[int]) -> float:
    place = {d: n for n, d in enumerate(order)}
    last = len(order) - 1
    total = 0.0
    for pairs in moved:
        steps = {(place[one], place[other]) for one, other in pairs}
        changing = [(one, other) for one, other in steps if one != other]
        if not changing:
            continue
        if len({other for _, other in steps}) == 1:
            total += 0.1 * (changing[0][1] == 0)
            continue
        if len(changing) == 1:
            total += 0.3 * (changing[0][1] == changing[0][0] + 1)
            continue
        up = all(other in (min(one + 1, last), (one + 1) % (last + 1)) for one, other in steps)
        down = all(other in (max(one - 1, 0), (one - 1) % (last + 1)) for one, other in steps)
        if (up or down) and len(dict(steps)) == len(steps):
            total += 3.0 if up else 2.95
        elif all(other == one + 1 for one, other in changing):
            total += 1.5
        elif all(other == one - 1 for one, other in changing):
            total += 1.4
        elif all(other > one for one, other in changing):
            total += 0.2
    return total
