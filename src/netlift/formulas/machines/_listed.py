"""A machine as short lists of what is not usual, where no small variables were found that say it."""

from collections import Counter
from collections.abc import Sequence

from netlift.formulas.machines._automaton import Automaton
from netlift.formulas.machines._rules import Listed, Rules
from netlift.formulas.machines._variables import MODE, Variable

_LEADS = 9.0  # nodes of the list of where events usually lead, without its entries, and of looking there
_AROUND = 31.0  # nodes of the two statements that look up, and of the constants around their entries


def listed(automaton: Automaton, symbols: Sequence[int]) -> tuple[float, Rules]:
    """The machine by state, with the usual answer of each event said once, and the nodes of that.

    States that answer alike are of one kind, so that their answers are said once as well; events that leave
    a state as it is are not listed, nor those that lead where they lead from most states.
    """
    events, states = range(automaton.symbols), range(automaton.states)
    columns = [Counter(row[a] for row in automaton.says) for a in events]
    usual = tuple(min(column, key=lambda y: (-column[y], y)) for column in columns)
    numbers: dict[tuple[int, ...], int] = {}
    kinds = tuple(numbers.setdefault(row, len(numbers)) for row in automaton.says)
    answers = tuple(tuple((a, row[a]) for a in events if row[a] != usual[a]) for row in numbers)
    leads = _leads(automaton)
    to = dict(leads)
    moves = tuple(
        tuple((a, automaton.moves[q][a]) for a in events if automaton.moves[q][a] != to.get(a, q))
        for q in states
    )
    variable = Variable(MODE, automaton.states, tuple(1 << q for q in states))
    rule = Listed(0, usual, kinds, answers, moves, leads)
    rows = 2.0 * automaton.states + 2.0 * len(answers)
    if len(answers) < automaton.states:
        rows += 2.0 * automaton.states
    entries = automaton.symbols + sum(map(len, answers)) + sum(map(len, moves))
    cost = _AROUND + 2.0 * entries + rows + (_LEADS + 2.0 * len(leads) if leads else 0.0)
    rules = Rules((variable,), (rule,), None, tuple(symbols), automaton.answers, automaton.moves)
    return cost, rules


def _leads(automaton: Automaton) -> tuple[tuple[int, int], ...]:
    """Where events lead from most states, for those with which fewer moves are listed so; () if too few."""
    found, saved = list[tuple[int, int]](), -_LEADS
    for a in range(automaton.symbols):
        (target, often), *_ = Counter(row[a] for row in automaton.moves).most_common(1)
        stay = sum(row[a] == q for q, row in enumerate(automaton.moves))
        if often - stay > 1:
            found.append((a, target))
            saved += 2.0 * (often - stay - 1)
    return tuple(found) if saved > 0 else ()
