"""The networks of train.py, read from their files and stepped with NumPy in double precision.

Written for AALpy's side of run.py: one symbol at a time, as fast as NumPy allows. netlift reads the same
files with its own code.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
State = list[tuple[Floats, ...]]


def _sigmoid(x: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-x))


def _rnn(x: Floats, h: Floats, hh: Floats, bias: Floats) -> tuple[Floats, ...]:
    return (np.tanh(x + h @ hh + bias),)


def _gru(x: Floats, h: Floats, hh: Floats, bias: Floats) -> tuple[Floats, ...]:
    size = h.shape[-1]
    recurrent = h @ hh + bias
    gates = _sigmoid(x[..., : 2 * size] + recurrent[..., : 2 * size])
    reset, update = gates[..., :size], gates[..., size:]
    new = np.tanh(x[..., 2 * size :] + reset * recurrent[..., 2 * size :])
    return (new + update * (h - new),)


def _lstm(x: Floats, h: Floats, c: Floats, hh: Floats, bias: Floats) -> tuple[Floats, ...]:
    size = h.shape[-1]
    gates = x + h @ hh + bias
    takes, keeps = _sigmoid(gates[..., :size]), _sigmoid(gates[..., size : 2 * size])
    cell = keeps * c + takes * np.tanh(gates[..., 2 * size : 3 * size])
    return _sigmoid(gates[..., 3 * size :]) * np.tanh(cell), cell


CELLS: dict[str, Callable[..., tuple[Floats, ...]]] = {"rnn": _rnn, "gru": _gru, "lstm": _lstm}


@dataclass(frozen=True)
class Stepping:
    """A network with the state of each layer as a tuple of vectors, [H] or [N, H].

    `columns` holds for each joint symbol what the first layer's input weights make of its one-hot code.
    """

    config: dict[str, Any]
    weights: dict[str, Floats] = field(repr=False)
    columns: Floats = field(repr=False)

    @classmethod
    def load(cls, file: Path, symbols: Ints) -> "Stepping":
        """The network in FILE.safetensors, described by FILE.json, over the joint symbols [A, D]."""
        config = json.loads(file.with_suffix(".json").read_text())
        weights = {name: array.astype(np.float64).T.copy() for name, array in load_file(file).items()}
        units, start = np.zeros((len(symbols), len(weights[f"{config['prefix']}weight_ih_l0"]))), 0
        for stream, alphabet in enumerate(config["inputs"]["alphabets"]):
            places = [alphabet.index(symbol) for symbol in symbols[:, stream].tolist()]
            units[np.arange(len(symbols)), np.array(places) + start] = 1.0
            start += len(alphabet)
        first = weights[f"{config['prefix']}weight_ih_l0"], weights[f"{config['prefix']}bias_ih_l0"]
        return cls(config, weights, units @ first[0] + first[1])

    def start(self, *batch: int) -> State:
        """The state before the first symbol: zeros."""
        parts = 2 if self.config["cell"] == "lstm" else 1
        zeros = np.zeros((*batch, self.config["hidden_size"]))
        return [(zeros,) * parts] * self.config["layers"]

    def step(self, state: State, symbols: Any) -> State:
        """The state after one more symbol (or one for each row)."""
        cell, prefix = CELLS[self.config["cell"]], self.config["prefix"]
        drive: Floats = self.columns[symbols]
        after: State = []
        for layer, part in enumerate(state):
            if layer:
                weight, bias = (self.weights[f"{prefix}{kind}_ih_l{layer}"] for kind in ("weight", "bias"))
                drive = after[-1][0] @ weight + bias
            hh, bias = (self.weights[f"{prefix}{kind}_hh_l{layer}"] for kind in ("weight", "bias"))
            after.append(cell(drive, *part, hh, bias))
        return after

    def output(self, state: State) -> Any:
        """The best class: a number, or [N]."""
        units = state[-1][0]
        for place, name in enumerate(self.config["readout"]):
            if place:
                units = np.maximum(units, 0.0)
            units = units @ self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
        return units.argmax(axis=-1)

    def run(self, symbols: Ints) -> Ints:
        """Outputs [N, T] on symbol numbers [N, T]."""
        state, outputs = self.start(len(symbols)), np.zeros_like(symbols)
        for step in range(symbols.shape[1]):
            state = self.step(state, symbols[:, step])
            outputs[:, step] = self.output(state)
        return outputs
