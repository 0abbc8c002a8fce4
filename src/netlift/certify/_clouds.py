"""Where a network takes sets of hidden states, over several steps: zonotopes, without rounding errors.

For whoever looks for boxes; what is found counts only as the independent checker bounds it. A set is
`centre + directions @ e + own * d` with |e|, |d| <= 1 (Girard, 2005); tanh and the logistic function lie
between two parallel lines as near as can be. A product of gates keeps its linear part, the rest is at most
both radii multiplied (Ghorbal, Goubault and Putot, 2009).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.networks import Coded, MlpRnn, is_perceptron

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FINE = 1e-10  # what is narrower gets no direction of its own
STEEP = 1e-5  # width of an interval below which the slope of a chord is rounding


@dataclass(frozen=True)
class Clouds:
    """N sets of vectors of n numbers: `centre` [N, n], `directions` [N, n, g], `own` [N, n]."""

    centre: Floats
    directions: Floats
    own: Floats

    @property
    def radius(self) -> Floats:
        """How far a set reaches from its centre along each unit, [N, n]."""
        reach: Floats = np.abs(self.directions).sum(axis=2) + self.own
        return reach

    def rows(self, chosen: Ints | slice) -> "Clouds":
        """Some of the sets."""
        return Clouds(self.centre[chosen], self.directions[chosen], self.own[chosen])

    def part(self, start: int, stop: int) -> "Clouds":
        """Some of the units."""
        return Clouds(self.centre[:, start:stop], self.directions[:, start:stop], self.own[:, start:stop])

    def affine(self, matrix: Floats, bias: Floats | float = 0.0) -> "Clouds":
        """The images under an affine map."""
        directions = np.matmul(matrix, self.directions)
        return Clouds(self.centre @ matrix.T + bias, directions, self.own @ np.abs(matrix).T)

    def plus(self, other: "Clouds") -> "Clouds":
        """Sums; the directions that both have are the same."""
        one, two = _alike(self, other)
        return Clouds(one.centre + two.centre, one.directions + two.directions, one.own + two.own)

    def times(self, other: "Clouds") -> "Clouds":
        """Products, number by number."""
        one, two = _alike(self, other)
        directions = one.centre[:, :, None] * two.directions + two.centre[:, :, None] * one.directions
        own = np.abs(one.centre) * two.own + np.abs(two.centre) * one.own + one.radius * two.radius
        return Clouds(one.centre * two.centre, directions, own)

    def towards(self, other: "Clouds", share: "Clouds") -> "Clouds":
        """(1 - share) self + share other."""
        one, two = _alike(self, other)
        one, share = _alike(one, share)
        two, share = _alike(two, share)
        at, apart = share.centre, two.centre - one.centre
        between = np.abs(two.directions - one.directions).sum(axis=2) + one.own + two.own
        directions = (1.0 - at)[:, :, None] * one.directions + at[:, :, None] * two.directions
        directions = directions + apart[:, :, None] * share.directions
        own = (1.0 - at) * one.own + at * two.own + np.abs(apart) * share.own + share.radius * between
        return Clouds(one.centre + at * apart, directions, own)

    def bent(self, name: str) -> "Clouds":
        """The activation of that name."""
        radius = self.radius
        slope, shift, width = _LINES[name](self.centre - radius, self.centre + radius)
        return Clouds(
            slope * self.centre + shift, slope[:, :, None] * self.directions, slope * self.own + width
        )

    def directed(self) -> "Clouds":
        """The same with a direction for what belongs to one unit alone, where it is not very small."""
        wide = np.flatnonzero(self.own.max(axis=0, initial=0.0) > FINE)
        more = np.zeros((*self.own.shape, len(wide)))
        more[:, wide, np.arange(len(wide))] = self.own[:, wide]
        own = self.own.copy()
        own[:, wide] = 0.0
        return Clouds(self.centre, np.concatenate([self.directions, more], axis=2), own)

    def fewer(self, most: int) -> "Clouds":
        """Sets that hold these, with at most so many directions: the shortest make one for each unit."""
        units, count = self.directions.shape[1:]
        if count <= most:
            return self
        length = np.abs(self.directions).sum(axis=1).max(axis=0)
        short = np.ones(count, dtype=bool)
        short[np.argsort(-length, kind="stable")[: most - units]] = False
        own = self.own + np.abs(self.directions[:, :, short]).sum(axis=2)
        return Clouds(self.centre, self.directions[:, :, ~short], own).directed()


def joined(parts: Sequence[Clouds]) -> Clouds:
    """The units of all parts; the directions that they share come first in each."""
    most = max(part.directions.shape[2] for part in parts)
    filled = [_filled(part, most) for part in parts]
    return Clouds(
        np.concatenate([part.centre for part in filled], axis=1),
        np.concatenate([part.directions for part in filled], axis=1),
        np.concatenate([part.own for part in filled], axis=1),
    )


def advanced(network: Coded | MlpRnn, start: Clouds, units: Floats) -> Clouds:
    """The images of N sets, each under its own row of input units [N, F]."""
    start = start.fewer(3 * start.centre.shape[1])
    if is_perceptron(network):
        return _perceptrons(network, start, units).directed()
    return _cells(network.network, start, units).directed()


def leads(network: Coded | MlpRnn, state: Clouds, wanted: Ints) -> Floats:
    """By how much the right answers [N, K] are ahead of all others at least on each of N sets."""
    if is_perceptron(network):
        bend = network.architecture.activation
        scores = _layers(network.weights, "g", state, bend)
        if "g.skip" in network.weights:
            scores = scores.plus(state.affine(network.weights["g.skip"]))
        outputs = network.coding.outputs
        scale, mean = np.array(network.coding.output_scale), np.array(network.coding.output_mean)
    else:
        cell: Any = network.network
        shown = state.part((cell.layers - 1) * cell.hidden, cell.layers * cell.hidden)
        scores, outputs = _layers(cell.weights, "g", shown, cell.readout_activation), network.outputs
        scale, mean = np.ones(wanted.shape[1]), np.zeros(wanted.shape[1])
    if outputs.classes is None:
        away = np.abs(scores.centre * scale + mean - wanted) + scores.radius * np.abs(scale)
        least: Floats = 0.5 - away.max(axis=1)
        return least
    least, start, rows = np.full(len(wanted), np.inf), 0, np.arange(len(wanted))
    for stream, symbols in enumerate(outputs.classes):
        place = (np.array(symbols) == wanted[:, stream, None]).argmax(axis=1)
        if outputs.kind == "threshold":
            side = np.where(place == 1, 1.0, -1.0)
            over = side * (scores.centre[:, stream] - outputs.at) - scores.radius[:, stream]
            least = np.minimum(least, over)
            continue
        own = scores.part(start, start + len(symbols))
        start += len(symbols)
        apart = np.abs(own.directions[rows, place][:, None] - own.directions).sum(axis=2)
        ahead = (
            own.centre[rows, place][:, None] - own.centre - apart - own.own - own.own[rows, place][:, None]
        )
        ahead[rows, place] = np.inf
        least = np.minimum(least, ahead.min(axis=1))
    return least


def _perceptrons(network: MlpRnn, start: Clouds, units: Floats) -> Clouds:
    weights, bend = network.weights, network.architecture.activation
    pushed = units @ weights["f.0.input"].T + weights["f.0.bias"]
    state = start.affine(weights["f.0.hidden"], pushed)
    for layer in range(1, network.architecture.f_depth):
        bent = state.bent(bend).directed()
        state = bent.affine(weights[f"f.{layer}.weight"], weights[f"f.{layer}.bias"])
    if "f.skip.hidden" in weights:
        skip = start.affine(weights["f.skip.hidden"], units @ weights["f.skip.input"].T)
        state = state.plus(skip)
    return state


def _cells(cell: Any, start: Clouds, units: Floats) -> Clouds:
    count, size, layers = len(units), cell.hidden, cell.layers
    if "embedding" in cell.weights:
        units = units @ cell.weights["embedding"]
    entering = Clouds(units, np.zeros((count, units.shape[1], 0)), np.zeros_like(units))
    if cell.cell == "mlp":
        return _layers(cell.weights, "f", joined([start, entering]), cell.activation)
    states, cells = [], []
    for layer in range(layers):
        own = start.part(layer * size, (layer + 1) * size)
        one = entering.affine(cell.weights[f"weight_ih_l{layer}"], cell.weights.get(f"bias_ih_l{layer}", 0.0))
        two = own.affine(cell.weights[f"weight_hh_l{layer}"], cell.weights.get(f"bias_hh_l{layer}", 0.0))

        def gate(place: int, name: str, one: Clouds = one, two: Clouds = two) -> Clouds:
            stop = (place + 1) * size
            return one.part(place * size, stop).plus(two.part(place * size, stop)).bent(name)

        if cell.cell == "rnn":
            following = gate(0, cell.activation)
        elif cell.cell == "gru":  # reset, update, new
            inner = gate(0, "sigmoid").times(two.part(2 * size, 3 * size))
            new = one.part(2 * size, 3 * size).plus(inner).bent("tanh")
            following = new.towards(own, gate(1, "sigmoid"))
        else:  # input, forget, cell, output
            kept = start.part((layers + layer) * size, (layers + layer + 1) * size)
            added = gate(0, "sigmoid").times(gate(2, "tanh"))
            cells.append(gate(1, "sigmoid").times(kept).plus(added))
            following = gate(3, "sigmoid").times(cells[-1].bent("tanh"))
        entering = following.directed() if layer + 1 < layers else following
        states.append(entering)
    return joined([*states, *cells])


def _layers(weights: Mapping[str, Floats], name: str, units: Clouds, bend: str) -> Clouds:
    layer = 0
    while f"{name}.{layer}.weight" in weights:
        units = units.bent(bend).directed() if layer else units
        units = units.affine(weights[f"{name}.{layer}.weight"], weights.get(f"{name}.{layer}.bias", 0.0))
        layer += 1
    return units


def _alike(one: Clouds, other: Clouds) -> tuple[Clouds, Clouds]:
    most = max(one.directions.shape[2], other.directions.shape[2])
    return _filled(one, most), _filled(other, most)


def _filled(cloud: Clouds, most: int) -> Clouds:
    lacking = most - cloud.directions.shape[2]
    if not lacking:
        return cloud
    return Clouds(cloud.centre, np.pad(cloud.directions, [(0, 0), (0, 0), (0, lacking)]), cloud.own)


# ---- activations between two lines: slope, shift and half the width, on intervals --------------


def _tanh(low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    left, right = np.tanh(low), np.tanh(high)
    wide = high - low
    chord = np.where(wide > STEEP, (right - left) / np.maximum(wide, STEEP), 1.0 - left * right)
    slope = np.clip(chord, 0.0, 1.0)
    place = np.arctanh(np.minimum(np.sqrt(1.0 - slope), 1.0 - 1e-16))  # where tanh has that slope
    ends = left - slope * low, right - slope * high
    top, bottom = np.maximum(*ends), np.minimum(*ends)
    for turn in (place, -place):
        value, inside = np.tanh(turn) - slope * turn, (turn > low) & (turn < high)
        top = np.where(inside, np.maximum(top, value), top)
        bottom = np.where(inside, np.minimum(bottom, value), bottom)
    return slope, 0.5 * (top + bottom), 0.5 * (top - bottom)


def _sigmoid(low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    slope, shift, width = _tanh(0.5 * low, 0.5 * high)
    return 0.25 * slope, 0.5 + 0.5 * shift, 0.5 * width


def _relu(low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    bends = (low < 0.0) & (high > 0.0)
    slope = np.where(low >= 0.0, 1.0, 0.0)
    slope[bends] = high[bends] / (high[bends] - low[bends])
    width = np.where(bends, -0.5 * slope * low, 0.0)
    return slope, width, width


_LINES: dict[str, Callable[[Floats, Floats], tuple[Floats, Floats, Floats]]] = {
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "relu": _relu,
}
