"""Of very many sequences as many as learning needs, drawn at random."""

from dataclasses import replace

import numpy as np

from netlift.core._streams import random_stream
from netlift.data._door import Data
from netlift.data._validate import MOST_COMPARED, validated

MOST_STEPS = 1_000_000  # twice what the benchmark's tasks have; more do not make a program any better


def sampled(data: Data, seed: int) -> Data:
    """Data with fewer sequences where there are very many; the program is checked on all (`Data.whole`).

    Contradictions that nobody looked for among so many are looked for among those that are drawn.
    """
    whole = data.sequences
    if whole is None or int(whole.lengths.sum()) <= MOST_STEPS or len(whole) < 2:
        return data
    drawn = random_stream(seed, "sequences to learn from").permutation(len(whole))
    count = max(1, int((whole.lengths[drawn].cumsum() <= MOST_STEPS).sum()))
    rows = np.sort(drawn[:count])
    sample = whole.take(rows)
    if int(whole.lengths.sum()) > MOST_COMPARED:
        sample = validated("the data", sample, lambda row: f"sequence {rows[row] + 1:,}")
    note = (
        f"{count:,} of {len(whole):,} sequences are drawn at random to learn from, {MOST_STEPS:,} steps at "
        "most; the program is checked on all."
    )
    return replace(data, sequences=sample, whole=whole, notes=(*data.notes, note))
