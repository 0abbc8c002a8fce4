"""Several output streams: each is explained alone, and equal state variables become one."""

from collections.abc import Iterator, Sequence
from itertools import product

from netlift.core._clock import checkpoint
from netlift.formulas._behaviour import Behaviour, Candidate
from netlift.formulas._draft import Draft, Variable
from netlift.formulas._expr import Expr, substitute, var
from netlift.formulas._product import judged
from netlift.formulas._rank import description_length
from netlift.formulas._recurrence import Assign, Emit, Recurrence, Statement
from netlift.formulas._statements import assignments, renamed
from netlift.formulas.writing._spell import normalise
from netlift.formulas.writing._write import write

_FEW_STREAMS = 6  # outputs of which all combinations of two programs each are looked at


def join(behaviour: Behaviour, alone: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """Candidates for all output streams from the candidates of each; empty if a stream has none."""
    if not all(alone):
        return []
    several: dict[Recurrence, Candidate] = {}
    for chosen in _chosen(alone):
        checkpoint()
        names = {c.strategy for c in chosen}
        strategy = (
            "table" if names & {"table", "variables"} else "+".join(dict.fromkeys(c.strategy for c in chosen))
        )
        recurrence = joined([c.recurrence for c in chosen])
        exact, closed = judged(recurrence, behaviour)
        if not exact:
            continue
        several[recurrence] = Candidate(recurrence, description_length(recurrence), strategy, closed)
    return sorted(several.values(), key=lambda c: (c.cost, str(c.recurrence)))


def _chosen(alone: Sequence[Sequence[Candidate]]) -> Iterator[tuple[Candidate, ...]]:
    """A candidate for each output: all of the best few, or, of many outputs, all but one the best."""
    if len(alone) <= _FEW_STREAMS:
        few = 4 if len(alone) == 2 else 2
        yield from product(*(stream[:few] for stream in alone))
        return
    best = tuple(stream[0] for stream in alone)
    yield best
    for place, stream in enumerate(alone):
        for other in stream[1:2]:
            yield (*best[:place], other, *best[place + 1 :])


def joined(recurrences: Sequence[Recurrence]) -> Recurrence:
    """One recurrence that emits what each of these emits, over the same inputs.

    State variables that start alike and change alike become one.
    """
    drafts = [draft_of(_apart(r, n)) for n, r in enumerate(recurrences)]
    known = [d for d in drafts if d is not None]
    if len(known) == len(drafts):
        return write(_merged(known))
    whole = recurrences[0]
    for n, other in enumerate(recurrences[1:], start=1):
        whole = _beside(whole, other) or _concatenated(whole, _apart(other, n))
    return whole


def _beside(one: Recurrence, other: Recurrence) -> Recurrence | None:
    """Both outputs of one state, where the two recurrences differ in nothing but what they emit."""
    early, emitted, late = _split(one)
    more_early, more_emitted, more_late = _split(other)
    if (one.inputs, one.initial, early, late) != (other.inputs, other.initial, more_early, more_late):
        return None
    return Recurrence(one.inputs, one.initial, (*early, Emit((*emitted, *more_emitted)), *late))


def _concatenated(one: Recurrence, other: Recurrence) -> Recurrence:
    early, emitted, late = _split(one)
    more_early, more_emitted, more_late = _split(other)
    body = (*early, *more_early, Emit((*emitted, *more_emitted)), *late, *more_late)
    return Recurrence(one.inputs, (*one.initial, *other.initial), body)


def _split(recurrence: Recurrence) -> tuple[tuple[Statement, ...], tuple[Expr, ...], tuple[Statement, ...]]:
    """What runs before the outputs are emitted, the outputs, and what runs after."""
    for place, statement in enumerate(recurrence.body):
        if isinstance(statement, Emit):
            return recurrence.body[:place], statement.values, recurrence.body[place + 1 :]
    raise ValueError("a recurrence without an Emit statement has no outputs")


def _apart(recurrence: Recurrence, number: int) -> Recurrence:
    """The recurrence with names that no other output's recurrence uses; the first keeps its own."""
    names = [name for name, _ in recurrence.initial]
    names += [target for target, _ in assignments(recurrence) if target not in names]
    return renamed(recurrence, {n: f"{n}_{number + 1}" for n in names}) if number else recurrence


def draft_of(recurrence: Recurrence) -> Draft | None:
    """Updates and outputs in terms of old values alone; None where a list is involved."""
    values = {name: var(name) for name, _ in recurrence.initial}
    outputs: tuple[Expr, ...] = ()
    for s in recurrence.body:
        match s:
            case Assign(targets, exprs):
                results = [substitute(e, values) for e in exprs]
                values |= dict(zip(targets, results, strict=True))
            case Emit(exprs):
                outputs = tuple(substitute(e, values) for e in exprs)
            case _:
                return None
    state = []
    for name, start in recurrence.initial:
        if not isinstance(start, int):
            return None
        state.append(Variable(name, start, values[name]))
    return Draft(recurrence.inputs, tuple(state), outputs)


def _merged(drafts: Sequence[Draft]) -> Draft:
    """All variables and outputs, with one variable for each class of equal ones.

    Variables are equal if they start alike and their updates are equal once equal variables have
    one name: the coarsest such classes, by refinement.
    """
    state = [v for d in drafts for v in d.variables]
    classes = {v.name: str(v.initial) for v in state}
    while True:
        leader: dict[str, str] = {}
        for v in state:
            leader.setdefault(classes[v.name], v.name)
        to = {v.name: var(leader[classes[v.name]]) for v in state}
        finer = {v.name: f"{classes[v.name]} {normalise(substitute(v.update, to))}" for v in state}
        if len(set(finer.values())) == len(set(classes.values())):
            break
        numbers = {text: str(n) for n, text in enumerate(dict.fromkeys(finer.values()))}
        classes = {name: numbers[text] for name, text in finer.items()}
    kept = [v for v in state if to[v.name] == var(v.name)]
    variables = tuple(Variable(v.name, v.initial, substitute(v.update, to)) for v in kept)
    return Draft(drafts[0].inputs, variables, tuple(substitute(e, to) for d in drafts for e in d.outputs))
