"""Groups as what they do: events that move items between a few places, instead of a state each."""

from collections.abc import Sequence

from netlift.formulas.machines._automaton import Automaton
from netlift.formulas.machines._candidates import closed_partitions
from netlift.formulas.machines._partitions import Partition, blocks
from netlift.formulas.machines._rules import Block, Branch, Event, OfPlace, Permute, Rules, Told, Word
from netlift.formulas.machines._variables import MODE, Variable
from netlift.formulas.machines._write import told_by

FEWEST, MOST = 3, 5  # places


def group_of(automaton: Automaton, symbols: Sequence[int]) -> tuple[float, Rules] | None:
    """The machine as items in few places that events move, and the nodes of its rules.

    A closed partition gives an action of the events on its blocks, where every event permutes the states; it
    is the machine if the permutation reached tells the state. None where there is no such action, or the
    answer is not told by where the items are.
    """
    every, entered = range(automaton.states), automaton.entered
    if entered is None or any(
        len({row[a] for row in automaton.moves}) < automaton.states for a in range(automaton.symbols)
    ):
        return None
    best: tuple[float, Rules] | None = None
    for partition in sorted(closed_partitions(automaton, frozenset(every)), key=lambda p: (blocks(p), p)):
        if not FEWEST <= blocks(partition) <= MOST:
            continue
        found = _moved(automaton, symbols, partition, entered)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
        if best is not None:
            break
    return best


def _moved(
    automaton: Automaton, symbols: Sequence[int], partition: Partition, entered: tuple[int | None, ...]
) -> tuple[float, Rules] | None:
    size = blocks(partition)
    goes = [[0] * size for _ in range(automaton.symbols)]
    for q, row in enumerate(automaton.moves):
        for a, r in enumerate(row):
            goes[a][partition[q]] = partition[r]
    items: dict[int, tuple[int, ...]] = {0: tuple(range(size))}
    order = [0]
    for q in order:
        for a, r in enumerate(automaton.moves[q]):
            after = [0] * size
            for place, item in enumerate(items[q]):
                after[goes[a][place]] = item
            if r not in items:
                items[r] = tuple(after)
                order.append(r)
            elif items[r] != tuple(after):
                return None
    if len(set(items.values())) < automaton.states:
        return None
    variables = tuple(
        Variable(MODE, size, tuple(1 << items[q][place] for q in range(automaton.states)))
        for place in range(size)
    )
    told = _told(automaton, entered, items, variables)
    if told is None:
        return None
    cost, block = told[0], Block()
    for group in reversed(automaton.kinds):
        moves = goes[group[0]]
        targets = tuple(place for place in range(size) if moves.index(place) != place)
        body: Block = (Permute(targets, tuple(moves.index(place) for place in targets)),) if targets else ()
        cost += 3.0 + 2.0 * len(targets)
        if not block and group is automaton.kinds[-1]:
            block = body
            continue
        cost += 5.0 if len(group) == 1 else 5.0 + len(group)
        block = (Branch(Event(group), body, block),)
    whole = Rules(variables, block, told[1], tuple(symbols), automaton.answers, automaton.moves)
    return cost, whole


def _told(
    automaton: Automaton,
    entered: tuple[int | None, ...],
    items: dict[int, tuple[int, ...]],
    variables: tuple[Variable, ...],
) -> tuple[float, Told | OfPlace | Word] | None:
    """How the answer is told from the items: one of them, all of them, or by tests."""
    answers = {items[q]: y for q, y in enumerate(entered) if y is not None}
    for place in range(len(variables)):
        told: dict[int, int] = {}
        alike = all(told.setdefault(held[place], y) == y for held, y in answers.items())
        if alike and len(set(told.values())) == len(told) == len(variables):
            return 1.0, OfPlace(place, tuple(told[item] for item in range(len(variables))))
    if len(set(answers.values())) == len(answers) == automaton.states:
        return 2.0 * len(variables), Word(tuple(sorted(answers.items())))
    return told_by(automaton, variables)
