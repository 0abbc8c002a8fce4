"""Recurrent cells of a certificate, evaluated on single hidden states with every rounding error bounded.

Nothing of the learner is imported: numpy and the standard library only. A number comes with a bound on how
far any evaluation in double precision, in any order of summation, can be from the exact value (running error
analysis: Higham, 2002, section 3.3).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.checker._forms import UNIT, Form
from netlift.checker._values import need, real_numbers, whole_numbers

Array = NDArray[Any]

_UNDER = 1e-290
_MORE = 1.0 + 1e-6  # what computing the bounds themselves may lose
_BENT = 64 * UNIT  # of tanh and the logistic function, absolute: both are at most 1
_CELL = {"kind", "cell", "hidden", "layers", "activation", "readout_activation", "inputs", "outputs"}
_GATES = {"rnn": 1, "gru": 3, "lstm": 4}
_BENDS = ("tanh", "relu", "sigmoid")


class Points:
    """Vectors: `value` [N, n] as computed here; `off` [N, n] bounds how far any evaluation is from exact."""

    def __init__(self, value: Array, off: Array | None = None) -> None:
        self.value = value
        self.off: Array = np.zeros_like(value) if off is None else off * _MORE + _UNDER

    def part(self, start: int, stop: int) -> "Points":
        part = Points(self.value[:, start:stop])
        part.off = self.off[:, start:stop]
        return part

    def size(self) -> Array:
        total: Array = np.abs(self.value) + 2.0 * self.off  # of any computed one
        return total

    def affine(self, matrix: Array, bias: Array | None) -> "Points":
        """4 n u times the sum of all absolute terms, n the roundings that a term goes through."""
        added = np.zeros(len(matrix)) if bias is None else bias
        magnitude = np.abs(matrix).T
        loose = 4.0 * (matrix.shape[1] + 4) * UNIT * (self.size() @ magnitude + np.abs(added))
        return Points(self.value @ matrix.T + added, self.off @ magnitude + loose)

    def plus(self, other: "Points") -> "Points":
        loose = 4.0 * UNIT * (self.size() + other.size())
        return Points(self.value + other.value, self.off + other.off + loose)

    def times(self, other: "Points") -> "Points":
        off = self.size() * other.off + other.size() * self.off
        return Points(self.value * other.value, off + 4.0 * UNIT * self.size() * other.size())

    def towards(self, other: "Points", share: "Points") -> "Points":
        """self + share (other - self), or (1 - share) self + share other: both are within the bound."""
        value = self.value + share.value * (other.value - self.value)
        apart = np.abs(other.value - self.value) + self.off + other.off
        off = self.off + share.size() * (self.off + other.off) + share.off * apart
        return Points(value, off + 16.0 * UNIT * (1.0 + share.size()) * (self.size() + other.size()))

    def bent(self, name: str) -> "Points":
        """ReLU is exact; tanh has slope 1 at most, the logistic function a quarter."""
        if name == "relu":
            return Points(np.maximum(self.value, 0.0), self.off)
        if name == "tanh":
            return Points(np.tanh(self.value), self.off + _BENT)
        return Points(0.5 + 0.5 * np.tanh(0.5 * self.value), 0.25 * self.off + _BENT)


def joined(parts: list[Points]) -> Points:
    whole = Points(np.concatenate([part.value for part in parts], axis=1))
    whole.off = np.concatenate([part.off for part in parts], axis=1)
    return whole


class Cell:
    """A network of recurrent layers as PyTorch has them, or of two perceptrons, and its codings."""

    def __init__(self, config: Any, weights: Mapping[str, Array]) -> None:
        need(set(config) == _CELL and config["kind"] == "cell", "network: its description is no 'cell'")
        self.cell, self.bend, self.read = config["cell"], config["activation"], config["readout_activation"]
        need(self.cell in ("rnn", "gru", "lstm", "mlp"), "network: unknown cell")
        need(self.bend in _BENDS and self.read in _BENDS, "network: unknown activation")
        for name in ("hidden", "layers"):
            need(type(config[name]) is int and config[name] >= 1, f"network: {name} is no size")
        self.units, self.layers, self.weights = config["hidden"], config["layers"], weights
        need(self.cell != "mlp" or self.layers == 1, "network: two perceptrons have one layer")
        self.hidden = self.units * self.layers * (2 if self.cell == "lstm" else 1)
        self.initial: Array = np.zeros(self.hidden)
        self._inputs(config["inputs"])
        self._outputs(config["outputs"])
        self._check_shapes()

    def _inputs(self, coding: Any) -> None:
        need(set(coding) == {"coding", "alphabets", "mean", "scale"}, "network: unknown coding of inputs")
        need(coding["coding"] in ("number", "one-hot"), "network: unknown coding of inputs")
        self.alphabets = None
        if coding["coding"] == "one-hot":
            self.alphabets = _distinct(coding["alphabets"], "network: symbols")
            self.streams = len(self.alphabets)
            self.features = sum(map(len, self.alphabets))
            need(coding["mean"] == [0.0] and coding["scale"] == [1.0], "network: symbols are not scaled")
            return
        need(coding["alphabets"] is None, "network: numbers have no symbols")
        self.streams = self.features = len(coding["mean"])
        self.mean = real_numbers(coding["mean"], (self.streams,), "input means")
        self.scale = real_numbers(coding["scale"], (self.streams,), "input scales")
        need((self.scale != 0.0).all(), "network: an input scale is 0")

    def _outputs(self, coding: Any) -> None:
        need(set(coding) == {"coding", "classes", "at"}, "network: unknown coding of outputs")
        self.kind = coding["coding"]
        need(self.kind in ("classes", "number", "threshold"), "network: unknown coding of outputs")
        self.at = float(real_numbers([coding["at"]], (1,), "the threshold")[0])
        self.classes = None if self.kind == "number" else _distinct(coding["classes"], "network: classes")
        need(self.kind != "number" or coding["classes"] is None, "network: numbers have no classes")
        pairs = self.classes is None or all(len(one) == 2 for one in self.classes)
        need(self.kind != "threshold" or pairs, "network: a threshold parts two classes")

    def _check_shapes(self) -> None:
        known = dict[str, tuple[int, ...]]()
        entering = self.features
        if "embedding" in self.weights:
            need(self.weights["embedding"].ndim == 2, "weights: the embedding is no matrix")
            entering = self.weights["embedding"].shape[1]
            known["embedding"] = (self.features, entering)
        rows = _GATES.get(self.cell, 1) * self.units
        for layer in range(self.layers if self.cell != "mlp" else 0):
            known[f"weight_ih_l{layer}"] = (rows, self.units if layer else entering)
            known[f"weight_hh_l{layer}"] = (rows, self.units)
            for kind in ("ih", "hh"):
                if f"bias_{kind}_l{layer}" in self.weights:
                    known[f"bias_{kind}_l{layer}"] = (rows,)
        if self.cell == "mlp":
            leaving = self._stack("f", self.units + entering, known)
            need(leaving == self.units, "weights: f does not give a hidden state")
        self.scores = self._stack("g", self.units, known)
        need(set(known) == set(self.weights), "weights: layers are missing or superfluous")
        for name, size in known.items():
            need(self.weights[name].shape == size, f"weights: {name!r} has not the shape {size}")
        self.answers = self.scores if self.classes is None else len(self.classes)
        expected = self.scores
        if self.classes is not None:
            expected = sum(map(len, self.classes)) if self.kind == "classes" else len(self.classes)
        need(self.scores == expected, "network: its outputs do not fit the classes")

    def _stack(self, name: str, entering: int, known: dict[str, tuple[int, ...]]) -> int:
        """The layers of a perceptron are entered among those known; how many units it gives."""
        layer = 0
        while f"{name}.{layer}.weight" in self.weights:
            matrix = self.weights[f"{name}.{layer}.weight"]
            need(matrix.ndim == 2, f"weights: '{name}.{layer}.weight' is no matrix")
            known[f"{name}.{layer}.weight"] = (len(matrix), entering)
            if f"{name}.{layer}.bias" in self.weights:
                known[f"{name}.{layer}.bias"] = (len(matrix),)
            entering, layer = len(matrix), layer + 1
        need(layer >= 1, f"weights: {name} has no layer")
        return entering

    def encoded(self, alphabet: Array) -> Array:
        """Input units [A, F], as the network computes them: one correctly rounded operation each."""
        if self.alphabets is None:
            numbers: Array = (alphabet - self.mean) / self.scale
            return numbers
        rows = []
        for symbol in alphabet.tolist():
            row: list[float] = []
            for value, listed in zip(symbol, self.alphabets, strict=True):
                need(value in listed, f"machine: the network does not know the symbol {value}")
                row += [float(value == other) for other in listed]
            rows.append(row)
        return np.array(rows)

    def advanced(self, before: Array, inputs: Array) -> Points:
        """The hidden states [N, H] after one step from these [N, H] with these input units [N, F]."""
        units = Points(inputs)
        if "embedding" in self.weights:
            units = units.affine(self.weights["embedding"].T, None)
        state = Points(before)
        if self.cell == "mlp":
            return self._perceptron("f", joined([state, units]), self.bend)
        size, layers = self.units, self.layers
        states, cells = [], []
        for layer in range(layers):
            own = state.part(layer * size, (layer + 1) * size)
            one, two = self._into("ih", layer, units), self._into("hh", layer, own)
            if self.cell == "rnn":
                units = one.plus(two).bent(self.bend)
            elif self.cell == "gru":  # reset, update, new
                gates = one.part(0, 2 * size).plus(two.part(0, 2 * size)).bent("sigmoid")
                reset, update = gates.part(0, size), gates.part(size, 2 * size)
                inner = reset.times(two.part(2 * size, 3 * size))
                units = one.part(2 * size, 3 * size).plus(inner).bent("tanh").towards(own, update)
            else:  # input, forget, cell, output
                total = one.plus(two)
                parts = [total.part(place * size, (place + 1) * size) for place in range(4)]
                enter, forget, show = (parts[place].bent("sigmoid") for place in (0, 1, 3))
                kept = state.part((layers + layer) * size, (layers + layer + 1) * size)
                cells.append(forget.times(kept).plus(enter.times(parts[2].bent("tanh"))))
                units = show.times(cells[-1].bent("tanh"))
            states.append(units)
        return joined([*states, *cells])

    def shown(self, hidden: Array) -> Points:
        """The output units of hidden states [N, H]: what is rounded, compared or held against a threshold."""
        start = (self.layers - 1) * self.units
        return self._perceptron("g", Points(hidden[:, start : start + self.units]), self.read)

    def _into(self, kind: str, layer: int, units: Points) -> Points:
        return units.affine(
            self.weights[f"weight_{kind}_l{layer}"], self.weights.get(f"bias_{kind}_l{layer}")
        )

    def _perceptron(self, name: str, units: Points, bend: str) -> Points:
        layer = 0
        while f"{name}.{layer}.weight" in self.weights:
            units = units.bent(bend) if layer else units
            units = units.affine(
                self.weights[f"{name}.{layer}.weight"], self.weights.get(f"{name}.{layer}.bias")
            )
            layer += 1
        return units


class Perceptrons(Form):
    """A network of two perceptrons as netlift trains them, evaluated on points."""

    kind, at = "", 0.0

    def __init__(self, config: Any, weights: dict[str, Array]) -> None:
        super().__init__(config, weights)
        self.kind = "number" if self.classes is None else "classes"
        self.streams, self.answers = len(self.mean), len(self.out_mean)
        self.initial: Array = weights["initial"]

    def encoded(self, alphabet: Array) -> Array:
        """Input units [A, F]."""
        return self.units(alphabet)

    def advanced(self, before: Array, inputs: Array) -> Points:
        """The hidden states [N, H] after one step from these [N, H] with these input units [N, F]."""
        weights, both = self.weights, Points(np.concatenate([before, inputs], axis=1))
        first = np.concatenate([weights["f.0.hidden"], weights["f.0.input"]], axis=1)
        state = both.affine(first, weights["f.0.bias"])
        for layer in range(1, self.f_depth):
            state = state.bent("relu" if self.relu else "tanh")
            state = state.affine(weights[f"f.{layer}.weight"], weights[f"f.{layer}.bias"])
        if "f.skip.hidden" in weights:
            skip = np.concatenate([weights["f.skip.hidden"], weights["f.skip.input"]], axis=1)
            state = state.plus(both.affine(skip, None))
        return state

    def shown(self, hidden: Array) -> Points:
        """The output units of hidden states [N, H]: what is rounded or compared."""
        weights, units = self.weights, Points(hidden)
        for layer in range(self.g_depth):
            units = units.bent("relu" if self.relu else "tanh") if layer else units
            units = units.affine(weights[f"g.{layer}.weight"], weights[f"g.{layer}.bias"])
        if "g.skip" in weights:
            units = units.plus(Points(hidden).affine(weights["g.skip"], None))
        if self.classes is None:
            units = units.affine(np.diag(self.out_scale), self.out_mean)
        return units


def _distinct(listed: Any, what: str) -> list[list[int]]:
    need(isinstance(listed, list) and listed, what)
    found = [whole_numbers(one, 1, "symbols").tolist() for one in listed]
    need(all(one and len(set(one)) == len(one) for one in found), what)
    return found
