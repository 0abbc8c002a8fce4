"""What may be true of all reachable pairs of states: guessed from runs, kept only where it is proved.

Affine equalities are the exact affine hull of the states seen (Karr, 1976), widened by every
counterexample that the solver finds (Reps, Sagiv and Yorsh, 2004); bounds and relations are
dropped when a counterexample breaks them (Flanagan and Leino, 2001).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

Vector = tuple[Any, ...]

_MODULI = range(2, 17)
_MOST_CASES = 4  # values of a variable up to which each is a case of its own
_FEWEST = 3  # states that a case needs to have shown


@dataclass(frozen=True)
class Predicate:
    """One relation between the numbers of a pair of states, by their names.

    `kind`: "equal" (sum of `terms` + `constant` == 0), "least" (sum + constant >= 0), "alike" (two
    lists are the same), "length" (the first, a list, is as long as the second says), "function"
    (the second name is `function` of the first, with `constant`), "remainder" (the name leaves the rest
    `constant` when divided by its factor). It is claimed where `case`, itself
    a relation ("==", "<" or ">" between a name and a number), holds, or everywhere.
    """

    kind: str
    terms: tuple[tuple[str, int], ...]
    constant: int = 0
    function: str = ""
    case: tuple[str, str, int] | None = None

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it is true of a pair of states."""
        if self.case is not None and not _compare(self.case[1], values[self.case[0]], self.case[2]):
            return True
        match self.kind:
            case "equal":
                return bool(sum(f * values[n] for n, f in self.terms) + self.constant == 0)
            case "least":
                return bool(sum(f * values[n] for n, f in self.terms) + self.constant >= 0)
            case "alike":
                return bool(values[self.terms[0][0]] == values[self.terms[1][0]])
            case "remainder":
                name, divisor = self.terms[0]
                return bool(values[name] % divisor == self.constant)
            case "length":
                return bool(len(values[self.terms[0][0]]) == values[self.terms[1][0]])
        argument, value = (values[n] for n, _ in self.terms)
        return bool(FUNCTIONS[self.function](argument, self.constant) == value)

    def expression(self, z3: Any, of: Mapping[str, Any]) -> Any:
        """The same for the solver."""
        claim = self._claim(z3, of)
        if self.case is None:
            return claim
        return z3.Implies(_compare(self.case[1], of[self.case[0]], self.case[2]), claim)

    def facts(self) -> dict[str, Any]:
        """The predicate as a certificate holds it."""
        facts: dict[str, Any] = {"kind": self.kind, "terms": [[n, f] for n, f in self.terms]}
        if self.kind in ("equal", "least", "function", "remainder"):
            facts["constant"] = self.constant
        if self.kind == "function":
            facts["function"] = self.function
        if self.case is not None:
            facts["case"] = list(self.case)
        return facts

    def __str__(self) -> str:
        case = "" if self.case is None else f"if {self.case[0]} {self.case[1]} {self.case[2]}: "
        names = [n for n, _ in self.terms]
        match self.kind:
            case "alike":
                return f"{case}{names[0]} == {names[1]}"
            case "remainder":
                return f"{case}{names[0]} % {self.terms[0][1]} == {self.constant}"
            case "length":
                return f"{case}len({names[0]}) == {names[1]}"
            case "function":
                return f"{case}{names[1]} == {_TOLD[self.function].format(names[0], self.constant)}"
        return case + _relation(self.terms, self.constant, "==" if self.kind == "equal" else ">=")

    def _claim(self, z3: Any, of: Mapping[str, Any]) -> Any:
        names = [of[n] for n, _ in self.terms]
        if self.kind == "alike":
            return names[0] == names[1]
        if self.kind == "length":
            return z3.Length(names[0]) == names[1]
        if self.kind == "remainder":
            return names[0] % self.terms[0][1] == self.constant
        if self.kind == "function":
            return _for_solver(z3, self.function, names[0], self.constant) == names[1]
        total = z3.Sum([f * of[n] for n, f in self.terms]) + self.constant
        return total == 0 if self.kind == "equal" else total >= 0


FUNCTIONS: Mapping[str, Callable[[int, int], int]] = {
    "%": lambda a, c: a % c,
    "//": lambda a, c: a // c,
    "min": min,
    "max": max,
    "abs": lambda a, c: abs(a),
    "==": lambda a, c: int(a == c),
    ">": lambda a, c: int(a > c),
    "<": lambda a, c: int(a < c),
}
_TOLD = {
    "%": "{} % {}", "//": "{} // {}", "min": "min({}, {})", "max": "max({}, {})", "abs": "abs({})",
    "==": "({} == {})", ">": "({} > {})", "<": "({} < {})",
}  # fmt: skip


class Hull:
    """The affine hull of the points seen where a case holds."""

    def __init__(self, case: tuple[str, str, int] | None) -> None:
        self.case = case
        self._first: list[int] | None = None
        self._rows: list[tuple[int, list[Fraction]]] = []

    def add(self, point: Sequence[int]) -> bool:
        """Whether the point was outside; it is inside from now on."""
        if self._first is None:
            self._first = list(point)
            return True
        rest = [Fraction(a - b) for a, b in zip(point, self._first, strict=True)]
        for pivot, row in self._rows:
            factor = rest[pivot]
            if factor:
                rest = [a - factor * b for a, b in zip(rest, row, strict=True)]
        pivot = next((place for place, value in enumerate(rest) if value), -1)
        if pivot < 0:
            return False
        row = [value / rest[pivot] for value in rest]
        for i, (other, old) in enumerate(self._rows):
            if old[pivot]:
                factor = old[pivot]
                self._rows[i] = (other, [a - factor * b for a, b in zip(old, row, strict=True)])
        self._rows.append((pivot, row))
        return True

    def equalities(self, names: Sequence[str]) -> Iterator[Predicate]:
        """Equations that all points satisfy and that define the hull, with small whole coefficients."""
        if self._first is None:
            return
        pivots = dict(self._rows)
        for free in range(len(names)):
            if free in pivots:
                continue
            # x[free] - sum(row[free] * x[pivot]) is the same at every point
            factors = {free: Fraction(1)} | {pivot: -row[free] for pivot, row in pivots.items() if row[free]}
            scale = lcm(*(factor.denominator for factor in factors.values()))
            whole = {place: int(factor * scale) for place, factor in sorted(factors.items())}
            divisor = gcd(*whole.values()) * (-1 if next(iter(whole.values())) < 0 else 1)
            whole = {place: factor // divisor for place, factor in whole.items()}
            constant = -sum(factor * self._first[place] for place, factor in whole.items())
            terms = tuple((names[place], factor) for place, factor in whole.items())
            yield Predicate("equal", terms, constant, case=self.case)


def guessed(
    names: Sequence[str], lists: Sequence[str], seen: Sequence[Mapping[str, Any]], early: int
) -> tuple[list[Hull], list[Predicate]]:
    """Hulls and relations that hold in all pairs of states seen.

    `names` are those of the numbers, `lists` those of the lists. The first `early` states come from
    short words: a bound that the others exceed is no bound.
    """
    hulls = [Hull(case) for case in [None, *_cases(names, seen)]]
    for hull in hulls:
        for values in seen:
            if hull.case is None or _compare(hull.case[1], values[hull.case[0]], hull.case[2]):
                hull.add([values[name] for name in names])
    about = [*_remainders(names, seen), *_about_lists(names, lists, seen)]
    relations = [*_bounds(names, seen, early), *_functions(names, seen), *about]
    return hulls, relations


def _cases(names: Sequence[str], seen: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, int]]:
    for name in names:
        values = [state[name] for state in seen]
        kinds = sorted(set(values))
        if 1 < len(kinds) <= _MOST_CASES:
            yield from ((name, "==", kind) for kind in kinds if values.count(kind) >= _FEWEST)
        elif len(kinds) > _MOST_CASES and kinds[0] < 0:
            yield from ((name, sign, 0) for sign in ("<", "==", ">"))


def _bounds(names: Sequence[str], seen: Sequence[Mapping[str, Any]], early: int) -> Iterator[Predicate]:
    for place, name in enumerate(names):
        others = [None, *names[place + 1 :]] if len(names) <= 8 else [None]
        for other in others:
            for sign in (1, -1):
                combinations = [(1, 0)] if other is None else [(1, -1)]
                for mine, theirs in combinations:
                    totals = [
                        sign * (mine * state[name] + (theirs * state[other] if other else 0))
                        for state in seen
                    ]
                    if min(totals) == min(totals[:early]):
                        terms = [(name, sign * mine), *([(other, sign * theirs)] if other else [])]
                        yield Predicate("least", tuple(terms), -min(totals))


def _functions(names: Sequence[str], seen: Sequence[Mapping[str, Any]]) -> Iterator[Predicate]:
    for first in names:
        for second in names:
            if first == second or len({state[second] for state in seen}) == 1:
                continue
            for function, constants in _tries(first, second, seen):
                for constant in constants:
                    predicate = Predicate("function", ((first, 1), (second, 1)), constant, function)
                    if all(predicate.holds(state) for state in seen):
                        yield predicate
                        break


def _tries(first: str, second: str, seen: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Sequence[int]]]:
    values = [state[second] for state in seen]
    arguments = sorted({state[first] for state in seen})
    if min(values) >= 0 and max(values) < _MODULI[-1]:
        yield "%", range(max(values) + 1, _MODULI[-1] + 1)
    yield "//", _MODULI
    yield "min", (max(values),)
    yield "max", (min(values),)
    yield "abs", (0,)
    if set(values) <= {0, 1}:
        for function in ("==", ">", "<"):
            yield function, arguments[:50]


def _remainders(names: Sequence[str], seen: Sequence[Mapping[str, Any]]) -> Iterator[Predicate]:
    for name in names:
        values = {state[name] for state in seen}
        for divisor in _MODULI if len(values) > 2 else ():
            rests = {value % divisor for value in values}
            if len(rests) == 1:
                yield Predicate("remainder", ((name, divisor),), rests.pop())


def _about_lists(
    names: Sequence[str], lists: Sequence[str], seen: Sequence[Mapping[str, Any]]
) -> Iterator[Predicate]:
    for place, name in enumerate(lists):
        candidates = [Predicate("alike", ((name, 1), (other, 1))) for other in lists[place + 1 :]]
        candidates += [Predicate("length", ((name, 1), (number, 1))) for number in names]
        yield from (c for c in candidates if all(c.holds(state) for state in seen))


def _for_solver(z3: Any, function: str, argument: Any, constant: int) -> Any:
    match function:
        case "%":
            return argument % constant
        case "//":
            return argument / constant  # the solver's division floors for divisors above zero
        case "min":
            return z3.If(argument < constant, argument, constant)
        case "max":
            return z3.If(argument > constant, argument, constant)
        case "abs":
            return z3.If(argument < 0, -argument, argument)
    return z3.If(_compare(function, argument, constant), 1, 0)


def _compare(operator: str, a: Any, b: Any) -> Any:
    match operator:
        case "==":
            return a == b
        case "<":
            return a < b
        case ">":
            return a > b
    raise ValueError(f"no such comparison: {operator}")


def _relation(terms: Sequence[tuple[str, int]], constant: int, sign: str) -> str:
    sides: list[list[str]] = [[], []]
    for name, factor in terms:
        told = name if abs(factor) == 1 else f"{abs(factor)} * {name}"
        sides[factor < 0].append(told)
    if constant or not (sides[0] and sides[1]):
        empty = 0 if not sides[0] else 1
        place = (0 if constant > 0 else 1) if sides[0] and sides[1] else empty
        value = constant if place == 0 else -constant
        if value or not sides[place]:
            sides[place].append(str(value))
    return f"{' + '.join(sides[0])} {sign} {' + '.join(sides[1])}"
