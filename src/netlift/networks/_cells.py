"""Recurrent cells as PyTorch trains them, run in double precision with numpy alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError, listed, shown

Floats = NDArray[np.float64]

CellName = Literal["rnn", "gru", "lstm", "mlp"]
ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "tanh": np.tanh,
    "relu": lambda units: np.maximum(units, 0.0),
    "sigmoid": lambda units: _sigmoid(units),
}
_LARGEST = 700.0  # whose exponential is finite
_BLOCK = 128  # rows stepped at a time, so that their gates stay in the cache
LARGEST_WEIGHT = 1e100  # of which sums of squares are finite
GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def _sigmoid(units: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow; in place, for the exponential is faster than NumPy's tanh."""
    result: Floats = np.minimum(-units, _LARGEST)
    np.exp(result, out=result)
    result += 1.0
    np.reciprocal(result, out=result)
    return result


def _tanh(units: Floats) -> Floats:
    """tanh, by `_sigmoid`: absolute errors as small as np.tanh's, in less than half the time."""
    result = _sigmoid(2.0 * units)
    result *= 2.0
    result -= 1.0
    return result


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class CellRnn:
    """A network of recurrent layers and a readout, over input units [batch, D] as it was trained on them.

    `cell` "rnn" (Elman), "gru" and "lstm" are those of PyTorch, with `weights` named as there:
    `weight_ih_l0`, `weight_hh_l0` and, where the network has them, `bias_ih_l0`, `bias_hh_l0`; gates in
    PyTorch's order. "mlp" is h' = f(cat(h, x)) with layers `f.0.weight`, `f.0.bias`, ... and `activation`
    between them. The readout's layers are `g.0.weight`, `g.0.bias`, ..., `readout_activation` between
    them. `embedding` [A, E], if there is one, is looked up by one-hot input units. The hidden state is
    the layers' states side by side, for an LSTM followed by the layers' cells; it starts at zero.
    Raises InputError where weights are missing, superfluous, misshapen or not finite.
    """

    cell: CellName
    hidden: int
    layers: int
    activation: str
    readout_activation: str
    weights: Mapping[str, Floats]

    def __post_init__(self) -> None:
        if self.cell not in ("rnn", "gru", "lstm", "mlp"):
            raise InputError(f"the cell is {shown(self.cell)}; expected one of rnn, gru, lstm, mlp")
        for name in ("activation", "readout_activation"):
            if getattr(self, name) not in ACTIVATIONS:
                found = getattr(self, name)
                raise InputError(f"{name} is {shown(found)}; expected one of {', '.join(ACTIVATIONS)}")
        for name, array in self.weights.items():
            if not np.size(array):
                raise InputError(
                    f"the weights {shown(name)} have shape {list(np.shape(array))}; they are empty"
                )
            if not np.isfinite(array).all():
                raise InputError(f"the weights {shown(name)} hold a NaN or infinite number")
            if np.abs(array).max() > LARGEST_WEIGHT:
                raise InputError(f"the weights {shown(name)} hold a number beyond 1e100; expected none")
        known = set(self._check_recurrent() if self.cell != "mlp" else self._check_layers("f"))
        known |= set(self._check_layers("g"))
        if "embedding" in self.weights:
            self._expect("embedding", (self.input_units, self._fan_in()))
            known.add("embedding")
        for name in sorted(self.weights.keys() - known):
            raise InputError(f"the weights {shown(name)} belong to no layer of this network")

    def __str__(self) -> str:
        layers = "" if self.layers == 1 else f", {self.layers} layers"
        kind = f" {self.activation}" if self.cell in ("rnn", "mlp") else ""
        return f"{self.cell.upper()} H{self.hidden}{kind}{layers}"

    @property
    def hidden_size(self) -> int:
        """The number of units of the whole hidden state."""
        return self.hidden * self.layers * (2 if self.cell == "lstm" else 1)

    @property
    def parameters(self) -> int:
        """How many numbers the network consists of."""
        return sum(int(array.size) for array in self.weights.values())

    @property
    def input_units(self) -> int:
        """The number of input units that the network takes."""
        return len(self.weights["embedding"]) if "embedding" in self.weights else self._fan_in()

    @property
    def output_units(self) -> int:
        """The number of output units."""
        return len(self.weights[f"g.{self._depth('g') - 1}.weight"])

    def config(self) -> dict[str, Any]:
        """All but the weights, as plain values that JSON can hold."""
        return {
            "cell": self.cell,
            "hidden": self.hidden,
            "layers": self.layers,
            "activation": self.activation,
            "readout_activation": self.readout_activation,
        }

    def initial_state(self, batch: int) -> Floats:
        """The hidden state before the first input, [batch, H]: zero."""
        return np.zeros((batch, self.hidden_size))

    def next_state(self, hidden: Floats, inputs: Floats) -> Floats:
        """The hidden state after one more input: [batch, H] and [batch, D] give [batch, H]."""
        if len(hidden) <= _BLOCK:
            return self._next_state(hidden, inputs)
        following = np.empty_like(hidden)
        for i in range(0, len(hidden), _BLOCK):
            following[i : i + _BLOCK] = self._next_state(hidden[i : i + _BLOCK], inputs[i : i + _BLOCK])
        return following

    def _next_state(self, hidden: Floats, inputs: Floats) -> Floats:
        units = inputs @ self.weights["embedding"] if "embedding" in self.weights else inputs
        if self.cell == "mlp":
            return self._perceptron("f", np.concatenate([hidden, units], axis=1), self.activation)
        states: list[Floats] = []
        cells: list[Floats] = []
        for layer in range(self.layers):
            state = hidden[:, layer * self.hidden : (layer + 1) * self.hidden]
            if self.cell == "lstm":
                place = (self.layers + layer) * self.hidden
                units, cell = self._lstm(layer, units, state, hidden[:, place : place + self.hidden])
                cells.append(cell)
            else:
                units = (self._gru if self.cell == "gru" else self._elman)(layer, units, state)
            states.append(units)
        return np.concatenate([*states, *cells], axis=1)

    def output(self, hidden: Floats) -> Floats:
        """The output units [batch, K], read from the last layer."""
        start = 0 if self.cell == "mlp" else (self.layers - 1) * self.hidden
        return self._perceptron("g", hidden[:, start : start + self.hidden], self.readout_activation)

    def _elman(self, layer: int, units: Floats, state: Floats) -> Floats:
        total = self._affine("ih", layer, units) + self._affine("hh", layer, state)
        return ACTIVATIONS[self.activation](total)

    def _gru(self, layer: int, units: Floats, state: Floats) -> Floats:
        size = self.hidden
        one, two = self._affine("ih", layer, units), self._affine("hh", layer, state)
        gates = _sigmoid(one[:, : 2 * size] + two[:, : 2 * size])
        reset, update = gates[:, :size], gates[:, size:]
        new = _tanh(one[:, 2 * size :] + reset * two[:, 2 * size :])
        following: Floats = new + update * (state - new)
        return following

    def _lstm(self, layer: int, units: Floats, state: Floats, cell: Floats) -> tuple[Floats, Floats]:
        size = self.hidden
        total = self._affine("ih", layer, units) + self._affine("hh", layer, state)
        keep = _sigmoid(total[:, : 2 * size])
        new = _tanh(total[:, 2 * size : 3 * size])
        shown = _sigmoid(total[:, 3 * size :])
        cell = keep[:, size:] * cell + keep[:, :size] * new
        return shown * _tanh(cell), cell

    def _affine(self, kind: str, layer: int, units: Floats) -> Floats:
        total: Floats = units @ self.weights[f"weight_{kind}_l{layer}"].T
        bias = self.weights.get(f"bias_{kind}_l{layer}")
        return total if bias is None else total + bias

    def _perceptron(self, name: str, units: Floats, activation: str) -> Floats:
        for layer in range(self._depth(name)):
            if layer:
                units = ACTIVATIONS[activation](units)
            units = units @ self.weights[f"{name}.{layer}.weight"].T
            bias = self.weights.get(f"{name}.{layer}.bias")
            units = units if bias is None else units + bias
        return units

    def _depth(self, name: str) -> int:
        return sum(key.startswith(f"{name}.") and key.endswith(".weight") for key in self.weights)

    def _fan_in(self) -> int:
        if self.cell == "mlp":
            return int(self.weights["f.0.weight"].shape[1]) - self.hidden
        return int(self.weights["weight_ih_l0"].shape[1])

    def _check_recurrent(self) -> list[str]:
        rows, known = GATES[self.cell] * self.hidden, []
        for layer in range(self.layers):
            for kind in ("ih", "hh"):
                name, bias = f"weight_{kind}_l{layer}", f"bias_{kind}_l{layer}"
                if kind == "ih" and layer == 0:
                    found = np.shape(self._given(name))
                    self._expect(name, (rows, found[-1] if found else 0))
                else:
                    self._expect(name, (rows, self.hidden))
                known.append(name)
                if bias in self.weights:
                    self._expect(bias, (rows,))
                    known.append(bias)
        return known

    def _check_layers(self, name: str) -> list[str]:
        """The layers of f or g: each as wide as the one before is high."""
        known = []
        fan_in = self.hidden
        self._given(f"{name}.0.weight")
        for layer in range(self._depth(name)):
            weight, bias = f"{name}.{layer}.weight", f"{name}.{layer}.bias"
            found = np.shape(self._given(weight))
            if name == "f" and layer == 0:
                if len(found) != 2 or found[1] <= self.hidden:
                    raise InputError(
                        f"the weights {shown(weight)} have shape {list(found)}; expected more columns than "
                        f"the {self.hidden} hidden units, for the inputs that follow them"
                    )
                fan_in = found[1]
            last = name == "f" and layer == self._depth(name) - 1
            rows = self.hidden if last else (found[0] if found else 0)
            self._expect(weight, (rows, fan_in))
            known.append(weight)
            if bias in self.weights:
                self._expect(bias, (rows,))
                known.append(bias)
            fan_in = rows
        return known

    def _given(self, name: str) -> Floats:
        if name not in self.weights:
            raise InputError(f"the weights {shown(name)} are missing; found {listed(sorted(self.weights))}")
        return self.weights[name]

    def _expect(self, name: str, shape: tuple[int, ...]) -> None:
        found = np.shape(self._given(name))
        if found != shape:
            raise InputError(f"the weights {shown(name)} have shape {list(found)}; expected {list(shape)}")
