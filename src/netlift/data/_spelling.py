"""Steps as a program takes and gives them, and as the data spelt them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def plain(values: Ints) -> list[int] | list[tuple[int, ...]]:
    """Steps [T, D] as a program takes and gives them: numbers, or tuples for several streams."""
    if values.shape[1] == 1:
        return [*values[:, 0].tolist()]
    return [tuple(step) for step in values.tolist()]


def spelt(values: Ints, symbols: tuple[tuple[str, ...] | None, ...]) -> list[Any]:
    """Steps [T, D] as `plain` gives them, with strings where the streams have them."""
    if all(names is None for names in symbols):
        return list(plain(values))
    rows = [
        tuple(v if names is None else names[v] for v, names in zip(step, symbols, strict=True))
        for step in values.tolist()
    ]
    return [row[0] for row in rows] if len(symbols) == 1 else list(rows)
