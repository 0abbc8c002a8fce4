"""The compiled inner loops of training: forward pass, loss, Adam, and counting right answers.

All arrays are features first, [seeds, units, batch], so that every product is `W @ h`. Importing
this module imports JAX; nothing that only runs networks does.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

Params = dict[str, Array]

_DECAY = (0.9, 0.99)  # of Adam's first and second moment
_EPSILON = 1e-8


@dataclass(frozen=True)
class Form:
    """What a compiled program depends on besides the shapes of its arrays."""

    activation: str
    f_depth: int
    g_depth: int
    features: int
    one_hot: bool
    classes: tuple[int, ...] | None


def _activate(form: Form, units: Array) -> Array:
    return jax.nn.relu(units) if form.activation == "relu" else jnp.tanh(units)


_GATHERED = 64  # one-hot units from which looking weights up is faster than multiplying by them


def _weighed(form: Form, weights: Array, inputs: Array) -> Array:
    """Weights [S, W, I] times the input units of inputs [D, B] (numbers, or places of one-hot units)."""
    if not form.one_hot:
        return jnp.einsum("swi,ib->swb", weights, inputs)
    if form.features > _GATHERED:
        return weights[:, :, inputs].sum(axis=2)
    units = jnp.arange(form.features)[:, None]
    hot = (inputs[:, None, :] == units).astype(jnp.float32).sum(axis=0)
    return jnp.einsum("swi,ib->swb", weights, hot)


def forward(form: Form, params: Params, inputs: Array, noise: Array) -> Array:
    """Output units [T, S, O, B] on inputs [T, D, B]; noise [T, S, H, B] (or 0) is added to each state."""
    first = params["f.0.hidden"]
    if "f.skip.hidden" in params:
        first = jnp.concatenate([first, params["f.skip.hidden"]], axis=1)
        into = jnp.concatenate([params["f.0.input"], params["f.skip.input"]], axis=1)
    else:
        into = params["f.0.input"]
    rows = params["f.0.bias"].shape[1]

    def advance(hidden: Array, now: tuple[Array, Array]) -> tuple[Array, Array]:
        symbol, disturbance = now
        both = first @ hidden + _weighed(form, into, symbol)
        units = both[:, :rows] + params["f.0.bias"][..., None]
        for layer in range(1, form.f_depth):
            units = params[f"f.{layer}.weight"] @ _activate(form, units)
            units = units + params[f"f.{layer}.bias"][..., None]
        if "f.skip.hidden" in params:
            units = units + both[:, rows:]
        units = units + disturbance
        return units, units

    def read(hidden: Array) -> Array:
        units = hidden
        for layer in range(form.g_depth):
            if layer:
                units = _activate(form, units)
            units = params[f"g.{layer}.weight"] @ units + params[f"g.{layer}.bias"][..., None]
        if "g.skip" in params:
            units = units + params["g.skip"] @ hidden
        return units

    start = jnp.broadcast_to(params["initial"][..., None], (*params["initial"].shape, inputs.shape[-1]))
    hidden = jax.lax.scan(advance, start, (inputs, noise))[1]
    return jax.vmap(read)(hidden)


def _groups(form: Form, scores: Array, targets: Array) -> list[tuple[Array, Array]]:
    """For each output stream its class scores [T, S, C, B] and the true class [T, 1, 1, B]."""
    assert form.classes is not None
    groups, start = [], 0
    for stream, size in enumerate(form.classes):
        groups.append((scores[:, :, start : start + size], targets[:, None, stream : stream + 1]))
        start += size
    return groups


def _loss(
    params: Params, form: Form, inputs: Array, targets: Array, mask: Array, scale: Array, noise: Array
) -> Array:
    """The sum over seeds of the mean loss: cross-entropy, or log(1 + error^2) in whole-number units."""
    scores = forward(form, params, inputs, noise)
    if form.classes is None:
        errors = (scores - targets[:, None]) * scale
        losses = jnp.log1p(errors * errors).sum(axis=2)
    else:
        losses = jnp.zeros(())
        for part, target in _groups(form, scores, targets):
            hit = jnp.arange(part.shape[2])[:, None] == target
            losses = losses - jnp.where(hit, jax.nn.log_softmax(part, axis=2), 0.0).sum(axis=2)
    return (losses * mask[:, None]).sum() / jnp.maximum(mask.sum(), 1.0)


def _by_seed(values: Array, like: Array) -> Array:
    """Values [S] with as many axes as an array [S, ...]."""
    return values.reshape(-1, *[1] * (like.ndim - 1))


@partial(jax.jit, static_argnames=("form",), donate_argnums=(1, 2, 3))
def train(
    form: Form,
    params: Params,
    means: Params,
    squares: Params,
    batches: dict[str, Array],
    scale: Array,
    base_rates: Array,
    spread: Array | None,
) -> tuple[Params, Params, Params]:
    """Several steps of Adam, one for each batch [C, T, .., B], each seed with its own rate [S].

    Each seed's gradient is clipped to norm 1. `batches["rates"]` [C] multiplies the seeds' rates,
    `batches["steps"]` [C] counts Adam's steps from 1. With `spread` [S, H], normal noise
    of that standard deviation is added to the hidden states.
    """

    def one(state: tuple[Params, Params, Params], batch: dict[str, Array]) -> tuple[Any, None]:
        params, means, squares = state
        length, _, columns = batch["inputs"].shape
        noise = jnp.zeros((length, 1, 1, 1))
        if spread is not None:
            key = jax.random.PRNGKey(batch["steps"].astype(jnp.int32))
            noise = jax.random.normal(key, (length, *spread.shape, columns)) * spread[..., None]
        gradient = jax.grad(_loss)(
            params, form, batch["inputs"], batch["targets"], batch["mask"], scale, noise
        )
        norm = sum((g * g).sum(axis=tuple(range(1, g.ndim))) for g in gradient.values())
        shrink = jnp.minimum(1.0, jax.lax.rsqrt(jnp.asarray(norm) + 1e-12))
        finite = jnp.isfinite(shrink) & jnp.isfinite(jnp.asarray(norm))
        rates = base_rates * batch["rates"] * finite
        for name, array in gradient.items():
            g = jnp.where(_by_seed(finite, array), array * _by_seed(shrink, array), 0.0)
            mean = _DECAY[0] * means[name] + (1 - _DECAY[0]) * g
            square = _DECAY[1] * squares[name] + (1 - _DECAY[1]) * g * g
            fair = mean / (1 - _DECAY[0] ** batch["steps"])
            root = jnp.sqrt(square / (1 - _DECAY[1] ** batch["steps"]))
            step = _by_seed(rates, array) * fair / (root + _EPSILON)
            params = {**params, name: params[name] - step}
            means = {**means, name: mean}
            squares = {**squares, name: square}
        return (params, means, squares), None

    result: tuple[Params, Params, Params] = jax.lax.scan(one, (params, means, squares), batches)[0]
    return result


@partial(jax.jit, static_argnames=("form",))
def right(form: Form, params: Params, inputs: Array, targets: Array, mask: Array, scale: Array) -> Array:
    """Which sequences [S, B] each seed answers entirely right."""
    scores = forward(form, params, inputs, jnp.zeros((len(inputs), 1, 1, 1)))
    if form.classes is None:
        good = (jnp.abs(scores - targets[:, None]) * scale < 0.5).all(axis=2)
    else:
        good = jnp.ones((), dtype=bool)
        for part, target in _groups(form, scores, targets):
            good = good & (part.argmax(axis=2) == target[:, :, 0])
    return (good | (mask[:, None] == 0)).all(axis=0)
