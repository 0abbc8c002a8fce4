"""Steps of a run seen through integer coordinates: tables, and where they contradict themselves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Samples:
    """Visited steps in integer coordinates: z [M, d], x [M, D], next z [M, d], y [M, K], each row once.

    `counts` [M] says how often a row was seen. Only what was observed is here: a pair (z, x) that
    does not occur has no row, and whoever completes the table must list it.
    """

    z: Ints
    x: Ints
    next_z: Ints
    y: Ints
    counts: Ints

    def unobserved(self) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The pairs (z, x) of a visited point and an input symbol that were never seen together."""
        points = sorted({tuple(row) for row in np.concatenate([self.z, self.next_z]).tolist()})
        symbols = sorted({tuple(row) for row in self.x.tolist()})
        seen = {(tuple(z), tuple(x)) for z, x in zip(self.z.tolist(), self.x.tolist(), strict=True)}
        return [(z, x) for z in points for x in symbols if (z, x) not in seen]


def samples(codes: Ints, inputs: Ints, outputs: Ints) -> Samples:
    """The table of codes [N, T + 1, d] before and after each step of inputs [N, T, D], outputs [N, T, K]."""
    rank, streams = codes.shape[-1], inputs.shape[-1]
    table = np.concatenate([codes[:, :-1], inputs, codes[:, 1:], outputs], axis=2)
    rows, counts = np.unique(table.reshape(-1, table.shape[-1]), axis=0, return_counts=True)
    cuts = np.cumsum([rank, streams, rank])
    z, x, following, y = np.split(rows, cuts, axis=1)
    return Samples(z, x, following, y, counts)


def contradictions(table: Samples) -> float:
    """The share of steps against the majority for their (z, x), or whose output is for their next z."""
    total = int(table.counts.sum())
    step = np.column_stack([table.z, table.x])
    return max(
        _minority(step, table.next_z, table.counts, total),
        _minority(table.next_z, table.y, table.counts, total),
    )


def _minority(keys: Ints, values: Ints, counts: Ints, total: int) -> float:
    pairs, place = np.unique(np.column_stack([keys, values]), axis=0, return_inverse=True)
    weight = np.bincount(place.reshape(-1), weights=counts)
    key = np.unique(pairs[:, : keys.shape[1]], axis=0, return_inverse=True)[1].reshape(-1)
    largest = np.zeros(int(key.max()) + 1)
    np.maximum.at(largest, key, weight)
    return float(1.0 - largest.sum() / total)
