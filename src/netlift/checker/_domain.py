"""The inputs that a certificate is about, and random words over them."""

import itertools
import math
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from netlift.checker._json import digest_of
from netlift.checker._syntax import Refused

_FAR = 1_000
_SHORT = 10  # parts of a list of symbols that are told one by one where little room is
_PLAIN = re.compile(r"[^\W\d]\w*", re.ASCII)  # a string that is told without quotes


class Domain:
    """The symbols of each step, from the certificate's description."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        if set(facts) - {"listed", "sha256"} != {"streams"} or not facts["streams"]:
            raise Refused("domain: fields are missing or superfluous")
        self.streams: list[Mapping[str, Any]] = facts["streams"]
        self.listed: list[list[Any]] | None = facts.get("listed")
        for stream in self.streams:
            if set(stream) == {"symbols"}:
                if not _different(stream["symbols"]):
                    raise Refused("domain: a stream's symbols are no list of different symbols")
            elif set(stream) != {"low", "high"} or not all(
                end is None or type(end) is int for end in stream.values()
            ):
                raise Refused("domain: a stream is neither a range nor a list")
            elif None not in stream.values() and stream["low"] > stream["high"]:
                raise Refused("domain: a range is empty")
        if self.listed is not None:
            columns = [list(dict.fromkeys(column)) for column in zip(*self.listed, strict=True)]
            if not _different([tuple(row) for row in self.listed]) or columns != [
                stream.get("symbols") for stream in self.streams
            ]:
                raise Refused("domain: the listed symbols are not those of the streams")

    @classmethod
    def of_rows(cls, rows: Iterable[Sequence[Any]]) -> "Domain":
        """These joint symbols and no others."""
        listed = [list(row) for row in rows]
        streams = [{"symbols": list(dict.fromkeys(column))} for column in zip(*listed, strict=True)]
        found = cls({"streams": streams, "listed": listed})
        if len(listed) == math.prod(len(stream["symbols"]) for stream in streams):
            found.listed = None  # different ones, as many as there are combinations: all of them
        return found

    def holds(self, symbol: Sequence[Any]) -> bool:
        """Whether a joint symbol is one of these."""
        if self.listed is not None:
            return list(symbol) in self.listed and all(type(part) in (int, str) for part in symbol)
        return len(symbol) == len(self.streams) and all(
            _holds(stream, part) for stream, part in zip(self.streams, symbol, strict=True)
        )

    def covers(self, other: "Domain") -> bool:
        """Whether every joint symbol of the other is one of these."""
        if len(self.streams) != len(other.streams):
            return False
        if other.listed is not None or (self.listed is not None and other.size <= len(self.listed)):
            return all(map(self.holds, other.symbols()))
        if self.listed is not None:
            return False
        return all(_covers(mine, theirs) for mine, theirs in zip(self.streams, other.streams, strict=True))

    def named(self, names: Sequence[Sequence[str] | None]) -> "Domain":
        """The same with the numbers of some streams spelled as strings. Raises Refused where one has none."""
        if len(names) != len(self.streams):
            raise Refused("domain: it has another number of streams than there are lists of names")

        def spelled(part: Any, known: Sequence[str] | None) -> Any:
            if known is None:
                return part
            if type(part) is not int or not 0 <= part < len(known):
                raise Refused(f"domain: there is no name for the symbol {part!r}")
            return known[part]

        if all(known is None for known in names):
            return self
        return Domain.of_rows(
            [spelled(part, known) for part, known in zip(row, names, strict=True)] for row in self.symbols()
        )

    def told(self, *, whole: bool = False) -> str:
        """The symbols in words; long lists are cut short unless the `whole` is wanted."""
        parts = [stream_told(stream, whole=whole) for stream in self.streams]
        if self.listed is not None:
            if len(self.listed) <= _SHORT:
                return f"the inputs {', '.join(_joint(row) for row in self.listed)}"
            told = f"{len(self.listed):,} listed combinations of the inputs {_each(parts)}"
            return f"{told} (SHA-256 of the list: {digest_of(self.listed)})" if whole else told
        if len(parts) == 1 and parts[0].startswith("all "):
            return parts[0]
        return f"the input{'s' if self.size != 1 else ''} {_each(parts)}"

    @property
    def size(self) -> float:
        """How many joint symbols there are."""
        if self.listed is not None:
            return len(self.listed)
        return math.prod(
            len(s["symbols"])
            if "symbols" in s
            else math.inf
            if s["low"] is None or s["high"] is None
            else max(0, s["high"] - s["low"] + 1)
            for s in self.streams
        )

    @property
    def strings(self) -> bool:
        """Whether a stream holds symbols that are no numbers."""
        return any("symbols" in s and not all(type(v) is int for v in s["symbols"]) for s in self.streams)

    def symbols(self) -> list[list[Any]]:
        """All joint symbols."""
        if self.size > 1_000_000:
            raise Refused("domain: too many symbols to look at one by one")
        if self.listed is not None:
            return self.listed
        each = [s["symbols"] if "symbols" in s else range(s["low"], s["high"] + 1) for s in self.streams]
        return [list(joint) for joint in itertools.product(*each)]

    def words(self, count: int, length: int, rng: random.Random) -> list[list[list[Any]]]:
        """Random words, as netlift draws them."""
        return [[self._draw(rng) for _ in range(length)] for _ in range(count)]

    def _draw(self, rng: random.Random) -> list[Any]:
        if self.listed is not None:
            return rng.choice(self.listed)
        return [_drawn(stream, rng) for stream in self.streams]


def _different(symbols: Any) -> bool:
    if not isinstance(symbols, list) or not symbols:
        return False
    return len(set(symbols)) == len(symbols) and all(
        type(part) in (int, str)
        for symbol in symbols
        for part in (symbol if isinstance(symbol, tuple) else [symbol])
    )


def _drawn(stream: Mapping[str, Any], rng: random.Random) -> Any:
    if "symbols" in stream:
        return rng.choice(stream["symbols"])
    low, high = stream["low"], stream["high"]
    reach = rng.choice((2, 10, _FAR))
    if low is None and high is None:
        return rng.randint(-reach, reach)
    low = (high or 0) - reach if low is None else low
    return rng.randint(low, low + reach if high is None else high)


def _holds(stream: Mapping[str, Any], part: Any) -> bool:
    if "symbols" in stream:
        return type(part) in (int, str) and part in stream["symbols"]
    low, high = stream["low"], stream["high"]
    return type(part) is int and (low is None or low <= part) and (high is None or part <= high)


def _covers(stream: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if "symbols" in other:
        return all(_holds(stream, part) for part in other["symbols"])
    if "symbols" in stream:
        low, high = other["low"], other["high"]
        if low is None or high is None or high - low >= len(stream["symbols"]):
            return False
        return all(_holds(stream, part) for part in range(low, high + 1))
    ends = ((stream["low"], other["low"], -1), (stream["high"], other["high"], 1))
    return all(
        mine is None or (theirs is not None and sign * theirs <= sign * mine) for mine, theirs, sign in ends
    )


def _each(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    if len(set(parts)) == 1:
        return f"{parts[0]} on each of {len(parts)} streams"
    return " and ".join(f"({part})" for part in parts)


def stream_told(stream: Mapping[str, Any], *, whole: bool) -> str:
    """One stream's symbols in words."""
    if "symbols" not in stream:
        match stream["low"], stream["high"]:
            case None, None:
                return "all whole numbers"
            case None, high:
                return f"all whole numbers up to {number_told(high)}"
            case low, None:
                return f"all whole numbers from {number_told(low)}"
            case low, high:
                return _run(low, high)
    symbols = stream["symbols"]
    numbers = sorted(symbol for symbol in symbols if type(symbol) is int)
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    parts = [_run(*run) for run in runs]
    parts += [string_told(symbol) for symbol in symbols if isinstance(symbol, str)]
    if whole or len(parts) <= _SHORT:
        return ", ".join(parts)
    return f"{', '.join(parts[:_SHORT])}, ... ({len(symbols):,} symbols)"


def _run(low: int, high: int) -> str:
    between = " to " if high - low > 1 else ", "
    return number_told(low) if low == high else f"{number_told(low)}{between}{number_told(high)}"


def _joint(row: Sequence[Any]) -> str:
    parts = [number_told(part) if type(part) is int else string_told(part) for part in row]
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def number_told(value: int) -> str:
    """A number in words; one of very many digits by what tells it from every other."""
    if value.bit_length() <= 4_000:
        return str(value)
    return f"a number of {value.bit_length():,} bits (SHA-256 {digest_of(value)})"


def string_told(symbol: str) -> str:
    """A string in words: in quotes unless it is a plain name, so that no other reads like it."""
    return symbol if _PLAIN.fullmatch(symbol) else ascii(symbol)
