"""De-bias: the origin of the hidden state moved to where a bias vanishes."""

import numpy as np

from netlift.networks import LinearRnn, MlpRnn, is_affine
from netlift.simplify._change import AffineChange

_SINGULAR = 1e-6  # smallest singular value of 1 - A that counts as invertible


def debiasing(network: MlpRnn | LinearRnn) -> AffineChange:
    """The translation that makes the bias of a linear recurrence 0, or else the first state 0.

    A bias vanishes around the fixed point `c = A c + b`, which exists where 1 is no eigenvalue of A.
    """
    size = network.hidden_size
    centre = np.asarray(network.weights["initial"], dtype=np.float64)
    if is_affine(network):
        gap = np.eye(size) - network.weights["transition"]
        if np.linalg.svd(gap, compute_uv=False)[-1] > _SINGULAR:
            centre = np.linalg.solve(gap, network.weights["bias"]).astype(np.float64)
    return AffineChange(np.eye(size), np.eye(size), centre)
