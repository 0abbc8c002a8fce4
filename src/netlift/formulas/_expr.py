"""Expressions over integers: what formulas are made of, how they evaluate and how they print."""

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

Value = int | bool | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Expr:
    """A node of an expression tree.

    `op` is "const" (`value`: int), "var" (`value`: name), "in" (`value`: sorted tuple of ints or of
    tuples of ints, a set), "table" (`value`: tuple of (key, result) pairs sorted by key, a dict;
    one argument per component of the key) or a key of `OPS`. Semantics are Python's, for integers
    of any size: `//` floors, `%` takes the sign of the divisor.
    """

    op: str
    args: tuple["Expr", ...] = ()
    value: Any = None

    def __str__(self) -> str:
        return ast.unparse(to_ast(self))


@dataclass(frozen=True, slots=True)
class Op:
    """An operator: how many arguments, Python's own function, and whether it answers a truth value."""

    arity: int
    python: Callable[..., Any]
    boolean: bool = False


OPS: Mapping[str, Op] = {
    "+": Op(2, lambda a, b: a + b),
    "-": Op(2, lambda a, b: a - b),
    "*": Op(2, lambda a, b: a * b),
    "//": Op(2, lambda a, b: a // b),
    "%": Op(2, lambda a, b: a % b),
    "**": Op(2, lambda a, b: a**b),
    "neg": Op(1, lambda a: -a),
    "abs": Op(1, abs),
    "min": Op(2, min),
    "max": Op(2, max),
    "&": Op(2, lambda a, b: a & b),
    "|": Op(2, lambda a, b: a | b),
    "^": Op(2, lambda a, b: a ^ b),
    "<<": Op(2, lambda a, b: a << b),
    ">>": Op(2, lambda a, b: a >> b),
    "gcd": Op(2, math.gcd),
    "isqrt": Op(1, math.isqrt),
    "bit_count": Op(1, lambda a: a.bit_count()),
    "==": Op(2, lambda a, b: a == b, boolean=True),
    "!=": Op(2, lambda a, b: a != b, boolean=True),
    "<": Op(2, lambda a, b: a < b, boolean=True),
    "<=": Op(2, lambda a, b: a <= b, boolean=True),
    ">": Op(2, lambda a, b: a > b, boolean=True),
    ">=": Op(2, lambda a, b: a >= b, boolean=True),
    "not": Op(1, lambda a: not a, boolean=True),
    "and": Op(2, lambda a, b: bool(a and b), boolean=True),
    "or": Op(2, lambda a, b: bool(a or b), boolean=True),
    "int": Op(1, int),
    "if": Op(3, lambda condition, a, b: a if condition else b),
    # Operators on a list: counts, a window of the last inputs, the whole history.
    "item": Op(2, lambda values, i: values[i]),
    "argmax": Op(1, lambda values: values.index(max(values))),
    "sum": Op(1, sum),
    "largest": Op(1, max),
    "smallest": Op(1, min),
    "len": Op(1, len),
    "reversed": Op(1, lambda values: values[::-1]),
    "sorted": Op(1, lambda values: tuple(sorted(values))),
}


def const(value: int) -> Expr:
    """A whole number."""
    return Expr("const", (), int(value))


def var(name: str) -> Expr:
    """A variable: an input stream, a state variable or an intermediate name."""
    return Expr("var", (), name)


def is_boolean(expr: Expr) -> bool:
    """Whether Python would give a truth value (True, False) rather than a number."""
    if expr.op == "in":
        return True
    if expr.op == "if":
        return is_boolean(expr.args[1]) and is_boolean(expr.args[2])
    return expr.op in OPS and OPS[expr.op].boolean


def evaluate(expr: Expr, env: Mapping[str, Any]) -> Any:
    """The value of an expression, with Python's own exact integers.

    Raises ZeroDivisionError, ValueError, KeyError or IndexError where Python would.
    """
    if expr.op == "const":
        return expr.value
    if expr.op == "var":
        return env[expr.value]
    if expr.op == "if":
        chosen = expr.args[1] if evaluate(expr.args[0], env) else expr.args[2]
        return evaluate(chosen, env)
    args = [evaluate(arg, env) for arg in expr.args]
    if expr.op in ("in", "table"):
        key = args[0] if len(args) == 1 else tuple(args)
        return key in expr.value if expr.op == "in" else dict(expr.value)[key]
    return OPS[expr.op].python(*args)


_BINARY: dict[str, type[ast.operator]] = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "//": ast.FloorDiv, "%": ast.Mod, "**": ast.Pow,
    "&": ast.BitAnd, "|": ast.BitOr, "^": ast.BitXor, "<<": ast.LShift, ">>": ast.RShift,
}  # fmt: skip
_COMPARE: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE,
}  # fmt: skip
_CALL = {"abs": "abs", "min": "min", "max": "max", "int": "int", "sum": "sum", "len": "len",
         "largest": "max", "smallest": "min", "gcd": "gcd", "isqrt": "isqrt", "sorted": "sorted"}  # fmt: skip


@cache
def to_ast(expr: Expr) -> ast.expr:
    """The expression as a node of Python's own syntax tree (`gcd`, `isqrt` as bare names)."""
    if expr.op == "const":
        return _literal(expr.value)
    if expr.op == "var":
        return ast.Name(expr.value, ast.Load())
    args = [to_ast(arg) for arg in expr.args]
    if expr.op in ("in", "table"):
        key = args[0] if len(args) == 1 else ast.Tuple(args, ast.Load())
        if expr.op == "in":
            return ast.Compare(key, [ast.In()], [ast.Set([_literal(v) for v in expr.value])])
        keys = [_literal(k) for k, _ in expr.value]
        table = ast.Dict(list[ast.expr | None](keys), [_literal(v) for _, v in expr.value])
        return ast.Subscript(table, key, ast.Load())
    if expr.op in _BINARY:
        return ast.BinOp(args[0], _BINARY[expr.op](), args[1])
    if expr.op in _COMPARE:
        return ast.Compare(args[0], [_COMPARE[expr.op]()], [args[1]])
    if expr.op in _CALL:
        return ast.Call(ast.Name(_CALL[expr.op], ast.Load()), args, [])
    if expr.op in ("and", "or"):
        kind: ast.boolop = ast.And() if expr.op == "and" else ast.Or()
        values: list[ast.expr] = []
        for arg in args:  # a and (b and c) prints as a and b and c
            same = isinstance(arg, ast.BoolOp) and type(arg.op) is type(kind)
            values += arg.values if same and isinstance(arg, ast.BoolOp) else [arg]
        if expr.op == "and":
            values = _chained(values)
        return values[0] if len(values) == 1 else ast.BoolOp(kind, values)
    match expr.op:
        case "neg":
            return ast.UnaryOp(ast.USub(), args[0])
        case "not":
            return ast.UnaryOp(ast.Not(), args[0])
        case "if":
            return ast.IfExp(args[0], args[1], args[2])
        case "item":
            return ast.Subscript(args[0], args[1], ast.Load())
        case "bit_count":
            return ast.Call(ast.Attribute(args[0], "bit_count", ast.Load()), [], [])
        case "argmax":
            largest = ast.Call(ast.Name("max", ast.Load()), [args[0]], [])
            return ast.Call(ast.Attribute(args[0], "index", ast.Load()), [largest], [])
        case "reversed":
            return ast.Subscript(args[0], ast.Slice(None, None, _literal(-1)), ast.Load())
    raise ValueError(f"no way to print the operator {expr.op!r}")


def _chained(values: list[ast.expr]) -> list[ast.expr]:
    """`a != b and b != c` as Python chains it: `a != b != c`. Evaluates the same comparisons."""
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


def _literal(value: Any) -> ast.expr:
    if isinstance(value, tuple):
        return ast.Tuple([_literal(v) for v in value], ast.Load())
    if isinstance(value, str):  # a symbol spelt by its name
        return ast.Constant(value)
    if value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-int(value)))
    return ast.Constant(int(value))


def variables(expr: Expr) -> frozenset[str]:
    """The names an expression reads."""
    if expr.op == "var":
        return frozenset([expr.value])
    return frozenset[str]().union(*(variables(arg) for arg in expr.args))


def substitute(expr: Expr, replacements: Mapping[str, Expr]) -> Expr:
    """The expression with variables replaced by expressions."""
    if expr.op == "var":
        return replacements.get(expr.value, expr)
    return Expr(expr.op, tuple(substitute(arg, replacements) for arg in expr.args), expr.value)


def size(expr: Expr) -> int:
    """How many nodes Python's syntax tree has for it (contexts such as Load not counted)."""
    return sum(not isinstance(node, ast.expr_context) for node in ast.walk(to_ast(expr)))
