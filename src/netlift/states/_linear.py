"""The linear reader: a linear system over the whole numbers, read off a network by running it."""

import numpy as np
from numpy.typing import NDArray

from netlift._algebra import LinearSystem, alphabets_of, fit_system
from netlift.networks._protocol import Network, run

Ints = NDArray[np.int64]

_MOST_SYMBOLS = 256
_COUNTED = 100_000  # symbols of a stream of numbers are only counted up to here


def read_linear(
    network: Network, inputs: Ints, *, outputs: Ints | None = None, order_limit: int = 32
) -> LinearSystem | None:
    """The smallest linear system that answers as the network does on all of `inputs` [N, T, D].

    The network is only run, or not even that where its `outputs` [N, T, K] are known: its impulse response is
    found by least squares on its own outputs, rounded to whole numbers, and realised exactly (Ho and Kalman,
    1966). Inputs are numbers first, then, for at most 256 symbols in all, one-hot. None where no linear
    system was found. `order_limit` bounds the lags looked at.
    """
    if not inputs.size:
        return None
    if outputs is None:
        outputs = run(network, inputs)
    lengths = np.full(len(inputs), inputs.shape[1], dtype=np.int64)
    alphabets = alphabets_of(inputs, np.ones(inputs.shape[:2], dtype=np.bool_), _COUNTED)
    sizes = tuple(map(len, alphabets)) if alphabets is not None else (_COUNTED,) * inputs.shape[2]
    system = fit_system(inputs, outputs, lengths, alphabets=None, sizes=sizes, order_limit=order_limit)
    if system is not None or alphabets is None or sum(sizes) > _MOST_SYMBOLS:
        return system
    return fit_system(inputs, outputs, lengths, alphabets=alphabets, sizes=sizes, order_limit=order_limit)
