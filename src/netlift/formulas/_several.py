"""Several output streams: each is explained alone, and equal state variables become one."""

from collections.abc import Sequence
from itertools import product

from netlift.formulas._behaviour import Behaviour, Candidate
from netlift.formulas._columns import compare_with_machine, is_exact
from netlift.formulas._expr import Expr, substitute, var
from netlift.formulas._names import renamed
from netlift.formulas._rank import description_length
from netlift.formulas._recurrence import Append, Assign, Emit, Increment, Recurrence, Statement


def join(behaviour: Behaviour, alone: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """Candidates for all output streams from the candidates of each; empty if a stream has none."""
    if not all(alone):
        return []
    several: dict[Recurrence, Candidate] = {}
    few = 4 if len(alone) == 2 else 2
    for chosen in product(*(stream[:few] for stream in alone)):
        names = {c.strategy for c in chosen}
        strategy = "table" if "table" in names else "+".join(dict.fromkeys(c.strategy for c in chosen))
        recurrence = joined([c.recurrence for c in chosen])
        if not is_exact(recurrence, behaviour.inputs, behaviour.outputs):
            continue
        closed = False
        if behaviour.machine is not None:
            same, closed = compare_with_machine(recurrence, behaviour.machine)
            if not same:
                continue
        several[recurrence] = Candidate(recurrence, description_length(recurrence), strategy, closed)
    return sorted(several.values(), key=lambda c: (c.cost, str(c.recurrence)))


def joined(recurrences: Sequence[Recurrence]) -> Recurrence:
    """One recurrence that emits what each of these emits, over the same inputs.

    Variables of a later recurrence that start and change as those of an earlier one are shared.
    """
    whole = recurrences[0]
    for other in recurrences[1:]:
        whole = _join(whole, other)
    return whole


def _join(one: Recurrence, other: Recurrence) -> Recurrence:
    early, emitted, late = _split(one)
    more_early, more_emitted, more_late = _split(other)
    if (early, late, one.initial) == (more_early, more_late, other.initial):
        body = (*early, Emit((*emitted, *more_emitted)), *late)
        return Recurrence(one.inputs, one.initial, body)
    more_early, more_emitted, more_late = _split(other := _apart(one, other))
    body = (*early, *more_early, Emit((*emitted, *more_emitted)), *late, *more_late)
    return _merged(Recurrence(one.inputs, (*one.initial, *other.initial), body))


def _split(recurrence: Recurrence) -> tuple[tuple[Statement, ...], tuple[Expr, ...], tuple[Statement, ...]]:
    """What runs before the outputs are emitted, the outputs, and what runs after."""
    for place, statement in enumerate(recurrence.body):
        if isinstance(statement, Emit):
            return recurrence.body[:place], statement.values, recurrence.body[place + 1 :]
    raise ValueError("a recurrence without an Emit statement has no outputs")


def _assigned(recurrence: Recurrence) -> list[str]:
    """State variables and intermediate names, in order of appearance."""
    names = [name for name, _ in recurrence.initial]
    for s in recurrence.body:
        if isinstance(s, Assign):
            names += [t for t in s.targets if t not in names]
    return names


def _apart(one: Recurrence, other: Recurrence) -> Recurrence:
    """The second recurrence with names that the first does not use."""
    taken = {*one.inputs, *_assigned(one), *_assigned(other)}
    names = {}
    for name in _assigned(other):
        if name in _assigned(one):
            n = 2
            while f"{name}_{n}" in taken:
                n += 1
            names[name] = f"{name}_{n}"
            taken.add(names[name])
    return renamed(other, names)


def _merged(recurrence: Recurrence) -> Recurrence:
    """The same recurrence without variables that are copies of others."""
    start = dict(recurrence.initial)
    state = list(start)
    for n, name in enumerate(state):
        for twin in state[:n]:
            if start[name] != start[twin]:
                continue
            mine = [_as(s, name, twin) for s in recurrence.body if _writes(s) == (name,)]
            theirs = [s for s in recurrence.body if _writes(s) == (twin,)]
            if not mine or mine != theirs or not _same_side(recurrence, name, twin):
                continue
            body = [_as(s, name, twin) for s in recurrence.body if _writes(s) != (name,)]
            initial = tuple((v, i) for v, i in recurrence.initial if v != name)
            return _merged(Recurrence(recurrence.inputs, initial, tuple(body)))
    return recurrence


def _same_side(recurrence: Recurrence, name: str, twin: str) -> bool:
    """Both variables change before the outputs are emitted, or both after; nothing reads them between."""
    early, _, late = _split(recurrence)
    for part in (early, late):
        if {(name,), (twin,)} & {_writes(s) for s in part} not in (set(), {(name,), (twin,)}):
            return False
        others = [s for s in part if _writes(s) not in ((name,), (twin,))]
        if any(_as(s, name, twin) != s or _as(s, twin, name) != s for s in others):
            return False
    return True


def _writes(statement: Statement) -> tuple[str, ...]:
    match statement:
        case Assign(targets, _):
            return targets
        case Increment(target, _, _) | Append(target, _, _):
            return (target,)
        case Emit():
            return ()


def _as(statement: Statement, name: str, twin: str) -> Statement:
    """The statement with one name replaced by another, targets included."""
    to: dict[str, Expr] = {name: var(twin)}
    match statement:
        case Assign(targets, values):
            return Assign(
                tuple(twin if t == name else t for t in targets), tuple(substitute(v, to) for v in values)
            )
        case Increment(target, index, amount):
            return Increment(
                twin if target == name else target, substitute(index, to), substitute(amount, to)
            )
        case Append(target, value, keep):
            return Append(twin if target == name else target, substitute(value, to), keep)
        case Emit(values):
            return Emit(tuple(substitute(v, to) for v in values))
