"""The inputs that a claim is about: which symbols each input stream may bring."""

import itertools
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netlift.checker import CheckedDomain
from netlift.core._errors import InputError, clipped

Symbol = int | str
Joint = tuple[Symbol, ...]

_LARGEST = 2**62  # ends of a range, which are counted with
_LONGEST = 1_000  # characters of a symbol on the command line
_FAR = 1_000  # how far from zero whole numbers are drawn where a range has no end


@dataclass(frozen=True)
class Range:
    """The whole numbers between two ends, both included.

    Attributes:
        low: the least; None: without end.
        high: the greatest; None: without end.
    """

    low: int | None
    high: int | None

    @property
    def size(self) -> float:
        """How many numbers it holds."""
        return math.inf if self.low is None or self.high is None else self.high - self.low + 1

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, int):
            return False
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        if self.low is None and self.high is None:
            return "all whole numbers"
        if self.low is None:
            return f"all whole numbers up to {self.high}"
        if self.high is None:
            return f"all whole numbers from {self.low}"
        return f"{self.low} to {self.high}"


Stream = Range | tuple[Symbol, ...]


@dataclass(frozen=True)
class Domain:
    """The inputs that a claim is about: the symbols of each step.

    Attributes:
        streams: for each of the D input streams a `Range`, or a tuple of numbers or strings.
        listed: the joint symbols that may come; None: any combination of the streams' symbols.

    Example:
        >>> from netlift.certify import Domain, Range
        >>> Domain((Range(0, 9), ("a", "b"))).size
        20
    """

    streams: tuple[Stream, ...]
    listed: tuple[Joint, ...] | None = None

    @classmethod
    def of_rows(cls, rows: Sequence[Joint]) -> "Domain":
        """The domain of these joint symbols and no others."""
        streams = tuple(tuple(dict.fromkeys(column)) for column in zip(*rows, strict=True))
        listed = tuple(rows)
        return cls(streams, None if listed == tuple(itertools.product(*streams)) else listed)

    @property
    def size(self) -> float:
        """How many joint symbols there are; infinite for an endless range."""
        if self.listed is not None:
            return len(self.listed)
        sizes = [s.size if isinstance(s, Range) else len(s) for s in self.streams]
        return math.inf if math.inf in sizes else math.prod(sizes)

    def symbols(self) -> list[Joint]:
        """All joint symbols, for a finite domain."""
        if self.listed is not None:
            return list(self.listed)
        return list(itertools.product(*(_values(stream) for stream in self.streams)))

    def words(self, count: int, length: int, rng: random.Random) -> Iterator[list[Joint]]:
        """`count` random words of a length; endless ranges are drawn from near zero and from far off."""
        for _ in range(count):
            yield [self._draw(rng) for _ in range(length)]

    def facts(self) -> dict[str, Any]:
        """The domain as JSON holds it."""
        streams = [
            {"low": s.low, "high": s.high} if isinstance(s, Range) else {"symbols": list(s)}
            for s in self.streams
        ]
        listed = {} if self.listed is None else {"listed": [list(joint) for joint in self.listed]}
        return {"streams": streams, **listed}

    def __str__(self) -> str:
        return CheckedDomain(self.facts()).told()  # as the checker says it

    def _draw(self, rng: random.Random) -> Joint:
        if self.listed is not None:
            return rng.choice(self.listed)
        return tuple(_drawn(stream, rng) for stream in self.streams)


def parse_stream(text: str) -> Stream:
    """A stream from the command line: "LOW..HIGH", "LOW..", "..HIGH", "..", or "a,b,c".

    Raises InputError where it is none of them.
    """
    if ".." in text:
        low, _, high = text.partition("..")
        try:
            bounds = [int(end) if end.strip() else None for end in (low, high)]
        except ValueError:
            raise InputError(f"--inputs {clipped(text)}: expected whole numbers, as in 0..9 or ..") from None
        if any(end is not None and abs(end) > _LARGEST for end in bounds):
            raise InputError(f"--inputs {clipped(text)}: expected numbers up to 2**62")
        if bounds[0] is not None and bounds[1] is not None and bounds[0] > bounds[1]:
            raise InputError(f"--inputs {clipped(text)}: the range is empty; expected LOW..HIGH")
        return Range(*bounds)
    names = [name.strip() for name in text.split(",")]
    if "" in names or len(set(names)) < len(names):
        raise InputError(
            f"--inputs {clipped(text)}: expected different symbols with commas between, as in a,b,c"
        )
    if any(len(name) > _LONGEST for name in names):
        raise InputError(f"--inputs {clipped(text)}: expected symbols of {_LONGEST} characters at most")
    try:
        return tuple(int(name) for name in names)
    except ValueError:
        return tuple(names)


def domain_of(
    values: Sequence[Sequence[int]], symbols: Sequence[tuple[str, ...] | None], most: int = 256
) -> Domain:
    """The domain of data: the numbers `values[d]` that stream d was seen to hold, or its strings.

    More than `most` different numbers make a range from the smallest to the largest.
    """
    streams: list[Stream] = []
    for seen, names in zip(values, symbols, strict=True):
        numbers = sorted(set(seen))
        if names is not None:
            streams.append(tuple(names))
        elif len(numbers) > 1 and numbers[-1] - numbers[0] + 1 == len(numbers):
            streams.append(Range(numbers[0], numbers[-1]))
        elif len(numbers) <= most:
            streams.append(tuple(numbers))
        else:
            streams.append(Range(numbers[0], numbers[-1]))
    return Domain(tuple(streams))


def domain_from(facts: Mapping[str, Any]) -> Domain:
    """The domain whose `facts` these are."""
    streams = tuple(
        tuple(s["symbols"]) if "symbols" in s else Range(s["low"], s["high"]) for s in facts["streams"]
    )
    listed = facts.get("listed")
    return Domain(streams, None if listed is None else tuple(tuple(joint) for joint in listed))


def _values(stream: Stream) -> Sequence[Symbol]:
    if not isinstance(stream, Range):
        return stream
    if stream.low is None or stream.high is None:
        raise ValueError("an endless range has no list of symbols")
    return range(stream.low, stream.high + 1)


def _drawn(stream: Stream, rng: random.Random) -> Symbol:
    if not isinstance(stream, Range):
        return rng.choice(stream)
    reach = rng.choice((2, 10, _FAR))
    if stream.low is None and stream.high is None:
        return rng.randint(-reach, reach)
    low = stream.low if stream.low is not None else (stream.high or 0) - reach
    high = stream.high if stream.high is not None else low + reach
    return rng.randint(low, high)
