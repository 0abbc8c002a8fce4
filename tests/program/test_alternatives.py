"""Other forms of a program, kept beside it."""

import pytest

from netlift.formulas import Assign, Candidate, Emit, Expr, Recurrence
from netlift.formulas._expr import var
from netlift.program import NotPrinted, print_program
from netlift.program._alternatives import Forms, alternatives, code_of
from netlift.report._show import alternative_lines

NUMBERS = ((None,), (None,))


def candidate(value: Expr, strategy: str) -> Candidate:
    """A state that each step sets and answers."""
    body = (Assign(("s",), (value,)), Emit((var("s"),)))
    return Candidate(Recurrence(("x",), (("s", 0),), body), 1.0, strategy)


def op(name: str, *args: Expr) -> Expr:
    return Expr(name, args)


X, S = var("x"), var("s")
CHOSEN = candidate(op("max", S, X), "walk")
SAME = candidate(op("max", S, X), "bank")
OTHER = candidate(op("if", op(">", X, S), X, S), "conditions")
LONG = candidate(op("+", op("*", op(">", X, S), X), op("*", op("<=", X, S), S)), "arithmetic")


def source() -> str:
    return print_program(CHOSEN.recurrence, (), *NUMBERS)


def test_other_forms_that_are_about_as_long_are_kept() -> None:
    kept = alternatives(source(), (CHOSEN, SAME, LONG, OTHER), CHOSEN, Forms(NUMBERS))
    assert [one["form"] for one in kept] == ["conditions"]
    (only,) = kept
    assert only["source"].startswith("def program(inputs):")
    assert "CHECKED" not in only["source"]
    assert "if x > s" in only["source"]


def test_the_program_itself_is_no_alternative() -> None:
    assert alternatives(source(), (CHOSEN, SAME), CHOSEN, Forms(NUMBERS)) == []
    assert "max(s, x)" in code_of(source())


def test_nothing_is_kept_where_no_symbols_are_known() -> None:
    assert alternatives(source(), (CHOSEN, OTHER), CHOSEN, None) == []


def test_alternatives_are_shown_by_form_and_length() -> None:
    facts = {"alternatives": alternatives(source(), (CHOSEN, OTHER), CHOSEN, Forms(NUMBERS))}
    (line,) = alternative_lines(facts)
    assert "conditions" in line
    assert str(facts["alternatives"][0]["nodes"]) in line
    assert alternative_lines({}) == []


def test_a_formula_is_written_down_once_and_what_cannot_be_says_so_each_time() -> None:
    forms = Forms(NUMBERS)
    assert forms.source(CHOSEN) == source()
    assert forms.source(CHOSEN) is forms.source(CHOSEN)
    streams = Forms(((None, None), (None,)))  # one more than the formula reads
    for _ in range(2):
        with pytest.raises(NotPrinted):
            streams.source(CHOSEN)
