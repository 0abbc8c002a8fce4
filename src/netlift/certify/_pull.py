"""Adam on the proof's own inequalities: the inner loop of snapping, compiled once for every shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify import _zonotope_gradient as at
from netlift.certify._activation import UNIT_PLANES
from netlift.certify._descent import descend
from netlift.certify._excess import PARTS

Ints = NDArray[np.int64]
Floats = NDArray[np.floating[Any]]
Params = dict[str, Floats]

_BLOCK = (
    200_000  # numbers that belong to as many images as are bounded at a time, so that they stay in the cache
)


@dataclass(frozen=True)
class Problem:
    """What a loss depends on besides its arrays."""

    activation: str
    f_depth: int
    g_depth: int
    classes: tuple[int, ...] | None


def pull(
    problem: Problem,
    params: Params,
    means: Params,
    squares: Params,
    task: Mapping[str, NDArray[Any]],
    rates: Floats,
    begun: int,
    total: int,
    steps: int,
) -> tuple[Params, Params, Params, Floats]:
    """`steps` steps of Adam for each of S networks with its rate [S]; also the loss before the last.

    Arrays of `params` are [S, ...]: the weights by name, "centres" and "log_radii" of the boxes. `begun`
    counts the steps taken before, `total` those of the whole cosine.
    """
    after = [{name: array.copy() for name, array in part.items()} for part in (params, means, squares)]
    losses = np.zeros(len(rates), dtype=rates.dtype)
    loss = Loss.of(problem, {name: array[0] for name, array in params.items()}, task)
    for index, rate in enumerate(rates):
        rng = np.random.default_rng([begun, index])
        chances = rng.standard_exponential((steps, loss.images), dtype=np.float32)
        flat, *moments = (
            loss.flattened({name: array[index] for name, array in part.items()})
            for part in (params, means, squares)
        )
        loss.params[:] = flat
        losses[index] = descend(*loss.arguments, chances, *moments, rate, begun, total)
        for part, vector in zip(after, (loss.params, *moments), strict=True):
            for name, array in loss.views(vector).items():
                part[name][index] = array
    return after[0], after[1], after[2], losses


@dataclass(frozen=True)
class Loss:
    """A loss as the compiled code wants it: the arguments of `descend`, with views into its memory."""

    arguments: tuple[Any, ...]
    params: Floats
    gradient: Floats
    shapes: dict[str, tuple[int, ...]]
    images: int

    def flattened(self, arrays: Params) -> Floats:
        """A vector of arrays by name."""
        return np.concatenate([arrays[name].ravel() for name in self.shapes])

    def views(self, vector: Floats) -> Params:
        """The arrays by name in a vector."""
        found, start = {}, 0
        for name, shape in self.shapes.items():
            size = int(np.prod(shape))
            found[name] = vector[start : start + size].reshape(shape)
            start += size
        return found

    def value(self, vector: Floats, chance: Floats) -> tuple[float, Floats]:
        """The loss of one vector of parameters and its gradient; `chance` [N] weighs the images."""
        self.params[:] = vector
        moments = np.zeros((2, len(vector)), dtype=vector.dtype)
        value = descend(*self.arguments, chance[None], *moments, vector.dtype.type(0), 0, 1)
        return float(value), self.gradient.copy()

    @staticmethod
    def of(
        problem: Problem, params: Params, task: Mapping[str, NDArray[Any]], block: int | None = None
    ) -> "Loss":
        """The loss for parameters of these shapes, with no more than `block` images at a time."""
        names = [name for name in params if name not in ("initial", "centres", "log_radii")]
        shapes = {name: params[name].shape for name in ("initial", "centres", *names, "log_radii")}
        dtype = params["centres"].dtype
        units, targets, numbers = task["units"], task["targets"], problem.classes is None
        boxes, hidden = shapes["centres"]
        count = (1 + boxes) * len(units)
        states, symbols = np.divmod(np.arange(count), len(units))
        columns, rows = np.nonzero(units)
        widest = max(shape[0] for name, shape in shapes.items() if name.startswith("f.") or name == "initial")
        block = max(32, _BLOCK // (UNIT_PLANES * widest)) if block is None else block
        blocks = -(-count // min(block, count))
        plans, size, span = _plans(problem, shapes, (-(-count // blocks), 1, boxes), len(units))
        memory = np.zeros(size, dtype=dtype)
        memory[plans[0, at.SIZES, at.ONES] :] = 1.0
        sizes = np.array(problem.classes or (), dtype=np.int64)
        right = (targets[:, :0] if numbers else targets).T.astype(
            np.int64
        )  # among all classes of all outputs
        right = right + (np.cumsum(sizes) - sizes)[:, None]
        start = PARTS * (1 + boxes) * hidden
        arguments = (
            memory,
            plans,
            span,
            np.concatenate([states, np.arange(1, 1 + boxes)]),
            np.concatenate([symbols, np.zeros(boxes, dtype=np.int64)]),
            task["successors"].ravel() + np.int64(1),
            rows,
            columns,
            units[columns, rows].astype(dtype),
            sizes,
            (right * boxes + np.arange(boxes)).ravel(),
            (right * hidden * boxes + np.arange(boxes)).ravel(),
            (targets if numbers else targets[:, :0]).T.astype(dtype).ravel(),
            task["scale"].astype(dtype),
        )
        params_view, gradient = memory[start : start + span], memory[start + span : start + 2 * span]
        return Loss(arguments, params_view, gradient, shapes, count)


def _plans(
    problem: Problem, shapes: Mapping[str, tuple[int, ...]], counts: tuple[int, int, int], symbols: int
) -> tuple[Ints, int, int]:
    """Plans of f on some images, f on one, and g on all boxes; sizes of the memory and of the parameters."""
    boxes, hidden = shapes["centres"]
    end = PARTS * (1 + boxes) * hidden

    def room(size: int) -> int:
        nonlocal end
        end += int(size)
        return end - int(size)

    starts = {name: room(int(np.prod(shape))) for name, shape in shapes.items()}
    span = end - PARTS * (1 + boxes) * hidden
    room(span)
    plans = np.zeros((3, 4, 24), dtype=np.int64)
    for part, depth, plan in (("f", problem.f_depth, plans[0]), ("g", problem.g_depth, plans[2])):
        names = ("f.0.hidden", "f.0.input", "f.skip.hidden", "f.skip.input")
        names = names if part == "f" else ("g.0.weight", "", "g.skip", "")
        names = names if depth > 1 else ("", "", *names[:2])  # one layer is a path beside none
        first, entry, beside, beside_entry = names
        sizes = plan[at.SIZES]
        sizes[at.DEPTH], sizes[at.HIDDEN], sizes[at.TO_WEIGHTS] = depth, hidden, span
        sizes[at.SYMBOLS] = entering = symbols if part == "f" else 0
        sizes[at.FEATURES] = shapes["f.0.input"][1]
        sizes[at.BENT] = problem.activation == "tanh"
        sizes[at.BESIDE_ROWS] = rows = shapes[beside][0] if beside in shapes else 0
        sizes[at.BESIDE] = starts.get(beside, 0)
        sizes[at.ENTRY], sizes[at.BESIDE_ENTRY] = starts.get(entry, 0), starts.get(beside_entry, 0)
        inner = hidden
        for layer in range(depth):
            plan[layer, at.UNITS] = n = shapes[f"{part}.{layer}.bias"][0]
            plan[layer, at.MATRIX] = starts.get(f"{part}.{layer}.weight" if layer else first, 0)
            plan[layer, at.BIAS] = starts[f"{part}.{layer}.bias"]
            plan[layer, at.ABSOLUTE], plan[layer, at.TO_ABSOLUTE] = room(n * inner), room(n * inner)
            inner = n
        wide, joint = plan[0, at.UNITS], plan[0, at.UNITS] * plan[1, at.UNITS] * hidden
        sizes[at.PUSH], sizes[at.TO_PUSH] = room(wide * entering), room(wide * entering)
        sizes[at.BESIDE_PUSH], sizes[at.TO_BESIDE_PUSH] = room(rows * entering), room(rows * entering)
        sizes[at.TURNED], sizes[at.TO_TURNED] = room(wide * hidden), room(wide * hidden)
        sizes[at.JOINT], sizes[at.TO_JOINT] = room(joint), room(joint)
    plans[1] = plans[0]
    for plan, count in zip(plans, counts, strict=True):
        sizes, units = plan[at.SIZES], plan[:3, at.UNITS]
        sizes[at.BOXES] = count
        for layer in range(sizes[at.DEPTH]):
            plan[layer, at.PLANES] = room(UNIT_PLANES * units[layer] * count)
            plan[layer, at.SPREADS] = room(4 * units[layer] * hidden * count)
        sizes[at.BOX], sizes[at.RIGHT] = room(4 * hidden * count), room(2 * (2 + hidden) * count)
        products = (units[0] * units[1] * hidden, units[1] * units[2], units[0] * hidden, hidden * count)
        sizes[at.SCRATCH] = room(max(products))
    longest = max(*counts, *(int(np.prod(shape)) for shape in shapes.values()))
    plans[:, at.SIZES, at.ONES] = room(longest)
    return plans, end, span
