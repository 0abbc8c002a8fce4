"""The search for rules: the cheapest program of a few small variables for a machine."""

import math

from netlift.formulas.machines._automaton import automaton_of
from netlift.formulas.machines._descent import WORK, assignments
from netlift.formulas.machines._groups import group_of
from netlift.formulas.machines._listed import listed
from netlift.formulas.machines._rules import Rules
from netlift.formulas.machines._write import rules_of, steps_of
from netlift.states._machine import Machine

_WRITTEN = 2  # assignments for which the rules are written in full
_MOST_STEPS = 12  # states up to which a list of steps is tried
_EXPLAINS = 0.85  # lists must be that much shorter than rules, which say why
_FRAME = 19.0  # nodes around the rules: the function, its loop, its list of answers


def find_rules(machine: Machine, *, work: int = WORK, seed: int = 0) -> tuple[float, Rules] | None:
    """Rules over few small variables that are the machine, and the nodes of the program that they make.

    None for machines with several input streams. `work` bounds the search, in cubes of values that are
    looked at; the same machine, work and seed give the same rules. Every assignment tells all states apart,
    and rules are right for all values that a state allows: they are the machine by construction.
    """
    if machine.alphabet.shape[1] != 1:
        return None
    automaton = automaton_of(machine)
    symbols = machine.alphabet[:, 0].tolist()
    moved = group_of(automaton, symbols)
    if moved is not None:
        return _FRAME + moved[0] + 3.0 * len(moved[1].variables), moved[1]
    best: tuple[float, Rules] | None = None
    for _, assignment in assignments(automaton, work, seed)[:_WRITTEN]:
        found = rules_of(automaton, assignment, symbols)
        if found is None:
            continue
        price = _FRAME + found[0] + 3.0 * len(assignment)
        if best is None or price < best[0]:
            best = price, found[1]
    if 3 <= automaton.states <= _MOST_STEPS:
        around = _FRAME + 3.0
        steps = steps_of(automaton, symbols, math.inf if best is None else best[0] - around)
        if steps is not None:
            best = around + steps[0], steps[1]
    lists = listed(automaton, symbols)
    price = _FRAME + 3.0 + lists[0]
    return (price, lists[1]) if best is None or price < _EXPLAINS * best[0] else best
