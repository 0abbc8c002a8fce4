"""Boolean minimisation: right on every listed row, short, and open about what it chose."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlift.formulas import Behaviour
from netlift.formulas._behaviour import Work
from netlift.formulas._bits import search_bits
from netlift.formulas._boolean import BooleanFormula, from_table, minimise
from netlift.formulas._expr import evaluate, size
from netlift.formulas._problem import pose
from netlift.states import Machine

NAMES = "abcdefghij"


def rows(count: int) -> list[tuple[int, ...]]:
    return list(itertools.product((0, 1), repeat=count))


def formula(count: int, rule: object) -> BooleanFormula:
    assert callable(rule)
    return from_table(rows(count), [float(rule(*row)) for row in rows(count)], NAMES[:count])


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.sampled_from([0, 1, None]), min_size=2**n, max_size=2**n))
    )
)
def test_the_formula_agrees_with_every_listed_row(table: tuple[int, list[int | None]]) -> None:
    count, values = table
    names = NAMES[:count]
    found = from_table(rows(count), [float("nan") if v is None else v for v in values], names)
    for row, value in zip(rows(count), values, strict=True):
        answer = evaluate(found.expr, dict(zip(names, row, strict=True)))
        assert answer in (0, 1)
        if value is not None:
            assert answer == value, str(found.expr)
    assert found.unobserved == tuple(r for r, v in zip(rows(count), values, strict=True) if v is None)


@pytest.mark.parametrize(
    ("count", "rule", "text"),
    [
        (2, lambda a, b: a & b, "a & b"),
        (2, lambda a, b: a | b, "a | b"),
        (2, lambda a, b: a ^ b, "a ^ b"),
        (2, lambda a, b: a == b, "a == b"),
        (2, lambda a, b: a > b, "a > b"),
        (1, lambda a: 1 - a, "1 - a"),
        (3, lambda a, b, c: (a + b + c) % 2, "a ^ b ^ c"),
        (4, lambda a, b, c, d: (a + b + c + d) % 2, "a ^ b ^ c ^ d"),
        (6, lambda a, b, c, d, e, f: (a + b + c + d + e + f) % 2, "a ^ b ^ c ^ d ^ e ^ f"),
        (3, lambda a, b, c: (a + b + c + 1) % 2, "a ^ b == c"),
        (3, lambda a, b, c: a ^ (b & c), "a ^ b & c"),
        (3, lambda a, b, c: a, "a"),
    ],
)
def test_short_forms_are_found(count: int, rule: object, text: str) -> None:
    found = formula(count, rule)
    assert str(found.expr) == text
    assert found.unobserved == ()


def test_majority_is_factored() -> None:
    assert size(formula(3, lambda a, b, c: a + b + c >= 2).expr) <= 13


def test_a_contradictory_row_is_refused() -> None:
    with pytest.raises(ValueError, match=r"row \(0, 1\) is both 1 and 0"):
        from_table([(0, 0), (0, 1), (0, 1)], [0, 1, 0], "ab")


def test_a_contradiction_beside_an_unobserved_row_is_still_refused() -> None:
    """In the authors' code one unobserved row made the consistency test pass: a NaN compares false."""
    with pytest.raises(ValueError, match="contradicts itself"):
        from_table([(0, 0), (0, 1), (0, 1), (1, 1)], [0, 1, 0, float("nan")], "ab")


def test_an_unobserved_row_is_listed_and_not_filled_in() -> None:
    found = from_table([(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, float("nan")], "ab")
    assert found.unobserved == ((1, 1),)
    assert minimise([(0, 1)], [(0, 0)], "ab").unobserved == ((1, 0), (1, 1))


def test_rows_and_values_of_another_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="is not 2 values"):
        minimise([(0, 2)], [], "ab")
    with pytest.raises(ValueError, match="is not 2 values"):
        minimise([(0, float("nan"))], [], "ab")  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"has the value 0\.5"):
        from_table([(0,)], [0.5], "a")
    with pytest.raises(ValueError, match="at most 6"):
        minimise([], [], [f"v{i}" for i in range(7)])


def test_constant_functions() -> None:
    assert minimise([(0,), (1,)], [], "a").expr.value == 1
    assert minimise([], [(0,)], "a") == BooleanFormula(minimise([], [(0,)], "a").expr, ((1,),))


def test_a_machine_over_bits_may_be_explained_by_its_state_bits() -> None:
    """Idle, armed by a 1, fired for good by a second 1 at once; the fourth code of two bits is told."""
    transitions = np.array([[0, 1], [0, 2], [2, 2]])
    outputs = np.array([[[0], [0]], [[0], [1]], [[1], [1]]])
    machine = Machine(np.array([[0], [1]]), transitions, outputs)
    words = np.random.default_rng(0).integers(0, 2, size=(200, 12, 1))
    problem = pose(Behaviour(words, machine.run(words), machine=machine), 0, Work(10**9))
    search_bits(problem)
    assert [candidate.strategy for candidate in problem.found] == ["bits"]
    found = problem.found[0]
    assert found.closed
    assert len(found.unobserved) == 1
    assert found.recurrence.run(words[0].tolist()) == [tuple(y) for y in machine.run(words)[0].tolist()]
