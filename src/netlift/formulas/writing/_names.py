"""Names that say what a variable is, where the structure of its update tells."""

from itertools import chain, count

from netlift.formulas._expr import Expr, const, is_boolean, var, variables, walk
from netlift.formulas._recurrence import Recurrence
from netlift.formulas._statements import assignments, expressions_of, renamed
from netlift.formulas.writing._sums import sum_terms

SWITCH, LEFT, SINCE = "is_on", "steps_left", "steps_since"  # names of drafts that are kept
_MEANT = (SWITCH, LEFT, SINCE)
_PLAIN = ("s", "t", "v", "w", "p", "q")


def rename(recurrence: Recurrence) -> Recurrence:
    """The same recurrence with meaningful names: `carry`, `remainder`, `count`, `previous`, ..."""
    state = [name for name, _ in recurrence.initial]
    updates: dict[str, list[Expr]] = {}
    divided: dict[str, set[str]] = {}  # which operators with a constant divisor read a name
    for statement in recurrence.body:
        for part in (part for e in expressions_of(statement) for part in walk(e)):
            if part.op in ("//", "%") and part.args[0].op == "var" and part.args[1].op == "const":
                divided.setdefault(part.args[0].value, set()).add(part.op)
    for target, value in assignments(recurrence):
        updates.setdefault(target, []).append(value)
    lags = _lags(state, updates, recurrence.inputs)
    names: dict[str, str] = {}
    taken = set(recurrence.inputs)
    for name in [*state, *(n for n in updates if n not in state)]:
        wish = lags.get(name) or _wish(name, updates.get(name, []), divided.get(name, set()), recurrence)
        if wish is None or wish in taken:
            wish = name if name not in updates and name not in taken else None
        if wish is None:
            wish = next(n for n in chain(_PLAIN, (f"s{k}" for k in count(2))) if n not in taken)
        taken.add(wish)
        names[name] = wish
    return renamed(recurrence, names)


def _lags(state: list[str], updates: dict[str, list[Expr]], inputs: tuple[str, ...]) -> dict[str, str]:
    """`previous` for the only lag of a stream, else `x1`, `x2`, ... (`previous_a` for several streams)."""
    source: dict[str, tuple[str, int]] = {}
    changed = True
    while changed:
        changed = False
        for name in state:
            if name in source or len(updates.get(name, [])) != 1 or updates[name][0].op != "var":
                continue
            read = updates[name][0].value
            if read in inputs:
                source[name] = (read, 1)
            elif read in source:
                source[name] = (source[read][0], source[read][1] + 1)
            else:
                continue
            changed = True
    names = {}
    for name, (stream, lag) in source.items():
        alone = sum(s == stream for s, _ in source.values()) == 1
        if alone and len({s for s, _ in source.values()}) == 1:
            names[name] = "previous"
        else:
            names[name] = f"previous_{stream}" if alone else f"{stream}{lag}"
    return names


def _wish(name: str, values: list[Expr], divided: set[str], recurrence: Recurrence) -> str | None:
    if not values:
        return None
    if name.startswith(_MEANT):
        return name
    initial = dict(recurrence.initial)
    if name not in initial:  # an intermediate name
        return "total" if values[0].op in ("+", "-") else None
    value = values[-1]
    if value.op == "%" and (len(values) == 2 or "//" in divided or _doubles(value)):
        return "remainder"
    if value.op == "//":
        return "carry"
    if value.op == "max" and var(name) in value.args:
        return "largest"
    if value.op == "min" and var(name) in value.args:
        return "smallest"
    if value.op == "%" and value.args[1] == const(2):
        return "parity"
    if value.op == "^" and var(name) in value.args and variables(value) - {name} <= set(recurrence.inputs):
        return "parity"
    if value.op == "%" and name in variables(value.args[0]):
        return "total"
    if value.op == "if" and _grows(value.args[1], name) and value.args[2].op == "const":
        return "run" if value.args[2] == const(1) else "since"
    if value.op == "if" and var(name) in value.args[1:]:
        moved = value.args[1] if value.args[2] == var(name) else value.args[2]
        return "balance" if _steps_of_one(moved, name) else None
    if value.op in ("+", "-") and value.args[0] == var(name):
        rest = value.args[1]
        if is_boolean(rest) or rest == const(1):
            return "count"
        if rest.op == "var" and value.op == "+":
            return "total"
        return "balance" if _steps_of_one(value, name) else "total"
    return None


def _grows(expr: Expr, name: str) -> bool:
    """`n + 1`, up to a bound or not."""
    more = Expr("+", (var(name), const(1)))
    return expr == more or (expr.op == "min" and more in expr.args)


def _doubles(expr: Expr) -> bool:
    return any(
        part.op == "*" and part.args[0].op == "const" and part.args[1].op == "var" for part in walk(expr)
    )


def _steps_of_one(value: Expr, name: str) -> bool:
    """`s + 1 - 2 * x` and the like: up by one where a condition holds, down by one elsewhere."""
    terms = sum_terms(value)
    rest = [term for _, term in terms if term != var(name)]
    doubled = [term for term in rest if term.op == "*" and term.args[0] == const(2)]
    return terms[0] == (1, var(name)) and const(1) in rest and bool(doubled)
