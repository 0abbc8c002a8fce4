"""A machine as the list of its moves: by event, from which state to which; all others in one word."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from netlift.formulas.machines._automaton import Automaton
from netlift.formulas.machines._rules import Choice, Holds, Moves, Rules, SayAt, Told, price_of_test
from netlift.formulas.machines._variables import COUNT, Variable

_STATEMENT, _CONSTANT = 9.0, 3.0  # nodes of `state = MOVES[x].get(state, 0)`, of a constant without its rows
_BY_EVENT = 2.0  # nodes more where what all others do depends on the event
_ROW, _CELL = 2.0, 2.0


@dataclass(frozen=True)
class _Entered:
    """States that are entered with one answer each: next states [state][symbol], and the answers."""

    moves: tuple[tuple[int, ...], ...]
    answers: tuple[int | None, ...]


def moves_of(automaton: Automaton, symbols: Sequence[int]) -> tuple[float, Rules] | None:
    """The machine by the moves that are not usual, and the nodes of that; None with more than two answers.

    The answer belongs to the state that is entered (a state is counted twice where it is entered with both
    answers), or to the event and the state that is left: whichever is shorter.
    """
    if len(automaton.answers) != 2:
        return None
    told = Counter(y for row in automaton.says for y in row)
    rarer_first = sorted((0, 1), key=lambda y: (told[y], y))
    found = [form(automaton, symbols, y) for form in (_by_state, _by_event) for y in rarer_first]
    return min(found, key=lambda f: f[0])


def _by_state(automaton: Automaton, symbols: Sequence[int], accepted: int) -> tuple[float, Rules]:
    """The answer from the new state: those with one answer are numbered last, so that one bound tells it."""
    entered = _entered(automaton, 1 - accepted)
    own = [entered.answers[q] == accepted for q in range(len(entered.moves))]
    sinks = [_is_sink(entered.moves, q) for q in range(len(own))]
    cost, variable, rule = _listed(
        entered.moves, sorted(range(len(own)), key=lambda q: (own[q] != own[0], sinks[q], q))
    )
    told = sum(variable.sets[q] for q, one in enumerate(own) if one)
    choice = Told(0, Choice(Holds(0, told), Told(accepted), Told(1 - accepted)))
    rules = Rules((variable,), (rule,), choice, tuple(symbols), automaton.answers, entered.moves)
    return cost + 2.0 + price_of_test(Holds(0, told), rules.variables), rules


def _by_event(automaton: Automaton, symbols: Sequence[int], accepted: int) -> tuple[float, Rules]:
    """The answer from the event and the old state."""
    order = sorted(range(automaton.states), key=lambda q: (_is_sink(automaton.moves, q), q))
    cost, variable, rule = _listed(automaton.moves, order)
    told = tuple(
        tuple(n for n, q in enumerate(order) if automaton.says[q][a] == accepted)
        for a in range(automaton.symbols)
    )
    say = SayAt(0, told, accepted, 1 - accepted)
    own = [part for part in told if part]
    # One event: `x == "a" and state in (..)`; several: a list by event.
    test = 10.0 + len(own[0]) if len(own) == 1 else 9.0 + sum(_ROW + len(part) for part in told)
    rules = Rules((variable,), (say, rule), None, tuple(symbols), automaton.answers, automaton.moves)
    return cost + 5.0 + test, rules


def _entered(automaton: Automaton, otherwise: int) -> _Entered:
    """The states with the answer that each is entered with; the first one is not entered at first."""
    numbers: dict[tuple[int, int | None], int] = {}
    order: list[tuple[int, int | None]] = []
    into = {
        (r, y)
        for m, s in zip(automaton.moves, automaton.says, strict=True)
        for r, y in zip(m, s, strict=True)
    }
    start = next(((0, y) for y in (otherwise, 1 - otherwise) if (0, y) in into), (0, None))
    numbers[start] = 0
    order.append(start)
    rows = []
    for q, _ in order:
        row = []
        for pair in zip(automaton.moves[q], automaton.says[q], strict=True):
            if pair not in numbers:
                numbers[pair] = len(order)
                order.append(pair)
            row.append(numbers[pair])
        rows.append(tuple(row))
    return _Entered(tuple(rows), tuple(y for _, y in order))


def _is_sink(moves: Sequence[Sequence[int]], q: int) -> bool:
    return set(moves[q]) == {q}


def _listed(found: Sequence[Sequence[int]], order: Sequence[int]) -> tuple[float, Variable, Moves]:
    """The moves with what all others do: nothing, lead to one state, or to one for each event.

    The states are numbered as they come in `order`.
    """
    place = {q: n for n, q in enumerate(order)}
    moves = [[place[r] for r in found[q]] for q in order]
    states, events = range(len(moves)), range(len(moves[0]))
    commonest = Counter(r for row in moves for r in row)
    by_event = tuple(
        max(Counter(row[a] for row in moves).items(), key=lambda c: (c[1], -c[0]))[0] for a in events
    )
    choices: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    choices += [(0.0, (r,) * len(events)) for r, _ in commonest.most_common(2)]
    choices.append((_BY_EVENT + _CONSTANT + 1.0 + _CELL * len(events), by_event))

    def table_of(others: tuple[int, ...]) -> tuple[tuple[tuple[int, int], ...], ...]:
        return tuple(
            tuple((q, moves[q][a]) for q in states if moves[q][a] != (others[a] if others else q))
            for a in events
        )

    priced = [
        (around + sum(_ROW + _CELL * len(cells) for cells in table_of(others)), n)
        for n, (around, others) in enumerate(choices)
    ]
    cost, n = min(priced)
    others = choices[n][1]
    variable = Variable(COUNT, len(moves), tuple(1 << place[q] for q in states))
    return _STATEMENT + _CONSTANT + cost, variable, Moves(0, table_of(others), others)
