"""Certificates with one thing changed, to test a checker with."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutant:
    """A certificate and weights of which one is changed in one place, named by `where` and `how`."""

    where: Path
    how: str
    certificate: dict[str, Any]
    weights: dict[str, Array]


def mutants(
    certificate: dict[str, Any], weights: dict[str, Array], *, stride: int = 1, first: int = 0
) -> Iterator[Mutant]:
    """Every single change of the kinds below in every field, element and weight, in a fixed order.

    Whole numbers: one more, one less, negated. Floats: the next one, a hundredth more, negated, one
    more, 0. Strings: a character more, empty. Truth values: flipped. None: 0. Lists: the first element
    missing or twice, the ends swapped. Objects: a field missing or too many. Weights: as floats, and an
    array missing or too many. With `stride` only each so-and-so-many-th is made, from number `first` on.
    """
    number = -1
    for path, value in _walk(certificate, ()):
        for how, changed in _changes(value):
            number += 1
            if number % stride == first:
                yield Mutant(path, how, _changed(certificate, path, changed), weights)
    for name, array in weights.items():
        for place in np.ndindex(array.shape):
            for how, changed in _changes(float(array[place])):
                number += 1
                if number % stride == first:
                    moved = array.copy()
                    moved[place] = changed
                    yield Mutant(("weights", name, *place), how, certificate, {**weights, name: moved})
        rest = {other: kept for other, kept in weights.items() if other != name}
        yield Mutant(("weights", name), "missing", certificate, rest)
    yield Mutant(("weights",), "one too many", certificate, {**weights, "other": np.zeros(1)})


def _changed(value: Any, path: Path, new: Any) -> Any:
    """A copy of nested lists and objects with another value at a path; what is off the path is shared."""
    if not path:
        return new
    copied = copy.copy(value)
    copied[path[0]] = _changed(value[path[0]], path[1:], new)
    return copied


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, value
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _walk(one, (*path, name))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _walk(one, (*path, place))


def _changes(value: Any) -> Iterator[tuple[str, Any]]:
    before = json.dumps(value)
    for how, changed in _kinds(value):
        if json.dumps(changed) != before:
            yield how, changed


def _kinds(value: Any) -> Iterator[tuple[str, Any]]:
    match value:
        case bool():
            yield "flipped", not value
        case int():
            yield from (("one more", value + 1), ("one less", value - 1), ("negated", -value))
        case float():
            yield "next", float(np.nextafter(value, np.inf))
            yield from (("a hundredth more", value * 1.01), ("negated", -value if value else value))
            yield from (("one more", value + 1.0), ("zero", 0.0))
        case str():
            yield from (("longer", value + "x"), ("empty", ""))
        case None:
            yield "0", 0
        case list():
            yield from (("first missing", value[1:]), ("first twice", value[:1] + value))
            yield "ends swapped", [*value[-1:], *value[1:-1], *value[:1]] if len(value) > 1 else value
        case dict():
            for name in value:
                yield f"without {name}", {other: one for other, one in value.items() if other != name}
            yield "one field more", {**value, "other": 0}
