"""Re-checks that a network answers as a machine or a recurrence on all words up to a length.

Nothing of the learner is imported: numpy and the standard library only.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.checker._forms import Cloud, Form, advanced, answers
from netlift.checker._json import written
from netlift.checker._objects import FAILED, Runner, encoded
from netlift.checker._values import need, whole_numbers

Array = NDArray[Any]

_MOST_SETS = 300_000  # beyond it the sets that belong to one state are merged
_LIGHT = 64  # squared hidden units up to which that holds; beyond, it falls in proportion
_MOST_WORK = 60_000_000  # sets times symbols, over all levels
_LEAST = 1_000  # that every level counts for, so that there are not too many
_PIECE = 20_000


class _Table:
    """The states of a system that words lead to, numbered as they are met."""

    def __init__(self, facts: Mapping[str, Any], alphabet: list[list[int]], outputs: int) -> None:
        kind = facts["kind"]
        need(kind in ("machine", "recurrence"), "system: it is neither a machine nor a recurrence")
        self._runner = Runner(facts, None if kind == "machine" else [name for name, _ in facts["initial"]])
        self._alphabet, self._outputs = alphabet, outputs
        self._states = [self._runner.start()]
        self._numbers = {self._key(self._states[0]): 0}
        self.next: list[list[int]] = []
        self.said: list[list[list[int]]] = []

    def grow(self) -> None:
        """One step from all states that were met."""
        for state in self._states[len(self.next) :]:
            row, emitted = [], []
            for symbol in self._alphabet:
                after, said = self._runner.step(state, symbol)
                need(said != FAILED and len(said) == 1, "system: it does not answer each symbol once")
                answer = list(said[0]) if isinstance(said[0], tuple) else [said[0]]
                whole = len(answer) == self._outputs and all(isinstance(one, int) for one in answer)
                need(whole, "system: an answer does not fit the network")
                key = self._key(after)
                if key not in self._numbers:
                    self._numbers[key] = len(self._states)
                    self._states.append(after)
                row.append(self._numbers[key])
                emitted.append([int(one) for one in answer])
            self.next.append(row)
            self.said.append(emitted)

    @staticmethod
    def _key(state: Any) -> str:
        return written(encoded(state))


def check_levels(certificate: Any, weights: dict[str, Array]) -> None:
    """Raises Refused at the first step that fails."""
    form = Form(certificate["network"], weights)
    alphabet = whole_numbers(certificate["alphabet"], 2, "symbols")
    need(alphabet.shape[1] == len(form.mean), "alphabet: it does not fit the network")
    need(len({tuple(row) for row in alphabet.tolist()}) == len(alphabet), "alphabet: a symbol stands twice")
    length = certificate["length"]
    need(type(length) is int and length >= 1, "form: the length is no positive number")
    table = _Table(certificate["system"], alphabet.tolist(), len(form.out_mean))
    units = form.units(alphabet)
    centres, radii = weights["initial"][None], np.zeros((1, form.hidden))
    states = np.zeros(1, dtype=np.int64)
    heavier = max(1, form.hidden**2 // _LIGHT)
    work = 0
    for level in range(1, length + 1):
        table.grow()
        turn, said = np.array(table.next), np.array(table.said)
        work += max(_LEAST, len(states) * len(units))
        need(work <= _MOST_WORK, f"level {level}: too large to check")
        found: list[tuple[Array, Array, Array]] = []
        for place in range(len(units)):
            for part in _parts(len(states), max(1, _PIECE // heavier)):
                own = states[part]
                boxes = Cloud(centres[part], radii[part, :, None] * np.eye(form.hidden), 0.0 * radii[part])
                reached = advanced(form, units[place][None], boxes)
                good = answers(form, reached, said[own, place])
                word = f"one of {level} symbols that ends with symbol {place}"
                need(good.all(), f"level {level}: the answer may be another on a word, {word}")
                found.append((reached.middle, reached.radius(), turn[own, place]))
        centres, radii, states = (np.concatenate(part) for part in zip(*found, strict=True))
        if len(states) > _MOST_SETS // heavier:
            centres, radii, states = _merged(centres, radii, states)


def _parts(count: int, piece: int) -> Iterator[slice]:
    for start in range(0, count, piece):
        yield slice(start, min(start + piece, count))


def _merged(centres: Array, radii: Array, states: Array) -> tuple[Array, Array, Array]:
    """One box for each state, around all its boxes."""
    kept, groups = np.unique(states, return_inverse=True)
    low = np.full((len(kept), centres.shape[1]), np.inf)
    high = -low
    np.minimum.at(low, groups.reshape(-1), centres - radii)
    np.maximum.at(high, groups.reshape(-1), centres + radii)
    middle = 0.5 * (low + high)
    reach = np.maximum(high - middle, middle - low) + 1e-15 * (np.abs(low) + np.abs(high)) + 1e-290
    return middle, reach, kept
