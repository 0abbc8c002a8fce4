"""Start values and constants that give a linear system the offsets it should have."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Constants:
    """First state [n], constant input [n] and constant output [K]."""

    initial: Ints
    bias: Ints
    offset: Ints


def offsets_of(transition: Ints, readout: Ints, constants: Constants, steps: int, *, updated: bool) -> Ints:
    """The outputs [steps, K] without inputs; read after the update of a step, or before it."""
    state, found = constants.initial, []
    for _ in range(steps):
        after = transition @ state + constants.bias
        found.append(readout @ (after if updated else state) + constants.offset)
        state = after
    return np.array(found, dtype=np.int64).reshape(steps, len(readout))


def explain_offsets(
    transition: Ints,
    readout: Ints,
    wanted: Ints,
    *,
    updated: bool,
    directions: tuple[Ints, Ints] | None = None,
) -> Iterator[Constants]:
    """Constants in whole numbers that give the offsets `wanted` [steps, K], the fewest first.

    `updated` tells whether outputs are read from the state after the update. `directions` [m, n]
    and [m, K] are constant inputs and outputs to take together, such as those that act as a number
    added to an input. Those without any constant come alone.
    """
    states, outputs, steps = len(transition), len(readout), len(wanted)
    none = np.zeros((0, states), dtype=np.int64), np.zeros((0, outputs), dtype=np.int64)
    preferred, with_output = none if directions is None else directions
    biases = np.concatenate([np.eye(states, dtype=np.int64), preferred])
    at_once = np.concatenate([np.zeros((states, outputs), dtype=np.int64), with_output])
    kinds = {"start": states, "bias": states, "preferred": len(preferred), "constant": outputs}
    ends = np.cumsum([0, *kinds.values()]).tolist()
    place = {kind: list(range(ends[n], ends[n + 1])) for n, kind in enumerate(kinds)}

    def parts(values: Ints) -> Constants:
        pushes = values[states : ends[3]]
        return Constants(values[:states], pushes @ biases, pushes @ at_once + values[ends[3] :])

    units = np.eye(ends[-1], dtype=np.int64)
    columns = [offsets_of(transition, readout, parts(unit), steps, updated=updated).ravel() for unit in units]
    design = np.array(columns, dtype=np.float64).reshape(len(units), -1).T
    start, bias, constant = place["start"], place["bias"], place["constant"]
    single = [*([p] for p in place["preferred"]), *([b] for b in bias)]
    choices = [[], constant, *single, bias, start, *(s + constant for s in single), bias + constant]
    choices += [start + constant, *(start + s for s in single), start + bias, start + bias + constant]
    for free in choices:
        values = np.zeros(len(units), dtype=np.int64)
        if free:
            solved = np.linalg.lstsq(design[:, free], wanted.ravel().astype(np.float64), rcond=None)[0]
            if np.abs(solved).max() > 2**40:
                continue
            values[free] = np.rint(solved).astype(np.int64)
        found = parts(values)
        if np.array_equal(offsets_of(transition, readout, found, steps, updated=updated), wanted):
            yield found
            if not free:
                return
