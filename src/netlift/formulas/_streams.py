"""A machine over several input streams as small machines over one stream each, and what they make together.

For each stream the states are taken together that only the other streams tell apart: the largest part of the
machine that this stream drives alone. Where the parts tell all states apart, the machine runs them side by
side (parallel decomposition; Hartmanis and Stearns, Algebraic Structure Theory of Sequential Machines, 1966).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._draft import Draft, Variable
from netlift.formulas._effects import Keys, kind_of, update_of
from netlift.formulas._expr import Expr, const, substitute, var, variables
from netlift.formulas._problem import Problem
from netlift.formulas._shared import traced
from netlift.formulas.writing._names import LEFT, SINCE, SWITCH
from netlift.states._machine import Machine

Ints = NDArray[np.int64]

_MOST_STATES = 128
_MOST_PARTS = 12  # states of a part
_MOST_CONDITIONS = 4
_MOST_STREAMS, _MOST_VALUES = 3, 4  # of words without a machine
_LONGEST = 8  # steps that a timer takes
_MOST_COMBINED = 4_000  # switches and timers that are tried together
_WORK = 60_000_000


def search_streams(problem: Problem) -> None:
    """One variable for each stream that matters, and the output from them and the inputs.

    Only where some stream has names: arithmetic may say more of numbers.
    """
    machine = problem.behaviour.machine
    if len(problem.names) < 2 or not any(problem.behaviour.named_inputs):
        return
    if machine is None:
        _search_words(problem)
    elif machine.states <= _MOST_STATES:
        _search_machine(problem, machine)


def _search_machine(problem: Problem, machine: Machine) -> None:
    """The parts of a machine that is known."""
    parts = [part_of(machine, stream) for stream in range(len(problem.names))]
    together = np.stack(parts, axis=1)
    if len(np.unique(together, axis=0)) < machine.states:
        return
    parted = []
    for stream, (name, part) in enumerate(zip(problem.names, parts, strict=True)):
        if part.max() == 0:
            continue
        found = _variable(name, *_factor(machine, part, stream))
        if found is None:
            return
        parted.append(found)
    state = tuple(_apart(parted, problem.names))
    draft = Draft(problem.names, state, (const(0),))
    before, after = traced(problem, draft)
    states = [*before, *(f"{name}'" for name in before)]
    columns = [*before.values(), *after.values()]
    for expr in _together(problem, before, after):
        if problem.offer(Draft(problem.names, state, (expr,)), "streams"):
            return
    numbers = [place for place, named in enumerate(problem.behaviour.named_inputs) if not named]
    for shown in (numbers, range(len(problem.names))):
        names = [*(problem.names[place] for place in shown), *states]
        given = [*(problem.columns()[place] for place in shown), *columns]
        for expr in problem.explain(names, given, problem.target, deepest=9, most_work=_WORK):
            problem.offer(Draft(problem.names, state, (expr,)), "streams")
        if any(one.strategy == "streams" for one in problem.found):
            return


def _search_words(problem: Problem) -> None:
    """One switch or timer for each stream, such that words alone do not refute them; short timers first.

    A switch answers as it is after a step, a timer as it was before.
    """
    columns, y = problem.columns(), problem.target
    values = [np.unique(column) for column in columns]
    if len(columns) > _MOST_STREAMS or max(map(len, values)) > _MOST_VALUES or not np.isin(y, (0, 1)).all():
        return
    given = np.zeros(len(y), dtype=np.int64)
    for column, seen in zip(columns, values, strict=True):
        given = given * len(seen) + np.searchsorted(seen, column)
    choices = [
        _candidates(problem, name, column, seen.tolist())
        for name, column, seen in zip(problem.names, columns, values, strict=True)
    ]
    combined = sorted(product(*choices), key=lambda some: sum(one.price for one in some))
    for chosen in combined[:_MOST_COMBINED]:
        state = [one.variable for one in chosen if one.variable is not None]
        if not state:
            continue
        key = given
        for one in chosen:
            key = key * 2 + one.asked
        problem.work.spend(len(y))
        ones, every = np.bincount(key, weights=y), np.bincount(key)
        if ((ones > 0) & (ones < every)).any():
            continue
        draft = Draft(problem.names, tuple(_apart(state, problem.names)), (const(0),))
        for expr in _together(problem, *traced(problem, draft)):
            if problem.offer(replace(draft, outputs=(expr,)), "streams"):
                return


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class _Candidate:
    """A variable that a stream may drive, what it says at each node (0 or 1), and how dear it is."""

    variable: Variable | None
    asked: Ints
    price: int


def _candidates(problem: Problem, stream: str, column: Ints, values: list[int]) -> list[_Candidate]:
    """Nothing, timers that a value starts, and switches that values set and clear."""
    size = len(column)
    found = [_Candidate(None, np.zeros(size, dtype=np.int64), 0)]

    def take(variable: Variable, price: int, *, old: bool) -> None:
        before, after = traced(problem, Draft(problem.names, (variable,), (const(0),)))
        seen = (before if old else after)[variable.name]
        found.append(_Candidate(variable, (seen != 0).astype(np.int64), price))

    for value in values:
        for steps in range(1, _LONGEST + 1):
            less = Expr("max", (Expr("-", (var(LEFT), const(1))), const(0)))
            start = Expr("==", (var(stream), const(value)))
            take(Variable(LEFT, 0, Expr("if", (start, const(steps), less))), 2 + steps, old=True)
    for kinds in product(("keep", "set", "clear"), repeat=len(values)):
        if {"set", "clear"} <= set(kinds) and "keep" in kinds:
            listed: dict[str, Keys] = {
                kind: tuple((value,) for value, one in zip(values, kinds, strict=True) if one == kind)
                for kind in ("set", "clear", "flip", "keep")
            }
            take(Variable(SWITCH, 0, update_of((stream,), listed, SWITCH)), 3, old=False)
    return found


def part_of(machine: Machine, stream: int) -> Ints:
    """For each state its number in the part that a stream drives alone, [Q]; 0 where the machine begins.

    That is the finest way to take states together for which it does not matter, where a step leads, what the
    other streams bring.
    """
    leader = list(range(machine.states))

    def top(state: int) -> int:
        while leader[state] != state:
            state = leader[state]
        return state

    letters = machine.alphabet[:, stream]
    open_pairs: list[tuple[int, int]] = []
    for value in np.unique(letters):
        targets = machine.transitions[:, letters == value]
        open_pairs += [(int(row[0]), int(other)) for row in targets for other in row[1:]]
    while open_pairs:
        one, other = map(top, open_pairs.pop())
        if one == other:
            continue
        members = [q for q in range(machine.states) if top(q) in (one, other)]
        leader[max(one, other)] = min(one, other)
        rows = machine.transitions[members]
        open_pairs += [(int(rows[0, a]), int(row[a])) for row in rows[1:] for a in range(rows.shape[1])]
    tops = [top(state) for state in range(machine.states)]
    order = {leading: place for place, leading in enumerate(dict.fromkeys([tops[0], *tops]))}
    return np.array([order[one] for one in tops], dtype=np.int64)


def _factor(machine: Machine, part: Ints, stream: int) -> tuple[list[int], Ints]:
    """The values of a stream, and where each leads, [parts, values]."""
    values, first = np.unique(machine.alphabet[:, stream], return_index=True)
    states = np.unique(part, return_index=True)[1]
    return values.tolist(), part[machine.transitions[states][:, first]]


def _variable(stream: str, values: list[int], moves: Ints) -> Variable | None:
    """A small machine as a variable of few rules; None where it has none."""
    if len(moves) > _MOST_PARTS:
        return None
    return _switch(stream, values, moves) if len(moves) == 2 else _timer(stream, values, moves)


def _switch(stream: str, values: list[int], moves: Ints) -> Variable:
    """Two states: set, cleared, flipped."""
    kinds = [kind_of(int(moves[0, place]), int(moves[1, place])) for place in range(len(values))]
    listed: dict[str, Keys] = {
        kind: tuple((value,) for value, one in zip(values, kinds, strict=True) if one == kind)
        for kind in ("set", "clear", "flip", "keep")
    }
    return Variable(SWITCH, 0, update_of((stream,), listed, SWITCH))


def _timer(stream: str, values: list[int], moves: Ints) -> Variable | None:
    """States in a row: some inputs go one step on, to the end or round; others begin at one of them, or wait.

    The end, or where it begins, is 0.
    """
    count = len(moves)
    for place in range(len(values)):
        for name, order in _orders(moves[:, place]):
            number = np.empty(count, dtype=np.int64)
            number[order] = np.arange(count)
            renamed = np.array([number[moves[state]] for state in order])  # [count, values]
            rules = [_rule(name, renamed[:, k]) for k in range(len(values))]
            if all(rule is not None for rule in rules):
                start = int(number[0])
                return Variable(name, start, _by_value(stream, values, [rule or var(name) for rule in rules]))
    return None


def _apart(variables: Sequence[Variable], streams: Sequence[str]) -> list[Variable]:
    """The variables, of which those that have one name are told apart by a letter."""
    named, taken = [], set(streams)
    for one in variables:
        name = next(n for n in (one.name, *(f"{one.name}_{x}" for x in ascii_lowercase)) if n not in taken)
        taken.add(name)
        named.append(Variable(name, one.initial, substitute(one.update, {one.name: var(name)})))
    return named


def _together(problem: Problem, before: dict[str, Ints], after: dict[str, Ints]) -> list[Expr]:
    """An output of 0 and 1 as conditions that all hold, or as their contrary: the fewest that do."""
    y = problem.target
    if not np.isin(y, (0, 1)).all():
        return []
    every = _conditions(problem, before, after)
    plain = [pair for pair in every if not _is_new_timer(pair[0], before)]
    found = []
    for right, wrap, conditions in (
        (wanted, wrap, some) for some in (plain, every) for wanted, wrap in ((y == 1, False), (y == 0, True))
    ):
        held = [(expr, column) for expr, column in conditions if column[right].all()]
        left, chosen = ~right, list[Expr]()
        while left.any():
            gains = [int((left & ~column).sum()) for _, column in held]
            if not gains or max(gains) == 0:
                break
            best = gains.index(max(gains))
            chosen.append(held[best][0])
            left &= held[best][1]
        if not left.any() and 0 < len(chosen) <= _MOST_CONDITIONS:
            whole = chosen[0]
            for one in chosen[1:]:
                whole = Expr("and", (whole, one))
            found.append(Expr("not", (whole,)) if wrap else whole)
    return found


def _is_new_timer(expr: Expr, before: dict[str, Ints]) -> bool:
    """Whether a condition asks what a timer will be: what it was, and the input, say it more plainly."""
    read = next(iter(variables(expr)))
    return read.endswith("'") and len(np.unique(before[read[:-1]])) > 2


def _conditions(
    problem: Problem, before: dict[str, Ints], after: dict[str, Ints]
) -> list[tuple[Expr, NDArray[np.bool_]]]:
    """What may be asked of variables, new and old, and of inputs; the plainest first."""
    asked: list[tuple[Expr, NDArray[np.bool_]]] = []
    given = dict(zip(problem.names, problem.columns(), strict=True))
    state = [pair for name in after for pair in ((f"{name}'", after[name]), (name, before[name]))]
    for name, column in [*state, *given.items()]:
        values = np.unique(column).tolist()
        if name not in given and len(values) == 2:
            asked += [(var(name), column != 0), (Expr("not", (var(name),)), column == 0)]
        elif len(values) <= _MOST_PARTS:
            asked += [(Expr("==", (var(name), const(value))), column == value) for value in values]
            if len(values) > 2:
                asked += [(Expr("!=", (var(name), const(value))), column != value) for value in values]
    return asked


def _orders(step: Ints) -> list[tuple[str, Ints]]:
    """States in the order in which one input goes through all of them, down to 0 or up from it; and what that
    is called."""
    count = len(step)
    found = []
    for first in range(count):
        walked = [first]
        while len(walked) < count and int(step[walked[-1]]) not in walked:
            walked.append(int(step[walked[-1]]))
        if len(walked) == count:
            found += [(LEFT, np.array(walked[::-1])), (SINCE, np.array(walked))]
    return found


def _rule(name: str, after: Ints) -> Expr | None:
    """What an input does to the number of a state: `after` [count] is where each leads."""
    count, old = len(after), var(name)
    numbers = np.arange(count)
    if (after == after[0]).all():
        return const(int(after[0]))
    if (after == numbers).all():
        return old
    if (after == np.minimum(numbers + 1, count - 1)).all():
        return Expr("min", (Expr("+", (old, const(1))), const(count - 1)))
    if (after == np.maximum(numbers - 1, 0)).all():
        return Expr("max", (Expr("-", (old, const(1))), const(0)))
    if (after == (numbers + 1) % count).all():
        return Expr("%", (Expr("+", (old, const(1))), const(count)))
    if (after == (numbers - 1) % count).all():
        return Expr("%", (Expr("-", (old, const(1))), const(count)))
    return None


def _by_value(stream: str, values: Sequence[int], rules: Sequence[Expr]) -> Expr:
    """The rule of the input's value; that of most values comes last, without a condition."""
    different = list(dict.fromkeys(rules))
    different.sort(key=lambda rule: sum(one == rule for one in rules))
    whole = different[-1]
    for rule in reversed(different[:-1]):
        among = tuple(value for value, one in zip(values, rules, strict=True) if one == rule)
        asked = (
            Expr("==", (var(stream), const(among[0])))
            if len(among) == 1
            else Expr("in", (var(stream),), among)
        )
        whole = Expr("if", (asked, rule, whole))
    return whole
