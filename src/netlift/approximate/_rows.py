"""Hidden states as rows of numbers: how sure the network answers what, after each of some suffixes.

Two hidden states with near rows go on alike. What the network is like inside plays no part, so that any
network has rows; these are the rows of the Hankel matrix of what it answers, as spectral learning has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.networks import State as Hidden
from netlift.networks import graded_output, joined, rows_of, take
from netlift.states._probe import Probe, Suffixes, Word

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_ANSWERS = 16  # different ones, each of which has columns of its own
BEYOND = 2.0  # times the median margin: about there, surer answers are told apart no more
CHUNK = 1 << 15  # hidden states that the suffixes are asked from at once


@dataclass(frozen=True)
class Answers:
    """The answers [C, K] that the network gives, by number."""

    rows: Ints

    @classmethod
    def of(cls, outputs: Ints) -> "Answers | None":
        """Those among outputs [..., K]; None where they are too many, or one alone."""
        found = np.unique(outputs.reshape(-1, outputs.shape[-1]), axis=0)
        return cls(found) if len(found) <= MOST_ANSWERS else None

    def numbers(self, outputs: Ints) -> Ints:
        """The number of each output [..., K]; 0 for one that is not among them."""
        alike = (outputs[..., None, :] == self.rows).all(axis=-1)
        found: Ints = alike.argmax(axis=-1)
        return found


@dataclass(frozen=True)
class Rows:
    """What is asked after a hidden state: the suffixes, the empty one first.

    `scale` is the margin from which on answers count as sure.
    """

    probe: Probe
    suffixes: Suffixes
    answers: Answers
    scale: float = 1.0

    @property
    def width(self) -> int:
        """Columns for each suffix: one of two answers, else one of each answer."""
        return 1 if len(self.answers.rows) <= 2 else len(self.answers.rows)

    def of(self, hidden: Hidden) -> tuple[Ints, Floats]:
        """The numbers of the answers [n, S] and their margins."""
        count = rows_of(hidden)
        chunk = max(1, CHUNK // max(1, len(self.suffixes.words)))
        parts = [
            self._asked(take(hidden, np.arange(first, min(first + chunk, count))))
            for first in range(0, count, chunk)
        ]
        said, margins = zip(*parts, strict=True)
        return np.concatenate(said), np.concatenate(margins)

    def columns(self, said: Ints, margins: Floats) -> Floats:
        """Answers and margins [n, S] as rows of numbers [n, S * width] between -1 and 1."""
        sure = np.tanh(margins / self.scale)
        if self.width == 1:
            return np.where(said == 1, sure, -sure)
        each = (said[:, :, None] == np.arange(self.width)) * sure[:, :, None]
        return np.asarray(each.reshape(len(said), -1), dtype=np.float64)

    def _asked(self, hidden: Hidden) -> tuple[Ints, Floats]:
        count = rows_of(hidden)
        said, margins = map(list, zip(self._answer(hidden), strict=True))
        now, width = hidden, 1
        for parents, symbols in self.suffixes.levels:
            chosen = (np.arange(count)[:, None] * width + parents).reshape(-1)
            now, width = self.probe.step(take(now, chosen), np.tile(symbols, count)), len(symbols)
            number, sure = self._answer(now)
            said.append(number.reshape(count, width))
            margins.append(sure.reshape(count, width))
        return np.concatenate(said, axis=1), np.concatenate(margins, axis=1)

    def _answer(self, hidden: Hidden) -> tuple[Ints, Floats]:
        """The number of the answer [n, 1], and how sure it is; 1 where the network does not tell."""
        outputs, sure = graded_output(self.probe.network, hidden)
        return self.answers.numbers(outputs)[:, None], sure.min(axis=1)[:, None]


def hidden_after(probe: Probe, words: Sequence[Word]) -> Hidden:
    """The hidden states after words of any lengths, in their order."""
    lengths = np.array([len(word) for word in words])
    hidden, rows = probe.start(), np.arange(len(words))
    hidden = take(hidden, np.zeros(len(words), dtype=np.int64))
    parts: list[Hidden] = []
    order: list[Ints] = []
    for step in range(int(lengths.max(initial=0)) + 1):
        ended = np.flatnonzero(lengths[rows] == step)
        if len(ended):
            parts.append(take(hidden, ended))
            order.append(rows[ended])
        going = np.flatnonzero(lengths[rows] > step)
        if not len(going):
            break
        hidden, rows = take(hidden, going), rows[going]
        hidden = probe.step(hidden, np.array([words[row][step] for row in rows.tolist()]))
    back = np.empty(len(words), dtype=np.int64)
    back[np.concatenate(order)] = np.arange(len(words))
    return take(joined(parts), back)


def drawn_suffixes(words: Sequence[Word], symbols: int, count: int, rng: np.random.Generator) -> Suffixes:
    """About `count` suffixes: the single symbols, as far as they fit, and pieces of words."""
    found: set[Word] = {(int(symbol),) for symbol in rng.permutation(symbols)[: count // 2]}
    for _ in range(20 * count):
        if len(found) >= count:
            break
        word = words[int(rng.integers(len(words)))]
        length = int(rng.integers(1, LONGEST_SUFFIX + 1))
        if len(word) >= length:
            first = int(rng.integers(len(word) - length + 1))
            piece = word[first : first + length]
            found |= {piece[:end] for end in range(1, length + 1)}
    return Suffixes.of(found)


LONGEST_SUFFIX = 5
