"""The argument for linear systems: agreement on an affine basis of the states."""

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from netlift.checker._domain import Domain
from netlift.checker._objects import FAILED, Runner, encoded
from netlift.checker._operations import ERRORS
from netlift.checker._syntax import Refused

_MOST_SYMBOLS = 4_096


class _NotAffine(Exception):
    """A step does more than add and multiply by constants."""


class Form:
    """A constant plus whole multiples of unknown numbers."""

    is_unknown = True

    def __init__(self, terms: dict[Any, int]) -> None:
        self.terms = {name: factor for name, factor in terms.items() if factor}

    def __add__(self, other: Any) -> Any:
        return _plus(self, other, 1)

    def __radd__(self, other: Any) -> Any:
        return _plus(self, other, 1)

    def __sub__(self, other: Any) -> Any:
        return _plus(self, other, -1)

    def __rsub__(self, other: Any) -> Any:
        return _plus(-self, other, 1)

    def __neg__(self) -> "Form":
        return Form({name: -factor for name, factor in self.terms.items()})

    def __invert__(self) -> Any:
        return _plus(-self, -1, 1)

    def __pos__(self) -> "Form":
        return self

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Form) and set(other.terms) <= {None}:
            other = other.terms.get(None, 0)
        if not isinstance(other, int):
            if isinstance(other, Form) and set(self.terms) <= {None}:
                return other * self.terms.get(None, 0)
            raise _NotAffine
        return Form({name: factor * other for name, factor in self.terms.items()})

    __rmul__ = __mul__

    def _known(self) -> int:
        if set(self.terms) <= {None}:
            return self.terms.get(None, 0)
        raise _NotAffine

    def __eq__(self, other: object) -> Any:
        return False if isinstance(other, str) else _plus(self, other, -1)._known() == 0

    def __ne__(self, other: object) -> Any:
        return not self == other

    def __lt__(self, other: Any) -> bool:
        return bool(_plus(self, other, -1)._known() < 0)

    def __le__(self, other: Any) -> bool:
        return bool(_plus(self, other, -1)._known() <= 0)

    def __gt__(self, other: Any) -> bool:
        return bool(_plus(self, other, -1)._known() > 0)

    def __ge__(self, other: Any) -> bool:
        return bool(_plus(self, other, -1)._known() >= 0)

    def __bool__(self) -> bool:
        return self._known() != 0

    def _never(self, *others: Any) -> Any:
        raise _NotAffine

    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = _never
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _never
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = __divmod__ = __rdivmod__ = _never
    __abs__ = __index__ = __int__ = __hash__ = __iter__ = __len__ = _never
    as_list = special_call = bit_count = bit_length = _never

    def __getattr__(self, name: str) -> Any:
        raise _NotAffine


def check_linear(left: Runner, right: Runner, domain: Domain, argument: Mapping[str, Any]) -> None:
    """The points are reached as told, span all reachable states, and answer alike."""
    symbols, joint = _enough(left, right, domain)
    if argument["joint"] is not joint or argument["symbols"] != symbols:
        raise Refused("linear: the symbols looked at are not those that are enough")
    points, origins = argument["points"], argument["origins"]
    if len(points) != len(origins):
        raise Refused("linear: points and origins differ in number")
    for place, (pair, origin, word, _) in enumerate(_basis(left, right, symbols)):
        if word is not None:
            raise Refused(f"linear: different answers on {word}")
        if place >= len(points) or pair != points[place]:
            raise Refused(f"linear: point {place} is not the one that is reached")
        if origin != origins[place]:
            raise Refused(f"linear: point {place} is reached from elsewhere")
    if place + 1 != len(points):
        raise Refused(f"linear: point {place + 1} is not needed")


def first_difference(left: Runner, right: Runner, domain: Domain) -> list[Any] | None:
    """A shortest word on which two affine sides differ; None where they are not affine or do not."""
    try:
        symbols, _ = _enough(left, right, domain)
    except Refused:
        return None
    return next((word for _, _, word, _ in _basis(left, right, symbols) if word is not None), None)


def _basis(
    left: Runner, right: Runner, symbols: list[list[Any]]
) -> Iterator[tuple[list[Any], Any, list[Any] | None, int]]:
    """Points of an affine basis, each with its origin; or a word on which the answers differ."""
    first = (left.start(), right.start())
    states, words = [first], [[]]  # type: ignore[var-annotated]
    yield [encoded(first[0]), encoded(first[1])], None, None, 0
    origin = _numbers([encoded(first[0]), encoded(first[1])])
    rows: list[tuple[int, list[Fraction]]] = []
    for place, (mine, theirs) in enumerate(states):  # the list grows while it is walked
        for symbol in symbols:
            after, said = left.step(mine, symbol)
            other, answered = right.step(theirs, symbol)
            if said != answered or said == FAILED:
                yield [], None, [*words[place], symbol], 0
                return
            pair = [encoded(after), encoded(other)]
            rest = [Fraction(a - b) for a, b in zip(_numbers(pair), origin, strict=True)]
            for pivot, row in rows:
                factor = rest[pivot]
                rest = [a - factor * b for a, b in zip(rest, row, strict=True)] if factor else rest
            pivot = next((i for i, value in enumerate(rest) if value), -1)
            if pivot >= 0:
                rows.append((pivot, [value / rest[pivot] for value in rest]))
                states.append((after, other))
                words.append([*words[place], symbol])
                yield pair, [place, symbol], None, 0


def _enough(left: Runner, right: Runner, domain: Domain) -> tuple[list[list[Any]], bool]:
    """Symbols that are enough to look at, and whether both steps are affine in the input too."""
    if domain.listed is None and all("low" in stream for stream in domain.streams):
        unknown = [Form({("input", d): 1}) for d in range(len(domain.streams))]
        if _affine(left, unknown) and _affine(right, unknown):
            low = [_inside(s["low"], s["high"]) for s in domain.streams]
            rows = [low]
            for d, stream in enumerate(domain.streams):
                if stream["high"] is None or low[d] < stream["high"]:
                    rows.append([v + (i == d) for i, v in enumerate(low)])
            return rows, True
    if domain.size <= _MOST_SYMBOLS:
        symbols = domain.symbols()
        if all(_affine(runner, symbol) for runner in (left, right) for symbol in symbols):
            return symbols, False
    raise Refused("linear: a step is not affine")


def _inside(low: int | None, high: int | None) -> int:
    if (low is None or low <= 0) and (high is None or high >= 0):
        return 0
    return low if low is not None else (high or 0) - 1


def _affine(runner: Runner, symbol: list[Any]) -> bool:
    start = runner.start()
    shape = json.dumps(_outline(start))
    if '"same"' in json.dumps(encoded(start)):
        return False
    try:
        after, said = runner.advance(_unknown(start, iter(range(1_000_000))), symbol)
        return len(said) == 1 and json.dumps(_outline(after)) == shape and not _shared(after, [])
    except (_NotAffine, Refused, *ERRORS):
        return False


def _shared(state: Any, seen: list[Any]) -> bool:
    """Whether one list stands at two places."""
    if not isinstance(state, (list, dict, tuple)):
        return False
    if any(state is one for one in seen) and not isinstance(state, tuple):
        return True
    seen.append(state)
    return any(_shared(one, seen) for one in (state.values() if isinstance(state, dict) else state))


def _unknown(state: Any, numbers: Iterator[int]) -> Any:
    if isinstance(state, int):
        return Form({next(numbers): 1})
    if isinstance(state, list):
        return [_unknown(one, numbers) for one in state]
    if isinstance(state, tuple):
        return tuple(_unknown(one, numbers) for one in state)
    if isinstance(state, dict):
        return {key: _unknown(one, numbers) for key, one in state.items()}
    if state is None or isinstance(state, str):
        return state
    raise _NotAffine


def _outline(state: Any) -> Any:
    if isinstance(state, (list, tuple)):
        return [type(state).__name__, *map(_outline, state)]
    if isinstance(state, dict):
        return [[key, _outline(one)] for key, one in state.items()]
    return "number" if isinstance(state, (int, Form)) else ["fixed", state]


def _numbers(state: Any) -> list[int]:
    """The numbers in an encoded state, in order."""
    if isinstance(state, bool | int):
        return [int(state)]
    if isinstance(state, list):
        return [n for one in state for n in _numbers(one)]
    if isinstance(state, dict) and "dict" in state:
        return [n for _, one in state["dict"] for n in _numbers(one)]
    if isinstance(state, dict):
        return [n for one in state.values() for n in (_numbers(one) if isinstance(one, list) else [])]
    return []


def _plus(a: Form, b: Any, sign: int) -> Form:
    other = b.terms if isinstance(b, Form) else {None: b} if isinstance(b, int) else None
    if other is None:
        raise _NotAffine
    return Form({n: a.terms.get(n, 0) + sign * other.get(n, 0) for n in [*a.terms, *other]})
