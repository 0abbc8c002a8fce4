"""The inner loop of snapping: a network and boxes are trained on the proof's own inequalities."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.certify import _zonotope_gradient as at
from netlift.certify._activation import UNIT_PLANES
from netlift.certify._descent import descend
from netlift.certify._excess import CENTRES

Ints = NDArray[np.int64]
Floats = NDArray[np.floating[Any]]
Params = dict[str, Floats]
Shapes = dict[str, tuple[int, ...]]

_BLOCK = 200_000  # numbers that belong to the images bounded at a time, so that they stay in the cache


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
    counts the steps taken before, `total` those of the whole cosine. See `_task` for the `task`.
    """
    loss = Loss.of(problem, {name: array[0] for name, array in params.items()}, task)
    moments = np.zeros((2, len(loss.params)), dtype=loss.params.dtype)
    own = [loss.views(vector) for vector in (loss.params, *moments)]
    after = [{name: array.copy() for name, array in part.items()} for part in (params, means, squares)]
    losses = np.zeros(len(rates), dtype=loss.params.dtype)
    for index, rate in enumerate(rates):
        for part, views in zip(after, own, strict=True):
            for name, view in views.items():
                view[...] = part[name][index]
        rng = np.random.default_rng([begun, index])
        chances = rng.standard_exponential((steps, loss.images), dtype=np.float32)
        losses[index] = descend(*loss.arguments, chances, *moments, rate, begun, total)
        for part, views in zip(after, own, strict=True):
            for name, view in views.items():
                part[name][index] = view
    return after[0], after[1], after[2], losses


@dataclass(frozen=True)
class Loss:
    """A loss as the compiled code wants it: the arguments of `descend`, with vectors in its memory."""

    arguments: tuple[Any, ...]
    params: Floats
    gradient: Floats
    shapes: Shapes
    transposed: tuple[str, ...]  # matrices that lie there as [columns, rows]
    images: int

    def views(self, vector: Floats) -> Params:
        """The arrays by name in a vector of parameters."""
        boxes, hidden = self.shapes["centres"]
        size = (1 + boxes) * hidden
        centres, logarithms = vector[: 2 * size].reshape(2, hidden, 1 + boxes)
        found = {"initial": centres[:, 0], "centres": centres[:, 1:].T, "log_radii": logarithms[:, 1:].T}
        for name, start in _starts(self.shapes, 0).items():
            shape = self.shapes[name]
            array = vector[start : start + int(np.prod(shape))]
            turn = name in self.transposed
            found[name] = array.reshape(shape[::-1]).T if turn else array.reshape(shape)
        return found

    def value(self, params: Params, chance: Floats) -> tuple[float, Params]:
        """The loss and its gradient, where the images weigh `chance` [N]."""
        for name, view in self.views(self.params).items():
            view[...] = params[name]
        moments = np.zeros((2, len(self.params)), dtype=self.params.dtype)
        value = descend(*self.arguments, chance[None], *moments, self.params.dtype.type(0), 0, 1)
        return float(value), self.views(self.gradient)

    @staticmethod
    def of(
        problem: Problem, params: Params, task: Mapping[str, NDArray[Any]], block: int | None = None
    ) -> "Loss":
        """The loss for parameters of these shapes, with no more than `block` images at a time."""
        shapes: Shapes = {name: array.shape for name, array in params.items()}
        dtype, units, targets = params["centres"].dtype, task["units"], task["targets"]
        boxes, hidden = shapes["centres"]
        images = (1 + boxes) * len(units)
        states, symbols = np.divmod(np.arange(images), len(units))
        columns, rows = np.nonzero(units)
        if block is None:
            widest = max(shapes[f"f.{layer}.bias"][0] for layer in range(problem.f_depth))
            block = max(32, _BLOCK // (UNIT_PLANES * widest))
        blocks = -(-images // min(block, images))
        plans, size, span = _plans(problem, shapes, (-(-images // blocks), 1, boxes), len(units))
        memory = np.zeros(size, dtype=dtype)
        memory[plans[0, at.SIZES, at.ONES] :] = 1.0
        start = CENTRES * (1 + boxes) * hidden
        own, gradient = memory[start : start + span], memory[start + span : start + 2 * span]
        own[(1 + boxes) * hidden : 2 * (1 + boxes) * hidden : 1 + boxes] = -np.inf  # the first box is a point
        classes = np.array(problem.classes or (), dtype=np.int64)
        numbers = problem.classes is None
        right = (targets[:, :0] if numbers else targets).T.astype(np.int64)
        right = right + (np.cumsum(classes) - classes)[:, None]
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
            classes,
            (right * boxes + np.arange(boxes)).ravel(),
            (right * hidden * boxes + np.arange(boxes)).ravel(),
            (targets if numbers else targets[:, :0]).T.ravel().astype(dtype),
            task["scale"].astype(dtype),
        )
        deep = {"f.0.hidden": problem.f_depth > 1, "g.0.weight": problem.g_depth > 1}
        transposed = tuple(name for name, under_others in deep.items() if under_others)
        return Loss(arguments, own, gradient, shapes, transposed, images)


def _starts(shapes: Shapes, begin: int) -> dict[str, int]:
    """Where each weight is in the memory, if centres and logarithms of radii begin at `begin`."""
    boxes, hidden = shapes["centres"]
    place, starts = begin + 2 * (1 + boxes) * hidden, {}
    for name, shape in shapes.items():
        if name not in ("initial", "centres", "log_radii"):
            starts[name] = place
            place += int(np.prod(shape))
    return starts


def _plans(
    problem: Problem, shapes: Shapes, counts: tuple[int, int, int], symbols: int
) -> tuple[Ints, int, int]:
    """Plans of f on some images, f on one, and g on all boxes; sizes of the memory and of the parameters."""
    boxes, hidden = shapes["centres"]
    begin = CENTRES * (1 + boxes) * hidden
    starts = _starts(shapes, begin)
    span = sum(int(np.prod(shape)) for shape in shapes.values()) + hidden
    end = begin + 2 * span

    def room(size: int) -> int:
        nonlocal end
        end += int(size)
        return end - int(size)

    plans = np.zeros((3, 4, 24), dtype=np.int64)
    for part, depth, plan in (("f", problem.f_depth, plans[0]), ("g", problem.g_depth, plans[2])):
        names = ("f.0.hidden", "f.0.input", "f.skip.hidden", "f.skip.input")
        names = names if part == "f" else ("g.0.weight", "", "g.skip", "")
        names = names if depth > 1 else ("", "", *names[:2])  # a single layer is a path beside none
        first, entry, beside, beside_entry = names
        sizes = plan[at.SIZES]
        sizes[at.DEPTH], sizes[at.HIDDEN], sizes[at.TO_WEIGHTS] = depth, hidden, span
        sizes[at.SYMBOLS] = entering = symbols if part == "f" else 0
        sizes[at.FEATURES], sizes[at.BENT] = shapes["f.0.input"][1], problem.activation == "tanh"
        sizes[at.BESIDE_ROWS] = rows = shapes[beside][0] if beside in shapes else 0
        sizes[at.BESIDE], sizes[at.ENTRY] = starts.get(beside, 0), starts.get(entry, 0)
        sizes[at.BESIDE_ENTRY] = starts.get(beside_entry, 0)
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
    plans[:, at.SIZES, at.ONES] = room(max(*counts, *(int(np.prod(shape)) for shape in shapes.values())))
    return plans, end, span
