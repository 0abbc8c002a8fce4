"""The argument by induction: the solver z3 checks one step for all states and inputs at once.

Operations that the solver has no theory for are functions that it knows next to nothing of.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from math import gcd
from typing import Any

from netlift.checker._domain import Domain
from netlift.checker._objects import FAILED, Runner
from netlift.checker._operations import ERRORS
from netlift.checker._syntax import Refused

_WORK = 10_000_000  # the solver's own count of its work, for one question
_MOST_WAYS = 5_000
_APART = 8  # joint symbols up to which each is looked at by itself
_RUNS, _LENGTH = 60, 25  # random runs in which the invariant must show


class _Open(Exception):
    """A step does something that cannot be followed for all numbers."""


class Ways:
    """All ways through a piece of code, one for each answer to what it asks of unknown numbers."""

    def __init__(self, z3: Any, given: list[Any]) -> None:
        self.z3 = z3
        self.lemmas: list[Any] = []
        self._solver = z3.Solver()
        self._solver.set("rlimit", _WORK)
        self._solver.add(*given)
        self._script: list[bool] = []
        self._taken: list[tuple[Any, bool]] = []
        self._later: list[list[bool]] = []

    def each(self, code: Callable[[], Any]) -> Iterator[tuple[list[Any], Any]]:
        """Condition and result of each way; the result is None where Python would stop with an error."""
        self._later = [[]]
        for _ in range(_MOST_WAYS):
            if not self._later:
                return
            self._script, self._taken = self._later.pop(), []
            try:
                result = code()
            except ERRORS:
                result = None
            yield [c if yes else self.z3.Not(c) for c, yes in self._taken], result
        raise Refused("induction: a step has too many ways through it")

    def ask(self, condition: Any) -> bool:
        """The truth of a condition on this way."""
        place = len(self._taken)
        if place < len(self._script):
            answer = self._script[place]
        else:
            so_far = [c if yes else self.z3.Not(c) for c, yes in self._taken]
            answer = self._solver.check(*so_far, condition) != self.z3.unsat
            if answer and self._solver.check(*so_far, self.z3.Not(condition)) != self.z3.unsat:
                self._later.append([*(yes for _, yes in self._taken), False])
        self._taken.append((condition, answer))
        return answer


class Whole:
    """An unknown whole number, or an unknown truth value, which counts as 0 or 1."""

    is_unknown = True

    def __init__(self, ways: Ways, expr: Any, truth: Any = None) -> None:
        self.ways, self.expr, self.truth = ways, expr, truth

    def _term(self, other: Any) -> Any:
        if isinstance(other, Whole):
            return other.expr
        return self.ways.z3.IntVal(int(other)) if isinstance(other, int) else None

    def _made(self, other: Any, make: Callable[[Any], Any]) -> Any:
        term = self._term(other)
        return NotImplemented if term is None else Whole(self.ways, make(term))

    def _asked(self, other: Any, make: Callable[[Any], Any]) -> Any:
        term = self._term(other)
        if term is None:
            return NotImplemented
        truth = make(term)
        return Whole(self.ways, self.ways.z3.If(truth, 1, 0), truth)

    def __add__(self, other: Any) -> Any:
        return self._made(other, lambda b: self.expr + b)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._made(other, lambda b: self.expr - b)

    def __rsub__(self, other: Any) -> Any:
        return self._made(other, lambda b: b - self.expr)

    def __mul__(self, other: Any) -> Any:
        return self._made(other, lambda b: self.expr * b)

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> Any:
        return self._made(other, lambda b: self._quotient(self.expr, b))

    def __rfloordiv__(self, other: Any) -> Any:
        return self._made(other, lambda b: self._quotient(b, self.expr))

    def __mod__(self, other: Any) -> Any:
        return self._made(other, lambda b: self.expr - b * self._quotient(self.expr, b))

    def __rmod__(self, other: Any) -> Any:
        return self._made(other, lambda b: b - self.expr * self._quotient(b, self.expr))

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __pow__(self, other: Any) -> Any:
        if not isinstance(other, int) or not 0 <= other <= 8:
            raise _Open("a power")
        product: Any = 1
        for _ in range(other):
            product = self * product
        return product

    def __lshift__(self, other: Any) -> Any:
        return self * 2 ** self._shift(other)

    def __rshift__(self, other: Any) -> Any:
        return self // 2 ** self._shift(other)

    def __and__(self, other: Any) -> Any:
        if isinstance(other, int) and other >= 0 and (other & (other + 1)) == 0:
            return self % (other + 1)
        return self._bits("and", other)

    __rand__ = __and__

    def __or__(self, other: Any) -> Any:
        return self._bits("or", other)

    __ror__ = __or__

    def __xor__(self, other: Any) -> Any:
        return self._bits("xor", other)

    __rxor__ = __xor__

    def __neg__(self) -> Any:
        return Whole(self.ways, -self.expr)

    def __pos__(self) -> Any:
        return self

    def __invert__(self) -> Any:
        return Whole(self.ways, -1 - self.expr)

    def __abs__(self) -> Any:
        return Whole(self.ways, self.ways.z3.If(self.expr >= 0, self.expr, -self.expr))

    def __eq__(self, other: object) -> Any:
        return self._asked(other, lambda b: self.expr == b)

    def __ne__(self, other: object) -> Any:
        return self._asked(other, lambda b: self.expr != b)

    def __lt__(self, other: Any) -> Any:
        return self._asked(other, lambda b: self.expr < b)

    def __le__(self, other: Any) -> Any:
        return self._asked(other, lambda b: self.expr <= b)

    def __gt__(self, other: Any) -> Any:
        return self._asked(other, lambda b: self.expr > b)

    def __ge__(self, other: Any) -> Any:
        return self._asked(other, lambda b: self.expr >= b)

    def __bool__(self) -> bool:
        return self.ways.ask(self.expr != 0 if self.truth is None else self.truth)

    def bit_count(self) -> Any:
        """As of an int."""
        return self._function("bit_count", self.expr)

    def bit_length(self) -> Any:
        """As of an int."""
        return self._function("bit_length", self.expr)

    def special_call(self, name: str, values: tuple[Any, ...]) -> Any:
        """gcd and isqrt."""
        if name == "isqrt":
            if self < 0:
                raise ValueError("of a negative number")
            return self._function("isqrt", self.expr)
        if name != "gcd" or len(values) != 2:
            raise _Open(name)
        return self._function("gcd", *(self._term(value) for value in values))

    def _never(self, *others: Any) -> Any:
        raise _Open("a number that is not known, where Python wants one that is")

    __rpow__ = __rlshift__ = __rrshift__ = __index__ = __int__ = __float__ = __hash__ = _never

    def _shift(self, other: Any) -> int:
        if not isinstance(other, int):
            raise _Open("a shift")
        if other < 0:
            raise ValueError("negative shift count")
        return int(other)

    def _quotient(self, a: Any, b: Any) -> Any:
        if self.ways.ask(b == 0):
            raise ZeroDivisionError
        b = self.ways.z3.simplify(b)
        if self.ways.z3.is_int_value(b):  # the solver floors where the divisor is above zero
            return a / b if b.as_long() > 0 else (-a) / self.ways.z3.IntVal(-b.as_long())
        return self.ways.z3.If(b > 0, a / b, (-a) / (-b))

    def _function(self, name: str, *terms: Any) -> Any:
        sort = self.ways.z3.IntSort()
        return Whole(self.ways, self.ways.z3.Function(name, *([sort] * (len(terms) + 1)))(*terms))

    def _bits(self, name: str, other: Any) -> Any:
        z3, a, b = self.ways.z3, self.expr, self._term(other)
        if b is None:
            return NotImplemented
        result = self._function(name, a, b)
        both, one = z3.And(a == 1, b == 1), z3.Or(a == 1, b == 1)
        truth = {"and": both, "or": one, "xor": z3.And(one, z3.Not(both))}[name]
        zero_or_one = z3.And(a >= 0, a <= 1, b >= 0, b <= 1)
        self.ways.lemmas.append(z3.Implies(zero_or_one, result.expr == z3.If(truth, 1, 0)))
        return result


class Several:
    """An unknown list of whole numbers."""

    is_unknown = is_list = True

    def __init__(self, ways: Ways, expr: Any, kind: type) -> None:
        self.ways, self.expr, self.kind = ways, expr, kind

    def append(self, value: Any) -> None:
        """As of a list."""
        if self.kind is not list:
            raise _Open("a tuple that is changed")
        self._add(value)

    def _add(self, value: Any) -> None:
        z3 = self.ways.z3
        if not isinstance(value, (int, Whole)):
            raise _Open("a list of something other than numbers")
        term = value.expr if isinstance(value, Whole) else z3.IntVal(int(value))
        self.expr = z3.Concat(self.expr, z3.Unit(term))

    def copy(self) -> "Several":
        """As of a list."""
        return Several(self.ways, self.expr, self.kind)

    def as_list(self) -> "Several":
        """As `list` of it."""
        return Several(self.ways, self.expr, list)

    def special_call(self, name: str, values: tuple[Any, ...]) -> Any:
        """len."""
        if name != "len":
            raise _Open(name)
        return Whole(self.ways, self.ways.z3.Length(self.expr))

    def __deepcopy__(self, memo: Any) -> "Several":
        return self.copy()

    def __add__(self, other: Any) -> "Several":
        if not isinstance(other, (list, tuple)) or type(other) is not self.kind:
            raise _Open("a sum of lists")
        longer = self.copy()
        for value in list(other):
            longer._add(value)
        return longer

    def __getitem__(self, place: Any) -> Any:
        if place == slice(None, None, -1):
            sort = self.expr.sort()
            turned = self.ways.z3.Function("reversed", sort, sort)(self.expr)
            return Several(self.ways, turned, self.kind)
        raise _Open("a part of a list")

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, Several) or self.kind is not other.kind:
            raise _Open("a list, compared with something else")
        truth = self.expr == other.expr
        return Whole(self.ways, self.ways.z3.If(truth, 1, 0), truth)

    def __ne__(self, other: object) -> Any:
        return not self == other

    def _never(self, *others: Any) -> Any:
        raise _Open("a list that is not known, where Python wants one that is")

    __iter__ = __len__ = __contains__ = __setitem__ = __delitem__ = __hash__ = __radd__ = __mul__ = _never

    def __getattr__(self, name: str) -> Any:
        raise _Open(f"{name} of a list that is not known")


def check_induction(left: Runner, right: Runner, domain: Domain, argument: Mapping[str, Any]) -> None:
    """The invariant holds at first, is kept by every step, makes the answers equal, and is all needed."""
    try:
        z3 = import_module("z3")
    except ImportError:
        raise Refused("induction: the solver z3 is not installed (pip install 'netlift[proofs]')") from None
    try:
        _Check(z3, left, right, domain, argument).run()
    except _Open as reason:
        raise Refused(f"induction: a step cannot be followed: {reason}") from reason
    except z3.Z3Exception as reason:
        raise Refused(f"induction: the solver gave up: {reason}") from reason


class _Check:
    def __init__(
        self, z3: Any, left: Runner, right: Runner, domain: Domain, argument: Mapping[str, Any]
    ) -> None:
        self.z3, self.domain = z3, domain
        self.sides = (("left", left, argument["left"]), ("right", right, argument["right"]))
        self.invariant: list[Mapping[str, Any]] = argument["invariant"]
        self.apart = domain.size <= _APART or domain.strings
        if argument["apart"] is not self.apart:
            raise Refused("induction: whether symbols are looked at apart")
        self.starts = {side: runner.start() for side, runner, _ in self.sides}
        named = [kind for side, _, shape in self.sides for kind in _names(shape, side)]
        self.kinds = dict(named)
        if len(self.kinds) < len(named):
            raise Refused("shape: two numbers of one name")
        self.unknown = {
            name: z3.Int(name) if kind == "number" else z3.Const(name, z3.SeqSort(z3.IntSort()))
            for name, kind in self.kinds.items()
        }

    def run(self) -> None:
        """All that has to be shown."""
        for predicate in self.invariant:
            _well_formed(predicate, self.kinds)
        self._shows_in_runs()
        steps = list(self._steps())
        if not self._holds(steps, self.invariant):
            raise Refused("induction: the invariant is not kept, or leaves room for different answers")
        for place in range(len(self.invariant)):
            if self._holds(steps, [*self.invariant[:place], *self.invariant[place + 1 :]]):
                raise Refused(f"induction: relation {place} of the invariant is not needed")

    def _holds(
        self, steps: list[tuple[Any, dict[str, Any], Any]], invariant: list[Mapping[str, Any]]
    ) -> bool:
        before = [_claim(self.z3, predicate, self.unknown) for predicate in invariant]
        for given, after, differ in steps:
            kept = self.z3.And(*(_claim(self.z3, predicate, after) for predicate in invariant))
            solver = self.z3.Solver()
            solver.set("rlimit", _WORK)
            solver.add(*before, given, self.z3.Or(differ, self.z3.Not(kept)))
            if solver.check() != self.z3.unsat:
                return False
        return True

    def _shows_in_runs(self) -> None:
        """The invariant holds at first and in random runs, and every bound is reached in one of them."""
        reached: set[int] = set()
        rng = random.Random(0)
        for word in [[], *self.domain.words(_RUNS, _LENGTH, rng)]:
            states = [runner.start() for _, runner, _ in self.sides]
            for symbol in [None, *word]:
                if symbol is not None:
                    done = [r.step(s, symbol) for (_, r, _), s in zip(self.sides, states, strict=True)]
                    if done[0][1] != done[1][1]:
                        raise Refused("induction: a run with different answers")
                    if done[0][1] == FAILED:
                        break
                    states = [state for state, _ in done]
                values: dict[str, Any] = {}
                for (side, _, shape), state in zip(self.sides, states, strict=True):
                    values |= dict(_leaves(shape, side, state, self.starts[side]))
                for place, predicate in enumerate(self.invariant):
                    if not _claim(None, predicate, values):
                        raise Refused(f"induction: relation {place} of the invariant fails in a run")
                    if predicate["kind"] == "least" and _total(predicate, values) == 0:
                        reached.add(place)
        for place, predicate in enumerate(self.invariant):
            if predicate["kind"] == "least" and place not in reached:
                raise Refused(f"induction: bound {place} of the invariant is never reached")

    def _steps(self) -> Iterator[tuple[Any, dict[str, Any], Any]]:
        """Assumption, next numbers and difference of a step, for each symbol or for all together."""
        z3 = self.z3
        if self.apart:
            for symbol in self.domain.symbols():
                yield self._step(symbol, [])
            return
        inputs = [z3.Int(f"input {place}") for place in range(len(self.domain.streams))]
        given = []
        for unknown, stream in zip(inputs, self.domain.streams, strict=True):
            if "symbols" in stream:
                given.append(z3.Or(*(unknown == symbol for symbol in stream["symbols"])))
                continue
            given += [] if stream["low"] is None else [stream["low"] <= unknown]
            given += [] if stream["high"] is None else [unknown <= stream["high"]]
        if self.domain.listed is not None:
            rows = [zip(inputs, row, strict=True) for row in self.domain.listed]
            given = [z3.Or(*(z3.And(*(u == s for u, s in row)) for row in rows))]
        yield self._step(inputs, given)

    def _step(self, symbol: list[Any], given: list[Any]) -> tuple[Any, dict[str, Any], Any]:
        z3 = self.z3
        nexts: dict[str, Any] = {}
        said: list[tuple[Any, list[Any], list[str]]] = []
        lemmas = list(given)
        for side, runner, shape in self.sides:
            ways = Ways(z3, given)

            def code(runner: Runner = runner, side: str = side, shape: Any = shape, ways: Ways = ways) -> Any:
                known = [s if isinstance(s, int | str) else Whole(ways, s) for s in symbol]
                first = self.starts[side]
                after, answers = runner.advance(_state(shape, side, ways, first), known)
                return dict(_leaves(shape, side, after, first)), list(_parts(ways, answers))

            failed: Any = z3.BoolVal(False)
            last: tuple[dict[str, Any], list[Any]] | None = None
            for conditions, result in ways.each(code):
                here = z3.And(*conditions)
                if result is None:
                    failed = z3.Or(failed, here)
                    continue
                numbers = {n: _term(z3, v) for n, v in result[0].items()}
                answers = [part for _, part in result[1]]
                if last is None:
                    last, form = (numbers, answers), [place for place, _ in result[1]]
                    continue
                if [place for place, _ in result[1]] != form:
                    raise Refused("induction: answers whose form changes")
                last = (
                    {n: z3.If(here, v, last[0][n]) for n, v in numbers.items()},
                    [z3.If(here, a, b) for a, b in zip(answers, last[1], strict=True)],
                )
            if last is None:
                raise Refused("induction: a step that always stops with an error")
            nexts |= last[0]
            said.append((failed, last[1], form))
            lemmas += ways.lemmas
        (stops, mine, form), (ends, theirs, other) = said
        if form != other:
            raise Refused("induction: answers of different forms")
        go_on = z3.Not(z3.Or(stops, ends))
        unlike = z3.Or(*(a != b for a, b in zip(mine, theirs, strict=True)))
        after = {name: z3.If(go_on, nexts[name], self.unknown[name]) for name in self.kinds}
        return z3.And(*lemmas), after, z3.Or(stops != ends, z3.And(go_on, unlike))


def _names(shape: Any, name: str) -> Iterator[tuple[str, str]]:
    if shape in ("number", "many"):
        yield name, shape
    elif "dict" in shape:
        if name not in ("left", "right") or not all(type(key) is str for key, _ in shape["dict"]):
            raise Refused("shape: a dictionary that does not hold the variables by name")
        for key, part in shape["dict"]:
            yield from _names(part, f"{name}.{key}")
    elif "fixed" in shape:
        if type(shape["fixed"]) is not str:
            raise Refused("shape: something fixed that may be changed")
    else:
        (parts,) = shape.values()
        for place, part in enumerate(parts):
            yield from _names(part, f"{name}[{place}]")


def _state(shape: Any, name: str, ways: Ways, first: Any) -> Any:
    """An unknown state of this shape, its lists and tuples as in the first state."""
    if shape == "number":
        return Whole(ways, ways.z3.Int(name))
    if shape == "many":
        kind = type(first)
        return Several(ways, ways.z3.Const(name, ways.z3.SeqSort(ways.z3.IntSort())), kind)
    if "dict" in shape:
        return {key: _state(part, f"{name}.{key}", ways, first[key]) for key, part in shape["dict"]}
    if "fixed" in shape:
        return shape["fixed"]
    ((kind, parts),) = shape.items()
    made = [_state(part, f"{name}[{place}]", ways, first[place]) for place, part in enumerate(parts)]
    return tuple(made) if kind == "tuple" else made


def _leaves(
    shape: Any, name: str, state: Any, first: Any, seen: list[Any] | None = None
) -> Iterator[tuple[str, Any]]:
    """The numbers and lists of a state, by name. Raises Refused where it has another shape than the first."""
    seen = [] if seen is None else seen
    if isinstance(state, (list, dict, Several)):
        if any(state is one for one in seen):
            raise Refused("shape: one list under two names")
        seen.append(state)
    if shape == "number":
        if not isinstance(state, (int, Whole)):
            raise Refused(f"shape: {name} is no number")
        yield name, state if isinstance(state, Whole) else int(state)
    elif shape == "many":
        kind = state.kind if isinstance(state, Several) else type(state)
        if kind not in (list, tuple) or kind is not type(first):
            raise Refused(f"shape: {name} is no list")
        yield name, state if isinstance(state, Several) else tuple(state)
    elif "dict" in shape:
        if not isinstance(state, dict) or set(state) != {key for key, _ in shape["dict"]}:
            raise Refused(f"shape: {name} has other variables")
        for key, part in shape["dict"]:
            yield from _leaves(part, f"{name}.{key}", state[key], first[key], seen)
    elif "fixed" in shape:
        if type(state) is not str or state != shape["fixed"]:
            raise Refused(f"shape: {name} changes")
    else:
        ((kind, parts),) = shape.items()
        if type(state).__name__ != kind or len(state) != len(parts):
            raise Refused(f"shape: {name} is no {kind} of {len(parts)}")
        for place, (part, one) in enumerate(zip(parts, state, strict=True)):
            yield from _leaves(part, f"{name}[{place}]", one, first[place], seen)


def _parts(ways: Ways, answer: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """The numbers of an answer, each with its place; a string is one too, as the solver's know escapes."""
    if isinstance(answer, (list, tuple)):
        yield f"{place} of {len(answer)}", ways.z3.IntVal(0)
        for i, part in enumerate(answer):
            yield from _parts(ways, part, f"{place}.{i}")
    elif isinstance(answer, str):
        written = b"\x01" + answer.encode("utf-8", "surrogatepass")
        yield f"{place} string", ways.z3.IntVal(int.from_bytes(written, "big"))
    elif isinstance(answer, (int, Whole)):
        yield place, _term(ways.z3, answer)
    else:
        raise Refused("induction: an answer of an unknown kind")


def _term(z3: Any, value: Any) -> Any:
    if isinstance(value, (Whole, Several)):
        return value.expr
    if isinstance(value, tuple):
        units = [z3.Unit(_term(z3, one)) for one in value]
        empty = z3.Empty(z3.SeqSort(z3.IntSort()))
        return z3.Concat(empty, *units) if units else empty
    return z3.IntVal(int(value))


def _well_formed(predicate: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
    kind, terms = predicate["kind"], predicate["terms"]
    keys = {"kind", "terms"} | ({"case"} & set(predicate))
    if kind in ("equal", "least", "function", "remainder"):
        keys |= {"constant"}
    if kind == "function":
        keys |= {"function"}
    good = set(predicate) == keys and all(type(f) is int and n in kinds for n, f in terms)
    if good and kind in ("equal", "least"):
        good = gcd(*(f for _, f in terms)) == 1 and all(kinds[n] == "number" for n, _ in terms)
        good = good and (kind == "least" or terms[0][1] > 0)
    elif good and kind == "remainder":
        good = len(terms) == 1 and kinds[terms[0][0]] == "number" and terms[0][1] > 1
    elif good:
        good = len(terms) == 2 and [f for _, f in terms] == [1, 1]
        wanted = {"alike": ["many", "many"], "length": ["many", "number"], "function": ["number", "number"]}
        good = good and kind in wanted and [kinds[n] for n, _ in terms] == wanted[kind]
    if good and "constant" in keys:
        good = type(predicate["constant"]) is int
    if good and "case" in predicate:
        name, sign, value = predicate["case"]
        good = kinds.get(name) == "number" and sign in ("==", "<", ">") and type(value) is int
        good = good and (sign == "==" or value == 0)
    if not good:
        raise Refused("induction: a relation of no known form")


def _total(predicate: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    total = predicate["constant"]
    for name, factor in predicate["terms"]:
        total = total + factor * values[name]
    return total


def _claim(z3: Any, predicate: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """A relation for the solver; with None for the solver, of known numbers."""
    holds = _plain_claim(z3, predicate, values)
    if "case" not in predicate:
        return holds
    name, sign, bound = predicate["case"]
    case = _compared(sign, values[name], bound)
    return (not case or holds) if z3 is None else z3.Implies(case, holds)


def _plain_claim(z3: Any, predicate: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    match predicate["kind"]:
        case "equal":
            return _total(predicate, values) == 0
        case "least":
            return _total(predicate, values) >= 0
        case "remainder":
            name, divisor = predicate["terms"][0]
            return values[name] % divisor == predicate["constant"]
    first, second = (values[name] for name, _ in predicate["terms"])
    if predicate["kind"] == "alike":
        return first == second
    if predicate["kind"] == "length":
        return (len(first) if z3 is None else z3.Length(first)) == second
    constant = predicate["constant"]

    def either(condition: Any, yes: Any, no: Any) -> Any:
        return (yes if condition else no) if z3 is None else z3.If(condition, yes, no)

    match predicate["function"]:
        case "%" if constant > 0:
            return first % constant == second
        case "//" if constant > 0:
            return (first // constant if z3 is None else first / constant) == second
        case "min":
            return either(first <= constant, first, constant) == second
        case "max":
            return either(first >= constant, first, constant) == second
        case "abs" if constant == 0:
            return either(first >= 0, first, -first) == second
        case "==" | "<" | ">":
            return either(_compared(predicate["function"], first, constant), 1, 0) == second
    raise Refused("induction: a relation of no known form")


def _compared(sign: str, a: Any, b: Any) -> Any:
    return a == b if sign == "==" else a < b if sign == "<" else a > b
