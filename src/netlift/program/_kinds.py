"""What a variable of a recurrence holds: a number, a truth value or a list; and what follows for printing."""

from collections.abc import Iterator
from dataclasses import dataclass

from netlift.formulas._expr import Expr, const, is_boolean
from netlift.formulas._operators import OPERATORS
from netlift.formulas._recurrence import Append, Assign, Increment, Recurrence, Statement
from netlift.formulas._statements import expressions_of

_ON_TRUTHS = frozenset(["&", "|", "^", "==", "!="])
_PASSES_ON = frozenset(["&", "|", "^", "min", "max"])


@dataclass(frozen=True)
class Kinds:
    """The names that always hold truth values, those that may, and those that hold lists."""

    truths: frozenset[str]
    maybe: frozenset[str]
    lists: frozenset[str]

    def is_truth(self, expr: Expr) -> bool:
        """Whether the value is True or False every time."""
        return _truth(expr, self.truths, always=True)

    def may_be_truth(self, expr: Expr) -> bool:
        """Whether the value (of a list: an item) can be True or False instead of a number."""
        return _truth(expr, self.maybe, always=False)

    def is_list(self, expr: Expr) -> bool:
        """Whether the value is a list."""
        return _listed(expr, self.lists)


def kinds(recurrence: Recurrence) -> Kinds:
    """What the variables hold, by a fixed point over the body."""
    sources = list(_sources(recurrence))
    lists = frozenset(name for name, value in recurrence.initial if isinstance(value, tuple))
    maybe: frozenset[str] = frozenset()
    while True:
        wider = lists | {n for n, e in sources if _listed(e, lists)}
        looser = maybe | {n for n, e in sources if _truth(e, maybe, always=False)}
        if wider == lists and looser == maybe:
            break
        lists, maybe = wider, looser
    binary = {name for name, value in recurrence.initial if value in (0, 1) and isinstance(value, int)}
    initials = {name for name, _ in recurrence.initial}
    truths = frozenset(n for n in maybe if n not in lists and (n in binary or n not in initials))
    truths -= frozenset(recurrence.inputs)
    while True:
        left = truths - {n for n, e in sources if not _truth(e, truths, always=True)}
        if left == truths:
            return Kinds(truths, maybe, lists)
        truths = left


def settle(recurrence: Recurrence) -> Recurrence:
    """The recurrence with `int` around the updates of truth values that are used as numbers.

    A flag that only conditions read stays True or False; `s = s == x` becomes `s = int(s == x)`.
    """
    known = kinds(recurrence)
    used = frozenset(
        name
        for statement in recurrence.body
        for expr in expressions_of(statement)
        for name in _as_numbers(expr, known, numeric=isinstance(statement, Increment))
    )
    mixed = used & known.truths
    if not mixed:
        return recurrence
    body: list[Statement] = []
    for statement in recurrence.body:
        if isinstance(statement, Assign):
            pairs = zip(statement.targets, statement.values, strict=True)
            values = tuple(Expr("int", (v,)) if t in mixed and known.may_be_truth(v) else v for t, v in pairs)
            body.append(Assign(statement.targets, values))
        else:
            body.append(statement)
    return settle(Recurrence(recurrence.inputs, recurrence.initial, tuple(body)))


def _as_numbers(expr: Expr, known: Kinds, *, numeric: bool) -> Iterator[str]:
    """The names that an expression reads where a number is wanted."""
    if expr.op == "var":
        if numeric:
            yield expr.value
        return
    within = [True] * len(expr.args)
    if expr.op in ("and", "or", "not") or (expr.op in _ON_TRUTHS and all(map(known.is_truth, expr.args))):
        within = [False] * len(expr.args)
    elif expr.op == "if":
        within = [False, numeric, numeric]
    elif expr.op == "int":
        within = [False]
    for arg, wanted in zip(expr.args, within, strict=True):
        yield from _as_numbers(arg, known, numeric=wanted)


def as_condition(expr: Expr, known: Kinds) -> Expr:
    """The expression for a place where only its truth counts."""
    if expr.op == "not" and expr.args[0].op == "not":
        return as_condition(expr.args[0].args[0], known)
    if expr.op in ("and", "or", "not"):
        return Expr(expr.op, tuple(as_condition(arg, known) for arg in expr.args))
    if expr.op == "int":
        return as_condition(expr.args[0], known)
    return as_value(expr, known)


def as_value(expr: Expr, known: Kinds) -> Expr:
    """The expression for a place where its value counts.

    Here `a and b` means a truth value, while Python answers one of the two: operands that are
    numbers become comparisons with zero.
    """
    match expr.op:
        case "not":
            return Expr("not", (as_condition(expr.args[0], known),))
        case "and" | "or":
            return Expr(expr.op, tuple(_as_truth(arg, known) for arg in expr.args))
        case "if":
            condition, yes, no = expr.args
            return Expr("if", (as_condition(condition, known), as_value(yes, known), as_value(no, known)))
        case "int" if not known.may_be_truth(expr.args[0]):
            return as_value(expr.args[0], known)
    return Expr(expr.op, tuple(as_value(arg, known) for arg in expr.args), expr.value)


def as_number(expr: Expr, known: Kinds) -> Expr:
    """The expression for a place that must not show True or False."""
    value = as_value(expr, known)
    if value.op == "if" and known.may_be_truth(value):
        condition, yes, no = value.args
        if not (known.may_be_truth(yes) and known.may_be_truth(no)):
            return Expr("if", (condition, as_number(yes, known), as_number(no, known)))
    return Expr("int", (value,)) if known.may_be_truth(value) else value


def _as_truth(expr: Expr, known: Kinds) -> Expr:
    value = as_value(expr, known)
    if known.is_truth(value):
        return value
    if known.is_list(value):
        return Expr(">", (Expr("len", (value,)), const(0)))
    return Expr("!=", (value, const(0)))


def _sources(recurrence: Recurrence) -> Iterator[tuple[str, Expr]]:
    """Each variable with each expression that it, or an item of it, can come from."""
    for statement in recurrence.body:
        match statement:
            case Assign(targets, values):
                yield from zip(targets, values, strict=True)
            case Append(target, value, _):
                yield target, value
            case Increment(target, _, amount):
                yield target, Expr("+", (amount, amount))


def _truth(expr: Expr, names: frozenset[str], *, always: bool) -> bool:
    if expr.op == "var":
        return expr.value in names
    if expr.op == "if":
        branches = [_truth(arg, names, always=always) for arg in expr.args[1:]]
        return all(branches) if always else any(branches)
    if expr.op in _PASSES_ON:
        operands = [_truth(arg, names, always=always) for arg in expr.args]
        return all(operands) if always or expr.op in "&|^" else any(operands)
    if expr.op in ("item", "largest", "smallest", "reversed", "sorted"):
        return not always and _truth(expr.args[0], names, always=False)
    return is_boolean(expr) if expr.op == "in" or expr.op in OPERATORS else False


def _listed(expr: Expr, lists: frozenset[str]) -> bool:
    if expr.op == "var":
        return expr.value in lists
    if expr.op == "if":
        return any(_listed(arg, lists) for arg in expr.args[1:])
    return expr.op in ("reversed", "sorted")
