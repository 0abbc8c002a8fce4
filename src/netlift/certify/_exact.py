"""Network = recurrence for linear networks: an identity in exact rational arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift._algebra import LinearSystem
from netlift.certify._domain import Domain, Range
from netlift.networks import LinearRnn

Ints = NDArray[np.int64]
Exact = NDArray[np.object_]
Ends = tuple[tuple[int, int], ...]

_EXACT = 2**53
_LOOKED_AT = 4_096  # steps over which the growth of a linear network is followed exactly

PARTS = ("transition", "drive", "bias", "readout", "offset", "initial")


@dataclass(frozen=True)
class LinearProof:
    """A linear network, taken with its exact weights, answers as a linear system over the whole numbers.

    This holds for all sequences over `domain` of all lengths in exact arithmetic. For the network as it
    runs, in double precision, it holds up to `float_length` steps: until then no number reaches 2**53, so
    that no operation rounds. None: at all lengths. `order` is the number of steps that decide the identity.
    """

    system: LinearSystem
    domain: Domain
    float_length: int | None
    order: int

    def facts(self) -> dict[str, Any]:
        """The figures a claim needs, as JSON can hold them.

        `exhaustive_length` is there where the network as it runs is proved up to a length only.
        """
        bounded = {} if self.float_length is None else {"exhaustive_length": self.float_length}
        return {
            "order": self.order,
            "domain": self.domain.facts(),
            "float_length": self.float_length,
            "exact_arithmetic": "every length",
            **bounded,
        }


def prove_linear(network: LinearRnn, system: LinearSystem, domain: Domain) -> LinearProof | None:
    """A proof that network and system have the same outputs on all sequences; None where they have not.

    The difference of two linear systems with n and m state variables is a linear system of order
    n + m + 1 with its constant; by the theorem of Cayley and Hamilton its answers vanish for ever once
    they vanish for so many lags. `domain` has whole numbers between two ends for each stream; of a network
    with units for its symbols it is those symbols, whatever is given.
    None also where a weight is no whole number, or where even the first step may round.
    """
    if network.alphabets != system.alphabets:
        return None
    if any(not np.equal(array, np.rint(array)).all() for array in network.weights.values()):
        return None
    mine = _exact({name: network.weights[name] for name in PARTS})
    theirs = _exact({name: getattr(system, name) for name in PARTS})
    order = len(mine["bias"]) + len(theirs["bias"]) + 2
    first, second = _answers(mine, order), _answers(theirs, order)
    if first != second:
        return None
    if network.alphabets is not None:
        domain = Domain(tuple(_stream(alphabet) for alphabet in network.alphabets))
    length = exact_length(mine, _ends(domain), network.alphabets)
    return None if length == 0 else LinearProof(system, domain, length, order)


def _stream(alphabet: tuple[int, ...]) -> Range | tuple[int, ...]:
    whole = alphabet[-1] - alphabet[0] + 1 == len(alphabet)
    return Range(alphabet[0], alphabet[-1]) if whole else alphabet


def _ends(domain: Domain) -> Ends:
    """The least and the greatest input of each stream."""
    found = []
    for stream in domain.streams:
        ends = (stream.low, stream.high) if isinstance(stream, Range) else (min(stream), max(stream))
        if not all(isinstance(end, int) for end in ends):
            raise ValueError(f"the inputs {stream} are no whole numbers between two ends")
        found.append(ends)
    return tuple(found)  # type: ignore[arg-type]  # whole numbers, as was just looked at


def _exact(parts: dict[str, Any]) -> dict[str, Exact]:
    found = {}
    for name, part in parts.items():
        array = np.asarray(part)
        exact = np.empty(array.shape, dtype=object)
        for place in np.ndindex(array.shape):
            exact[place] = Fraction(array[place].item())
        found[name] = exact
    return found


def _answers(parts: dict[str, Exact], order: int) -> list[Any]:
    """Responses to a unit impulse, and outputs without input, over `order` steps."""
    found: list[Any] = []
    column, state = parts["drive"], parts["initial"]
    for _ in range(order):
        state = parts["transition"] @ state + parts["bias"]
        found.append(
            ((parts["readout"] @ column).tolist(), (parts["readout"] @ state + parts["offset"]).tolist())
        )
        column = parts["transition"] @ column
    return found


def exact_length(parts: Mapping[str, Exact], domain: Ends, alphabets: Any) -> int | None:
    """Steps up to which no number of the evaluation reaches 2**53; None: never, at any length.

    Then every operation on the whole weights is exact. Followed over at most 4,096 steps, beyond which
    only a network that forgets, or whose absolute values grow slowly enough, is said to be exact.
    """
    transition, drive, bias, readout, offset, initial = (
        np.vectorize(int, otypes=[object])(parts[name]) if parts[name].size else parts[name]
        for name in ("transition", "drive", "bias", "readout", "offset", "initial")
    )
    size = len(bias)

    def pushes(matrix: Exact) -> tuple[Exact, Exact]:
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

    def fits(reach: Exact) -> bool:
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

    def absolute(steps: int) -> Exact:
        matrix = np.zeros((size + 1, size + 1), dtype=object)
        matrix[:size, :size], matrix[:size, size], matrix[size, size] = grown, push, 1
        total, factor = np.identity(size + 1, dtype=object), matrix
        while steps:
            if steps & 1:
                total = np.minimum(total @ factor, 2 * _EXACT)
            factor = np.minimum(factor @ factor, 2 * _EXACT)
            steps >>= 1
        result: Exact = total[:size, size] + total[:size, :size] @ magnitude(initial)
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
