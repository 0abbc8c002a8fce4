"""A law with real constants: the next value as a weighted sum of inputs, delayed ones, and own values before.

Where one weighted sum is not enough, a threshold may choose between two. The law runs on its own answers: the
values before are those that it gave, not those that were measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netlift.core._compiled import njit

Reals = NDArray[np.float64]
LARGEST = 1e150  # in size; what grows beyond is no answer


class Feature(NamedTuple):
    """Something that is weighted: an input, or an own value, `lag` steps ago; only while the condition holds
    where it is `gated`."""

    own: bool
    stream: int
    lag: int
    gated: bool = False


class Threshold(NamedTuple):
    """`feature > level`."""

    feature: Feature
    level: float


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class AffineLaw:
    """For each output the features and their weights; input 0 is 1 throughout, and its weight the constant.

    `before` [K, L] are own values before the first step, the last one first, `fill` [S] what inputs are taken
    to have been.
    """

    features: tuple[tuple[Feature, ...], ...]
    weights: tuple[tuple[float, ...], ...]
    before: Reals
    fill: Reals
    threshold: Threshold | None = None

    @property
    def terms(self) -> int:
        """How many weights there are."""
        return sum(map(len, self.features))

    @property
    def own_lags(self) -> tuple[int, ...]:
        """For each output how many of its values before are needed."""
        return tuple(self._farthest(own=True, stream=k) for k in range(len(self.features)))

    @property
    def input_lags(self) -> tuple[int, ...]:
        """For each input how many steps back it is needed."""
        return tuple(self._farthest(own=False, stream=s) for s in range(len(self.fill)))

    def _farthest(self, *, own: bool, stream: int) -> int:
        asked = [one for some in self.features for one in some]
        asked += [] if self.threshold is None else [self.threshold.feature]
        return max((one.lag for one in asked if one.own == own and one.stream == stream), default=0)

    def numbers(self) -> Reals:
        """The weights, and those values before the first step that count, in one row."""
        own = [self.before[k, lag] for k, lags in enumerate(self.own_lags) for lag in range(lags)]
        given = [self.fill[s] for s, lags in enumerate(self.input_lags) if lags and s]
        return np.array([one for some in self.weights for one in some] + own + given)

    def with_numbers(self, row: Sequence[float] | Reals) -> "AffineLaw":
        """The law with other numbers, as `numbers` gives them."""
        left = [float(one) for one in row]
        weights = tuple(tuple(left.pop(0) for _ in some) for some in self.features)
        before, fill = self.before.copy(), self.fill.copy()
        for k, lags in enumerate(self.own_lags):
            for lag in range(lags):
                before[k, lag] = left.pop(0)
        for s, lags in enumerate(self.input_lags):
            if lags and s:
                fill[s] = left.pop(0)
        return replace(self, weights=weights, before=before, fill=fill)

    def answers(self, inputs: Reals, lengths: NDArray[np.int64]) -> Reals:
        """What the law answers to inputs [N, T, S], of which the first is 1 throughout: [N, T, K]."""
        flat = [(k, one) for k, some in enumerate(self.features) for one in some]
        codes = np.array(
            [[k, one.own, one.stream, one.lag, one.gated] for k, one in flat], dtype=np.int64
        ).reshape(-1, 5)
        condition = np.full(3, -1, dtype=np.int64)
        if self.threshold is not None:
            condition[:] = self.threshold.feature[:3]
        level = 0.0 if self.threshold is None else self.threshold.level
        weights = np.array([one for some in self.weights for one in some], dtype=np.float64)
        found: Reals = _run(
            inputs, lengths, codes, weights, condition, level, self.before, self.fill, len(self.features)
        )
        return found


@njit(cache=True)
def _run(
    inputs: Reals,
    lengths: NDArray[np.int64],
    codes: NDArray[np.int64],
    weights: Reals,
    condition: NDArray[np.int64],
    level: float,
    before: Reals,
    fill: Reals,
    outputs: int,
) -> Reals:
    count, steps = inputs.shape[:2]
    found = np.zeros((count, steps, outputs))
    for row in range(count):
        for step in range(lengths[row]):
            holds = True
            if condition[0] >= 0:
                back = step - condition[2]
                stream = condition[1]
                if condition[0] == 1:
                    value = found[row, back, stream] if back >= 0 else before[stream, -1 - back]
                else:
                    value = inputs[row, back, stream] if back >= 0 else fill[stream]
                holds = value > level
            for place in range(len(codes)):
                if codes[place, 4] == 1 and not holds:
                    continue
                stream = codes[place, 2]
                back = step - codes[place, 3]
                if codes[place, 1] == 1:
                    value = found[row, back, stream] if back >= 0 else before[stream, -1 - back]
                else:
                    value = inputs[row, back, stream] if back >= 0 else fill[stream]
                found[row, step, codes[place, 0]] += weights[place] * value
            for output in range(outputs):
                if not abs(found[row, step, output]) < LARGEST:
                    found[row, step, output] = LARGEST
    return found


def simplest(value: float, most: int) -> Fraction:
    """The nearest fraction with a denominator of at most `most`."""
    return Fraction(value).limit_denominator(most)
