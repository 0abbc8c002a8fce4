"""The prefix tree of a behaviour's words: every distinct history once, short ones first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._behaviour import Behaviour

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Prefixes:
    """Nodes are distinct histories, parents before children.

    `parent` [M] (-1 at the first step), `step` [M], `inputs` [M, D] the last input, `symbol` [M] its
    number, `outputs` [M, K]; `coordinates` [M, d] if the behaviour has them, else [M, 0].
    """

    parent: Ints
    step: Ints
    inputs: Ints
    symbol: Ints
    outputs: Ints
    coordinates: Ints

    def __len__(self) -> int:
        return len(self.parent)

    def lag(self, column: Ints, fill: int) -> Ints:
        """The column one step earlier; `fill` before the first step."""
        return np.where(self.parent >= 0, column[self.parent], fill)


def prefix_tree(inputs: Ints, outputs: Ints, coordinates: Ints | None = None) -> Prefixes:
    """The prefix tree of words [N, T, D] with answers [N, T, K], and state variables [N, T, d].

    Raises ValueError where one history has two answers.
    """
    words, steps, streams = inputs.shape
    answered = outputs.shape[2]
    if coordinates is not None:
        outputs = np.concatenate([outputs, coordinates], axis=2)
    distinct, symbols = np.unique(inputs.reshape(-1, streams), axis=0, return_inverse=True)
    symbols = symbols.reshape(words, steps)
    node = np.full(words, -1, dtype=np.int64)
    parents, answers, letters, depths = [], [], [], []
    total = 0
    for step in range(steps):
        key = (node + 1) * len(distinct) + symbols[:, step]
        _, first, place = np.unique(key, return_index=True, return_inverse=True)
        place = place.reshape(-1)
        if not np.array_equal(outputs[first, step][place], outputs[:, step]):
            raise ValueError("two words with the same prefix have different outputs")
        parents.append(node[first])
        letters.append(symbols[first, step])
        answers.append(outputs[first, step])
        depths.append(np.full(len(first), step, dtype=np.int64))
        node = place + total
        total += len(first)
    symbol = np.concatenate(letters)
    found = np.concatenate(answers)
    return Prefixes(
        np.concatenate(parents),
        np.concatenate(depths),
        distinct[symbol],
        symbol,
        found[:, :answered],
        found[:, answered:],
    )


def sample_prefixes(behaviour: Behaviour, rng: np.random.Generator, *, nodes: int = 3_000) -> Prefixes:
    """A tree of about `nodes` nodes: some of the words, or words that reach every state of a machine.

    Of words without a machine one in four is among those with the rarest answers.
    """
    inputs, outputs = behaviour.inputs, behaviour.outputs
    words = max(8, nodes // max(1, inputs.shape[1]))
    if behaviour.machine is None:
        chosen = np.arange(len(inputs)) if len(inputs) <= words else _drawn(outputs, words, rng)
        coordinates = None if behaviour.coordinates is None else behaviour.coordinates[chosen]
        return prefix_tree(inputs[chosen], outputs[chosen], coordinates)
    machine = behaviour.machine
    letters = len(machine.alphabet)
    length = max(inputs.shape[1], min(24, machine.states + 4))
    symbols = rng.integers(letters, size=(max(8, nodes // length), length))
    access = _access_words(machine.transitions)
    for row in range(len(symbols)):  # every state is entered by its shortest word, then left at random
        word = access[row % len(access)][:length]
        symbols[row, : len(word)] = word
    inside = machine.alphabet[symbols]
    return prefix_tree(inside, machine.run(inside))


def rarities(outputs: Ints) -> Ints:
    """How often the rarest answer of each word [N, T, K] is given in all of them, [N]."""
    flat = outputs.reshape(-1, outputs.shape[2])
    _, place, counts = np.unique(flat, axis=0, return_inverse=True, return_counts=True)
    rarest: Ints = counts[place.reshape(-1)].reshape(outputs.shape[:2]).min(axis=1)
    return rarest


def _drawn(outputs: Ints, count: int, rng: np.random.Generator) -> Ints:
    order = rng.permutation(len(outputs))
    rare = np.argsort(rarities(outputs)[order], kind="stable")[: count // 4]
    chosen: Ints = np.concatenate([order[rare], np.delete(order, rare)])[:count]
    return chosen


def _access_words(transitions: Ints) -> list[list[int]]:
    words: dict[int, list[int]] = {0: []}
    order = [0]
    for state in order:
        for letter, successor in enumerate(transitions[state].tolist()):
            if successor not in words:
                words[successor] = [*words[state], letter]
                order.append(successor)
    return [words[state] for state in order]
