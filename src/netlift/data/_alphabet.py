"""What inputs look like where there are no examples, and sequences that are drawn from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._arguments import checked_count
from netlift.core._errors import InputError, shown
from netlift.core._streams import random_stream
from netlift.data._arrays import from_arrays
from netlift.data._sequences import Sequences
from netlift.data._symbols import alphabets

Ints = NDArray[np.int64]
Symbol = int | str

DRAWN = 1_000  # words that are drawn, enough to show what inputs look like
MOST_SYMBOLS = 1_024  # more distinct numbers of a stream are a range, not an alphabet
LARGEST = 2**53  # up to which a network in double precision can tell whole numbers apart
LONGEST = 10_000  # steps of inputs that are drawn


@dataclass(frozen=True)
class Alphabet:
    """What inputs look like, where there are no examples: inputs are drawn evenly from it.

    Attributes:
        streams: for each input stream its symbols: numbers, a range, or strings.
        length: the number of steps of a drawn sequence.

    Example:
        >>> import netlift
        >>> netlift.Alphabet((range(10), ["a", "b"]), length=20).length
        20
    """

    streams: tuple[Sequence[Symbol], ...]
    length: int

    def __post_init__(self) -> None:
        if checked_count("length", self.length) > LONGEST:
            raise InputError(f"length is {shown(self.length)}; expected {LONGEST:,} at most")
        if not isinstance(self.streams, list | tuple):
            found = f"streams is of type {type(self.streams).__name__}"
            raise InputError(f"an alphabet's {found}; expected a tuple with the symbols of each stream")
        for stream in self.streams:
            if not isinstance(stream, str) and not is_listed(stream):
                found = shown(stream)
                raise InputError(f"an alphabet has {found}; expected the symbols of a stream, as (0, 1)")
            ends = (stream.start, stream.stop) if isinstance(stream, range) else stream
            for symbol in ends:
                if not isinstance(symbol, str | int | np.integer) or isinstance(symbol, bool):
                    raise InputError(f"an alphabet holds {shown(symbol)}; expected whole numbers or strings")
                if not isinstance(symbol, str) and abs(symbol) > LARGEST:
                    raise InputError(
                        f"an alphabet holds the number {shown(symbol)}; expected none beyond 2^53"
                    )
        if not self.streams or not all(len(stream) for stream in self.streams):
            raise InputError("an alphabet has no symbols; expected at least one in each stream")

    def examples(self, count: int, rng: np.random.Generator) -> list[list[tuple[Symbol, ...]]]:
        """Draw sequences of inputs.

        Args:
            count: how many.
            rng: the generator that they are drawn with.

        Returns:
            `count` sequences of `length` steps, each a tuple with the symbol of every stream.
        """
        rows = [
            [
                [stream[int(place)] for place in rng.integers(len(stream), size=self.length)]
                for stream in self.streams
            ]
            for _ in range(count)
        ]
        return [list(zip(*row, strict=True)) for row in rows]


def drawn_examples(alphabet: Alphabet, seed: int) -> Sequences:
    """Sequences over an alphabet, without targets."""
    rows = alphabet.examples(DRAWN, random_stream(seed, "examples of an alphabet"))
    return from_arrays(rows, [[0] * len(row) for row in rows])


def drawn_like(examples: Sequences, count: int, length: int, rng: np.random.Generator) -> Sequences:
    """Inputs drawn evenly from the symbols of each stream, or from the range of its many numbers."""
    columns = [
        rng.choice(symbols, size=(count, length))
        if len(symbols) <= MOST_SYMBOLS
        else rng.integers(symbols[0], symbols[-1] + 1, size=(count, length))
        for symbols in alphabets(examples)
    ]
    inputs = np.stack(columns, axis=2)
    lengths = np.full(count, length, dtype=np.int64)
    targets = np.zeros((count, length, 1), dtype=np.int64)
    return Sequences(inputs, targets, lengths, examples.input_symbols, (None,))


def joined_inputs(one: Sequences, other: Sequences) -> Sequences:
    """The inputs of both, one after the other, without targets."""
    steps = max(one.inputs.shape[1], other.inputs.shape[1])
    inputs = [
        np.pad(part.inputs, ((0, 0), (0, steps - part.inputs.shape[1]), (0, 0))) for part in (one, other)
    ]
    return Sequences(
        np.concatenate(inputs),
        np.zeros((len(one) + len(other), steps, 1), dtype=np.int64),
        np.concatenate([one.lengths, other.lengths]),
        one.input_symbols,
        (None,),
    )


def is_listed(value: Any) -> bool:
    """Whether a value lists things, as a list, a tuple, a range or an array does."""
    return isinstance(value, list | tuple | range | np.ndarray)


def no_targets(inputs: Any) -> Any:
    """Targets of 0 for inputs that come without."""
    if isinstance(inputs, np.ndarray):
        return np.zeros(inputs.shape[:2], dtype=np.int64)
    if not isinstance(inputs, list | tuple) or not all(hasattr(row, "__len__") for row in inputs):
        return inputs  # from_arrays says what is wrong
    return [[0] * len(row) for row in inputs]
