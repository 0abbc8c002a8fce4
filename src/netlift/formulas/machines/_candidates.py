"""Variables that a machine suggests: closed partitions, what few events change, what is answered, modes."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from netlift.formulas.machines._automaton import Automaton
from netlift.formulas.machines._partitions import (
    Partition,
    blocks,
    changed_by,
    components,
    join,
    principal,
)

_MOST_REGIONS = 14
_MOST_JOINS = 120
_MOST_PRINCIPAL = 2_016  # pairs of states of which closed partitions are made: those of 64
_MOST_BLOCKS = 5
_MANY = 32  # states beyond which local changes do not find by themselves what matters only in some of them
_LONGEST = 16  # blocks of a partition that an event moves round, or along
_STEP = 3.0  # what an event costs that moves a number with many values, however many
_MOST_CHANGING = 3  # events that one variable may be changed by


def regions(automaton: Automaton) -> list[frozenset[int]]:
    """Sets of states within which something may be remembered that means nothing elsewhere.

    All states; without sinks; without one that many events lead to, or in which hardly any event matters;
    strongly connected components; blocks of coarse closed partitions. Larger ones first.
    """
    moves, size = automaton.moves, automaton.states
    whole = frozenset(range(size))
    found = {whole, whole - {0}}
    sinks = frozenset(q for q in range(size) if set(moves[q]) == {q})
    found.add(whole - sinks)
    entries = [sum(r == q != p for p in range(size) for r in moves[p]) for q in range(size)]
    hubs = sorted(range(size), key=lambda q: (-entries[q], q))[:2]
    found |= {whole - {q} for q in hubs}
    found.add(whole - sinks - {hubs[0]})
    for q in range(size):
        if sum(r == q for r in moves[q]) >= len(moves[q]) - 1:
            found.add(whole - {q})
    if size > _MANY:
        # Those in which all events but one, or but two, do nothing are left out together.
        stays = [sum(r == q for r in moves[q]) for q in range(size)]
        for but in (1, 2):
            found.add(frozenset(q for q in range(size) if stays[q] < len(moves[q]) - but))
    found |= set(components(moves))
    if size * (size - 1) // 2 <= _MOST_PRINCIPAL:
        coarse = [p for p in principal(moves, whole) if 2 <= blocks(p) <= 3]
        parts = {
            frozenset(q for q in range(size) if p[q] == b) for p in coarse[:30] for b in range(blocks(p))
        }
        found |= set(sorted((p for p in parts if len(p) >= 3), key=lambda p: (-len(p), sorted(p)))[:6])
    kept = sorted((r for r in found if len(r) >= 2), key=lambda r: (-len(r), sorted(r)))
    return kept[:_MOST_REGIONS]


def candidates(automaton: Automaton) -> list[Partition]:
    """Partitions of regions that may be variables, without repetition, in a fixed order."""
    moves, size = automaton.moves, automaton.states
    symbols = [group[0] for group in automaton.kinds]
    found: dict[Partition, None] = {}
    for region in regions(automaton):
        for partition in closed_partitions(automaton, region):
            few = 2 <= blocks(partition) <= _MOST_BLOCKS
            if few or (
                blocks(partition) <= _LONGEST and blocks(partition) < size and _moves_on(automaton, partition)
            ):
                found.setdefault(partition)
        largest = _MOST_CHANGING if len(symbols) <= 10 else 2
        for count in range(1, largest + 1):
            for chosen in combinations(range(len(symbols)), count):
                events = frozenset(a for n in chosen for a in automaton.kinds[n])
                partition = changed_by(moves, events, region)
                if 2 <= blocks(partition) <= _MOST_BLOCKS:
                    found.setdefault(partition)
        for a in symbols:
            labels: dict[int, int] = {}
            partition = tuple(
                labels.setdefault(automaton.says[q][a], len(labels)) if q in region else -1
                for q in range(size)
            )
            if 2 <= blocks(partition) <= 3:
                found.setdefault(partition)
        if len(region) < size:
            found.setdefault(tuple(int(q in region) for q in range(size)))
    if automaton.entered is not None:
        told = {y: n for n, y in enumerate(dict.fromkeys(y for y in automaton.entered if y is not None))}
        partition = tuple(-1 if y is None else told[y] for y in automaton.entered)
        if 2 <= blocks(partition) <= _MOST_BLOCKS:
            found.setdefault(partition)
    return list(found)


def closed_partitions(automaton: Automaton, region: frozenset[int]) -> list[Partition]:
    """Closed partitions of a region: the principal ones and some of their joins."""
    if len(region) * (len(region) - 1) // 2 > _MOST_PRINCIPAL:
        return []
    found = dict.fromkeys(principal(automaton.moves, region))
    coarse = sorted(found, key=blocks)[:30]
    waiting = list(coarse)
    most = len(found) + _MOST_JOINS
    while waiting and len(found) < most:
        one = waiting.pop()
        for other in coarse:
            both = join(automaton.moves, one, other, region)
            if both not in found:
                found[both] = None
                waiting.append(both)
    return list(found)


def _moves_on(automaton: Automaton, partition: Partition) -> bool:
    """Whether some event leads through all blocks, in a circle or along a chain."""
    many = blocks(partition)
    for a, *_ in automaton.kinds:
        follow: dict[int, set[int]] = {}
        for q, row in enumerate(automaton.moves):
            if partition[q] >= 0 and partition[row[a]] >= 0:
                follow.setdefault(partition[q], set()).add(partition[row[a]])
        if any(len(next_) != 1 for next_ in follow.values()):
            continue
        for start in range(many):
            chain = [start]
            while (after := min(follow.get(chain[-1], {chain[0]}))) not in chain:
                chain.append(after)
            if len(chain) == many:
                return True
    return False


def price(automaton: Automaton, partition: Partition) -> float:
    """Roughly how many rules a variable needs: the fewer events change it, and the more alike, the fewer."""
    many = blocks(partition)
    # More blocks than that are looked at only where an event moves through them all: a number, read as one.
    total = 2.0 + 1.5 * (min(many, _MOST_BLOCKS) - 2) + 0.5 * max(0, many - _MOST_BLOCKS)
    for a, *_ in automaton.kinds:
        follow: dict[int, set[int]] = {}
        for q, row in enumerate(automaton.moves):
            if partition[row[a]] >= 0:
                follow.setdefault(partition[q], set()).add(partition[row[a]])
        if all(next_ <= {block} for block, next_ in follow.items() if block >= 0) and not follow.get(-1):
            continue
        if len(set[int]().union(*follow.values())) == 1:
            total += 1.0
            continue
        if many > _MOST_BLOCKS and all(len(next_) == 1 for next_ in follow.values()):
            total += _STEP
            continue
        for block, next_ in follow.items():
            if block < 0:
                total += 0.7 * len(next_)
            elif next_ != {block}:
                total += 1.0 + 1.5 * (len(next_) - 1)
    return total


def _told_apart(found: Sequence[Partition], pairs: Sequence[tuple[int, int]]) -> list[int]:
    """For each partition the pairs of states that it tells apart, as a bit mask."""
    if not found:
        return []
    labels, (ones, others) = np.array(found), np.array(pairs, np.int64).reshape(-1, 2).T
    masks = []
    for row in labels:
        one, other = row[ones], row[others]
        bits = np.packbits((one >= 0) & (other >= 0) & (one != other), bitorder="little")
        masks.append(int.from_bytes(bits.tobytes(), "little"))
    return masks


def covers(
    automaton: Automaton, found: Sequence[Partition], *, most: int = 200, nodes: int = 6_000, widest: int = 6
) -> tuple[list[tuple[Partition, ...]], list[Partition]]:
    """Sets of partitions that tell all states apart, cheapest first, and the partitions worth trying.

    A branch and bound over the pair of states that fewest partitions tell apart; `nodes` bounds it.
    """
    pairs = list(combinations(range(automaton.states), 2))
    full = (1 << len(pairs)) - 1
    rated = [
        (price(automaton, partition), mask, partition)
        for partition, mask in zip(found, _told_apart(found, pairs), strict=True)
    ]
    rated.sort(key=lambda r: (r[0], -r[1].bit_count()))
    kept: list[tuple[float, int, Partition]] = []
    for one in rated:
        if not any(k[0] <= one[0] and one[1] | k[1] == k[1] for k in kept):
            kept.append(one)
        if len(kept) >= 120:
            break
    sets: list[tuple[float, tuple[int, ...]]] = []
    best, left = float("inf"), nodes

    def extend(covered: int, total: float, chosen: tuple[int, ...], banned: frozenset[int]) -> None:
        nonlocal best, left
        left -= 1
        if left < 0 or total > 1.35 * best:
            return
        if covered == full:
            sets.append((total, chosen))
            best = min(best, total)
            return
        if len(chosen) >= widest:
            return
        rest = mask = full & ~covered
        choices: list[list[int]] = []
        for _ in range(10):
            if not mask:
                break
            low = mask & -mask
            mask ^= low
            choices.append([n for n, k in enumerate(kept) if k[1] & low and n not in banned])
        fewest = min(choices, key=len)
        fewest.sort(key=lambda n: kept[n][0] / (kept[n][1] & rest).bit_count())
        for n in fewest[:12]:
            extend(covered | kept[n][1], total + kept[n][0], (*chosen, n), banned)
            banned |= {n}

    extend(0, 0.0, (), frozenset())
    sets.sort(key=lambda s: s[0])
    distinct_sets = dict.fromkeys(tuple(sorted(chosen)) for _, chosen in sets)
    return [tuple(kept[n][2] for n in chosen) for chosen in list(distinct_sets)[:most]], [k[2] for k in kept]
