"""Machines that wait: whatever moves a state moves it to the same next one."""

import itertools

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._conditions import plain_conditions
from netlift.formulas._draft import Draft, Variable
from netlift.formulas._expr import Expr, const, is_boolean, size, var
from netlift.formulas._problem import Problem
from netlift.formulas._rank import description_length
from netlift.formulas.writing._write import write
from netlift.states._machine import Machine

Ints = NDArray[np.int64]

_MOST_STATES = 24
_KEPT = 6  # expressions of each kind that are combined
_MOST_PIECES = 4
_PLAIN = 5  # an answer of this size is as easy to read as a choice by ranges
_BY_RANGES = 6.0  # so much less does a choice by ranges cost its reader than as many nodes of arithmetic
_WORK = 6_000_000


def search_waits(problem: Problem) -> None:
    """`if C(s, x): s = G(s)`, and the output from the new state, or from old state and input.

    States are numbered along the way that they move, from the first.
    """
    machine = problem.behaviour.machine
    if machine is None or not 2 < machine.states <= _MOST_STATES:
        return
    following = _following(machine)
    if following is None:
        return
    number = _along(following, machine)
    order = np.argsort(number)
    transitions, outputs = number[machine.transitions[order]], machine.outputs[order, :, 0]
    states, symbols = transitions.shape
    old, new = np.repeat(np.arange(states), symbols), transitions.reshape(-1)
    inputs = list(np.tile(machine.alphabet, (states, 1)).T)
    moves = old != new
    goals = number[following[order]]
    leaving = goals != np.arange(states)
    steps = problem.explain(
        ["s"], [np.arange(states)], goals, deepest=7, most_work=_WORK, where=leaving, further=0
    )
    conditions = problem.explain(
        ["s", *problem.names],
        [old, *inputs],
        moves.astype(np.int64),
        deepest=6,
        most_work=_WORK,
        where=leaving[old],
    )
    answers = problem.explain(["s'"], [new], outputs.reshape(-1), deepest=8, most_work=_WORK)
    answers = answers or problem.explain(
        ["s'", "s", *problem.names], [new, old, *inputs], outputs.reshape(-1), deepest=6, most_work=_WORK
    )
    asked = [c for c in conditions if is_boolean(c)][:_KEPT] + _one_waits(problem, machine, moves, states)
    pieces = _pieces(new, outputs.reshape(-1))
    said = [e for e in answers if size(e) <= _PLAIN or not pieces][:_KEPT] + pieces
    for condition, step, answer in itertools.product(asked, steps[:_KEPT], said):
        update = Expr("if", (condition, step, var("s")))
        recurrence = write(Draft(problem.names, (Variable("s", 0, update),), (answer,)))
        price = description_length(recurrence) - (_BY_RANGES if answer in pieces else 0.0)
        problem.offer(recurrence, "waits", price)


def _following(machine: Machine) -> Ints | None:
    """For each state the only other one that it is left for, itself if it is never left; None if two are."""
    own = np.arange(machine.states)
    following = own.copy()
    for column in machine.transitions.T:
        moved = column != own
        if (moved & (following != own) & (following != column)).any():
            return None
        following = np.where(moved, column, following)
    stays = (machine.transitions == own[:, None]).any(axis=1)
    return following if stays.any() else None


def _along(following: Ints, machine: Machine) -> Ints:
    """A number for each state: along the way from the first; all are on it, for nothing else is reached."""
    number = np.full(machine.states, -1, dtype=np.int64)
    state = 0
    for place in range(machine.states):
        number[state] = place
        state = int(following[state])
    return number


def _one_waits(problem: Problem, machine: Machine, moves: NDArray[np.bool_], states: int) -> list[Expr]:
    """Where a single state waits, for some symbols: any other state, or one of these."""
    by_state = moves.reshape(states, -1)
    waiting = np.flatnonzero(by_state.any(axis=1) & ~by_state.all(axis=1))
    if len(waiting) != 1:
        return []
    place = int(waiting[0])
    named = problem.behaviour.named_inputs
    asked = plain_conditions(problem.names, machine.alphabet, by_state[place], named)
    elsewhere = Expr("!=", (var("s"), const(place))) if place else var("s")
    bit = np.array_equal(machine.alphabet, [[0], [1]]) and not any(named)
    if bit and not place and by_state[place, 1]:
        asked.insert(0, var(problem.names[0]))
    return [Expr("or", (elsewhere, condition)) for condition in asked[:_KEPT]]


def _pieces(new: Ints, outputs: Ints) -> list[Expr]:
    """`p if s == 0 else q if s < 3 else r`, where that says the output and has few pieces."""
    pairs = np.unique(np.column_stack([new, outputs]), axis=0)
    states, values = pairs.T
    if (states[1:] == states[:-1]).any():
        return []
    ends = np.flatnonzero(values[1:] != values[:-1])
    if not 0 < len(ends) < _MOST_PIECES:
        return []
    whole = const(int(values[-1]))
    for end in ends[::-1].tolist():
        limit = int(states[end + 1])
        test = Expr("==", (var("s'"), const(0))) if limit == 1 else Expr("<", (var("s'"), const(limit)))
        whole = Expr("if", (test, const(int(values[end])), whole))
    return [whole]
