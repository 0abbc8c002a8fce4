"""A place on a circle and a direction: what turns and reflections do, instead of a state for each of both."""

from collections.abc import Sequence

from netlift.formulas.machines._automaton import Automaton
from netlift.formulas.machines._partitions import blocks, principal
from netlift.formulas.machines._rules import Block, Branch, Change, Event, OfPlace, Rules, Told, Turn
from netlift.formulas.machines._variables import COUNT, SIGN, Variable
from netlift.formulas.machines._write import told_by

FEWEST = 3  # places on the circle
PLACE, DIRECTION = 0, 1  # the variables, in their order
_MOVE, _MOVE_FAR, _ROUND = 9.0, 11.0, 5.0  # nodes of a move by one place, by several, of turning round


def turns_of(automaton: Automaton, symbols: Sequence[int]) -> tuple[float, Rules] | None:
    """The machine as a place on a circle and a direction in which events move it, and the nodes of its rules.

    Some events turn the direction round (a closed partition of two blocks); every event moves the place by a
    fixed number of steps in the direction. None where the states are no such pairs.
    """
    size = automaton.states // 2
    if size < FEWEST or automaton.states % 2:
        return None
    every = frozenset(range(automaton.states))
    best: tuple[float, Rules] | None = None
    for partition in principal(automaton.moves, every):
        if blocks(partition) != 2 or partition.count(partition[0]) != size:
            continue
        round_ = [
            a
            for a in range(automaton.symbols)
            if all(partition[row[a]] != partition[q] for q, row in enumerate(automaton.moves))
        ]
        for turner in round_:
            for mover in (a for a in range(automaton.symbols) if a not in round_):
                places = _places(automaton, turner, mover, size)
                found = None if places is None else _written(automaton, symbols, places, partition, round_)
                if found is not None and (best is None or found[0] < best[0]):
                    best = found
    return best


def _places(automaton: Automaton, turner: int, mover: int, size: int) -> list[int] | None:
    """The place of each state, if one event leads round the circle and another only turns the direction."""
    places = [-1] * automaton.states
    state = 0
    for place in range(size):
        other = automaton.moves[state][turner]
        if places[state] >= 0 or places[other] >= 0 or state == other:
            return None
        places[state] = places[other] = place
        state = automaton.moves[state][mover]
    return places if state == 0 else None


def _written(
    automaton: Automaton,
    symbols: Sequence[int],
    places: Sequence[int],
    partition: Sequence[int],
    round_: Sequence[int],
) -> tuple[float, Rules] | None:
    size = automaton.states // 2
    signs = [1 if block == partition[0] else -1 for block in partition]
    variables = (
        Variable(COUNT, size, tuple(1 << place for place in places)),
        Variable(SIGN, 2, tuple(1 if sign == 1 else 2 for sign in signs)),
    )
    cost, block = 0.0, Block()
    for group in reversed(automaton.kinds):
        a = group[0]
        amounts = {(places[row[a]] - places[q]) * signs[q] % size for q, row in enumerate(automaton.moves)}
        turned = {signs[row[a]] * signs[q] for q, row in enumerate(automaton.moves)}
        if len(amounts) > 1 or turned != {-1 if a in round_ else 1}:
            return None
        amount = amounts.pop()
        amount = amount if 2 * amount <= size else amount - size
        body: Block = (Turn(PLACE, DIRECTION, amount),) if amount else ()
        cost += (_MOVE if abs(amount) == 1 else _MOVE_FAR) if amount else 0.0
        if a in round_:
            body = (*body, Change(DIRECTION, "flip"))
            cost += _ROUND
        if group is automaton.kinds[-1]:
            block = body
            continue
        cost += 5.0 if len(group) == 1 else 5.0 + len(group)
        block = (Branch(Event(group), body, block),)
    told = _told(automaton, places, variables)
    if told is None:
        return None
    rules = Rules(variables, block, told[1], tuple(symbols), automaton.answers, automaton.moves)
    return cost + told[0], rules


def _told(
    automaton: Automaton, places: Sequence[int], variables: tuple[Variable, ...]
) -> tuple[float, OfPlace | Told] | None:
    """How the answer is told: one for each place, or by tests of both."""
    if automaton.entered is None:
        return None
    by_place: dict[int, int] = {}
    answered = [(place, y) for place, y in zip(places, automaton.entered, strict=True) if y is not None]
    if all(by_place.setdefault(place, y) == y for place, y in answered) and len(set(by_place.values())) > 2:
        size = variables[PLACE].size
        listed = OfPlace(PLACE, tuple(by_place.get(place, 0) for place in range(size)))
        # As the place itself, or by a tuple: a constant for each place.
        plain = all(automaton.answers[y] == (place,) for place, y in by_place.items())
        return (0.0 if plain else 5.0 + size), listed
    return told_by(automaton, variables)
