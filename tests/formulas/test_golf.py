"""What is short because it means something else than it says costs more than the plain rule."""

import ast
import json
from pathlib import Path

import pytest

from netlift.formulas import Assign, Emit, Expr, Recurrence, description_length
from netlift.formulas._expr import const, var
from netlift.formulas._rank import is_golf

X, S = var("x"), var("s")


def op(name: str, *args: Expr) -> Expr:
    return Expr(name, args)


def updates(value: Expr) -> Recurrence:
    """A state that each step sets to a value and answers."""
    return Recurrence(("x",), (("s", 0),), (Assign(("s",), (value,)), Emit((S,))))


def answers(value: Expr) -> Recurrence:
    """An answer from the input and what a first step keeps of it."""
    return Recurrence(("x",), (("s", 0),), (Emit((value,)), Assign(("s",), (X,))))


CLIP = op("max", S, const(2))
GOLF = [  # the golf, and what a person writes
    (
        updates(op("if", op("==", X, const(0)), op("|", S, CLIP), op("%", S, const(3)))),
        updates(op("if", op("==", X, const(0)), op("max", S, const(2)), op("%", S, const(3)))),
    ),
    (
        updates(op("-", op(">", X, S), X)),
        updates(op("if", op(">", X, S), op("-", const(1), X), op("neg", X))),
    ),
    (
        updates(op("-", op("+", S, op("bit_count", X)), op("min", X, const(1)))),
        updates(op("+", S, op("==", X, const(3)))),
    ),
    (updates(op("*", op(">", X, S), S)), updates(op("if", op(">", X, S), S, const(0)))),
    (answers(op("==", S, op("-", const(16), S))), answers(op("==", S, const(8)))),
    (updates(op("+", S, op("isqrt", X))), updates(op("+", S, op("!=", X, const(0))))),
]


@pytest.mark.parametrize("number", range(len(GOLF)))
def test_golf_costs_more_than_the_plain_rule(number: int) -> None:
    golf, plain = GOLF[number]
    assert description_length(golf) > description_length(plain)


def test_a_test_for_squares_pays_nothing_for_its_root() -> None:
    square = answers(op("==", X, op("**", op("isqrt", X), const(2))))
    other = answers(op("==", X, op("**", op("abs", X), const(2))))
    assert description_length(square) == description_length(other)


def _charged(tree: ast.AST) -> list[str]:
    """What of golf is in a program."""
    found = []
    bits = (ast.BitAnd, ast.BitOr, ast.BitXor)
    for node in ast.walk(tree):
        parts: list[ast.expr] = []
        if isinstance(node, ast.BinOp):
            parts = [node.left, node.right]
        elif isinstance(node, ast.AugAssign):
            parts = [node.value]
        if parts and any(isinstance(p, ast.IfExp) for p in parts):
            found.append("a choice in arithmetic")
        if parts and not isinstance(node.op, (ast.Add, *bits)):  # type: ignore[attr-defined]
            found += ["a truth value" for p in parts if isinstance(p, ast.Compare | ast.BoolOp)]
        if parts and isinstance(node.op, bits):  # type: ignore[attr-defined]
            found += [
                "bits of a number"
                for p in parts
                if isinstance(p, ast.Call) or (isinstance(p, ast.BinOp) and not isinstance(p.op, bits))
                if not (isinstance(p, ast.BinOp) and ast.unparse(p) == "1 - x")
            ]
        if isinstance(node, ast.Attribute) and node.attr == "bit_count":
            found.append("bit_count")
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            one, other = node.left, node.comparators[0]
            for a, b in ((one, other), (other, one)):
                sums = isinstance(a, ast.BinOp) and isinstance(a.op, ast.Add | ast.Sub)
                names = [{n.id for n in ast.walk(p) if isinstance(n, ast.Name)} for p in (a, b)]
                if sums and names[0] & names[1]:
                    found.append("an equation")
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "isqrt":
            found.append("isqrt")
    squares = sum("isqrt(x) ** 2" in ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Compare))
    return [f for f in found if f != "isqrt"] + ["isqrt"] * (found.count("isqrt") - squares)


GOLDENS = json.loads((Path(__file__).parents[2] / "benchmarks/goldens/bench.json").read_text())


def test_the_golden_programs_of_the_benchmark_have_none_of_it() -> None:
    """So their cost is what it was, and of what they won against nothing has become cheaper."""
    assert len(GOLDENS) == 62
    assert {name: found for name, source in GOLDENS.items() if (found := _charged(ast.parse(source)))} == {}


@pytest.mark.parametrize(
    "line", ["v + x.bit_count()", "(x > s) - x", "s == 16 - s", "s | max(s, 2)", "s + isqrt(x)", "s ^ x + 1"]
)
def test_golf_is_seen_in_a_program(line: str) -> None:
    assert _charged(ast.parse(line))


@pytest.mark.parametrize(
    ("value", "golf"),
    [
        (op("//", op("-", X, S), const(2)), True),
        (op(">>", op("-", X, S), const(1)), True),
        (op("-", op("+", op("<=", S, X), const(1)), X), True),
        (op("//", op("-", S, X), const(2)), False),  # a remainder that is carried on
        (op("//", op("+", X, S), const(2)), False),
        (op("+", S, op("==", X, const(3))), False),  # a count
        (op("-", X, S), False),
        (op("-", op("%", op("-", S, X), const(3)), const(1)), True),  # a remainder moved by a constant
        (op("%", op("+", op("+", S, X), const(1)), const(3)), False),
        (op("+", op("%", S, const(3)), X), False),
        (
            op("&", op("==", S, X), op("+", S, const(1))),
            True,
        ),  # bits of a sum
        (op("&", op("==", S, X), S), False),
        (op("^", S, op("==", S, X)), True),  # whether it changes hangs on what it is
        (op("^", S, op("==", X, const(1))), False),
        (op("if", op("==", S, X), op("-", const(1), X), S), True),
        (op("if", op(">", X, S), X, S), False),  # the largest
        (op("if", op("!=", X, const(2)), op("-", const(1), X), S), False),
    ],
)
def test_arithmetic_that_only_tells_states_apart_is_golf(value: Expr, golf: bool) -> None:
    assert is_golf(updates(value), (False,), (False,)) == golf


def test_what_is_golf_is_told_from_what_is_plain() -> None:
    assert all(is_golf(golf, (False,), (False,)) for golf, _ in GOLF[:3])
    assert not any(is_golf(plain, (False,), (False,)) for _, plain in GOLF if plain is not GOLF[1][1])


def test_the_number_of_a_string_is_compared_with_another_string_alone() -> None:
    flips = updates(op("int", op("!=", S, X)))
    same = answers(op("==", S, X))
    assert is_golf(flips, (True,), (False,))
    assert not is_golf(flips, (False,), (False,))
    assert not is_golf(same, (True,), (False,))
