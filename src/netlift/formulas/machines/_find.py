"""The search for rules: the cheapest program of a few small variables for a machine."""

import math
from dataclasses import replace

from netlift.formulas.machines._automaton import Automaton, automaton_of
from netlift.formulas.machines._descent import WORK, assignments
from netlift.formulas.machines._groups import group_of
from netlift.formulas.machines._listed import listed
from netlift.formulas.machines._moves import moves_of
from netlift.formulas.machines._open import completed
from netlift.formulas.machines._rules import Rules
from netlift.formulas.machines._spent import Spent
from netlift.formulas.machines._turns import turns_of
from netlift.formulas.machines._write import guard_of, rules_of, steps_of
from netlift.states._machine import Machine
from netlift.states._partial import PartialMachine

_WRITTEN = 2  # assignments for which the rules are written in full
_LARGE = 32  # states beyond which the rules are written for one assignment alone
_MOST_STEPS = 12  # states up to which a list of steps is tried
_EXPLAINS = 0.85  # lists must be that much shorter than rules, which say why
_REFUSES = 4.0  # nodes of the empty table in which what was never seen is looked up
_FAR = 2.0  # times the nodes of lists: rules that are estimated to be so long are not written in full
_FRAME = 19.0  # nodes around the rules: the function, its loop, its list of answers


def find_rules(machine: Machine, *, work: int = WORK, seed: int = 0) -> tuple[float, Rules] | None:
    """The first of `find_forms`, or None where there is none."""
    return next(iter(find_forms(machine, work=work, seed=seed)), None)


def find_forms(
    machine: Machine, *, work: int = WORK, seed: int = 0, spent: Spent | None = None
) -> list[tuple[float, Rules]]:
    """Rules that are the machine, and the nodes of the program that each makes; first the one to print.

    Empty for machines with several input streams. `work` bounds the search, in cubes of values that are
    looked at, which are added to `spent` with what was written; no clock is read, so that the same machine,
    work and seed give the same rules. Every assignment tells all states apart, and rules are right for all
    values that a state allows: they are the machine by construction.
    """
    if machine.alphabet.shape[1] != 1:
        return []
    automaton = automaton_of(machine.minimised())
    symbols = machine.alphabet[:, 0].tolist()
    acting = [
        form for form in (group_of(automaton, symbols), turns_of(automaton, symbols)) if form is not None
    ]
    if acting:
        priced = [(_FRAME + cost + 3.0 * len(rules.variables), rules) for cost, rules in acting]
        return sorted(priced, key=lambda one: one[0])
    return _forms(automaton, symbols, frozenset(), work, seed, spent)


def find_partial_forms(
    machine: PartialMachine, *, work: int = WORK, seed: int = 0
) -> list[tuple[float, Rules]]:
    """The same for a machine of which not every step was seen: rules that refuse what was not.

    What they would do there is chosen so that the rest is said in few words, and a guard before them keeps
    the program from doing it.
    """
    if machine.alphabet.shape[1] != 1 or machine.states < 2:
        return []
    automaton = automaton_of(completed(machine))
    return _forms(automaton, machine.alphabet[:, 0].tolist(), frozenset(machine.unseen), work, seed)


def _forms(
    automaton: Automaton,
    symbols: list[int],
    unseen: frozenset[tuple[int, int]],
    work: int,
    seed: int,
    spent: Spent | None = None,
) -> list[tuple[float, Rules]]:
    found: list[tuple[float, Rules]] = []

    def guarded(cost: float, rules: Rules) -> tuple[float, Rules]:
        if not unseen:
            return cost, rules
        price, guard = guard_of(automaton, rules.variables, unseen)
        return cost + price + _REFUSES, replace(rules, guard=guard, unseen=unseen)

    lists = listed(automaton, symbols)
    written_out = _WRITTEN if automaton.states <= _LARGE else 1
    for estimated, assignment in assignments(automaton, work, seed, spent)[:written_out]:
        if estimated > _FAR * lists[0]:
            continue
        written = rules_of(automaton, assignment, symbols, unseen, spent)
        if written is not None:
            found.append(guarded(_FRAME + written[0] + 3.0 * len(assignment), written[1]))
    found.sort(key=lambda one: one[0])
    around = _FRAME + 3.0
    if 3 <= automaton.states <= _MOST_STEPS:
        steps = steps_of(automaton, symbols, found[0][0] - around if found else math.inf, unseen)
        if steps is not None:
            form = guarded(around + steps[0], steps[1])
            found.insert(0 if not found or form[0] < found[0][0] else len(found), form)
    _add(found, guarded(around + lists[0], lists[1]), _EXPLAINS)
    path = moves_of(automaton, symbols)
    if path is not None and not unseen:  # a state may be there twice
        _add(found, (around + path[0], path[1]), 1.0)
    return [form for form in found if form[0] < math.inf]  # else nothing refuses just what was not seen


def _add(found: list[tuple[float, Rules]], form: tuple[float, Rules], share: float) -> None:
    """Put a form first where it has less than this share of the nodes of what is first, else last."""
    found.insert(0 if not found or form[0] < share * found[0][0] else len(found), form)
