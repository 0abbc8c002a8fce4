"""The regular expression beside a program: all words that end with one answer, and no others."""

import re
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from netlift.formulas.machines._automaton import automaton_of
from netlift.formulas.machines._moves import moves_of
from netlift.formulas.machines._rules import Rules, ruled
from netlift.program import Program, print_program
from netlift.program._expression import LONGEST, expression_of
from netlift.states import Machine

LETTERS = ("a", "b")


def rules_of(moves: NDArray[np.int64], ends: set[int]) -> Rules:
    """The moves of an automaton that answers 1 where it enters one of some states."""
    says = np.isin(moves, list(ends)).astype(np.int64)[..., None]
    found = moves_of(automaton_of(Machine(np.arange(2)[:, None], moves, says)), [0, 1])
    assert found is not None
    return found[1]


def agree(rules: Rules, answer: int, expression: str) -> bool:
    """Whether the expression matches the words that end with the answer, up to seven letters."""
    program = Program(print_program(ruled(rules, "x"), (), (LETTERS,), (None,)))
    value = rules.answers[answer][0]
    words = ("".join(word) for length in range(1, 8) for word in product("ab", repeat=length))
    return all((program(list(w))[-1] == value) == bool(re.fullmatch(expression, w)) for w in words)


@pytest.mark.parametrize("seed", range(12))
def test_an_expression_is_what_the_machine_answers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    states = int(rng.integers(2, 6))
    moves = rng.integers(states, size=(states, 2))
    moves[0] = 0, 1  # the first letter is answered in two ways
    rules = rules_of(moves, {1})
    found = expression_of(rules, LETTERS)
    if found is not None:
        assert len(found[1]) <= LONGEST
        assert agree(rules, *found)


def test_a_word_with_a_loop_is_written_as_a_person_does() -> None:
    # b, a, a, b, then any number of a; all else is lost in state 5.
    moves = np.array([[5, 1], [2, 5], [3, 5], [5, 4], [4, 5], [5, 5]])
    rules = rules_of(moves, {4})
    found = expression_of(rules, LETTERS)
    assert found is not None
    assert found[1] == "baaba*"
    assert agree(rules, *found)
    text = print_program(ruled(rules, "x"), (), (LETTERS,), (("no", "yes"),))
    assert '"yes" is answered when what was read is baaba*.' in text


def test_a_word_any_number_of_times_is_no_word_and_more_of_it() -> None:
    rules = rules_of(np.array([[1, 2], [2, 0], [2, 2]]), {0})
    found = expression_of(rules, LETTERS)
    assert found is not None
    assert found[1] == "(ab)*"


def test_events_of_several_letters_have_no_expression() -> None:
    moves = np.array([[0, 1], [1, 0]])
    rules = rules_of(moves, {1})
    assert expression_of(rules, ("go", "stop")) is None
    assert expression_of(rules, ("(", ")")) is None
    assert expression_of(rules, LETTERS) is not None
