"""Words read so far as hidden states: what a network without a recurrence has instead of one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Prefixes:
    """A batch of words of any lengths: `tokens` [n, W, D], of which the first `lengths` [n] steps count."""

    tokens: Ints
    lengths: Ints

    @classmethod
    def empty(cls, batch: int, streams: int = 1) -> "Prefixes":
        """So many words without a symbol."""
        return cls(np.zeros((batch, 0, streams), dtype=np.int64), np.zeros(batch, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, rows: Ints) -> "Prefixes":
        lengths = self.lengths[rows]
        return Prefixes(self.tokens[rows, : int(lengths.max(initial=0))], lengths)

    @classmethod
    def concatenate(cls, batches: Sequence["Prefixes"]) -> "Prefixes":
        """All words of the batches, one batch after another."""
        most = max(batch.tokens.shape[1] for batch in batches)
        streams = max(batch.tokens.shape[2] for batch in batches)
        padded = [
            np.pad(one.tokens, ((0, 0), (0, most - one.tokens.shape[1]), (0, streams - one.tokens.shape[2])))
            for one in batches
        ]
        return cls(np.concatenate(padded), np.concatenate([batch.lengths for batch in batches]))

    def followed_by(self, tokens: Ints) -> "Prefixes":
        """Each word with one symbol more, of tokens [n, D]."""
        room = np.zeros((len(self), self.tokens.shape[1] + 1, tokens.shape[1]), dtype=np.int64)
        if self.tokens.shape[1]:
            room[:, :-1] = self.tokens
        room[np.arange(len(self)), self.lengths] = tokens
        return Prefixes(room, self.lengths + 1)

    def by_length(self) -> Iterator[tuple[Ints, Ints]]:
        """For each length that occurs its rows, and their words [n, T, D]."""
        for length in np.unique(self.lengths).tolist():
            rows = np.flatnonzero(self.lengths == length)
            yield rows, self.tokens[rows, :length]
