"""Printing a large machine is bounded by counted work, finds what was planted, and gives the same bytes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from netlift.formulas._product import compare_with_machine
from netlift.formulas.machines import _write
from netlift.formulas.machines._automaton import automaton_of
from netlift.formulas.machines._find import find_forms
from netlift.formulas.machines._partitions import blocks, changed_by, closed, principal
from netlift.formulas.machines._rules import ruled
from netlift.formulas.machines._spent import Spent
from netlift.formulas.machines._variables import COUNT, FLAG
from netlift.program import print_program
from netlift.states import Machine

EVENTS = tuple(f"e{n:02d}" for n in range(13))
ONE_ESTIMATE = 2 * 13 * 4_000  # cubes that are looked at for one assignment at most: it is not broken off
State = tuple[int, ...]


def explored(
    step: Callable[[State, int], tuple[State, str]], start: State
) -> tuple[Machine, tuple[str, ...]]:
    """The machine of a step function over thirteen events, and its answers."""
    order, rows = {start: 0}, []
    for state in (waiting := [start]):
        row = [step(state, event) for event in range(len(EVENTS))]
        for after, _ in row:
            if after not in order:
                order[after] = len(waiting)
                waiting.append(after)
        rows.append(row)
    answers = tuple(sorted({answer for row in rows for _, answer in row}))
    moves = np.array([[order[after] for after, _ in row] for row in rows])
    said = np.array([[[answers.index(answer)] for _, answer in row] for row in rows])
    return Machine(np.arange(len(EVENTS))[:, None], moves, said).minimised(), answers


def flags_and_counter(state: State, event: int) -> tuple[State, str]:
    """Three flags and a counter that stops at 6."""
    a, b, c, n = state
    changed: dict[int, State] = {
        0: (1, b, c, n), 1: (0, 0, 0, 0), 2: (a, 1, c, n), 3: (a, 0, c, n), 4: (a, b, 1, n), 5: (a, b, 0, n),
        6: (a, b, c, min(n + 1, 6)), 7: (a, b, c, max(n - 1, 0)), 11: (a, b, c, 0),
    }  # fmt: skip
    asked = {8: "full" if n == 6 else "free", 9: "in" if a else "out", 10: "both" if b and c else "not both"}
    return changed.get(event, state), "ok" if event in changed else asked.get(event, "ack")


def two_counters(state: State, event: int) -> tuple[State, str]:
    """A counter round a circle of ten and one that stops at 5: closed partitions alone show them."""
    m, n = state
    changed = {
        0: ((m + 1) % 10, n), 1: ((m - 1) % 10, n), 2: (m, min(n + 1, 5)), 3: (m, max(n - 1, 0)), 4: (0, n),
        5: (m, 0), 6: (0, 0), 11: (m, 5),
    }  # fmt: skip
    asked = {7: "some" if m else "zero", 8: "high" if n >= 3 else "low", 9: "full" if n == 5 else "free"}
    return changed.get(event, state), "ok" if event in changed else asked.get(event, "ack")


@pytest.mark.parametrize(
    ("step", "start", "kinds", "sizes"),
    [
        (flags_and_counter, (0, 0, 0, 0), [FLAG, FLAG, FLAG, COUNT], [2, 2, 2, 7]),
        (two_counters, (0, 0), [COUNT, COUNT], [6, 10]),
    ],
)
def test_large_machines_come_apart_within_counted_work(
    step: Any, start: State, kinds: list[int], sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, answers = explored(step, start)
    assert machine.states >= 56
    most_cubes, most_trees = 120_000, 5_000
    monkeypatch.setattr(_write, "MOST_TREES", most_trees)
    monkeypatch.setattr(_write, "_MOST_SINGLES", most_trees // 2)
    sources, counts = set(), set()
    for _ in range(2):
        spent = Spent()
        forms = find_forms(machine, work=most_cubes, spent=spent)
        counts.add((spent.cubes, spent.trees))
        sources.add(print_program(ruled(forms[0][1], "x"), (), (EVENTS,), (answers,)))
    assert len(sources) == len(counts) == 1
    # What one assignment, or one block that was begun, takes is brought to its end.
    assert 0 < spent.cubes <= most_cubes + 5 * ONE_ESTIMATE
    assert 0 < spent.trees <= most_trees + len(EVENTS) * 200
    found = sorted(forms[0][1].variables, key=lambda v: v.size)
    assert sorted(v.kind for v in found) == sorted(kinds)
    assert [v.size for v in found] == sizes
    assert compare_with_machine(ruled(forms[0][1], "x"), machine) == (True, True)


def test_no_rules_are_written_where_lists_are_far_shorter() -> None:
    rng = np.random.default_rng(0)
    shape = (40, len(EVENTS))
    machine = Machine(
        np.arange(len(EVENTS))[:, None], rng.integers(40, size=shape), rng.integers(3, size=(*shape, 1))
    )
    spent = Spent()
    assert find_forms(machine, work=60_000, spent=spent)
    assert spent.trees == 0


def test_closed_partitions_of_many_states_are_those_of_few() -> None:
    """The compiled closure: the product of a circle of six and a flag, each state five times over."""
    machine, _ = explored(two_counters, (0, 0))
    moves = automaton_of(machine).moves
    every = frozenset(range(machine.states))
    found = principal(moves, every)
    # The two counters: ten blocks of six states, six blocks of ten.
    assert {10, 6} <= {blocks(p) for p in found}
    for partition in found:
        for a in range(len(EVENTS)):
            leads: dict[int, int] = {}
            assert all(
                leads.setdefault(partition[q], partition[row[a]]) == partition[row[a]]
                for q, row in enumerate(moves)
            )
    circle = changed_by(moves, frozenset({0, 1, 4, 6}), every)
    assert circle in found
    part = frozenset(q for q in every if circle[q] < 7)
    assert {q for q, block in enumerate(closed(moves, [(0, 1)], part)) if block < 0} == every - part
