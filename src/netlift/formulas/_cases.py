"""Small irregular machines: a case for each group of input symbols, states numbered to make cases short."""

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._bank import ALL, Bank
from netlift.formulas._conditions import plain_conditions
from netlift.formulas._draft import Draft, Variable
from netlift.formulas._expr import Expr, is_boolean, size, substitute, var
from netlift.formulas._operators import RARE
from netlift.formulas._problem import Problem

Ints = NDArray[np.int64]

# So few that all orders take no time. `python benchmarks/plugins.py`, run while there were more (its page
# benchmarks/PLUGINS.md says so): nothing was offered for a larger machine in any of its 320 tasks.
_MOST_STATES = 5
_KEPT = 4


def search_few_cases(problem: Problem) -> None:
    """`s = E0(s) if x in G0 else E1(s) ..`, and the output likewise or from the new state."""
    machine = problem.behaviour.machine
    if machine is None or not 1 < machine.states <= _MOST_STATES or len(machine.alphabet) > 64:
        return
    count = machine.states
    operators = [o for o in ALL if o not in RARE]
    bank = Bank([("s", np.arange(count))], [*range(count), *problem.constants], operators, most=150_000)
    while bank.level < 8 and len(bank) < 100_000:
        problem.work.spend(bank.grow(20_000_000)[1])
    answers = machine.outputs[..., 0]
    ranked = []
    for order in permutations(range(count)):
        number = np.array(order)
        maps = _reordered(number, number[machine.transitions])
        cost = _cost(bank, maps)
        if cost is not None:
            ranked.append((cost + 2 * (order[0] != 0), order))
    best = []
    for cost, order in sorted(ranked)[:200]:
        number = np.array(order)
        outputs = _cost(bank, _reordered(number, answers))
        moore = _moore(bank, number[machine.transitions], answers)
        prices = [p for p in (outputs, None if moore is None else 2) if p is not None]
        if prices:
            best.append((cost + min(prices), order))
    for _, order in sorted(best)[:_KEPT]:
        number = np.array(order)
        update = _written(problem, machine.alphabet, bank, _reordered(number, number[machine.transitions]))
        state = (Variable("s", order[0], update),)
        moore = _moore(bank, number[machine.transitions], answers)
        if moore is not None:
            problem.offer(Draft(problem.names, state, (substitute(moore, {"s": var("s'")}),)), "cases")
        maps = _reordered(number, answers)
        if _cost(bank, maps) is not None:
            problem.offer(
                Draft(problem.names, state, (_written(problem, machine.alphabet, bank, maps),)), "cases"
            )


def _reordered(number: Ints, table: Ints) -> Ints:
    """A table [Q, A] with its rows in the order of the new numbers, as [A, Q]."""
    result = np.empty_like(table)
    result[number] = table
    return np.ascontiguousarray(result.T)


def _cost(bank: Bank, maps: Ints) -> int | None:
    """What the distinct maps of a table cost together; None if one is not in the bank."""
    total = 0
    for row in np.unique(maps, axis=0):
        number = bank.number(row)
        if number < 0:
            return None
        total += bank.cost(number) + 3
    return total


def _moore(bank: Bank, after: Ints, answers: Ints) -> Expr | None:
    """The output as an expression of the new state, if it depends on that alone."""
    column = np.full(bank.width, np.iinfo(np.int64).min)
    column[after.reshape(-1)] = answers.reshape(-1)
    if not np.array_equal(column[after], answers) or column.min() == np.iinfo(np.int64).min:
        return None
    return bank.find(column)


def _written(problem: Problem, alphabet: Ints, bank: Bank, maps: Ints) -> Expr:
    """The nested cases: the group with most symbols comes last, without a condition."""
    _, first, group = np.unique(maps, axis=0, return_index=True, return_inverse=True)
    group = group.reshape(-1)
    sizes = np.bincount(group)
    order = sorted(range(len(first)), key=lambda g: (sizes[g], int(first[g])))
    branches = [(g, bank.expr(bank.number(maps[first[g]]))) for g in order]  # each is there: it had a cost
    whole = branches[-1][1]
    for g, branch in reversed(branches[:-1]):
        whole = Expr("if", (_condition(problem, alphabet, group == g), branch, whole))
    return whole


def _condition(problem: Problem, alphabet: Ints, chosen: NDArray[np.bool_]) -> Expr:
    """True for these symbols of the alphabet only."""
    plain = plain_conditions(problem.names, alphabet, chosen, problem.behaviour.named_inputs)
    if plain:
        return plain[0]
    columns: Sequence[Ints] = list(np.ascontiguousarray(alphabet.T))
    found = problem.explain(
        problem.names, columns, chosen.astype(np.int64), deepest=5, further=1, most_work=2_000_000
    )
    if found:
        return min(found, key=lambda e: (not is_boolean(e) and e.op != "var", size(e)))
    keys = [tuple(row) if len(row) > 1 else row[0] for row in alphabet[chosen].tolist()]
    return Expr("in", tuple(var(n) for n in problem.names), tuple(sorted(keys)))
