"""The product of two systems: all pairs of states that a word can lead to, level by level.

Two finite systems are equal on every word just if no reachable pair answers differently
(Hopcroft and Karp, 1971; here breadth-first, so that a word on which they differ is a shortest one).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from netlift.certify._domain import Joint
from netlift.certify._frozen import Key, freeze, thaw
from netlift.certify._symbolic import Unsupported
from netlift.certify._system import FAILED, Answer, System

Pair = tuple[Key, Key]


@dataclass(frozen=True)
class Witness:
    """A word on which two systems differ, and what each answers at its last step."""

    word: tuple[Joint, ...]
    left: Answer
    right: Answer


@dataclass(frozen=True)
class Product:
    """What the search through pairs of states found.

    `pairs` in the order of discovery, the first pair first. `closed`: no further pair can be
    reached. `length`: all words up to this length were looked at (of any length, where closed);
    `settled` pairs are those that they lead to.
    `witness`: a shortest word on which the systems differ, or None.
    """

    pairs: tuple[Pair, ...]
    closed: bool
    length: int
    settled: int
    steps: int
    witness: Witness | None


def explore(
    left: System, right: System, symbols: Sequence[Joint], most_pairs: int, most_steps: int
) -> Product:
    """All pairs of states that words over `symbols` lead to, breadth-first, within the two budgets.

    Where both systems stop with an error at the same step, they agree, and no longer word is looked at.
    """
    first = (freeze(left.start()), freeze(right.start()))
    came_from: dict[Pair, tuple[Pair, Joint] | None] = {first: None}
    level, length, settled, steps = [first], 0, 1, 0
    while level:
        further = []
        for pair in level:
            if steps + len(symbols) > most_steps or len(came_from) > most_pairs:
                return Product(tuple(came_from), False, length, settled, steps, None)
            for symbol in symbols:
                steps += 1
                try:
                    mine, said = left.step(thaw(pair[0]), symbol)
                    theirs, answered = right.step(thaw(pair[1]), symbol)
                    successor = (freeze(mine), freeze(theirs))
                except Unsupported:
                    if length == 0:
                        raise
                    return Product(tuple(came_from), False, length, settled, steps, None)
                if said != answered:
                    word = (*_word(came_from, pair), symbol)
                    return Product(
                        tuple(came_from), False, length, settled, steps, Witness(word, said, answered)
                    )
                if said != FAILED and successor not in came_from:
                    came_from[successor] = (pair, symbol)
                    further.append(successor)
        level = further
        length, settled = length + 1, len(came_from)
    return Product(tuple(came_from), True, length, settled, steps, None)


def _word(came_from: dict[Pair, tuple[Pair, Joint] | None], pair: Pair) -> tuple[Joint, ...]:
    word = []
    link = came_from[pair]
    while link is not None:
        word.append(link[1])
        link = came_from[link[0]]
    return tuple(reversed(word))
