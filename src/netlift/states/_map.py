"""The map from hidden vectors to program variables, and on how many fresh states it is right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class VariableMap:
    """How one program variable is found in the hidden state.

    `kind` is "affine" (the rounded value of `weights @ h + offset`), "nearest" (the value at the
    nearest of `anchors` stored hidden vectors) or "constant". `agreement` is the share of `trials`
    hidden states, none of them used for fitting, on which the map gives the program's value.
    """

    kind: str
    agreement: float
    trials: int
    weights: tuple[float, ...] = ()
    offset: float = 0.0
    anchors: int = 0

    def facts(self) -> dict[str, Any]:
        """The map as it stands in result.json."""
        facts: dict[str, Any] = {"map": self.kind, "agreement": self.agreement, "trials": self.trials}
        if self.kind == "affine":
            facts |= {"weights": list(self.weights), "offset": self.offset}
        if self.kind == "nearest":
            facts["anchors"] = self.anchors
        return facts


def map_variable(hidden: Floats, values: Ints, fresh_hidden: Floats, fresh_values: Ints) -> VariableMap:
    """Fit the map on hidden states [M, H] with values [M], judge it on fresh ones.

    The affine map is tried first, because it says most about the network; hidden vectors are
    compared with the nearest stored one where the affine map is right less often.
    """
    if (values == values[0]).all():
        right = float((fresh_values == values[0]).mean())
        return VariableMap("constant", right, len(fresh_values), offset=float(values[0]))
    design = np.column_stack([hidden, np.ones(len(hidden))])
    weights = np.linalg.lstsq(design, values.astype(np.float64), rcond=None)[0]
    guessed = np.rint(fresh_hidden @ weights[:-1] + weights[-1])
    affine = float((guessed == fresh_values).mean())
    if affine == 1.0:
        return _affine(affine, weights, len(fresh_values))
    from scipy.spatial import cKDTree  # at start it would cost every run a tenth of a second

    tree = cKDTree(hidden)
    nearest = float((values[tree.query(fresh_hidden)[1]] == fresh_values).mean())
    if affine >= nearest:
        return _affine(affine, weights, len(fresh_values))
    return VariableMap("nearest", nearest, len(fresh_values), anchors=len(hidden))


def state_map(
    hidden: Floats, variables: Mapping[str, Ints], fresh_hidden: Floats, fresh_variables: Mapping[str, Ints]
) -> dict[str, VariableMap]:
    """`map_variable` for each program variable; all arrays are over the same hidden states."""
    return {
        name: map_variable(hidden, values, fresh_hidden, fresh_variables[name])
        for name, values in variables.items()
    }


def _affine(agreement: float, weights: Floats, trials: int) -> VariableMap:
    return VariableMap("affine", agreement, trials, tuple(map(float, weights[:-1])), float(weights[-1]))
