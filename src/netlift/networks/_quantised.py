"""A network whose hidden state is one of finitely many codes after every step."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.networks._coded import Coded
from netlift.networks._mlp_rnn import MlpRnn

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

INNER: dict[str, type[Coded] | type[MlpRnn]] = {"cell": Coded, "mlp": MlpRnn}
CODES = "codes"  # the name of the codes among the weights
_BLOCK = 2**22  # distances worked out at a time


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Quantised:
    """A network with a layer of codes: after every step its hidden state becomes the nearest code.

    `codes` is [M, H]; "nearest" is by Euclidean distance over the whole hidden state, of all layers, for an
    LSTM the cells as well. The first hidden state is the network's own, which need not be a code. Weights
    stay as they are. That is vector quantisation (van den Oord, Vinyals and Kavukcuoglu 2017) of a
    recurrent state, as Zeng, Goodman and Smyth (1993) and Omlin and Giles (1996) did it for automata.
    Raises InputError where the codes do not fit the network, or are not finite.
    """

    network: Coded | MlpRnn
    codes: Floats

    over_whole_numbers: ClassVar[bool] = True

    def __post_init__(self) -> None:
        shape, size = np.shape(self.codes), self.network.hidden_size
        if len(shape) != 2 or not shape[0] or shape[1] != size:
            raise InputError(f"the codes have shape {list(shape)}; expected [M, {size}] with one at least")
        if not np.isfinite(self.codes).all():
            raise InputError("the codes hold a NaN or infinite number")

    def __str__(self) -> str:
        count = len(self.codes)
        return f"{self.network}, rounded to {count:,} code{'s' if count > 1 else ''}"

    @property
    def hidden_size(self) -> int:
        """The number H of hidden units."""
        return self.network.hidden_size

    @property
    def parameters(self) -> int | None:
        """How many numbers the network consists of, codes included."""
        own = self.network.parameters
        return None if own is None else own + int(self.codes.size)

    @property
    def weights(self) -> Mapping[str, Floats]:
        """The network's weights, and the codes."""
        return {**self.network.weights, CODES: self.codes}

    def config(self) -> dict[str, Any]:
        """All but the weights, as plain values that JSON can hold."""
        kind = next(name for name, cls in INNER.items() if isinstance(self.network, cls))
        return {"network": {"kind": kind, **self.network.config()}}

    @classmethod
    def restore(cls, config: Mapping[str, Any], weights: Mapping[str, Floats]) -> "Quantised":
        """The network that `config()` and `weights` were taken from."""
        inner = {name: array for name, array in weights.items() if name != CODES}
        described = {name: value for name, value in config["network"].items() if name != "kind"}
        return cls(INNER[config["network"]["kind"]].restore(described, inner), weights[CODES])

    def initial_state(self, batch: int) -> Floats:
        """The hidden state before the first input, [batch, H]."""
        return self.network.initial_state(batch)

    def next_state(self, hidden: Floats, inputs: Ints) -> Floats:
        """The hidden state after one more input: [batch, H] and [batch, D] give a code each, [batch, H]."""
        codes: Floats = self.codes[self.nearest(self.network.next_state(hidden, inputs))]
        return codes

    def nearest(self, hidden: Floats) -> Ints:
        """The number [batch] of the code nearest to each hidden state [batch, H]."""
        piece = max(1, _BLOCK // len(self.codes))
        found = [
            self.closeness(hidden[start : start + piece]).argmax(axis=1)
            for start in range(0, len(hidden), piece)
        ]
        numbers: Ints = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
        return numbers

    def closeness(self, hidden: Floats) -> Floats:
        """h c - |c|^2 / 2 [batch, M] for each hidden state and code: greatest for the nearest code."""
        closeness: Floats = hidden @ self.codes.T - self._half_squares
        return closeness

    @cached_property
    def _half_squares(self) -> Floats:
        halves: Floats = 0.5 * np.square(self.codes).sum(axis=1)
        return halves

    def raw_output(self, hidden: Floats) -> Floats:
        """The output units [batch, K'] before they are read as whole numbers."""
        return self.network.raw_output(hidden)

    def output(self, hidden: Floats) -> Ints:
        """The output read from the hidden state, [batch, K]."""
        return self.network.output(hidden)

    def margin(self, hidden: Floats) -> Floats:
        """How far each output [batch, K] is from another answer; the greater, the surer."""
        return self.network.margin(hidden)
