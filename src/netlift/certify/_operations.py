"""What Python's operators, functions and methods do to the kinds of values that are modelled exactly.

A value is a number (known or not), a string, a list, a tuple, a dict, a set, a range or a list of unknown
length. Each operation names the kinds that it takes here; for these the result and the error are CPython's
(tests/test_semantics.py tries all pairs of small values). Everything else ends the proof with `NotModelled`:
nothing raises a TypeError here, nothing depends on the order of a set or a dict, nothing is None.
"""

import ast
import functools
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from netlift.certify._symbolic import NotModelled, Symbolic, SymbolicList, Unsupported, has_symbolic
from netlift.checker._bounds import TooMuch, weigh

MOST_BITS = 13_900  # of one number: the checker follows a few more, and Python prints up to 4,300 digits
LONGEST = 50_000  # of one list; the checker counts what lists hold, too

# What an operation may raise where CPython raises it too.
FAILURES = (ZeroDivisionError, LookupError, ValueError)

_KINDS: Mapping[type, str] = {
    int: "number", bool: "number", str: "text", list: "list", tuple: "tuple", dict: "dict", set: "set",
    range: "range",
}  # fmt: skip
ORDERED = ("list", "tuple", "range", "later")  # kinds whose elements have an order that is modelled


def kind(value: Any) -> str:
    """The kind of a value: "number", "text", "list", "tuple", "dict", "set", "range", "many" or "later"."""
    found = _KINDS.get(type(value))
    if found is not None:
        return found
    if isinstance(value, Symbolic):
        return "number"
    if isinstance(value, SymbolicList):
        return "many"
    if isinstance(value, Iterator):
        return "later"
    raise NotModelled(f"a value of the type {type(value).__name__}")


def bounded(value: Any) -> Any:
    """A result; Unsupported where it is a number of too many digits or a list that is too long."""
    if isinstance(value, int):
        if value.bit_length() > MOST_BITS:
            raise Unsupported("a number of too many digits")
    elif isinstance(value, str | list | tuple) and len(value) > LONGEST:
        raise Unsupported("a list that is too long")
    return value


def kept_value(value: Any) -> Any:
    """A value that is put into another; Unsupported where it is too large, counted through all that it holds.

    Tuples that hold each other, sixty deep, are quickly made and never hashed or compared.
    """
    if isinstance(value, list | tuple | dict):
        try:
            weigh(value)
        except TooMuch:
            raise Unsupported("a list that is too long") from None
    return value


def binary(op: ast.operator, left: Any, right: Any) -> Any:
    """`left op right`."""
    kinds = (kind(left), kind(right))
    name = type(op).__name__
    if kinds == ("number", "number") and name in _ARITHMETIC:
        return bounded(_arithmetic(name, left, right))
    if name == "Add" and kinds in (("list", "list"), ("tuple", "tuple"), ("text", "text")):
        return bounded(left + right)
    if name == "Add" and kinds[0] == "many" and kinds[1] == left.container:
        return left + right
    if name == "Mult" and sorted(kinds) in (["list", "number"], ["number", "tuple"]):
        times, values = (left, right) if kinds[0] == "number" else (right, left)
        if isinstance(times, Symbolic):
            raise NotModelled("a list repeated a number of times that is not known")
        if times * len(values) > LONGEST:
            raise Unsupported("a list that is too long")
        return values * times
    raise NotModelled(f"the operator {name} between a {kinds[0]} and a {kinds[1]}")


def unary(op: ast.unaryop, value: Any) -> Any:
    """`op value`."""
    if isinstance(op, ast.Not):
        return not truth(value)
    if kind(value) != "number":
        raise NotModelled(f"the operator {type(op).__name__} of a {kind(value)}")
    return bounded(_UNARY[type(op)](value))


def truth(value: Any) -> bool:
    """`bool(value)`."""
    if kind(value) == "later":
        raise NotModelled("the truth of values that are made later")
    return bool(value)


def compare(op: ast.cmpop, left: Any, right: Any) -> Any:
    """`left op right`, a truth value, known or not."""
    kinds = (kind(left), kind(right))
    name = type(op).__name__
    if name in ("In", "NotIn"):
        found = contains(right, left)
        return found if name == "In" else not found
    if name in ("Eq", "NotEq"):
        if not {"range", "later"}.isdisjoint(kinds):
            raise NotModelled("a comparison of ranges or of values that are made later")
        return _COMPARE[name](left, right)
    if name not in _COMPARE or kinds not in (("number", "number"), ("text", "text")):
        raise NotModelled(f"the comparison {name} between a {kinds[0]} and a {kinds[1]}")
    return _COMPARE[name](left, right)


def contains(whole: Any, value: Any) -> Any:
    """`value in whole`."""
    held, kept = kind(value), kind(whole)
    if kept == "text" and held == "text":
        return value in whole
    if held in ("many", "later", "range") or kept not in ("list", "tuple", "dict", "set"):
        raise NotModelled(f"membership of a {held} in a {kept}")
    if kept in ("dict", "set"):
        _hashable(value)
    if isinstance(value, Symbolic):
        return value.among(whole)
    if has_symbolic(value) and kept in ("dict", "set"):
        return any(value == one for one in whole)
    return value in whole


def item(whole: Any, place: Any) -> Any:
    """`whole[place]`; where the place is not known, every element that it may be."""
    kept = kind(whole)
    if isinstance(place, slice):
        return _part(whole, place)
    if kept == "dict":
        _hashable(place)
        return _looked_up(whole, place, list(whole.items())) if has_symbolic(place) else whole[place]
    if kept not in ("list", "tuple", "text") or kind(place) != "number":
        raise NotModelled(f"an element of a {kept} at a {kind(place)}")
    if not isinstance(place, Symbolic):
        return whole[place]
    if kept == "text":
        raise NotModelled("a letter of a string at a place that is not known")
    return _looked_up(whole, place, [(i, whole[i]) for i in range(-len(whole), len(whole))])


def put(whole: Any, place: Any, value: Any) -> None:
    """`whole[place] = value`."""
    kept = kind(whole)
    if isinstance(place, slice) or kind(value) == "later":
        raise NotModelled("an assignment to a part of a list, or of values that are made later")
    _no_ring(whole, value)
    if kept == "dict":
        _hashable(place)
        if has_symbolic(place):
            raise NotModelled("an assignment to a place that is not known")
        whole[place] = value
        return
    if kept != "list" or kind(place) != "number":
        raise NotModelled(f"an assignment to an element of a {kept} at a {kind(place)}")
    if not isinstance(place, Symbolic):
        whole[place] = value
        return
    for i in range(-len(whole), len(whole)):
        if place == i:
            whole[i] = value
            return
    raise IndexError("out of range")


def delete(whole: Any, place: Any) -> None:
    """`del whole[place]`."""
    kept = kind(whole)
    if kept == "dict" and not isinstance(place, slice):
        _hashable(place)
    elif kept != "list" or not (isinstance(place, slice) or kind(place) == "number"):
        raise NotModelled(f"a deletion in a {kept}")
    if isinstance(place, slice):
        _check_slice(place)
    elif has_symbolic(place):
        raise NotModelled("a deletion at a place that is not known")
    del whole[place]


def in_order(values: Any) -> Any:
    """Values that are gone through one by one, as they are: a list may change meanwhile, as in Python."""
    if kind(values) not in ORDERED:
        raise NotModelled(f"the elements of a {kind(values)}, one by one")
    return values


def extend(values: list[Any], more: Any) -> None:
    """`values += more`."""
    if kind(more) not in ("list", "tuple"):
        raise NotModelled(f"a list made longer by a {kind(more)}")
    _no_ring(values, tuple(more))
    values.extend(more)
    bounded(values)


def call(name: str, args: list[Any]) -> Any:
    """A function of the language called on values; a generator is given as an iterator."""
    if name not in _CALLS:
        raise NotModelled(f"the function {name}")
    fewest, most, function = _CALLS[name]
    if not fewest <= len(args) <= most:
        raise NotModelled(f"{name} of {len(args)} values")
    return bounded(function(*args))


def method(subject: Any, name: str, args: list[Any]) -> Any:
    """A method called on values; None where it answers nothing."""
    kept = kind(subject)
    allowed = _METHODS.get((kept, name))
    if allowed is None or len(args) not in allowed:
        raise NotModelled(f"the method {name} of a {kept} with {len(args)} values")
    for arg in args:
        if kind(arg) in ("later", "range"):
            raise NotModelled(f"the method {name}, given values that are made later")
    if kept in ("dict", "set") and args:
        _hashable(args[0])
        if has_symbolic(args[0]):
            if (kept, name) != ("dict", "get"):
                raise NotModelled(f"the method {name} of a {kept}, given what is not known")
            return _got(subject, *args)
    if name == "extend":
        extend(subject, args[0])
        return None
    if (name == "insert" or (name == "pop" and kept == "list")) and not all(
        isinstance(place, int) for place in args[:1]
    ):
        raise NotModelled(f"{name} at a place that is no known number")
    if name in ("append", "insert"):
        _no_ring(subject, kept_value(args[-1]))
    if name == "sort":
        _comparable(subject)
    found = getattr(subject, name)(*args)
    if name in ("append", "insert"):
        bounded(subject)
    if found is None and name in ("get", "pop"):
        raise NotModelled("None, for a key that is not there")
    return found


def _arithmetic(name: str, left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int):
        size = 0
        if name == "Mult":
            size = left.bit_length() + right.bit_length()
        elif name == "Pow":
            if right < 0:
                raise NotModelled("a negative power, which leaves the whole numbers")
            size = left.bit_length() * right if right <= MOST_BITS or abs(left) > 1 else 0
        elif name == "LShift":
            size = left.bit_length() + right if left else 0
        if name in ("LShift", "RShift") and right > MOST_BITS and left not in (0, -1):
            raise Unsupported("a shift by too many places")
        if size > MOST_BITS:  # judged before, from the sizes, as the checker does
            raise Unsupported("a number of too many digits")
        return _ARITHMETIC[name](left, right)
    if name in ("LShift", "RShift") and isinstance(right, int) and right > 1_000:
        raise Unsupported("a shift by too many places")
    return _ARITHMETIC[name](left, right)


def _hashable(value: Any) -> None:
    if isinstance(value, tuple):
        for part in value:
            _hashable(part)
    elif kind(value) not in ("number", "text"):
        raise NotModelled(f"a {kind(value)} as a key")


def _no_ring(whole: Any, value: Any) -> None:
    """Refuse that a list or a dict comes to hold itself."""
    left, seen = [value], set[int]()
    while left:
        one = left.pop()
        if one is whole:
            raise NotModelled("a list or a dict that holds itself")
        if isinstance(one, list | tuple | dict) and id(one) not in seen:
            seen.add(id(one))
            left += one.values() if isinstance(one, dict) else one


def _looked_up(whole: Any, place: Any, pairs: list[tuple[Any, Any]]) -> Any:
    chosen = place.lookup(pairs) if isinstance(place, Symbolic) else None
    if chosen is not None:
        return chosen
    for key, value in pairs:
        if place == key:
            return value
    raise LookupError("no such place")


def _got(whole: Any, place: Any, *default: Any) -> Any:
    for key, value in whole.items():
        if place == key:
            return value
    if not default:
        raise NotModelled("None, for a key that is not there")
    return default[0]


def _check_slice(place: slice) -> None:
    for end in (place.start, place.stop, place.step):
        if end is not None and not isinstance(end, int):
            raise NotModelled("a slice between places that are no known numbers")


def _part(whole: Any, place: slice) -> Any:
    _check_slice(place)
    if kind(whole) not in ("list", "tuple", "text", "many"):
        raise NotModelled(f"a slice of a {kind(whole)}")
    return whole[place]


def _taken(values: Any, *kinds: str) -> list[Any]:
    """The elements of a value of one of these kinds, or of those that are made later."""
    found = kind(values)
    if found not in (*kinds, "later"):
        raise NotModelled(f"a function of the elements of a {found}")
    listed: list[Any] = []
    for value in values:
        if len(listed) >= LONGEST:
            raise Unsupported("a list that is too long")
        listed.append(value)
    return listed


def _comparable(values: list[Any]) -> str:
    """The one kind of values that can be put in order."""
    kinds = {kind(value) for value in values}
    if len(kinds) > 1 or not kinds <= {"number", "text"}:
        raise NotModelled("an order of values other than numbers alone or strings alone")
    return kinds.pop() if kinds else "number"


def _numbers(values: list[Any]) -> list[Any]:
    if any(kind(value) != "number" for value in values):
        raise NotModelled("arithmetic on something other than numbers")
    return values


def _extreme(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    def chosen(*values: Any) -> Any:
        items = _taken(values[0], "list", "tuple", "set", "range") if len(values) == 1 else list(values)
        if not items:
            raise ValueError(f"{name} of nothing")
        if _comparable(items) == "text" or not has_symbolic(items):
            return plain(items)
        return functools.reduce(lambda a, b: _joined(name, plain, a, b), items)

    return chosen


def _joined(name: str, plain: Callable[..., Any], left: Any, right: Any) -> Any:
    subject = left if isinstance(left, Symbolic) else right
    return subject.binary(name, left, right) if isinstance(subject, Symbolic) else plain(left, right)


def _gcd(*values: Any) -> Any:
    if not has_symbolic(_numbers(list(values))):
        return math.gcd(*values)
    return functools.reduce(lambda a, b: _joined("gcd", math.gcd, a, b), values, 0)


def _lcm(*values: Any) -> Any:
    if has_symbolic(_numbers(list(values))):
        raise NotModelled("lcm of numbers that are not known")
    return functools.reduce(lambda a, b: bounded(math.lcm(a, b)), values, 1)


def _prod(values: Any) -> Any:
    total: Any = 1
    for value in _numbers(_taken(values, "list", "tuple", "set", "range")):
        total = bounded(total * value)
    return total


def _sum(values: Any) -> Any:
    total: Any = 0
    for value in _numbers(_taken(values, "list", "tuple", "set", "range")):
        total = bounded(total + value)
    return total


def _isqrt(value: Any) -> Any:
    (number,) = _numbers([value])
    return number.unary("isqrt") if isinstance(number, Symbolic) else math.isqrt(number)


def _int(value: Any) -> Any:
    if isinstance(value, str):
        return bounded(int(value))  # ValueError where the text is no numeral
    (number,) = _numbers([value])
    return number.number() if isinstance(number, Symbolic) else int(number)


def _abs(value: Any) -> Any:
    return abs(_numbers([value])[0])


def _divmod(left: Any, right: Any) -> Any:
    a, b = _numbers([left, right])
    return divmod(a, b)


def _range(*bounds: Any) -> Any:
    if not all(isinstance(bound, int) for bound in bounds):
        raise NotModelled("a range between places that are no known numbers")
    start, stop, step = (0, *bounds, 1) if len(bounds) == 1 else (*bounds, 1)[:3]
    if step and abs(stop - start) // abs(step) > LONGEST:
        raise Unsupported("a range that is too long")
    return range(*bounds)


def _len(values: Any) -> Any:
    if kind(values) == "many":
        return values.length()
    if kind(values) in ("number", "later"):
        raise NotModelled(f"the length of a {kind(values)}")
    return len(values)


def _list(*values: Any) -> Any:
    if values and kind(values[0]) == "many":
        return values[0].as_list()
    return _taken(values[0], "list", "tuple", "range") if values else []


def _tuple(*values: Any) -> Any:
    return tuple(_taken(values[0], "list", "tuple", "range")) if values else ()


def _set(*values: Any) -> Any:
    found = _taken(values[0], "list", "tuple", "range", "set") if values else []
    for value in found:
        _hashable(value)
    return set(found)


def _sorted(values: Any) -> Any:
    found = _taken(values, "list", "tuple", "range", "set")
    _comparable(found)
    return sorted(found)


def _all(values: Any) -> Any:
    return all(truth(value) for value in _of_any_order(values))


def _any(values: Any) -> Any:
    return any(truth(value) for value in _of_any_order(values))


def _of_any_order(values: Any) -> Any:
    if kind(values) not in (*ORDERED, "set"):
        raise NotModelled(f"a function of the elements of a {kind(values)}")
    return values


def _later(function: Callable[..., Any]) -> Callable[..., Any]:
    def made(*values: Any) -> Any:
        if any(kind(value) not in ("list", "tuple", "range") for value in values):
            raise NotModelled("values that are made later from something other than a list")
        return function(*values)

    return made


_MANY = 100  # values of one call
_CALLS: Mapping[str, tuple[int, int, Callable[..., Any]]] = {
    "abs": (1, 1, _abs), "all": (1, 1, _all), "any": (1, 1, _any), "bool": (1, 1, truth),
    "divmod": (2, 2, _divmod), "enumerate": (1, 1, _later(enumerate)), "gcd": (0, _MANY, _gcd),
    "int": (1, 1, _int), "isqrt": (1, 1, _isqrt), "lcm": (0, _MANY, _lcm), "len": (1, 1, _len),
    "list": (0, 1, _list), "max": (1, _MANY, _extreme("max", max)), "min": (1, _MANY, _extreme("min", min)),
    "prod": (1, 1, _prod), "range": (1, 3, _range), "reversed": (1, 1, _later(reversed)),
    "set": (0, 1, _set), "sorted": (1, 1, _sorted), "sum": (1, 1, _sum), "tuple": (0, 1, _tuple),
    "zip": (1, _MANY, _later(zip)),
}  # fmt: skip
CALLS = frozenset(_CALLS)

# How many values each method takes, by the kind that it belongs to.
_METHODS: Mapping[tuple[str, str], tuple[int, ...]] = {
    ("number", "bit_count"): (0,), ("number", "bit_length"): (0,),
    ("list", "append"): (1,), ("list", "clear"): (0,), ("list", "copy"): (0,), ("list", "count"): (1,),
    ("list", "extend"): (1,), ("list", "index"): (1,), ("list", "insert"): (2,), ("list", "pop"): (0, 1),
    ("list", "remove"): (1,), ("list", "reverse"): (0,), ("list", "sort"): (0,),
    ("tuple", "count"): (1,), ("tuple", "index"): (1,),
    ("set", "add"): (1,), ("set", "clear"): (0,), ("set", "copy"): (0,), ("set", "discard"): (1,),
    ("set", "remove"): (1,),
    ("dict", "clear"): (0,), ("dict", "copy"): (0,), ("dict", "get"): (1, 2), ("dict", "pop"): (1, 2),
    ("many", "append"): (1,), ("many", "copy"): (0,),
}  # fmt: skip

_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "FloorDiv": operator.floordiv,
    "Mod": operator.mod, "Pow": operator.pow, "BitAnd": operator.and_, "BitOr": operator.or_,
    "BitXor": operator.xor, "LShift": operator.lshift, "RShift": operator.rshift,
}  # fmt: skip
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le,
    "Gt": operator.gt, "GtE": operator.ge,
}  # fmt: skip
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert,
}  # fmt: skip
