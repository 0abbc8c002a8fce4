"""Up to which length a linear network with whole weights computes without rounding in double precision.

Every operation on whole numbers is exact while no number, and no sum of absolute terms, reaches 2**53. Here
a row of the evaluation is followed backwards: what one unit holds after k steps is a sum over the lags of
what each input pushes into it. netlift's prover follows the columns forwards; the two share no code.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from netlift.checker._values import need

LIMIT = 2**53
FOLLOWED = 4_096  # steps that are followed one by one; beyond, sums of absolute values are
MOST_UNITS = 512
_MOST_LENGTH = 2**62
_MOST_WORK = 30_000_000

Row = list[int]


class Evaluation:
    """The whole weights of a linear network, and for each input unit the least and greatest it can be.

    `streams` has for each stream the pushes of its symbols: lists [F] of what the input units are.
    """

    def __init__(self, weights: Mapping[str, Any], streams: Sequence[Sequence[Row]]) -> None:
        self.matrix = [list(map(int, row)) for row in weights["transition"]]
        self.drive = [list(map(int, row)) for row in weights["drive"]]
        self.bias, self.first = list(map(int, weights["bias"])), list(map(int, weights["initial"]))
        self.readout = [list(map(int, row)) for row in weights["readout"]]
        self.offset = list(map(int, weights["offset"]))
        self.streams = streams
        need(len(self.bias) <= MOST_UNITS, f"rounding: more than {MOST_UNITS} units")
        # each symbol is one input unit that is not 0, so that these are sums of absolute terms
        self.entering = [
            sum(max(abs(_dot(row, units)) for units in symbols) for symbols in streams) for row in self.drive
        ]

    def one_step_fits(self, held: Row) -> bool:
        """Whether a step from units of at most these absolute values stays below the limit throughout."""
        after = [
            _absolute(row, held) + enters + abs(bias)
            for row, enters, bias in zip(self.matrix, self.entering, self.bias, strict=True)
        ]
        most = [max(pair) for pair in zip(held, after, strict=True)]
        said = [_absolute(row, most) + abs(add) for row, add in zip(self.readout, self.offset, strict=True)]
        return max([0, *held, *after, *said]) < LIMIT

    def fits(self, length: int | None) -> bool:
        """Whether all words of up to `length` steps, or of any length (None), are computed exactly."""
        if not self.bias:
            return self.one_step_fits([])
        if length is None or length <= FOLLOWED:
            # what ends, ends within as many steps as there are units (Cayley and Hamilton)
            return self._followed(len(self.bias) + 2 if length is None else length, length is None)
        return length <= _MOST_LENGTH and self.one_step_fits(self._grown(length - 1))

    def _followed(self, steps: int, for_ever: bool) -> bool:
        """Whether each of so many steps fits, from the least and greatest value of each unit.

        `for_ever`: the steps must come to where every later one repeats them: no input is remembered any
        longer, and without inputs nothing changes.
        """
        size = len(self.bias)
        turned, pushes = _sparse(self.matrix), _sparse(self.drive)
        work = steps * size * sum(map(len, (*turned, *pushes)))
        need(work <= _MOST_WORK, "rounding: too many steps of too many units to follow")
        held = [abs(value) for value in self.first]
        rows = [[int(i == j) for j in range(size)] for i in range(size)]
        alone, low, high = self.first, [0] * size, [0] * size
        for _ in range(steps):
            if not self.one_step_fits(held):
                return False
            pushed = [_times(row, pushes) for row in rows]
            after = [_dot(row, alone) + bias for row, bias in zip(self.matrix, self.bias, strict=True)]
            if for_ever and after == alone and not any(map(any, pushed)):
                return True
            for unit, push in enumerate(pushed):
                for symbols in self.streams:
                    worth = [_dot(push, units) for units in symbols]
                    low[unit] += min(worth)
                    high[unit] += max(worth)
            alone = after
            held = [
                max(most, abs(own + least), abs(own + greatest))
                for most, own, least, greatest in zip(held, alone, low, high, strict=True)
            ]
            rows = [_times(row, turned) for row in rows]
        return not for_ever

    def _grown(self, steps: int) -> Row:
        """Bounds on all states within so many steps, from absolute values alone, cut off at the limit."""
        size = len(self.bias)
        once = [
            [*map(abs, row), enters + abs(bias)]
            for row, enters, bias in zip(self.matrix, self.entering, self.bias, strict=True)
        ]
        # with the largest first state pushed in at every step too, values never fall as steps go on
        for row, first in zip(once, self.first, strict=True):
            row[size] += abs(first)
        factor = [*once, [0] * size + [1]]
        vector = [*(abs(value) for value in self.first), 1]
        while steps:
            if steps & 1:
                vector = [min(_dot(row, vector), 2 * LIMIT) for row in factor]
            columns = list(zip(*factor, strict=True))
            factor = [[min(_dot(row, column), 2 * LIMIT) for column in columns] for row in factor]
            steps >>= 1
        return vector[:size]


def _dot(row: Sequence[int], other: Sequence[int]) -> int:
    return sum(a * b for a, b in zip(row, other, strict=True))


def _sparse(matrix: Sequence[Row]) -> list[list[tuple[int, int]]]:
    """For each column the rows in which it is not 0, and what stands there."""
    columns = zip(*matrix, strict=True)
    return [[(row, weight) for row, weight in enumerate(column) if weight] for column in columns]


def _times(row: Row, columns: Sequence[Sequence[tuple[int, int]]]) -> Row:
    return [sum(row[place] * weight for place, weight in column) for column in columns]


def _absolute(row: Sequence[int], held: Sequence[int]) -> int:
    return sum(abs(a) * b for a, b in zip(row, held, strict=True))
