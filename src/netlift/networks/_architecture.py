"""The shapes of network that can be trained, and how whole numbers enter and leave them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.data._sequences import Sequences
from netlift.networks._whole import whole_numbers

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Alphabet = tuple[int, ...]


@dataclass(frozen=True)
class Architecture:
    """A recurrent network `h' = f(h, x), y = g(h')` whose f and g are multi-layer perceptrons.

    `hidden` is the number H of hidden units; `f_depth` and `g_depth` count affine layers (1: affine),
    all inner ones `width` wide. With `skip` each perceptron has an affine path beside it:
    f(h, x) = MLP(h, x) + A h + B x and g(h) = MLP(h) + C h. `inputs` says how a stream enters: as one
    standardised number, or with one unit a symbol; `outputs` how one leaves: as a standardised number
    that is rounded, or with one score a class.
    """

    hidden: int
    width: int
    f_depth: int = 2
    g_depth: int = 2
    activation: Literal["relu", "tanh"] = "relu"
    skip: bool = True
    inputs: Literal["number", "one-hot"] = "number"
    outputs: Literal["number", "classes"] = "number"

    def __post_init__(self) -> None:
        for name in ("hidden", "width"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}, but a network needs at least 1")
        for name in ("f_depth", "g_depth"):
            if getattr(self, name) not in (1, 2, 3):
                raise InputError(f"{name} is {getattr(self, name)}, but layers are 1 to 3 deep")

    def shapes(self, features: int, scores: int) -> dict[str, tuple[int, ...]]:
        """Shapes of the weights by name, for `features` input and `scores` output units."""
        shapes: dict[str, tuple[int, ...]] = {"initial": (self.hidden,)}
        rows = self.hidden if self.f_depth == 1 else self.width
        shapes |= {
            "f.0.hidden": (rows, self.hidden),
            "f.0.input": (rows, features),
            "f.0.bias": (rows,),
        }
        shapes |= _layers("f", 1, self.f_depth, self.width, self.width, self.hidden)
        shapes |= _layers("g", 0, self.g_depth, self.hidden, self.width, scores)
        if self.skip and self.f_depth > 1:
            shapes |= {"f.skip.hidden": (self.hidden, self.hidden), "f.skip.input": (self.hidden, features)}
        if self.skip and self.g_depth > 1:
            shapes["g.skip"] = (scores, self.hidden)
        return shapes

    def parameters(self, features: int, scores: int) -> int:
        """How many numbers a network of this shape consists of."""
        return sum(int(np.prod(shape)) for shape in self.shapes(features, scores).values())

    def __str__(self) -> str:
        name = f"H{self.hidden} W{self.width} f{self.f_depth} g{self.g_depth} {self.activation}"
        return f"{name}{' skip' if self.skip else ''}, {self.inputs} in, {self.outputs} out"


def _layers(
    name: str, first: int, depth: int, fan_in: int, width: int, out: int
) -> dict[str, tuple[int, ...]]:
    """Shapes of the layers `first` .. `depth - 1`, the last of which has `out` rows."""
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(first, depth):
        rows = out if layer == depth - 1 else width
        shapes[f"{name}.{layer}.weight"] = (rows, fan_in)
        shapes[f"{name}.{layer}.bias"] = (rows,)
        fan_in = rows
    return shapes


@dataclass(frozen=True)
class Coding:
    """How the D input and K output streams are written as the units of a network.

    `alphabets` (inputs one-hot) and `classes` (outputs as classes) hold each stream's symbols in
    ascending order, or are None where streams are numbers `(value - mean) / scale`.
    """

    alphabets: tuple[Alphabet, ...] | None
    input_mean: tuple[float, ...]
    input_scale: tuple[float, ...]
    classes: tuple[Alphabet, ...] | None
    output_mean: tuple[float, ...]
    output_scale: tuple[float, ...]

    @staticmethod
    def of(architecture: Architecture, sequences: Sequences) -> "Coding":
        """The coding that an architecture needs for these sequences."""
        inputs = sequences.inputs[sequences.mask]
        targets = sequences.targets[sequences.labelled]
        return Coding(
            _symbols(inputs) if architecture.inputs == "one-hot" else None,
            *_moments(inputs),
            _symbols(targets) if architecture.outputs == "classes" else None,
            *_moments(targets),
        )

    @property
    def streams(self) -> int:
        """The number D of input streams."""
        return len(self.input_mean)

    @property
    def features(self) -> int:
        """The number of input units."""
        return self.streams if self.alphabets is None else sum(map(len, self.alphabets))

    @property
    def scores(self) -> int:
        """The number of output units."""
        return len(self.output_mean) if self.classes is None else sum(map(len, self.classes))

    def encode(self, inputs: Ints) -> Floats:
        """Input units [..., features] of input symbols [..., D]."""
        if self.alphabets is None:
            numbers: Floats = (inputs - np.array(self.input_mean)) / np.array(self.input_scale)
            return numbers
        places = symbol_places(inputs, self.alphabets, "input")
        flat = places.reshape(-1, self.streams)
        units = np.zeros((len(flat), self.features))
        units[np.arange(len(flat))[:, None], flat] = 1.0
        return units.reshape(*inputs.shape[:-1], self.features)

    def decode(self, scores: Floats) -> Ints:
        """Output symbols [..., K] of output units [..., scores]."""
        if self.classes is None:
            numbers = scores * np.array(self.output_scale) + np.array(self.output_mean)
            return whole_numbers(numbers)
        chosen, start = [], 0
        for symbols in self.classes:
            best = scores[..., start : start + len(symbols)].argmax(axis=-1)
            chosen.append(np.array(symbols, dtype=np.int64)[best])
            start += len(symbols)
        return np.stack(chosen, axis=-1)


def symbol_places(values: Ints, alphabets: tuple[Alphabet, ...], kind: str) -> Ints:
    """For each value [..., D] the number of its unit, the streams' units following one another.

    Raises InputError where a value is not in its stream's alphabet.
    """
    if values.shape[-1] != len(alphabets):
        raise InputError(f"there are {values.shape[-1]} {kind} streams; the network has {len(alphabets)}")
    places = np.empty(values.shape, dtype=np.int64)
    start = 0
    for stream, alphabet in enumerate(alphabets):
        symbols = np.array(alphabet, dtype=np.int64)
        column = values[..., stream]
        place = np.searchsorted(symbols, column).clip(max=len(symbols) - 1)
        foreign = symbols[place] != column
        if foreign.any():
            raise InputError(
                f"{kind} stream {stream} holds the symbol {int(column[foreign].flat[0])}, which the network "
                f"was not trained on; its alphabet has {len(symbols)} symbols from {alphabet[0]} "
                f"to {alphabet[-1]}"
            )
        places[..., stream] = place + start
        start += len(symbols)
    return places


def _symbols(values: Ints) -> tuple[Alphabet, ...]:
    return tuple(tuple(np.unique(column).tolist()) for column in values.T)


def _moments(values: Ints) -> tuple[tuple[float, ...], tuple[float, ...]]:
    mean = values.mean(axis=0)
    spread = values.std(axis=0)
    return tuple(mean.tolist()), tuple(np.where(spread > 0, spread, 1.0).tolist())
