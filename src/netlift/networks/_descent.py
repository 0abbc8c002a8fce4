"""Optimiser steps of networks of an ensemble as one piece of work, which may be done on another machine."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from netlift.networks._gradient import Examples

Ints = NDArray[np.int64]
Singles = NDArray[np.float32]
Own = tuple[Singles, Singles, Singles]  # of S networks weights, means and squares, [S, P] each


def descended(
    described: tuple[Any, ...],
    own: Own,
    base_rates: Singles,
    arrays: tuple[NDArray[Any], ...],
    batches: Sequence[Ints],
    factors: Sequence[Singles],
    begun: int,
) -> Own:
    """What `descend` makes of networks in several calls, each with its batches and factors, on one thread."""
    from netlift.networks._gradient import descend

    flat, means, squares = (np.array(array) for array in own)
    for rows, rates in zip(batches, factors, strict=True):
        descend(*described, flat, means, squares, *arrays, rows, rates, base_rates, begun)
        begun += len(rows)
    return flat, means, squares


def used(data: "Examples", batches: Sequence[Ints]) -> tuple[tuple[NDArray[Any], ...], list[Ints]]:
    """The examples that these batches are of, and the batches as rows of them: what has to travel."""
    rows = np.unique(np.concatenate([batch.reshape(-1) for batch in batches]))
    return tuple(array[rows] for array in data.arrays), [np.searchsorted(rows, batch) for batch in batches]
