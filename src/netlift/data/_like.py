"""Words like a user's: a chain of symbols that remembers the last few, and lengths as they come."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.data._sequences import Sequences

Ints = NDArray[np.int64]

MEMORY = 2  # symbols before, by which the next is drawn
EDITED = 0.02  # share of the symbols that are drawn evenly instead, so that the rest is met as well


def words_like(examples: Sequences, count: int, rng: np.random.Generator) -> Sequences:
    """`count` words drawn as the examples are: symbol after symbol by the two before, as long as one of them.

    Of examples that were drawn evenly they are drawn nearly evenly, too. Where the examples end after two
    symbols, and for one symbol in fifty, any symbol that occurs follows. Targets are 0.
    """
    symbols, places = np.unique(examples.inputs[examples.mask], axis=0, return_inverse=True)
    ends = np.cumsum(examples.lengths)
    numbers = np.asarray(places).reshape(-1).tolist()
    following: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for row, end in enumerate(ends.tolist()):
        word = numbers[end - int(examples.lengths[row]) : end]
        before: tuple[int, ...] = (-1,) * MEMORY
        for symbol in word:
            following[before].append(symbol)
            before = (*before[1:], symbol)
    lengths = examples.lengths[rng.integers(len(examples), size=count)]
    steps = examples.inputs.shape[1]
    drawn, evenly = rng.random((count, steps)), rng.random((count, steps)) < EDITED
    any_symbol = rng.integers(len(symbols), size=(count, steps))
    words = np.zeros((count, steps), dtype=np.int64)
    for row, length in enumerate(lengths.tolist()):
        checkpoint()
        before = (-1,) * MEMORY
        for step in range(length):
            seen = following.get(before)
            if seen is None or evenly[row, step]:
                symbol = int(any_symbol[row, step])
            else:
                symbol = seen[int(drawn[row, step] * len(seen))]
            words[row, step] = symbol
            before = (*before[1:], symbol)
    inside = np.arange(steps) < lengths[:, None]
    inputs = np.where(inside[:, :, None], symbols[words], 0)
    targets = np.zeros((count, steps, 1), dtype=np.int64)
    return Sequences(inputs, targets, lengths, examples.input_symbols, (None,))
