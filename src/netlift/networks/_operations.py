"""One step of a network as a list of elementary operations, for forms in which other programs run it."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError
from netlift.networks._cells import CellRnn
from netlift.networks._coded import Coded
from netlift.networks._linear_rnn import LinearRnn
from netlift.networks._mlp_rnn import MlpRnn
from netlift.networks._quantised import CODES, Quantised
from netlift.networks._symbols import Alphabet, InputCoding, OutputCoding
from netlift.networks._whole import LARGEST

Value = TypeVar("Value")


class Operations(Protocol[Value]):
    """What a form has to be able to write; values are opaque, and are matrices [batch, columns].

    Numbers are of double precision but for inputs, places and answers, which are whole numbers of 64 bits.
    """

    def constant(self, name: str, array: NDArray[Any]) -> Value:
        """Numbers that stay what they are, under a name that is unique."""
        ...

    def product(self, one: Value, other: Value) -> Value:
        """The product of two matrices."""
        ...

    def added(self, one: Value, other: Value) -> Value:
        """The sum; a vector is added to every row."""
        ...

    def subtracted(self, one: Value, other: Value) -> Value:
        """The difference, as `added`."""
        ...

    def scaled(self, one: Value, other: Value) -> Value:
        """The product number by number, as `added`."""
        ...

    def divided(self, one: Value, other: Value) -> Value:
        """The quotient, as `added`."""
        ...

    def activated(self, name: str, units: Value) -> Value:
        """relu, tanh or sigmoid of every number."""
        ...

    def columns(self, units: Value, start: int, stop: int) -> Value:
        """The columns from `start` to before `stop`."""
        ...

    def beside(self, parts: Sequence[Value]) -> Value:
        """Matrices side by side."""
        ...

    def as_numbers(self, whole: Value) -> Value:
        """Whole numbers as numbers of double precision."""
        ...

    def rounded(self, numbers: Value, most: float) -> Value:
        """The nearest whole numbers, of two the even one; none is larger in size than `most`."""
        ...

    def best(self, scores: Value) -> Value:
        """The place [batch, 1] of the largest score of each row, of equal ones the first."""
        ...

    def above(self, units: Value, at: float) -> Value:
        """1 where a number is larger than `at`, else 0, as places."""
        ...

    def row(self, table: Value, places: Value) -> Value:
        """The rows of a table at places [batch, 1], or the numbers of a list [batch, 1] there."""
        ...

    def place(self, alphabet: Alphabet, name: str, column: Value) -> Value:
        """The place [batch, 1] of whole numbers among these; running it fails on a number that is none."""
        ...


def first_state(network: object) -> NDArray[np.float64]:
    """The hidden state before the first input, [H]. Raises InputError as `step_in` does."""
    widths(network)
    if isinstance(network, MlpRnn | LinearRnn | Coded | Quantised):
        first: NDArray[np.float64] = np.asarray(network.initial_state(1), dtype=np.float64)[0]
        return first
    raise InputError("its weights are not known: it was brought as an object with methods")


def widths(network: object) -> tuple[int, int]:
    """How many input and output streams a network has. Raises InputError as `step_in` does."""
    if isinstance(network, Quantised):
        return widths(network.network)
    if isinstance(network, MlpRnn):
        coding = network.coding
        return coding.streams, coding.outputs.streams(coding.scores)
    if isinstance(network, LinearRnn):
        drive, alphabets = network.weights["drive"], network.alphabets
        streams = int(drive.shape[1]) if alphabets is None else len(alphabets)
        return streams, len(network.weights["offset"])
    if isinstance(network, Coded) and isinstance(network.network, CellRnn):
        alphabets = network.inputs.alphabets
        streams = network.inputs.units if alphabets is None else len(alphabets)
        return streams, network.outputs.streams(network.network.output_units)
    raise InputError("its weights are not known: it was brought as an object with methods")


def step_in(network: object, ops: Operations[Value], hidden: Value, inputs: Value) -> tuple[Value, Value]:
    """Write one step of a network: from hidden state and inputs to hidden state and outputs.

    Args:
        network: one whose weights are known.
        ops: what writes the operations, in order.
        hidden: the hidden states, [batch, H].
        inputs: the inputs as whole numbers, [batch, D].

    Returns:
        The next hidden states [batch, H], and the outputs as whole numbers [batch, K].

    Raises:
        InputError: the network is an object that somebody brought.
    """
    following, units, coding = _step(network, ops, hidden, inputs)
    return following, _decoded(coding, ops, units)


def _step(
    network: object, ops: Operations[Value], hidden: Value, inputs: Value
) -> tuple[Value, Value, OutputCoding]:
    """The next hidden state, the output units read from it, and how they are read as whole numbers."""
    if isinstance(network, Quantised):
        following = _next(network.network, ops, hidden, inputs)
        codes = ops.constant(CODES, network.codes)
        turned = ops.constant(f"{CODES}.turned", np.ascontiguousarray(network.codes.T))
        half = ops.constant(f"{CODES}.half_squares", 0.5 * np.square(network.codes).sum(axis=1))
        following = ops.row(codes, ops.best(ops.subtracted(ops.product(following, turned), half)))
        return (following, *_read(network.network, ops, following))
    following = _next(network, ops, hidden, inputs)
    return (following, *_read(network, ops, following))


def _next(network: object, ops: Operations[Value], hidden: Value, inputs: Value) -> Value:
    def turned(part: str) -> Value:
        return ops.constant(f"{part}", np.ascontiguousarray(network.weights[part].T))  # type: ignore[attr-defined]

    if isinstance(network, LinearRnn):
        kind = InputCoding("one-hot", network.alphabets) if network.alphabets is not None else None
        units = ops.as_numbers(inputs) if kind is None else _encoded(kind, ops, inputs)
        state = ops.added(ops.product(hidden, turned("transition")), turned("bias"))
        return ops.added(state, ops.product(units, turned("drive")))
    if isinstance(network, MlpRnn):
        units = _encoded(network.coding.inputs, ops, inputs)
        state = ops.added(ops.product(hidden, turned("f.0.hidden")), ops.product(units, turned("f.0.input")))
        state = ops.added(state, turned("f.0.bias"))
        for layer in range(1, network.architecture.f_depth):
            state = ops.product(
                ops.activated(network.architecture.activation, state), turned(f"f.{layer}.weight")
            )
            state = ops.added(state, turned(f"f.{layer}.bias"))
        if "f.skip.hidden" in network.weights:
            state = ops.added(state, ops.product(hidden, turned("f.skip.hidden")))
            state = ops.added(state, ops.product(units, turned("f.skip.input")))
        return state
    if isinstance(network, Coded) and isinstance(network.network, CellRnn):
        units = _encoded(network.inputs, ops, inputs)
        following: Value = _Cell(network.network, ops).following(hidden, units)
        return following
    raise InputError("its weights are not known: it was brought as an object with methods")


def _read(network: object, ops: Operations[Value], hidden: Value) -> tuple[Value, OutputCoding]:
    if isinstance(network, LinearRnn):
        readout = ops.constant("readout", np.ascontiguousarray(network.weights["readout"].T))
        offset = ops.constant("offset", network.weights["offset"])
        return ops.added(ops.product(hidden, readout), offset), OutputCoding("number")
    if isinstance(network, MlpRnn):
        units = _perceptron(ops, network.weights, "g", hidden, network.architecture.activation)
        if "g.skip" in network.weights:
            skip = ops.constant("g.skip", np.ascontiguousarray(network.weights["g.skip"].T))
            units = ops.added(units, ops.product(hidden, skip))
        return units, network.coding.outputs
    if isinstance(network, Coded) and isinstance(network.network, CellRnn):
        return _Cell(network.network, ops).read(hidden), network.outputs
    raise InputError("its weights are not known: it was brought as an object with methods")


class _Cell:
    """The operations of PyTorch's cells, as `CellRnn` runs them."""

    def __init__(self, cell: CellRnn, ops: Operations[Any]) -> None:
        self.cell, self.ops = cell, ops

    def following(self, hidden: Any, units: Any) -> Any:
        """The next hidden state."""
        cell, ops = self.cell, self.ops
        if "embedding" in cell.weights:
            units = ops.product(units, ops.constant("embedding", cell.weights["embedding"]))
        if cell.cell == "mlp":
            joined = ops.beside([hidden, units])
            return _perceptron(ops, cell.weights, "f", joined, cell.activation)
        states, cells = [], []
        for layer in range(cell.layers):
            state = ops.columns(hidden, layer * cell.hidden, (layer + 1) * cell.hidden)
            if cell.cell == "lstm":
                place = (cell.layers + layer) * cell.hidden
                before = ops.columns(hidden, place, place + cell.hidden)
                units, kept = self._lstm(layer, units, state, before)
                cells.append(kept)
            elif cell.cell == "gru":
                units = self._gru(layer, units, state)
            else:
                total = ops.added(self._affine("ih", layer, units), self._affine("hh", layer, state))
                units = ops.activated(cell.activation, total)
            states.append(units)
        return ops.beside([*states, *cells])

    def read(self, hidden: Any) -> Any:
        """The output units."""
        cell = self.cell
        start = 0 if cell.cell == "mlp" else (cell.layers - 1) * cell.hidden
        last = self.ops.columns(hidden, start, start + cell.hidden)
        return _perceptron(self.ops, cell.weights, "g", last, cell.readout_activation)

    def _gru(self, layer: int, units: Any, state: Any) -> Any:
        ops, size = self.ops, self.cell.hidden
        one, two = self._affine("ih", layer, units), self._affine("hh", layer, state)
        gates = ops.activated(
            "sigmoid", ops.added(ops.columns(one, 0, 2 * size), ops.columns(two, 0, 2 * size))
        )
        reset, update = ops.columns(gates, 0, size), ops.columns(gates, size, 2 * size)
        changed = ops.scaled(reset, ops.columns(two, 2 * size, 3 * size))
        new = ops.activated("tanh", ops.added(ops.columns(one, 2 * size, 3 * size), changed))
        return ops.added(new, ops.scaled(update, ops.subtracted(state, new)))

    def _lstm(self, layer: int, units: Any, state: Any, before: Any) -> tuple[Any, Any]:
        ops, size = self.ops, self.cell.hidden
        total = ops.added(self._affine("ih", layer, units), self._affine("hh", layer, state))
        gate = [ops.columns(total, at * size, (at + 1) * size) for at in range(4)]
        into, keep, out = (ops.activated("sigmoid", gate[at]) for at in (0, 1, 3))
        new = ops.activated("tanh", gate[2])
        kept = ops.added(ops.scaled(keep, before), ops.scaled(into, new))
        return ops.scaled(out, ops.activated("tanh", kept)), kept

    def _affine(self, kind: str, layer: int, units: Any) -> Any:
        weights, ops = self.cell.weights, self.ops
        part = f"weight_{kind}_l{layer}"
        total = ops.product(units, ops.constant(f"{part}", np.ascontiguousarray(weights[part].T)))
        bias = f"bias_{kind}_l{layer}"
        return total if bias not in weights else ops.added(total, ops.constant(f"{bias}", weights[bias]))


def _perceptron(ops: Operations[Value], weights: Any, name: str, units: Value, activation: str) -> Value:
    depth = sum(key.startswith(f"{name}.") and key.endswith(".weight") for key in weights)
    for layer in range(depth):
        if layer:
            units = ops.activated(activation, units)
        part = f"{name}.{layer}.weight"
        units = ops.product(units, ops.constant(part, np.ascontiguousarray(weights[part].T)))
        bias = f"{name}.{layer}.bias"
        units = units if bias not in weights else ops.added(units, ops.constant(bias, weights[bias]))
    return units


def _encoded(coding: InputCoding, ops: Operations[Value], inputs: Value) -> Value:
    if coding.alphabets is None:
        numbers = ops.subtracted(ops.as_numbers(inputs), ops.constant("input_mean", np.array(coding.mean)))
        return ops.divided(numbers, ops.constant("input_scale", np.array(coding.scale)))
    parts = []
    for stream, alphabet in enumerate(coding.alphabets):
        places = ops.place(alphabet, f"alphabet_{stream}", ops.columns(inputs, stream, stream + 1))
        parts.append(ops.row(ops.constant(f"units_{stream}", np.eye(len(alphabet))), places))
    return ops.beside(parts)


def _decoded(coding: OutputCoding, ops: Operations[Value], units: Value) -> Value:
    if coding.kind == "number" or coding.classes is None:
        scale = ops.constant("output_scale", np.array(coding.scale))
        mean = ops.constant("output_mean", np.array(coding.mean))
        return ops.rounded(ops.added(ops.scaled(units, scale), mean), LARGEST)
    parts, start = [], 0
    for stream, symbols in enumerate(coding.classes):
        if coding.kind == "threshold":
            places = ops.above(ops.columns(units, stream, stream + 1), coding.at)
        else:
            places = ops.best(ops.columns(units, start, start + len(symbols)))
            start += len(symbols)
        names = ops.constant(f"classes_{stream}", np.array(symbols, dtype=np.int64)[:, None])
        parts.append(ops.row(names, places))
    return ops.beside(parts)
