"""What all checks of network certificates share: digests, and reading values that may be anything."""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.checker._json import digest_of

Array = NDArray[Any]


class Refused(Exception):
    """The first step of a proof that fails."""


def seal(certificate: Mapping[str, Any]) -> str:
    """The digest of all of a certificate but its seal."""
    return digest_of({name: value for name, value in certificate.items() if name != "seal"})


def digest(weights: Mapping[str, Array]) -> str:
    """The digest of weights by name, shape and value, to the last bit."""
    total = hashlib.sha256()
    for name in sorted(weights):
        array = np.ascontiguousarray(weights[name], dtype="<f8")
        total.update(json.dumps([name, list(array.shape)]).encode() + b"\n" + array.tobytes())
    return total.hexdigest()


def read_weights(data: bytes) -> dict[str, Array]:
    """The arrays of a safetensors file, read by the library that netlift reads networks with.

    Raises ValueError where it is damaged or holds other than floats.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(data)
    except (SafetensorError, KeyError) as error:
        raise ValueError(f"it is no safetensors file ({error})") from error
    for name, array in arrays.items():
        if array.dtype.kind != "f":
            raise ValueError(f"{name!r} has the type {array.dtype}, expected floats")
    return {name: array.astype(np.float64) for name, array in arrays.items()}


def need(holds: Any, step: str) -> None:
    if not holds:
        raise Refused(step)


def whole_numbers(value: Any, dimensions: int, what: str) -> Array:
    """Nested lists of whole numbers as an array."""

    def whole(entry: Any, depth: int) -> bool:
        if depth == 0:
            return type(entry) is int and abs(entry) < 2**62
        return isinstance(entry, list) and all(whole(one, depth - 1) for one in entry)

    need(whole(value, dimensions), f"form: {what} are no whole numbers")
    array = np.array(value, dtype=np.int64)
    need(array.ndim == dimensions, f"form: {what} are ragged or empty")
    return array


def real_numbers(value: Any, shape: tuple[int, ...], what: str) -> Array:
    def real(entry: Any, depth: int) -> bool:
        if depth == 0:
            return type(entry) is float and math.isfinite(entry)
        return isinstance(entry, list) and all(real(one, depth - 1) for one in entry)

    need(real(value, len(shape)), f"form: {what} are no finite numbers")
    array = np.array(value, dtype=np.float64)
    need(array.shape == shape, f"form: {what} have the shape {array.shape}, expected {shape}")
    return array


def listed_symbols(listed: Any) -> list[list[int]] | None:
    if listed is None:
        return None
    found = []
    for one in listed:
        symbols = whole_numbers(one, 1, "symbols").tolist()
        need(symbols and symbols == sorted(set(symbols)), "network: symbols")
        found.append(symbols)
    return found
