"""Run a program's statements in its syntax tree, on numbers that are known or not.

Nothing is compiled or executed: each node of the language of programs has its line here, and what its
operators, functions and methods do stands in `_operations`.
"""

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from netlift.certify._operations import (
    CALLS,
    binary,
    bounded,
    call,
    compare,
    delete,
    extend,
    in_order,
    item,
    kept_value,
    kind,
    method,
    put,
    truth,
    unary,
)
from netlift.certify._symbolic import NotModelled, Symbolic, SymbolicList, Unsupported
from netlift.checker._bounds import TooMuch, going_through

Env = dict[str, Any]

_MOST_NODES = 200_000  # statements and expressions of one step
_SHORT = frozenset({"add", "append", "discard", "get", "pop"})  # methods that do not go through all there is


class _Continue(Exception):
    """The statement `continue`."""


class _Break(Exception):
    """The statement `break`, of an inner loop."""


class Walker:
    """Runs statements over an environment; `answers` collects what is appended to the list `name`.

    An answer is a number, a string, or a tuple of these: nothing that a later statement could change.
    """

    def __init__(self, env: Env, name: str) -> None:
        self.env = env
        self.name = name
        self.answers: list[Any] = []
        self._left = [_MOST_NODES]  # in a list, shared with the comprehensions inside

    def run_step(self, body: Sequence[ast.stmt]) -> None:
        """The statements of one step; `continue` ends it. What Python would do otherwise is NotModelled."""
        try:
            self.run(body)
        except _Continue:
            return
        except NameError as error:
            raise Unsupported(f"the variable {error} may be read before it is set") from error
        except (AttributeError, MemoryError, OverflowError, RecursionError, TypeError) as error:
            raise NotModelled(f"{type(error).__name__}: {error}") from error

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
                case ast.Expr(value=ast.Call() as called):
                    self._call(called)
                case ast.Expr(value=value):
                    self.value(value)
                case ast.If(test=test, body=yes, orelse=no):
                    self.run(yes if truth(self.value(test)) else no)
                case ast.For():
                    self._loop(node)
                case ast.Delete(targets=targets):
                    for target in targets:
                        if not isinstance(target, ast.Subscript):
                            raise NotModelled("a variable that is deleted")
                        delete(self.value(target.value), self._place(target.slice))
                case ast.Continue():
                    raise _Continue
                case ast.Break():
                    raise _Break
                case ast.Pass():
                    pass
                case _:
                    raise NotModelled(f"the statement {type(node).__name__}")

    def value(self, node: ast.expr) -> Any:
        """The value of an expression."""
        self._spend()
        match node:
            case ast.Constant(value=int() | str() as known):
                return bounded(known)
            case ast.Name(id=name):
                return self._named(name)
            case ast.BinOp(left=left, op=op, right=right):
                return binary(op, self.value(left), self.value(right))
            case ast.UnaryOp(op=sign, operand=operand):
                return unary(sign, self.value(operand))
            case ast.BoolOp(op=joint, values=values):
                return self._truth(joint, values)
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp(test=test, body=yes, orelse=no):
                return self.value(yes if truth(self.value(test)) else no)
            case ast.Subscript(value=whole, slice=place):
                found = item(self.value(whole), self._place(place))
                if isinstance(place, ast.Slice):
                    self._go_through(found)
                return found
            case ast.Tuple(elts=elements):
                return tuple(self._elements(elements))
            case ast.List(elts=elements):
                return self._elements(elements)
            case ast.Set(elts=elements):
                return call("set", [self._elements(elements)])
            case ast.Dict(keys=keys, values=values):
                made: dict[Any, Any] = {}
                for key, value in zip(keys, values, strict=True):
                    if key is None:
                        raise NotModelled("a dict that takes in another")
                    place = self.value(key)
                    put(made, place, kept_value(self.value(value)))
                return made
            case ast.Call():
                found = self._call(node)
                if found is None:
                    raise NotModelled("the value of a method that answers nothing")
                return found
            case ast.ListComp(elt=element, generators=generators):
                return bounded(list(self._each(element, generators)))
        raise NotModelled(f"the expression {type(node).__name__}")

    def _spend(self, amount: int = 1) -> None:
        self._left[0] -= amount
        if self._left[0] < 0:
            raise Unsupported(f"one step takes more than {_MOST_NODES:,} operations")

    def _go_through(self, *values: Any) -> None:
        """Count values that are compared or copied with all that they hold."""
        try:
            self._spend(going_through(*values))
        except TooMuch:
            raise Unsupported("a list that is too long") from None

    def _named(self, name: str) -> Any:
        if name in self.env:
            return self.env[name]
        raise NameError(name)

    def _place(self, node: ast.expr) -> Any:
        """What stands between the brackets of a subscript."""
        if isinstance(node, ast.Slice):
            ends = (node.lower, node.upper, node.step)
            return slice(*(None if end is None else self.value(end) for end in ends))
        return self.value(node)

    def _elements(self, elements: Sequence[ast.expr]) -> list[Any]:
        values: list[Any] = []
        for element in elements:
            if isinstance(element, ast.Starred):
                extend(values, self.value(element.value))
                continue
            value = self.value(element)
            if kind(value) == "later":
                raise NotModelled("values that are made later, kept")
            values.append(kept_value(value))
        return values

    def _truth(self, joint: ast.boolop, values: Sequence[ast.expr]) -> Any:
        result: Any = None
        for value in values:
            result = self.value(value)
            if truth(result) != isinstance(joint, ast.And):
                return result
        return result

    def _compare(self, node: ast.Compare) -> Any:
        left = self.value(node.left)
        result: Any = True
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            if result is not True and not result:
                return result
            right = self.value(comparator)
            self._go_through(left, right)
            result = compare(op, left, right)
            left = right
        return result

    def _each(self, element: ast.expr, generators: Sequence[ast.comprehension]) -> Iterator[Any]:
        """The values of a comprehension: what it binds is its own, and unset until it is bound."""
        own = {n.id for g in generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
        first = iter(in_order(self.value(generators[0].iter)))
        inner = Walker({name: value for name, value in self.env.items() if name not in own}, "")
        inner._left = self._left
        return inner._nested(element, generators, first)

    def _nested(
        self, element: ast.expr, generators: Sequence[ast.comprehension], first: Iterator[Any] | None
    ) -> Iterator[Any]:
        if not generators:
            value = self.value(element)
            if kind(value) == "later":
                raise NotModelled("values that are made later, kept")
            yield value
            return
        one = generators[0]
        for each in in_order(self.value(one.iter)) if first is None else first:
            self._spend()
            self._assign(one.target, each)
            if all(truth(self.value(test)) for test in one.ifs):
                yield from self._nested(element, generators[1:], None)

    def _call(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Attribute):
            owner, name = node.func.value, node.func.attr
            if isinstance(owner, ast.Name) and owner.id == self.name:
                if name != "append" or len(node.args) != 1:
                    raise NotModelled(f"{name} of the answers")
                self.answers.append(_answered(self.value(node.args[0])))
                return None
            subject, given = self.value(owner), self._elements(node.args)
            self._go_through(*given, *([] if name in _SHORT else [subject]))
            return method(subject, name, given)
        if not isinstance(node.func, ast.Name) or node.func.id not in CALLS or node.func.id in self.env:
            raise NotModelled("a call of something that is no function of the language")
        if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            made = node.args[0]
            return call(node.func.id, [self._each(made.elt, made.generators)])
        if len(node.args) == 1 and isinstance(node.args[0], ast.Call):
            return call(node.func.id, [self.value(node.args[0])])  # `list(zip(a, b))`
        return call(node.func.id, self._elements(node.args))

    def _loop(self, node: ast.For) -> None:
        for each in in_order(self.value(node.iter)):
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
        if kind(value) == "later":
            raise NotModelled("values that are made later, kept")
        match target:
            case ast.Name(id=name):
                self.env[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                if any(isinstance(t, ast.Starred) for t in targets):
                    raise NotModelled("an assignment to a starred name")
                if kind(value) not in ("list", "tuple"):
                    raise NotModelled(f"the elements of a {kind(value)}, one by one")
                values = list(value)
                if len(values) != len(targets):
                    raise ValueError("the number of values differs from the number of names")
                for one, part in zip(targets, values, strict=True):
                    self._assign(one, part)
            case ast.Subscript(value=whole, slice=place):
                put(self.value(whole), self._place(place), kept_value(value))
            case _:
                raise NotModelled("an assignment of this form")

    def _augment(self, target: ast.expr, op: ast.operator, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                old = self._named(name)
                change = self.value(value)
                if isinstance(old, list) and isinstance(op, ast.Add):
                    extend(old, change)  # in place, as Python does it: other names see it
                else:
                    _no_container(old)
                    self.env[name] = binary(op, old, change)
            case ast.Subscript(value=whole, slice=where):
                subject, place = self.value(whole), self._place(where)
                old = item(subject, place)
                _no_container(old)
                put(subject, place, binary(op, old, self.value(value)))
            case _:
                raise NotModelled("a change of this form")


def _no_container(value: Any) -> None:
    if isinstance(value, list | set | dict | SymbolicList):
        raise NotModelled(f"a change in place of a {kind(value)}")


def _answered(value: Any) -> Any:
    """An answer. Raises NotModelled where a later statement could change it."""
    if isinstance(value, tuple):
        return tuple(_answered(part) for part in value)
    if isinstance(value, int | str | Symbolic):
        return value
    raise NotModelled(f"an answer that is a {kind(value)}, and no number, string or tuple of these")
