"""A layer that rounds the hidden state to the nearest code: proof by construction, without training."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from netlift.certify._graph import BoxGraph
from netlift.networks import MlpRnn
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DIRECTIONS = 2_000
REFINED = (20, 200)  # rounds, and directions near the best in each
MOST_PROJECTED = 4_000_000  # images times directions
LEAST_GAP = 1e-5  # of the range of the projections
MOST_UNITS = 512


def rounded(
    network: MlpRnn, machine: Machine, graph: BoxGraph, codes: Floats, rng: np.random.Generator
) -> MlpRnn | None:
    """The network with one more layer in f, which rounds to `codes` [M, H] (row 0, the start, is no code).

    The images f(code, symbol) are projected on a direction in which those that belong to different
    codes lie apart; there a staircase of ReLUs, flat where images lie, leads from code to code. Where
    the network stepped right from each code to a vector nearer to the right code than to others, the new
    one answers as it did, and forgets every disturbance at once. None where no such direction was
    found, or f has three layers already, or is no ReLU network.
    """
    shape, weights, coding = network.architecture, network.weights, network.coding
    if shape.activation != "relu" or shape.f_depth > 2:
        return None
    count, symbols = graph.successors.shape
    inputs = np.tile(machine.alphabet, (count, 1))
    images = network.next_state(np.repeat(codes, symbols, axis=0), inputs)
    groups = graph.successors.reshape(-1) - 1
    found = _direction(images, groups, count - 1, rng)
    if found is None:
        return None
    direction, low, high = found
    order = np.argsort(low, kind="stable")
    gaps = low[order][1:] - high[order][:-1]
    begins, ends = high[order][:-1] + 0.25 * gaps, low[order][1:] - 0.25 * gaps
    steps = 2 * (count - 2)
    passing = shape.hidden if shape.skip or shape.f_depth == 1 else 0
    inner = shape.width if shape.f_depth == 2 else 0
    width = max(inner + passing, steps, shape.width, 1)
    if width > MOST_UNITS:
        return None
    larger = replace(shape, f_depth=3, width=width)
    new = {name: np.zeros(size) for name, size in larger.shapes(coding.features, coding.scores).items()}
    new["initial"] = np.asarray(weights["initial"])
    lift = _first_layer(network, machine, codes, new, inner)
    into, bias = direction, np.zeros(())
    if inner:
        new["f.1.weight"][:steps, :inner] = np.tile(into @ weights["f.1.weight"], (steps, 1))
        bias = into @ weights["f.1.bias"]
    if passing:
        new["f.1.weight"][:steps, inner : inner + passing] = into
        bias = bias - into.sum() * lift
    new["f.1.bias"][:steps] = bias - np.concatenate([begins, ends])
    ordered = codes[1:][order]
    rise = ((ordered[1:] - ordered[:-1]) / (ends - begins)[:, None]).T
    new["f.2.weight"][:, :steps] = np.concatenate([rise, -rise], axis=1)
    new["f.2.bias"] = ordered[0]
    for name, array in weights.items():
        if name.startswith("g."):
            new[name][tuple(slice(0, size) for size in array.shape)] = array
    return MlpRnn(larger, coding, new)


def _first_layer(
    network: MlpRnn, machine: Machine, codes: Floats, new: dict[str, Floats], inner: int
) -> float:
    """The old first layer, and units that let the affine path pass; the lift that keeps those active."""
    weights, depth = network.weights, network.architecture.f_depth
    if inner:
        for part in ("hidden", "input"):
            new[f"f.0.{part}"][:inner] = weights[f"f.0.{part}"]
        new["f.0.bias"][:inner] = weights["f.0.bias"]
    affine = "f.0" if depth == 1 else "f.skip"
    if f"{affine}.hidden" not in weights:
        return 0.0
    stop = inner + network.hidden_size
    new["f.0.hidden"][inner:stop] = weights[f"{affine}.hidden"]
    new["f.0.input"][inner:stop] = weights[f"{affine}.input"]
    bias = weights["f.0.bias"] if depth == 1 else np.zeros(network.hidden_size)
    units = network.coding.encode(machine.alphabet)
    reached = np.abs(codes @ weights[f"{affine}.hidden"].T).max()
    pushed = np.abs(units @ weights[f"{affine}.input"].T).max() + np.abs(bias).max()
    lift = float(np.ceil(2.0 * (reached + pushed) + 1.0))
    new["f.0.bias"][inner:stop] = bias + lift
    return lift


def _direction(
    images: Floats, groups: Ints, count: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats] | None:
    """A direction, and the interval of each group along it, with the widest least gap between groups."""
    hidden = images.shape[1]
    order = np.argsort(groups, kind="stable")
    images, groups = images[order], groups[order]
    spread = images.std(axis=0) + 1e-12
    means = np.stack([images[groups == group].mean(axis=0) for group in range(count)])
    within = np.cov((images - means[groups]).T).reshape(hidden, hidden) + 1e-9 * np.diag(spread**2)
    whitened = np.linalg.inv(np.linalg.cholesky(within)).T
    share = min(1.0, MOST_PROJECTED / (DIRECTIONS * len(images)))
    tried = rng.standard_normal((max(50, int(share * DIRECTIONS)), hidden))
    candidates = np.concatenate([np.eye(hidden), tried / spread, tried @ whitened.T])
    best = _best(candidates, images, groups, count)
    for step in range(REFINED[0]):
        size = 0.5 ** (1 + step / 2)
        near = best[0] * (1.0 + size * rng.standard_normal((max(20, int(share * REFINED[1])), hidden)))
        near = near + size * np.linalg.norm(best[0] * spread) / spread * rng.standard_normal(near.shape)
        best = _best(np.concatenate([best[0][None], near]), images, groups, count)
    direction, gap, low, high = best
    return (direction, low, high) if gap > LEAST_GAP else None


def _best(
    directions: Floats, images: Floats, groups: Ints, count: int
) -> tuple[Floats, float, Floats, Floats]:
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    along = images @ directions.T
    begins = np.searchsorted(groups, np.arange(count))
    low, high = np.minimum.reduceat(along, begins), np.maximum.reduceat(along, begins)
    order = np.argsort(low, axis=0)
    ordered_low, ordered_high = np.take_along_axis(low, order, 0), np.take_along_axis(high, order, 0)
    gaps = ordered_low[1:] - ordered_high[:-1]
    least = gaps.min(axis=0, initial=np.inf) / (high.max(axis=0) - low.min(axis=0) + 1e-300)
    place = int(least.argmax())
    return directions[place], float(least[place]), low[:, place], high[:, place]
