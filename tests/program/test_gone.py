"""A table leaves out the symbols that a condition before it took away."""

from netlift.formulas import Assign, Emit, Expr, Recurrence, const, var
from netlift.program import Program, print_program

NAMES = ("1", "2", "4", "boot")


def printed(condition: Expr) -> str:
    """A sum of powers of two that begins anew, as a program over names."""
    power = Expr("<<", (const(1), var("x")))
    added = Expr("+", (var("s"), power))
    value = Expr("if", (condition, const(0), added))
    if condition.op == "!=":
        value = Expr("if", (condition, added, const(0)))
    recurrence = Recurrence(("x",), (("s", 0),), (Assign(("s",), (value,)), Emit((var("s"),))))
    return print_program(recurrence, (), (NAMES,), (None,))


def test_what_cannot_come_is_not_looked_up() -> None:
    for op in ("==", "!="):
        source = printed(Expr(op, (var("x"), const(3))))
        assert "s + int(x)" in source
        assert "8" not in source.split("def program")[1].split("return")[0]
        assert Program(source)(["1", "4", "boot", "2"]) == [1, 5, 0, 2]


def test_what_may_come_stays() -> None:
    source = printed(Expr("==", (var("s"), const(3))))
    assert '8 if x == "boot" else int(x)' in " ".join(source.split())


def test_a_table_has_the_others_alone() -> None:
    square = Expr("*", (var("x"), Expr("*", (var("x"), const(3)))))
    value = Expr("if", (Expr("==", (var("x"), const(3))), const(0), Expr("+", (var("s"), square))))
    recurrence = Recurrence(("x",), (("s", 0),), (Assign(("s",), (value,)), Emit((var("s"),))))
    source = print_program(recurrence, (), (NAMES,), (None,))
    assert '{"1": 0, "2": 3, "4": 12}[x]' in source
    assert Program(source)(["4", "2", "boot", "2"]) == [12, 15, 0, 3]
