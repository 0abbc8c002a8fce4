"""The search for a assignment of a machine's states: from covers by local changes to few cheap rules."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, permutations

from netlift.core._clock import checkpoint
from netlift.formulas.machines._automaton import Automaton
from netlift.formulas.machines._candidates import candidates, covers
from netlift.formulas.machines._cost import MOST_BITS, MOST_VARIABLES, Estimate
from netlift.formulas.machines._partitions import Partition
from netlift.formulas.machines._spent import Spent
from netlift.formulas.machines._variables import COUNT, Variable, distinct, members, of_partition, variable_of

Assignment = tuple[Variable, ...]
WORK = 1_200_000  # cubes that are looked at; some seconds
_STARTS = 4
_LARGEST = 12  # values of a variable that may come out
_POOL = 50
_LARGE = 32  # states beyond which making an assignment takes as long as looking at so many cubes
_MADE = 400


def assignments(
    automaton: Automaton, work: int = WORK, seed: int = 0, spent: Spent | None = None
) -> list[tuple[float, Assignment]]:
    """Assignments of the states by small variables with estimated nodes, cheapest first.

    The same machine, work and seed give the same assignments. What was looked at is added to `spent`.
    """
    estimate = Estimate(automaton)
    found, kept = covers(automaton, candidates(automaton))
    first: dict[Assignment, float] = {}
    for partitions in found[:80]:
        made = [of_partition(automaton, p) for p in partitions]
        _note(first, estimate, tuple(v for v in made if v is not None))
        if estimate.work > work / 3:
            break
    for assignment in _with_a_rest(automaton, kept):
        _note(first, estimate, assignment)
    if automaton.states <= _LARGEST:
        whole = variable_of(automaton, [1 << q for q in range(automaton.states)])
        if whole is not None:
            _note(first, estimate, (whole,))
    starts = sorted(first, key=lambda c: (first[c], str(c)))
    pool = [v for p in kept[:_POOL] if (v := of_partition(automaton, p)) is not None]
    known = dict(first)
    rng = random.Random(seed)
    ended: dict[Assignment, float] = {}
    for number, assignment in enumerate(starts[:_STARTS]):
        share = (work - estimate.work) // (min(_STARTS, len(starts)) - number)
        best, cost = _descended(
            automaton, assignment, first[assignment], pool, estimate, estimate.work + share, known, rng
        )
        ended[best] = cost
    ended |= {c: first[c] for c in starts[:2]}
    if spent is not None:
        spent.cubes += estimate.work
    return [(ended[c], c) for c in sorted(ended, key=lambda c: (ended[c], str(c))) if ended[c] < math.inf]


def _note(found: dict[Assignment, float], estimate: Estimate, assignment: Assignment) -> None:
    if assignment and assignment not in found and all(v.size <= _LARGEST for v in assignment):
        checkpoint()
        found[assignment] = estimate.of(assignment)


def _with_a_rest(automaton: Automaton, kept: Sequence[Partition]) -> Iterator[Assignment]:
    """The partitions that tell most apart for their price, and one variable for what they leave."""
    size = automaton.states
    chosen: list[Partition] = []
    for _ in range(5):
        alike = [
            [q != p and all(c[p] < 0 or c[q] < 0 or c[p] == c[q] for c in chosen) for q in range(size)]
            for p in range(size)
        ]
        labels = [-1] * size
        for q in sorted(range(size), key=lambda q: (-sum(alike[q]), q)):
            used = {labels[r] for r in range(size) if alike[q][r]}
            free = [d for d in range(max(labels) + 2) if d not in used]
            near = [labels[r] for r in automaton.moves[q]]
            near += [labels[p] for p in range(size) if q in automaton.moves[p]]
            labels[q] = max(free, key=lambda d: (near.count(d), -d))
        made = [of_partition(automaton, p) for p in chosen]
        made.append(variable_of(automaton, [1 << d for d in labels]))
        yield tuple(v for v in made if v is not None)
        if max(labels) == 0 or not kept:
            return

        def gain(p: Partition, alike: list[list[bool]] = alike) -> float:
            told = sum(
                alike[one][other] and p[one] >= 0 and p[other] >= 0 and p[one] != p[other]
                for one, other in combinations(range(size), 2)
            )
            return told / (2.0 + max(p))

        best = max(kept, key=gain)
        if gain(best) <= 0:
            return
        chosen.append(best)


def _descended(
    automaton: Automaton,
    assignment: Assignment,
    cost: float,
    pool: Sequence[Variable],
    estimate: Estimate,
    until: int,
    known: dict[Assignment, float],
    rng: random.Random,
) -> tuple[Assignment, float]:
    """Local changes, in a drawn order, each kept at once if it is cheaper, until none is."""
    large = automaton.states > _LARGE
    while True:
        changes = _changes(automaton, assignment, pool)
        rng.shuffle(changes)
        if large:  # few of them are tried there, so that those come first that leave a variable out
            changes = _drops(assignment) + changes
        for change in changes:
            if estimate.work > until:
                return assignment, cost
            better = False
            for other in change():
                if large:
                    estimate.work += _MADE
                if not _fits(other) or not distinct(other, automaton.states):
                    continue
                if other not in known:
                    checkpoint()
                    known[other] = estimate.of(other, cost)
                if known[other] < cost - 1e-9:
                    assignment, cost, better = other, known[other], True
                    break
            if better:
                break
        else:
            return assignment, cost


def _fits(assignment: Assignment) -> bool:
    small = all(v.size <= _LARGEST for v in assignment)
    return small and 0 < len(assignment) <= MOST_VARIABLES and sum(v.size for v in assignment) <= MOST_BITS


Change = Callable[[], Iterator[Assignment]]


def _drops(assignment: Assignment) -> list[Change]:
    """Each variable left out."""
    return [
        lambda rest=(*assignment[:n], *assignment[n + 1 :]): iter([rest])  # type: ignore[misc]
        for n in range(len(assignment))
    ]


def _changes(automaton: Automaton, assignment: Assignment, pool: Sequence[Variable]) -> list[Change]:
    """The local changes of a assignment, each as a function that makes the assignments it may lead to."""
    changes: list[Change] = []
    for n, v in enumerate(assignment):
        rest = (*assignment[:n], *assignment[n + 1 :])
        changes.append(lambda rest=rest: iter([rest]))  # type: ignore[misc]
        full = (1 << v.size) - 1
        for q, own in enumerate(v.sets):
            wanted = {1 << d for d in range(v.size)} | {own | 1 << d for d in range(v.size)} | {full}
            changes += [
                lambda n=n, q=q, one=one: _set(automaton, assignment, n, q, one)  # type: ignore[misc]
                for one in sorted(wanted - {own})
            ]
        if 3 <= v.size <= 5:
            changes += [
                lambda n=n, part=part: _split(automaton, assignment, n, part)  # type: ignore[misc]
                for part in range(1, full, 2)
            ]
        for m in range(n + 1, len(assignment)):
            changes.append(lambda n=n, m=m: _together(automaton, assignment, n, m))  # type: ignore[misc]
        changes += [lambda rest=rest, w=w: iter([(*rest, w)]) for w in pool]  # type: ignore[misc]
    changes += [lambda w=w: iter([(*assignment, w)]) for w in pool]  # type: ignore[misc]
    return changes


def _set(automaton: Automaton, assignment: Assignment, n: int, q: int, one: int) -> Iterator[Assignment]:
    """Another set of values for a variable in one state."""
    sets = list(assignment[n].sets)
    sets[q] = one
    made = variable_of(automaton, sets)
    rest = (*assignment[:n], *assignment[n + 1 :])
    yield rest if made is None else (*assignment[:n], made, *assignment[n + 1 :])


def _split(automaton: Automaton, assignment: Assignment, n: int, part: int) -> Iterator[Assignment]:
    """A flag that says whether a value is in one part, and a variable for what each part leaves open."""
    v, rest = assignment[n], (*assignment[:n], *assignment[n + 1 :])
    inside = list(members(part))
    outside = [d for d in range(v.size) if not part >> d & 1]
    if not outside:
        return
    flag = variable_of(
        automaton,
        [
            int(any(one >> d & 1 for d in outside)) | 2 * int(any(one >> d & 1 for d in inside))
            for one in v.sets
        ],
    )
    left = [_within(automaton, v, inside), _within(automaton, v, outside)]
    made = [w for w in (flag, *left) if w is not None]
    yield (*rest, *made)
    if len(inside) >= 2 and len(outside) >= 2 and flag is not None:
        more, fewer = (inside, outside) if len(inside) >= len(outside) else (outside, inside)
        for places in permutations(range(len(more)), len(fewer)):
            to = {d: k for k, d in enumerate(more)} | dict(zip(fewer, places, strict=True))
            shared = variable_of(automaton, [_renamed(one, to) for one in v.sets])
            if shared is not None:
                yield (*rest, flag, shared)


def _renamed(mask: int, to: dict[int, int]) -> int:
    new = 0
    for d in members(mask):
        new |= 1 << to[d]
    return new


def _within(automaton: Automaton, v: Variable, values: Sequence[int]) -> Variable | None:
    """The variable where it has one of these values; elsewhere it does not matter."""
    if len(values) < 2:
        return None
    full = (1 << len(values)) - 1
    return variable_of(
        automaton, [sum(1 << k for k, d in enumerate(values) if one >> d & 1) or full for one in v.sets]
    )


def _together(automaton: Automaton, assignment: Assignment, n: int, m: int) -> Iterator[Assignment]:
    """One variable in place of two: their pairs of values, or one where the other does not matter."""
    u, v = assignment[n], assignment[m]
    rest = tuple(w for k, w in enumerate(assignment) if k not in (n, m))
    used: list[tuple[int, int]] = []
    for one, other in zip(u.sets, v.sets, strict=True):
        pair = (one.bit_length() - 1, other.bit_length() - 1)
        if not one & (one - 1) and not other & (other - 1) and pair not in used:
            used.append(pair)
    if 2 <= len(used) <= 6:
        sets = [
            sum(1 << k for k, (c, d) in enumerate(used) if one >> c & 1 and other >> d & 1)
            for one, other in zip(u.sets, v.sets, strict=True)
        ]
        made = variable_of(automaton, sets) if all(sets) else None
        if made is not None:
            yield (*rest, made)
    if u.size < v.size:
        u, v = v, u
    if u.size > 4:
        return
    anything = ((1 << u.size) - 1, (1 << v.size) - 1)
    if any(one != anything[0] and other != anything[1] for one, other in zip(u.sets, v.sets, strict=True)):
        return
    for places in permutations(range(u.size), v.size):
        to = dict(enumerate(places))
        sets = [
            _renamed(other, to) if other != anything[1] else one
            for one, other in zip(u.sets, v.sets, strict=True)
        ]
        made = variable_of(automaton, sets)
        if made is not None and (made.kind == COUNT or made.size == u.size):
            yield (*rest, made)
