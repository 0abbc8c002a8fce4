"""Symbols that are strings: a program reads and answers them by name, not by number."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from netlift.formulas._expr import Expr, evaluate, is_boolean, substitute, variables, walk
from netlift.formulas._recurrence import Recurrence, Statement
from netlift.formulas._statements import mapped, written_by
from netlift.formulas.writing import sum_of, sum_terms
from netlift.program._held_symbols import NotHeld, with_held_symbols
from netlift.program._kinds import Kinds

Symbols = tuple[str, ...] | None


@dataclass(frozen=True)
class Spelling:
    """A stream of strings whose steps are decoded to numbers before the body reads them."""

    stream: str
    symbols: tuple[str, ...]


class _NeedsNumbers(Exception):
    """The stream's number itself is used, so names will not do."""


@dataclass(frozen=True)
class Spelt:
    """A recurrence that reads strings.

    `decoded` are the streams whose strings become numbers first; `first` has the first symbol of each
    variable that holds one, and `answered` the names that hold what is answered as it is.
    """

    recurrence: Recurrence
    decoded: tuple[Spelling, ...]
    first: dict[str, str]
    answered: frozenset[str]


def spell_inputs(
    recurrence: Recurrence, symbols: Sequence[Symbols], targets: Sequence[Symbols] = ()
) -> Spelt:
    """The recurrence with string symbols compared, and kept, by name; decoded where that will not do."""
    decoded: list[Spelling] = []
    first, answered = dict[str, str](), frozenset[str]()
    for stream, names in zip(recurrence.inputs, symbols, strict=True):
        if names is None:
            continue
        try:
            recurrence = _by_name(recurrence, stream, names)
            continue
        except _NeedsNumbers:
            pass
        try:
            held = with_held_symbols(recurrence, stream, names, targets)
            recurrence, first, answered = held.recurrence, first | held.first, answered | held.answered
            continue
        except NotHeld:
            pass
        numerals = tuple(map(_number_of, names)) == tuple(range(len(names)))
        if numerals and not any(stream in written_by(statement) for statement in recurrence.body):
            number = {stream: Expr("numeral", (Expr("var", (), stream),))}
            body = tuple(mapped(s, lambda e, to=number: substitute(e, to)) for s in recurrence.body)  # type: ignore[misc]
            recurrence = Recurrence(recurrence.inputs, recurrence.initial, body)
        else:
            decoded.append(Spelling(stream, names))
    return Spelt(recurrence, tuple(decoded), first, answered)


def spell_output(
    expr: Expr,
    names: tuple[str, ...],
    known: Kinds,
    table: Callable[[], str],
    answered: frozenset[str] = frozenset(),
) -> Expr:
    """An expression for the symbol whose number `expr` is; `table()` names the constant that lists them.

    What the `answered` names hold is a symbol.
    """

    def spell(part: Expr) -> Expr:
        match part.op:
            case "var" if part.value in answered:
                return part
            case "const" if 0 <= part.value < len(names):
                return Expr("const", (), names[part.value])
            case "if":
                return Expr("if", (part.args[0], spell(part.args[1]), spell(part.args[2])))
            case "table" if all(0 <= value < len(names) for _, value in part.value):
                return Expr("table", part.args, tuple((key, names[value]) for key, value in part.value))
            case "int":
                return spell(part.args[0])
        if known.is_truth(part) and len(names) >= 2:
            return Expr("if", (part, Expr("const", (), names[1]), Expr("const", (), names[0])))
        return Expr("item", (Expr("var", (), table()), part))

    return spell(expr)


def _by_name(recurrence: Recurrence, stream: str, names: tuple[str, ...]) -> Recurrence:
    if any(stream in written_by(statement) for statement in recurrence.body):
        raise _NeedsNumbers
    body: list[Statement] = [
        mapped(statement, lambda e: _apart(_named(e, stream, names, truth=False)))
        for statement in recurrence.body
    ]
    return Recurrence(recurrence.inputs, recurrence.initial, tuple(body))


def _named(
    expr: Expr, stream: str, names: tuple[str, ...], *, truth: bool, gone: frozenset[int] = frozenset()
) -> Expr:
    """The expression with every part that reads the stream spelt with the names of its symbols.

    Those that are `gone` cannot come where it stands.
    """
    read = variables(expr)
    if stream not in read:
        return expr
    if expr.op in ("in", "table"):
        place = next((i for i, arg in enumerate(expr.args) if arg == Expr("var", (), stream)), None)
        if place is not None and not any(
            stream in variables(a) for i, a in enumerate(expr.args) if i != place
        ):
            return _named_keys(expr, place, names)
    if read == {stream}:
        return _tabulated(expr, stream, names, truth=truth, gone=gone)
    if expr.op in ("+", "-"):
        return _named_sum(expr, stream, names, gone)
    if expr.op == "%" and expr.args[1].op == "const" and expr.args[1].value > 0:
        summed = _named(expr.args[0], stream, names, truth=False, gone=gone)
        return Expr("%", (_as_numerals(summed, expr.args[1].value), expr.args[1]))
    truths: tuple[bool, ...]
    match expr.op:
        case "if":
            truths = (True, truth, truth)
        case "and" | "or" | "not":
            truths = (True, True)
        case _:
            truths = (False,) * len(expr.args)
    pairs = zip(expr.args, truths, _gone(expr, stream, gone, len(names)), strict=False)
    return Expr(
        expr.op, tuple(_named(arg, stream, names, truth=t, gone=g) for arg, t, g in pairs), expr.value
    )


def _gone(expr: Expr, stream: str, gone: frozenset[int], count: int) -> tuple[frozenset[int], ...]:
    """Which symbols cannot come in each of an expression's arguments: a condition on them tells."""
    if expr.op == "if" and variables(expr.args[0]) == {stream}:
        try:
            holds = [bool(evaluate(expr.args[0], {stream: code})) for code in range(count)]
        except (ArithmeticError, LookupError, ValueError):
            return (gone,) * 3
        kept = frozenset(code for code, yes in enumerate(holds) if yes)
        return gone, gone | (frozenset(range(count)) - kept), gone | kept
    return (gone,) * max(3, len(expr.args))


def _named_sum(expr: Expr, stream: str, names: tuple[str, ...], gone: frozenset[int]) -> Expr:
    """A sum with the terms of this stream, and the constants, taken together as one."""
    mine: list[tuple[int, Expr]] = []
    others: list[tuple[int, Expr]] = []
    for sign, term in sum_terms(expr):
        (mine if variables(term) <= {stream} else others).append((sign, term))
    if not any(stream in variables(term) for _, term in mine):
        mine, others = [], mine + others
    spelt = [(sign, _named(term, stream, names, truth=False, gone=gone)) for sign, term in others]
    if (
        [term.op for _, term in mine] == ["var"]
        and len(names) == 2
        and tuple(map(_number_of, names)) != (0, 1)
    ):
        spelt.append((mine[0][0], Expr("==", (mine[0][1], Expr("const", (), names[1])))))
    elif mine:
        spelt.append((1, _tabulated(sum_of(mine), stream, names, truth=False, gone=gone)))
    return sum_of(spelt)


def _named_keys(expr: Expr, place: int, names: tuple[str, ...]) -> Expr:
    def named(key: int | tuple[int, ...]) -> str | tuple[int | str, ...] | None:
        parts: list[int | str] = list(key) if isinstance(key, tuple) else [key]
        code = parts[place]
        if not isinstance(code, int) or not 0 <= code < len(names):
            return None
        parts[place] = names[code]
        return tuple(parts) if isinstance(key, tuple) else names[code]

    if expr.op == "in":
        return Expr("in", expr.args, tuple(k for k in map(named, expr.value) if k is not None))
    pairs = [(named(key), value) for key, value in expr.value]
    return Expr("table", expr.args, tuple((key, value) for key, value in pairs if key is not None))


def _tabulated(expr: Expr, stream: str, names: tuple[str, ...], *, truth: bool, gone: frozenset[int]) -> Expr:
    """An expression of this stream alone, by the value it has for each symbol that may come."""
    subject = Expr("var", (), stream)
    try:
        values = [evaluate(expr, {stream: code}) for code in range(len(names))]
    except (ArithmeticError, LookupError, ValueError) as error:
        raise _NeedsNumbers from error
    if expr == subject and not truth:
        raise _NeedsNumbers
    if truth or is_boolean(expr):
        return _membership(subject, [name for name, value in zip(names, values, strict=True) if value], names)
    pairs = [(name, int(value)) for name, value in zip(names, values, strict=True)]
    pairs = [pair for code, pair in enumerate(pairs) if code not in gone] or pairs
    if len({value for _, value in pairs}) == 1:
        return Expr("const", (), pairs[0][1])
    return _by_value(subject, pairs)


def _by_value(subject: Expr, pairs: Sequence[tuple[str, int]]) -> Expr:
    """The number that belongs to each symbol: `int(x)` where most symbols are the numerals of theirs."""
    others = [(name, value) for name, value in pairs if _number_of(name) != value]
    if len(pairs) - len(others) >= 2 and len({value for _, value in others}) <= 1:
        numeral = Expr("numeral", (subject,))
        if not others:
            return numeral
        test = _membership(subject, [name for name, _ in others], tuple(name for name, _ in pairs))
        return Expr("if", (test, Expr("const", (), others[0][1]), numeral))
    if len(pairs) == 2:
        test = Expr("==", (subject, Expr("const", (), pairs[0][0])))
        return Expr("if", (test, *(Expr("const", (), value) for _, value in pairs)))
    return Expr("table", (subject,), tuple(pairs))


def _apart(whole: Expr) -> Expr:
    """`s + 8 if x == "boot" else s + int(x)` for `s + (8 if x == "boot" else int(x))`."""
    inside = [p for p in walk(whole) if p.op == "if" and p.args[2].op == "numeral"]
    if (
        len(inside) != 1
        or whole == inside[0]
        or any(p.op in ("if", "and", "or", "not") for p in walk(whole) if p not in inside)
    ):
        return whole
    test, *ways = inside[0].args
    yes, no = (_with(whole, inside[0], way) for way in ways)
    return Expr("if", (test, yes, no))


def _with(whole: Expr, part: Expr, other: Expr) -> Expr:
    """The whole with another expression in place of a part."""
    if whole == part:
        return other
    return Expr(whole.op, tuple(_with(arg, part, other) for arg in whole.args), whole.value)


def _as_numerals(summed: Expr, modulus: int) -> Expr:
    """A sum of which only the remainder counts, with numerals for the values that differ by its multiples."""
    terms = []
    for sign, term in sum_terms(summed):
        if term.op == "table" and len(term.args) == 1 and sign > 0:
            pairs = [(name, value, _number_of(name)) for name, value in term.value]
            fitting = [
                (name, value if own is None or (own - value) % modulus else own) for name, value, own in pairs
            ]
            terms.append((sign, _by_value(term.args[0], fitting)))
        else:
            terms.append((sign, term))
    return sum_of(terms)


def _number_of(name: object) -> int | None:
    """The number that a text is the numeral of, as Python writes it; None where it is none."""
    if not isinstance(name, str) or not re.fullmatch(r"0|-?[1-9][0-9]{0,17}", name, flags=re.ASCII):
        return None
    return int(name)


def _membership(subject: Expr, members: list[str], names: tuple[str, ...]) -> Expr:
    others = [name for name in names if name not in members]
    if not members or not others:
        return Expr("==" if members else "!=", (Expr("const", (), 0), Expr("const", (), 0)))
    if len(members) == 1:
        return Expr("==", (subject, Expr("const", (), members[0])))
    if len(others) == 1:
        return Expr("!=", (subject, Expr("const", (), others[0])))
    if len(others) < len(members):
        return Expr("not", (Expr("in", (subject,), tuple(others)),))
    return Expr("in", (subject,), tuple(members))
