"""A network's step for the scripts of a page: what is typed goes its own way through the hidden space."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.networks import first_state, step_in, widths

MOST_NUMBERS = 60_000  # that a page carries of a network: 0.6 MB of the 3 that it may have


def passage_content(network: Any, streams: int) -> dict[str, Any] | None:
    """A network as operations that a script goes through, one input after the other.

    Args:
        network: what the hidden states are of.
        streams: how many inputs a step of the program takes.

    Returns:
        The state before the first input ("first"), the "code", and which of its values are the next state and
        the answer. Value 0 of the code is the hidden state, value 1 the input, and each operation makes one
        more: its name, and the numbers of the values that it takes. None where the network's weights are not
        known, are too many, or where it takes other inputs than the program.

    Cost:
        A walk over the network's weights.
    """
    steps = _Steps()
    try:
        if widths(network)[0] != streams:
            return None
        following, answer = step_in(network, steps, 0, 1)
        first = first_state(network)
    except InputError:
        return None
    if steps.numbers > MOST_NUMBERS:
        return None
    return {"first": first.tolist(), "code": steps.code, "next": following, "answer": answer}


class _Steps:
    """`Operations` as a list; a value is its number."""

    def __init__(self) -> None:
        self.code: list[list[Any]] = []
        self.numbers = 0
        self._kept: dict[str, int] = {}

    def _value(self, *operation: Any) -> int:
        self.code.append(list(operation))
        return len(self.code) + 1

    def constant(self, name: str, array: NDArray[Any]) -> int:
        """Numbers as the bytes of doubles, the least significant first: a page reads no texts as fast."""
        if name not in self._kept:
            array = np.atleast_1d(array)
            self.numbers += array.size
            if self.numbers > MOST_NUMBERS:  # told at the end: nothing is written then
                return self._value("constant", 0, "")
            held = b64encode(np.ascontiguousarray(array, dtype="<f8").tobytes()).decode()
            self._kept[name] = self._value("constant", array.shape[-1], held)
        return self._kept[name]

    def product(self, one: int, other: int) -> int:
        return self._value("product", one, other)

    def added(self, one: int, other: int) -> int:
        return self._value("added", one, other)

    def subtracted(self, one: int, other: int) -> int:
        return self._value("subtracted", one, other)

    def scaled(self, one: int, other: int) -> int:
        return self._value("scaled", one, other)

    def divided(self, one: int, other: int) -> int:
        return self._value("divided", one, other)

    def activated(self, name: str, units: int) -> int:
        return self._value(name, units)

    def columns(self, units: int, start: int, stop: int) -> int:
        return self._value("columns", units, start, stop)

    def beside(self, parts: Sequence[int]) -> int:
        return self._value("beside", list(parts))

    def as_numbers(self, whole: int) -> int:
        return whole

    def rounded(self, numbers: int, most: float) -> int:
        return self._value("rounded", numbers, most)

    def best(self, scores: int) -> int:
        return self._value("best", scores)

    def above(self, units: int, at: float) -> int:
        return self._value("above", units, at)

    def row(self, table: int, places: int) -> int:
        return self._value("row", table, places)

    def place(self, alphabet: tuple[int, ...], name: str, column: int) -> int:
        return self._value("place", list(alphabet), column)
