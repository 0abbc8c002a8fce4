"""Quantisation: weights that are nearly whole, or nearly small fractions, made so."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CLOSE = 1e-3  # distance to a whole number, or to a fraction, that is taken for rounding
_DENOMINATORS = (1, 2, 3, 4, 5, 6, 8)


def quantised(weights: Mapping[str, Floats]) -> tuple[dict[str, Floats], float]:
    """Weights, each rounded to the nearest fraction of the smallest denominator within `CLOSE`.

    Those that are near none stay. The second answer is the largest distance that one was moved.
    """
    moved = 0.0
    found = {}
    for name, array in weights.items():
        rounded, open_ = np.array(array, dtype=np.float64), np.ones(np.shape(array), dtype=bool)
        for denominator in _DENOMINATORS:
            fraction = np.rint(array * denominator) / denominator
            near = open_ & (np.abs(fraction - array) <= CLOSE)
            rounded = np.where(near, fraction, rounded)
            open_ &= ~near
        moved = max(moved, float(np.abs(rounded - array).max(initial=0.0)))
        found[name] = rounded + 0.0  # no negative zeros
    return found, moved
