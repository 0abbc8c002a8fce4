"""The loss of snapping and its gradient against a plain version of the same formulas, and its descent."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from netlift.certify._pull import Loss, Problem, pull
from netlift.networks import Architecture

Floats = NDArray[np.floating[Any]]
Params = dict[str, Floats]
Set = tuple[Floats, Floats, Floats]  # centres [N, n], generators [N, n, H] and noises [N, n]
SLACK, WORST, REPEL, NEAR = (float(np.float32(value)) for value in (0.7, 0.03, 0.1, 0.35))
SHAPES = st.tuples(
    st.integers(1, 4), st.integers(1, 9), st.integers(1, 3), st.integers(1, 3),
    st.sampled_from(["relu", "tanh"]), st.booleans(),
)  # fmt: skip


def affine(units: Set, matrix: Floats, bias: Floats | float) -> Set:
    return units[0] @ matrix.T + bias, matrix @ units[1], units[2] @ np.abs(matrix).T


def reach(units: Set) -> Floats:
    total: Floats = np.abs(units[1]).sum(axis=-1) + units[2]
    return total


def activated(units: Set, activation: str) -> Set:
    centre, width = units[0], reach(units)
    low, high = centre - width, centre + width
    if activation == "relu":
        crossing = (low < 0.0) & (high > 0.0)
        slope = np.where(crossing, high / np.where(crossing, high - low, 1.0), low >= 0.0)
        offset = gap = np.where(crossing, -0.5 * slope * low, 0.0)
    else:
        slope = np.minimum(1.0 - np.tanh(low) ** 2, 1.0 - np.tanh(high) ** 2)
        top, bottom = np.tanh(high) - slope * high, np.tanh(low) - slope * low
        offset, gap = 0.5 * (top + bottom), 0.5 * (top - bottom)
    return slope * centre + offset, slope[..., None] * units[1], slope * units[2] + gap


def through(
    part: str, params: Mapping[str, Floats], shape: Architecture, boxes: Set, inputs: Floats | None
) -> Set:
    """What f or g makes of boxes [N, H] and, for f, input units [N, F]."""
    depth = shape.f_depth if part == "f" else shape.g_depth
    own, entry, skip = ("hidden", "f.0.input", "f.skip") if part == "f" else ("weight", "", "g.skip")
    pushed = 0.0 if inputs is None else inputs @ params[entry].T
    units = affine(boxes, params[f"{part}.0.{own}"], params[f"{part}.0.bias"] + pushed)
    for layer in range(1, depth):
        units = affine(
            activated(units, shape.activation),
            params[f"{part}.{layer}.weight"],
            params[f"{part}.{layer}.bias"],
        )
    beside = f"{skip}.hidden" if part == "f" else skip
    if beside in params:
        pushed = 0.0 if inputs is None else inputs @ params["f.skip.input"].T
        more = affine(boxes, params[beside], pushed)
        units = units[0] + more[0], units[1] + more[1], units[2] + more[2]
    return units


def plain_loss(
    shape: Architecture,
    classes: Any,
    params: Mapping[str, Floats],
    task: Any,
    chance: Floats,
    sizes: list[Floats],
) -> float:
    """The loss as formulas; sizes that are taken as constant are those given, which are added if none are."""
    radii, symbols = np.exp(params["log_radii"]), len(task["units"])
    everything = np.vstack([np.zeros((1, radii.shape[1])), radii])
    middles = np.vstack([params["initial"][None], params["centres"]])
    boxes = (middles, everything[:, :, None] * np.eye(radii.shape[1]), np.zeros_like(middles))
    many = tuple(np.repeat(array, symbols, axis=0) for array in boxes)
    entering = np.tile(task["units"], (len(middles), 1))
    images = through("f", params, shape, (many[0], many[1], many[2]), entering)
    into = task["successors"].ravel()
    needed = np.abs(images[0] - params["centres"][into]) + reach(images)
    ratio = np.maximum(np.log(needed / radii[into] + 1e-9) - np.log(SLACK), 0.0)
    loss = (chance[:, None] * ratio).mean() + WORST * ratio.max()
    between = np.abs(params["centres"][:, None] - params["centres"][None]) + 1e-9
    near = np.log(2.0 * (radii[:, None] + radii[None]) / between).min(axis=-1)
    np.fill_diagonal(near, 0.0)
    loss += REPEL * np.maximum(near, 0.0).sum(axis=1).mean()
    read = through("g", params, shape, (boxes[0][1:], boxes[1][1:], boxes[2][1:]), None)
    if classes is None:
        off = (np.abs(read[0] - task["targets"]) + reach(read)) * task["scale"]
        wrong = np.maximum(np.log(off + 1e-9) - np.log(NEAR), 0.0)
        return float(loss + wrong.mean() + WORST * wrong.max())
    start, given, rows = 0, list(sizes), np.arange(len(radii))
    for stream, count in enumerate(classes):
        right, own = start + task["targets"][:, stream], slice(start, start + count)
        apart = np.abs(read[1][rows, right][:, None] - read[1][:, own]).sum(axis=-1) + read[2][:, own]
        lead = read[0][rows, right][:, None] - read[0][:, own] - apart - read[2][rows, right][:, None]
        if not given:
            sizes.append(1.0 + apart)
        short = np.maximum(1.0 - lead, 0.0) / sizes[stream]
        short[rows, task["targets"][:, stream]] = 0.0
        loss += short.sum(axis=1).mean() + WORST * short.max()
        start += count
    return float(loss)


def random_task(rng: np.random.Generator, shape: Architecture, classes: Any) -> tuple[Params, Any]:
    """Parameters and a task of up to 6 boxes and symbols, with one-hot inputs or numbers."""
    boxes, symbols = int(rng.integers(1, 7)), int(rng.integers(1, 6))
    streams = 2 if classes is None else len(classes)
    units = np.eye(symbols) if rng.random() < 0.5 else rng.normal(size=(symbols, 2))
    shapes = shape.shapes(units.shape[1], streams if classes is None else sum(classes))
    params: Params = {name: rng.normal(size=s) / np.sqrt(s[-1]) for name, s in shapes.items()}
    params["centres"] = rng.normal(size=(boxes, shape.hidden))
    params["log_radii"] = rng.normal(size=(boxes, shape.hidden)) - 1.0
    numbers = rng.normal(size=(boxes, streams))
    places = np.stack([rng.integers(count, size=boxes) for count in classes or (1, 1)], axis=1)
    task = {
        "units": units,
        "successors": rng.integers(boxes, size=(1 + boxes, symbols)),
        "scale": rng.uniform(0.5, 2.0, size=streams),
        "targets": numbers if classes is None else places,
    }
    return params, task


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6), SHAPES, st.sampled_from([None, (3,), (2, 1, 4)]), st.sampled_from([None, 1, 2, 5])
)
def test_the_loss_and_its_gradient_are_those_of_the_formulas(
    seed: int, sizes: Any, classes: Any, block: int | None
) -> None:
    rng = np.random.default_rng(seed)
    shape = Architecture(*sizes)
    params, task = random_task(rng, shape, classes)
    problem = Problem(shape.activation, shape.f_depth, shape.g_depth, classes)
    chance = rng.exponential(size=task["successors"].size)
    loss = Loss.of(problem, params, task, block)
    value, gradient = loss.value(params, chance)
    constants: list[Floats] = []
    assert value == pytest.approx(plain_loss(shape, classes, params, task, chance, constants), rel=1e-5)
    assert gradient.keys() == params.keys()
    for _ in range(3):
        direction = {name: rng.normal(size=array.shape) for name, array in params.items()}
        ends = [
            {name: array + step * direction[name] for name, array in params.items()} for step in (-1e-7, 1e-7)
        ]
        low, high = (plain_loss(shape, classes, end, task, chance, constants) for end in ends)
        found = sum(float((gradient[name] * direction[name]).sum()) for name in params)
        size = np.sqrt(sum(float((array**2).sum()) for array in gradient.values()))
        assert found == pytest.approx((high - low) / 2e-7, rel=1e-4, abs=1e-4 * size)


def many(params: Params, count: int) -> Params:
    return {name: np.repeat(array[None].astype(np.float32), count, axis=0) for name, array in params.items()}


def test_equal_seeds_descend_alike_and_the_loss_falls() -> None:
    rng = np.random.default_rng(5)
    shape = Architecture(3, 16)
    params, task = random_task(rng, shape, (3,))
    problem = Problem(shape.activation, shape.f_depth, shape.g_depth, (3,))
    start, rates = many(params, 2), np.array([1e-2, 1e-2], dtype=np.float32)
    rest = {name: np.zeros_like(array) for name, array in start.items()}
    untouched = {name: array.copy() for name, array in start.items()}
    first = pull(problem, start, rest, rest, task, rates, 0, 200, 1)
    after = pull(problem, start, rest, rest, task, rates, 0, 200, 200)
    again = pull(problem, start, rest, rest, task, rates, 0, 200, 200)
    assert (after[3] < 0.5 * first[3]).all()
    for one, other in zip(after[:3], again[:3], strict=True):
        for name, array in one.items():
            assert array.dtype == np.float32
            np.testing.assert_array_equal(array, other[name])
    for name, array in start.items():
        np.testing.assert_array_equal(array, untouched[name])
    assert any((array[0] != array[1]).any() for array in after[0].values())  # the noise is each network's own


def test_a_chunk_goes_on_where_the_one_before_stopped() -> None:
    rng = np.random.default_rng(6)
    shape = Architecture(2, 8, 3, 1, "tanh")
    params, task = random_task(rng, shape, None)
    problem = Problem(shape.activation, shape.f_depth, shape.g_depth, None)
    rates = np.array([3e-2], dtype=np.float32)
    rest = {name: np.zeros_like(array) for name, array in many(params, 1).items()}
    one = pull(problem, many(params, 1), rest, rest, task, rates, 0, 100, 50)
    other = pull(problem, *one[:3], task, rates, 50, 100, 50)
    fresh = pull(problem, one[0], rest, rest, task, rates, 50, 100, 50)
    assert other[3] < one[3]
    assert any((other[0][name] != fresh[0][name]).any() for name in params)  # the moments count


def test_what_is_not_a_number_is_no_small_loss() -> None:
    shape = Architecture(2, 8)
    params, task = random_task(np.random.default_rng(7), shape, None)
    params["centres"][0, 0] = np.nan
    problem = Problem(shape.activation, shape.f_depth, shape.g_depth, None)
    value, _ = Loss.of(problem, params, task).value(params, np.ones(task["successors"].size))
    assert np.isnan(value)
