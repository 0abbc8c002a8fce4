"""How a network's outputs move with its weights: derivatives carried forward along with the values."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from netlift.networks._architecture import Architecture

Floats = NDArray[np.float64]


def answers(
    architecture: Architecture, weights: Mapping[str, Floats], units: Floats, slopes: bool
) -> tuple[Floats, Floats]:
    """Output units [T, O, B] for input units [T, I, B], and their derivatives [P, T, O, B].

    The P weights are counted in the order of `weights`; without `slopes` P is 0.
    """
    dual = _Dual(architecture, weights, slopes)
    hidden = dual.start(units.shape[-1])
    scores, tangents = [], []
    for now in units:
        hidden = dual.f(hidden, now)
        score, tangent = dual.g(hidden)
        scores.append(score)
        tangents.append(tangent)
    return np.stack(scores), np.stack(tangents, axis=1)


Pair = tuple[Floats, Floats]  # values [R, B] and their derivatives [P, R, B]


class _Dual:
    """A network that carries derivatives along."""

    def __init__(self, architecture: Architecture, weights: Mapping[str, Floats], slopes: bool) -> None:
        self.shape, self.weights = architecture, weights
        self.places, size = {}, 0
        for name, array in weights.items():
            self.places[name] = (size + np.arange(array.size)).reshape(array.shape)
            size += array.size
        self.size = size if slopes else 0

    def start(self, batch: int) -> Pair:
        first = np.repeat(self.weights["initial"][:, None], batch, axis=1)
        tangent = np.zeros((self.size, *first.shape))
        if self.size:
            tangent[self.places["initial"], np.arange(len(first))] = 1.0
        return first, tangent

    def f(self, hidden: Pair, now: Floats) -> Pair:
        units = self._affine({"f.0.hidden": hidden, "f.0.input": now}, "f.0.bias")
        for layer in range(1, self.shape.f_depth):
            units = self._affine({f"f.{layer}.weight": self._active(units)}, f"f.{layer}.bias")
        if "f.skip.hidden" in self.weights:
            units = _plus(units, self._affine({"f.skip.hidden": hidden, "f.skip.input": now}))
        return units

    def g(self, hidden: Pair) -> Pair:
        units = hidden
        for layer in range(self.shape.g_depth):
            units = self._active(units) if layer else units
            units = self._affine({f"g.{layer}.weight": units}, f"g.{layer}.bias")
        if "g.skip" in self.weights:
            units = _plus(units, self._affine({"g.skip": hidden}))
        return units

    def _affine(self, terms: Mapping[str, Pair | Floats], bias: str | None = None) -> Pair:
        """The sum of matrices times units, which move with the weights or (inputs) do not, and a bias."""
        fixed_units = {name: u if isinstance(u, np.ndarray) else u[0] for name, u in terms.items()}
        values: Floats = sum((self.weights[name] @ u for name, u in fixed_units.items()), np.zeros(()))
        rows = len(values)
        tangent = np.zeros((self.size, *values.shape))
        for name, units in terms.items():
            fixed = fixed_units[name]
            if self.size:
                if not isinstance(units, np.ndarray):
                    tangent += np.matmul(self.weights[name], units[1])
                tangent[self.places[name], np.arange(rows)[:, None]] += fixed
        if bias is not None:
            values = values + self.weights[bias][:, None]
            if self.size:
                tangent[self.places[bias], np.arange(rows)] += 1.0
        return values, tangent

    def _active(self, units: Pair) -> Pair:
        values, tangent = units
        if self.shape.activation == "relu":
            return np.maximum(values, 0.0), tangent * (values > 0.0)
        bent = np.tanh(values)
        return bent, tangent * (1.0 - bent**2)


def _plus(one: Pair, other: Pair) -> Pair:
    return one[0] + other[0], one[1] + other[1]
