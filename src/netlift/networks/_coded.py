"""Networks over units as networks over whole numbers: how symbols enter, and how answers are read off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import OutOfTimeError
from netlift.core._errors import InputError, message_of
from netlift.networks._cells import CellRnn
from netlift.networks._states import State, longest, rows_of, vectors
from netlift.networks._symbols import Alphabet, InputCoding, OutputCoding

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class UnitNetwork(Protocol):
    """A recurrent network over the units that it was trained on, as a user brings it.

    Its hidden states are opaque (`netlift.networks._states`): of a batch of them nothing is asked but rows
    and joining. It may have a property `longest`, the most steps it can be run on, and a method
    `vector(hidden)` [batch, H], where its states can be looked at.
    """

    def initial_state(self, batch: int) -> Any:
        """The hidden state before the first input, `batch` times."""
        ...

    def next_state(self, hidden: Any, inputs: Any) -> Any:
        """The hidden states after one more input each, [batch, D]."""
        ...

    def output(self, hidden: Any) -> Any:
        """The output units [batch, K] of hidden states."""
        ...


@runtime_checkable
class WholeWords(Protocol):
    """A network over units that may answer whole words at once."""

    def along(self, words: Any) -> Any:
        """The output units [N, T, K] of words [N, T, D]; None: it has to be run step by step."""
        ...


@runtime_checkable
class GoesOn(Protocol):
    """A network over units that may answer whole words that go on from hidden states."""

    def along_from(self, hidden: Any, words: Any) -> Any:
        """The output units [N, T, K] of words [N, T, D] after hidden states; None: step by step."""
        ...


@dataclass(frozen=True)
class Coded:
    """A network over units, with the codings that make it one over whole numbers.

    Raises InputError where the network answers in another shape than before, or with a NaN.
    """

    network: UnitNetwork
    inputs: InputCoding
    outputs: OutputCoding

    over_whole_numbers: ClassVar[bool] = True

    def __str__(self) -> str:
        own = isinstance(self.network, CellRnn) or hasattr(self.network, "said")
        told = str(self.network) if own else type(self.network).__name__
        return f"{told}, {self.inputs.kind} in, {self.outputs.kind} out"

    @property
    def answers_numbers(self) -> bool:
        """Whether outputs are numbers to be rounded, and no classes."""
        return self.outputs.kind == "number"

    @property
    def hidden_size(self) -> int:
        """The number H of hidden units; 0 where hidden states are no vectors."""
        seen = vectors(self.network, self.initial_state(1))
        return 0 if seen is None else int(seen.shape[1])

    @property
    def longest(self) -> int | None:
        """The most steps that the network can be run on; None: any number."""
        return longest(self.network)

    @property
    def parameters(self) -> int | None:
        """How many numbers the network consists of; None where it does not tell."""
        told = getattr(self.network, "parameters", None)
        return told if isinstance(told, int) else None  # of a torch.nn.Module it is a method

    @property
    def weights(self) -> Mapping[str, Floats]:
        """The weights, where they are known."""
        return self.network.weights if isinstance(self.network, CellRnn) else {}

    def config(self) -> dict[str, Any]:
        """All but the weights, as plain values that JSON can hold."""
        if not isinstance(self.network, CellRnn):
            raise TypeError("only networks of known cells can be written down")
        coding = {
            "inputs": {
                "coding": self.inputs.kind,
                "alphabets": self.inputs.alphabets,
                "mean": self.inputs.mean,
                "scale": self.inputs.scale,
            },
            "outputs": {
                "coding": self.outputs.kind,
                "classes": self.outputs.classes,
                "at": self.outputs.at,
            },
        }
        return {**self.network.config(), **coding}

    @classmethod
    def restore(cls, config: Mapping[str, Any], weights: Mapping[str, Floats]) -> "Coded":
        """The network that `config()` and `weights` were taken from."""
        names = ("cell", "hidden", "layers", "activation", "readout_activation")
        inputs, outputs = config["inputs"], config["outputs"]
        return cls(
            CellRnn(**{name: config[name] for name in names}, weights=dict(weights)),
            InputCoding(
                inputs["coding"],
                _alphabets(inputs["alphabets"]),
                _floats(inputs["mean"]),
                _floats(inputs["scale"]),
            ),
            OutputCoding(outputs["coding"], _alphabets(outputs["classes"]), float(outputs["at"])),
        )

    def initial_state(self, batch: int) -> State:
        """The hidden state before the first input, `batch` times."""
        hidden = _state(asked("initial_state", self.network.initial_state, batch), "initial_state")
        if rows_of(hidden) != batch or (isinstance(hidden, np.ndarray) and hidden.ndim < 2):
            raise InputError(f"initial_state({batch}) {_shaped(hidden)}; expected {batch} hidden states")
        return hidden

    def next_state(self, hidden: State, inputs: Ints) -> State:
        """The hidden states after one more input each, [batch, D]."""
        units = self.inputs.encode(inputs)
        following = _state(asked("next_state", self.network.next_state, hidden, units), "next_state")
        if not isinstance(following, np.ndarray):
            if rows_of(following) != len(inputs):
                raise InputError(f"next_state {_shaped(following)}; expected {len(inputs)} hidden states")
            return following
        was = hidden.shape if isinstance(hidden, np.ndarray) else following.shape
        if len(was) != following.ndim or (following.ndim == 2 and following.shape != was):
            raise InputError(
                f"next_state changed the hidden state's shape from {list(hidden.shape)} to "
                f"{list(following.shape)}; expected the same shape"
            )
        if not np.isfinite(following).all():
            raise InputError("next_state gave a hidden state with a NaN or infinite number")
        return following

    def vector(self, hidden: State) -> Floats | None:
        """Hidden states as vectors [batch, H]; None where they are none."""
        return vectors(self.network, hidden)

    def raw_output(self, hidden: State) -> Floats:
        """The output units [batch, K'] before they are read as whole numbers."""
        units = _numbers(asked("output", self.network.output, hidden), "output")
        count = rows_of(hidden)
        if units.ndim != 2 or len(units) != count or not units.shape[1]:
            told = f" {list(hidden.shape)}" if isinstance(hidden, np.ndarray) else ""
            raise InputError(
                f"output has the shape {list(units.shape)} for hidden states{told}; "
                f"expected [{count}, K], with one unit at least"
            )
        if not np.isfinite(units).all():
            raise InputError("output gave a NaN or infinite number")
        return units

    def along(self, inputs: Ints) -> Ints | None:
        """The outputs [N, T, K] of words [N, T, D], where the network answers whole words; else None."""
        return self._decoded(self.raw_along(inputs))

    def along_from(self, hidden: State, inputs: Ints) -> Ints | None:
        """The outputs [N, T, K] of words [N, T, D] that go on from hidden states, as `along` has them."""
        if not isinstance(self.network, GoesOn):
            return None
        return self._decoded(self._raw_words("along_from", self.network.along_from, inputs, hidden))

    def raw_along(self, inputs: Ints) -> Floats | None:
        """The output units [N, T, K'] of words [N, T, D], as `along` has the outputs."""
        if not isinstance(self.network, WholeWords):
            return None
        return self._raw_words("along", self.network.along, inputs)

    def _raw_words(
        self, name: str, method: Callable[..., Any], inputs: Ints, *hidden: State
    ) -> Floats | None:
        """What a method of the network's that answers whole words gives, as units that were looked at."""
        if not inputs.size:
            return None
        words, steps, streams = inputs.shape
        units = self.inputs.encode(inputs.reshape(-1, streams)).reshape(words, steps, -1)
        found = asked(name, method, *hidden, units)
        if found is None:
            return None
        raw = _numbers(found, name)
        if raw.ndim != 3 or raw.shape[:2] != (words, steps) or not raw.shape[2]:
            raise InputError(
                f"{name} has the shape {list(raw.shape)} for {words} words of {steps} steps; expected "
                f"[{words}, {steps}, K]"
            )
        if not np.isfinite(raw).all():
            raise InputError(f"{name} gave a NaN or infinite number")
        return raw

    def _decoded(self, raw: Floats | None) -> Ints | None:
        if raw is None:
            return None
        return self.outputs.decode(raw.reshape(-1, raw.shape[2])).reshape(*raw.shape[:2], -1)

    def output(self, hidden: State) -> Ints:
        """The output read from the hidden state, [batch, K]."""
        return self.outputs.decode(self.raw_output(hidden))

    def graded(self, hidden: State) -> tuple[Ints, Floats]:
        """Outputs and margins [batch, K], for one call of the network."""
        raw = self.raw_output(hidden)
        return self.outputs.decode(raw), self.outputs.margin(raw)

    def margin(self, hidden: State) -> Floats:
        """How far each output [batch, K] is from another answer; the greater, the surer."""
        return self.outputs.margin(self.raw_output(hidden))


def _state(given: Any, method: str) -> State:
    """What a method of a user's network gave as hidden states: an array of numbers, or as it is."""
    if not isinstance(given, np.ndarray):
        if isinstance(given, (bool, int, float, str)) or not hasattr(given, "__len__"):
            raise InputError(f"{method} gave a {type(given).__name__}; expected a batch of hidden states")
        return given
    return _numbers(given, method) if given.dtype.kind in "fiubc" else given


def _shaped(hidden: State) -> str:
    shape = f"has the shape {list(hidden.shape)}" if isinstance(hidden, np.ndarray) else None
    return shape or f"gave {rows_of(hidden)} of them"


def asked(name: str, method: Callable[..., Any], *arguments: Any) -> Any:
    """What a method of a user's network gives. Raises InputError where it raises anything."""
    try:
        return method(*arguments)
    except (InputError, OutOfTimeError):
        raise
    except (Exception, SystemExit) as error:  # a model of a user's may leave by any way
        said = message_of(error)
        told = f"{type(error).__name__}: {said}" if said else type(error).__name__
        raise InputError(f"the network's {name} failed with {told}") from error


def _numbers(given: Any, method: str) -> Floats:
    """What a method of a user's network gave, as an array."""
    try:
        if np.iscomplexobj(given):
            raise TypeError("complex numbers")
        numbers: Floats = np.asarray(given, dtype=np.float64)
    except (OverflowError, TypeError, ValueError) as error:
        raise InputError(f"{method} gave a {type(given).__name__}; expected an array of numbers") from error
    return numbers


def _alphabets(listed: Any) -> tuple[Alphabet, ...] | None:
    return None if listed is None else tuple(tuple(int(symbol) for symbol in one) for one in listed)


def _floats(listed: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in listed)
