"""Re-checks that a linear network is a linear system: in exact arithmetic, and in double precision.

For every length the two have the same answers in exact arithmetic; the network as it runs, in double
precision, has them up to the length to which nothing is rounded.

Nothing of the learner is imported: numpy and the standard library only.
"""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.checker._domain import Domain
from netlift.checker._doubles import Evaluation
from netlift.checker._syntax import Refused
from netlift.checker._values import Refused as NotShown
from netlift.checker._values import listed_symbols, need, whole_numbers

Array = NDArray[Any]

_MOST_UNITS = 200  # of network and system together
_MOST_PRODUCTS = 10_000_000
_MOST_BITS = 128  # of a weight as a fraction, above and below the line
_MOST_SYMBOLS = 100_000


def check_linear(certificate: Any, weights: dict[str, Array]) -> None:
    """Raises Refused at the first step that fails."""
    config, system = certificate["network"], certificate["system"]
    need(set(config) == {"kind", "alphabets"} and config["kind"] == "linear", "network: it is not linear")
    alphabets = listed_symbols(config["alphabets"])
    parts = {"transition": 2, "drive": 2, "bias": 1, "readout": 2, "offset": 1, "initial": 1}
    need(set(weights) == set(parts), "weights: layers are missing or superfluous")
    need(set(system) == set(parts), "form: the system's fields")
    streams = len(alphabets) if alphabets is not None else weights["drive"].shape[1]
    need(len(weights["bias"]) + len(system["bias"]) <= _MOST_UNITS, "form: too many units to check")
    domain = _domain(certificate["domain"], streams)
    symbols = _input_units(domain, alphabets)
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
    squares = sum(one["transition"].size + one["readout"].size for one in (mine, theirs))
    features = mine["drive"].shape[1]
    need(horizon * squares * (features + 1) <= _MOST_PRODUCTS, "form: too many units and symbols to check")
    short = all(
        max(value.numerator.bit_length(), value.denominator.bit_length()) <= _MOST_BITS
        for array in mine.values()
        for value in array.reshape(-1)
    )
    need(short, "rounding: the weights are not whole numbers, or too large")
    answers = zip(_response(mine, horizon), _response(theirs, horizon), strict=True)
    for lag, (first, second) in enumerate(answers):
        need((first[0] == second[0]).all(), f"response: network and system differ at lag {lag}")
        need((first[1] == second[1]).all(), f"offset: network and system differ at step {lag}")
    whole = all(value.denominator == 1 for array in mine.values() for value in array.reshape(-1))
    need(whole, "rounding: the weights are not whole numbers")
    stated = certificate["float_length"]
    need(stated is None or (type(stated) is int and stated >= 1), "form: the length is no whole number")
    need((certificate["tier"] == "proved") == (stated is None), "form: the tier is not that of the length")
    told = "any length" if stated is None else f"length {stated:,}"
    need(Evaluation(mine, symbols).fits(stated), f"rounding: it is not exact in doubles up to {told}")


def _domain(stated: Any, streams: int) -> Domain:
    """The domain, each stream of which holds whole numbers between two ends."""
    try:
        domain = Domain({"streams": stated})
    except Refused as refusal:
        raise NotShown(str(refusal)) from refusal
    need(len(domain.streams) == streams, "domain: not one for each stream")
    for stream in domain.streams:
        ends = stream.get("symbols", [stream.get("low"), stream.get("high")])
        need(all(type(end) is int for end in ends), "domain: a stream without ends, or with strings")
    return domain


def _input_units(domain: Domain, alphabets: list[list[int]] | None) -> list[list[list[int]]]:
    """For each stream the input units of its symbols; of numbers, of the least and the greatest."""
    found: list[list[list[int]]] = []
    width = len(domain.streams) if alphabets is None else sum(map(len, alphabets))
    start = 0
    for place, stream in enumerate(domain.streams):
        if alphabets is None:
            symbols = stream.get("symbols", [stream.get("low"), stream.get("high")])
            values = [(place, end) for end in (min(symbols), max(symbols))]
        else:
            known = alphabets[place]
            if "symbols" not in stream:
                need(stream["high"] - stream["low"] < len(known), "domain: the network knows fewer symbols")
            each = stream.get("symbols") or range(stream["low"], stream["high"] + 1)
            unknown = [symbol for symbol in each if symbol not in known]
            need(not unknown, f"domain: the network does not know the symbol {unknown[:1]}")
            values = [(start + known.index(symbol), 1) for symbol in each]
            start += len(known)
        need(len(values) * width <= _MOST_SYMBOLS, "domain: too many symbols to check")
        found.append([[value if unit == at else 0 for unit in range(width)] for at, value in values])
    return found


def _response(parts: Mapping[str, Array], horizon: int) -> list[tuple[Array, Array]]:
    """The first matrices C A^k B, and the outputs without inputs."""
    parts = {name: _lean(array) for name, array in parts.items()}
    column, state, found = parts["drive"], parts["initial"], []
    for _ in range(horizon):
        state = parts["transition"] @ state + parts["bias"]
        found.append((parts["readout"] @ column, parts["readout"] @ state + parts["offset"]))
        column = parts["transition"] @ column
    return found


def _lean(array: Array) -> Array:
    """Fractions [...] with those that are whole as integers, which are added and multiplied much faster."""
    lean = np.empty(array.shape, dtype=object)
    for place, value in np.ndenumerate(array):
        lean[place] = int(value) if value.denominator == 1 else value
    return lean
