"""A layer that rounds the hidden state to the nearest code: proof by construction, without training."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.certify._graph import BoxGraph
from netlift.networks import MlpRnn
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DIRECTIONS = 2_000
DISCRIMINANTS = 5
MOST_PROJECTED = 4_000_000  # images times directions
LEAST_GAP = 1e-4  # of the range of the projections
LOOKED_AT = 100  # directions with the most intervals, among which the next one is chosen
MOST_DIRECTIONS = 8
FEWEST = 4  # of them at least
MOST_RANKED = 3_000_000  # directions times the cube of the groups, which is what their ranks cost
MOST_UNITS = 512


def rounded(
    network: MlpRnn, machine: Machine, graph: BoxGraph, codes: Floats, rng: np.random.Generator
) -> MlpRnn | None:
    """The network with one more layer in f, which rounds to `codes` [M, H] (row 0, the start, is no code).

    The images f(code, symbol) are projected on one or several directions. Along each, those of one code lie
    in one interval, maybe with those of others, and a staircase of ReLUs is flat on every interval. The
    heights of the steps are such that the staircases add up to the code. Where the network stepped from each
    code to where such directions tell the right code from all others, the new one answers as it did, and
    forgets every disturbance at once. None where no such directions were found, or f has three layers
    already, or is no ReLU network.
    """
    shape, weights, coding = network.architecture, network.weights, network.coding
    if shape.activation != "relu" or shape.f_depth > 2:
        return None
    count, symbols = graph.successors.shape
    inputs = np.tile(machine.alphabet, (count, 1))
    images = network.next_state(np.repeat(codes, symbols, axis=0), inputs)
    passing = shape.hidden if shape.skip or shape.f_depth == 1 else 0
    inner = shape.width if shape.f_depth == 2 else 0
    stairs = staircases(images, graph.successors.reshape(-1) - 1, count - 1, rng)
    if stairs is None:
        return None
    begins = np.concatenate([stair.begins for stair in stairs])
    ends = np.concatenate([stair.ends for stair in stairs])
    into = np.concatenate([np.tile(stair.direction, (len(stair.begins), 1)) for stair in stairs])
    into, edges, steps = np.tile(into, (2, 1)), np.concatenate([begins, ends]), 2 * len(begins)
    width = max(inner + passing, steps, shape.width, 1)
    if width > MOST_UNITS:
        return None
    larger = replace(shape, f_depth=3, width=width)
    new = {name: np.zeros(size) for name, size in larger.shapes(coding.features, coding.scores).items()}
    new["initial"] = np.asarray(weights["initial"])
    lift = _first_layer(network, machine, codes, new, inner)
    bias = np.zeros(steps)
    if inner:
        new["f.1.weight"][:steps, :inner] = into @ weights["f.1.weight"]
        bias = into @ weights["f.1.bias"]
    if passing:
        new["f.1.weight"][:steps, inner : inner + passing] = into
        bias = bias - into.sum(axis=1) * lift
    new["f.1.bias"][:steps] = bias - edges
    heights = _heights(stairs, codes[1:])
    rise = np.concatenate([np.diff(own, axis=0) for own in heights]) / (ends - begins)[:, None]
    new["f.2.weight"][:, :steps] = np.concatenate([rise, -rise]).T
    new["f.2.bias"] = np.sum([own[0] for own in heights], axis=0)
    for name, array in weights.items():
        if name.startswith("g."):
            new[name][tuple(slice(0, size) for size in array.shape)] = array
    return MlpRnn(larger, coding, new)


@dataclass(frozen=True)
class Stair:
    """A direction [H], where its steps begin and end [n - 1], and each group's interval [G], one of n."""

    direction: Floats
    begins: Floats
    ends: Floats
    place: Ints

    @property
    def indicators(self) -> Floats:
        """One column an interval: which groups lie in it, [G, n]."""
        return np.eye(len(self.begins) + 1)[self.place]


def staircases(
    images: Floats, groups: Ints, count: int, rng: np.random.Generator
) -> tuple[Stair, ...] | None:
    """Directions along which the groups of images [N, H] lie in intervals that tell all groups apart.

    Told apart means that sums of one vector for each interval can be any vector for each group. The
    directions with the most intervals come first; None where they are not enough.
    """
    order = np.argsort(groups, kind="stable")
    images, groups = images[order], groups[order]
    candidates = _candidates(images, groups, count, rng)
    low, high = _intervals(candidates, images, groups, count)
    ordered = np.argsort(low, axis=0)
    top = np.maximum.accumulate(np.take_along_axis(high, ordered, 0), axis=0)
    gaps = np.take_along_axis(low, ordered, 0)[1:] - top[:-1]
    wide = gaps > LEAST_GAP * (top[-1] - low.min(axis=0))
    found: list[Stair] = []
    known, rank = np.zeros((count, 0)), 0
    many = np.argsort(-wide.sum(axis=0), kind="stable")
    if 1 + int(wide.sum(axis=0)[many[:MOST_DIRECTIONS]].sum()) < count:
        return None  # not even all steps together make enough equations
    best = many[: int(np.clip(MOST_RANKED // count**3, FEWEST, LOOKED_AT))].tolist()
    while rank < count and len(found) < MOST_DIRECTIONS:
        gains = []
        for number in best:
            place = np.zeros(count, dtype=np.int64)
            place[ordered[1:, number]] = np.cumsum(wide[:, number])
            gains.append(int(np.linalg.matrix_rank(np.column_stack([known, np.eye(count)[place]]))))
        if max(gains) == rank:
            return None
        number = best[int(np.argmax(gains))]
        rank = max(gains)
        place = np.zeros(count, dtype=np.int64)
        place[ordered[1:, number]] = np.cumsum(wide[:, number])
        cut = wide[:, number]
        edge, size = top[:-1, number][cut], gaps[:, number][cut]
        found.append(Stair(candidates[number], edge + 0.25 * size, edge + 0.75 * size, place))
        known = np.column_stack([known, found[-1].indicators])
    return tuple(found) if rank == count else None


def _heights(stairs: tuple[Stair, ...], codes: Floats) -> list[Floats]:
    """For each staircase the heights [n, H] of its intervals; they add up to the codes [G, H]."""
    whole = np.linalg.lstsq(np.column_stack([stair.indicators for stair in stairs]), codes, rcond=None)[0]
    ends = np.cumsum([len(stair.begins) + 1 for stair in stairs])[:-1]
    return np.split(whole, ends)


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
    units = network.coding.inputs.encode(machine.alphabet)
    reached = np.abs(codes @ weights[f"{affine}.hidden"].T).max()
    pushed = np.abs(units @ weights[f"{affine}.input"].T).max() + np.abs(bias).max()
    lift = float(np.ceil(2.0 * (reached + pushed) + 1.0))
    new["f.0.bias"][inner:stop] = bias + lift
    return lift


def _candidates(images: Floats, groups: Ints, count: int, rng: np.random.Generator) -> Floats:
    """Directions [D, H] of length 1: the axes, random ones, and combinations of those that part groups best.

    The last are the leading discriminants (Fisher), with weights of very different sizes: one coarse
    coordinate and a fine one make a single order.
    """
    hidden = images.shape[1]
    spread = images.std(axis=0) + 1e-12
    means = np.stack([images[groups == group].mean(axis=0) for group in range(count)])
    within = np.cov((images - means[groups]).T).reshape(hidden, hidden) + 1e-9 * np.diag(spread**2)
    whitened = np.linalg.inv(np.linalg.cholesky(within)).T
    between = (means - means.mean(axis=0)) @ whitened
    leading = whitened @ np.linalg.svd(between, full_matrices=False)[2].T
    number = max(50, int(min(1.0, MOST_PROJECTED / (DIRECTIONS * len(images))) * DIRECTIONS))
    tried = rng.standard_normal((number, hidden))
    directions = [np.eye(hidden), tried / spread, tried @ whitened.T]
    for depth in range(1, min(DISCRIMINANTS, leading.shape[1]) + 1):
        weights = rng.standard_normal((number // 2, depth)) * np.exp(rng.uniform(-4, 0, (number // 2, depth)))
        directions.append(weights @ leading[:, :depth].T)
    found = np.concatenate(directions)
    unit: Floats = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def _intervals(directions: Floats, images: Floats, groups: Ints, count: int) -> tuple[Floats, Floats]:
    """Where each group begins and ends along each direction, [G, D]; images in the order of groups."""
    along = images @ directions.T
    begins = np.searchsorted(groups, np.arange(count))
    return np.minimum.reduceat(along, begins), np.maximum.reduceat(along, begins)
