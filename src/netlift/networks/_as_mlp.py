"""Cells that are two perceptrons in other clothes, written as an `MlpRnn`."""

import numpy as np
from numpy.typing import NDArray

from netlift.networks._architecture import Architecture, Coding
from netlift.networks._cells import CellRnn
from netlift.networks._coded import Coded
from netlift.networks._mlp_rnn import MlpRnn
from netlift.networks._symbols import InputCoding, OutputCoding

Floats = NDArray[np.float64]
Layer = tuple[Floats, Floats]  # weights, bias

_DEEPEST = 3  # layers of f and of g


def as_mlp(coded: Coded) -> MlpRnn | None:
    """The same network as h' = f(h, x), y = g(h) with perceptrons f and g, or None where it is none.

    That is so for the two perceptrons of MIPS, and for an Elman network of one layer, whose state is
    then what stands inside its activation: s' = W act(s) + U x + b. Nothing is computed differently:
    widths are filled up with units that are always zero, symbols and classes are put in ascending order.
    """
    cell = coded.network
    if not isinstance(cell, CellRnn) or cell.activation not in ("relu", "tanh"):
        return None
    readout = _layers(cell, "g")
    if len(readout) > 1 and cell.readout_activation != cell.activation:
        return None
    inner, skip = _inner(cell), None
    if inner is None:
        return None
    if cell.cell == "rnn":
        skip = cell.weights["weight_ih_l0"]
        readout = [(np.eye(cell.hidden), np.zeros(cell.hidden)), *readout]
    elif "embedding" in cell.weights:
        return None
    if len(inner) > _DEEPEST or len(readout) > _DEEPEST:
        return None
    if skip is not None and "embedding" in cell.weights:
        skip = skip @ cell.weights["embedding"].T
    order = _ascending(coded.inputs)
    first, rest = inner[0], inner[1:]
    into = skip if skip is not None else first[0][:, cell.hidden :]
    into = into[:, order]
    readout[-1], classes = _answers(readout[-1], coded.outputs)
    width = max([len(bias) for _, bias in (*inner[:-1], *readout[:-1])], default=cell.hidden)
    weights = {"initial": np.zeros(cell.hidden)}
    f = _padded([(first[0][:, : cell.hidden], first[1]), *rest], width)
    g = _padded(readout, width)
    weights |= {"f.0.hidden": f[0][0], "f.0.bias": f[0][1]}
    weights["f.0.input"] = _rows(into, len(f[0][1])) if skip is None else np.zeros((len(f[0][1]), len(order)))
    for name, layers in (("f", f[1:]), ("g", g)):
        for number, (matrix, bias) in enumerate(layers, 1 if name == "f" else 0):
            weights |= {f"{name}.{number}.weight": matrix, f"{name}.{number}.bias": bias}
    if skip is not None:
        weights |= {"f.skip.hidden": np.zeros((cell.hidden, cell.hidden)), "f.skip.input": into}
        if len(g) > 1:
            weights["g.skip"] = np.zeros((len(g[-1][1]), cell.hidden))
    architecture = Architecture(
        cell.hidden,
        width,
        len(f),
        len(g),
        "relu" if cell.activation == "relu" else "tanh",
        skip is not None,
        coded.inputs.kind,
        "number" if classes is None else "classes",
    )
    return MlpRnn(architecture, _coding(coded, classes), weights)


def _inner(cell: CellRnn) -> list[Layer] | None:
    """The layers of f: of an Elman network, the identity and what follows the activation."""
    if cell.cell == "mlp":
        return _layers(cell, "f")
    if cell.cell != "rnn" or cell.layers != 1:
        return None
    zero = np.zeros(cell.hidden)
    bias = cell.weights.get("bias_ih_l0", zero) + cell.weights.get("bias_hh_l0", zero)
    return [(np.eye(cell.hidden), zero), (cell.weights["weight_hh_l0"], bias)]


def _layers(cell: CellRnn, name: str) -> list[Layer]:
    layers: list[Layer] = []
    while f"{name}.{len(layers)}.weight" in cell.weights:
        matrix = cell.weights[f"{name}.{len(layers)}.weight"]
        layers.append((matrix, cell.weights.get(f"{name}.{len(layers)}.bias", np.zeros(len(matrix)))))
    return layers


def _padded(layers: list[Layer], width: int) -> list[Layer]:
    """The layers with all inner ones `width` wide."""
    filled: list[Layer] = []
    for number, (matrix, bias) in enumerate(layers):
        rows = len(bias) if number == len(layers) - 1 else width
        matrix = _rows(matrix, rows)
        if number:
            matrix = np.pad(matrix, ((0, 0), (0, width - matrix.shape[1])))
        filled.append((matrix, np.pad(bias, (0, rows - len(bias)))))
    return filled


def _rows(matrix: Floats, rows: int) -> Floats:
    return np.pad(matrix, ((0, rows - len(matrix)), (0, 0)))


def _ascending(inputs: InputCoding) -> list[int]:
    """The places of the input units when each stream's symbols are in ascending order."""
    if inputs.alphabets is None:
        return list(range(inputs.units))
    order: list[int] = []
    for alphabet in inputs.alphabets:
        start = len(order)
        order += [start + place for place in np.argsort(np.array(alphabet), kind="stable").tolist()]
    return order


def _answers(last: Layer, outputs: OutputCoding) -> tuple[Layer, tuple[tuple[int, ...], ...] | None]:
    """The last layer of g with classes in ascending order; a threshold is the lead of the second class."""
    if outputs.classes is None:
        return last, None
    matrix, bias = last
    rows: list[Floats] = []
    shifts: list[float] = []
    start = 0
    for stream, symbols in enumerate(outputs.classes):
        order = np.argsort(np.array(symbols), kind="stable").tolist()
        if outputs.kind == "threshold":
            lead = [(np.zeros(matrix.shape[1]), 0.0), (matrix[stream], float(bias[stream]) - outputs.at)]
            rows += [lead[place][0] for place in order]
            shifts += [lead[place][1] for place in order]
        else:
            rows += [matrix[start + place] for place in order]
            shifts += [float(bias[start + place]) for place in order]
            start += len(symbols)
    return (np.array(rows), np.array(shifts)), tuple(tuple(sorted(symbols)) for symbols in outputs.classes)


def _coding(coded: Coded, classes: tuple[tuple[int, ...], ...] | None) -> Coding:
    inputs = coded.inputs
    alphabets = None if inputs.alphabets is None else tuple(tuple(sorted(one)) for one in inputs.alphabets)
    streams = len(inputs.mean) if alphabets is None else len(alphabets)
    mean, scale = (inputs.mean, inputs.scale) if alphabets is None else ((0.0,) * streams, (1.0,) * streams)
    assert isinstance(coded.network, CellRnn)
    answers = coded.outputs.streams(coded.network.output_units)
    return Coding(alphabets, mean, scale, classes, (0.0,) * answers, (1.0,) * answers)


def as_cell(network: MlpRnn) -> Coded | None:
    """The Elman network that `as_mlp` made such perceptrons from, or None where they are of another form.

    Its hidden state is act(s) where the perceptrons' is s, from the same first answers on: both start at 0.
    """
    weights, shape = network.weights, network.architecture
    one, hidden = np.eye(shape.hidden), shape.hidden
    zero = ("initial", "f.0.input", "f.0.bias", "f.skip.hidden", "g.0.bias", "g.skip")
    elman = shape.skip and shape.f_depth == 2 and shape.width == hidden and shape.g_depth >= 2
    if not elman or any(weights[name].any() for name in zero if name in weights):
        return None
    if not (np.array_equal(weights["f.0.hidden"], one) and np.array_equal(weights["g.0.weight"], one)):
        return None
    coding = network.coding
    if any(coding.output_mean) or set(coding.output_scale) != {1.0}:
        return None
    own = {
        "weight_ih_l0": weights["f.skip.input"],
        "weight_hh_l0": weights["f.1.weight"],
        "bias_ih_l0": weights["f.1.bias"],
    }
    for layer in range(1, shape.g_depth):
        for kind in ("weight", "bias"):
            own[f"g.{layer - 1}.{kind}"] = weights[f"g.{layer}.{kind}"]
    cell = CellRnn("rnn", hidden, 1, shape.activation, shape.activation, own)
    numbers = coding.classes is None
    outputs = OutputCoding("number") if numbers else OutputCoding("classes", coding.classes)
    return Coded(cell, coding.inputs, outputs)
