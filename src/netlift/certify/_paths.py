"""Steps on unknown numbers, path by path, for the solver z3.

A step is run as often as there are ways through it: wherever it asks for the truth of something
unknown, one run goes on with True and another with False (King, 1976). Operations that the solver
has no theory for (gcd, isqrt, bits) are functions it knows nothing of, but for a few true facts:
what is proved then holds for the real ones too, and nothing is ever refuted by them.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from netlift.certify._operations import FAILURES
from netlift.certify._symbolic import NotModelled, Symbolic, SymbolicList, Unsupported

Outcome = TypeVar("Outcome")

MOST_PATHS = 3_000
MOST_QUESTIONS = 6_000  # to the solver, about which ways there are
_WORK = 300_000  # the solver's own count of its work, for one question
_HIGHEST_POWER = 8


class Questions:
    """How many questions may still be asked, over several steps."""

    def __init__(self) -> None:
        self.left = MOST_QUESTIONS

    def ask(self) -> None:
        """One less. Raises Unsupported where none is left."""
        if not self.left:
            raise Unsupported(f"its ways are too many for {MOST_QUESTIONS:,} questions to the solver")
        self.left -= 1


class Paths:
    """The ways through one step, under an assumption; `z3` is the solver's module."""

    def __init__(self, z3: Any, assumption: Any, questions: Questions | None = None) -> None:
        self.z3 = z3
        self.questions = Questions() if questions is None else questions
        self.facts: list[Any] = []  # true facts on functions that the solver does not know
        self._solver = z3.Solver()
        self._solver.set("rlimit", _WORK)
        self._solver.add(assumption)
        self._chosen: list[bool] = []
        self._place = 0
        self._conditions: list[Any] = []
        self._open: list[list[bool]] = []

    def all(self, run: Callable[[], Outcome]) -> list[tuple[Any, Outcome | None]]:
        """Each way with its condition and what `run` gives there; None where Python would raise."""
        found: list[tuple[Any, Outcome | None]] = []
        self._open = [[]]
        while self._open:
            if len(found) >= MOST_PATHS:
                raise Unsupported(f"one step has more than {MOST_PATHS:,} ways through it")
            self._chosen = self._open.pop()
            self._place, self._conditions = 0, []
            outcome: Outcome | None
            try:
                outcome = run()
            except FAILURES:
                outcome = None
            found.append((self.z3.And(*self._conditions), outcome))
        return found

    def decide(self, condition: Any) -> bool:
        """The truth of a condition on the way that is being gone."""
        condition = self.z3.simplify(condition)
        if self.z3.is_true(condition) or self.z3.is_false(condition):
            return bool(self.z3.is_true(condition))
        if self._place == len(self._chosen):
            can_be = [self._possible(condition), self._possible(self.z3.Not(condition))]
            if all(can_be):
                self._open.append([*self._chosen, False])
            self._chosen.append(can_be[0])
        answer = self._chosen[self._place]
        self._place += 1
        self._conditions.append(condition if answer else self.z3.Not(condition))
        return answer

    def _possible(self, condition: Any) -> bool:
        self.questions.ask()
        answer = self._solver.check(*self._conditions, condition)
        return bool(answer != self.z3.unsat)


class Term(Symbolic):
    """An unknown number: an integer expression of the solver's."""

    __slots__ = ("expr", "paths")

    def __init__(self, paths: Paths, expr: Any) -> None:
        self.paths = paths
        self.expr = expr

    def binary(self, operator: str, left: Any, right: Any) -> Any:
        """Python's operators: `//` floors, `%` takes the sign of the divisor."""
        z3, a, b = self.paths.z3, integer(self.paths, left), integer(self.paths, right)
        match operator:
            case "+":
                return self._made(a + b)
            case "-":
                return self._made(a - b)
            case "*":
                return self._made(a * b)
            case "//" | "%":
                return self._divided(operator, a, b)
            case "min":
                return self._made(z3.If(b < a, b, a))
            case "max":
                return self._made(z3.If(b > a, b, a))
            case "**" if isinstance(right, int) and 0 <= right <= _HIGHEST_POWER:
                product = z3.IntVal(1)
                for _ in range(right):
                    product = product * a
                return self._made(product)
            case "<<" | ">>" if isinstance(right, int):
                if right < 0:
                    raise ValueError("negative shift count")
                factor = z3.IntVal(2**right)
                return self._made(a * factor if operator == "<<" else a / factor)
            case "&" if isinstance(right, int) and right >= 0 and (right + 1) & right == 0:
                return self._made(a % z3.IntVal(right + 1))
            case "&" if isinstance(left, int) and left >= 0 and (left + 1) & left == 0:
                return self._made(b % z3.IntVal(left + 1))
            case "&" | "|" | "^" | "gcd":
                return self._made(self._unknown_function(operator, a, b))
        raise Unsupported(f"the operator {operator} on numbers that are not known")

    def compare(self, operator: str, other: Any) -> Any:
        """A truth value that is asked for later, if at all."""
        a, b = self.expr, integer(self.paths, other)
        truth = {
            "==": lambda: a == b, "!=": lambda: a != b, "<": lambda: a < b,
            "<=": lambda: a <= b, ">": lambda: a > b, ">=": lambda: a >= b,
        }[operator]()  # fmt: skip
        return Truth(self.paths, truth)

    def unary(self, function: str) -> Any:
        """Functions of one number."""
        z3 = self.paths.z3
        match function:
            case "-":
                return self._made(-self.expr)
            case "~":
                return self._made(-1 - self.expr)
            case "abs":
                return self._made(z3.If(self.expr < 0, -self.expr, self.expr))
            case "isqrt" if self < 0:
                raise ValueError("isqrt() argument must be nonnegative")
        unknown = z3.Function(function, z3.IntSort(), z3.IntSort())(self.expr)
        self.paths.facts.append(unknown >= 0)
        return self._made(unknown)

    def among(self, values: Iterable[Any]) -> Any:
        """A truth value, without a way of its own for each of the values."""
        numbers = [v for v in values if isinstance(v, int | Symbolic)]
        equal = [self.expr == integer(self.paths, v) for v in numbers]
        return Truth(self.paths, self.paths.z3.Or(*equal))

    def lookup(self, pairs: Iterable[tuple[Any, Any]]) -> Any:
        """The value by nested conditions, for tables of numbers."""
        listed = [(k, v) for k, v in pairs if isinstance(k, int | Symbolic)]
        if not all(isinstance(v, int | Symbolic) for _, v in listed):
            return None
        if not self.among([k for k, _ in listed]):
            raise LookupError("no such key")
        chosen = self.paths.z3.IntVal(0)
        for key, value in reversed(listed):
            equal = self.expr == integer(self.paths, key)
            chosen = self.paths.z3.If(equal, integer(self.paths, value), chosen)
        return self._made(chosen)

    def number(self) -> Any:
        """Itself."""
        return self

    __hash__ = Symbolic.__hash__

    def _made(self, expr: Any) -> "Term":
        return Term(self.paths, expr)

    def _divided(self, operator: str, a: Any, b: Any) -> Any:
        z3 = self.paths.z3
        if Truth(self.paths, b == 0):
            raise ZeroDivisionError
        constant = z3.simplify(b)
        if z3.is_int_value(constant):
            divisor = constant.as_long()
            quotient = a / constant if divisor > 0 else (-a) / z3.IntVal(-divisor)
        else:  # the solver's division floors for divisors above zero
            quotient = z3.If(b > 0, a / b, (-a) / (-b))
        return self._made(quotient if operator == "//" else a - b * quotient)

    def _unknown_function(self, operator: str, a: Any, b: Any) -> Any:
        z3 = self.paths.z3
        sort = z3.IntSort()
        result = z3.Function(f"binary {operator}", sort, sort, sort)(a, b)
        bits = z3.And(a >= 0, a <= 1, b >= 0, b <= 1)
        match operator:
            case "&":
                value = z3.If(z3.And(a == 1, b == 1), 1, 0)
            case "|":
                value = z3.If(z3.Or(a == 1, b == 1), 1, 0)
            case "^":
                value = z3.If(a == b, 0, 1)
            case _:
                value = z3.If(z3.Or(a == 1, b == 1), 1, 0)
        self.paths.facts.append(z3.Implies(bits, result == value))
        return result


class Truth(Symbolic):
    """An unknown truth value; in arithmetic it is 0 or 1."""

    __slots__ = ("expr", "paths")

    def __init__(self, paths: Paths, expr: Any) -> None:
        self.paths = paths
        self.expr = expr

    def number(self) -> Term:
        """0 or 1."""
        return Term(self.paths, self.paths.z3.If(self.expr, 1, 0))

    def binary(self, operator: str, left: Any, right: Any) -> Any:
        """As of 0 and 1."""
        numbers = [side.number() if isinstance(side, Truth) else side for side in (left, right)]
        return self.number().binary(operator, *numbers)

    def compare(self, operator: str, other: Any) -> Any:
        """As of 0 and 1."""
        return self.number().compare(operator, other)

    def unary(self, function: str) -> Any:
        """As of 0 and 1."""
        return self.number().unary(function)

    def among(self, values: Iterable[Any]) -> Any:
        """As of 0 and 1."""
        return self.number().among(values)

    def lookup(self, pairs: Iterable[tuple[Any, Any]]) -> Any:
        """As of 0 and 1."""
        return self.number().lookup(pairs)

    def __bool__(self) -> bool:
        return self.paths.decide(self.expr)

    __hash__ = Symbolic.__hash__


class Many(SymbolicList):
    """A list of numbers whose length is not known: a sequence of the solver's."""

    def __init__(self, paths: Paths, expr: Any, container: str) -> None:
        self.paths = paths
        self.expr = expr
        self.container = container

    def append(self, value: Any) -> None:
        """As of a list."""
        if self.container != "list":
            raise NotModelled("a tuple that is changed")
        self._add(value)

    def _add(self, value: Any) -> None:
        self.expr = self.paths.z3.Concat(self.expr, self.paths.z3.Unit(integer(self.paths, value)))

    def copy(self) -> "Many":
        """As of a list."""
        return Many(self.paths, self.expr, self.container)

    def as_list(self) -> "Many":
        """As `list` of it."""
        return Many(self.paths, self.expr, "list")

    def length(self) -> Any:
        """The number of elements."""
        return Term(self.paths, self.paths.z3.Length(self.expr))

    def backwards(self) -> "Many":
        """The same elements, last first: a function that the solver knows nothing of."""
        sort = self.expr.sort()
        turned = self.paths.z3.Function("backwards", sort, sort)(self.expr)
        return Many(self.paths, turned, self.container)

    def equals(self, other: Any) -> Any:
        """Whether both hold the same elements."""
        if not isinstance(other, Many) or other.container != self.container:
            raise Unsupported("a list that is not known, compared with another kind of thing")
        return Truth(self.paths, self.expr == other.expr)

    def joined(self, others: Any) -> "Many":
        """This list and other elements after it."""
        longer = self.copy()
        for value in others:
            longer._add(value)
        return longer


def integer(paths: Paths, value: Any) -> Any:
    """A number, known or not, as an expression of the solver's."""
    if isinstance(value, Term):
        return value.expr
    if isinstance(value, Truth):
        return value.number().expr
    if isinstance(value, int):
        return paths.z3.IntVal(int(value))
    raise Unsupported(f"a value of the type {type(value).__name__} where a number is needed")
