"""What every pass over a recurrence asks of its statements: expressions, names read, names written."""

from collections.abc import Callable, Iterator, Mapping

from netlift.formulas._expr import Expr, substitute, var, variables, walk
from netlift.formulas._recurrence import Append, Assign, Emit, Increment, Recurrence, Statement


def expressions_of(statement: Statement) -> tuple[Expr, ...]:
    """The expressions of a statement, in order."""
    match statement:
        case Assign(_, values) | Emit(values):
            return values
        case Increment(_, index, amount):
            return (index, amount)
        case Append(_, value, _):
            return (value,)


def looks_up(recurrence: Recurrence) -> bool:
    """Whether a table is printed."""
    return any(p.op == "table" for s in recurrence.body for e in expressions_of(s) for p in walk(e))


def mapped(statement: Statement, change: Callable[[Expr], Expr]) -> Statement:
    """The statement with each of its expressions changed."""
    match statement:
        case Assign(targets, values):
            return Assign(targets, tuple(change(v) for v in values))
        case Increment(target, index, amount):
            return Increment(target, change(index), change(amount))
        case Append(target, value, keep):
            return Append(target, change(value), keep)
        case Emit(values):
            return Emit(tuple(change(v) for v in values))


def written_by(statement: Statement) -> tuple[str, ...]:
    """The names a statement changes, in order."""
    match statement:
        case Assign(targets, _):
            return targets
        case Increment(target, _, _) | Append(target, _, _):
            return (target,)
        case Emit():
            return ()


def read_by(statement: Statement) -> frozenset[str]:
    """The names whose values a statement needs; a list that it changes in part is one of them."""
    names = frozenset[str]().union(*(variables(e) for e in expressions_of(statement)))
    return names | {*written_by(statement)} if isinstance(statement, Increment | Append) else names


def assignments(recurrence: Recurrence) -> Iterator[tuple[str, Expr]]:
    """Each variable with each value that it is assigned, in order."""
    for statement in recurrence.body:
        if isinstance(statement, Assign):
            yield from zip(statement.targets, statement.values, strict=True)


def renamed(recurrence: Recurrence, names: Mapping[str, str]) -> Recurrence:
    """The same recurrence with these names replaced wherever they stand; others stay."""
    to = {old: var(new) for old, new in names.items()}

    def new(statement: Statement) -> Statement:
        match mapped(statement, lambda e: substitute(e, to)):
            case Assign(targets, values):
                return Assign(tuple(names.get(t, t) for t in targets), values)
            case Increment(target, index, amount):
                return Increment(names.get(target, target), index, amount)
            case Append(target, value, keep):
                return Append(names.get(target, target), value, keep)
            case emit:
                return emit

    return Recurrence(
        tuple(names.get(n, n) for n in recurrence.inputs),
        tuple((names.get(n, n), value) for n, value in recurrence.initial),
        tuple(map(new, recurrence.body)),
    )
