"""What an evaluator of programs may use up: how large a value gets, and how much work a run is.

A proof about a program that needs more is not made, whatever the program would answer in the end. The bounds
are judged before the work is done: `10**10**10` is refused by the number of digits it would have.
"""

import math
from collections.abc import Iterable
from typing import Any, Final

from netlift.checker._syntax import Refused

MOST_BITS: Final = 14_000  # of one number: 4,215 digits; Python itself prints and reads up to 4,300
LONGEST: Final = 100_000  # of one list, tuple, string, range, set or dictionary
MOST_WORK: Final = 2_000_000  # of one run: about one for each node of the syntax tree, more for long values
MOST_TOTAL: Final = 100_000_000  # of all runs of one side of a certificate
_BITS_EACH = 256  # bits of a number that count as one more piece of work
_SIZED = (list, tuple, set, frozenset, dict, str, range)


class TooMuch(Refused):
    """A program asks for more than is granted."""


class Work:
    """A run's work that is left. Raises TooMuch where more is asked for."""

    __slots__ = ("left",)

    def __init__(self, most: int = MOST_WORK) -> None:
        self.left = most

    def spend(self, amount: int = 1) -> None:
        """Use some of it up."""
        self.left -= amount
        if self.left < 0:
            raise TooMuch("language: the program takes too many steps")


def effort(value: Any) -> int:
    """How much work it is to go once through a value: through what it holds, or a number's digits."""
    if isinstance(value, int):
        return 1 + value.bit_length() // _BITS_EACH
    return 1 + len(value) if isinstance(value, _SIZED) else 1


def weigh(value: Any, work: Work | None = None) -> int:
    """How many values a value is, counted through all that it holds, twice what it holds twice.

    To be asked of whatever is put into a list, tuple, set or dictionary: values that hold each other often
    take long to compare or to hash. Raises TooMuch above LONGEST.
    """
    count = 0
    left = [value]
    while left:
        one = left.pop()
        count += 1
        if isinstance(one, _SIZED):
            if count + len(left) + len(one) > LONGEST:
                raise TooMuch("language: the program makes a value that is too large")
            if isinstance(one, dict):
                left += [*one.keys(), *one.values()]
            elif not isinstance(one, str | range):
                left += one
    if work is not None:
        work.spend(count)
    return count


def going_through(*values: Any) -> int:
    """How much work it is to go once through these values and all that they hold, as comparing them does.

    Raises TooMuch above LONGEST.
    """
    held = (list, tuple, set, frozenset, dict)
    return sum(weigh(one) if isinstance(one, held) else effort(one) for one in values)


def judge(sign: str, left: Any, right: Any) -> int:
    """How much work `left sign right` is, for a binary operator of Python's.

    Raises TooMuch where a number or a sequence would become too large. What is neither (an unknown number)
    counts as little work.
    """
    if isinstance(left, int) and isinstance(right, int):
        _bits(_bits_after(sign, left, right))
    elif sign == "*" and (isinstance(left, int) or isinstance(right, int)):
        number, several = (left, right) if isinstance(left, int) else (right, left)
        if isinstance(several, _SIZED):
            _length(len(several) * max(number, 0))
            return 1 + len(several) * max(number, 0)
    elif sign == "+" and isinstance(left, _SIZED) and isinstance(right, _SIZED):
        _length(len(left) + len(right))
    return effort(left) + effort(right)


def ranged(*bounds: Any) -> range:
    """`range(...)`. Raises TooMuch where it is too long, else what Python raises."""
    made = range(*bounds)
    try:
        length = len(made)
    except OverflowError:
        length = LONGEST + 1
    _length(length)
    return made


def summed(values: Iterable[Any], work: Work, *start: Any) -> Any:
    """`sum(...)` of numbers and sequences that are known. Raises TooMuch, else what Python raises."""
    result = sum((), *start)
    for value in values:
        work.spend(judge("+", result, value))
        result = result + value
    return result


def product(values: Iterable[Any], work: Work) -> Any:
    """`math.prod(...)` of values that are known. Raises TooMuch, else what Python raises."""
    result: Any = 1
    for value in values:
        work.spend(judge("*", result, value))
        result = result * value
    return result


def multiple(values: Iterable[Any], work: Work) -> int:
    """`math.lcm(...)` of values that are known. Raises TooMuch, else what Python raises."""
    result = 1
    for value in values:
        work.spend(effort(result) + effort(value))
        result = math.lcm(result, value)
        _bits(result.bit_length())
    return result


def _bits_after(sign: str, left: int, right: int) -> int:
    """At least as many bits as the result has."""
    a, b = left.bit_length(), right.bit_length()
    match sign:
        case "*":
            return a + b if left and right else 0
        case "**":
            return a * right if abs(left) > 1 and right > 0 else 1
        case "<<":
            return a + right if left and right > 0 else a
        case "+" | "-":
            return max(a, b) + 1
        case "&" | "|" | "^":
            return max(a, b)
    return a


def _bits(count: int) -> None:
    if count > MOST_BITS:
        raise TooMuch("language: the program makes a number of too many digits")


def _length(length: int) -> None:
    if length > LONGEST:
        raise TooMuch("language: the program makes a list that is too long")
