"""Numbering the states of a small machine in every possible way."""

from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._bank import Bank
from netlift.formulas._problem import Problem
from netlift.formulas._quotient import Letters, views
from netlift.formulas._screen import drafts_of
from netlift.states._machine import Machine

Ints = NDArray[np.int64]

_MOST_NUMBERED = 7  # states; 7! = 5,040 numberings
_READABLE = 25.0  # with a program of this cost, only machines with a table of _TINY cells are tried
_TINY = 4


def search_numberings(problem: Problem) -> None:
    """All n! ways to number the states of a small machine, against one bank of expressions."""
    machine = problem.behaviour.machine
    if machine is None or not 1 < machine.states <= _MOST_NUMBERED:
        return
    for letters in views(machine, problem.names):
        first = letters.representatives
        if problem.best() < _READABLE and machine.states * len(first) > _TINY:
            return
        for shift in (0, -1):
            _number(problem, machine, letters, first, shift)
        if problem.found:
            return


def _number(problem: Problem, machine: Machine, letters: Letters, first: Ints, shift: int) -> None:
    states, count = machine.states, len(first)
    grid_state = np.repeat(np.arange(states), count)
    leaves = [("s", grid_state + shift)]
    leaves += [(name, np.tile(letters.columns[n], states)) for n, (name, _) in enumerate(letters.leaves)]
    bank = Bank(leaves, problem.constants, most=40_000)
    while bank.level < 7 and len(bank) < 20_000:
        used = bank.grow(problem.work.share(0.1, 30_000_000))[1]
        problem.work.spend(used)
    orders = np.array(list(permutations(range(states))), dtype=np.int64)
    delta, answers = machine.transitions[:, first], machine.outputs[:, first, 0]
    ranked = []
    for n, order in enumerate(orders):
        target = np.empty((states, count), dtype=np.int64)
        target[order] = order[delta]
        row = bank.number((target + shift).reshape(-1))
        if row >= 0:
            start = int(order[0]) + shift
            ranked.append((bank.cost(row) + 2 * (start != 0), n))
    drafts = []
    for _, n in sorted(ranked)[:12]:
        order = orders[n]
        after = np.empty((states, count), dtype=np.int64)
        after[order] = order[delta] + shift
        y = np.empty((states, count), dtype=np.int64)
        y[order] = answers
        names = [name for name, _ in leaves]
        columns = [column for _, column in leaves]
        updates = problem.explain(
            names, columns, after.reshape(-1), deepest=7, further=2, most_work=8_000_000
        )
        outputs = problem.explain(
            [*names, "s'"], [*columns, after.reshape(-1)], y.reshape(-1), deepest=7, most_work=8_000_000
        )
        start = int(order[0]) + shift
        drafts += drafts_of(problem, letters.leaves, updates[:20], outputs[:20], start)
    drafts.sort(key=lambda d: d[0])
    for _, draft in drafts[:12]:
        problem.offer(draft, "numbering")
