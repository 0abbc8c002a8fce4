"""Expressions over integers: what formulas are made of, how they evaluate and how they print."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from netlift.formulas._operators import OPERATORS

Value = int | bool | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Expr:
    """A node of an expression tree.

    `op` is "const" (`value`: int), "var" (`value`: name), "in" (`value`: sorted tuple of ints or of
    tuples of ints, a set), "table" (`value`: tuple of (key, result) pairs sorted by key, a dict;
    one argument per component of the key) or a key of `OPERATORS`. Semantics are Python's, for integers
    of any size: `//` floors, `%` takes the sign of the divisor.
    """

    op: str
    args: tuple["Expr", ...] = ()
    value: Any = None

    def __str__(self) -> str:
        return ast.unparse(to_ast(self))


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
    return expr.op in OPERATORS and OPERATORS[expr.op].boolean


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
    return OPERATORS[expr.op].python(*args)


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
    if expr.op not in OPERATORS:
        raise ValueError(f"no way to print the operator {expr.op!r}")
    return OPERATORS[expr.op].syntax(args)


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


def walk(expr: Expr) -> Iterator[Expr]:
    """Every part of an expression, the whole first, then its arguments' in order."""
    yield expr
    for arg in expr.args:
        yield from walk(arg)


def occurrences(expr: Expr, name: str) -> int:
    """How often an expression reads a name."""
    return sum(part.op == "var" and part.value == name for part in walk(expr))


def substitute(expr: Expr, replacements: Mapping[str, Expr]) -> Expr:
    """The expression with variables replaced by expressions."""
    if expr.op == "var":
        return replacements.get(expr.value, expr)
    return Expr(expr.op, tuple(substitute(arg, replacements) for arg in expr.args), expr.value)


def size(expr: Expr) -> int:
    """How many nodes Python's syntax tree has for it (contexts such as Load not counted)."""
    return sum(not isinstance(node, ast.expr_context) for node in ast.walk(to_ast(expr)))
