"""Which boxes a proof needs, and which box a step leads to from each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.networks import Network
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BoxGraph:
    """A finite abstraction of a machine's runs; box 0 is the start and no box's successor.

    `labels` [M] is the machine's state in each box, `successors` [M, A] the box after each symbol,
    `entries` [M] a box and symbol that lead to it first, breadth-first; box 0 has (-1, -1).
    """

    labels: Ints
    successors: Ints
    entries: tuple[tuple[int, int], ...]

    def by_access(self, network: Network, machine: Machine) -> Floats:
        """The hidden state [M, H] that the shortest word into each box leads to."""
        states = [network.initial_state(1)[0]]
        for box, symbol in self.entries[1:]:
            states.append(network.next_state(states[box][None], machine.alphabet[symbol][None])[0])
        return np.stack(states)

    def walked(
        self, network: Network, machine: Machine, walks: int, length: int, rng: np.random.Generator
    ) -> tuple[Floats, Ints]:
        """Hidden states [N, H] met on random words of `length` symbols, and the boxes [N] they belong to."""
        hidden, boxes = network.initial_state(walks), np.zeros(walks, dtype=np.int64)
        met, where = [], []
        for _ in range(length):
            symbols = rng.integers(len(machine.alphabet), size=walks)
            hidden = network.next_state(hidden, machine.alphabet[symbols])
            boxes = self.successors[boxes, symbols]
            met.append(hidden)
            where.append(boxes)
        return np.concatenate(met), np.concatenate(where)


def state_graph(machine: Machine, most_images: int) -> BoxGraph | None:
    """One box for each state, whatever was answered last; None where there are more than `most_images`."""
    return _graph(machine, None, most_images)


def box_graph(machine: Machine, depth: int, most_images: int) -> BoxGraph | None:
    """One box for each state and last output (depth 0), or for each state and the next `depth` symbols.

    At depth d >= 1 words up to d symbols have a box of their own: what is left of the first hidden
    state need not fit the boxes of later times. None where there are more than `most_images` images.
    """
    return _graph(machine, depth, most_images)


def _graph(machine: Machine, depth: int | None, most_images: int) -> BoxGraph | None:
    transitions = machine.transitions.tolist()
    outputs = [[tuple(y) for y in row] for row in machine.outputs.tolist()]
    symbols = range(len(machine.alphabet))
    Key = tuple[object, ...]
    start: Key = ("start",)
    keys: dict[Key, int] = {start: 0}
    labels, entries = [0], [(-1, -1)]
    histories: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    successors: list[list[int]] = []
    most = most_images // len(machine.alphabet)
    while len(successors) < len(keys):
        box = len(successors)
        before, recent = histories[box]
        row = []
        for symbol in symbols:
            state = labels[box]
            after = transitions[state][symbol]
            if not depth:
                key: Key = (after,) if depth is None else (after, outputs[state][symbol])
                history: tuple[int, tuple[int, ...]] = (after, ())
            else:
                word = (*recent, symbol)
                begun = len(word) > depth
                history = (transitions[before][word[0]], word[1:]) if begun else (before, word)
                key = (begun, *history)
            if key not in keys:
                if len(keys) >= most:
                    return None
                keys[key] = len(keys)
                labels.append(after)
                entries.append((box, symbol))
                histories.append(history)
            row.append(keys[key])
        successors.append(row)
    return BoxGraph(np.array(labels), np.array(successors), tuple(entries))
