"""The shapes of network that can be trained, and how whole numbers enter and leave them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.data._sequences import Sequences
from netlift.networks._symbols import Alphabet, InputCoding, OutputCoding

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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
    """Both codings of a network that netlift trains: those of its D input and of its K output streams.

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
        return self.inputs.units

    @property
    def scores(self) -> int:
        """The number of output units."""
        return len(self.output_mean) if self.classes is None else sum(map(len, self.classes))

    @cached_property
    def inputs(self) -> InputCoding:
        """The coding of the input streams."""
        kind: Literal["number", "one-hot"] = "number" if self.alphabets is None else "one-hot"
        return InputCoding(kind, self.alphabets, self.input_mean, self.input_scale)

    @cached_property
    def outputs(self) -> OutputCoding:
        """The coding of the output streams."""
        kind: Literal["classes", "number"] = "number" if self.classes is None else "classes"
        return OutputCoding(kind, self.classes, mean=self.output_mean, scale=self.output_scale)


def _symbols(values: Ints) -> tuple[Alphabet, ...]:
    return tuple(tuple(np.unique(column).tolist()) for column in values.T)


def _moments(values: Ints) -> tuple[tuple[float, ...], tuple[float, ...]]:
    mean = values.mean(axis=0)
    spread = values.std(axis=0)
    return tuple(mean.tolist()), tuple(np.where(spread > 0, spread, 1.0).tolist())
