"""A network of a certificate, evaluated on sets of hidden states with every rounding error inside.

Nothing of the learner is imported: numpy and the standard library only.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.checker._values import listed_symbols, need, real_numbers

Array = NDArray[Any]

UNIT = 2.0**-53
_UNDER = 1e-290
_MOST_BENT = 8
_ARCHITECTURE = {"hidden", "width", "f_depth", "g_depth", "activation", "skip", "inputs", "outputs"}
_CODING = {"alphabets", "input_mean", "input_scale", "classes", "output_mean", "output_scale"}


class Form:
    """Architecture and coding of a network, checked against its weights."""

    def __init__(self, config: Any, weights: dict[str, Array]) -> None:
        need(set(config) == {"kind", "architecture", "coding"}, "network: its description is no 'mlp'")
        shape, coding = config["architecture"], config["coding"]
        need(config["kind"] == "mlp" and set(shape) == _ARCHITECTURE, "network: unknown architecture")
        need(set(coding) == _CODING, "network: unknown coding")
        for name in ("hidden", "width", "f_depth", "g_depth"):
            need(type(shape[name]) is int and shape[name] >= 1, f"network: {name} is no size")
        need(type(shape["skip"]) is bool, "network: skip is neither true nor false")
        self.hidden, self.f_depth, self.g_depth = shape["hidden"], shape["f_depth"], shape["g_depth"]
        need(shape["activation"] in ("relu", "tanh"), "network: unknown activation")
        self.relu = shape["activation"] == "relu"
        self.weights = weights
        self.alphabets = listed_symbols(coding["alphabets"])
        self.classes = listed_symbols(coding["classes"])
        need(shape["inputs"] == ("number" if self.alphabets is None else "one-hot"), "network: inputs")
        need(shape["outputs"] == ("number" if self.classes is None else "classes"), "network: outputs")
        streams, outputs = len(coding["input_mean"]), len(coding["output_mean"])
        self.mean = real_numbers(coding["input_mean"], (streams,), "input means")
        self.scale = real_numbers(coding["input_scale"], (streams,), "input scales")
        self.out_mean = real_numbers(coding["output_mean"], (outputs,), "output means")
        self.out_scale = real_numbers(coding["output_scale"], (outputs,), "output scales")
        need(self.alphabets is None or len(self.alphabets) == streams, "network: number of input streams")
        need(self.classes is None or len(self.classes) == outputs, "network: number of output streams")
        need((self.scale != 0.0).all(), "network: an input scale is 0")
        self.features = streams if self.alphabets is None else sum(map(len, self.alphabets))
        self.scores = outputs if self.classes is None else sum(map(len, self.classes))
        expected = self._shapes(shape["width"], shape["skip"])
        need(set(expected) == set(weights), "weights: layers are missing or superfluous")
        for name, size in expected.items():
            need(weights[name].shape == size, f"weights: {name!r} has not the shape {size}")

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
                need(value in listed, f"machine: the network does not know the symbol {value}")
                row += [float(value == other) for other in listed]
            rows.append(row)
        return np.array(rows)


class Frame:
    """Axes A of parallelepipeds, and a matrix B of which it is shown here how far it is from their inverse.

    With B A = I + E and |E| < 1 in the largest row sum, A has an inverse, (I + E)^-1 B. So a vector d = A u
    has the coordinates u = B d - E (I + E)^-1 B d, and where |B d| <= t in each coordinate,

        |u_i| <= t_i + (row sum of |E|)_i * max(t) / (1 - max row sum of |E|).

    The second term is there whenever A and B are not both the unit matrix to the last bit.
    """

    def __init__(self, axes: Array, inverse: Array) -> None:
        one = np.eye(len(axes))
        self.inverse = inverse
        self.plain = bool((inverse == one).all())  # a product with it rounds nothing
        if self.plain and (axes == one).all():
            self.off = np.zeros(len(axes))
            return
        rounded = 8 * (len(axes) + 2) * UNIT * (np.abs(inverse) @ np.abs(axes) + one)
        rows = (np.abs(inverse @ axes - one) + rounded).sum(axis=1) * (1.0 + 1e-12) + _UNDER
        need(rows.max() <= 1e-10, "axes: their inverse is none")
        self.off = rows * (1.0 + 1e-9)  # (1 - 1e-10)^-1, and the rounding of this product

    def reach(self, turned: Array) -> Array:
        """Bounds on coordinates [..., n] of vectors d, given bounds `turned` on B d."""
        total: Array = (turned + self.off * turned.max(axis=-1, keepdims=True)) * (1.0 + 4 * UNIT)
        return total


class Cloud:
    """N sets of vectors: middle [N, n] + spread [N, n, k] e + fuzz [N, n] d, with |e|, |d| <= 1."""

    def __init__(self, middle: Array, spread: Array, fuzz: Array) -> None:
        self.middle, self.spread, self.fuzz = middle, spread, fuzz

    def radius(self) -> Array:
        terms = 4 * UNIT * self.spread.shape[2]
        total: Array = (np.abs(self.spread).sum(axis=2) + self.fuzz) * (1.0 + 1e-13 + terms) + _UNDER
        return total

    def largest(self) -> Array:
        total: Array = np.abs(self.middle) * (1.0 + 4 * UNIT) + self.radius()
        return total


def _mapped(cloud: Cloud, matrix: Array, added: Array, size: Array, terms: int) -> Cloud:
    """matrix @ vector + added; `size` bounds what is added before it is summed up.

    4 n u times the sum of all absolute terms covers the rounding of the network's own evaluation, of
    the middle and of the spread, n being the number of roundings that a term goes through.
    """
    largest, read = cloud.largest(), matrix.any(axis=0)
    if not read.all() and np.isfinite(largest).all():  # what is finite and multiplied by 0 adds nothing
        matrix, largest = matrix[:, read], largest[:, read]
        cloud = Cloud(cloud.middle[:, read], cloud.spread[:, read], cloud.fuzz[:, read])
    magnitude = np.abs(matrix)
    loose = 4.0 * terms * UNIT * (largest @ magnitude.T + size) + _UNDER
    return Cloud(
        cloud.middle @ matrix.T + added,
        np.matmul(matrix, cloud.spread),
        (cloud.fuzz @ magnitude.T) * (1.0 + 1e-13) + loose,
    )


def _bent(cloud: Cloud, relu: bool) -> Cloud:
    """The activation enclosed between two parallel lines on each unit's interval."""
    radius = cloud.radius() + 2 * UNIT * np.abs(cloud.middle)
    low, high = cloud.middle - radius * (1.0 + 1e-15), cloud.middle + radius * (1.0 + 1e-15)
    if relu:
        bends = (low < 0.0) & (high > 0.0)
        slope = np.where(low >= 0.0, 1.0, 0.0)
        slope[bends] = high[bends] / (high[bends] - low[bends])
        top = np.where(bends, np.maximum(-slope * low, (1.0 - slope) * high), 0.0)
        bottom = np.zeros_like(top)
        off = np.zeros_like(top)
    else:
        slope = np.minimum(1.0 - np.tanh(low) ** 2, 1.0 - np.tanh(high) ** 2) - 64 * UNIT
        slope = np.maximum(slope, 0.0)
        top, bottom = np.tanh(high) - slope * high, np.tanh(low) - slope * low
        off = 16 * UNIT * (1.0 + slope * np.maximum(np.abs(low), np.abs(high)))
    shift, width = 0.5 * (top + bottom), 0.5 * np.maximum(top - bottom, 0.0) + off
    loose = 4 * UNIT * (slope * cloud.largest() + np.abs(shift) + width)
    # the widest bends get a direction of their own, so that what they add may cancel in a later layer
    count, units = width.shape
    widest = width.max(axis=0, initial=0.0)
    bent = [int(unit) for unit in np.argsort(-widest, kind="stable")[:_MOST_BENT] if widest[unit] > 0.0]
    own = np.zeros((count, units, len(bent)))
    own[:, bent, np.arange(len(bent))] = width[:, bent]
    width[:, bent] = 0.0
    loose = loose + width
    kept = np.broadcast_to(slope[:, :, None] * cloud.spread, (count, units, cloud.spread.shape[2]))
    spread = np.concatenate([kept, own], axis=2)
    return Cloud(slope * cloud.middle + shift, spread, slope * cloud.fuzz + loose)


def advanced(form: Form, units: Array, start: Cloud) -> Cloud:
    """The images of one set, one for each row of input units [A, F]; or of N sets for one row."""
    weights, hidden = form.weights, form.hidden
    most = max(hidden, form.features, *(array.shape[-1] for array in weights.values()))
    terms = 2 * most + 12
    pushed = units @ weights["f.0.input"].T + weights["f.0.bias"]
    size = np.abs(units) @ np.abs(weights["f.0.input"]).T + np.abs(weights["f.0.bias"])
    state = _mapped(start, weights["f.0.hidden"], pushed, size, terms)
    for layer in range(1, form.f_depth):
        spread = np.broadcast_to(state.spread, (len(state.middle), *state.spread.shape[1:]))
        bent = _bent(Cloud(state.middle, spread, state.fuzz), form.relu)
        bias = weights[f"f.{layer}.bias"]
        state = _mapped(bent, weights[f"f.{layer}.weight"], bias, np.abs(bias), terms)
    if "f.skip.hidden" in weights:
        pushed = units @ weights["f.skip.input"].T
        size = np.abs(units) @ np.abs(weights["f.skip.input"]).T
        skip = _mapped(start, weights["f.skip.hidden"], pushed, size, terms)
        state = _sum(state, skip)
    return state


def _sum(one: Cloud, other: Cloud) -> Cloud:
    loose = 4 * UNIT * (one.largest() + other.largest())
    extra = one.spread.shape[2] - other.spread.shape[2]  # the directions they share come first
    pads = [(0, 0), (0, 0), (0, max(0, extra))], [(0, 0), (0, 0), (0, max(0, -extra))]
    spread = np.pad(one.spread, pads[1]) + np.pad(other.spread, pads[0])
    return Cloud(one.middle + other.middle, spread, one.fuzz + other.fuzz + loose)


def extent(state: Cloud, centres: Array, frame: Frame) -> Array:
    """The radii [N, H] that boxes around `centres`, along the axes of the frame, need to hold the sets."""
    inverse, magnitude = frame.inverse, np.abs(frame.inverse)
    away = state.middle - centres
    loose = 4 * UNIT * (np.abs(state.middle) + np.abs(centres))
    total = np.abs(away @ inverse.T) + np.abs(np.matmul(inverse, state.spread)).sum(axis=2)
    total = total + (state.fuzz + loose) @ magnitude.T
    if not frame.plain:
        reach = np.abs(away) + np.abs(state.spread).sum(axis=2)
        total = total + 4 * (len(inverse) + 2) * UNIT * (reach @ magnitude.T)
    return frame.reach(total * (1.0 + 1e-12 + 4 * UNIT * state.spread.shape[2])) + _UNDER


def answers(form: Form, state: Cloud, wanted: Array) -> Array:
    """For each set whether the network answers `wanted` [N, K] on all of it."""
    weights = form.weights
    count = len(wanted)
    spread = np.broadcast_to(state.spread, (count, *state.spread.shape[1:]))
    hidden = Cloud(state.middle, spread, state.fuzz)
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
        loose = 8 * UNIT * (units.largest() * np.abs(form.out_scale) + np.abs(form.out_mean))
        away = np.abs(numbers - wanted) + units.radius() * np.abs(form.out_scale) + loose
        near: Array = (away < 0.5).all(axis=1)
        return near
    good = np.ones(count, dtype=bool)
    rows, start = np.arange(count), 0
    for stream, symbols in enumerate(form.classes):
        listed, stop = np.array(symbols), start + len(symbols)
        place = np.searchsorted(listed, wanted[:, stream]).clip(max=len(symbols) - 1)
        good &= listed[place] == wanted[:, stream]
        middle, spread = units.middle[:, start:stop], units.spread[:, start:stop]
        fuzz = units.fuzz[:, start:stop]
        ahead = middle[rows, place][:, None] - middle
        apart = np.abs(spread[rows, place][:, None] - spread).sum(axis=2)
        apart = apart + fuzz[rows, place][:, None] + fuzz
        size = np.abs(middle) + np.abs(middle[rows, place])[:, None] + apart
        leads = ahead > apart + 1e-13 * size + _UNDER
        leads[rows, place] = True
        good &= leads.all(axis=1)
        start = stop
    return good
