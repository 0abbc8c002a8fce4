"""The inputs that a certificate is about, and random words over them."""

import itertools
import math
import random
from collections.abc import Mapping
from typing import Any

from netlift.checker._syntax import Refused

_FAR = 1_000


class Domain:
    """The symbols of each step, from the certificate's description."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        if set(facts) - {"listed"} != {"streams", "sha256"} or not facts["streams"]:
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
