"""One stream of values as whole numbers, or as places in a list of string symbols."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError, shown

Ints = NDArray[np.int64]

LARGEST = 2**62  # beyond it, sums of a few inputs leave 64 bits


def whole_array(source: str, values: NDArray[Any], where: Callable[[int], str]) -> Ints:
    """An array of any number type as int64; `where` tells the place of a flat index.

    Raises InputError where a value is NaN, infinite, not whole, or beyond 2**62.
    """
    kind = values.dtype.kind
    if kind not in "biuf":
        raise InputError(f"{source}: the values have the type {values.dtype}; expected whole numbers")
    if kind == "f":
        flat = values.reshape(-1)
        bad = ~np.isfinite(flat)
        if bad.any():
            place = int(bad.argmax())
            raise InputError(f"{source}: {where(place)} is {flat[place]}; expected a whole number")
        bad = flat != np.rint(flat)
        if bad.any():
            place = int(bad.argmax())
            raise InputError(f"{source}: {where(place)} is {flat[place]}, which is not a whole number")
    if kind != "b" and values.size:
        flat = values.reshape(-1)
        if kind == "f" and flat.dtype.itemsize < 4:  # half precision ends below the bound
            flat = flat.astype(np.float64)
        bad = (flat > LARGEST) | (flat < -LARGEST) if kind != "u" else flat > LARGEST
        if bad.any():
            place = int(bad.argmax())
            raise InputError(f"{source}: {where(place)} is {flat[place]}, which is beyond 2**62")
    return values.astype(np.int64)


def column(
    source: str, values: Sequence[Any], where: Callable[[int], str]
) -> tuple[Ints, tuple[str, ...] | None]:
    """A stream of Python values: numbers, or places in the sorted list of its strings.

    Raises InputError where strings and numbers are mixed, a value is neither, or a string is no text.
    """
    if all(type(value) is int for value in values):
        try:
            return whole_array(source, np.array(values, dtype=np.int64), where), None
        except OverflowError:
            place = next(i for i, value in enumerate(values) if abs(value) > LARGEST)
            raise InputError(
                f"{source}: {where(place)} is {shown(values[place])}, which is beyond 2**62"
            ) from None
    if all(isinstance(value, str) for value in values):
        symbols = tuple(sorted({str(value) for value in values}))  # str: of numpy.str_ as well
        for symbol in symbols:
            told = no_symbol(symbol)
            if told:
                place = next(i for i, value in enumerate(values) if value == symbol)
                raise InputError(f"{source}: {where(place)} is {shown(symbol)}, {told}")
        place_of = {symbol: place for place, symbol in enumerate(symbols)}
        return np.array([place_of[value] for value in values], dtype=np.int64), symbols
    numbers = [_number(source, value, where, place) for place, value in enumerate(values)]
    return np.array(numbers, dtype=np.int64), None


def no_symbol(text: str) -> str:
    """Why a string can be no symbol, as a program's text could not hold it; empty where it can."""
    if "\0" in text:
        return "which holds a NUL character; expected text"
    if any("\ud800" <= one <= "\udfff" for one in text):
        return "which holds a lone surrogate; expected text"
    return ""


def _number(source: str, value: Any, where: Callable[[int], str], place: int) -> int:
    """A value of a stream that has numbers, as a Python integer."""
    if isinstance(value, str):
        raise InputError(
            f"{source}: {where(place)} is the string {shown(value)}, though the stream has numbers too; "
            "expected all numbers or all strings"
        )
    if not isinstance(value, int | float | np.integer | np.floating | np.bool_):
        kind = "null" if value is None else f"of type {type(value).__name__}"
        raise InputError(f"{source}: {where(place)} is {kind}; expected a whole number or a string")
    if isinstance(value, float | np.floating):
        if not np.isfinite(value):
            raise InputError(f"{source}: {where(place)} is {value}; expected a whole number")
        if value != int(value):
            raise InputError(f"{source}: {where(place)} is {value}, which is not a whole number")
    number = int(value)
    if abs(number) > LARGEST:
        raise InputError(f"{source}: {where(place)} is {shown(number)}, which is beyond 2**62")
    return number
