"""Run a program's statements in its syntax tree, on numbers that are known or not.

Nothing is compiled or executed: each node of the language of programs has its line here. Python's
own integers give the semantics (`//` floors, `%` takes the sign of the divisor, any size).
"""

import ast
import functools
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from netlift.certify._symbolic import Symbolic, SymbolicList, Unsupported, has_symbolic
from netlift.program._parse import METHODS

Env = dict[str, Any]

_MOST_NODES = 200_000  # statements and expressions of one step
_MOST_BITS = 20_000  # of one number
_LONGEST = 100_000  # of one list

FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

BINARY: Mapping[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add), ast.Sub: ("-", operator.sub), ast.Mult: ("*", operator.mul),
    ast.FloorDiv: ("//", operator.floordiv), ast.Mod: ("%", operator.mod), ast.Pow: ("**", operator.pow),
    ast.BitAnd: ("&", operator.and_), ast.BitOr: ("|", operator.or_), ast.BitXor: ("^", operator.xor),
    ast.LShift: ("<<", operator.lshift), ast.RShift: (">>", operator.rshift),
}  # fmt: skip
COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert, ast.Not: operator.not_,
}  # fmt: skip


class _Continue(Exception):
    """The statement `continue`."""


class _Break(Exception):
    """The statement `break`, of an inner loop."""


class Walker:
    """Runs statements over an environment; `answers` collects what is appended to the list `name`."""

    def __init__(self, env: Env, name: str) -> None:
        self.env = env
        self.name = name
        self.answers: list[Any] = []
        self._left = [_MOST_NODES]  # in a list, shared with the comprehensions inside

    def run_step(self, body: Sequence[ast.stmt]) -> None:
        """The statements of one step; `continue` ends it."""
        try:
            self.run(body)
        except _Continue:
            return

    def run(self, body: Sequence[ast.stmt]) -> None:
        """Run statements in order."""
        for node in body:
            self._spend()
            match node:
                case ast.Assign(targets=targets, value=value):
                    made = self.value(value)
                    for target in targets:
                        self._assign(target, made)
                case ast.AugAssign(target=target, op=op, value=value):
                    self._augment(target, op, value)
                case ast.Expr(value=value):
                    self.value(value)
                case ast.If(test=test, body=yes, orelse=no):
                    self.run(yes if self.value(test) else no)
                case ast.For():
                    self._loop(node)
                case ast.Delete(targets=targets):
                    for target in targets:
                        self._delete(target)
                case ast.Continue():
                    raise _Continue
                case ast.Break():
                    raise _Break
                case ast.Pass():
                    pass
                case _:
                    raise Unsupported(f"the statement {type(node).__name__}")

    def value(self, node: ast.expr) -> Any:
        """The value of an expression."""
        self._spend()
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._named(name)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(op, self.value(left), self.value(right))
            case ast.UnaryOp(op=unary, operand=operand):
                return UNARY[type(unary)](self.value(operand))
            case ast.BoolOp(op=kind, values=values):
                return self._truth(kind, values)
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp(test=test, body=yes, orelse=no):
                return self.value(yes if self.value(test) else no)
            case ast.Subscript(value=whole, slice=place):
                return item(self.value(whole), self.value(place))
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(None if part is None else self.value(part) for part in (lower, upper, step)))
            case ast.Tuple(elts=elements):
                return tuple(self._elements(elements))
            case ast.List(elts=elements):
                return self._elements(elements)
            case ast.Set(elts=elements):
                return set(self._elements(elements))
            case ast.Dict(keys=keys, values=values):
                if any(key is None for key in keys):
                    raise Unsupported("a dict that takes in another")
                pairs = zip(keys, values, strict=True)
                return {self.value(key): self.value(value) for key, value in pairs if key is not None}
            case ast.Call():
                return self._call(node)
            case ast.ListComp(elt=element, generators=generators):
                return list(self._inside()._comprehension(element, generators))
        raise Unsupported(f"the expression {type(node).__name__}")

    def _spend(self) -> None:
        self._left[0] -= 1
        if self._left[0] < 0:
            raise Unsupported(f"one step takes more than {_MOST_NODES:,} operations")

    def _named(self, name: str) -> Any:
        if name in self.env:
            return self.env[name]
        raise NameError(name)

    def _elements(self, elements: Sequence[ast.expr]) -> list[Any]:
        values: list[Any] = []
        for element in elements:
            if isinstance(element, ast.Starred):
                values.extend(self.value(element.value))
            else:
                values.append(self.value(element))
        return values

    def _binary(self, op: ast.operator, left: Any, right: Any) -> Any:
        if type(op) not in BINARY:
            raise Unsupported(f"the operator {type(op).__name__}")
        sign, function = BINARY[type(op)]
        if sign == "*" and isinstance(left, int) and isinstance(right, int):
            if left.bit_length() + right.bit_length() > _MOST_BITS:
                raise Unsupported("a number of too many digits")
            return left * right
        if sign in ("**", "<<") and isinstance(left, int) and isinstance(right, int):
            size = max(1, left.bit_length()) * right if sign == "**" else left.bit_length() + right
            if size > _MOST_BITS:
                raise Unsupported("a number of too many digits")
            if sign == "**" and right < 0:
                raise Unsupported("a negative power, which leaves the whole numbers")
        if sign == "*" and isinstance(left, list | tuple | str) and isinstance(right, int):
            left, right = right, left
        repeated = sign == "*" and isinstance(right, list | tuple | str) and isinstance(left, int)
        if repeated and left * len(right) > _LONGEST:
            raise Unsupported("a list that is too long")
        if sign == "%" and isinstance(left, str):
            raise Unsupported("string formatting")
        return function(left, right)

    def _truth(self, kind: ast.boolop, values: Sequence[ast.expr]) -> Any:
        result: Any = None
        for value in values:
            result = self.value(value)
            if bool(result) != isinstance(kind, ast.And):
                return result
        return result

    def _compare(self, node: ast.Compare) -> Any:
        left = self.value(node.left)
        result: Any = True
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            if result is not True and not result:
                return result
            right = self.value(comparator)
            if isinstance(op, ast.In | ast.NotIn):
                result = contains(right, left)
                result = not result if isinstance(op, ast.NotIn) else result
            else:
                result = COMPARE[type(op)](left, right)
            left = right
        return result

    def _comprehension(self, element: ast.expr, generators: Sequence[ast.comprehension]) -> Iterator[Any]:
        if not generators:
            yield self.value(element)
            return
        one = generators[0]
        for each in self.value(one.iter):
            self._spend()
            self._assign(one.target, each)
            if all(self.value(test) for test in one.ifs):
                yield from self._comprehension(element, generators[1:])

    def _inside(self) -> "Walker":
        """A walker for a comprehension: what it binds is its own."""
        inner = Walker(dict(self.env), self.name)
        inner.answers, inner._left = self.answers, self._left
        return inner

    def _arguments(self, nodes: Sequence[ast.expr]) -> list[Any]:
        if len(nodes) == 1 and isinstance(nodes[0], ast.GeneratorExp):
            return [self._inside()._comprehension(nodes[0].elt, nodes[0].generators)]
        return self._elements(nodes)

    def _call(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == self.name and node.func.attr == "append":
                self.answers.append(self.value(node.args[0]))
                return None
            subject = self.value(owner)
            args = self._arguments(node.args)
            if isinstance(subject, SymbolicList) and node.func.attr not in ("append", "copy"):
                raise Unsupported(f"{node.func.attr} of a list that is not known")
            known = isinstance(subject, int | list | set | tuple | dict | Symbolic | SymbolicList)
            if node.func.attr not in METHODS or not known:
                raise Unsupported(f"the method {node.func.attr}")
            return getattr(subject, node.func.attr)(*args)
        if not isinstance(node.func, ast.Name) or node.func.id not in CALLS or node.func.id in self.env:
            raise Unsupported("a call of something that is no function of the language")
        return CALLS[node.func.id](*self._arguments(node.args))

    def _loop(self, node: ast.For) -> None:
        for each in self.value(node.iter):
            self._spend()
            self._assign(node.target, each)
            try:
                self.run(node.body)
            except _Continue:
                continue
            except _Break:
                return
        self.run(node.orelse)

    def _assign(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(id=name):
                self.env[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                if any(isinstance(t, ast.Starred) for t in targets):
                    raise Unsupported("an assignment to a starred name")
                values = list(value)
                if len(values) != len(targets):
                    raise ValueError("the number of values differs from the number of names")
                for one, part in zip(targets, values, strict=True):
                    self._assign(one, part)
            case ast.Subscript(value=whole, slice=place):
                put(self.value(whole), self.value(place), value)
            case _:
                raise Unsupported("an assignment of this form")

    def _augment(self, target: ast.expr, op: ast.operator, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                old = self._named(name)
                change = self.value(value)
                if isinstance(old, SymbolicList):
                    raise Unsupported("a change in place of a list that is not known")
                if isinstance(old, list) and isinstance(op, ast.Add):
                    old.extend(change)  # in place, as Python does it: other names see it
                elif isinstance(old, list | set | dict):
                    raise Unsupported("a change in place other than +=")
                else:
                    self.env[name] = self._binary(op, old, change)
            case ast.Subscript(value=whole, slice=where):
                subject, place = self.value(whole), self.value(where)
                old = item(subject, place)
                if isinstance(old, list | set | dict):
                    raise Unsupported("a change in place inside a list")
                put(subject, place, self._binary(op, old, self.value(value)))
            case _:
                raise Unsupported("a change of this form")

    def _delete(self, target: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                self._named(name)
                del self.env[name]
            case ast.Subscript(value=whole, slice=where):
                subject, place = self.value(whole), self.value(where)
                if isinstance(place, Symbolic):
                    raise Unsupported("a deletion at a place that is not known")
                del subject[place]
            case _:
                raise Unsupported("a deletion of this form")


def item(whole: Any, place: Any) -> Any:
    """`whole[place]`; where the place is not known, every element that it may be."""
    if isinstance(place, slice) and has_symbolic((place.start, place.stop, place.step)):
        raise Unsupported("a slice between places that are not known")
    if isinstance(place, slice) or not has_symbolic(place):
        return whole[place]
    if isinstance(whole, dict):
        chosen = place.lookup(whole.items()) if isinstance(place, Symbolic) else None
        if chosen is not None:
            return chosen
        for key, value in whole.items():
            if place == key:
                return value
        raise KeyError(place)
    if isinstance(whole, list | tuple) and isinstance(place, Symbolic):
        places = range(-len(whole), len(whole))
        chosen = place.lookup([(i, whole[i]) for i in places])
        if chosen is not None:
            return chosen
        for i in places:
            if place == i:
                return whole[i]
        raise IndexError("out of range")
    raise Unsupported("an index of this kind that is not known")


def put(whole: Any, place: Any, value: Any) -> None:
    """`whole[place] = value`."""
    if not has_symbolic(place):
        whole[place] = value
        return
    if isinstance(whole, list) and isinstance(place, Symbolic):
        for i in range(-len(whole), len(whole)):
            if place == i:
                whole[i] = value
                return
        raise IndexError("out of range")
    raise Unsupported("an assignment to a place that is not known")


def contains(whole: Any, value: Any) -> Any:
    """`value in whole`."""
    if not has_symbolic(value) and not has_symbolic(whole):
        return value in whole
    if isinstance(whole, dict | list | set | tuple | frozenset):
        if isinstance(value, Symbolic):
            return value.among(whole)
        ordered = sorted(whole, key=repr) if isinstance(whole, set | frozenset) else whole
        return any(value == one for one in ordered)
    raise Unsupported("membership in something of this kind")


def _int(value: Any = 0) -> Any:
    return value.number() if isinstance(value, Symbolic) else int(value)


def _gcd(*values: Any) -> Any:
    if not has_symbolic(values):
        return math.gcd(*values)
    return functools.reduce(lambda a, b: _joined("gcd", math.gcd, a, b), values, 0)


def _extreme(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    def chosen(*values: Any) -> Any:
        items = list(values[0]) if len(values) == 1 else list(values)
        if not items or not all(isinstance(one, int | Symbolic) for one in items):
            return plain(items)
        return functools.reduce(lambda a, b: _joined(name, plain, a, b), items)

    return chosen


def _joined(name: str, plain: Callable[..., Any], left: Any, right: Any) -> Any:
    subject = left if isinstance(left, Symbolic) else right
    return subject.binary(name, left, right) if isinstance(subject, Symbolic) else plain(left, right)


def _isqrt(value: Any) -> Any:
    return value.unary("isqrt") if isinstance(value, Symbolic) else math.isqrt(value)


def _range(*bounds: Any) -> Any:
    made = range(*bounds)
    if len(made) > _LONGEST:
        raise Unsupported("a range that is too long")
    return made


def _len(values: Any) -> Any:
    return values.length() if isinstance(values, SymbolicList) else len(values)


def _list(values: Any = ()) -> Any:
    return values.copy() if isinstance(values, SymbolicList) else list(values)


CALLS: Mapping[str, Callable[..., Any]] = {
    "abs": abs, "all": all, "any": any, "bool": bool, "divmod": divmod, "enumerate": enumerate,
    "int": _int, "len": _len, "list": _list, "max": _extreme("max", max),
    "min": _extreme("min", min), "range": _range,
    "reversed": reversed, "set": set, "sorted": sorted, "sum": sum, "tuple": tuple, "zip": zip,
    "gcd": _gcd, "isqrt": _isqrt, "lcm": math.lcm, "prod": math.prod,
}  # fmt: skip
