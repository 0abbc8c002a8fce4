"""How long words must be to tell a machine from every other one that is no larger."""

import numpy as np

from netlift.states._machine import Machine
from netlift.states._probe import Ints
from netlift.states._words import access_words

_MOST_STATES = 1_000  # beyond which pairs of states are too many to look at


def determining_length(machine: Machine) -> int | None:
    """Find the length of words on all of which no other machine with at most as many states answers alike.

    Every transition is taken after a shortest word to its state, and what it leads to is told from every
    other state: a machine that agrees on these words has as many states, one for one, and the same
    transitions. Shorter words leave room for another machine, so that what they show may be, say, a counter
    seen through a short window.

    Args:
        machine: a minimal machine.

    Returns:
        The number of steps; None where its states are too many to compare (over 1,000).

    Cost:
        Pairs of states times symbols, for each step of the answer.

    Source:
        Chow 1978, Vasilevskii 1973 (the W-method).

    Example:
        >>> import numpy as np
        >>> from netlift.states import Machine, determining_length
        >>> flip = np.array([[0, 1], [1, 0]])
        >>> determining_length(Machine(np.array([[0], [1]]), flip, flip[:, :, None]))
        3
    """
    if machine.states > _MOST_STATES:
        return None
    depth = np.array([len(word) for word in access_words(machine)], dtype=np.int64)
    farthest = _told_apart(machine).max(axis=1)  # from any other state
    after = depth[:, None] + 1 + farthest[machine.transitions]
    return int(max((depth + farthest).max(), after.max()))


def _told_apart(machine: Machine) -> Ints:
    """[Q, Q]: the length of a shortest word that two states answer differently; 0 on the diagonal."""
    states = machine.states
    apart = np.zeros((states, states), dtype=np.int64)
    differs = np.zeros((states, states), dtype=np.bool_)
    for answers in np.moveaxis(machine.outputs, 1, 0):
        differs |= (answers[:, None] != answers[None]).any(axis=2)
    length = 1
    while True:
        fresh = differs & (apart == 0)
        if not fresh.any():
            return apart
        apart[fresh] = length
        length += 1
        known = apart > 0
        differs = known.copy()
        for successors in machine.transitions.T:
            differs |= known[successors[:, None], successors[None]]
