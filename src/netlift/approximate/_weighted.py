"""A recurrence of weighted sums: a few variables, of which each symbol makes new ones by an affine map.

What a network answers later, as rows of numbers, often lies near a space of few dimensions; there each symbol
is an affine map, found by least squares, and an answer is a weighted sum. This is a weighted automaton with a
constant and bounds (its spectral learning: Balle, Carreras, Luque and Quattoni 2014; by regression on a
recurrent network: Okudono, Waga, Sekiyama and Hasuo 2020). All is rounded to fractions of whole numbers, so
that the printed program computes what was measured, on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.approximate._pairs import Pairs
from netlift.core._clock import checkpoint

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

UNIT = 4_096  # what 1 is written as
RIDGE = 1e-3  # keeps maps small of symbols that hardly occur
OWN = 0.3  # weight of the network's own rows beside those that the sums reach


@dataclass(frozen=True)
class Weighted:
    """A recurrence over whole numbers, all variables between -UNIT and UNIT.

    Attributes:
        alphabet: [A, D], the joint symbols.
        first: [d], the variables before any symbol.
        maps: [A, d, d + 1], for each symbol the weights of the constant and of the variables before.
        read: [C, d + 1], the weights of each answer's score; of two answers one score, of the second.
        answers: [C, K], the answers; the one of the greatest score is given.
    """

    alphabet: Ints
    first: Ints
    maps: Ints
    read: Ints
    answers: Ints

    @property
    def variables(self) -> int:
        """The number of variables."""
        return len(self.first)

    @property
    def numbers(self) -> int:
        """How many numbers it consists of."""
        return int(self.maps.size + self.read.size + self.first.size)

    def run(self, places: Ints) -> Ints:
        """The answers [N, T, K] to words of symbol numbers [N, T]."""
        state = np.tile(self.first, (len(places), 1))
        said = []
        for step in range(places.shape[1]):
            state = self._after(state, places[:, step])
            said.append(self._said(state))
        found: Ints = self.answers[np.stack(said, axis=1)]
        return found

    def _after(self, state: Ints, symbols: Ints) -> Ints:
        full = np.concatenate([np.full((len(state), 1), UNIT), state], axis=1)
        sums = np.einsum("ndj,nj->nd", self.maps[symbols], full) // UNIT
        bounded: Ints = np.clip(sums, -UNIT, UNIT)
        return bounded

    def _said(self, state: Ints) -> Ints:
        full = np.concatenate([np.full((len(state), 1), UNIT), state], axis=1)
        scores = full @ self.read.T
        found: Ints = (scores[:, 0] > 0).astype(np.int64) if len(self.read) == 1 else scores.argmax(axis=1)
        return found


class WeightedFit:
    """The space of the rows of a network, most telling directions first."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        points = np.concatenate([pairs.before, pairs.after])
        self.mean = points.mean(axis=0)
        _, self.sizes, self.directions = np.linalg.svd(points - self.mean, full_matrices=False)

    @property
    def rank(self) -> int:
        """The number of directions in which rows differ."""
        return int((self.sizes > 1e-6 * max(1e-300, float(self.sizes[0]))).sum())

    def of(self, variables: int) -> list[Weighted]:
        """Recurrences of so many variables: as fitted, and fitted once more to where it leads itself."""
        pairs, basis = self.pairs, self.directions[:variables]
        before, after, first = (
            (rows - self.mean) @ basis.T for rows in (pairs.before, pairs.after, pairs.first[None])
        )
        bound = np.abs(np.concatenate([before, after, first])).max(axis=0) + 1e-12
        before, after, first = before / bound, after / bound, first / bound
        maps = _fitted(before, after, pairs.symbols, pairs.rows.probe.symbols)
        width = pairs.rows.width
        read = np.concatenate([self.mean[:width, None], basis[:, :width].T * bound], axis=1)
        found = [self._rounded(first[0], maps, read)]
        reached = _reached(first[0], maps, pairs.words)
        again = _fitted(reached, after, pairs.symbols, pairs.rows.probe.symbols, before)
        return [*found, self._rounded(first[0], 0.5 * (maps + again), read)]

    def _rounded(self, first: Floats, maps: Floats, read: Floats) -> Weighted:
        rows = self.pairs.rows
        own, moved, scored = (np.rint(UNIT * one).astype(np.int64) for one in (first, maps, read))
        return Weighted(rows.probe.alphabet, own, moved, scored, rows.answers.rows)


def _fitted(before: Floats, after: Floats, symbols: Ints, width: int, beside: Floats | None = None) -> Floats:
    """The affine map [A, d, d + 1] of each symbol by least squares; `beside` counts less than `before`."""
    size = before.shape[1]
    maps = np.zeros((width, size, size + 1))
    for symbol in range(width):
        checkpoint()
        rows = np.flatnonzero(symbols == symbol)
        given, wanted = _with_one(before[rows]), after[rows]
        if beside is not None:
            given = np.concatenate([given, OWN * _with_one(beside[rows])])
            wanted = np.concatenate([wanted, OWN * wanted])
        maps[symbol] = np.linalg.solve(given.T @ given + RIDGE * np.eye(size + 1), given.T @ wanted).T
    return maps


def _with_one(points: Floats) -> Floats:
    return np.concatenate([np.ones((len(points), 1)), points], axis=1)


def _reached(first: Floats, maps: Floats, words: Sequence[tuple[int, ...]]) -> Floats:
    """Where the maps lead by words of symbol numbers, [M, d]."""
    lengths = np.array([len(word) for word in words])
    state = np.tile(first, (len(words), 1))
    for step in range(int(lengths.max(initial=0))):
        rows = np.flatnonzero(lengths > step)
        symbols = np.array([words[row][step] for row in rows.tolist()])
        moved = np.einsum("ndj,nj->nd", maps[symbols], _with_one(state[rows]))
        state[rows] = np.clip(moved, -1.0, 1.0)
    return state
