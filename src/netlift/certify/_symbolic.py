"""Numbers that are not known: what a step is run on to see what it does for all numbers at once."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, NoReturn


class Unsupported(Exception):
    """A step does something that this kind of proof cannot follow."""


class NotModelled(Unsupported):
    """A step does something whose meaning in Python is not modelled: no proof is possible, only tests."""


class Symbolic(ABC):
    """A whole number that is not known. Python's operators work on it, as far as its kind allows.

    Each kind says how it adds, multiplies and so on; `compare` answers a truth value, or something
    whose truth value can be asked for.
    """

    __slots__ = ()

    @abstractmethod
    def binary(self, operator: str, left: Any, right: Any) -> Any:
        """`left operator right`, also for "gcd", "min", "max"; either may be a known number."""

    @abstractmethod
    def compare(self, operator: str, other: Any) -> Any:
        """`self operator other` for one of == != < <= > >=; `other` is of this kind or an int."""

    @abstractmethod
    def unary(self, function: str) -> Any:
        """One of `-`, `~`, `abs`, `isqrt`, `bit_count`, `bit_length` of this number."""

    @abstractmethod
    def among(self, values: Iterable[Any]) -> Any:
        """Whether this number is one of the values: a truth value, as from `compare`."""

    @abstractmethod
    def lookup(self, pairs: Iterable[tuple[Any, Any]]) -> Any:
        """The value that goes with this number, None if this kind cannot tell.

        Raises LookupError where the number is no key.
        """

    @abstractmethod
    def number(self) -> Any:
        """The same as a number where it is a truth value."""

    def _by(self, operator: str, other: Any, *, swapped: bool = False) -> Any:
        if not isinstance(other, int | Symbolic):
            return NotImplemented
        return self.binary(operator, other, self) if swapped else self.binary(operator, self, other)

    def _as(self, operator: str, other: Any) -> Any:
        return self.compare(operator, other) if isinstance(other, int | Symbolic) else NotImplemented

    def __add__(self, other: Any) -> Any:
        return self._by("+", other)

    def __radd__(self, other: Any) -> Any:
        return self._by("+", other, swapped=True)

    def __sub__(self, other: Any) -> Any:
        return self._by("-", other)

    def __rsub__(self, other: Any) -> Any:
        return self._by("-", other, swapped=True)

    def __mul__(self, other: Any) -> Any:
        return self._by("*", other)

    def __rmul__(self, other: Any) -> Any:
        return self._by("*", other, swapped=True)

    def __floordiv__(self, other: Any) -> Any:
        return self._by("//", other)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._by("//", other, swapped=True)

    def __mod__(self, other: Any) -> Any:
        return self._by("%", other)

    def __rmod__(self, other: Any) -> Any:
        return self._by("%", other, swapped=True)

    def __pow__(self, other: Any) -> Any:
        return self._by("**", other)

    def __rpow__(self, other: Any) -> Any:
        return self._by("**", other, swapped=True)

    def __and__(self, other: Any) -> Any:
        return self._by("&", other)

    def __rand__(self, other: Any) -> Any:
        return self._by("&", other, swapped=True)

    def __or__(self, other: Any) -> Any:
        return self._by("|", other)

    def __ror__(self, other: Any) -> Any:
        return self._by("|", other, swapped=True)

    def __xor__(self, other: Any) -> Any:
        return self._by("^", other)

    def __rxor__(self, other: Any) -> Any:
        return self._by("^", other, swapped=True)

    def __lshift__(self, other: Any) -> Any:
        return self._by("<<", other)

    def __rlshift__(self, other: Any) -> Any:
        return self._by("<<", other, swapped=True)

    def __rshift__(self, other: Any) -> Any:
        return self._by(">>", other)

    def __rrshift__(self, other: Any) -> Any:
        return self._by(">>", other, swapped=True)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __eq__(self, other: object) -> Any:
        return self._as("==", other)

    def __ne__(self, other: object) -> Any:
        return self._as("!=", other)

    def __lt__(self, other: Any) -> Any:
        return self._as("<", other)

    def __le__(self, other: Any) -> Any:
        return self._as("<=", other)

    def __gt__(self, other: Any) -> Any:
        return self._as(">", other)

    def __ge__(self, other: Any) -> Any:
        return self._as(">=", other)

    def __neg__(self) -> Any:
        return self.unary("-")

    def __pos__(self) -> Any:
        return self

    def __invert__(self) -> Any:
        return self.unary("~")

    def __abs__(self) -> Any:
        return self.unary("abs")

    def bit_count(self) -> Any:
        """As of an int."""
        return self.unary("bit_count")

    def bit_length(self) -> Any:
        """As of an int."""
        return self.unary("bit_length")

    def __bool__(self) -> bool:
        return bool(self != 0)

    # Where Python wants to know the number itself, the proof ends: never a TypeError, which would
    # look like a failure of the program.

    def __hash__(self) -> int:
        self._unknown("hashed")

    def __index__(self) -> int:
        self._unknown("used as a size")

    def __int__(self) -> int:
        self._unknown("converted")

    def __float__(self) -> float:
        self._unknown("converted to a float")

    def _unknown(self, use: str) -> NoReturn:
        raise Unsupported(f"a number that is not known is {use}")


def has_symbolic(value: Any) -> bool:
    """Whether a value is, or holds, a number that is not known."""
    if isinstance(value, list | tuple | set | frozenset):
        return any(has_symbolic(item) for item in value)
    if isinstance(value, dict):
        return any(has_symbolic(item) for item in value.values())
    return isinstance(value, Symbolic)


class SymbolicList(ABC):
    """A list or a tuple of numbers whose length is not known; `container` says which of the two."""

    container: str  # "list" or "tuple"

    @abstractmethod
    def append(self, value: Any) -> None:
        """As of a list."""

    @abstractmethod
    def copy(self) -> "SymbolicList":
        """As of a list."""

    @abstractmethod
    def as_list(self) -> "SymbolicList":
        """A new list of the same elements."""

    @abstractmethod
    def length(self) -> Any:
        """The number of elements, a `Symbolic`."""

    @abstractmethod
    def backwards(self) -> "SymbolicList":
        """The same elements, last first."""

    @abstractmethod
    def equals(self, other: Any) -> Any:
        """Whether both hold the same elements, a truth value."""

    @abstractmethod
    def joined(self, others: Any) -> "SymbolicList":
        """This list and known elements after it."""

    def __eq__(self, other: object) -> Any:
        return self.equals(other)

    def __ne__(self, other: object) -> Any:
        return not self.equals(other)

    def __add__(self, other: Any) -> Any:
        if not isinstance(other, list | tuple):
            raise Unsupported("a sum of lists that are not known")
        return self.joined(other)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice) and (place.start, place.stop, place.step) == (None, None, -1):
            return self.backwards()
        if isinstance(place, slice) and (place.start, place.stop, place.step) == (None, None, None):
            return self.copy()
        raise Unsupported("an element of a list that is not known")

    def __bool__(self) -> bool:
        return bool(self.length() != 0)

    def __iter__(self) -> Any:
        raise Unsupported("a loop over a list that is not known")

    def __len__(self) -> int:
        raise Unsupported("the length of a list that is not known")

    def __contains__(self, value: object) -> bool:
        raise Unsupported("membership in a list that is not known")

    def __delitem__(self, place: Any) -> None:
        raise Unsupported("a deletion in a list that is not known")

    def __setitem__(self, place: Any, value: Any) -> None:
        raise Unsupported("a change in a list that is not known")

    def __hash__(self) -> int:
        raise Unsupported("a list that is not known, hashed")
