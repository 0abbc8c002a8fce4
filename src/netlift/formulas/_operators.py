"""The operators of formulas in one table: how each evaluates, prints, is searched for, and what it costs.

Everything else takes what it needs from here: evaluation on numbers and on columns, printing, the bank of
expressions, rewriting, ranking. Only the compiled kernels (`_kernel.apply`, which knows operators by their
`code`) and the independent checker write them down again. A new operator is one row, and one branch of the
kernel if it is to be searched for.
"""

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_LIMIT = 1 << 61  # beyond, a value no longer fits a column with room for one more sum


class UndefinedError(ArithmeticError):
    """The expression has no value on some row (or one too large for a column)."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator.

    `python` takes the values of its arguments and is Python's own function. `columns` does the same for int64
    columns ([N], a list [N, L]) and raises UndefinedError where Python would raise or a value leaves int64.
    `syntax` makes the node of Python's syntax tree from those of the arguments.

    `code` is its number in the compiled kernels, None where it is not searched for; `weight` is what one
    use adds to the cost of a searched expression: 2 for what people seldom write, so that it is found after
    all that they do. `charge` is what a reader pays for it beyond its nodes, in nodes (`_rank`).

    `boolean`: it answers a truth value. `on_list`: its first argument is a list. `augmented`: `s op= x`
    exists. `associative`: a op (b op c) prints without parentheses. `commutative`:
    a op b is b op a. `opposite` and `mirror`, of a comparison: the one that holds where it does not, and the
    one with its sides exchanged.
    """

    arity: int
    python: Callable[..., Any]
    columns: Callable[..., Ints]
    syntax: Callable[[Sequence[ast.expr]], ast.expr]
    code: int | None = None
    weight: int = 1
    charge: float = 0.0
    boolean: bool = False
    on_list: bool = False
    augmented: bool = False
    associative: bool = False
    commutative: bool = False
    opposite: str | None = None
    mirror: str | None = None


# ---- on columns ---------------------------------------------------------------------------------


def _need(holds: Any, otherwise: str) -> None:
    if not np.all(holds):
        raise UndefinedError(otherwise)


def _fits(size: Any) -> None:
    _need(~np.asarray(size >= float(_LIMIT)), "a value leaves the columns' range")


def _plus(a: Ints, b: Ints) -> Ints:
    _fits(np.abs(a.astype(float)) + np.abs(b.astype(float)))
    return a + b


def _minus(a: Ints, b: Ints) -> Ints:
    _fits(np.abs(a.astype(float)) + np.abs(b.astype(float)))
    return a - b


def _times(a: Ints, b: Ints) -> Ints:
    _fits(np.abs(a.astype(float)) * np.abs(b.astype(float)))
    return a * b


def _power(a: Ints, b: Ints) -> Ints:
    _need(b >= 0, "a negative power")
    with np.errstate(over="ignore"):
        _fits(np.abs(a.astype(float)) ** b)
    power: Ints = a**b
    return power


def _quotient(a: Ints, b: Ints) -> Ints:
    _need(b != 0, "division by zero")
    return a // b


def _remainder(a: Ints, b: Ints) -> Ints:
    _need(b != 0, "division by zero")
    return a % b


def _left(a: Ints, b: Ints) -> Ints:
    _need(b >= 0, "a negative shift")
    _fits(np.abs(a.astype(float)) * 2.0 ** np.minimum(b, 1000))
    return np.asarray(np.where(a == 0, 0, a << np.minimum(b, 62)), dtype=np.int64)


def _right(a: Ints, b: Ints) -> Ints:
    _need(b >= 0, "a negative shift")
    shifted: Ints = a >> np.minimum(b, 62)
    return shifted


def _root(a: Ints) -> Ints:
    _need(a >= 0, "the root of a negative number")
    root = np.sqrt(a.astype(float)).astype(np.int64)
    root -= root * root > a
    return np.asarray(root + ((root + 1) * (root + 1) <= a), dtype=np.int64)


def _truth(answer: Any) -> Ints:
    return np.asarray(answer).astype(np.int64)


def _compared(compare: Callable[[Any, Any], Any], *, equality: bool = False) -> Callable[[Ints, Ints], Ints]:
    """A comparison of numbers; of two lists of one length only for equality."""

    def columns(a: Ints, b: Ints) -> Ints:
        if a.ndim == 2 and b.ndim == 2:
            _need(equality and a.shape == b.shape, "only lists of one length are compared, for equality")
            same = (a == b).all(axis=1)
            return _truth(compare(same, True))
        return _truth(compare(a, b))

    return columns


def _never_columns(*_: Ints) -> Ints:
    raise ValueError("a choice is evaluated branch by branch")


def _item(values: Ints, place: Ints) -> Ints:
    rows, length = values.shape
    _need(length > 0, "an empty list")
    place = np.broadcast_to(place, (rows,))
    _need((place < length) & (place >= -length), "a place outside the list")
    found: Ints = values[np.arange(rows), place]
    return found


def _of_some(reduce: Callable[[Ints], Any]) -> Callable[[Ints], Ints]:
    """A function of a list that is not empty."""

    def columns(values: Ints) -> Ints:
        _need(values.shape[1] > 0, "an empty list")
        return np.asarray(reduce(values), dtype=np.int64)

    return columns


# ---- in Python's syntax -------------------------------------------------------------------------


def _infix(kind: type[ast.operator]) -> Callable[[Sequence[ast.expr]], ast.expr]:
    return lambda args: ast.BinOp(args[0], kind(), args[1])


def _relation(kind: type[ast.cmpop]) -> Callable[[Sequence[ast.expr]], ast.expr]:
    return lambda args: ast.Compare(args[0], [kind()], [args[1]])


def _prefix(kind: type[ast.unaryop]) -> Callable[[Sequence[ast.expr]], ast.expr]:
    return lambda args: ast.UnaryOp(kind(), args[0])


def _call(name: str) -> Callable[[Sequence[ast.expr]], ast.expr]:
    return lambda args: ast.Call(ast.Name(name, ast.Load()), list(args), [])


def _bit_count(args: Sequence[ast.expr]) -> ast.expr:
    return ast.Call(ast.Attribute(args[0], "bit_count", ast.Load()), [], [])


def _argmax(args: Sequence[ast.expr]) -> ast.expr:
    return ast.Call(ast.Attribute(args[0], "index", ast.Load()), [_call("max")(args)], [])


def _backwards(args: Sequence[ast.expr]) -> ast.expr:
    step = ast.UnaryOp(ast.USub(), ast.Constant(1))
    return ast.Subscript(args[0], ast.Slice(None, None, step), ast.Load())


def _junction(kind: type[ast.boolop]) -> Callable[[Sequence[ast.expr]], ast.expr]:
    """`a and (b and c)` prints as `a and b and c`, and `a != b and b != c` as `a != b != c`."""

    def syntax(args: Sequence[ast.expr]) -> ast.expr:
        values: list[ast.expr] = []
        for arg in args:
            values += arg.values if isinstance(arg, ast.BoolOp) and type(arg.op) is kind else [arg]
        if kind is ast.And:
            values = _chained(values)
        return values[0] if len(values) == 1 else ast.BoolOp(kind(), values)

    return syntax


def _chained(values: list[ast.expr]) -> list[ast.expr]:
    """Comparisons that share a name, as Python chains them. Evaluates the same comparisons."""
    chained: list[ast.expr] = []
    for value in values:
        last = chained[-1] if chained else None
        if (
            isinstance(last, ast.Compare)
            and isinstance(value, ast.Compare)
            and isinstance(value.left, ast.Name)
            and isinstance(last.comparators[-1], ast.Name)
            and last.comparators[-1].id == value.left.id
        ):
            chained[-1] = ast.Compare(
                last.left, [*last.ops, *value.ops], [*last.comparators, *value.comparators]
            )
        else:
            chained.append(value)
    return chained


# ---- the table ----------------------------------------------------------------------------------


def _unequal(a: Any, b: Any) -> Any:
    return a != b


ROOT = 4.0  # more than the three nodes of `x != 0`, which a root of a small number stands for

OPERATORS: Mapping[str, Operator] = {
    "+": Operator(
        2, lambda a, b: a + b, _plus, _infix(ast.Add),
        code=0, augmented=True, associative=True, commutative=True,
    ),
    "-": Operator(2, lambda a, b: a - b, _minus, _infix(ast.Sub), code=1, augmented=True),
    "*": Operator(
        2, lambda a, b: a * b, _times, _infix(ast.Mult),
        code=2, augmented=True, associative=True, commutative=True,
    ),
    "//": Operator(
        2, lambda a, b: a // b, _quotient, _infix(ast.FloorDiv), code=3, charge=0.25, augmented=True
    ),
    "%": Operator(2, lambda a, b: a % b, _remainder, _infix(ast.Mod), code=4, augmented=True),
    "**": Operator(
        2, lambda a, b: a**b, _power, _infix(ast.Pow), code=13, weight=2, charge=0.5, augmented=True
    ),
    "neg": Operator(1, lambda a: -a, np.negative, _prefix(ast.USub), code=21, weight=2, charge=1.0),
    "abs": Operator(1, abs, np.abs, _call("abs"), code=20),
    "min": Operator(2, min, np.minimum, _call("min"), code=5, commutative=True, charge=0.25),
    "max": Operator(2, max, np.maximum, _call("max"), code=6, commutative=True, charge=0.25),
    "&": Operator(
        2, lambda a, b: a & b, np.bitwise_and, _infix(ast.BitAnd),
        code=7, commutative=True, charge=0.25, augmented=True, associative=True,
    ),
    "|": Operator(
        2, lambda a, b: a | b, np.bitwise_or, _infix(ast.BitOr),
        code=8, commutative=True, charge=0.2, augmented=True, associative=True,
    ),
    "^": Operator(
        2, lambda a, b: a ^ b, np.bitwise_xor, _infix(ast.BitXor),
        code=9, commutative=True, charge=0.25, augmented=True, associative=True,
    ),
    "<<": Operator(
        2, lambda a, b: a << b, _left, _infix(ast.LShift), code=10, weight=2, charge=2.5, augmented=True
    ),
    ">>": Operator(
        2, lambda a, b: a >> b, _right, _infix(ast.RShift), code=11, weight=2, charge=1.5, augmented=True
    ),
    "gcd": Operator(2, math.gcd, np.gcd, _call("gcd"), code=12, commutative=True, weight=2, charge=2.0),
    # As "not zero", or to tell 3 from 4, a root is a riddle; a test for squares gets it back (`_rank`).
    "isqrt": Operator(1, math.isqrt, _root, _call("isqrt"), code=23, weight=2, charge=ROOT),
    "bit_count": Operator(
        1, lambda a: a.bit_count(), lambda a: np.bitwise_count(a).astype(np.int64), _bit_count,
        code=24, weight=2, charge=2.0,
    ),
    "==": Operator(
        2, lambda a, b: a == b, _compared(lambda a, b: a == b, equality=True), _relation(ast.Eq),
        code=14, commutative=True, boolean=True, opposite="!=", mirror="==",
    ),
    "!=": Operator(
        2, lambda a, b: a != b, _compared(_unequal, equality=True), _relation(ast.NotEq),
        code=15, commutative=True, boolean=True, opposite="==", mirror="!=",
    ),
    "<": Operator(
        2, lambda a, b: a < b, _compared(lambda a, b: a < b), _relation(ast.Lt),
        code=16, charge=0.25, boolean=True, opposite=">=", mirror=">",
    ),
    "<=": Operator(
        2, lambda a, b: a <= b, _compared(lambda a, b: a <= b), _relation(ast.LtE),
        code=17, charge=0.5, boolean=True, opposite=">", mirror=">=",
    ),
    ">": Operator(
        2, lambda a, b: a > b, _compared(lambda a, b: a > b), _relation(ast.Gt),
        charge=0.25, boolean=True, opposite="<=", mirror="<",
    ),
    ">=": Operator(
        2, lambda a, b: a >= b, _compared(lambda a, b: a >= b), _relation(ast.GtE),
        charge=0.5, boolean=True, opposite="<", mirror="<=",
    ),
    "not": Operator(1, lambda a: not a, lambda a: _truth(a == 0), _prefix(ast.Not), code=22, boolean=True),
    "and": Operator(
        2, lambda a, b: bool(a and b), lambda a, b: _truth((a != 0) & (b != 0)), _junction(ast.And),
        code=18, commutative=True, boolean=True, associative=True,
    ),
    "or": Operator(
        2, lambda a, b: bool(a or b), lambda a, b: _truth((a != 0) | (b != 0)), _junction(ast.Or),
        code=19, commutative=True, boolean=True, associative=True,
    ),
    "int": Operator(1, int, lambda a: a, _call("int")),
    "numeral": Operator(1, int, _never_columns, _call("int")),  # of a text; never searched for
    "if": Operator(
        3, lambda condition, a, b: a if condition else b, _never_columns,
        lambda args: ast.IfExp(args[0], args[1], args[2]), code=25, weight=2, charge=0.5,
    ),
    # Operators on a list: counts, a window of the last inputs, the whole history.
    "item": Operator(
        2, lambda values, i: values[i], _item, lambda args: ast.Subscript(args[0], args[1], ast.Load()),
        on_list=True,
    ),
    "argmax": Operator(
        1, lambda values: values.index(max(values)), _of_some(lambda v: v.argmax(axis=1)), _argmax,
        on_list=True,
    ),
    "sum": Operator(1, sum, lambda v: v.sum(axis=1), _call("sum"), on_list=True),
    "largest": Operator(1, max, _of_some(lambda v: v.max(axis=1)), _call("max"), on_list=True),
    "smallest": Operator(1, min, _of_some(lambda v: v.min(axis=1)), _call("min"), on_list=True),
    "len": Operator(
        1, len, lambda v: np.full(len(v), v.shape[1], dtype=np.int64), _call("len"), on_list=True
    ),
    "reversed": Operator(1, lambda values: values[::-1], lambda v: v[:, ::-1], _backwards, on_list=True),
    "sorted": Operator(
        1, lambda values: tuple(sorted(values)), lambda v: np.sort(v, axis=1), _call("sorted"), on_list=True
    ),
}  # fmt: skip

OPPOSITE = {name: op.opposite for name, op in OPERATORS.items() if op.opposite is not None}
MIRROR = {name: op.mirror for name, op in OPERATORS.items() if op.mirror is not None}
AUGMENTED = frozenset(name for name, op in OPERATORS.items() if op.augmented)
ASSOCIATIVE = frozenset(name for name, op in OPERATORS.items() if op.associative)
COMMUTATIVE = frozenset(name for name, op in OPERATORS.items() if op.commutative)
ON_LISTS = frozenset(name for name, op in OPERATORS.items() if op.on_list)
RARE = frozenset(name for name, op in OPERATORS.items() if op.weight > 1 and name != "if")
CODES = {name: op.code for name, op in OPERATORS.items() if op.code is not None}
NAME_OF_CODE = {code: name for name, code in CODES.items()}
