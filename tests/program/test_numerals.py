"""Strings that are the numerals of their values are read with `int`."""

import numpy as np
import pytest

from netlift.certify import Domain, prove_equal, system_of
from netlift.checker import check_program
from netlift.checker._bounds import Work
from netlift.checker._operations import called
from netlift.checker._syntax import Refused
from netlift.formulas import Assign, Emit, Expr, Recurrence, const, var
from netlift.program import print_program
from netlift.states import Machine

X, S = var("x"), var("s")


def counted(value: Expr) -> Recurrence:
    return Recurrence(("x",), (("s", 0),), (Assign(("s",), (value,)), Emit((S,))))


def by_symbol(*values: int) -> Expr:
    return Expr("table", (X,), tuple(enumerate(values)))


def total(amount: Expr, modulus: int) -> Expr:
    return Expr("%", (Expr("+", (S, amount)), const(modulus)))


@pytest.mark.parametrize(
    ("names", "value", "shown"),
    [
        (("1", "2", "4"), total(by_symbol(1, 2, 4), 16), "(s + int(x)) % 16"),
        (
            ("1", "2", "4", "boot"),
            total(by_symbol(1, 2, 4, 8), 16),
            '(s + 8) % 16 if x == "boot" else (s + int(x)) % 16',
        ),
        (("1", "2", "4"), total(by_symbol(1, 2, -1), 5), "(s + int(x)) % 5"),
        (("0", "1"), total(X, 2), "(s + int(x)) % 2"),
        (("0", "1", "2", "3"), Expr("^", (S, X)), "s ^= int(x)"),
    ],
)
def test_a_numeral_is_read_as_its_number(names: tuple[str, ...], value: Expr, shown: str) -> None:
    source = print_program(counted(value), (), (names,), (None,))
    assert shown in source
    assert "CODE" not in source
    left = system_of(counted(value), (names,), (None,))
    proof = prove_equal(left, system_of(source), Domain((names,)), names=("recurrence", "program"))
    assert proof.claim.tier == "proved"


@pytest.mark.parametrize("names", [("01", "02", "04"), ("a", "b", "c"), ("2", "1", "5")])
def test_other_strings_are_not(names: tuple[str, ...]) -> None:
    source = print_program(counted(total(by_symbol(1, 2, 4), 8)), (), (names,), (None,))
    assert "int(x)" not in source[: source.index("# As a script")]


def test_the_checker_reads_numerals_as_well() -> None:
    amounts, names = np.array([1, 2, 4, 8]), ("1", "2", "4", "boot")
    moves = (np.arange(16)[:, None] + amounts) % 16
    machine = Machine(np.arange(4)[:, None], moves, moves[:, :, None])
    source = print_program(counted(total(by_symbol(*amounts.tolist()), 16)), (), (names,), (None,))
    assert "int(x)" in source
    proof = prove_equal(system_of(machine, (names,), (None,)), system_of(source), Domain((names,)))
    assert proof.claim.tier == "proved"
    assert check_program(proof.certificate) is None


def test_no_other_text_is_a_number_to_the_checker() -> None:
    with pytest.raises(Refused, match="no plain numeral"):
        called("int", [" 1"], Work())
