"""Minimal machines: the fewest states, numbered breadth-first, in time that grows hardly more than they."""

import numpy as np
import pytest

from netlift.states import Machine
from states_by_hand import random_machine


def blown_up(machine: Machine, copies: int, rng: np.random.Generator) -> Machine:
    """An equivalent machine in which each state stands several times, as many of them unreachable."""
    own = np.concatenate([[0], rng.permutation(np.repeat(np.arange(machine.states), copies))])
    moves = machine.transitions[own]
    places = [np.flatnonzero(own == state) for state in range(machine.states)]
    return Machine(
        machine.alphabet,
        np.array([[rng.choice(places[target]) for target in row] for row in moves]),
        machine.outputs[own],
    )


def refined(machine: Machine) -> int:
    """The number of classes of reachable states, by refining for as long as anything changes."""
    reached = [0]
    for state in reached:
        reached += [s for s in dict.fromkeys(machine.transitions[state].tolist()) if s not in reached]
    told = {state: tuple(machine.outputs[state].reshape(-1).tolist()) for state in reached}
    while True:
        finer = {s: (told[s], *(told[t] for t in machine.transitions[s].tolist())) for s in reached}
        names = {kind: n for n, kind in enumerate(dict.fromkeys(finer.values()))}
        if len(names) == len(set(told.values())):
            return len(names)
        told = {state: (names[finer[state]],) for state in reached}


@pytest.mark.parametrize("seed", range(12))
def test_a_minimal_machine_answers_alike_and_has_the_fewest_states(seed: int) -> None:
    rng = np.random.default_rng(seed)
    machine = random_machine(rng, int(rng.integers(1, 9)), int(rng.integers(1, 4)))
    large = blown_up(machine, 4, rng)
    small = large.minimised()
    assert small.states == refined(large)
    assert small.difference(large) is None
    again = small.minimised()
    assert np.array_equal(again.transitions, small.transitions)
    order = list(dict.fromkeys([0, *small.transitions.reshape(-1).tolist()]))
    assert order == list(range(small.states))


def test_a_long_chain_is_minimal_at_once() -> None:
    states = 20_000  # refined round by round, each of so many rounds would split one state off
    moves = np.column_stack([np.minimum(np.arange(states) + 1, states - 1), np.zeros(states, dtype=np.int64)])
    answers = np.zeros((states, 2, 1), dtype=np.int64)
    answers[-1] = 1
    chain = Machine(np.arange(2)[:, None], moves, answers)
    assert chain.minimised().states == states
