"""A network of a certificate, evaluated on sets of hidden states over many steps, rounding errors inside.

A set is a zonotope (Girard, 2005). What bending and multiplying add to it gets directions of its own, so that
over several steps slopes are multiplied first and absolute values taken last. Nothing of the learner is
imported: numpy and the standard library only.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.checker._forms import UNIT, Cloud, _mapped, _sum
from netlift.checker._points import Cell, Perceptrons

Array = NDArray[Any]

_UNDER = 1e-290
_FINE = 1e-12  # what is narrower gets no direction of its own
_FLAT = 1e-6  # slopes below are taken as 0
_BENT = 1e-13  # absolute error of tanh and the logistic function, and of what bounds them here
_MOST_SPREAD = 3  # directions for each hidden unit, before the shortest are put together


def moved(net: "Cell | Perceptrons", start: Cloud, units: Array) -> Cloud:
    """The images of N sets, each under its own row of input units [N, F]."""
    start = _few(start)
    return _directed(_cells(net, start, units) if isinstance(net, Cell) else _layers(net, start, units))


def right(net: "Cell | Perceptrons", state: Cloud, wanted: Array) -> Array:
    """For each of N sets whether the network answers `wanted` [N, K] on all of it."""
    if isinstance(net, Cell):
        start = (net.layers - 1) * net.units
        scores = _perceptron(net.weights, "g", _part(state, start, start + net.units), net.read)
        scale, mean = np.ones(net.answers), np.zeros(net.answers)
    else:
        bend = "relu" if net.relu else "tanh"
        scores = _perceptron(net.weights, "g", state, bend)
        if "g.skip" in net.weights:
            none = np.zeros(net.scores)
            skip = _mapped(state, net.weights["g.skip"], none, none, _terms(net.weights))
            scores = _sum(scores, skip)
        scale, mean = net.out_scale, net.out_mean
    good = np.ones(len(wanted), dtype=bool)
    if net.classes is None:
        numbers = scores.middle * scale + mean
        loose = 8 * UNIT * (scores.largest() * np.abs(scale) + np.abs(mean))
        away = np.abs(numbers - wanted) + scores.radius() * np.abs(scale) + loose
        near: Array = (away < 0.5).all(axis=1)
        return near
    rows, start = np.arange(len(wanted)), 0
    for stream, symbols in enumerate(net.classes):
        listed = np.array(symbols)
        match = listed == wanted[:, stream, None]
        good &= match.any(axis=1)
        place = match.argmax(axis=1)
        if net.kind == "threshold":
            over = (scores.middle[:, stream] - net.at) * np.where(place == 1, 1.0, -1.0)
            loose = scores.radius()[:, stream] + 8 * UNIT * (np.abs(over) + abs(net.at))
            good &= over > loose
            continue
        stop = start + len(symbols)
        middle, spread = scores.middle[:, start:stop], scores.spread[:, start:stop]
        fuzz, start = scores.fuzz[:, start:stop], stop
        ahead = middle[rows, place][:, None] - middle
        apart = np.abs(spread[rows, place][:, None] - spread).sum(axis=2)
        apart = apart + fuzz[rows, place][:, None] + fuzz
        apart = apart * (1.0 + 1e-12 + 4 * UNIT * spread.shape[2])
        size = np.abs(middle) + np.abs(middle[rows, place])[:, None] + apart
        leads = ahead > apart + 1e-13 * size + _UNDER
        leads[rows, place] = True
        good &= leads.all(axis=1)
    return good


# ---- one step ----------------------------------------------------------------------------------


def _layers(net: Perceptrons, start: Cloud, units: Array) -> Cloud:
    weights, terms = net.weights, _terms(net.weights) + 2 * net.features
    pushed = units @ weights["f.0.input"].T + weights["f.0.bias"]
    size = np.abs(units) @ np.abs(weights["f.0.input"]).T + np.abs(weights["f.0.bias"])
    state = _mapped(start, weights["f.0.hidden"], pushed, size, terms)
    for layer in range(1, net.f_depth):
        bias = weights[f"f.{layer}.bias"]
        bent = _directed(_bent(state, "relu" if net.relu else "tanh"))
        state = _mapped(bent, weights[f"f.{layer}.weight"], bias, np.abs(bias), terms)
    if "f.skip.hidden" in weights:
        pushed = units @ weights["f.skip.input"].T
        size = np.abs(units) @ np.abs(weights["f.skip.input"]).T
        state = _sum(state, _mapped(start, weights["f.skip.hidden"], pushed, size, terms))
    return state


def _cells(net: Cell, start: Cloud, units: Array) -> Cloud:
    size, layers, count = net.units, net.layers, len(units)
    entering = Cloud(units, np.zeros((count, units.shape[1], 0)), np.zeros_like(units))
    if "embedding" in net.weights:
        entering = _affine(net, "embedding", None, entering, turned=True)
    if net.cell == "mlp":
        return _perceptron(net.weights, "f", _joined([start, entering]), net.bend)
    states, cells = [], []
    for layer in range(layers):
        own = _part(start, layer * size, (layer + 1) * size)
        one = _affine(net, f"weight_ih_l{layer}", f"bias_ih_l{layer}", entering)
        two = _affine(net, f"weight_hh_l{layer}", f"bias_hh_l{layer}", own)

        def gate(place: int, bend: str, one: Cloud = one, two: Cloud = two) -> Cloud:
            stop = (place + 1) * size
            return _bent(_sum(_part(one, place * size, stop), _part(two, place * size, stop)), bend)

        if net.cell == "rnn":
            following = gate(0, net.bend)
        elif net.cell == "gru":  # reset, update, new
            inner = _times(gate(0, "sigmoid"), _part(two, 2 * size, 3 * size))
            new = _bent(_sum(_part(one, 2 * size, 3 * size), inner), "tanh")
            following = _towards(new, own, gate(1, "sigmoid"))
        else:  # input, forget, cell, output
            kept = _part(start, (layers + layer) * size, (layers + layer + 1) * size)
            added = _times(gate(0, "sigmoid"), gate(2, "tanh"))
            cells.append(_sum(_times(gate(1, "sigmoid"), kept), added))
            following = _times(gate(3, "sigmoid"), _bent(cells[-1], "tanh"))
        entering = _directed(following) if layer + 1 < layers else following
        states.append(entering)
    return _joined([*states, *cells])


def _perceptron(weights: Mapping[str, Array], name: str, units: Cloud, bend: str) -> Cloud:
    layer, terms = 0, _terms(weights)
    while f"{name}.{layer}.weight" in weights:
        units = _directed(_bent(units, bend) if layer else units)
        matrix = weights[f"{name}.{layer}.weight"]
        bias = weights.get(f"{name}.{layer}.bias", np.zeros(len(matrix)))
        units = _mapped(units, matrix, bias, np.abs(bias), terms)
        layer += 1
    return units


def _affine(net: Cell, matrix: str, bias: str | None, units: Cloud, turned: bool = False) -> Cloud:
    weight = net.weights[matrix].T if turned else net.weights[matrix]
    added = np.zeros(len(weight)) if bias is None else net.weights.get(bias, np.zeros(len(weight)))
    return _mapped(units, weight, added, np.abs(added), _terms(net.weights))


def _terms(weights: Mapping[str, Array]) -> int:
    return 2 * max(int(max(array.shape)) for array in weights.values()) + 12


# ---- operations on sets ------------------------------------------------------------------------


def _part(cloud: Cloud, start: int, stop: int) -> Cloud:
    return Cloud(cloud.middle[:, start:stop], cloud.spread[:, start:stop], cloud.fuzz[:, start:stop])


def _joined(parts: list[Cloud]) -> Cloud:
    """One below the other; the directions that they share come first in each."""
    most = max(part.spread.shape[2] for part in parts)
    spread = [np.pad(part.spread, [(0, 0), (0, 0), (0, most - part.spread.shape[2])]) for part in parts]
    middle, fuzz = (
        np.concatenate([getattr(one, name) for one in parts], axis=1) for name in ("middle", "fuzz")
    )
    return Cloud(middle, np.concatenate(spread, axis=1), fuzz)


def _directed(cloud: Cloud) -> Cloud:
    """What is added to a unit alone becomes a direction, where it is not very small."""
    wide = np.flatnonzero(cloud.fuzz.max(axis=0, initial=0.0) > _FINE)
    own = np.zeros((*cloud.fuzz.shape, len(wide)))
    own[:, wide, np.arange(len(wide))] = cloud.fuzz[:, wide]
    fuzz = cloud.fuzz.copy()
    fuzz[:, wide] = 0.0
    return Cloud(cloud.middle, np.concatenate([cloud.spread, own], axis=2), fuzz)


def _few(cloud: Cloud) -> Cloud:
    """The shortest directions put together into one for each unit, where there are too many."""
    units, count = cloud.spread.shape[1:]
    most = _MOST_SPREAD * units
    if count <= most:
        return cloud
    length = np.abs(cloud.spread).sum(axis=1).max(axis=0)
    short = np.ones(count, dtype=bool)
    short[np.argsort(-length, kind="stable")[: most - units]] = False
    extra = np.abs(cloud.spread[:, :, short]).sum(axis=2) * (1.0 + 1e-13 + 4 * UNIT * count) + _UNDER
    fuzz = (cloud.fuzz + extra) * (1.0 + 4 * UNIT)
    return _directed(Cloud(cloud.middle, cloud.spread[:, :, ~short], fuzz))


def _bent(cloud: Cloud, name: str) -> Cloud:
    """The activation on each unit's interval between two parallel lines, as near as they can be."""
    radius = cloud.radius() + 2 * UNIT * np.abs(cloud.middle)
    low, high = cloud.middle - radius * (1.0 + 1e-15), cloud.middle + radius * (1.0 + 1e-15)
    if name == "relu":
        bends = (low < 0.0) & (high > 0.0)
        slope = np.where(low >= 0.0, 1.0, 0.0)
        slope[bends] = high[bends] / (high[bends] - low[bends])
        top = np.where(bends, np.maximum(-slope * low, (1.0 - slope) * high), 0.0)
        bottom = np.zeros_like(top)
        off = np.zeros_like(top)
    elif name == "tanh":
        slope, top, bottom = _lines(low, high)
        off = _BENT * (1.0 + slope * np.maximum(np.abs(low), np.abs(high)))
    else:  # 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2
        slope, top, bottom = _lines(0.5 * low, 0.5 * high)
        slope, top, bottom = 0.25 * slope, 0.5 + 0.5 * top, 0.5 + 0.5 * bottom
        off = _BENT * (1.0 + slope * np.maximum(np.abs(low), np.abs(high)))
    shift, width = 0.5 * (top + bottom), 0.5 * np.maximum(top - bottom, 0.0) + off
    loose = 4 * UNIT * (slope * cloud.largest() + np.abs(shift) + width)
    spread = slope[:, :, None] * cloud.spread
    return Cloud(slope * cloud.middle + shift, spread, slope * cloud.fuzz + width + loose)


def _lines(low: Array, high: Array) -> tuple[Array, Array, Array]:
    """A slope s, and the largest and least value of tanh(x) - s x on [low, high], but for rounding.

    They are taken on at the ends or where tanh has the slope s, at +-atanh(sqrt(1 - s)). That place is found
    to 1e-7 for s >= 1e-6, and an error d of it changes the value by less than d^2, as the slope is 0 there.
    For s = 0 tanh is monotone, and the ends are enough.
    """
    left, right = np.tanh(low), np.tanh(high)
    wide = high - low
    chord = np.where(wide > 1e-5, (right - left) / np.maximum(wide, 1e-5), 1.0 - left * right)
    slope = np.clip(chord, 0.0, 1.0)
    slope = np.where(slope < _FLAT, 0.0, slope)
    ends = left - slope * low, right - slope * high
    top, bottom = np.maximum(*ends), np.minimum(*ends)
    place = np.arctanh(np.sqrt(1.0 - np.where(slope > 0.0, slope, 1.0)))
    for turn in (place, -place):
        inside = (slope > 0.0) & (turn > low) & (turn < high)
        value = np.tanh(turn) - slope * turn
        top = np.where(inside, np.maximum(top, value), top)
        bottom = np.where(inside, np.minimum(bottom, value), bottom)
    return slope, top, bottom


def _times(one: Cloud, other: Cloud) -> Cloud:
    """x y = x0 y + x y0 - x0 y0 + (x - x0) (y - y0); the last term is at most both radii multiplied."""
    one, other = _alike(one, other)
    spread = one.middle[:, :, None] * other.spread + other.middle[:, :, None] * one.spread
    fuzz = np.abs(one.middle) * other.fuzz + np.abs(other.middle) * one.fuzz + one.radius() * other.radius()
    loose = 16 * UNIT * one.largest() * other.largest() + _UNDER
    return Cloud(one.middle * other.middle, spread, fuzz * (1.0 + 1e-13) + loose)


def _towards(new: Cloud, own: Cloud, share: Cloud) -> Cloud:
    """(1 - z) new + z own, however a network computes it.

    It is (1 - z0) new + z0 own + (z - z0) (own0 - new0) + (z - z0) (own - own0 - new + new0).
    """
    new, own = _alike(new, own)
    new, share = _alike(new, share)
    own, share = _alike(own, share)
    at, apart = share.middle, own.middle - new.middle
    between = np.abs(own.spread - new.spread).sum(axis=2) * (1.0 + 1e-13 + 4 * UNIT * own.spread.shape[2])
    between = between + own.fuzz + new.fuzz
    spread = (1.0 - at)[:, :, None] * new.spread + at[:, :, None] * own.spread
    spread = spread + apart[:, :, None] * share.spread
    fuzz = np.abs(1.0 - at) * new.fuzz + np.abs(at) * own.fuzz + np.abs(apart) * share.fuzz
    fuzz = fuzz + share.radius() * between
    loose = 64 * UNIT * (1.0 + share.largest()) * (new.largest() + own.largest()) + _UNDER
    return Cloud(new.middle + at * apart, spread, fuzz * (1.0 + 1e-13) + loose)


def _alike(one: Cloud, other: Cloud) -> tuple[Cloud, Cloud]:
    most = max(one.spread.shape[2], other.spread.shape[2])

    def filled(cloud: Cloud) -> Cloud:
        pad = [(0, 0), (0, 0), (0, most - cloud.spread.shape[2])]
        return Cloud(cloud.middle, np.pad(cloud.spread, pad), cloud.fuzz)

    return filled(one), filled(other)
