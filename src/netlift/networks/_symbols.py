"""How whole numbers are written as a network's units, and its units read as whole numbers.

The one place that does so: networks of all kinds, trained here or brought along, hold an `InputCoding` and an
`OutputCoding`, or take their places of symbols from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.networks._whole import whole_numbers

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Alphabet = tuple[int, ...]


def symbol_places(values: Ints, alphabets: Sequence[Alphabet]) -> Ints:
    """For each input symbol [..., D] the number of its unit, the streams' units following one another.

    Raises InputError where a value is not in its stream's alphabet.
    """
    if values.shape[-1] != len(alphabets):
        raise InputError(f"there are {values.shape[-1]} input streams; the network has {len(alphabets)}")
    places = np.empty(values.shape, dtype=np.int64)
    start = 0
    for stream, alphabet in enumerate(alphabets):
        symbols, order = _ascending(alphabet)
        column = values[..., stream]
        place = np.searchsorted(symbols, column).clip(max=len(symbols) - 1)
        foreign = symbols[place] != column
        if foreign.any():
            raise InputError(
                f"input stream {stream} holds the symbol {int(column[foreign].flat[0])}, which the network "
                f"has no unit for; its alphabet is {_listed(alphabet)}"
            )
        places[..., stream] = order[place] + start
        start += len(symbols)
    return places


@lru_cache(maxsize=256)
def _ascending(alphabet: Alphabet) -> tuple[Ints, Ints]:
    """An alphabet's symbols in ascending order, and the place of each in the alphabet."""
    symbols = np.array(alphabet, dtype=np.int64)
    order = np.argsort(symbols, kind="stable")
    return symbols[order], order


def _listed(alphabet: Alphabet) -> str:
    shown = ", ".join(map(str, alphabet[:8]))
    return shown if len(alphabet) <= 8 else f"{shown}, ... ({len(alphabet)} symbols)"


@dataclass(frozen=True)
class InputCoding:
    """How D streams of whole numbers become input units.

    "number": one unit a stream, `(value - mean) / scale`. "one-hot": one unit a symbol, the streams' units
    following one another, in the order of `alphabets`.
    """

    kind: Literal["number", "one-hot"]
    alphabets: tuple[Alphabet, ...] | None = None
    mean: tuple[float, ...] = (0.0,)
    scale: tuple[float, ...] = (1.0,)

    @property
    def units(self) -> int:
        """The number of input units."""
        return len(self.mean) if self.alphabets is None else sum(map(len, self.alphabets))

    def encode(self, inputs: Ints) -> Floats:
        """Input units [..., D'] of inputs [..., D]. Raises InputError on a symbol that has none."""
        if self.alphabets is None:
            numbers: Floats = (inputs - np.array(self.mean)) / np.array(self.scale)
            return numbers
        places = symbol_places(inputs, self.alphabets)
        flat = places.reshape(-1, places.shape[-1])
        units = np.zeros((len(flat), self.units))
        units[np.arange(len(flat))[:, None], flat] = 1.0
        return units.reshape(*inputs.shape[:-1], self.units)


@dataclass(frozen=True)
class OutputCoding:
    """How output units become K streams of whole numbers.

    "classes": the best of each stream's scores, which follow one another in the order of `classes`.
    "number": the whole number nearest to `unit * scale + mean`. "threshold": the second of the stream's two
    `classes` where its unit lies above `at`, else the first.
    """

    kind: Literal["classes", "number", "threshold"]
    classes: tuple[Alphabet, ...] | None = None
    at: float = 0.0
    mean: tuple[float, ...] = (0.0,)
    scale: tuple[float, ...] = (1.0,)

    def streams(self, units: int) -> int:
        """The number K of output streams that so many units make."""
        return len(self.classes) if self.kind == "classes" and self.classes is not None else units

    def decode(self, units: Floats) -> Ints:
        """Outputs [..., K] of output units [..., K']."""
        if self.kind == "number" or self.classes is None:
            return whole_numbers(self._numbers(units))
        chosen, start = [], 0
        for stream, symbols in enumerate(self.classes):
            names = np.array(symbols, dtype=np.int64)
            if self.kind == "threshold":
                chosen.append(names[(units[..., stream] > self.at).astype(np.int64)])
            else:
                chosen.append(names[units[..., start : start + len(symbols)].argmax(axis=-1)])
                start += len(symbols)
        return np.stack(chosen, axis=-1)

    def margin(self, units: Floats) -> Floats:
        """How far each output [..., K] is from another answer.

        For classes the best score's lead over the next, for a threshold the distance to it, in output units;
        for numbers the distance to the nearest half, in whole numbers.
        """
        if self.kind == "threshold":
            return np.abs(units - self.at)
        if self.kind == "number" or self.classes is None:
            numbers = self._numbers(units)
            margins: Floats = 0.5 - np.abs(numbers - np.rint(numbers))
            return margins
        leads, start = [], 0
        for symbols in self.classes:
            ranked = np.sort(units[..., start : start + len(symbols)], axis=-1)
            none = np.full(units.shape[:-1], np.inf)
            leads.append(ranked[..., -1] - ranked[..., -2] if len(symbols) > 1 else none)
            start += len(symbols)
        return np.stack(leads, axis=-1)

    def _numbers(self, units: Floats) -> Floats:
        numbers: Floats = units * np.array(self.scale) + np.array(self.mean)
        return numbers
