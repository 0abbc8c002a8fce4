"""Whether the words at hand tell where a machine's transitions lead, or leave it to the network."""

from itertools import product

import numpy as np

from netlift.states._machine import Machine
from netlift.states._probe import Ints
from netlift.states._words import Bools

_DEPTH = 3  # steps that are taken from a state: one for its transitions, two for states that were not seen
_MOST_PATHS = 2_000  # beyond which no set of words holds them all, and nothing is asked
_MOST_STATES = 64
_PIECE = 20_000  # words at a time


def is_told_by(machine: Machine, inputs: Ints) -> bool:
    """Whether words [N, T, D] tell the end of every path of one to three steps from all other states.

    A path from some state, and what comes after it in some word, has to be answered otherwise by every state
    that the path does not lead to. True where there are too many paths for that to be asked. The machine is
    taken to be right on the words.
    """
    states, symbols = machine.transitions.shape
    if states > _MOST_STATES or states * symbols**_DEPTH > _MOST_PATHS:
        return True
    told = [np.zeros((states * symbols**depth, states), dtype=np.bool_) for depth in range(1, _DEPTH + 1)]
    for begin in range(0, len(inputs), _PIECE):
        _tell(machine, machine.encode(inputs[begin : begin + _PIECE]), told)
    for depth, known in enumerate(told, 1):
        ends = np.arange(states).repeat(symbols**depth)
        paths = np.array(list(product(range(symbols), repeat=depth)) * states, dtype=np.int64)
        for step in range(depth):
            ends = machine.transitions[ends, paths[:, step]]
        known[np.arange(len(ends)), ends] = True
    return all(bool(known.all()) for known in told)


def _tell(machine: Machine, words: Ints, told: list[Bools]) -> None:
    """Mark in `told[d - 1]`, for each path of d steps, the states that what follows in some word excludes."""
    count, steps = words.shape
    symbols = machine.transitions.shape[1]
    walk = np.zeros((steps + 1, count), dtype=np.int64)
    for step in range(steps):
        walk[step + 1] = machine.transitions[walk[step], words[:, step]]
    excluded = np.zeros(
        (count, machine.states), dtype=np.bool_
    )  # by what follows the place that is looked at
    for place in range(steps, 0, -1):
        for depth, known in enumerate(told, 1):
            if depth > place:
                break
            path = walk[place - depth]
            for step in range(place - depth, place):
                path = path * symbols + words[:, step]
            order = np.argsort(path, kind="stable")
            paths, starts = np.unique(path[order], return_index=True)
            known[paths] |= np.logical_or.reduceat(excluded[order], starts, axis=0)
        symbol = words[:, place - 1]
        right = machine.outputs[walk[place - 1], symbol]
        wrong = (machine.outputs[:, symbol] != right[None]).any(axis=2).T
        excluded = wrong | np.take_along_axis(excluded, machine.transitions[:, symbol].T, axis=1)
