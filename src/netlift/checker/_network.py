"""Re-checks a saved proof that a network computes a machine or a linear recurrence.

Nothing of netlift is imported: numpy and the standard library only. The network is evaluated from its raw
weights, with bounds written anew. What is trusted: IEEE 754 double precision with rounding to nearest, in
which numpy computes sums and products in any order, with or without fused multiply-add (Higham, 2002,
section 3.1); numpy's tanh right to four units in the last place.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

FORMAT = "netlift network certificate 1"
ARITHMETIC = "binary64, any order of summation"
_U = 2.0**-53
_UNDER = 1e-290
_EXACT = 2**53
_LOOKED_AT = 4_096  # steps over which the growth of a linear network is followed exactly
_KEYS = {
    "network = machine": {"machine", "boxes"},
    "network = recurrence": {"system", "domain", "float_length"},
}
_COMMON = {"format", "claim", "tier", "arithmetic", "network", "weights", "seal"}
_ARCHITECTURE = {"hidden", "width", "f_depth", "g_depth", "activation", "skip", "inputs", "outputs"}
_CODING = {"alphabets", "input_mean", "input_scale", "classes", "output_mean", "output_scale"}


class _Refused(Exception):
    """The first step of a proof that fails."""


def check_network(certificate: Any, weights: Mapping[str, Array]) -> str | None:
    """None where the proof holds for a network with these weights; else the first step that fails."""
    try:
        with np.errstate(all="ignore"):  # what overflows compares false, and is refused
            _check(
                certificate, {name: np.asarray(array, dtype=np.float64) for name, array in weights.items()}
            )
    except _Refused as refusal:
        return str(refusal)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
        return f"form: the certificate is malformed ({type(error).__name__}: {error})"
    return None


def seal(certificate: Mapping[str, Any]) -> str:
    """The digest of all of a certificate but its seal."""
    rest = {name: value for name, value in certificate.items() if name != "seal"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digest(weights: Mapping[str, Array]) -> str:
    """The digest of weights by name, shape and value, to the last bit."""
    total = hashlib.sha256()
    for name in sorted(weights):
        array = np.ascontiguousarray(weights[name], dtype="<f8")
        total.update(json.dumps([name, list(array.shape)]).encode() + b"\n" + array.tobytes())
    return total.hexdigest()


def read_weights(data: bytes) -> dict[str, Array]:
    """The arrays of a safetensors file. Raises ValueError where it is damaged."""
    length = int.from_bytes(data[:8], "little")
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    kinds = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
    arrays: dict[str, Array] = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if entry["dtype"] not in kinds:
            raise ValueError(f"{name!r} has the type {entry['dtype']}, expected floats")
        first, last = entry["data_offsets"]
        flat = np.frombuffer(body[first:last], dtype=kinds[entry["dtype"]])
        arrays[name] = flat.reshape(entry["shape"]).astype(np.float64)
    return arrays


def _need(holds: Any, step: str) -> None:
    if not holds:
        raise _Refused(step)


def _check(certificate: Any, weights: dict[str, Array]) -> None:
    _need(isinstance(certificate, dict), "form: a certificate is an object")
    _need(certificate.get("format") == FORMAT, f"form: the format is not {FORMAT!r}")
    claim = certificate.get("claim")
    _need(isinstance(claim, str) and claim in _KEYS, "form: the claim is unknown")
    _need(set(certificate) == _COMMON | _KEYS[str(claim)], "form: fields are missing or superfluous")
    _need(certificate["seal"] == seal(certificate), "seal: the certificate was changed after it was written")
    _need(certificate["tier"] == "proved", "form: the tier of such a certificate is 'proved'")
    _need(certificate["arithmetic"] == ARITHMETIC, f"form: the arithmetic is not {ARITHMETIC!r}")
    _need(certificate["weights"] == digest(weights), "weights: they are not those that the proof is about")
    finite = all(np.isfinite(array).all() for array in weights.values())
    _need(finite, "weights: they hold a NaN or infinite number")
    if claim == "network = machine":
        _check_machine(certificate, weights)
    else:
        _check_linear(certificate, weights)


def _ints(value: Any, dimensions: int, what: str) -> Array:
    """Nested lists of whole numbers as an array."""

    def whole(entry: Any, depth: int) -> bool:
        if depth == 0:
            return type(entry) is int and abs(entry) < 2**62
        return isinstance(entry, list) and all(whole(one, depth - 1) for one in entry)

    _need(whole(value, dimensions), f"form: {what} are no whole numbers")
    array = np.array(value, dtype=np.int64)
    _need(array.ndim == dimensions, f"form: {what} are ragged or empty")
    return array


def _floats(value: Any, shape: tuple[int, ...], what: str) -> Array:
    def real(entry: Any, depth: int) -> bool:
        if depth == 0:
            return type(entry) is float and math.isfinite(entry)
        return isinstance(entry, list) and all(real(one, depth - 1) for one in entry)

    _need(real(value, len(shape)), f"form: {what} are no finite numbers")
    array = np.array(value, dtype=np.float64)
    _need(array.shape == shape, f"form: {what} have the shape {array.shape}, expected {shape}")
    return array


# ---- network = machine -------------------------------------------------------------------------


class _Form:
    """Architecture and coding of a network, checked against its weights."""

    def __init__(self, config: Any, weights: dict[str, Array]) -> None:
        _need(set(config) == {"kind", "architecture", "coding"}, "network: its description is no 'mlp'")
        shape, coding = config["architecture"], config["coding"]
        _need(config["kind"] == "mlp" and set(shape) == _ARCHITECTURE, "network: unknown architecture")
        _need(set(coding) == _CODING, "network: unknown coding")
        for name in ("hidden", "width", "f_depth", "g_depth"):
            _need(type(shape[name]) is int and shape[name] >= 1, f"network: {name} is no size")
        _need(type(shape["skip"]) is bool, "network: skip is neither true nor false")
        self.hidden, self.f_depth, self.g_depth = shape["hidden"], shape["f_depth"], shape["g_depth"]
        _need(shape["activation"] in ("relu", "tanh"), "network: unknown activation")
        self.relu = shape["activation"] == "relu"
        self.weights = weights
        self.alphabets = _alphabets(coding["alphabets"])
        self.classes = _alphabets(coding["classes"])
        _need(shape["inputs"] == ("number" if self.alphabets is None else "one-hot"), "network: inputs")
        _need(shape["outputs"] == ("number" if self.classes is None else "classes"), "network: outputs")
        streams, outputs = len(coding["input_mean"]), len(coding["output_mean"])
        self.mean = _floats(coding["input_mean"], (streams,), "input means")
        self.scale = _floats(coding["input_scale"], (streams,), "input scales")
        self.out_mean = _floats(coding["output_mean"], (outputs,), "output means")
        self.out_scale = _floats(coding["output_scale"], (outputs,), "output scales")
        _need(self.alphabets is None or len(self.alphabets) == streams, "network: number of input streams")
        _need(self.classes is None or len(self.classes) == outputs, "network: number of output streams")
        _need((self.scale != 0.0).all(), "network: an input scale is 0")
        self.features = streams if self.alphabets is None else sum(map(len, self.alphabets))
        self.scores = outputs if self.classes is None else sum(map(len, self.classes))
        expected = self._shapes(shape["width"], shape["skip"])
        _need(set(expected) == set(weights), "weights: layers are missing or superfluous")
        for name, size in expected.items():
            _need(weights[name].shape == size, f"weights: {name!r} has not the shape {size}")

    def _shapes(self, width: int, skip: bool) -> dict[str, tuple[int, ...]]:
        rows = self.hidden if self.f_depth == 1 else width
        shapes: dict[str, tuple[int, ...]] = {
            "initial": (self.hidden,),
            "f.0.hidden": (rows, self.hidden),
            "f.0.input": (rows, self.features),
            "f.0.bias": (rows,),
        }
        ends = (("f", 1, self.f_depth, rows, self.hidden), ("g", 0, self.g_depth, self.hidden, self.scores))
        for name, first, depth, entering, leaving in ends:
            for layer in range(first, depth):
                out = leaving if layer == depth - 1 else width
                shapes[f"{name}.{layer}.weight"], shapes[f"{name}.{layer}.bias"] = (out, entering), (out,)
                entering = out
        if skip and self.f_depth > 1:
            shapes["f.skip.hidden"] = (self.hidden, self.hidden)
            shapes["f.skip.input"] = (self.hidden, self.features)
        if skip and self.g_depth > 1:
            shapes["g.skip"] = (self.scores, self.hidden)
        return shapes

    def units(self, alphabet: Array) -> Array:
        """Input units [A, F], as the network computes them: one correctly rounded operation each."""
        if self.alphabets is None:
            numbers: Array = (alphabet - self.mean) / self.scale
            return numbers
        rows = []
        for symbol in alphabet.tolist():
            row: list[float] = []
            for value, listed in zip(symbol, self.alphabets, strict=True):
                _need(value in listed, f"machine: the network does not know the symbol {value}")
                row += [float(value == other) for other in listed]
            rows.append(row)
        return np.array(rows)


def _alphabets(listed: Any) -> list[list[int]] | None:
    if listed is None:
        return None
    found = []
    for one in listed:
        symbols = _ints(one, 1, "symbols").tolist()
        _need(symbols and all(a < b for a, b in zip(symbols, symbols[1:], strict=False)), "network: symbols")
        found.append(symbols)
    return found


def _check_machine(certificate: Any, weights: dict[str, Array]) -> None:
    form = _Form(certificate["network"], weights)
    machine, boxes = certificate["machine"], certificate["boxes"]
    _need(set(machine) == {"alphabet", "transitions", "outputs"}, "form: the machine's fields")
    fields = {"labels", "successors", "centres", "radii", "axes", "inverse"}
    _need(set(boxes) == fields, "form: the boxes' fields")
    alphabet = _ints(machine["alphabet"], 2, "symbols")
    transitions = _ints(machine["transitions"], 2, "transitions")
    outputs = _ints(machine["outputs"], 3, "outputs")
    states, symbols = transitions.shape
    _need(alphabet.shape == (symbols, len(form.mean)), "machine: its alphabet does not fit")
    _need(len({tuple(row) for row in alphabet.tolist()}) == symbols, "machine: a symbol stands there twice")
    _need(outputs.shape == (states, symbols, len(form.out_mean)), "machine: its outputs do not fit")
    _need(((transitions >= 0) & (transitions < states)).all(), "machine: a transition leads nowhere")
    labels = _ints(boxes["labels"], 1, "labels")
    successors = _ints(boxes["successors"], 2, "successors")
    count, hidden = len(labels), form.hidden
    _need(successors.shape == (count, symbols), "boxes: a box lacks a successor")
    _need(((successors >= 0) & (successors < count)).all(), "boxes: a successor is no box")
    _need(((labels >= 0) & (labels < states)).all(), "boxes: a label is no state")
    _need(labels[0] == 0, "start: the first box is not labelled with the machine's first state")
    good = labels[successors] == transitions[labels]
    _need(good.all(), f"labels: box {_first(good)} leads to another state than the machine does")
    centres = _floats(boxes["centres"], (count, hidden), "centres")
    radii = _floats(boxes["radii"], (count, hidden), "radii")
    axes = _floats(boxes["axes"], (hidden, hidden), "axes")
    inverse = _floats(boxes["inverse"], (hidden, hidden), "the inverse of the axes")
    _need((radii >= 0.0).all(), "boxes: a radius is negative")
    residue = np.abs(inverse @ axes - np.eye(hidden)) + 8 * hidden * _U * (np.abs(inverse) @ np.abs(axes))
    _need(residue.sum(axis=1).max() <= 1e-10, "axes: their inverse is none")
    _need((centres[0] == weights["initial"]).all(), "start: the first hidden state is not the first centre")
    units = form.units(alphabet)
    for box in range(count):  # one box at a time keeps memory small
        state = _advanced(form, units, centres[box], axes * radii[box])
        aim = successors[box]
        filled = _extent(state, centres[aim], inverse)
        good = (filled <= radii[aim]).all(axis=1)
        _need(
            good.all(), f"step: from box {box} symbol {_first(good)} leads out of the box it should lead to"
        )
        good = _answers(form, state, outputs[labels[box]])
        _need(good.all(), f"output: from box {box} symbol {_first(good)} may give another answer")


def _first(good: Array) -> int:
    return int(np.argmax(~good.reshape(len(good), -1).all(axis=1)))


class _Cloud:
    """N sets of vectors: middle [N, n] + spread [N, n, k] e + fuzz [N, n] d, with |e|, |d| <= 1."""

    def __init__(self, middle: Array, spread: Array, fuzz: Array) -> None:
        self.middle, self.spread, self.fuzz = middle, spread, fuzz

    def radius(self) -> Array:
        total: Array = (np.abs(self.spread).sum(axis=2) + self.fuzz) * (1.0 + 1e-13) + _UNDER
        return total

    def largest(self) -> Array:
        total: Array = np.abs(self.middle) * (1.0 + 4 * _U) + self.radius()
        return total


def _mapped(cloud: _Cloud, matrix: Array, added: Array, size: Array, terms: int) -> _Cloud:
    """matrix @ vector + added; `size` bounds what is added before it is summed up.

    4 n u times the sum of all absolute terms covers the rounding of the network's own evaluation, of
    the middle and of the spread, n being the number of roundings that a term goes through.
    """
    magnitude = np.abs(matrix)
    loose = 4.0 * terms * _U * (cloud.largest() @ magnitude.T + size) + _UNDER
    return _Cloud(
        cloud.middle @ matrix.T + added,
        np.matmul(matrix, cloud.spread),
        (cloud.fuzz @ magnitude.T) * (1.0 + 1e-13) + loose,
    )


def _bent(cloud: _Cloud, relu: bool) -> _Cloud:
    """The activation enclosed between two parallel lines on each unit's interval."""
    radius = cloud.radius() + 2 * _U * np.abs(cloud.middle)
    low, high = cloud.middle - radius * (1.0 + 1e-15), cloud.middle + radius * (1.0 + 1e-15)
    if relu:
        bends = (low < 0.0) & (high > 0.0)
        slope = np.where(low >= 0.0, 1.0, 0.0)
        slope[bends] = high[bends] / (high[bends] - low[bends])
        top = np.where(bends, np.maximum(-slope * low, (1.0 - slope) * high), 0.0)
        bottom = np.zeros_like(top)
        off = np.zeros_like(top)
    else:
        slope = np.minimum(1.0 - np.tanh(low) ** 2, 1.0 - np.tanh(high) ** 2) - 64 * _U
        slope = np.maximum(slope, 0.0)
        top, bottom = np.tanh(high) - slope * high, np.tanh(low) - slope * low
        off = 16 * _U * (1.0 + slope * np.maximum(np.abs(low), np.abs(high)))
    shift, width = 0.5 * (top + bottom), 0.5 * np.maximum(top - bottom, 0.0) + off
    loose = 4 * _U * (slope * cloud.largest() + np.abs(shift) + width)
    return _Cloud(
        slope * cloud.middle + shift, slope[:, :, None] * cloud.spread, slope * cloud.fuzz + width + loose
    )


def _advanced(form: _Form, units: Array, centre: Array, box: Array) -> _Cloud:
    """The images of one box, `centre` + `box` @ e, one for each row of input units [A, F]."""
    weights, hidden = form.weights, form.hidden
    start = _Cloud(centre[None], box[None], np.zeros((1, hidden)))
    most = max(hidden, form.features, *(array.shape[-1] for array in weights.values()))
    terms = 2 * most + 12
    pushed = units @ weights["f.0.input"].T + weights["f.0.bias"]
    size = np.abs(units) @ np.abs(weights["f.0.input"]).T + np.abs(weights["f.0.bias"])
    state = _mapped(start, weights["f.0.hidden"], pushed, size, terms)
    for layer in range(1, form.f_depth):
        spread = np.broadcast_to(state.spread, (len(units), *state.spread.shape[1:]))
        bent = _bent(_Cloud(state.middle, spread, state.fuzz), form.relu)
        bias = weights[f"f.{layer}.bias"]
        state = _mapped(bent, weights[f"f.{layer}.weight"], bias, np.abs(bias), terms)
    if "f.skip.hidden" in weights:
        pushed = units @ weights["f.skip.input"].T
        size = np.abs(units) @ np.abs(weights["f.skip.input"]).T
        skip = _mapped(start, weights["f.skip.hidden"], pushed, size, terms)
        state = _sum(state, skip)
    return state


def _sum(one: _Cloud, other: _Cloud) -> _Cloud:
    loose = 4 * _U * (one.largest() + other.largest())
    return _Cloud(one.middle + other.middle, one.spread + other.spread, one.fuzz + other.fuzz + loose)


def _extent(state: _Cloud, centres: Array, inverse: Array) -> Array:
    """The radii [N, H] that boxes around `centres` need in order to hold the sets."""
    magnitude = np.abs(inverse)
    away = state.middle - centres
    loose = 4 * _U * (np.abs(state.middle) + np.abs(centres))
    reach = np.abs(away) + np.abs(state.spread).sum(axis=2)
    total = np.abs(away @ inverse.T) + np.abs(np.matmul(inverse, state.spread)).sum(axis=2)
    total = total + (state.fuzz + loose) @ magnitude.T
    if not np.array_equal(inverse, np.eye(len(inverse))):
        total = total + 4 * len(inverse) * _U * (reach @ magnitude.T)
    # the inverse is exact up to 1e-10 in the largest row sum, so that this factor makes it one
    widest = total.max(axis=1, keepdims=True)
    plain = np.array_equal(inverse, np.eye(len(inverse)))
    return total * (1.0 + 1e-12) + (0.0 if plain else 2e-10 * widest) + _UNDER


def _answers(form: _Form, state: _Cloud, wanted: Array) -> Array:
    """For each set whether the network answers `wanted` [N, K] on all of it."""
    weights = form.weights
    count = len(wanted)
    spread = np.broadcast_to(state.spread, (count, *state.spread.shape[1:]))
    hidden = _Cloud(state.middle, spread, state.fuzz)
    units = hidden
    terms = 2 * max(array.shape[-1] for array in weights.values()) + 12
    for layer in range(form.g_depth):
        if layer:
            units = _bent(units, form.relu)
        bias = weights[f"g.{layer}.bias"]
        units = _mapped(units, weights[f"g.{layer}.weight"], bias, np.abs(bias), terms)
    if "g.skip" in weights:
        none = np.zeros(form.scores)
        units = _sum(units, _mapped(hidden, weights["g.skip"], none, none, terms))
    if form.classes is None:
        numbers = units.middle * form.out_scale + form.out_mean
        loose = 8 * _U * (units.largest() * np.abs(form.out_scale) + np.abs(form.out_mean))
        away = np.abs(numbers - wanted) + units.radius() * np.abs(form.out_scale) + loose
        near: Array = (away < 0.5).all(axis=1)
        return near
    good = np.ones(count, dtype=bool)
    start = 0
    for stream, symbols in enumerate(form.classes):
        stop = start + len(symbols)
        for row in range(count):
            value = int(wanted[row, stream])
            if value not in symbols:
                good[row] = False
                continue
            right = start + symbols.index(value)
            others = [place for place in range(start, stop) if place != right]
            ahead = units.middle[row, right] - units.middle[row, others]
            apart = np.abs(units.spread[row, right] - units.spread[row, others]).sum(axis=1)
            apart = apart + units.fuzz[row, right] + units.fuzz[row, others]
            size = np.abs(units.middle[row, others]) + np.abs(units.middle[row, right]) + apart
            good[row] &= bool((ahead > apart + 1e-13 * size + _UNDER).all())
        start = stop
    return good


# ---- network = recurrence ----------------------------------------------------------------------


def _check_linear(certificate: Any, weights: dict[str, Array]) -> None:
    config, system = certificate["network"], certificate["system"]
    _need(set(config) == {"kind", "alphabets"} and config["kind"] == "linear", "network: it is not linear")
    alphabets = _alphabets(config["alphabets"])
    parts = {"transition": 2, "drive": 2, "bias": 1, "readout": 2, "offset": 1, "initial": 1}
    _need(set(weights) == set(parts), "weights: layers are missing or superfluous")
    _need(set(system) == set(parts), "form: the system's fields")
    domain = certificate["domain"]
    streams = len(alphabets) if alphabets is not None else weights["drive"].shape[1]
    _need(len(domain) == streams, "domain: not one for each stream")
    for stream, symbols in enumerate(domain):
        _need(_ints(symbols, 1, "symbols").shape == (2,) and symbols[0] <= symbols[1], "domain: no range")
        if alphabets is not None:
            known = [alphabets[stream][0], alphabets[stream][-1]]
            _need(symbols == known, "domain: it is not that of the network's symbols")
    mine, theirs = {}, {}
    for name, depth in parts.items():
        rows = _ints(system[name], depth, name) if np.size(system[name]) else np.zeros((0,) * depth)
        theirs[name] = np.vectorize(Fraction, otypes=[object])(rows) if rows.size else rows.astype(object)
        array = weights[name]
        mine[name] = np.vectorize(Fraction, otypes=[object])(array) if array.size else array.astype(object)
    for one in (mine, theirs):
        size, features, outputs = len(one["bias"]), mine["drive"].shape[1], len(mine["offset"])
        shapes = ((size, size), (size, features), (outputs, size), (outputs,), (size,))
        names = ("transition", "drive", "readout", "offset", "initial")
        for name, shape in zip(names, shapes, strict=True):
            if one[name].size or math.prod(shape):
                _need(one[name].shape == shape, f"form: {name} has not the shape {shape}")
            one[name] = one[name].reshape(shape)
    if alphabets is not None:
        _need(
            mine["drive"].shape[1] == sum(map(len, alphabets)), "weights: the drive does not fit the symbols"
        )
    horizon = len(mine["bias"]) + len(theirs["bias"]) + 2  # the order of the difference, and its constant
    for lag, (one, other) in enumerate(
        zip(_response(mine, horizon), _response(theirs, horizon), strict=True)
    ):
        _need((one[0] == other[0]).all(), f"response: network and system differ at lag {lag}")
        _need((one[1] == other[1]).all(), f"offset: network and system differ at step {lag}")
    whole = all(value.denominator == 1 for array in mine.values() for value in array.reshape(-1))
    _need(whole, "rounding: the weights are not whole numbers")
    length = exact_length(mine, domain, alphabets)
    stated = certificate["float_length"]
    _need(stated is None or type(stated) is int, "form: the length is no whole number")
    _need(stated == length, f"rounding: outputs are exact up to length {length}, not {stated}")


def _response(parts: Mapping[str, Array], horizon: int) -> list[tuple[Array, Array]]:
    """The first matrices C A^k B, and the outputs without inputs."""
    column, state, found = parts["drive"], parts["initial"], []
    for _ in range(horizon):
        state = parts["transition"] @ state + parts["bias"]
        found.append((parts["readout"] @ column, parts["readout"] @ state + parts["offset"]))
        column = parts["transition"] @ column
    return found


def exact_length(parts: Mapping[str, Array], domain: Any, alphabets: Any) -> int | None:
    """Steps up to which no number of the evaluation reaches 2**53; None: never, at any length.

    Then every operation on the whole weights is exact. Followed over at most 4,096 steps, beyond which
    only a network that forgets, or whose absolute values grow slowly enough, is said to be exact.
    """
    transition, drive, bias, readout, offset, initial = (
        np.vectorize(int, otypes=[object])(parts[name]) if parts[name].size else parts[name]
        for name in ("transition", "drive", "bias", "readout", "offset", "initial")
    )
    size = len(bias)

    def pushes(matrix: Array) -> tuple[Array, Array]:
        """Least and greatest push of one input through `matrix` [n, F]."""
        low, high = np.zeros(len(matrix), dtype=object), np.zeros(len(matrix), dtype=object)
        start = 0
        for stream, (least, most) in enumerate(domain):
            if alphabets is None:
                ends = np.stack([matrix[:, stream] * least, matrix[:, stream] * most])
            else:
                ends = matrix[:, start : start + len(alphabets[stream])].T
                start += len(alphabets[stream])
            low, high = low + ends.min(axis=0), high + ends.max(axis=0)
        return low, high

    magnitude = np.vectorize(abs, otypes=[object])
    if size == 0:
        return None if all(abs(int(value)) < _EXACT for value in offset) else 0
    entering = (
        sum(
            max(abs(low), abs(high)) * magnitude(drive[:, stream])
            for stream, (low, high) in enumerate(domain)
        )
        if alphabets is None
        else np.max(magnitude(drive), axis=1) * len(alphabets)
    )

    def fits(reach: Array) -> bool:
        inner = magnitude(transition) @ reach + entering + magnitude(bias)
        outer = magnitude(readout) @ np.maximum(reach, inner) + magnitude(offset)
        return bool(max(*reach, *inner, *outer) < _EXACT)

    column, state = drive, initial
    low, high = np.zeros(size, dtype=object), np.zeros(size, dtype=object)
    reach = magnitude(initial)
    for step in range(_LOOKED_AT):
        if not fits(reach):
            return step
        least, most = pushes(column)
        low, high = low + least, high + most
        column = transition @ column
        after = transition @ state + bias
        still = bool((after == state).all())
        state = after
        reach = np.maximum(reach, np.maximum(magnitude(state + low), magnitude(state + high)))
        if still and not column.any():
            return None if fits(reach) else step + 1
    # the sum of absolute values grows steadily, so that the last length that fits is found by halving
    grown, first = magnitude(transition), _LOOKED_AT
    push = entering + magnitude(bias) + magnitude(initial)

    def absolute(steps: int) -> Array:
        matrix = np.zeros((size + 1, size + 1), dtype=object)
        matrix[:size, :size], matrix[:size, size], matrix[size, size] = grown, push, 1
        total, factor = np.identity(size + 1, dtype=object), matrix
        while steps:
            if steps & 1:
                total = np.minimum(total @ factor, 2 * _EXACT)
            factor = np.minimum(factor @ factor, 2 * _EXACT)
            steps >>= 1
        result: Array = total[:size, size] + total[:size, :size] @ magnitude(initial)
        return result

    if not fits(absolute(first)):
        return first
    last = first
    while last < 2**60 and fits(absolute(last)):
        first, last = last, 2 * last
    while last - first > 1:
        middle = (first + last) // 2
        first, last = (middle, last) if fits(absolute(middle)) else (first, middle)
    return first
