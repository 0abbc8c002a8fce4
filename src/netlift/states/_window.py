"""The window reader: for how many steps an input can still change the output."""

import numpy as np
from numpy.typing import NDArray

from netlift.networks._protocol import Network, run

Ints = NDArray[np.int64]


def read_window(
    network: Network, inputs: Ints, *, rng: np.random.Generator, pairs: int = 512, tolerance: float = 0.0
) -> int | None:
    """The smallest m such that the output depends on the last m inputs, the current one included.

    An intervention test on `pairs` pairs of words cut from the samples [N, T, D]: the second word
    has another prefix, of the same or another length (the empty one included), or differs in one
    symbol; from there on both are the same, and the outputs must be the same from the m-th common
    input on. 0: the output is constant. None: no m up to T // 2 will do, or the output depends on
    the step number. `tolerance` is the share of pairs that may differ at the m-th common input and
    after (an imperfect network).
    """
    rows, steps, _ = inputs.shape
    common = steps // 2
    if common == 0 or rows == 0:
        return None
    first, last = rng.integers(rows, size=(2, pairs))
    other = rng.integers(rows, size=pairs)
    long = rng.integers(steps - common + 1, size=pairs)  # lengths of the two prefixes
    short = np.where(np.arange(pairs) % 2 == 0, long, rng.integers(steps - common + 1, size=pairs))
    tail = inputs[last, steps - common :]
    one = _outputs(network, _join(inputs[first], long, tail), long, common)
    changed = _join(inputs[other], short, tail)
    touched = np.flatnonzero((np.arange(pairs) % 4 == 0) & (long > 0))
    changed[touched] = _join(inputs[first[touched]], long[touched], tail[touched])
    places = np.maximum(long[touched] - 1 - rng.integers(2, size=len(touched)), 0)
    changed[touched, places] = inputs[other[touched], places]
    two = _outputs(network, changed, short, common)
    differs = (one != two).any(axis=2)
    # still[j]: the share of pairs that differ at the (j + 1)-th common input or later.
    still = np.logical_or.accumulate(differs[:, ::-1], axis=1)[:, ::-1].mean(axis=0)
    within = np.flatnonzero(still <= tolerance)
    if not len(within):
        return None
    if within[0] == 0 and (one == one[0, 0]).all():
        return 0
    return int(within[0]) + 1


def window_padding(network: Network, inputs: Ints, window: int) -> Ints | None:
    """The symbol [D] that stands for the inputs before the first step, if one does.

    With `window - 1` copies of it put in front, the network answers on the samples [N, T, D] as
    it does without them. The candidates are the samples' own symbols, nearest to 0 first.
    """
    symbols = np.unique(inputs.reshape(-1, inputs.shape[-1]), axis=0)
    order = np.lexsort((*symbols.T[::-1], np.abs(symbols).sum(axis=1)))
    truth = run(network, inputs)[:, : max(window - 1, 1)]
    lead = max(window - 1, 0)
    for symbol in symbols[order]:
        padded = np.concatenate([np.broadcast_to(symbol, (len(inputs), lead, len(symbol))), inputs], axis=1)
        if np.array_equal(run(network, padded[:, : lead + truth.shape[1]])[:, lead:], truth):
            found: Ints = symbol
            return found
    return None


def _join(rows: Ints, lengths: Ints, tail: Ints) -> Ints:
    """Each row's first `lengths` steps followed by its tail, then padding: [P, T, D]."""
    joined = rows.copy()
    place = lengths[:, None] + np.arange(tail.shape[1])
    joined[np.arange(len(rows))[:, None], place] = tail
    return joined


def _outputs(network: Network, words: Ints, lengths: Ints, common: int) -> Ints:
    outputs = run(network, words)
    after: Ints = outputs[np.arange(len(words))[:, None], lengths[:, None] + np.arange(common)]
    return after
