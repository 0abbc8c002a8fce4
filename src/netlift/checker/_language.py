"""The language of programs, evaluated in its syntax tree: independent of netlift's own evaluator.

`Step` holds a program as its constants, what stands before its loop, and the loop's body.
"""

import ast
import copy
import math
import operator
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from netlift.checker._syntax import METHODS, Refused, parsed

Env = dict[str, Any]


class NoStep(Exception):
    """`continue` or `break`."""


ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_OPERATORS: dict[str, Callable[..., Any]] = {
    "Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "FloorDiv": operator.floordiv,
    "Mod": operator.mod, "Pow": operator.pow, "BitAnd": operator.and_, "BitOr": operator.or_,
    "BitXor": operator.xor, "LShift": operator.lshift, "RShift": operator.rshift,
    "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le,
    "Gt": operator.gt, "GtE": operator.ge, "USub": operator.neg, "UAdd": operator.pos,
    "Invert": operator.invert,
}  # fmt: skip


def special(value: Any) -> bool:
    """Whether a value is, or holds, something unknown (an object with `is_unknown`)."""
    if isinstance(value, (list, tuple, set)):
        return any(map(special, value))
    return getattr(type(value), "is_unknown", False) is True


def look_up(whole: Any, place: Any) -> Any:
    """`whole[place]`, where the place may be unknown: then by comparing it with all there are."""
    if isinstance(place, slice) or not special(place):
        return whole[place]
    if isinstance(whole, dict):
        pairs = list(whole.items())
    elif isinstance(whole, (list, tuple)):
        pairs = [(i, whole[i]) for i in range(-len(whole), len(whole))]
    else:
        raise Refused("language: an unknown index into something that is no table")
    for key, value in pairs:
        if place == key:
            return value
    raise LookupError("no such place")


def set_place(whole: Any, place: Any, value: Any) -> None:
    """`whole[place] = value`, likewise."""
    if not special(place):
        whole[place] = value
        return
    if not isinstance(whole, list):
        raise Refused("language: an unknown place in something that is no list")
    for i in range(-len(whole), len(whole)):
        if place == i:
            whole[i] = value
            return
    raise LookupError("no such place")


def is_in(value: Any, whole: Any) -> bool:
    """`value in whole`, likewise."""
    if not special(value) and not special(whole):
        return bool(value in whole)
    return any(bool(value == one) for one in list(whole))


def largest(*values: Any, sign: int = 1) -> Any:
    """`max`; with the sign -1, `min`."""
    listed = list(values[0]) if len(values) == 1 else list(values)
    if not listed:
        raise ValueError("of nothing")
    best = listed[0]
    for one in listed[1:]:
        if (one > best) if sign > 0 else (one < best):
            best = one
    return best


def unknown_or(name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    """A function that asks an unknown argument for itself, by `special_call`."""

    def call(*values: Any) -> Any:
        for value in values:
            if special(value):
                return value.special_call(name, values)
        return plain(*values)

    return call


def _int(*values: Any) -> Any:
    return values[0] if values and special(values[0]) else int(*values)


def _len(values: Any) -> Any:
    return values.special_call("len", (values,)) if special(values) and not _sized(values) else len(values)


def _list(*values: Any) -> Any:
    if values and special(values[0]) and not _sized(values[0]):
        return values[0].copy()
    return list(*values)


def _sized(values: Any) -> bool:
    return isinstance(values, (list, tuple, set, dict, str))


CALLS: dict[str, Callable[..., Any]] = {
    "abs": abs, "all": all, "any": any, "bool": bool, "divmod": divmod, "enumerate": enumerate,
    "int": _int, "len": _len, "list": _list, "max": largest,
    "min": lambda *values: largest(*values, sign=-1), "range": range, "reversed": reversed, "set": set,
    "sorted": sorted, "sum": sum, "tuple": tuple, "zip": zip, "lcm": math.lcm, "prod": math.prod,
    "gcd": unknown_or("gcd", math.gcd), "isqrt": unknown_or("isqrt", math.isqrt),
}  # fmt: skip

_LAZY = {"enumerate", "zip", "reversed"}  # give their values one by one, later
_ORDERED = {"enumerate", "list", "tuple", "zip"}  # their result depends on the order


class Step:
    """A program as a first state and a step. Raises Refused where it is not of that form."""

    def __init__(self, source: str) -> None:
        tree, function = parsed(source)
        inputs = function.args.args[0].arg
        body = [n for n in function.body if not _is_text(n)]
        self.answers, loop, before = _parts(body)
        self._targets, self._position = _targets(loop, inputs, self.answers)
        self._body = loop.body
        for node in [*before, *loop.body]:
            _only_steps(node, inputs, self.answers, node not in before)
        self._names: list[str] = []
        self._tables: list[Any] = []
        self._before: list[Any] = []
        self._constants: Env = {}
        for node in tree.body:
            if isinstance(node, ast.Assign):
                _Frame(self._constants, "").run([node])
        first = dict(copy.deepcopy(self._constants))
        _Frame(first, self.answers).run(before)
        self._first = {name: value for name, value in first.items() if name not in self._constants}
        reads = [n for s in loop.body for n in ast.walk(s) if isinstance(n, ast.Name)]
        self._stored = {n.id for n in reads if isinstance(n.ctx, ast.Store)}
        if self._position is not None and any(n.id == self._position for n in reads):
            self._first[""] = 0
        elif self._position is not None:
            self._position = None

    def fix_state(self, names: list[str]) -> None:
        """Say which variables are the state. Those set before the loop alone stay what they are."""
        if not set(names) <= set(self._first) | self._stored or len(set(names)) < len(names):
            raise Refused("state: a variable that the program does not have")
        if self._position is not None and "" not in names:
            raise Refused("state: the number of the step is missing")
        self._names = names
        fixed = {n: v for n, v in self._first.items() if n not in names and n not in self._stored}
        self._constants |= fixed
        self._tables = [v for v in self._constants.values() if isinstance(v, (list, set, dict, tuple))]
        self._before = copy.deepcopy(self._tables)

    def start(self) -> Env:
        """The first state."""
        return copy.deepcopy({name: self._first[name] for name in self._names if name in self._first})

    def advance(self, state: Env, symbol: list[Any]) -> tuple[Env, list[Any]]:
        """The state after one more symbol, and what is appended to the answers.

        A variable that is no part of the state and was not set in this step refuses the proof: the
        state would be incomplete.
        """
        env = {**self._constants, **state}
        position = env.pop("", None)
        if len(self._targets) == 1:
            env[self._targets[0]] = symbol[0] if len(symbol) == 1 else tuple(symbol)
        elif len(symbol) != len(self._targets):
            raise Refused("domain: the number of streams is not that of the program")
        else:
            env |= dict(zip(self._targets, symbol, strict=True))
        if self._position is not None:
            env[self._position] = position
        frame = _Frame(env, self.answers)
        with suppress(NoStep):  # `continue`
            frame.run(self._body)
        after = {name: env[name] for name in self._names if name in env}
        if self._tables:
            if self._tables != self._before:
                raise Refused("state: a constant is changed")
            kept = _changeable(self._tables)
            if any(one is other for one in _changeable(list(after.values())) for other in kept):
                raise Refused("state: a constant that can be changed becomes part of the state")
        if position is not None:
            after[""] = position + 1
        return after, frame.said


class _Frame:
    """Statements run over an environment."""

    def __init__(self, env: Env, answers: str, said: list[Any] | None = None) -> None:
        self.env, self.answers = env, answers
        self.said: list[Any] = [] if said is None else said

    def run(self, body: list[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, ast.Assign):
                value = self.of(node.value)
                for target in node.targets:
                    self._bind(target, value)
            elif isinstance(node, ast.AugAssign):
                self._change(node)
            elif isinstance(node, ast.Expr):
                self.of(node.value)
            elif isinstance(node, ast.If):
                self.run(node.body if self.of(node.test) else node.orelse)
            elif isinstance(node, ast.For):
                self._repeat(node)
            elif isinstance(node, ast.Delete):
                for target in node.targets:
                    if not isinstance(target, ast.Subscript):
                        raise Refused("language: a variable is deleted")
                    del self.of(target.value)[self.of(target.slice)]
            elif isinstance(node, ast.Continue | ast.Break):
                raise NoStep(type(node).__name__)
            elif not isinstance(node, ast.Pass):
                raise Refused(f"language: the statement {type(node).__name__}")

    def of(self, node: ast.expr) -> Any:
        """The value of an expression."""
        kind = type(node).__name__
        method = getattr(self, f"_of_{kind}", None)
        if method is None:
            raise Refused(f"language: the expression {kind}")
        return method(node)

    def _of_Constant(self, node: ast.Constant) -> Any:
        if not isinstance(node.value, int | str):
            raise Refused("language: a constant that is neither a whole number nor a string")
        return node.value

    def _of_Name(self, node: ast.Name) -> Any:
        if node.id not in self.env:
            raise Refused(f"state: the variable {node.id!r} is read, but is no part of the state")
        return self.env[node.id]

    def _of_BinOp(self, node: ast.BinOp) -> Any:
        return self._apply(node.op, self.of(node.left), self.of(node.right))

    def _of_UnaryOp(self, node: ast.UnaryOp) -> Any:
        value = self.of(node.operand)
        return not value if isinstance(node.op, ast.Not) else _OPERATORS[type(node.op).__name__](value)

    def _of_BoolOp(self, node: ast.BoolOp) -> Any:
        value: Any = None
        for one in node.values:
            value = self.of(one)
            if bool(value) is isinstance(node.op, ast.Or):
                break
        return value

    def _of_Compare(self, node: ast.Compare) -> Any:
        left, result = self.of(node.left), True
        for op, other in zip(node.ops, node.comparators, strict=True):
            right = self.of(other)
            if isinstance(op, ast.In):
                result = is_in(left, right)
            elif isinstance(op, ast.NotIn):
                result = not is_in(left, right)
            elif type(op).__name__ in _OPERATORS:
                result = bool(_OPERATORS[type(op).__name__](left, right))
            else:
                raise Refused("language: a comparison of identity")
            if not result:
                return False
            left = right
        return True

    def _of_IfExp(self, node: ast.IfExp) -> Any:
        return self.of(node.body if self.of(node.test) else node.orelse)

    def _of_Subscript(self, node: ast.Subscript) -> Any:
        return look_up(self.of(node.value), self.of(node.slice))

    def _of_Slice(self, node: ast.Slice) -> Any:
        return slice(*(None if end is None else self.of(end) for end in (node.lower, node.upper, node.step)))

    def _of_Tuple(self, node: ast.Tuple) -> Any:
        return tuple(self._several(node.elts))

    def _of_List(self, node: ast.List) -> Any:
        return self._several(node.elts)

    def _of_Set(self, node: ast.Set) -> Any:
        return set(self._several(node.elts))

    def _of_Dict(self, node: ast.Dict) -> Any:
        if None in node.keys:
            raise Refused("language: a dict that takes in another")
        return {self.of(k): self.of(v) for k, v in zip(node.keys, node.values, strict=True) if k is not None}

    def _of_ListComp(self, node: ast.ListComp) -> Any:
        return list(self._each(node))

    def _of_Call(self, node: ast.Call) -> Any:
        if node.keywords:
            raise Refused("language: a call with keywords")
        if isinstance(node.func, ast.Attribute):
            owner, name = node.func.value, node.func.attr
            if isinstance(owner, ast.Name) and owner.id == self.answers:
                self.said.append(self.of(node.args[0]))
                return None
            subject = self.of(owner)
            if name not in METHODS or not (
                special(subject) or isinstance(subject, (int, list, set, dict, tuple))
            ):
                raise Refused(f"language: the method {name}")
            given = self._given(node.args)
            if any(isinstance(one, set | Iterator) for one in given) or (
                name == "pop" and isinstance(subject, set)
            ):
                raise Refused("language: the order of a set, or values that are made later")
            return getattr(subject, name)(*given)
        if not isinstance(node.func, ast.Name) or node.func.id not in CALLS or node.func.id in self.env:
            raise Refused("language: a call of this form")
        if node.func.id in _LAZY and any(isinstance(one, ast.GeneratorExp) for one in node.args):
            raise Refused("language: values that are made later")
        given = self._given(node.args)
        if node.func.id in _ORDERED and any(isinstance(one, set) for one in given):
            raise Refused("language: the order of a set")
        return CALLS[node.func.id](*given)

    def _given(self, nodes: list[ast.expr]) -> list[Any]:
        if len(nodes) == 1 and isinstance(nodes[0], ast.GeneratorExp):
            return [self._each(nodes[0])]
        return self._several(nodes)

    def _several(self, nodes: list[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found.extend(_in_order(self.of(node.value)))
            else:
                found.append(self.of(node))
        return found

    def _each(self, node: ast.ListComp | ast.GeneratorExp) -> Iterator[Any]:
        own = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
        first = _in_order(self.of(node.generators[0].iter))
        frame = _Frame({k: v for k, v in self.env.items() if k not in own}, self.answers, self.said)

        def level(depth: int) -> Iterator[Any]:
            if depth == len(node.generators):
                yield frame.of(node.elt)
                return
            generator = node.generators[depth]
            for value in first if depth == 0 else _in_order(frame.of(generator.iter)):
                frame._bind(generator.target, value)
                if all(frame.of(test) for test in generator.ifs):
                    yield from level(depth + 1)

        return level(0)

    def _repeat(self, node: ast.For) -> None:
        for value in _in_order(self.of(node.iter)):
            self._bind(node.target, value)
            try:
                self.run(node.body)
            except NoStep as leap:
                if str(leap) == "Break":
                    return
        self.run(node.orelse)

    def _bind(self, target: ast.expr, value: Any) -> None:
        if isinstance(value, Iterator):
            raise Refused("language: values that are made later")
        if isinstance(target, ast.Name):
            self.env[target.id] = value
        elif isinstance(target, ast.Subscript):
            set_place(self.of(target.value), self.of(target.slice), value)
        elif isinstance(target, ast.Tuple | ast.List) and not any(
            isinstance(part, ast.Starred) for part in target.elts
        ):
            values = list(_in_order(value))
            if len(values) != len(target.elts):
                raise ValueError("too many or too few values")
            for part, one in zip(target.elts, values, strict=True):
                self._bind(part, one)
        else:
            raise Refused("language: an assignment of this form")

    def _change(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            old = self._of_Name(ast.Name(node.target.id, ast.Load()))
            value = self.of(node.value)
            if isinstance(old, list) and isinstance(node.op, ast.Add):
                old.extend(_in_order(value))
                return
            self._numbers_only(old)
            self.env[node.target.id] = self._apply(node.op, old, value)
        elif isinstance(node.target, ast.Subscript):
            whole, place = self.of(node.target.value), self.of(node.target.slice)
            old = look_up(whole, place)
            self._numbers_only(old)
            set_place(whole, place, self._apply(node.op, old, self.of(node.value)))
        else:
            raise Refused("language: a change of this form")

    def _numbers_only(self, value: Any) -> None:
        if isinstance(value, (list, set, dict)) or getattr(type(value), "is_list", False):
            raise Refused("language: a change in place of something that is no number")

    def _apply(self, op: ast.operator, left: Any, right: Any) -> Any:
        name = type(op).__name__
        if name not in _OPERATORS or (name == "Mod" and isinstance(left, str)):
            raise Refused(f"language: the operator {name}")
        if name == "Pow" and isinstance(right, int) and right < 0:
            raise Refused("language: a negative power")
        return _OPERATORS[name](left, right)


def _in_order(values: Any) -> Any:
    """Values to be gone through one by one: of a set, Python leaves the order open."""
    if isinstance(values, set):
        raise Refused("language: the order of a set")
    return values


def _changeable(values: Any) -> list[Any]:
    """All lists, sets and dicts in here."""
    found = [] if isinstance(values, tuple) else [values]
    for value in values.values() if isinstance(values, dict) else values:
        if isinstance(value, (list, set, dict, tuple)):
            found += _changeable(value)
    return found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _parts(body: list[ast.stmt]) -> tuple[str, ast.For, list[ast.stmt]]:
    """The name of the answers, the loop, and the statements before it."""
    last = body[-1]
    if (
        isinstance(last, ast.Return)
        and isinstance(last.value, ast.ListComp)
        and len(last.value.generators) == 1
    ):
        one = last.value.generators[0]
        if one.ifs:
            raise Refused("program: it answers not every input")
        append = ast.Attribute(ast.Name("outputs", ast.Load()), "append", ast.Load())
        loop = ast.For(one.target, one.iter, [ast.Expr(ast.Call(append, [last.value.elt], []))], [])
        return "outputs", loop, body[:-1]
    if len(body) < 3 or not isinstance(last, ast.Return) or not isinstance(last.value, ast.Name):
        raise Refused("program: it does not end with its answers")
    loop_node, answers = body[-2], last.value.id
    if not isinstance(loop_node, ast.For) or loop_node.orelse:
        raise Refused("program: its last statement but one is no loop")
    before = []
    found = 0
    for node in body[:-2]:
        if isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == [answers]:
            if not isinstance(node.value, ast.List) or node.value.elts:
                raise Refused("program: its answers do not start empty")
            found += 1
        else:
            before.append(node)
    if found != 1:
        raise Refused("program: its answers do not start empty")
    return answers, loop_node, before


def _targets(loop: ast.For, inputs: str, answers: str) -> tuple[list[str], str | None]:
    over, target, position = loop.iter, loop.target, None
    if isinstance(over, ast.Call) and ast.unparse(over) == f"enumerate({inputs})":
        if not isinstance(target, ast.Tuple) or not (
            len(target.elts) == 2 and isinstance(target.elts[0], ast.Name)
        ):
            raise Refused("program: its loop binds something other than names")
        over, position, target = over.args[0], target.elts[0].id, target.elts[1]
    if not isinstance(over, ast.Name) or over.id != inputs:
        raise Refused("program: its loop does not run over its inputs")
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    if not all(isinstance(name, ast.Name) for name in names):
        raise Refused("program: its loop binds something other than names")
    found = [ast.unparse(name) for name in names]
    bound = [*found, *([] if position is None else [position])]
    if len(set(bound)) < len(bound) or {inputs, answers} & set(bound):
        raise Refused("program: its loop binds a name twice")
    return found, position


def _only_steps(node: ast.stmt, inputs: str, answers: str, inside: bool) -> None:
    appended: set[ast.AST] = set()
    inner: set[ast.AST] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.For):
            inner |= {p for statement in part.body for p in ast.walk(statement)}
        match part:
            case ast.Call(func=ast.Attribute(value=owner, attr="append"), args=[_]) if inside:
                appended.add(owner)
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id == inputs:
            raise Refused("program: it reads its inputs as a whole")
        if isinstance(part, ast.Name) and part.id == answers and part not in appended:
            raise Refused("program: it reads its answers")
        if isinstance(part, ast.Return) or (isinstance(part, ast.Break) and part not in inner):
            raise Refused("program: it leaves its loop early")
