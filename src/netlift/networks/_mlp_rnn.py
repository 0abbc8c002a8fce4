"""A trained network, run in double precision with numpy alone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.networks._architecture import Architecture, Coding

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class MlpRnn:
    """A network of an `Architecture` with its weights; see `Architecture.shapes` for their names.

    Raises InputError where weights are missing, superfluous, misshapen or not finite.
    """

    architecture: Architecture
    coding: Coding
    weights: Mapping[str, Floats]

    over_whole_numbers: ClassVar[bool] = True

    def __post_init__(self) -> None:
        shapes = self.architecture.shapes(self.coding.features, self.coding.scores)
        for name in sorted(shapes.keys() - self.weights.keys()):
            raise InputError(f"the weights {name!r} are missing; expected an array {list(shapes[name])}")
        for name in sorted(self.weights.keys() - shapes.keys()):
            raise InputError(f"the weights {name!r} belong to no layer of this architecture")
        for name, shape in shapes.items():
            found = np.shape(self.weights[name])
            if found != shape:
                raise InputError(f"the weights {name!r} have shape {list(found)}, expected {list(shape)}")
            if not np.isfinite(self.weights[name]).all():
                raise InputError(f"the weights {name!r} hold a NaN or infinite number")

    def __str__(self) -> str:
        return str(self.architecture)

    @property
    def answers_numbers(self) -> bool:
        """Whether outputs are numbers to be rounded, and no classes."""
        return self.coding.classes is None

    @property
    def hidden_size(self) -> int:
        """The number H of hidden units."""
        return self.architecture.hidden

    @property
    def parameters(self) -> int:
        """How many numbers the network consists of."""
        return self.architecture.parameters(self.coding.features, self.coding.scores)

    def config(self) -> dict[str, Any]:
        """All but the weights, as plain values that JSON can hold."""
        return {"architecture": asdict(self.architecture), "coding": asdict(self.coding)}

    @classmethod
    def restore(cls, config: Mapping[str, Any], weights: Mapping[str, Floats]) -> "MlpRnn":
        """The network that `config()` and `weights` were taken from.

        Raises InputError as the class does, KeyError or TypeError where the config is no such thing.
        """
        coding = dict(config["coding"])
        for name in ("alphabets", "classes"):
            listed = coding[name]
            coding[name] = None if listed is None else tuple(tuple(int(s) for s in one) for one in listed)
        for name in ("input_mean", "input_scale", "output_mean", "output_scale"):
            coding[name] = tuple(float(value) for value in coding[name])
        return cls(Architecture(**config["architecture"]), Coding(**coding), dict(weights))

    def initial_state(self, batch: int) -> Floats:
        """The hidden state before the first input, [batch, H]."""
        return np.tile(self.weights["initial"], (batch, 1))

    def next_state(self, hidden: Floats, inputs: Ints) -> Floats:
        """The hidden state after one more input: [batch, H] and [batch, D] give [batch, H].

        Raises InputError where an input is not in the alphabet of a one-hot stream.
        """
        weights, depth = self.weights, self.architecture.f_depth
        units = self.coding.inputs.encode(inputs)
        state = hidden @ weights["f.0.hidden"].T + units @ weights["f.0.input"].T + weights["f.0.bias"]
        for layer in range(1, depth):
            state = self._activate(state) @ weights[f"f.{layer}.weight"].T + weights[f"f.{layer}.bias"]
        if "f.skip.hidden" in weights:
            state = state + hidden @ weights["f.skip.hidden"].T + units @ weights["f.skip.input"].T
        return state

    def raw_output(self, hidden: Floats) -> Floats:
        """The output units [batch, scores] before rounding, or the scores before the best is taken."""
        weights = self.weights
        units = hidden
        for layer in range(self.architecture.g_depth):
            if layer:
                units = self._activate(units)
            units = units @ weights[f"g.{layer}.weight"].T + weights[f"g.{layer}.bias"]
        if "g.skip" in weights:
            units = units + hidden @ weights["g.skip"].T
        return units

    def output(self, hidden: Floats) -> Ints:
        """The output read from the hidden state, [batch, K]."""
        return self.coding.outputs.decode(self.raw_output(hidden))

    def margin(self, hidden: Floats) -> Floats:
        """How far each output [batch, K] is from another answer.

        For classes the best score's lead over the next, for numbers the distance to the nearest
        half, in whole-number units.
        """
        return self.coding.outputs.margin(self.raw_output(hidden))

    def _activate(self, units: Floats) -> Floats:
        return np.maximum(units, 0.0) if self.architecture.activation == "relu" else np.tanh(units)
