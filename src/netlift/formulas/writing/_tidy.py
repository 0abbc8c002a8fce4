"""Statements made fewer without a change of outputs: dead ones dropped, single uses inlined."""

from collections.abc import Iterator

from netlift.formulas._expr import const, occurrences, substitute, var, variables
from netlift.formulas._recurrence import Append, Assign, Emit, Increment, Recurrence, Statement
from netlift.formulas._statements import expressions_of, mapped, read_by, written_by
from netlift.formulas.writing._shorten import simplify

INLINE = 60  # an intermediate stays where the line would carry a longer expression than this
_ROUNDS = 20


def tidy(recurrence: Recurrence) -> Recurrence:
    """A recurrence with the same outputs wherever the given one has outputs, and no idle part."""
    for _ in range(_ROUNDS):
        tidier = _round(recurrence)
        if tidier == recurrence:
            break
        recurrence = tidier
    return recurrence


def _round(recurrence: Recurrence) -> Recurrence:
    recurrence = _without_constants(recurrence)
    body = [mapped(statement, simplify) for statement in recurrence.body]
    body = [part for statement in body for part in _split(statement)]
    recurrence = _without_dead(Recurrence(recurrence.inputs, recurrence.initial, tuple(body)))
    return _inlined(recurrence)


def live_at_start(recurrence: Recurrence) -> frozenset[str]:
    """The state variables whose value from the step before can reach an output."""
    state = frozenset(name for name, _ in recurrence.initial) - frozenset(recurrence.inputs)
    live: frozenset[str] = frozenset()
    while True:
        before = live
        for statement in reversed(recurrence.body):
            before = _before(statement, before)
        if before & state <= live:
            return live
        live |= before & state


def _before(statement: Statement, live: frozenset[str]) -> frozenset[str]:
    match statement:
        case Emit():
            return live | read_by(statement)
        case Assign(targets, values):
            kept = [v for t, v in zip(targets, values, strict=True) if t in live]
            return (live - frozenset(targets)).union(*(variables(v) for v in kept))
    return live | read_by(statement) if live.intersection(written_by(statement)) else live


def _without_dead(recurrence: Recurrence) -> Recurrence:
    start = live_at_start(recurrence)
    live, body = start, list[Statement]()
    for statement in reversed(recurrence.body):
        after, live = live, _before(statement, live)
        if isinstance(statement, Assign):
            pairs = [
                (t, v)
                for t, v in zip(statement.targets, statement.values, strict=True)
                if t in after and v != var(t)
            ]
            if pairs:
                body.append(Assign(tuple(t for t, _ in pairs), tuple(v for _, v in pairs)))
        elif isinstance(statement, Increment) and statement.amount == const(0):
            continue
        elif isinstance(statement, Emit) or after.intersection(written_by(statement)):
            body.append(statement)
    initial = tuple((name, value) for name, value in recurrence.initial if name in start)
    return Recurrence(recurrence.inputs, initial, tuple(reversed(body)))


def _without_constants(recurrence: Recurrence) -> Recurrence:
    """State variables that never change become their value."""
    changed = frozenset[str]().union(*(written_by(statement) for statement in recurrence.body))
    fixed = {
        name: const(value)
        for name, value in recurrence.initial
        if isinstance(value, int) and name not in changed and name not in recurrence.inputs
    }
    if not fixed:
        return recurrence
    body = tuple(mapped(s, lambda e: substitute(e, fixed)) for s in recurrence.body)
    initial = tuple((name, value) for name, value in recurrence.initial if name not in fixed)
    return Recurrence(recurrence.inputs, initial, body)


def _split(statement: Statement) -> Iterator[Statement]:
    """One update a line where the order allows it; a shift of plain values stays together."""
    if not isinstance(statement, Assign) or len(statement.targets) == 1:
        yield statement
        return
    left = dict(zip(statement.targets, statement.values, strict=True))
    while len(left) > 1:
        free = [
            name
            for name, value in left.items()
            if value.op not in ("var", "const")
            and not any(name in variables(other) for key, other in left.items() if key != name)
        ]
        if not free:
            break
        yield Assign((free[0],), (left.pop(free[0]),))
    yield Assign(tuple(left), tuple(left.values()))


def _inlined(recurrence: Recurrence) -> Recurrence:
    """The first intermediate that can be replaced by its value is; later rounds do the others."""
    start = live_at_start(recurrence)
    body = list(recurrence.body)
    for place, statement in enumerate(body):
        if not isinstance(statement, Assign) or len(statement.targets) != 1:
            continue
        name, value = statement.targets[0], statement.values[0]
        uses = _uses(body, place, name, name in start)
        if uses is None or not _can_move(body, place, uses, variables(value)):
            continue
        times = sum(occurrences(e, name) for use in uses for e in expressions_of(body[use]))
        if times != 1 and value.op not in ("var", "const"):
            continue
        after = list(body)
        for use in uses:
            after[use] = mapped(body[use], lambda e, n=name, v=value: substitute(e, {n: v}))  # type: ignore[misc]
        longest = max((len(str(simplify(e))) for use in uses for e in expressions_of(after[use])), default=0)
        if longest <= INLINE or value.op in ("var", "const"):
            del after[place]
            return Recurrence(recurrence.inputs, recurrence.initial, tuple(after))
    return recurrence


def _uses(body: list[Statement], place: int, name: str, lives_on: bool) -> list[int] | None:
    """Where the value written at `place` is read; None where it may be read in a later step."""
    uses = []
    for later in range(place + 1, len(body)):
        statement = body[later]
        if name in read_by(statement):
            if isinstance(statement, Increment | Append) and statement.target == name:
                return None
            uses.append(later)
        if name in written_by(statement):
            return uses
    return None if lives_on else uses


def _can_move(body: list[Statement], place: int, uses: list[int], needs: frozenset[str]) -> bool:
    between = body[place + 1 : max(uses, default=place + 1)]
    return not any(needs.intersection(written_by(statement)) for statement in between)
