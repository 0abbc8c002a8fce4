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


def drawn_mutants(
    certificate: dict[str, Any], weights: dict[str, Array], rng: np.random.Generator
) -> Iterator[Mutant]:
    """Random single changes without end, drawn evenly over the fields, then over a field's elements.

    A field is what stands under one name, lists in lists and arrays of weights included. Beside the changes
    that `mutants` makes, one character of a string is replaced, inserted or taken out, and a number
    becomes one of another type.
    """
    fields: dict[Path, list[Path]] = {}
    for path, _ in _walk(certificate, ()):
        fields.setdefault(tuple(part for part in path if isinstance(part, str)), []).append(path)
    for name, array in weights.items():
        fields["weights", name] = [("weights", name, *place) for place in np.ndindex(array.shape)]
    names = list(fields)
    while True:
        field = names[rng.integers(len(names))]
        if not fields[field]:
            continue
        path = fields[field][rng.integers(len(fields[field]))]
        if path[:1] == ("weights",) and len(path) > 1:
            array = weights[str(path[1])]
            element = tuple(int(part) for part in path[2:])
            changes = list(_changes(float(array[element])))
            how, changed = changes[rng.integers(len(changes))]
            moved = array.copy()
            moved[element] = changed
            yield Mutant(path, how, certificate, {**weights, str(path[1]): moved})
            continue
        value = _at(certificate, path)
        changes = [*_changes(value), *_random_changes(value, rng)]
        if changes:
            how, changed = changes[rng.integers(len(changes))]
            yield Mutant(path, how, _changed(certificate, path, changed), weights)


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _random_changes(value: Any, rng: np.random.Generator) -> Iterator[tuple[str, Any]]:
    if isinstance(value, str) and value:
        place = int(rng.integers(len(value)))
        letter = str(rng.choice(list("0123456789 x+-<>=()[]abcdef")))
        for how, changed in (
            ("one character replaced", value[:place] + letter + value[place + 1 :]),
            ("one character more", value[:place] + letter + value[place:]),
            ("one character missing", value[:place] + value[place + 1 :]),
        ):
            if changed != value:
                yield how, changed
    elif isinstance(value, int):
        yield "far off", value + int(rng.choice([-1000, -10, 10, 1000]))
        yield "as a float", float(value)
        yield "as a string", str(value)
        if not isinstance(value, bool) and value in (0, 1):
            yield "as a truth value", bool(value)
        if isinstance(value, bool):
            yield "as a number", int(value)
    elif isinstance(value, float):
        yield "another", float(rng.normal())
        yield "as a string", str(value)


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
