"""Writing a draft down as a careful colleague would: order, shared names, in-place updates."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from netlift.formulas._draft import Draft
from netlift.formulas._expr import Expr, size, substitute, var, variables
from netlift.formulas._rank import description_length
from netlift.formulas._recurrence import Assign, Emit, Recurrence, Statement
from netlift.formulas.writing._names import rename
from netlift.formulas.writing._spell import normalise

SHARED = "t_"  # intermediate names, until `rename` finds better ones


def write(draft: Draft) -> Recurrence:
    """The recurrence with statements in an order that respects who reads what, and readable names.

    A shared value may or may not be worth a name of its own: the shorter of the two is answered.
    """
    spelt = _spelt(draft)
    return min((_written(draft, *spelt, least) for least in (1, 0)), key=description_length)


def _spelt(draft: Draft) -> tuple[dict[str, Expr], list[Expr]]:
    """The updates and the outputs in normal form, reading new values where that is shorter."""
    updates = {v.name: normalise(v.update) for v in draft.variables}
    outputs = [normalise(e) for e in draft.outputs]
    # An output that contains a variable's whole update reads the new value instead.
    for name, update in updates.items():
        if update.args:
            outputs = [replace(e, update, var(name + "'")) for e in outputs]
    outputs = _without_clashes(outputs, updates)
    return _reading_new(updates), outputs


def _written(draft: Draft, updates: dict[str, Expr], outputs: list[Expr], least: int) -> Recurrence:
    shared, updates, outputs = _share(updates, outputs, least)
    updates = {n: normalise(e, first=n) for n, e in updates.items()}
    body = _order(shared, updates, outputs)
    initial = tuple((v.name, v.initial) for v in draft.variables)
    return rename(Recurrence(draft.inputs, initial, tuple(body)))


def replace(expr: Expr, part: Expr, by: Expr) -> Expr:
    """The expression with every occurrence of a sub-expression replaced."""
    if expr == part:
        return by
    return Expr(expr.op, tuple(replace(a, part, by) for a in expr.args), expr.value)


def _without_clashes(outputs: Sequence[Expr], updates: Mapping[str, Expr]) -> list[Expr]:
    """Outputs that read a variable both old and new are rewritten to read old values only."""
    clean = []
    old = {n for e in outputs for n in variables(e)}
    for e in outputs:
        back = {n + "'": u for n, u in updates.items() if n in old and n + "'" in variables(e)}
        clean.append(normalise(substitute(e, back)) if back else e)
    read_old = {n for e in clean for n in variables(e)} & set(updates)
    # If one output reads old values and another new ones of the same variable, all read old ones.
    back = {n + "'": updates[n] for n in read_old}
    return [normalise(substitute(e, back)) for e in clean]


def _reading_new(updates: Mapping[str, Expr]) -> dict[str, Expr]:
    """An update that contains another variable's whole update reads that variable's new value instead."""
    result = dict(updates)
    for name, update in updates.items():
        if not update.args or any(n.endswith("'") for n in variables(result[name])):
            continue
        for other in updates:
            changed = replace(result[other], update, var(name + "'"))
            if other != name and changed != result[other] and name not in variables(changed):
                result[other] = changed
    return result


def parts(expr: Expr) -> Iterator[Expr]:
    """Every sub-expression with operators, the whole included."""
    if expr.args:
        yield expr
        for arg in expr.args:
            yield from parts(arg)


def _share(
    updates: Mapping[str, Expr], outputs: Sequence[Expr], least: int
) -> tuple[list[tuple[str, Expr]], dict[str, Expr], list[Expr]]:
    shared: list[tuple[str, Expr]] = []
    roots = [*updates.values(), *outputs]
    names = list(updates)
    while len(shared) < 3:
        counts = Counter(p for root in roots for p in parts(root) if p.op != "neg")
        best, gain = None, least - 1
        for part, times in counts.items():
            if any(n.endswith("'") for n in variables(part)):
                continue
            saved = (times - 1) * (size(part) - 1) - 3
            if saved > gain:
                best, gain = part, saved
        if best is None:
            break
        name = f"{SHARED}{len(shared)}"
        roots = [replace(root, best, var(name)) for root in roots]
        shared = [(n, replace(e, best, var(name))) for n, e in shared]
        # a part found later is smaller: it may be inside an earlier one, so it is computed first
        place = next((i for i, (_, e) in enumerate(shared) if name in variables(e)), len(shared))
        shared.insert(place, (name, best))
    return shared, dict(zip(names, roots[: len(names)], strict=True)), roots[len(names) :]


def _order(
    shared: Sequence[tuple[str, Expr]], updates: Mapping[str, Expr], outputs: Sequence[Expr]
) -> list[Statement]:
    early = {n.removesuffix("'") for e in outputs for n in variables(e) if n.endswith("'")}
    moved = True
    while moved:  # what an early update needs, and what needs the old value it overwrites, is early too
        moved = False
        for name in [n for n in updates if n not in early]:
            if variables(updates[name]) & early or any(name + "'" in variables(updates[n]) for n in early):
                early.add(name)
                moved = True
    plain = {n + "'": var(n) for n in updates}
    in_place = _in_place(shared, updates, outputs)
    if in_place is not None:
        name, temporary = in_place
        to = {temporary: var(name)}
        shared = [(name, normalise(e, first=name)) for _, e in shared]
        outputs = [substitute(e, to) for e in outputs]
        updates = {n: substitute(e, to) for n, e in updates.items()}
    body: list[Statement] = [Assign((name,), (e,)) for name, e in shared]
    body += _assignments({n: updates[n] for n in updates if n in early}, updates)
    body.append(Emit(tuple(substitute(e, plain) for e in outputs)))
    body += _assignments({n: updates[n] for n in updates if n not in early}, updates)
    return body


def _in_place(
    shared: Sequence[tuple[str, Expr]], updates: Mapping[str, Expr], outputs: Sequence[Expr]
) -> tuple[str, str] | None:
    """A variable that can hold the shared value itself until it is reduced: `r = ...; y = r // k; r %= k`."""
    if len(shared) != 1:
        return None
    temporary, definition = shared[0]
    for name, update in updates.items():
        if update.op != "%" or update.args[0] != var(temporary) or name not in variables(definition):
            continue
        readers = [*outputs, *(e for n, e in updates.items() if n != name)]
        if not any({name, name + "'"} & variables(e) for e in readers):
            return name, temporary
    return None


def _assignments(chosen: Mapping[str, Expr], updates: Mapping[str, Expr]) -> list[Statement]:
    """One assignment a line where an order allows it, else a simultaneous one."""
    left = dict(chosen)
    plain = {n + "'": var(n) for n in updates}
    if len(left) > 1 and all(e.op == "var" and not e.value.endswith("'") for e in left.values()):
        return [Assign(tuple(left), tuple(left.values()))]
    body: list[Statement] = []
    while left:
        free = [
            n
            for n, e in left.items()
            if not any(
                m != n and (n in variables(other) or m + "'" in variables(e)) for m, other in left.items()
            )
        ]
        if not free:
            old = {n + "'": updates[n] for n in left}
            values = [substitute(substitute(e, old), plain) for e in left.values()]
            body.append(Assign(tuple(left), tuple(values)))
            break
        body.append(Assign((free[0],), (substitute(left.pop(free[0]), plain),)))
    return body


def _precedes(one: str, other: str, updates: Mapping[str, Expr]) -> bool:
    """Whether an update must run before another: it reads the other's old value, or is read by it."""
    return other in variables(updates[one]) or one + "'" in variables(updates[other])
