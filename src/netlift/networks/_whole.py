"""Output units read as whole numbers."""

import numpy as np
from numpy.typing import NDArray

LARGEST = float(2**62)  # sums of two such numbers stay within 64 bits


def whole_numbers(units: NDArray[np.float64]) -> NDArray[np.int64]:
    """The nearest whole numbers; for what is beyond all that are counted with, the last of them.

    Such an answer, or that to NaN, is a wrong one, no more.
    """
    near = np.rint(units)
    far = ~(np.abs(near) <= LARGEST)
    if far.any():
        near = np.clip(np.nan_to_num(near, nan=-LARGEST, posinf=LARGEST, neginf=-LARGEST), -LARGEST, LARGEST)
    whole: NDArray[np.int64] = near.astype(np.int64)
    return whole
