"""Linear systems: equality as an identity over the rationals.

Where both steps are affine maps of state and input, two systems are equal on every word just if
they agree on an affine basis of the states that words can lead to (Schuetzenberger, 1961; Tzeng,
1992). The basis has at most one more point than there are state variables, and a word on which
they differ is found at the level of a shortest one.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from netlift.certify._domain import Domain, Joint, Range
from netlift.certify._frozen import Key, freeze, thaw
from netlift.certify._operations import FAILURES
from netlift.certify._product import Witness
from netlift.certify._symbolic import Symbolic, Unsupported
from netlift.certify._system import FAILED, System, unshared

MOST_SYMBOLS = 4_096  # joint symbols that are looked at one by one
_NO_VALUE = "something that is not affine"


class Affine(Symbolic):
    """A sum of unknowns with whole coefficients, plus a constant."""

    __slots__ = ("constant", "terms")

    def __init__(self, terms: dict[int, int], constant: int) -> None:
        self.terms = {unknown: factor for unknown, factor in terms.items() if factor}
        self.constant = constant

    def binary(self, operator: str, left: Any, right: Any) -> Any:
        """Sums, differences and multiples; everything else is not affine."""
        a, b = _affine(left), _affine(right)
        match operator:
            case "+":
                return _sum(a, b, 1)
            case "-":
                return _sum(a, b, -1)
            case "*" if not a.terms:
                return _sum(Affine({}, 0), b, a.constant)
            case "*" if not b.terms:
                return _sum(Affine({}, 0), a, b.constant)
        raise Unsupported(_NO_VALUE)

    def compare(self, operator: str, other: Any) -> Any:
        """Only where the difference is a constant."""
        difference = _sum(self, _affine(other), -1)
        if difference.terms:
            raise Unsupported(_NO_VALUE)
        value = difference.constant
        return {
            "==": value == 0, "!=": value != 0, "<": value < 0,
            "<=": value <= 0, ">": value > 0, ">=": value >= 0,
        }[operator]  # fmt: skip

    def unary(self, function: str) -> Any:
        """`-` and `~`."""
        if function in ("-", "~"):
            return _sum(Affine({}, 0 if function == "-" else -1), self, -1)
        raise Unsupported(_NO_VALUE)

    def among(self, values: Iterable[Any]) -> Any:
        """Not affine."""
        raise Unsupported(_NO_VALUE)

    def lookup(self, pairs: Iterable[tuple[Any, Any]]) -> Any:
        """Not affine."""
        raise Unsupported(_NO_VALUE)

    def number(self) -> Any:
        """Itself."""
        return self

    __hash__ = Symbolic.__hash__


@dataclass(frozen=True)
class Basis:
    """Reachable pairs of states whose affine span holds all reachable pairs.

    `points` are in the order of discovery, each with the place of the point that it was reached
    from, and the symbol. `symbols` are those that had to be looked at: all, or an affine basis.
    """

    points: tuple[tuple[Key, Key], ...]
    origins: tuple[tuple[int, Joint] | None, ...]
    symbols: tuple[Joint, ...]
    joint: bool  # whether the steps are affine in the input too, not only for each symbol


def equal_linear(left: System, right: System, domain: Domain) -> Basis | Witness | None:
    """A basis that proves two systems equal, a shortest word on which they differ, or None.

    None where a step is not affine in the state for each symbol of the domain.
    """
    chosen = _symbols(left, right, domain)
    if chosen is None:
        return None
    symbols, joint = chosen
    first = (freeze(left.start()), freeze(right.start()))
    points = [first]
    found: list[tuple[int, Joint] | None] = [None]
    span = _Span(_vector(first))
    queue = deque([0])
    words: list[tuple[Joint, ...]] = [()]
    while queue:
        place = queue.popleft()
        for symbol in symbols:
            mine, said = left.step(thaw(points[place][0]), symbol)
            theirs, answered = right.step(thaw(points[place][1]), symbol)
            if said != answered:
                return Witness((*words[place], symbol), said, answered)
            if said == FAILED:
                return None
            successor = (freeze(mine), freeze(theirs))
            if span.add(_vector(successor)):
                points.append(successor)
                found.append((place, symbol))
                words.append((*words[place], symbol))
                queue.append(len(points) - 1)
    return Basis(tuple(points), tuple(found), tuple(symbols), joint)


def leaves(key: Key) -> list[int | str | None]:
    """The numbers and strings in a state, in order."""
    if not isinstance(key, tuple):
        return [key]
    kind, _, items = key
    if kind == "dict":
        return [leaf for _, v in items for leaf in leaves(v)]
    return [leaf for item in items for leaf in leaves(item)]


def with_numbers(key: Key, numbers: Sequence[Any]) -> Any:
    """The state with this key, its numbers (no strings) replaced in order."""
    left = iter(numbers)

    def replaced(part: Key) -> Any:
        if isinstance(part, int):
            return next(left)
        if not isinstance(part, tuple):
            return part
        kind, number, items = part
        if kind in ("list", "tuple"):
            return (kind, number, tuple(replaced(item) for item in items))
        if kind == "dict":
            return (kind, number, tuple((k, replaced(v)) for k, v in items))
        raise Unsupported("a state of this kind")

    return thaw(replaced(key))


def _symbols(left: System, right: System, domain: Domain) -> tuple[list[Joint], bool] | None:
    """Symbols that are enough to look at, and whether the steps are affine in the input as well."""
    ranges = [stream for stream in domain.streams if isinstance(stream, Range)]
    if domain.listed is None and len(ranges) == len(domain.streams):
        width = len(ranges)
        unknown = [Affine({-1 - d: 1}, 0) for d in range(width)]
        if all(_is_affine(system, unknown) for system in (left, right)):
            low = [_inside(stream) for stream in ranges]
            steps = [list(low) for _ in range(width + 1)]
            for d, stream in enumerate(ranges):
                steps[d + 1][d] += 1 if low[d] + 1 in stream else 0
            return [tuple(step) for step in dict.fromkeys(map(tuple, steps))], True
    if domain.size > MOST_SYMBOLS:
        return None
    symbols = domain.symbols()
    if all(_is_affine(system, symbol) for system in (left, right) for symbol in symbols):
        return symbols, False
    return None


def _inside(stream: Range) -> int:
    if 0 in stream:
        return 0
    return stream.low if stream.low is not None else (stream.high or 0) - 1


def _is_affine(system: System, symbol: Sequence[Any]) -> bool:
    """Whether a step is an affine map of the state that keeps its shape, for this symbol."""
    start = freeze(system.start())
    try:
        unknown = [Affine({place: 1}, 0) for place in range(sum(isinstance(v, int) for v in leaves(start)))]
        after, answers = system.advance(with_numbers(start, unknown), symbol)
        return len(answers) == 1 and _shape(unshared(after)) == _shape(thaw(start))
    except (Unsupported, *FAILURES):
        return False


def _shape(state: Any) -> Any:
    if isinstance(state, dict):
        return {name: _shape(value) for name, value in state.items()}
    if isinstance(state, list | tuple):
        return (type(state).__name__, [_shape(part) for part in state])
    if isinstance(state, int | Affine):
        return "number"
    return ("fixed", state)


def _vector(pair: tuple[Key, Key]) -> list[int]:
    return [int(leaf) for key in pair for leaf in leaves(key) if isinstance(leaf, int)]


class _Span:
    """The affine span of points, by exact elimination."""

    def __init__(self, first: Sequence[int]) -> None:
        self._first = list(first)
        self._rows: list[tuple[int, list[Fraction]]] = []

    def add(self, point: Sequence[int]) -> bool:
        """Whether the point was outside; it is inside from now on."""
        rest = [Fraction(a - b) for a, b in zip(point, self._first, strict=True)]
        for pivot, row in self._rows:
            if rest[pivot]:
                factor = rest[pivot]
                rest = [a - factor * b for a, b in zip(rest, row, strict=True)]
        pivot = next((place for place, value in enumerate(rest) if value), -1)
        if pivot < 0:
            return False
        self._rows.append((pivot, [value / rest[pivot] for value in rest]))
        return True


def _affine(value: Any) -> Affine:
    if isinstance(value, Affine):
        return value
    if isinstance(value, int):
        return Affine({}, int(value))
    raise Unsupported(_NO_VALUE)


def _sum(a: Affine, b: Affine, factor: int) -> Affine:
    terms = dict(a.terms)
    for unknown, coefficient in b.terms.items():
        terms[unknown] = terms.get(unknown, 0) + factor * coefficient
    return Affine(terms, a.constant + factor * b.constant)
