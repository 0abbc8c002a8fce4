"""The compiled inner loop of snapping: the proof's own inequalities as a loss.

Everything is written for one network and mapped over several. Importing this module imports JAX.
"""

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
from jax import Array

Params = dict[str, Array]

_DECAY = (0.9, 0.99)
_EPSILON = 1e-8
_SLACK = 0.7  # share of a radius that images may fill
_LEAD = 1.0  # by which the right class has to lead
_APART = 2.0  # distance of two boxes' centres, in sums of their radii
_REPEL = 0.1  # share of overlapping boxes in the loss
_WORST = 0.03  # share of the worst inequality in the loss
_NEAR = 0.35  # distance from the right number that is near enough


@dataclass(frozen=True)
class Problem:
    """What a compiled program depends on besides the shapes of its arrays."""

    activation: str
    f_depth: int
    g_depth: int
    classes: tuple[int, ...] | None


@dataclass(frozen=True)
class _Set:
    """Centre [..., n], generators [..., n, k] and noise [..., n] of sets of vectors."""

    centre: Array
    generators: Array
    noise: Array


def _affine(units: _Set, matrix: Array, bias: Array) -> _Set:
    return _Set(units.centre @ matrix.T + bias, matrix @ units.generators, units.noise @ jnp.abs(matrix).T)


def _plus(one: _Set, other: _Set) -> _Set:
    return _Set(one.centre + other.centre, one.generators + other.generators, one.noise + other.noise)


def _reach(units: _Set) -> Array:
    return jnp.abs(units.generators).sum(axis=-1) + units.noise


def _activated(problem: Problem, units: _Set) -> _Set:
    """Slopes and widths as in the proof (DeepZ), without rounding."""
    reach = _reach(units)
    low, high = units.centre - reach, units.centre + reach
    if problem.activation == "relu":
        crossing = (low < 0.0) & (high > 0.0)
        slope = jnp.where(crossing, high / jnp.where(crossing, high - low, 1.0), (low >= 0.0) * 1.0)
        width = jnp.where(crossing, -0.5 * slope * low, 0.0)
        offset = width
    else:
        slope = jnp.minimum(1.0 - jnp.tanh(low) ** 2, 1.0 - jnp.tanh(high) ** 2)
        top, bottom = jnp.tanh(high) - slope * high, jnp.tanh(low) - slope * low
        offset, width = 0.5 * (top + bottom), 0.5 * (top - bottom)
    return _Set(
        slope * units.centre + offset, slope[..., None] * units.generators, slope * units.noise + width
    )


def _step(problem: Problem, params: Params, units: Array) -> _Set:
    """Images [M, A, ...] of the boxes under each row of input units [A, F]."""
    centres, radii = params["centres"], jnp.exp(params["log_radii"])
    centres = jnp.concatenate([params["initial"][None], centres])
    radii = jnp.concatenate([jnp.zeros_like(radii[:1]), radii])

    def first(hidden: str, entered: str, bias: Array | float) -> _Set:
        own, pushed = centres @ params[hidden].T, units @ params[entered].T + bias
        generators = (params[hidden] * radii[:, None, :])[:, None]
        return _Set(own[:, None] + pushed[None], generators, jnp.zeros(()))

    state = first("f.0.hidden", "f.0.input", params["f.0.bias"])
    for layer in range(1, problem.f_depth):
        state = _affine(_activated(problem, state), params[f"f.{layer}.weight"], params[f"f.{layer}.bias"])
    if "f.skip.hidden" in params:
        state = _plus(state, first("f.skip.hidden", "f.skip.input", 0.0))
    return state


def _read(problem: Problem, params: Params, boxes: _Set) -> _Set:
    units = boxes
    for layer in range(problem.g_depth):
        if layer:
            units = _activated(problem, units)
        units = _affine(units, params[f"g.{layer}.weight"], params[f"g.{layer}.bias"])
    if "g.skip" in params:
        units = _plus(units, _affine(boxes, params["g.skip"], jnp.zeros(())))
    return units


def _excess(problem: Problem, params: Params, task: dict[str, Array], key: Array) -> Array:
    """By how much the inequalities fail: 0 where all hold with room to spare."""
    reached = _step(problem, params, task["units"])
    centres, radii = params["centres"], jnp.exp(params["log_radii"])
    successors = task["successors"]
    needed = jnp.abs(reached.centre - centres[successors]) + _reach(reached)
    ratio = jnp.maximum(jnp.log(needed / radii[successors] + 1e-9) - jnp.log(_SLACK), 0.0)
    chance = jax.random.exponential(key, (*ratio.shape[:2], 1))  # noise, against flat places
    held = (chance * ratio).mean() + _WORST * ratio.max()
    between = jnp.abs(centres[:, None] - centres[None]) + 1e-9
    overlap = jnp.log((radii[:, None] + radii[None]) / between).min(axis=-1) + jnp.log(_APART)
    others = 1.0 - jnp.eye(len(centres))
    held = held + _REPEL * (jnp.maximum(overlap, 0.0) * others).sum(axis=1).mean()
    boxes = _Set(centres, radii[:, :, None] * jnp.eye(radii.shape[1]), jnp.zeros_like(centres))
    scores = _read(problem, params, boxes)
    if problem.classes is None:
        off = (jnp.abs(scores.centre - task["targets"]) + _reach(scores)) * task["scale"]
        wrong = jnp.maximum(jnp.log(off + 1e-9) - jnp.log(_NEAR), 0.0)
        return held + wrong.mean() + _WORST * wrong.max()
    start = 0
    for stream, size in enumerate(problem.classes):
        place = task["targets"][:, stream]
        centre = scores.centre[:, start : start + size]
        generators = scores.generators[:, start : start + size]
        noise = scores.noise[:, start : start + size]
        rows = jnp.arange(len(place))
        ahead = centre[rows, place][:, None] - centre
        loose = jnp.abs(generators[rows, place][:, None] - generators).sum(axis=-1)
        lead = ahead - loose - noise - noise[rows, place][:, None]
        size_of = 1.0 + jax.lax.stop_gradient(loose + noise)  # so that no network is drowned by its scores
        short = jnp.maximum(_LEAD - lead, 0.0) / size_of * (jnp.arange(size)[None] != place[:, None])
        held = held + short.sum(axis=1).mean() + _WORST * short.max()
        start += size
    return held


@partial(jax.jit, static_argnames=("problem", "steps"))
def pull(
    problem: Problem,
    params: Params,
    means: Params,
    squares: Params,
    task: dict[str, Array],
    rates: Array,
    begun: Array,
    total: Array,
    steps: int,
) -> tuple[Params, Params, Params, Array]:
    """`steps` steps of Adam for each of S networks with its rate [S]; also the loss before the last.

    `begun` counts the steps taken before, `total` those of the whole cosine.
    """

    def one(
        state: tuple[Params, Params, Params], count: Array
    ) -> tuple[tuple[Params, Params, Params], Array]:
        params, means, squares = state
        keys = jax.random.split(jax.random.PRNGKey((begun + count).astype(jnp.int32)), len(rates))
        value = jax.vmap(jax.value_and_grad(lambda p, k: _excess(problem, p, task, k)))
        losses, gradient = value(params, keys)
        norm = sum((g * g).reshape(len(g), -1).sum(axis=1) for g in gradient.values())
        shrink = jnp.minimum(1.0, jax.lax.rsqrt(jnp.asarray(norm) + 1e-12))
        finite = jnp.isfinite(shrink) & jnp.isfinite(jnp.asarray(norm))
        moment = begun + count
        warm = jnp.minimum(1.0, moment / 30.0)
        cosine = 0.02 + 0.98 * 0.5 * (1.0 + jnp.cos(jnp.pi * jnp.minimum(moment / total, 1.0)))
        after, firsts, seconds = {}, {}, {}
        for name, array in gradient.items():
            broad = (-1, *[1] * (array.ndim - 1))
            g = jnp.where(finite.reshape(broad), array * shrink.reshape(broad), 0.0)
            firsts[name] = _DECAY[0] * means[name] + (1 - _DECAY[0]) * g
            seconds[name] = _DECAY[1] * squares[name] + (1 - _DECAY[1]) * g * g
            fair = firsts[name] / (1 - _DECAY[0] ** moment)
            root = jnp.sqrt(seconds[name] / (1 - _DECAY[1] ** moment))
            rate = (rates * warm * cosine).reshape(broad)
            after[name] = params[name] - rate * fair / (root + _EPSILON)
        return (after, firsts, seconds), losses

    counts = jnp.arange(1, steps + 1, dtype=jnp.float32)
    (params, means, squares), losses = jax.lax.scan(one, (params, means, squares), counts)
    return params, means, squares, losses[-1]
