"""A network's weights as small heat maps: one path a colour, so that a page stays small."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.networks import can_be_saved, has_basis
from netlift.simplify import simplify

Floats = NDArray[np.float64]

LEVELS = 6  # colours on each side of zero
MOST_CELLS = 6_000  # of one matrix
MOST_DRAWN = 12_000  # of all matrices of a network
WRITTEN = 64  # cells up to which the numbers are written beside a picture
MOST_SIMPLIFIED = 100  # words on which the simplified network has to answer as before
MOST_PARAMETERS = 20_000  # of a network that is simplified for the picture alone


def weights_content(network: Any, words: NDArray[np.int64] | None) -> list[dict[str, Any]]:
    """The weights as trained, and after the normalisers, where there are any.

    Returns:
        For each of the two its "title", the "steps" that led there, and "maps": name, shape and picture of
        each matrix. Empty where the weights are not known.
    """
    if not can_be_saved(network):
        return []
    shown = [{"title": "As it was read", "steps": "", "maps": _maps(network.weights)}]
    if words is None or not len(words) or not has_basis(network):
        return shown
    if (network.parameters or 0) > MOST_PARAMETERS:
        return shown
    simple = simplify(network, words[:MOST_SIMPLIFIED])
    if simple.steps:
        steps = ", ".join(
            f"{step.name} (moves an output by {step.residue:.1e} at most)" for step in simple.steps
        )
        steps += "; all weights are whole numbers" if simple.whole else ""
        shown.append({"title": "After simplification", "steps": steps, "maps": _maps(simple.network.weights)})
    return shown


def _maps(weights: Mapping[str, Floats]) -> list[dict[str, Any]]:
    drawn, shown = 0, []
    for name, array in weights.items():
        matrix = np.atleast_2d(np.asarray(array, dtype=np.float64))
        if matrix.ndim > 2:
            matrix = matrix.reshape(-1, matrix.shape[-1])
        drawn += matrix.size
        fits = 0 < matrix.size <= MOST_CELLS and drawn <= MOST_DRAWN
        shown.append(
            {
                "name": name,
                "shape": " x ".join(map(str, np.shape(array))) or "1",
                "largest": f"{float(np.abs(matrix).max(initial=0.0)):.3g}",
                "rows": matrix.shape[0],
                "columns": matrix.shape[1],
                "paths": _paths(matrix) if fits else None,
                "numbers": [[f"{value:.3g}" for value in row] for row in matrix.tolist()]
                if matrix.size <= WRITTEN
                else None,
            }
        )
    return shown


def _paths(matrix: Floats) -> list[tuple[str, str]]:
    """For each colour its class, "p3" or "n3" by sign and strength, and the squares that have it."""
    scale = float(np.abs(matrix).max(initial=0.0)) or 1.0
    levels = np.rint(matrix / scale * LEVELS).astype(np.int64)
    paths = []
    for level in np.unique(levels):
        if level == 0:
            continue
        cells = np.argwhere(levels == level).tolist()
        path = "".join(f"M{column} {row}h1v1h-1z" for row, column in cells)
        paths.append((f"{'p' if level > 0 else 'n'}{abs(int(level))}", path))
    return paths
