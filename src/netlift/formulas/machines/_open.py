"""A machine of which not every step is known, filled up so that the rest can be said in few words."""

from collections import Counter

import numpy as np

from netlift.states._machine import Machine
from netlift.states._partial import PartialMachine


def completed(machine: PartialMachine) -> Machine:
    """The machine with something in the place of what is not known, its states as they are.

    A state does there what the state does that is most like it: that shares most steps with it, and differs
    in fewest. A step to itself there is one to itself here. Nobody may be told what it does: it is no answer.
    """
    moves, outputs = machine.transitions.copy(), machine.outputs.copy()
    stays = moves == np.arange(machine.states)[:, None]
    for q, a in machine.unseen:
        others = np.flatnonzero(machine.known[:, a])
        if not len(others):  # never seen anywhere: nothing happens
            moves[q, a], outputs[q, a] = q, _commonest(machine)
            continue
        both = machine.known[others] & machine.known[q]
        answers = (machine.outputs[others] == machine.outputs[q]).all(axis=2)
        leads = (machine.transitions[others] == machine.transitions[q]) | (stays[others] & stays[q])
        like = (both & answers).sum(axis=1) + (both & leads).sum(axis=1)
        unlike = (both & ~answers).sum(axis=1) + (both & ~leads).sum(axis=1)
        best = others[int(np.argmax(2 * like - 3 * unlike))]
        moves[q, a] = q if stays[best, a] else machine.transitions[best, a]
        outputs[q, a] = machine.outputs[best, a]
    return Machine(machine.alphabet, moves, outputs)


def _commonest(machine: PartialMachine) -> tuple[int, ...]:
    """The answer that is given most often."""
    said = Counter(map(tuple, machine.outputs[machine.known].tolist()))
    return min(said, key=lambda y: (-said[y], y))
