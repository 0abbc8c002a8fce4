"""JSON of certificates: read within bounds, written so that what is equal gives equal text."""

import hashlib
import json
import sys
from typing import Any

MOST_BYTES = 128 * 2**20
MOST_DEPTH = 200
MOST_DIGITS = 100_000
_PLAIN_DIGITS = 4_000  # which every Python reads
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_SORTED = json.JSONEncoder(separators=(",", ":"), allow_nan=False, sort_keys=True)


def read_json(data: bytes) -> Any:
    """The value in a file. Raises ValueError where it is no JSON, too large, too deep, or ambiguous.

    Ambiguous is an object that has a name twice, of which readers keep different ones; NaN is no JSON.
    """
    if len(data) > MOST_BYTES:
        raise ValueError(f"{len(data):,} bytes, more than {MOST_BYTES:,}")
    text = data.decode("utf-8")
    try:
        try:
            value = json.loads(text, parse_constant=_no_number, object_pairs_hook=_named)
        except ValueError as error:
            if "integer string conversion" not in str(error):
                raise
            value = json.loads(text, parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_named)
    except RecursionError:
        raise ValueError(f"nested more than {MOST_DEPTH} deep") from None
    level, depth = [value], 0
    while level:  # not by recursion, which has an end of its own
        depth += 1
        if depth > MOST_DEPTH:
            raise ValueError(f"nested more than {MOST_DEPTH} deep")
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
    return value


def written(value: Any, *, sort_keys: bool = False) -> str:
    """The value as compact JSON, with whole numbers of any size. Raises ValueError for NaN and infinities."""
    encoder = _SORTED if sort_keys else _ENCODER
    try:
        return encoder.encode(value)
    except ValueError:  # NaN, or a number of more digits than Python writes unasked
        most = sys.get_int_max_str_digits()
        sys.set_int_max_str_digits(0)  # what was computed within bounds can be written down
        try:
            return encoder.encode(value)
        finally:
            sys.set_int_max_str_digits(most)


def digest_of(value: Any) -> str:
    """The SHA-256 of a value's JSON with sorted names; 1, 1.0 and true have different ones."""
    return hashlib.sha256(written(value, sort_keys=True).encode()).hexdigest()


def _whole(text: str) -> int:
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a whole number of more than {MOST_DIGITS:,} digits")
    return sign * _from_digits(digits)


def _from_digits(digits: str) -> int:
    if len(digits) <= _PLAIN_DIGITS:
        return int(digits)
    low = len(digits) // 2
    shift: int = 10**low
    return _from_digits(digits[:-low]) * shift + _from_digits(digits[-low:])


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has a name twice")
    return found
