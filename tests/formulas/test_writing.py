"""The rewriting of expressions: rules end, keep values, and leave nothing to do."""

import random
from typing import Any

import pytest

from netlift.formulas import Expr, const, evaluate, var, variables
from netlift.formulas._operators import OPERATORS
from netlift.formulas._recurrence import Append, Assign, Emit, Increment, Recurrence
from netlift.formulas._statements import assignments, expressions_of, read_by, renamed, written_by
from netlift.formulas.writing import Rules, normalise, operands, simplify, sum_of, sum_terms
from netlift.formulas.writing._rewrite import for_each

PLAIN = [(name, op.arity) for name, op in OPERATORS.items() if not op.on_list]
DRAWN = 1_500


def drawn(rng: random.Random, depth: int) -> Expr:
    """A random expression of two variables and small numbers."""
    if depth == 0 or rng.random() < 0.2:
        return const(rng.randint(-3, 3)) if rng.random() < 0.4 else var(rng.choice("xs"))
    name, arity = rng.choice(PLAIN)
    return Expr(name, tuple(drawn(rng, depth - 1) for _ in range(arity)))


def value(expr: Expr, env: dict[str, int]) -> Any:
    """The value; None where Python has none, or one too large to compute here."""
    try:
        return evaluate(expr, env)
    except (ArithmeticError, ValueError, TypeError, MemoryError):
        return None


@pytest.mark.parametrize("rewrite", [normalise, simplify])
def test_rewriting_keeps_the_value_where_there_is_one(rewrite: Any) -> None:
    rng = random.Random(1)
    for _ in range(DRAWN):
        expr = drawn(rng, 3)
        if any(op in str(expr) for op in ("**", "<<")):  # their values may be too large to compute
            continue
        env = {"x": rng.randint(-5, 5), "s": rng.randint(-5, 5)}
        before = value(expr, env)
        if before is not None:
            assert value(rewrite(expr), env) == before, str(expr)


@pytest.mark.parametrize("rewrite", [normalise, simplify])
def test_what_was_rewritten_is_not_rewritten_again(rewrite: Any) -> None:
    rng = random.Random(2)
    for _ in range(DRAWN):
        once = rewrite(drawn(rng, 3))
        if "abs" not in str(once):  # the rule with the last word is not looked at again
            assert rewrite(once) == once, str(once)


def test_rules_go_from_the_leaves_up_until_none_applies() -> None:
    """One rule only, which sees its arguments rewritten and its own result again."""
    seen = []

    def halve(expr: Expr) -> Expr | None:
        seen.append(str(expr))
        left, right = expr.args
        return Expr("+", (left, const(right.value // 2))) if right.op == "const" and right.value else None

    rules = Rules(for_each("+", halve))
    inner = Expr("+", (var("x"), const(2)))
    assert str(rules.rewrite(Expr("*", (inner, inner)))) == "(x + 0) * (x + 0)"
    assert seen == ["x + 2", "x + 1", "x + 0"] * 2


def test_a_rule_with_the_last_word_is_tried_once() -> None:
    swap = Rules({}, finish={"-": lambda e: Expr("-", (e.args[1], e.args[0]))})
    assert str(swap.rewrite(Expr("-", (var("x"), var("s"))))) == "s - x"


def test_sums_come_apart_and_together() -> None:
    expr = Expr("-", (var("s"), Expr("-", (const(1), Expr("neg", (var("x"),))))))
    assert [(sign, str(term)) for sign, term in sum_terms(expr)] == [(1, "s"), (-1, "1"), (-1, "x")]
    assert str(sum_of(sum_terms(expr))) == "s - 1 - x"
    assert [str(part) for part in operands(Expr("*", (Expr("*", (var("x"), var("s"))), const(2))), "*")] == [
        "x",
        "s",
        "2",
    ]


ALL_KINDS = Recurrence(
    ("x",),
    (("s", 0), ("seen", (0, 0)), ("past", ())),
    (
        Assign(("s", "t"), (var("x"), var("s"))),
        Increment("seen", var("x"), const(1)),
        Append("past", var("t")),
        Emit((var("s"),)),
    ),
)


def test_statements_say_what_they_read_and_write() -> None:
    told = [(written_by(s), sorted(read_by(s)), len(expressions_of(s))) for s in ALL_KINDS.body]
    assert told == [
        (("s", "t"), ["s", "x"], 2),
        (("seen",), ["seen", "x"], 2),
        (("past",), ["past", "t"], 1),
        ((), ["s"], 1),
    ]
    assert [(target, str(e)) for target, e in assignments(ALL_KINDS)] == [("s", "x"), ("t", "s")]


def test_renaming_reaches_every_place() -> None:
    names = {"x": "a", "s": "b", "t": "c", "seen": "d", "past": "e"}
    new = renamed(ALL_KINDS, names)
    assert new.inputs == ("a",)
    assert [name for name, _ in new.initial] == ["b", "d", "e"]
    assert [written_by(s) for s in new.body] == [("b", "c"), ("d",), ("e",), ()]
    read = frozenset[str]().union(*(variables(e) for s in new.body for e in expressions_of(s)))
    assert read == {"a", "b", "c"}
