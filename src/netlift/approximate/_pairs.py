"""What is known of how a network goes on: places in words, what came there, and rows before and after."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.approximate._rows import Answers, Rows, drawn_suffixes, hidden_after
from netlift.core._clock import time_left
from netlift.networks import longest
from netlift.states._probe import Probe, Suffixes, Word

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EACH, FEWEST, MOST = 250, 2_000, 8_000  # places looked at for each symbol, and all of them together
TRIED, LEAST = 32, 300  # places that tell what one costs, and those that are looked at in any case
SUFFIXES = 40
ANY = 0.2  # share of the places where any symbol follows, not the word's own


@dataclass(frozen=True)
class Pairs:
    """Places in words: the `words` before [M], the symbol that follows [M], and rows [M, S] around it.

    `first` [S] is the row before any symbol; `said` [M] the number of the answer after the symbol.
    """

    rows: Rows
    words: Sequence[Word]
    symbols: Ints
    before: Floats
    after: Floats
    first: Floats
    said: Ints

    @classmethod
    def of(cls, probe: Probe, words: Sequence[Word], answers: Answers, rng: np.random.Generator) -> "Pairs":
        """Places drawn in words of symbol numbers. Raises BudgetError, OutOfTimeError.

        Cost: some 40 steps of the network for the two hidden states at each of up to 8,000 places.
        """
        suffixes = drawn_suffixes(words, probe.symbols, SUFFIXES, rng)
        most = longest(probe.network)
        room = None if most is None else most - suffixes.depth - 1
        chosen: list[Word] = []
        following: list[int] = []
        for _ in range(_affordable(probe, words, suffixes, int(np.clip(EACH * probe.symbols, FEWEST, MOST)))):
            word = words[int(rng.integers(len(words)))]
            place = int(rng.integers(len(word)))
            place = place if room is None else min(place, max(0, room))
            chosen.append(word[:place])
            drawn = int(rng.integers(probe.symbols))
            following.append(drawn if rng.random() < ANY else word[place])
        symbols = np.array(following, dtype=np.int64)
        rows = Rows(probe, suffixes, answers)
        hidden = hidden_after(probe, chosen)
        said, margins = rows.of(hidden)
        told, sure = rows.of(probe.step(hidden, symbols))
        began, beginning = rows.of(probe.start())
        rows = replace(rows, scale=2.0 * float(np.median(margins)) or 1.0)
        return cls(
            rows,
            chosen,
            symbols,
            rows.columns(said, margins),
            rows.columns(told, sure),
            rows.columns(began, beginning)[0],
            told[:, 0],
        )


def _affordable(probe: Probe, words: Sequence[Word], suffixes: Suffixes, most: int) -> int:
    """How many places can be looked at in half of the time that is left, as trying a few shows."""
    left = time_left()
    if math.isinf(left):
        return most
    rows = Rows(probe, suffixes, Answers(np.zeros((1, 1), dtype=np.int64)))
    began = time.monotonic()
    rows.of(hidden_after(probe, [word[: len(word) // 2] for word in words[:TRIED]]))
    each = (time.monotonic() - began) / min(TRIED, len(words))
    return int(min(most, max(LEAST, left / 2.0 / (2.0 * each))))
