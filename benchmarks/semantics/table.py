# ruff: noqa: E501  (a table of short texts)
"""The operations of the language of programs and the kinds of values, as one table; and CPython's word on both.

A case is an operation, a snippet that sets `r` from `a`, `b` and `c`, with values for these names. CPython
runs it in a process of its own. `outcome` says what happened in a form that tells types apart.
"""

import ast
import json
import math
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

BINARY = ("+", "-", "*", "//", "%", "**", "&", "|", "^", "<<", ">>")
COMPARED = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")
ONE = (
    *(f"r = {name}(a)" for name in (
        "abs", "all", "any", "bool", "enumerate", "int", "len", "list", "max", "min", "range", "reversed",
        "set", "sorted", "sum", "tuple", "zip", "gcd", "isqrt", "lcm", "prod", "divmod",
    )),
    *(f"r = a.{name}()" for name in (
        "bit_count", "bit_length", "clear", "copy", "pop", "reverse", "sort", "append", "get", "index", "count",
    )),
    *(f"a.{name}()" for name in ("clear", "reverse", "sort", "pop", "copy")),
    "r = -a", "r = +a", "r = ~a", "r = not a", "r = [*a]", "r = (*a, 1)", "r = [0, *a]", "r = [a]", "r = {a}",
    "r = {a: 1}", "r = (a, a)", "r = a[::-1]", "r = a[:]", "r = a[1:]", "r = a[:-1]", "r = a[::2]", "r = a[-1]",
    "r = a[::0]", "r = [x for x in a]", "r = [x for x in a if x]", "r = sum(x for x in a)",
    "r = max(x for x in a)", "r = all(x for x in a)", "r = any(x == 1 for x in a)", "r = sorted(x for x in a)",
    "r = set(x for x in a)", "r = list(enumerate(a))", "r = list(reversed(a))", "r = tuple(zip(a, a))",
    "r = [i for i, x in enumerate(a)]", "r = 0\nfor x in a:\n    r = x", "r = 0\nif a:\n    r = 1",
    "p, q = a", "r = []\nfor x in a:\n    r.append(x)\n    if len(r) < 5:\n        a.append(x)",
    "del a[0]", "del a[:-1]", "del a[1:]", "r = a and 1", "r = a or 1", "r = 1 if a else 2", "a += a", "a *= 2",
    "r = list(a)\nr.append(1)", "r = a\nr += [1]", "r = [a]\nr[0] = 1", "r = a.copy()\nr.clear()", "r = list()",
    "r = tuple()", "r = set()", "r = max(*a)", "r = min(*a)", "r = gcd(*a)", "r = len(range(a))",
    "r = list(range(a))", "r = sum([x * 2 for x in a])", "r = [[y for y in x] for x in a]", "r = {1: a}",
    "r = prod(x for x in a)", "r = tuple(sorted(a))", "r = sorted(a)[0]", "a[0] += 1", "a[-1] = 5", "a[0], p = 1, 2",
    "r = [p for p in a for p in [p]]" , "r = zip(a)", "p = q = a\nr = p == q",
)  # fmt: skip
TWO = (
    *(f"r = a {sign} b" for sign in (*BINARY, *COMPARED)),
    *(f"a {sign}= b" for sign in BINARY),
    *(f"r = {name}(a, b)" for name in (
        "max", "min", "gcd", "lcm", "divmod", "int", "isqrt", "sum", "range", "zip", "list", "sorted", "bool",
        "enumerate", "abs", "len", "prod", "set",
    )),
    *(f"r = a.{name}(b)" for name in ("count", "index", "pop", "get", "copy", "bit_count")),
    *(f"a.{name}(b)" for name in (
        "append", "extend", "remove", "add", "discard", "pop", "insert", "sort", "index", "clear",
    )),
    "r = a[b]", "del a[b]", "r = a[b:]", "r = a[:b]", "r = a[::b]", "a[b] += 1", "a[b] = a", "a += b\nr = a",
    "r = a and b", "r = a or b", "r = [x for x in a if x in b]", "r = [x + b for x in a]",
    "r = {a: b}", "r = {a, b}", "r = (a, b)", "r = list(zip(a, b))", "r = [a] == [b]", "r = (a,) == (b,)",
    "r = (a,) < (b,)", "r = list(a) == b", "r = tuple(a) == b", "r = [a, b].index(b)", "r = [a].count(b)",
    "r = sorted([a, b])", "r = max([a, b])", "r = sum([a, b])", "r = a in [b]", "r = a in (b,)", "r = a in {b}",
    "r = a in {b: 1}", "r = [a, b]\nr.sort()", "r = [a]\nr.append(b)\nb = 1", "r = [a, b]\nr.remove(b)",
    "r = [0] * a + [b]", "a.append(b)\nb = a", "r = [a]\ns = r\ns.append(b)", "r = min((a, b))",
    "r = [x for x in range(a) if x < b]", "r = [*a, *b]", "r = set(a) == set(b)", "r = sum(a, b)",
)  # fmt: skip
THREE = (
    "a[b] = c", "r = a[b:c]", "r = a[b::c]", "del a[b:c]", "a.insert(b, c)", "r = a.get(b, c)", "r = a.pop(b, c)",
    "r = range(a, b, c)", "r = list(range(a, b, c))", "r = max(a, b, c)", "r = min(a, b, c)", "r = gcd(a, b, c)",
    "r = a < b < c", "r = a == b != c", "r = a in b == c", "r = b if a else c", "r = [a, b][c]", "r = (a, b)[c]",
    "r = {a: b}[c]", "r = {a: 1, b: 2}[c]", "a[b] += c", "r = a and b or c", "r = sorted([a, b, c])",
    "r = [a, b, c].index(c)", "r = a.index(b, c)", "r = [a, b].count(c)", "r = lcm(a, b, c)", "r = a[b][c]",
    "r = [a, b, c]\nr.remove(b)", "r = a * b + c", "r = a - b * c", "r = a[b] if b in a else c",
)  # fmt: skip

VALUES = (
    "0", "1", "2", "3", "-1", "-2", "5", str(2**70), str(-(2**70)), "True", "False", "''", "'a'", "'ab'", "'1'",
    "[]", "[0]", "[1]", "[1, 2]", "[2, 1, 0]", "['a']", "[1, 'a']", "[[1], 2]", "[True]", "()", "(1,)", "(1, 2)",
    "('a', 1)", "([1],)", "((1, 2), (0, 1))", "set()", "{1}", "{2, 1}", "{'a'}", "{(1, 2)}", "{}", "{1: 2}",
    "{0: 1, 2: 3}", "{'a': [1]}", "range(3)", "range(0)",
)  # fmt: skip
FEW = (
    "0", "1", "2", "-1", "True", "'a'", "''", "'ab'", "[1, 2, 3]", "[]", "[[1], [2]]", "(1, 2)", "()", "{1, 2}",
    "{0: 1, 1: 2}", "{'a': 1}", "range(3)",
)  # fmt: skip

Case = tuple[
    int, tuple[int, ...]
]  # the place of an operation in OPERATIONS, and of its values in VALUES + FEW

OPERATIONS = (*ONE, *TWO, *THREE)
LITERALS = (*VALUES, *FEW)
NAMES = ("a", "b", "c")
MATH = ("gcd", "isqrt", "lcm", "prod")


def cases() -> Iterator[Case]:
    """All cases: every operation with all values of VALUES, those of three with all of FEW."""
    for place in range(len(OPERATIONS)):
        few = place >= len(ONE) + len(TWO)
        width = 1 if place < len(ONE) else 3 if few else 2
        options = range(len(VALUES), len(LITERALS)) if few else range(len(VALUES))
        for chosen in product(options, repeat=width):
            if not (_BIG.intersection(chosen) and _endless(OPERATIONS[place], chosen)):
                yield place, chosen


_BIG = {place for place, text in enumerate(LITERALS) if len(text) > 15 and text.strip("-").isdigit()}


def _endless(operation: str, chosen: tuple[int, ...]) -> bool:
    """Whether CPython would not come to an end: with a huge power, shift or range."""
    return "range" in operation or (("**" in operation or "<<" in operation) and chosen[1] in _BIG)


def canonical(value: Any, seen: tuple[int, ...] = ()) -> str:
    """A value with its types; the same for all orders of a set and of a dictionary."""
    if id(value) in seen:
        return "itself"
    if isinstance(value, list | tuple | set | dict):
        inner = (*seen, id(value))
        name = type(value).__name__
        if isinstance(value, dict):
            parts = sorted(f"{canonical(k, inner)}: {canonical(v, inner)}" for k, v in value.items())
        else:
            parts = [canonical(one, inner) for one in value]
            parts = sorted(parts) if isinstance(value, set) else parts
        return f"{name}({', '.join(parts)})"
    return f"{type(value).__name__} {value!r}"


def outcome(env: Mapping[str, Any]) -> str:
    """What the names hold after an operation."""
    return "; ".join(f"{name} = {canonical(env[name])}" for name in ("r", "p", "q", *NAMES) if name in env)


_ORACLE = """
import json, sys
from math import gcd, isqrt, lcm, prod
sys.path.insert(0, sys.argv[1])
import table
codes = [compile(text, "case", "exec") for text in table.OPERATIONS]
for line in sys.stdin:
    place, chosen = json.loads(line)
    env = {name: eval(table.LITERALS[one]) for name, one in zip(table.NAMES, chosen)}
    env |= {"gcd": gcd, "isqrt": isqrt, "lcm": lcm, "prod": prod}
    try:
        exec(codes[place], env)
        found = table.outcome(env)
    except Exception as error:
        found = "!" + type(error).__name__
    print(json.dumps(found))
"""


def by_python(asked: Sequence[Case], folder: str) -> list[str]:
    """CPython's outcome of each case: what the names hold, or "!" and the exception's type."""
    lines = "".join(json.dumps(case) + "\n" for case in asked)
    command = [sys.executable, "-I", "-c", _ORACLE, folder]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=120, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


BODIES: tuple[list[ast.stmt], ...] = tuple(ast.parse(text).body for text in OPERATIONS)


def environment(case: Case) -> dict[str, Any]:
    """Fresh values for the names of a case."""
    return {name: eval(LITERALS[one]) for name, one in zip(NAMES, case[1], strict=False)}


def by_prover(case: Case) -> str | None:
    """The outcome in the evaluator that proofs rest on; None where it refuses."""
    from netlift.certify._operations import FAILURES
    from netlift.certify._symbolic import Unsupported
    from netlift.certify._walk import Walker

    env = environment(case)
    walker = Walker(env, "")
    try:
        walker.run_step(BODIES[case[0]])
    except Unsupported:
        return None
    except FAILURES as error:
        return "!" + type(error).__name__
    return outcome(walker.env)


def by_checker(case: Case) -> str | None:
    """The outcome in the independent checker's evaluator; None where it refuses."""
    from netlift.checker._language import _Frame
    from netlift.checker._operations import ERRORS
    from netlift.checker._syntax import Refused

    env = environment(case)
    frame = _Frame(env, "")
    try:
        frame.run(BODIES[case[0]])
    except Refused:
        return None
    except ERRORS as error:
        return "!" + type(error).__name__
    return outcome(frame.env)


UNKNOWN = range(-3, 4)  # what an unknown number may be
BESIDE = ("2", "0", "-2", "'a'", "[1, 2]", "(0, 1)", "{1, 2}", "{0: 1, 2: 3}", "[[1], 2]")

Sides = tuple[str, str]  # how `a` and `b` are given: "x" for the unknown number, else a literal


def unknown_cases() -> Iterator[tuple[int, Sides]]:
    """Operations of one and two values, of which one or both are the unknown number, or a list of it."""
    for place in range(len(ONE) + len(TWO)):
        if place < len(ONE):
            yield place, ("x", "0")
            yield place, ("[x, 1]", "0")
            yield place, ("(x, 2)", "0")
            continue
        yield place, ("x", "x")
        yield place, ("[x, 1]", "x")
        for literal in BESIDE:
            yield place, ("x", literal)
            yield place, (literal, "x")


class Wild:
    """What the solver's facts leave open: any number."""


def equal(right: Any, found: Any) -> bool:
    """Whether an outcome is CPython's, True being 1, and anything being what is left open."""
    if isinstance(found, Wild):
        return isinstance(right, int)
    if isinstance(right, int) and isinstance(found, int):
        return right == found
    if type(right) is not type(found):
        return False
    if isinstance(right, list | tuple):
        return len(right) == len(found) and all(map(equal, right, found))
    if isinstance(right, dict):
        return right.keys() == found.keys() and all(equal(right[one], found[one]) for one in right)
    return bool(right == found)


def known(place: int, sides: Sides, number: int) -> dict[str, Any] | None:
    """What CPython makes of the case for one number; None where it raises."""
    env = {name: eval(text, {"x": number}) for name, text in zip(NAMES, sides, strict=False)}
    scope: dict[str, Any] = {name: getattr(math, name) for name in MATH} | env
    try:
        exec(compile(OPERATIONS[place], "case", "exec"), scope)
    except Exception:
        return None
    return {name: scope[name] for name in ("r", *NAMES) if name in scope}


def ways_of_prover(place: int, sides: Sides, z3: Any) -> list[tuple[Any, dict[str, Any] | None]] | None:
    """Each way with its condition and what the names hold, None for an error; None where it refuses."""
    from netlift.certify._paths import Paths, Term
    from netlift.certify._symbolic import Unsupported
    from netlift.certify._walk import Walker

    x = z3.Int("x")
    paths = Paths(z3, z3.And(x >= UNKNOWN[0], x <= UNKNOWN[-1]))

    def run() -> dict[str, Any]:
        env = {name: eval(text, {"x": Term(paths, x)}) for name, text in zip(NAMES, sides, strict=False)}
        walker = Walker(env, "")
        walker.run_step(BODIES[place])
        return walker.env

    try:
        return paths.all(run)
    except Unsupported:
        return None


def ways_of_checker(place: int, sides: Sides, z3: Any) -> list[tuple[Any, dict[str, Any] | None]] | None:
    """The same in the checker."""
    from netlift.checker._language import _Frame
    from netlift.checker._smt import Ways, Whole, _Open
    from netlift.checker._syntax import Refused

    x = z3.Int("x")
    ways = Ways(z3, [x >= UNKNOWN[0], x <= UNKNOWN[-1]])

    def run() -> dict[str, Any]:
        env = {name: eval(text, {"x": Whole(ways, x)}) for name, text in zip(NAMES, sides, strict=False)}
        frame = _Frame(env, "")
        frame.run(BODIES[place])
        return frame.env

    try:
        return [(z3.And(*conditions), result) for conditions, result in ways.each(run)]
    except (Refused, _Open):
        return None


def told_apart(place: int, sides: Sides, ways: list[tuple[Any, dict[str, Any] | None]], z3: Any) -> list[int]:
    """The numbers for which no way, or a wrong one, leads to what CPython does."""
    x = z3.Int("x")
    wrong = []
    for number in UNKNOWN:
        right = known(place, sides, number)
        good, sure = False, True
        for condition, found in ways:
            here = z3.simplify(z3.substitute(condition, (x, z3.IntVal(number))))
            if z3.is_false(here):
                continue
            if right is None or found is None:
                same = right is None and found is None
            else:
                values = {name: _settled(found[name], number, x, z3) for name in right if name in found}
                same = equal(right, values)
            good = good or same
            sure = sure and (same or not z3.is_true(here))
        if not (good and sure):
            wrong.append(number)
    return wrong


def _settled(value: Any, number: int, x: Any, z3: Any) -> Any:
    """A value with the unknown number put in."""
    if isinstance(value, list | tuple | set):
        return type(value)(_settled(one, number, x, z3) for one in value)
    if isinstance(value, dict):
        return {key: _settled(one, number, x, z3) for key, one in value.items()}
    if isinstance(value, int | str | range):
        return value
    expr = value.number().expr if hasattr(value, "number") else value.expr
    made = z3.simplify(z3.substitute(expr, (x, z3.IntVal(number))))
    return made.as_long() if z3.is_int_value(made) else Wild()
