"""What operators, functions and methods do: a list of what is modelled, and the refusal of all else.

Independent of netlift's own evaluator. A kind is a letter: i a whole number or a truth value, known or not;
s a string; l a list; t a tuple; d a dictionary; z a set; r a range; m a list or tuple of unknown length;
g values that are made one by one. What the tables allow does here what it does in CPython, result or error;
the rest CPython may answer or refuse with a TypeError: no proof rests on it.
"""

import functools
import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

from netlift.checker._bounds import (
    LONGEST,
    TooMuch,
    Work,
    effort,
    going_through,
    judge,
    multiple,
    product,
    ranged,
    weigh,
)
from netlift.checker._syntax import Refused

ERRORS = (ZeroDivisionError, LookupError, ValueError)  # what a program may stop with
NOT_MODELLED = (AttributeError, MemoryError, OverflowError, RecursionError, TypeError)

_LETTERS = {
    int: "i", bool: "i", str: "s", list: "l", tuple: "t", dict: "d", set: "z", range: "r",
}  # fmt: skip
_SIGNS: dict[str, tuple[str, Callable[..., Any]]] = {
    "Add": ("+", operator.add), "Sub": ("-", operator.sub), "Mult": ("*", operator.mul),
    "FloorDiv": ("//", operator.floordiv), "Mod": ("%", operator.mod), "Pow": ("**", operator.pow),
    "BitAnd": ("&", operator.and_), "BitOr": ("|", operator.or_), "BitXor": ("^", operator.xor),
    "LShift": ("<<", operator.lshift), "RShift": (">>", operator.rshift),
}  # fmt: skip
_ALSO = {"Add": {"ss", "ll", "tt"}, "Mult": {"il", "li", "it", "ti"}}  # beside two numbers
_COMPARED: dict[str, Callable[..., Any]] = {
    "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le,
    "Gt": operator.gt, "GtE": operator.ge,
}  # fmt: skip
_SIGNED: dict[str, Callable[..., Any]] = {
    "USub": operator.neg, "UAdd": operator.pos, "Invert": operator.invert,
}  # fmt: skip
_FAR = 1_000  # places that an unknown number is shifted by at most


def special(value: Any) -> bool:
    """Whether a value is, or holds, something unknown (an object with `is_unknown`)."""
    if isinstance(value, (list, tuple, set)):
        return any(map(special, value))
    if isinstance(value, dict):
        return any(map(special, value.values())) or any(map(special, value))
    return getattr(type(value), "is_unknown", False) is True


def letter(value: Any) -> str:
    """The kind of a value."""
    found = _LETTERS.get(type(value))
    if found is not None:
        return found
    if getattr(type(value), "is_unknown", False) is True:
        return "m" if getattr(type(value), "is_list", False) is True else "i"
    if isinstance(value, Iterator):
        return "g"
    refuse(f"a value of the type {type(value).__name__}")


def refuse(what: str) -> NoReturn:
    """No proof: Python may do this, but it is not modelled."""
    raise Refused(f"language: {what} is not modelled")


def sized(value: Any, work: Work) -> Any:
    """A value that was made. Raises TooMuch where it is too large."""
    if isinstance(value, int):
        judge("+", value, 0)
    elif isinstance(value, (list, tuple, set, dict)):
        weigh(value, work)
    else:
        work.spend(effort(value))
    return value


def combined(name: str, left: Any, right: Any, work: Work) -> Any:
    """A binary operator."""
    sign, function = _SIGNS[name]
    kinds = letter(left) + letter(right)
    if kinds == "ii":
        work.spend(judge(sign, left, right))
        if isinstance(right, int) and right < 0 and sign == "**":
            refuse("a negative power")
        if sign in ("<<", ">>") and isinstance(right, int) and right > _FAR and not isinstance(left, int):
            raise TooMuch("language: a shift by too many places")
        return function(left, right)
    if kinds in ("ml", "mt") and name == "Add":
        return function(left, right)
    if kinds not in _ALSO.get(name, ()) or (name == "Mult" and (special(left) or special(right))):
        refuse(f"{sign} between {kinds[0]} and {kinds[1]}")
    work.spend(judge(sign, left, right))
    return sized(function(left, right), work)


def signed(name: str, value: Any) -> Any:
    """A sign before a value."""
    if name == "Not":
        return not true(value)
    if letter(value) != "i":
        refuse(f"{name} of {letter(value)}")
    return _SIGNED[name](value)


def true(value: Any) -> bool:
    """The truth of a value."""
    if letter(value) == "g":
        refuse("the truth of values that are made later")
    return bool(value)


def compared(name: str, left: Any, right: Any) -> bool:
    """A comparison."""
    if name in ("In", "NotIn"):
        return is_in(left, right) is (name == "In")
    kinds = letter(left) + letter(right)
    if name in ("Eq", "NotEq"):
        if set(kinds) & set("rg"):
            refuse("a comparison of ranges")
        return bool(_COMPARED[name](left, right))
    if kinds not in ("ii", "ss"):
        refuse(f"an order between {kinds[0]} and {kinds[1]}")
    return bool(_COMPARED[name](left, right))


def is_in(value: Any, whole: Any) -> bool:
    """`value in whole`, where the value may be unknown: then by comparing it with all there are."""
    mine, theirs = letter(value), letter(whole)
    if mine + theirs == "ss":
        return value in whole
    if mine in "rgm" or theirs not in "ltdz":
        refuse(f"{mine} in {theirs}")
    if theirs in "dz":
        key(value)
    if special(value) or special(whole):
        return any(bool(value == one) for one in list(whole))
    return bool(value in whole)


def key(value: Any) -> Any:
    """A value that may be a key. Raises Refused for others, which CPython cannot hash."""
    if letter(value) == "t":
        for part in value:
            key(part)
    elif letter(value) not in "is":
        refuse(f"{letter(value)} as a key")
    return value


def cut(place: slice) -> slice:
    """A slice between known places."""
    for end in (place.start, place.stop, place.step):
        if end is not None and not isinstance(end, int):
            refuse("a slice between places that are no known numbers")
    return place


def look_up(whole: Any, place: Any) -> Any:
    """`whole[place]`, where the place may be unknown."""
    kept = letter(whole)
    if isinstance(place, slice):
        if kept not in "ltsm":
            refuse(f"a slice of {kept}")
        return whole[cut(place)]
    if kept == "d":
        pairs = list(whole.items()) if special(key(place)) else None
    elif letter(place) != "i" or kept not in "lts":
        refuse(f"an element of {kept} at {letter(place)}")
    elif not special(place):
        pairs = None
    elif kept == "s":
        refuse("a letter at a place that is not known")
    else:
        pairs = [(i, whole[i]) for i in range(-len(whole), len(whole))]
    if pairs is None:
        return whole[place]
    for one, value in pairs:
        if place == one:
            return value
    raise LookupError("no such place")


def set_place(whole: Any, place: Any, value: Any) -> None:
    """`whole[place] = value`, likewise."""
    kept = letter(whole)
    if isinstance(place, slice) or letter(value) == "g":
        refuse("an assignment of this form")
    outside(whole, value)
    if kept == "d" and not special(key(place)):
        whole[place] = value
        return
    if kept != "l" or letter(place) != "i":
        refuse(f"an assignment to an element of {kept} at {letter(place)}")
    if not special(place):
        whole[place] = value
        return
    for i in range(-len(whole), len(whole)):
        if place == i:
            whole[i] = value
            return
    raise LookupError("no such place")


def outside(whole: Any, value: Any) -> None:
    """Refuse a value that holds what it is put into: that would go on for ever."""
    known: dict[int, Any] = {}
    level = [value]
    while level:
        if any(one is whole for one in level):
            refuse("something that holds itself")
        known |= {id(one): one for one in level}
        held = [list(one.values()) if isinstance(one, dict) else one for one in level if letter(one) in "ltd"]
        level = list({id(one): one for several in held for one in several if id(one) not in known}.values())


def _short_enough(values: Any) -> None:
    if len(values) > LONGEST:
        raise TooMuch("language: the program makes a list that is too long")


def remove_place(whole: Any, place: Any) -> None:
    """`del whole[place]`."""
    kept = letter(whole)
    if isinstance(place, slice):
        if kept != "l":
            refuse(f"a deletion in {kept}")
        del whole[cut(place)]
        return
    if special(place) or not (kept == "d" or (kept == "l" and letter(place) == "i")):
        refuse(f"a deletion in {kept}")
    del whole[key(place)]


def in_order(values: Any) -> Any:
    """Values to be gone through one by one: the order of a set or a dictionary is not modelled."""
    if letter(values) not in "ltrg":
        refuse(f"the elements of {letter(values)}, one by one")
    return values


def lengthen(values: list[Any], more: Any, work: Work) -> None:
    """`values += more`."""
    if letter(more) not in "lt":
        refuse(f"a list made longer by {letter(more)}")
    for one in more:
        outside(values, one)
    values.extend(more)
    _short_enough(values)
    work.spend(len(more))


def called(name: str, given: list[Any], work: Work) -> Any:
    """A function of the language."""
    function = FUNCTIONS.get(name)
    if function is None:
        refuse(f"the function {name}")
    return sized(function(given, work), work)


def answered_by(subject: Any, name: str, given: list[Any], work: Work) -> Any:
    """A method of a value; None where it answers nothing."""
    kept = letter(subject)
    if (kept, name, len(given)) not in _METHODS or any(letter(one) in "gr" for one in given):
        refuse(f"the method {name} of {kept} with {len(given)} values")
    work.spend(going_through(*given))
    if (name in _THROUGH and kept in "lt") or name == "copy":
        work.spend(effort(subject) + going_through(subject))
    if kept in "dz" and given and special(key(given[0])):
        if (kept, name) != ("d", "get"):
            refuse(f"the method {name} of {kept}, given what is not known")
        for one, value in subject.items():
            if given[0] == one:
                return value
        return given[1] if len(given) > 1 else refuse("None, for a key that is not there")
    if name == "extend":
        lengthen(subject, given[0], work)
        return None
    if kept == "l" and name in ("insert", "pop") and given and not isinstance(given[0], int):
        refuse(f"{name} at a place that is no known number")
    if name in ("append", "insert"):
        outside(subject, given[-1])
    if name == "sort":
        _alike(subject)
    result = getattr(subject, name)(*given)
    if name in ("append", "insert", "add") and kept != "m":
        _short_enough(subject)
    if result is None and name in ("get", "pop"):
        refuse("None, for a key that is not there")
    return result


_THROUGH = frozenset({"clear", "count", "extend", "index", "insert", "remove", "reverse", "sort"})
_METHODS = {
    *(("i", name, 0) for name in ("bit_count", "bit_length")),
    *(("l", name, 0) for name in ("clear", "copy", "pop", "reverse", "sort")),
    *(("l", name, 1) for name in ("append", "count", "extend", "index", "pop", "remove")),
    ("l", "insert", 2), ("t", "count", 1), ("t", "index", 1), ("m", "append", 1), ("m", "copy", 0),
    *(("z", name, 1) for name in ("add", "discard", "remove")), ("z", "clear", 0), ("z", "copy", 0),
    *(("d", name, 1) for name in ("get", "pop")), *(("d", name, 2) for name in ("get", "pop")),
    ("d", "clear", 0), ("d", "copy", 0),
}  # fmt: skip


def _alike(values: Iterable[Any]) -> None:
    """All numbers or all strings: what has an order."""
    kinds = {letter(one) for one in values}
    if len(kinds) > 1 or kinds - {"i", "s"}:
        refuse("an order of values other than numbers alone or strings alone")


def _drawn(values: Any, allowed: str, work: Work) -> list[Any]:
    if letter(values) not in f"{allowed}g":
        refuse(f"a function of the elements of {letter(values)}")
    found: list[Any] = []
    for one in values:
        work.spend()
        found.append(one)
    weigh(found)
    return found


def _all_numbers(values: list[Any]) -> list[Any]:
    if any(letter(one) != "i" for one in values):
        refuse("arithmetic on something other than numbers")
    return values


def _of(fewest: int, most: int, given: list[Any], name: str) -> None:
    if not fewest <= len(given) <= most:
        refuse(f"{name} of {len(given)} values")


def largest(*values: Any, sign: int = 1) -> Any:
    """`max`; with the sign -1, `min`."""
    listed = list(values[0]) if len(values) == 1 else list(values)
    if not listed:
        raise ValueError("of nothing")
    _alike(listed)
    best = listed[0]
    for one in listed[1:]:
        if (one > best) if sign > 0 else (one < best):
            best = one
    return best


def _extreme(given: list[Any], work: Work, sign: int) -> Any:
    _of(1, 100, given, "max or min")
    return (
        largest(_drawn(given[0], "ltzr", work), sign=sign) if len(given) == 1 else largest(*given, sign=sign)
    )


def _one_number(given: list[Any], work: Work, name: str, plain: Callable[..., Any]) -> Any:
    _of(1, 1, given, name)
    (value,) = _all_numbers(given)
    return value.special_call(name, (value,)) if special(value) and name == "isqrt" else plain(value)


def _divided(given: list[Any], work: Work) -> Any:
    _of(2, 2, given, "divmod")
    a, b = _all_numbers(given)
    return divmod(a, b)


def _common(given: list[Any], work: Work) -> Any:
    for value in _all_numbers(given):
        if special(value):
            return value.special_call("gcd", tuple(given))
    return math.gcd(*given)


def _least_common(given: list[Any], work: Work) -> Any:
    if special(_all_numbers(given)):
        refuse("lcm of numbers that are not known")
    return multiple(given, work)


def _total(given: list[Any], work: Work) -> Any:
    _of(1, 1, given, "sum")
    total: Any = 0
    for value in _all_numbers(_drawn(given[0], "ltzr", work)):
        judge("+", total, value)
        total = total + value
    return total


def _multiplied(given: list[Any], work: Work) -> Any:
    _of(1, 1, given, "prod")
    values = _all_numbers(_drawn(given[0], "ltzr", work))
    return functools.reduce(operator.mul, values, 1) if special(values) else product(values, work)


def _number_of(given: list[Any], work: Work) -> Any:
    """`int`, of a number or of a numeral as Python writes it."""
    _of(1, 1, given, "int")
    if isinstance(given[0], str):
        if not re.fullmatch(r"0|-?[1-9][0-9]{0,17}", given[0], flags=re.ASCII):
            refuse("the number of a text that is no plain numeral")
        return int(given[0])
    return _one_number(given, work, "int", _whole)


def _whole(value: Any) -> Any:
    return value if special(value) else int(value)


def _how_many(given: list[Any], work: Work) -> Any:
    _of(1, 1, given, "len")
    (values,) = given
    if letter(values) == "m":
        return values.special_call("len", (values,))
    return len(values) if letter(values) in "ltsdzr" else refuse(f"the length of {letter(values)}")


def _listed(given: list[Any], work: Work) -> Any:
    _of(0, 1, given, "list")
    if given and letter(given[0]) == "m":
        return given[0].as_list()
    return _drawn(given[0], "ltr", work) if given else []


def _tupled(given: list[Any], work: Work) -> Any:
    _of(0, 1, given, "tuple")
    return tuple(_drawn(given[0], "ltr", work)) if given else ()


def _set_of(given: list[Any], work: Work) -> Any:
    _of(0, 1, given, "set")
    return {key(one) for one in _drawn(given[0], "ltrz", work)} if given else set()


def _put_in_order(given: list[Any], work: Work) -> Any:
    _of(1, 1, given, "sorted")
    found = _drawn(given[0], "ltrz", work)
    _alike(found)
    return sorted(found)


def _quantified(given: list[Any], work: Work, stop: bool) -> bool:
    _of(1, 1, given, "any or all")
    if letter(given[0]) not in "ltrzg":
        refuse(f"a function of the elements of {letter(given[0])}")
    return stop if any(true(one) is stop for one in given[0]) else not stop


def _ranged(given: list[Any], work: Work) -> Any:
    _of(1, 3, given, "range")
    if not all(isinstance(one, int) for one in given):
        refuse("a range between places that are no known numbers")
    return ranged(*given)


def _later(given: list[Any], work: Work, make: Callable[..., Any], most: int) -> Any:
    _of(1, most, given, make.__name__)
    if any(letter(one) not in "ltr" for one in given):
        refuse("values that are made later from something other than a list")
    return make(*given)


def _true(given: list[Any], work: Work) -> bool:
    _of(1, 1, given, "bool")
    return true(given[0])


FUNCTIONS: dict[str, Callable[[list[Any], Work], Any]] = {
    "abs": lambda given, work: _one_number(given, work, "abs", abs),
    "all": lambda given, work: _quantified(given, work, False),
    "any": lambda given, work: _quantified(given, work, True),
    "bool": _true,
    "divmod": _divided,
    "enumerate": lambda given, work: _later(given, work, enumerate, 1),
    "gcd": _common,
    "int": _number_of,
    "isqrt": lambda given, work: _one_number(given, work, "isqrt", math.isqrt),
    "lcm": _least_common,
    "len": _how_many,
    "list": _listed,
    "max": lambda given, work: _extreme(given, work, 1),
    "min": lambda given, work: _extreme(given, work, -1),
    "prod": _multiplied,
    "range": _ranged,
    "reversed": lambda given, work: _later(given, work, reversed, 1),
    "set": _set_of,
    "sorted": _put_in_order,
    "sum": _total,
    "tuple": _tupled,
    "zip": lambda given, work: _later(given, work, zip, 100),
}
