"""Ask a network about hidden vectors: what it answers on a set of suffixes, many at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift._clock import checkpoint
from netlift.networks._protocol import Network

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Word = tuple[int, ...]

_ROWS = 1 << 16  # rows in one call of the network: large enough to be fast, small enough for the cache


class BudgetError(Exception):
    """The steps allowed for one reading are used up."""


@dataclass(frozen=True)
class Suffixes:
    """A prefix-closed set of words over symbol numbers, as a tree that is walked level by level.

    `levels[k]` holds, for the words of length k + 1, the place of their prefix in the level before
    and their last symbol. Words are ordered by length, so the words up to a length are the first
    columns of a signature.
    """

    words: tuple[Word, ...]
    levels: tuple[tuple[Ints, Ints], ...]

    @staticmethod
    def of(words: Iterable[Word]) -> "Suffixes":
        """The smallest prefix-closed set that contains these words."""
        closed = {word[:end] for word in words for end in range(1, len(word) + 1)}
        ordered = sorted(closed, key=lambda word: (len(word), word))
        levels: list[tuple[Ints, Ints]] = []
        place: dict[Word, int] = {(): 0}
        for length in range(1, max((len(w) for w in ordered), default=0) + 1):
            level = [word for word in ordered if len(word) == length]
            parents = np.array([place[word[:-1]] for word in level], dtype=np.int64)
            levels.append((parents, np.array([word[-1] for word in level], dtype=np.int64)))
            place = {word: i for i, word in enumerate(level)}
        return Suffixes(tuple(ordered), tuple(levels))

    @property
    def depth(self) -> int:
        """The length of the longest word."""
        return len(self.levels)

    def count(self, length: int) -> int:
        """How many words have at most this length."""
        return sum(len(symbols) for _, symbols in self.levels[: max(length, 0)])

    def including(self, words: Iterable[Word]) -> "Suffixes":
        """The set with these words, and their prefixes, added."""
        return Suffixes.of([*self.words, *words])


class Probe:
    """A network over an alphabet [A, D], asked by symbol number, with a budget of network steps."""

    def __init__(self, network: Network, alphabet: Ints, budget: int) -> None:
        self.network = network
        self.alphabet = np.ascontiguousarray(alphabet, dtype=np.int64)
        self.left = budget

    @property
    def symbols(self) -> int:
        """The size of the alphabet."""
        return len(self.alphabet)

    def start(self) -> Floats:
        """The first hidden state, [1, H]."""
        return np.asarray(self.network.initial_state(1), dtype=np.float64)

    def step(self, hidden: Floats, symbols: Ints) -> Floats:
        """Hidden states [M, H] after one more symbol each, [M]. Raises BudgetError, and OutOfTimeError."""
        checkpoint()
        self.left -= len(hidden)
        if self.left < 0:
            raise BudgetError
        parts = [
            np.asarray(self.network.next_state(hidden[i : i + _ROWS], self.alphabet[symbols[i : i + _ROWS]]))
            for i in range(0, len(hidden), _ROWS)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def output(self, hidden: Floats) -> Ints:
        """Outputs [M, K] of hidden states [M, H]."""
        return np.asarray(self.network.output(hidden), dtype=np.int64)

    def successors(self, hidden: Floats) -> Floats:
        """Hidden states [M * A, H] after each symbol from each of [M, H]; the symbol runs fastest."""
        every = np.tile(np.arange(self.symbols), len(hidden))
        return self.step(np.repeat(hidden, self.symbols, axis=0), every)

    def run(self, words: Ints) -> tuple[Floats, Ints]:
        """Hidden states [N, T + 1, H], the first one included, and outputs [N, T, K] on words [N, T]."""
        hidden = np.repeat(self.start(), len(words), axis=0)
        states, outputs = [hidden], []
        for step in range(words.shape[1]):
            hidden = self.step(hidden, words[:, step])
            states.append(hidden)
            outputs.append(self.output(hidden))
        return np.stack(states, axis=1), np.stack(outputs, axis=1)

    def signatures(self, hidden: Floats, suffixes: Suffixes, room: int) -> Ints:
        """What the network answers from hidden states [M, H] on the suffixes of length <= room.

        [M, S * K]: the output after each suffix, shortest suffixes first. (The output after a
        suffix's own prefixes is there too, the set being prefix-closed.)
        """
        levels = suffixes.levels[: max(room, 0)]
        widest = max((len(symbols) for _, symbols in levels), default=1)
        chunk = max(1, _ROWS // widest)
        parts = [self._signatures(hidden[i : i + chunk], levels) for i in range(0, len(hidden), chunk)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _signatures(self, hidden: Floats, levels: tuple[tuple[Ints, Ints], ...]) -> Ints:
        rows, width = hidden.shape
        now = hidden[:, None]
        answers = []
        for parents, symbols in levels:
            flat = self.step(now[:, parents].reshape(-1, width), np.tile(symbols, rows))
            answers.append(self.output(flat).reshape(rows, -1))
            now = flat.reshape(rows, len(symbols), width)
        return np.ascontiguousarray(np.concatenate(answers, axis=1))
