"""Re-checks that a linear network is a linear system over the whole numbers, in exact arithmetic.

Nothing of the learner is imported: numpy and the standard library only.
"""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.checker._values import listed_symbols, need, whole_numbers

Array = NDArray[Any]

_EXACT = 2**53
_LOOKED_AT = 4_096  # steps over which the growth of a linear network is followed exactly


def check_linear(certificate: Any, weights: dict[str, Array]) -> None:
    """Raises Refused at the first step that fails."""
    config, system = certificate["network"], certificate["system"]
    need(set(config) == {"kind", "alphabets"} and config["kind"] == "linear", "network: it is not linear")
    alphabets = listed_symbols(config["alphabets"])
    parts = {"transition": 2, "drive": 2, "bias": 1, "readout": 2, "offset": 1, "initial": 1}
    need(set(weights) == set(parts), "weights: layers are missing or superfluous")
    need(set(system) == set(parts), "form: the system's fields")
    domain = certificate["domain"]
    streams = len(alphabets) if alphabets is not None else weights["drive"].shape[1]
    need(len(domain) == streams, "domain: not one for each stream")
    for stream, symbols in enumerate(domain):
        need(
            whole_numbers(symbols, 1, "symbols").shape == (2,) and symbols[0] <= symbols[1],
            "domain: no range",
        )
        if alphabets is not None:
            known = [alphabets[stream][0], alphabets[stream][-1]]
            need(symbols == known, "domain: it is not that of the network's symbols")
    mine: dict[str, Array] = {}
    theirs: dict[str, Array] = {}
    for name, depth in parts.items():
        rows = whole_numbers(system[name], depth, name) if np.size(system[name]) else np.zeros((0,) * depth)
        theirs[name] = np.vectorize(Fraction, otypes=[object])(rows) if rows.size else rows.astype(object)
        array = weights[name]
        mine[name] = np.vectorize(Fraction, otypes=[object])(array) if array.size else array.astype(object)
    for one in (mine, theirs):
        size, features, outputs = len(one["bias"]), mine["drive"].shape[1], len(mine["offset"])
        shapes = ((size, size), (size, features), (outputs, size), (outputs,), (size,))
        names = ("transition", "drive", "readout", "offset", "initial")
        for name, shape in zip(names, shapes, strict=True):
            if one[name].size or math.prod(shape):
                need(one[name].shape == shape, f"form: {name} has not the shape {shape}")
            one[name] = one[name].reshape(shape)
    if alphabets is not None:
        need(
            mine["drive"].shape[1] == sum(map(len, alphabets)), "weights: the drive does not fit the symbols"
        )
    horizon = len(mine["bias"]) + len(theirs["bias"]) + 2  # the order of the difference, and its constant
    answers = zip(_response(mine, horizon), _response(theirs, horizon), strict=True)
    for lag, (first, second) in enumerate(answers):
        need((first[0] == second[0]).all(), f"response: network and system differ at lag {lag}")
        need((first[1] == second[1]).all(), f"offset: network and system differ at step {lag}")
    whole = all(value.denominator == 1 for array in mine.values() for value in array.reshape(-1))
    need(whole, "rounding: the weights are not whole numbers")
    length = exact_length(mine, domain, alphabets)
    stated = certificate["float_length"]
    need(stated is None or type(stated) is int, "form: the length is no whole number")
    need(stated == length, f"rounding: outputs are exact up to length {length}, not {stated}")


def _response(parts: Mapping[str, Array], horizon: int) -> list[tuple[Array, Array]]:
    """The first matrices C A^k B, and the outputs without inputs."""
    column, state, found = parts["drive"], parts["initial"], []
    for _ in range(horizon):
        state = parts["transition"] @ state + parts["bias"]
        found.append((parts["readout"] @ column, parts["readout"] @ state + parts["offset"]))
        column = parts["transition"] @ column
    return found


def exact_length(parts: Mapping[str, Array], domain: Any, alphabets: Any) -> int | None:
    """Steps up to which no number of the evaluation reaches 2**53; None: never, at any length.

    Then every operation on the whole weights is exact. Followed over at most 4,096 steps, beyond which
    only a network that forgets, or whose absolute values grow slowly enough, is said to be exact.
    """
    transition, drive, bias, readout, offset, initial = (
        np.vectorize(int, otypes=[object])(parts[name]) if parts[name].size else parts[name]
        for name in ("transition", "drive", "bias", "readout", "offset", "initial")
    )
    size = len(bias)

    def pushes(matrix: Array) -> tuple[Array, Array]:
        """Least and greatest push of one input through `matrix` [n, F]."""
        low, high = np.zeros(len(matrix), dtype=object), np.zeros(len(matrix), dtype=object)
        start = 0
        for stream, (least, most) in enumerate(domain):
            if alphabets is None:
                ends = np.stack([matrix[:, stream] * least, matrix[:, stream] * most])
            else:
                ends = matrix[:, start : start + len(alphabets[stream])].T
                start += len(alphabets[stream])
            low, high = low + ends.min(axis=0), high + ends.max(axis=0)
        return low, high

    magnitude = np.vectorize(abs, otypes=[object])
    if size == 0:
        return None if all(abs(int(value)) < _EXACT for value in offset) else 0
    entering = (
        sum(
            max(abs(low), abs(high)) * magnitude(drive[:, stream])
            for stream, (low, high) in enumerate(domain)
        )
        if alphabets is None
        else np.max(magnitude(drive), axis=1) * len(alphabets)
    )

    def fits(reach: Array) -> bool:
        inner = magnitude(transition) @ reach + entering + magnitude(bias)
        outer = magnitude(readout) @ np.maximum(reach, inner) + magnitude(offset)
        return bool(max(*reach, *inner, *outer) < _EXACT)

    column, state = drive, initial
    low, high = np.zeros(size, dtype=object), np.zeros(size, dtype=object)
    reach = magnitude(initial)
    for step in range(_LOOKED_AT):
        if not fits(reach):
            return step
        least, most = pushes(column)
        low, high = low + least, high + most
        column = transition @ column
        after = transition @ state + bias
        still = bool((after == state).all())
        state = after
        reach = np.maximum(reach, np.maximum(magnitude(state + low), magnitude(state + high)))
        if still and not column.any():
            return None if fits(reach) else step + 1
    # the sum of absolute values grows steadily, so that the last length that fits is found by halving
    grown, first = magnitude(transition), _LOOKED_AT
    push = entering + magnitude(bias) + magnitude(initial)

    def absolute(steps: int) -> Array:
        matrix = np.zeros((size + 1, size + 1), dtype=object)
        matrix[:size, :size], matrix[:size, size], matrix[size, size] = grown, push, 1
        total, factor = np.identity(size + 1, dtype=object), matrix
        while steps:
            if steps & 1:
                total = np.minimum(total @ factor, 2 * _EXACT)
            factor = np.minimum(factor @ factor, 2 * _EXACT)
            steps >>= 1
        result: Array = total[:size, size] + total[:size, :size] @ magnitude(initial)
        return result

    if not fits(absolute(first)):
        return first
    last = first
    while last < 2**60 and fits(absolute(last)):
        first, last = last, 2 * last
    while last - first > 1:
        middle = (first + last) // 2
        first, last = (middle, last) if fits(absolute(middle)) else (first, middle)
    return first
