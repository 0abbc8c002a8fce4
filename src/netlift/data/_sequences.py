"""Sequences of inputs and targets, as every later stage sees them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Sequences:
    """N sequences of D input streams and K output streams, whole numbers throughout.

    Attributes:
        inputs: [N, T, D]; steps at and after a sequence's length are padding (0) and mean nothing.
        targets: [N, T, K], padded likewise.
        lengths: the number of steps of each sequence, [N].
        input_symbols: for each input stream the strings whose places stand in `inputs`; None for a stream of
            numbers.
        target_symbols: the same of the output streams.
        silent: [N, T], True at steps whose target nobody gave; None: every step has one.
        start: [K], what is answered before any input, the label of the empty word; None: nobody gave one.
        clash: which two rows contradict each other, in a sentence; empty where none do, or nobody looked.

    Example:
        >>> from netlift.data import from_arrays
        >>> from_arrays([["a", "b"], ["b"]], [[0, 1], [1]]).lengths.tolist()
        [2, 1]
    """

    inputs: Ints
    targets: Ints
    lengths: Ints
    input_symbols: tuple[tuple[str, ...] | None, ...]
    target_symbols: tuple[tuple[str, ...] | None, ...]
    silent: NDArray[np.bool_] | None = None
    start: Ints | None = None
    clash: str = ""

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def mask(self) -> NDArray[np.bool_]:
        """[N, T]: True where a step is data, False where it is padding."""
        return np.arange(self.inputs.shape[1]) < self.lengths[:, None]

    @property
    def labelled(self) -> NDArray[np.bool_]:
        """[N, T]: True where a step is data and has a target."""
        return self.mask if self.silent is None else self.mask & ~self.silent

    @property
    def filled(self) -> Ints:
        """[N, T, D]: the inputs, the first of all in place of padding, for what takes real symbols alone."""
        return np.where(self.mask[:, :, None], self.inputs, self.inputs[:1, :1])

    def at_end(self) -> "Sequences":
        """The sequences with the target of each last step alone."""
        return replace(self, silent=np.arange(self.inputs.shape[1]) < self.lengths[:, None] - 1)

    def take(self, rows: Ints) -> "Sequences":
        """The sequences with these row numbers, in this order."""
        return Sequences(
            self.inputs[rows],
            self.targets[rows],
            self.lengths[rows],
            self.input_symbols,
            self.target_symbols,
            None if self.silent is None else self.silent[rows],
            self.start,
            self.clash,
        )

    def consistent(self) -> "Sequences":
        """The sequences themselves. Raises InputError where two of them contradict each other."""
        if self.clash:
            raise InputError(self.clash)
        return self

    def distinct(self) -> tuple[Ints, Ints]:
        """The rows where different inputs stand for the first time, and for every row [N] which of them."""
        steps, streams = self.inputs.shape[1:]
        inputs = np.where(self.mask[:, :, None], self.inputs, 0).reshape(len(self), steps * streams)
        return distinct_rows(np.concatenate([self.lengths[:, None], inputs], axis=1))


def distinct_rows(keys: Ints) -> tuple[Ints, Ints]:
    """Where different rows stand for the first time, and for every row which of these has the same.

    Args:
        keys: the rows, [N, W].

    Returns:
        The places [M] in no order that means anything, and for every row [N] which of these has the same.
    """
    mixed = keys @ _odd(keys.shape[1])  # wraps around, as a hash does; far cheaper to sort than rows
    _, first, same_as = np.unique(mixed, return_index=True, return_inverse=True)
    if not np.array_equal(keys[first[same_as]], keys):
        _, first, same_as = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return first, same_as.reshape(-1)


def _odd(count: int) -> Ints:
    """Odd multipliers [count] of a hash, always the same."""
    drawn: Ints = np.random.default_rng(0).integers(2**62, size=count) | 1
    return drawn
