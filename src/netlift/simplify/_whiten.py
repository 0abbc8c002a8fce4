"""Whitening: visited states with mean zero and unit covariance, in as few coordinates as they need."""

import numpy as np
from numpy.typing import NDArray

from netlift.simplify._change import AffineChange

Floats = NDArray[np.float64]

FLAT = 1e-8  # share of the largest spread below which states do not extend in a direction


def whitening(states: Floats) -> AffineChange:
    """The change after which the states [M, H] have mean 0 and covariance 1 (Michaud et al. 2024).

    Directions in which they spread less than `FLAT` of the widest are left out; states that are all
    the same keep one coordinate.
    """
    centre = states.mean(axis=0)
    _, spread, axes = np.linalg.svd(states - centre, full_matrices=False)
    spread = spread / np.sqrt(max(1, len(states)))
    rank = max(1, int((spread > FLAT * max(spread[0], 1e-300)).sum())) if len(spread) else 1
    widths = np.where(spread[:rank] > 0, spread[:rank], 1.0)
    return AffineChange(axes[:rank] / widths[:, None], axes[:rank].T * widths, centre)
