"""Rules for machines of which not every step was seen: they refuse exactly what was not."""

import numpy as np
import pytest

from netlift.certify._product import explore
from netlift.certify._systems import system_of
from netlift.formulas.machines import _strategy
from netlift.formulas.machines._find import find_partial_forms
from netlift.formulas.machines._open import completed
from netlift.formulas.machines._rules import Rules, ruled
from netlift.formulas.machines._strategy import partial_rules
from netlift.program import Program, print_program
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


@pytest.mark.parametrize(("states", "symbols"), [(256, 2), (65, 4)])
def test_machines_of_many_states_are_not_searched(
    states: int, symbols: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def search(machine: PartialMachine, **_: int) -> list[tuple[float, Rules]]:
        asked.append(machine)
        return []

    monkeypatch.setattr(_strategy, "find_partial_forms", search)
    rng = np.random.default_rng(0)
    moves = rng.integers(states, size=(states, symbols))
    outputs = rng.integers(3, size=(states, symbols, 1))
    large = PartialMachine(np.arange(symbols)[:, None], moves, outputs, rng.random(moves.shape) > 0.2)
    assert partial_rules(large, "x", 0) == []
    assert asked == []
    assert partial_rules(drawn(4, 0.2, 1), "x", 0) == []
    assert len(asked) == 1


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


def test_a_gap_in_a_large_machine_costs_no_table() -> None:
    """One step of 240 was never seen: the rules are printed all the same, and refuse that one."""
    events = 12

    def step(state: tuple[int, int], event: int) -> tuple[tuple[int, int], int]:
        level, on = state
        if event == 0:
            return (min(level + 1, 9), on), 0
        if event == 1:
            return (0, on), 0
        if event == 2:
            return (level, 1 - on), 1
        if event == 3:
            return state, 3 if level == 9 else 4
        return state, event if on else 2

    order = [(0, 0)]
    moves, says = [], []
    for state in order:
        row = [step(state, event) for event in range(events)]
        order += [after for after in dict.fromkeys(after for after, _ in row) if after not in order]
        moves.append([order.index(after) for after, _ in row])
        says.append([[answer] for _, answer in row])
    known = np.ones((len(order), events), np.bool_)
    known[7, 5] = False
    machine = PartialMachine(np.arange(events)[:, None], np.array(moves), np.array(says), known)
    assert known.size == 240
    names, answers = tuple("abcdefghijkl"), tuple("ABCDEFGHIJKL")
    first = partial_rules(machine, "x", 0)[0]
    source = print_program(first.recurrence, (), (names,), (answers,))
    assert "UNSEEN[" in source
    assert Program(source).nodes < 0.2 * machine.known.size * 6  # six nodes a step in two tables with gaps
    left = system_of(machine, (names,), (answers,))
    product = explore(left, system_of(source), [(name,) for name in names], 10_000, 100_000)
    assert (product.closed, product.witness) == (True, None)


def test_what_cannot_be_refused_alone_is_no_form() -> None:
    """Hundreds of gaps without a pattern: no guard is found for them, which is no guard of no cost."""
    rng = np.random.default_rng(0)
    shape = (40, 13)
    known = rng.random(shape) > 0.5
    known[:, 0] = True
    moves = rng.integers(40, size=shape)
    moves[:, 0] = (np.arange(40) + 1) % 40
    machine = PartialMachine(np.arange(13)[:, None], moves, rng.integers(3, size=(*shape, 1)), known)
    assert all(
        rules.guard and cost < float("inf") for cost, rules in find_partial_forms(machine, work=30_000)
    )
