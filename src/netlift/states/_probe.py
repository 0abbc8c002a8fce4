"""Ask a network about hidden vectors: what it answers on a set of suffixes, many at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import spend
from netlift.networks._protocol import Network, word_by_word
from netlift.networks._states import State, joined, repeated, rows_of, take

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

    def start(self) -> State:
        """The first hidden state, a batch of one."""
        return self.network.initial_state(1)

    def step(self, hidden: State, symbols: Ints) -> State:
        """M hidden states after one more symbol each, [M]. Raises BudgetError, OutOfTimeError."""
        spend(len(symbols))
        self.left -= len(symbols)
        if self.left < 0:
            raise BudgetError
        if len(symbols) <= _ROWS:
            return self.network.next_state(hidden, self.alphabet[symbols])
        chunks = [np.arange(i, min(i + _ROWS, len(symbols))) for i in range(0, len(symbols), _ROWS)]
        return joined(
            [self.network.next_state(take(hidden, rows), self.alphabet[symbols[rows]]) for rows in chunks]
        )

    def output(self, hidden: State) -> Ints:
        """Outputs [M, K] of M hidden states."""
        return np.asarray(self.network.output(hidden), dtype=np.int64)

    def successors(self, hidden: State) -> State:
        """Hidden states after each symbol from each of M, M * A of them; the symbol runs fastest."""
        every = np.tile(np.arange(self.symbols), rows_of(hidden))
        return self.step(repeated(hidden, self.symbols), every)

    def run(self, words: Ints) -> Ints:
        """Outputs [N, T, K] on words [N, T]."""
        hidden = repeated(self.start(), len(words))
        outputs = []
        for step in range(words.shape[1]):
            hidden = self.step(hidden, words[:, step])
            outputs.append(self.output(hidden))
        return np.stack(outputs, axis=1)

    def visit(self, words: Ints) -> tuple[State, Ints]:
        """Hidden states on words [N, T], the first one included, and outputs [N, T, K].

        The states are one batch of N * (T + 1), word after word.
        """
        hidden = repeated(self.start(), len(words))
        states, outputs = [hidden], []
        for step in range(words.shape[1]):
            hidden = self.step(hidden, words[:, step])
            states.append(hidden)
            outputs.append(self.output(hidden))
        return word_by_word(states, len(words)), np.stack(outputs, axis=1)

    def signatures(self, hidden: State, suffixes: Suffixes, room: int) -> Ints:
        """What the network answers from M hidden states on the suffixes of length <= room.

        [M, S * K]: the output after each suffix, shortest suffixes first. (The output after a
        suffix's own prefixes is there too, the set being prefix-closed.)
        """
        levels = suffixes.levels[: max(room, 0)]
        widest = max((len(symbols) for _, symbols in levels), default=1)
        count, chunk = rows_of(hidden), max(1, _ROWS // widest)
        if count <= chunk:
            return self._signatures(hidden, levels)
        parts = [np.arange(i, min(i + chunk, count)) for i in range(0, count, chunk)]
        return np.concatenate([self._signatures(take(hidden, rows), levels) for rows in parts])

    def _signatures(self, hidden: State, levels: tuple[tuple[Ints, Ints], ...]) -> Ints:
        rows = rows_of(hidden)
        now, width = hidden, 1  # `width` states for each of the rows, one after another
        answers = []
        for parents, symbols in levels:
            chosen = (np.arange(rows)[:, None] * width + parents).reshape(-1)
            now, width = self.step(take(now, chosen), np.tile(symbols, rows)), len(symbols)
            answers.append(self.output(now).reshape(rows, -1))
        return np.ascontiguousarray(np.concatenate(answers, axis=1))
