"""Linear behaviours trained by algebra instead of by gradient: a closed form."""

import numpy as np

from netlift._algebra import LinearSystem, alphabets_of, fit_system
from netlift.data._sequences import Sequences
from netlift.networks._linear_rnn import LinearRnn

_MOST_SYMBOLS = 256
_COUNTED = 100_000  # symbols of a stream of numbers are only counted up to here


def fit_closed_form(sequences: Sequences, *, order_limit: int = 32) -> LinearRnn | None:
    """The smallest linear network that gives every target exactly; None where there is none.

    Impulse response by least squares, rounded to whole numbers; the exact rank of its Hankel matrix
    proves that no smaller linear network has this response (Ho and Kalman, 1966). Inputs are numbers
    first, then, for at most 256 symbols in all, one-hot. `order_limit` bounds the lags looked at.
    """
    system = fit_linear(sequences, order_limit=order_limit)
    return None if system is None else as_network(system)


def fit_linear(sequences: Sequences, *, order_limit: int = 32) -> LinearSystem | None:
    """The linear system behind `fit_closed_form`."""
    if not len(sequences) or not sequences.mask.any() or sequences.silent is not None:
        return None
    inputs, targets, lengths = sequences.inputs, sequences.targets, sequences.lengths
    alphabets = alphabets_of(inputs, sequences.mask, _COUNTED)
    sizes = tuple(map(len, alphabets)) if alphabets is not None else (_COUNTED,) * inputs.shape[2]
    if all(symbols is None for symbols in sequences.input_symbols):
        system = fit_system(inputs, targets, lengths, alphabets=None, sizes=sizes, order_limit=order_limit)
        if system is not None:
            return system
    if alphabets is None or sum(sizes) > _MOST_SYMBOLS:
        return None
    return fit_system(inputs, targets, lengths, alphabets=alphabets, sizes=sizes, order_limit=order_limit)


def as_network(system: LinearSystem) -> LinearRnn:
    """The network with a linear system's whole numbers as weights."""
    parts = {
        "transition": system.transition,
        "drive": system.drive,
        "bias": system.bias,
        "readout": system.readout,
        "offset": system.offset,
        "initial": system.initial,
    }
    return LinearRnn({name: part.astype(np.float64) for name, part in parts.items()}, system.alphabets)
