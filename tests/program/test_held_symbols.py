"""Variables that hold symbols are printed so, wherever nothing is computed with their numbers."""

import pytest

from netlift.certify import Domain, prove_equal, system_of
from netlift.formulas import Assign, Emit, Expr, Recurrence, const, var
from netlift.program import print_program

NAMES = ("open", "close", "read")


def kept(answer: Expr, first: int = 0) -> Recurrence:
    """A recurrence that answers from an input and the one before it."""
    return Recurrence(("x",), (("previous", first),), (Emit((answer,)), Assign(("previous",), (var("x"),))))


def compared(one: Expr, other: Expr, operator: str = "==") -> Expr:
    return Expr(operator, (one, other))


def printed(
    recurrence: Recurrence, names: tuple[str, ...] = NAMES, targets: tuple[str, ...] = ("no", "yes")
) -> str:
    """The program, proved to be the recurrence."""
    source = print_program(recurrence, (), (names,), (targets,))
    proof = prove_equal(
        system_of(recurrence, (names,), (targets,)),
        system_of(source),
        Domain((names,)),
        names=("one", "other"),
    )
    assert proof.claim.tier == "proved"
    return source


def test_a_symbol_that_is_kept_is_compared_by_name() -> None:
    both = Expr("and", (compared(var("x"), const(1)), compared(var("previous"), const(2))))
    source = printed(kept(both))
    assert 'previous = "open"' in source
    assert 'x == "close" and previous == "read"' in source
    assert "CODE" not in source


def test_no_symbol_yet_is_the_empty_text() -> None:
    source = printed(kept(compared(var("x"), var("previous")), first=-1))
    assert 'previous = ""' in source
    assert "CODE" not in source


def test_no_text_is_made_up_where_the_empty_one_is_a_symbol() -> None:
    assert "CODE" in printed(kept(compared(var("x"), var("previous")), first=-1), names=("", "close", "read"))


def test_what_is_read_is_answered_as_it_is() -> None:
    source = printed(kept(var("previous")), targets=NAMES)
    assert "outputs.append(previous)" in source
    assert "SYMBOLS" not in source


def test_symbols_of_another_alphabet_are_looked_up() -> None:
    assert "SYMBOLS" in printed(kept(var("previous")), targets=("a", "b", "c"))


def test_which_of_two_symbols_is_the_later_one_is_said_by_name() -> None:
    source = printed(kept(compared(var("x"), var("previous"), ">")), names=("coin", "button"))
    assert 'x == "button" and previous == "coin"' in source


@pytest.mark.parametrize(
    "answer",
    [
        compared(Expr("+", (var("x"), var("previous"))), const(2)),
        compared(var("x"), var("previous"), ">"),
        compared(Expr("-", (var("previous"), var("x"))), const(1)),
    ],
    ids=str,
)
def test_what_is_computed_with_stays_a_number(answer: Expr) -> None:
    assert "CODE" in printed(kept(answer))


def test_sets_and_tables_of_kept_symbols_are_by_name() -> None:
    among = Expr("in", (var("previous"),), (0, 2))
    table = Expr(
        "table", (var("previous"), var("x")), tuple(((p, x), (p + x) % 2) for p in range(3) for x in range(3))
    )
    source = printed(kept(Expr("if", (among, const(1), table))))
    assert 'previous in {"open", "read"}' in source
    assert "OUTPUT[previous][x]" in source
    assert "CODE" not in source
