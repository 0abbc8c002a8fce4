"""A linear recurrent network: the depth-1 network, whose weights may be whole numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.networks._symbols import Alphabet, OutputCoding, symbol_places

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_NUMBERS = OutputCoding("number")
_NAMES = ("transition", "drive", "bias", "readout", "offset", "initial")


@dataclass(frozen=True, eq=False)
class LinearRnn:
    """`h' = A h + B phi(x) + b`, `y = round(C h' + d)`, in double precision.

    `weights` has "transition" A [H, H], "drive" B [H, F], "bias" b [H], "readout" C [K, H],
    "offset" d [K] and "initial" [H], the state before the first input. `phi` gives the D streams
    as numbers (F = D) where `alphabets` is None, else one unit for each symbol of each stream,
    streams following one another. Outputs are exact while they stay below 2**53.
    Raises InputError where weights are missing, superfluous, misshapen or not finite.
    """

    weights: Mapping[str, Floats]
    alphabets: tuple[Alphabet, ...] | None = None

    over_whole_numbers: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name in _NAMES:
            if name not in self.weights:
                raise InputError(f"the weights {name!r} are missing; expected an array")
        for name in sorted(self.weights.keys() - set(_NAMES)):
            raise InputError(f"the weights {name!r} belong to no layer of a linear network")
        hidden, outputs = len(self.weights["bias"]), len(self.weights["offset"])
        drive = np.shape(self.weights["drive"])
        features = drive[-1] if self.alphabets is None else sum(map(len, self.alphabets))
        shapes = {
            "transition": (hidden, hidden),
            "drive": (hidden, features),
            "bias": (hidden,),
            "readout": (outputs, hidden),
            "offset": (outputs,),
            "initial": (hidden,),
        }
        for name, shape in shapes.items():
            found = np.shape(self.weights[name])
            if found != shape:
                raise InputError(f"the weights {name!r} have shape {list(found)}, expected {list(shape)}")
            if not np.isfinite(self.weights[name]).all():
                raise InputError(f"the weights {name!r} hold a NaN or infinite number")

    def __str__(self) -> str:
        coding = "number" if self.alphabets is None else "one-hot"
        return f"H{self.hidden_size} linear, {coding} in, number out"

    @property
    def hidden_size(self) -> int:
        """The number H of hidden units."""
        return len(self.weights["bias"])

    @property
    def parameters(self) -> int:
        """How many numbers the network consists of."""
        return sum(int(np.size(self.weights[name])) for name in _NAMES)

    def config(self) -> dict[str, Any]:
        """All but the weights, as plain values that JSON can hold."""
        return {"alphabets": None if self.alphabets is None else [list(a) for a in self.alphabets]}

    @classmethod
    def restore(cls, config: Mapping[str, Any], weights: Mapping[str, Floats]) -> "LinearRnn":
        """The network that `config()` and `weights` were taken from. Raises InputError as the class does."""
        if set(config) != {"alphabets"}:
            raise InputError(f"the network's config has the keys {sorted(config)}, expected ['alphabets']")
        listed = config["alphabets"]
        alphabets = None if listed is None else tuple(tuple(int(s) for s in a) for a in listed)
        return cls(dict(weights), alphabets)

    def initial_state(self, batch: int) -> Floats:
        """The hidden state before the first input, [batch, H]."""
        return np.tile(self.weights["initial"], (batch, 1))

    def next_state(self, hidden: Floats, inputs: Ints) -> Floats:
        """The hidden state after one more input: [batch, H] and [batch, D] give [batch, H].

        Raises InputError where an input is not in the alphabet of a one-hot stream.
        """
        drive = self.weights["drive"].T
        state: Floats = hidden @ self.weights["transition"].T + self.weights["bias"]
        push: Floats = (
            inputs @ drive
            if self.alphabets is None
            else drive[symbol_places(inputs, self.alphabets)].sum(axis=1)
        )
        return state + push

    def raw_output(self, hidden: Floats) -> Floats:
        """The outputs [batch, K] before rounding."""
        raw: Floats = hidden @ self.weights["readout"].T + self.weights["offset"]
        return raw

    def output(self, hidden: Floats) -> Ints:
        """The output read from the hidden state, [batch, K]."""
        return _NUMBERS.decode(self.raw_output(hidden))

    def margin(self, hidden: Floats) -> Floats:
        """How far each output [batch, K] is from the nearest half, where rounding would change it."""
        return _NUMBERS.margin(self.raw_output(hidden))
