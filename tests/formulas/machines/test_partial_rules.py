"""Rules for machines of which not every step was seen: they refuse exactly what was not."""

import numpy as np
import pytest

from netlift.certify._product import explore
from netlift.certify._systems import system_of
from netlift.formulas.machines._find import find_partial_forms
from netlift.formulas.machines._open import completed
from netlift.formulas.machines._rules import Rules, ruled
from netlift.program import print_program
from netlift.states import PartialMachine

EVENTS, ANSWERS = ("open", "login", "put", "close"), ("bye", "denied", "ok", "welcome")


def drawn(states: int, share: float, seed: int) -> PartialMachine:
    """A machine drawn at random, all states of which are reached by what was seen."""
    rng = np.random.default_rng(seed)
    moves = rng.integers(states, size=(states, len(EVENTS)))
    moves[:, 0] = (np.arange(states) + 1) % states
    known = rng.random(moves.shape) > share
    known[:, 0] = True
    outputs = rng.integers(len(ANSWERS), size=(*moves.shape, 1))
    return PartialMachine(np.arange(len(EVENTS))[:, None], moves, outputs, known)


def is_machine(rules: Rules, machine: PartialMachine) -> bool:
    """Whether the printed program answers, and refuses, as the machine does on words of every length."""
    source = print_program(ruled(rules, "x"), (), (EVENTS,), (ANSWERS,))
    left = system_of(machine, (EVENTS,), (ANSWERS,))
    product = explore(left, system_of(source), [(event,) for event in EVENTS], 10_000, 100_000)
    return product.closed and product.witness is None


@pytest.mark.parametrize(("states", "share", "seed"), [(2, 0.3, 0), (4, 0.2, 1), (5, 0.5, 2), (6, 0.1, 3)])
def test_every_form_answers_what_was_seen_and_refuses_the_rest(states: int, share: float, seed: int) -> None:
    machine = drawn(states, share, seed)
    assert machine.unseen
    forms = find_partial_forms(machine, work=60_000)
    assert len(forms) >= 2
    assert all(is_machine(rules, machine) for _, rules in forms)


def test_a_recurrence_fails_where_the_program_does() -> None:
    machine = drawn(4, 0.3, 5)
    for _, rules in find_partial_forms(machine, work=60_000):
        recurrence = system_of(ruled(rules, "x"), (EVENTS,), (ANSWERS,))
        left = system_of(machine, (EVENTS,), (ANSWERS,))
        product = explore(left, recurrence, [(event,) for event in EVENTS], 10_000, 100_000)
        assert (product.closed, product.witness) == (True, None)


def test_what_is_filled_in_is_taken_from_the_state_most_like_it() -> None:
    moves = np.array([[1, 0], [1, 0], [1, 2]])
    outputs = np.array([[[0], [1]], [[0], [0]], [[0], [3]]])
    known = np.array([[True, True], [True, False], [True, True]])
    filled = completed(PartialMachine(np.arange(2)[:, None], moves, outputs, known))
    assert filled.transitions[1, 1] in (0, 1)
    assert (filled.transitions[known] == moves[known]).all()
    assert (filled.outputs[known] == outputs[known]).all()


def test_what_no_state_shows_changes_nothing() -> None:
    moves, outputs = np.array([[1, 0], [0, 0]]), np.array([[[2], [0]], [[2], [0]]])
    known = np.array([[True, False], [True, False]])
    filled = completed(PartialMachine(np.arange(2)[:, None], moves, outputs, known))
    assert filled.transitions[:, 1].tolist() == [0, 1]
    assert filled.outputs[:, 1].tolist() == [[2], [2]]
