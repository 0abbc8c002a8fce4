"""What one step of a network makes of a box, rounding included."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.networks import MlpRnn

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

UNIT = 2.0**-53  # unit roundoff of double precision
TINY = 1e-290  # more than all underflow of one layer together
MOST_BENT = 8  # units for whose bend a generator is spent
TANH = 8 * UNIT  # relative error granted to numpy's tanh


class Frame:
    """Axes of boxes, and a matrix that is their inverse but for rounding.

    `off` bounds the row sums of |inverse @ axes - 1|. It is 0 only where both are the unit matrix to the last
    bit: axes that are nearly the unit matrix are not inverted by it.
    """

    def __init__(self, axes: Floats, inverse: Floats) -> None:
        size = len(axes)
        one = np.eye(size)
        self.axes, self.inverse = axes, inverse
        self.off = np.zeros(size)
        if not (np.array_equal(axes, one) and np.array_equal(inverse, one)):
            rounded = 8 * (size + 2) * UNIT * (np.abs(inverse) @ np.abs(axes) + one)
            self.off = (np.abs(inverse @ axes - one) + rounded).sum(axis=1)

    def coordinates(self, turned: Floats) -> Floats:
        """Bounds on coordinates [N, H] along the axes, from bounds on the inverse's products."""
        if not self.off.max(initial=0.0) < 0.5:
            return np.full_like(turned, np.inf)
        largest: Floats = turned.max(axis=1, keepdims=True) / (1.0 - self.off.max(initial=0.0))
        return turned + self.off * largest


@dataclass(frozen=True)
class Image:
    """A set of vectors [..., n]: centre + generators @ e + noise * d, |e| <= 1 and |d| <= 1.

    The noise [..., n] bounds all that is not linear and every rounding error, of the network's own
    evaluation and of the bound's. `rounding` [..., n] is the part of it that one step rounds.
    """

    centre: Floats
    generators: Floats
    noise: Floats
    rounding: Floats

    def reach(self) -> Floats:
        """How far the set goes from its centre in each coordinate, rounded up."""
        total: Floats = (np.abs(self.generators).sum(axis=-1) + self.noise) * (1.0 + 1e-12) + TINY
        return total

    def within(self, centres: Floats, frame: Frame) -> Floats:
        """Radii [N, H] that boxes around `centres` [N, H], along the frame's axes, need to hold N sets."""
        hidden, inverse = centres.shape[-1], frame.inverse
        shift = self.centre.reshape(-1, hidden) - centres
        generators = self.generators.reshape(len(centres), hidden, -1)
        noise = self.noise.reshape(-1, hidden)
        if np.array_equal(inverse, np.eye(hidden)):  # a product with it rounds nothing
            needed = np.abs(shift) + np.abs(generators).sum(axis=-1) + noise
        else:
            turned = np.matmul(inverse, generators)
            needed = np.abs(shift @ inverse.T) + np.abs(turned).sum(axis=-1) + noise @ np.abs(inverse).T
            size = (np.abs(shift) + np.abs(generators).sum(axis=-1)) @ np.abs(inverse).T
            needed = needed + 1e-14 * hidden * size
        low = np.abs(centres) @ np.abs(inverse).T * (4 * hidden * UNIT)
        bound: Floats = (frame.coordinates(needed + low)) * (1.0 + 1e-9) + TINY
        return bound


def image(network: MlpRnn, alphabet: Ints, centres: Floats, radii: Floats, axes: Floats) -> Image:
    """Where f leads from each of M boxes under each of A symbols: arrays [M, A, ...]."""
    weights, depth = network.weights, network.architecture.f_depth
    units = network.coding.inputs.encode(alphabet)
    reach = radii @ np.abs(axes).T
    spread = axes[None] * radii[:, None, :]
    terms = 4 * (sum(network.architecture.shapes(1, 1)["f.0.hidden"]) + len(units[0]) + 16)
    gamma = terms * UNIT / (1.0 - terms * UNIT)

    def first(hidden: str, entered: str, bias: Floats | float) -> Image:
        own = centres @ weights[hidden].T
        pushed = units @ weights[entered].T + bias
        size = (np.abs(centres) + reach) @ np.abs(weights[hidden]).T
        pushed_size = np.abs(units) @ np.abs(weights[entered]).T + np.abs(bias)
        rounded = 2.0 * gamma * (size[:, None] + pushed_size[None]) + TINY
        generators = _times(weights[hidden], spread)[:, None]
        return Image(own[:, None] + pushed[None], generators, rounded, rounded)

    state = first("f.0.hidden", "f.0.input", weights["f.0.bias"])
    for layer in range(1, depth):
        active = _activated(state, network.architecture.activation)
        state = _affine(active, weights[f"f.{layer}.weight"], weights[f"f.{layer}.bias"])
    shape = (len(centres), len(units), network.hidden_size)
    if "f.skip.hidden" in weights:
        skip = first("f.skip.hidden", "f.skip.input", 0.0)
        rounded = skip.rounding + state.rounding + 2 * gamma * (np.abs(skip.centre) + skip.reach())
        state = Image(
            state.centre + skip.centre,
            _padded(state.generators, skip.generators),
            state.noise + skip.noise + rounded,
            rounded,
        )
    generators = np.broadcast_to(state.generators, (*shape, state.generators.shape[-1]))
    return Image(state.centre, generators, state.noise, state.rounding)


def lead(network: MlpRnn, states: Image, outputs: Ints) -> Floats:
    """The least lead of the right output on each of N sets of hidden states; [N] for outputs [N, K].

    For classes the difference of scores to the next class, for numbers the distance to the nearest half.
    """
    weights, coding = network.weights, network.coding
    hidden = network.hidden_size
    sets = Image(*(part.reshape(len(outputs), hidden, *part.shape[3:]) for part in _parts(states)))
    units = sets
    for layer in range(network.architecture.g_depth):
        if layer:
            units = _activated(units, network.architecture.activation)
        units = _affine(units, weights[f"g.{layer}.weight"], weights[f"g.{layer}.bias"])
    if "g.skip" in weights:
        skip = _affine(sets, weights["g.skip"], np.zeros(len(weights["g.skip"])))
        rounded = units.rounding + skip.rounding
        rounded = rounded + 4 * UNIT * (np.abs(units.centre) + units.reach())
        rounded = rounded + 4 * UNIT * (np.abs(skip.centre) + skip.reach())
        units = Image(
            units.centre + skip.centre,
            _padded(units.generators, skip.generators),
            units.noise + skip.noise + rounded,
            rounded,
        )
    if coding.classes is None:
        scale, mean = np.array(coding.output_scale), np.array(coding.output_mean)
        numbers = units.centre * scale + mean
        reach = units.reach() * np.abs(scale)
        rounded = 8 * UNIT * (np.abs(units.centre * scale) + reach + np.abs(mean))
        least: Floats = (0.5 - np.abs(numbers - outputs) - reach - rounded).min(axis=1)
        return least
    leads, start = [], 0
    for stream, symbols in enumerate(coding.classes):
        stop = start + len(symbols)
        leads.append(_class_lead(units, start, stop, np.array(symbols), outputs[:, stream]))
        start = stop
    worst: Floats = np.min(leads, axis=0)
    return worst


def _class_lead(units: Image, start: int, stop: int, symbols: Ints, wanted: Ints) -> Floats:
    place = np.searchsorted(symbols, wanted).clip(max=len(symbols) - 1)
    rows = np.arange(len(wanted))
    centre, generators = units.centre[:, start:stop], units.generators[:, start:stop]
    noise = units.noise[:, start:stop]
    ahead = centre[rows, place][:, None] - centre
    apart = np.abs(generators[rows, place][:, None] - generators).sum(axis=-1)
    loose = noise + noise[rows, place][:, None]
    size = np.abs(centre) + np.abs(centre[rows, place])[:, None] + apart
    lead = ahead - apart - loose - 1e-12 * size - TINY
    lead[rows, place] = np.inf
    least: Floats = np.where(symbols[place] == wanted, lead.min(axis=1), -np.inf)
    return least


def _padded(longer: Floats, shorter: Floats) -> Floats:
    """The sum of generators of which the first are the same disturbances."""
    if not shorter.shape[-1]:
        return longer
    missing = longer.shape[-1] - shorter.shape[-1]
    total: Floats = longer + np.pad(shorter, [(0, 0)] * (shorter.ndim - 1) + [(0, missing)])
    return total


def _parts(states: Image) -> tuple[Floats, Floats, Floats, Floats]:
    return states.centre, states.generators, states.noise, states.rounding


def _affine(units: Image, matrix: Floats, bias: Floats) -> Image:
    """The exact affine image, widened by what its evaluation rounds, here and in the network."""
    terms = 4 * (matrix.shape[1] + 16)
    gamma = terms * UNIT / (1.0 - terms * UNIT)
    size = np.abs(units.centre) + units.reach()
    centre, generators, noise = units.centre, units.generators, units.noise
    used = np.flatnonzero(matrix.any(axis=0))  # a layer of roundings reads few of many units
    if len(used) < matrix.shape[1] and np.isfinite(size).all():
        matrix, size = matrix[:, used], size[..., used]
        centre, generators, noise = centre[..., used], generators[..., used, :], noise[..., used]
    rounded = 2.0 * gamma * (size @ np.abs(matrix).T + np.abs(bias)) + TINY
    return Image(
        centre @ matrix.T + bias,
        _times(matrix, generators),
        (noise @ np.abs(matrix).T) * (1.0 + 1e-12) + rounded,
        rounded,
    )


def _times(matrix: Floats, generators: Floats) -> Floats:
    """Generators [..., n, K] under a matrix [m, n]; an Elman network as perceptrons has many of 1 or 0."""
    if len(matrix) == matrix.shape[1] and np.array_equal(matrix, np.eye(len(matrix))):
        return generators
    if not matrix.any() and np.isfinite(generators).all():
        return np.zeros((*generators.shape[:-2], len(matrix), 0))
    product: Floats = np.matmul(matrix, generators)
    return product


def _activated(units: Image, activation: str) -> Image:
    """Slopes and widths such that slope * x + offset +- width encloses the activation (DeepZ)."""
    reach = units.reach() + 4 * UNIT * np.abs(units.centre)
    low, high = units.centre - reach, units.centre + reach
    if activation == "relu":
        crossing = (low < 0.0) & (high > 0.0)
        share = np.divide(high, high - low, out=np.ones_like(high), where=crossing)
        slope = np.where(crossing, share, (low >= 0.0).astype(float))
        gap = np.where(crossing, np.maximum(-slope * low, (1.0 - slope) * high), 0.0)
        offset, width = 0.5 * gap, 0.5 * gap
    else:
        slope = np.maximum(np.minimum(1.0 - np.tanh(low) ** 2, 1.0 - np.tanh(high) ** 2) - 1e-15, 0.0)
        top, bottom = np.tanh(high) - slope * high, np.tanh(low) - slope * low
        offset, width = 0.5 * (top + bottom), 0.5 * (top - bottom)
        width = np.maximum(width, 0.0) + TANH * (4.0 + 4.0 * slope * (np.abs(low) + np.abs(high)))
    centre = slope * units.centre + offset
    extra = 8 * UNIT * (np.abs(slope) * (np.abs(units.centre) + reach) + np.abs(offset) + width)
    noise = slope * units.noise + extra
    generators = slope[..., None] * units.generators
    largest = width.reshape(-1, width.shape[-1]).max(axis=0, initial=0.0)
    bent = np.sort(np.argsort(-largest, kind="stable")[:MOST_BENT])
    bent = bent[largest[bent] > 0.0]  # each gets a generator, so that later layers see that it is one
    if len(bent):
        own = np.zeros((*width.shape, len(bent)))
        own[..., bent, np.arange(len(bent))] = width[..., bent]
        generators = np.broadcast_to(generators, (*width.shape, generators.shape[-1]))
        generators = np.concatenate([generators, own], axis=-1)
        width[..., bent] = 0.0
    noise = noise + width
    return Image(centre, generators, noise, np.zeros_like(noise))
