"""Whether labels held to be wrong are strewn at random, or gather where a program does not know the rule."""

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import shown
from netlift.data import Sequences

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_CHANCE = 1e-6  # that labels which are wrong at random gather so, for any one thing that is looked at
_LEAST = 3  # wrong labels in one place, fewer of which say nothing


def gathered(sequences: Sequences, wrong: Bools) -> str:
    """Where wrong labels [N, T] gather more than chance lets them; nothing where they do not.

    Looked at are each input stream by its values, and the steps.
    """
    from scipy.special import bdtrc  # here, and not scipy.stats: that would cost every start half a second

    labelled = sequences.labelled
    count, labels = int(wrong.sum()), max(1, int(labelled.sum()))
    told = [
        ("the input is", f" (stream {n + 1})" if sequences.inputs.shape[2] > 1 else "", column, names)
        for n, (column, names) in enumerate(
            zip(np.moveaxis(sequences.inputs, 2, 0), sequences.input_symbols, strict=True)
        )
    ]
    steps = np.broadcast_to(np.arange(1, labelled.shape[1] + 1), labelled.shape)
    for what, where, column, names in [*told, ("the step is", "", steps, None)]:
        values, places = np.unique(column[labelled], return_inverse=True)
        seen = np.bincount(places.reshape(-1))
        hit = np.bincount(places.reshape(-1), weights=wrong[labelled], minlength=len(seen)).astype(np.int64)
        chance = len(values) * np.asarray(bdtrc(hit - 1, count, seen / labels), dtype=np.float64)
        chance[hit < _LEAST] = 1.0
        place = int(chance.argmin()) if len(chance) else 0
        if len(chance) and chance[place] < _CHANCE:
            value = int(values[place])
            name = shown(value if names is None else names[value])
            return (
                f"{hit[place]:,} of the {count:,} labels held to be wrong are where {what} {name}"
                f"{where}, which has {seen[place] / labels:.1%} of all labels"
            )
    return ""
