"""Legal words of a network that says itself what may come next, drawn by a guess of what it will say.

Drawing step by step asks a network over whole words again for every beginning of every word. Where a machine
was read from it, whole words are drawn as if the machine were right, and the network is asked about each at
once; a word is drawn anew from the first step at which the network says otherwise. The words are those that
drawing step by step gives, whatever the machine is worth (after speculative decoding: Leviathan, Kalman and
Matias, "Fast Inference from Transformers via Speculative Decoding", 2023).
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class Tables(Protocol):
    """A machine, as far as it is looked at: [A, D], [Q, A] and [Q, A, K]."""

    @property
    def alphabet(self) -> Ints:
        """Its joint symbols."""
        ...

    @property
    def transitions(self) -> Ints:
        """The next states."""
        ...

    @property
    def outputs(self) -> Ints:
        """What it answers."""
        ...


def chosen(allowed: Bools, slip: Bools, weights: Floats) -> Ints:
    """For each row of allowed [n, A] the one of the greatest weight; of all, where none is, or on a slip."""
    free = slip | ~allowed.any(axis=1)
    best: Ints = (np.where(free[:, None], True, allowed) * weights).argmax(axis=1)
    return best


def foreseen_words(
    machine: Tables, first: Bools, streams: Ints, says: Callable[[Ints], Ints], slips: Bools, weights: Floats
) -> Ints:
    """Words [N, T] of symbol numbers, at each step the one of the greatest weight among those that may come.

    Args:
        machine: what the network is guessed to answer.
        first: which symbols [A] may come first.
        streams: the output stream [A] that is 1 where a symbol may come next; all are 0 after an illegal one.
        says: what the network answers [N, T, K] to words [N, T].
        slips: at which steps [N, T] any symbol may come.
        weights: the weights [N, T, A], above 0.

    Cost:
        A call of `says` for all words, and one more for those that the machine had wrong, as often as for the
        word that it has wrong most often.
    """
    count, steps, symbols = weights.shape
    guessed = machine.outputs[:, :, streams] == 1  # [Q, A, A]: what may come after a state and a symbol
    may = np.zeros((count, steps, symbols), dtype=bool)  # by the network, up to the step that is `known`
    may[:, 0] = first
    known, words = np.zeros(count, dtype=np.int64), np.zeros((count, steps), dtype=np.int64)
    rows = np.arange(count)
    while len(rows):
        checkpoint()
        state, allowed = np.zeros(len(rows), dtype=np.int64), may[rows, 0]
        for step in range(steps):
            told = step <= known[rows]
            allowed = np.where(told[:, None], may[rows, step], allowed)
            words[rows, step] = symbol = chosen(allowed, slips[rows, step], weights[rows, step])
            allowed, state = guessed[state, symbol], machine.transitions[state, symbol]
        may[rows, 1:] = says(words[rows])[:, :-1, streams] == 1
        wrong = np.stack(
            [
                chosen(may[rows, step], slips[rows, step], weights[rows, step]) != words[rows, step]
                for step in range(steps)
            ],
            axis=1,
        )
        known[rows] = wrong.argmax(axis=1)
        rows = rows[wrong.any(axis=1)]
    return words
