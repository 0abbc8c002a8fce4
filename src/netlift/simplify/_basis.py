"""A network in the basis that readers of unbounded states prefer, as a stage of a run."""

import numpy as np
from numpy.typing import NDArray

from netlift.core._context import Context
from netlift.networks import WeightedNetwork, has_basis
from netlift.simplify._simplify import simplify

SIMPLIFIED = 300  # words on which a simplified network must answer as before


def in_better_basis(network: WeightedNetwork, inputs: NDArray[np.int64], context: Context) -> WeightedNetwork:
    """The simplified network; the network itself if it has no basis to change. `inputs` are [N, T, D]."""
    if not has_basis(network):
        return network
    context.recorder.stage("simplify")
    with context.clock.stage("simplify"):
        simple = simplify(network, inputs[:SIMPLIFIED])
    context.recorder.log(f"normalisers kept: {simple}")
    return simple.network
