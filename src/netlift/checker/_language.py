"""The language of programs, evaluated in its syntax tree: independent of netlift's own evaluator.

`Step` holds a program as its constants, what stands before its loop, and the loop's body. What operators,
functions and methods do stands in `_operations`.
"""

import ast
import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from netlift.checker._bounds import MOST_WORK, Work, going_through
from netlift.checker._operations import (
    FUNCTIONS,
    NOT_MODELLED,
    answered_by,
    called,
    combined,
    compared,
    in_order,
    lengthen,
    letter,
    look_up,
    refuse,
    remove_place,
    set_place,
    signed,
    sized,
    special,
    true,
)
from netlift.checker._syntax import Refused, parsed

Env = dict[str, Any]


class NoStep(Exception):
    """`continue` or `break`."""


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
        self._untouched = _Untouched([])
        self.used = 0  # work of the last step
        self._constants: Env = {}
        _Frame(self._constants, "").run([node for node in tree.body if isinstance(node, ast.Assign)])
        first, untouched = dict(self._constants), _Untouched(list(self._constants.values()))
        _Frame(first, self.answers).run(before)
        untouched.check()  # Python would see the change in the next call too
        changeable = _changeable(list(self._constants.values()))
        later = [value for name, value in first.items() if name not in self._constants]
        if any(one is other for one in _changeable(later) for other in changeable):
            raise Refused("state: a constant that can be changed becomes part of the state")
        self._first = {name: value for name, value in first.items() if name not in self._constants}
        reads = [n for s in loop.body for n in ast.walk(s) if isinstance(n, ast.Name)]
        self._stored = {n.id for n in reads if isinstance(n.ctx, ast.Store)}
        self._read = {n.id for n in reads if isinstance(n.ctx, ast.Load)}
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
        others = self._read - set(names) - self._stored
        fixed = {name: value for name, value in self._first.items() if name in others}
        self._constants |= fixed
        kept = _changeable(list(self._constants.values()))
        own = _changeable([self._first[name] for name in names if name in self._first])
        if any(one is other for one in own for other in kept):  # the state is copied, and would part from it
            raise Refused("state: a constant that can be changed is part of the state")
        self._tables = [v for v in self._constants.values() if isinstance(v, (list, set, dict, tuple))]
        self._untouched = _Untouched(self._tables)

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
        if len(symbol) != len(self._targets):
            raise Refused("domain: the number of streams is not that of the program")
        env |= dict(zip(self._targets, symbol, strict=True))
        if self._position is not None:
            env[self._position] = position
        frame = _Frame(env, self.answers)
        try:
            with suppress(NoStep):  # `continue`
                frame.run(self._body)
        finally:  # after an error too: the tables are shared by all words
            self.used = MOST_WORK - frame.work.left
            self._untouched.check()
        after = {name: env[name] for name in self._names if name in env}
        if self._tables:
            kept = _changeable(self._tables)
            if any(one is other for one in _changeable(list(after.values())) for other in kept):
                raise Refused("state: a constant that can be changed becomes part of the state")
        if position is not None:
            after[""] = position + 1
        return after, frame.said


class _Frame:
    """Statements run over an environment. Whatever is not modelled raises Refused."""

    def __init__(
        self, env: Env, answers: str, said: list[Any] | None = None, work: Work | None = None
    ) -> None:
        self.env, self.answers = env, answers
        self.said: list[Any] = [] if said is None else said
        self.work = Work() if work is None else work

    def run(self, body: list[ast.stmt]) -> None:
        """All statements in their order."""
        try:
            self._run(body)
        except NOT_MODELLED as error:
            raise Refused(f"language: {type(error).__name__} ({error})") from error

    def _run(self, body: list[ast.stmt]) -> None:
        for node in body:
            self.work.spend()
            if isinstance(node, ast.Assign):
                value = self.of(node.value)
                for target in node.targets:
                    self._bind(target, value)
            elif isinstance(node, ast.AugAssign):
                self._change(node)
            elif isinstance(node, ast.Expr):
                if isinstance(node.value, ast.Call):
                    self._call(node.value)
                else:
                    self.of(node.value)
            elif isinstance(node, ast.If):
                self._run(node.body if true(self.of(node.test)) else node.orelse)
            elif isinstance(node, ast.For):
                self._repeat(node)
            elif isinstance(node, ast.Delete):
                for target in node.targets:
                    if not isinstance(target, ast.Subscript):
                        raise Refused("language: a variable is deleted")
                    remove_place(self.of(target.value), self._place(target.slice))
            elif isinstance(node, ast.Continue | ast.Break):
                raise NoStep(type(node).__name__)
            elif not isinstance(node, ast.Pass):
                raise Refused(f"language: the statement {type(node).__name__}")

    def of(self, node: ast.expr) -> Any:
        """The value of an expression."""
        self.work.spend()
        kind = type(node).__name__
        method = getattr(self, f"_of_{kind}", None)
        if method is None:
            raise Refused(f"language: the expression {kind}")
        return method(node)

    def _place(self, node: ast.expr) -> Any:
        if not isinstance(node, ast.Slice):
            return self.of(node)
        return slice(*(None if end is None else self.of(end) for end in (node.lower, node.upper, node.step)))

    def _of_Constant(self, node: ast.Constant) -> Any:
        if not isinstance(node.value, int | str):
            raise Refused("language: a constant that is neither a whole number nor a string")
        return sized(node.value, self.work)

    def _of_Name(self, node: ast.Name) -> Any:
        if node.id not in self.env:
            raise Refused(f"state: the variable {node.id!r} is read, but is no part of the state")
        return self.env[node.id]

    def _of_BinOp(self, node: ast.BinOp) -> Any:
        return self._apply(node.op, self.of(node.left), self.of(node.right))

    def _of_UnaryOp(self, node: ast.UnaryOp) -> Any:
        return signed(type(node.op).__name__, self.of(node.operand))

    def _of_BoolOp(self, node: ast.BoolOp) -> Any:
        value: Any = None
        for one in node.values:
            value = self.of(one)
            if true(value) is isinstance(node.op, ast.Or):
                break
        return value

    def _of_Compare(self, node: ast.Compare) -> Any:
        left = self.of(node.left)
        for op, other in zip(node.ops, node.comparators, strict=True):
            right = self.of(other)
            self.work.spend(going_through(left, right))
            if not compared(type(op).__name__, left, right):
                return False
            left = right
        return True

    def _of_IfExp(self, node: ast.IfExp) -> Any:
        return self.of(node.body if true(self.of(node.test)) else node.orelse)

    def _of_Subscript(self, node: ast.Subscript) -> Any:
        found = look_up(self.of(node.value), self._place(node.slice))
        if isinstance(node.slice, ast.Slice):
            self.work.spend(going_through(found))
        return found

    def _of_Tuple(self, node: ast.Tuple) -> Any:
        return tuple(self._several(node.elts))

    def _of_List(self, node: ast.List) -> Any:
        return self._several(node.elts)

    def _of_Set(self, node: ast.Set) -> Any:
        return called("set", [self._several(node.elts)], self.work)

    def _of_Dict(self, node: ast.Dict) -> Any:
        if None in node.keys:
            raise Refused("language: a dict that takes in another")
        made: dict[Any, Any] = {}
        for one, value in zip(node.keys, node.values, strict=True):
            if one is not None:
                place = self.of(one)
                set_place(made, place, self.of(value))
        return made

    def _of_ListComp(self, node: ast.ListComp) -> Any:
        return sized(list(self._each(node)), self.work)

    def _of_Call(self, node: ast.Call) -> Any:
        result = self._call(node)
        return refuse("the value of a method that answers nothing") if result is None else result

    def _call(self, node: ast.Call) -> Any:
        if node.keywords:
            raise Refused("language: a call with keywords")
        if isinstance(node.func, ast.Attribute):
            owner, name = node.func.value, node.func.attr
            if isinstance(owner, ast.Name) and owner.id == self.answers:
                if name != "append" or len(node.args) != 1:
                    raise Refused("program: it does more with its answers than append to them")
                self.said.append(_lasting(self.of(node.args[0])))
                return None
            subject = self.of(owner)
            return answered_by(subject, name, self._several(node.args), self.work)
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.func.id in self.env:
            raise Refused("language: a call of this form")
        match node.args:
            case [ast.GeneratorExp() as made]:
                given = [self._each(made)]
            case [ast.Call() as inner]:
                given = [self.of(inner)]  # values that are made later may be used up at once
            case _:
                given = self._several(node.args)
        return called(node.func.id, given, self.work)

    def _several(self, nodes: list[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                lengthen(found, self.of(node.value), self.work)
            else:
                found.append(_kept(self.of(node)))
        return found

    def _each(self, node: ast.ListComp | ast.GeneratorExp) -> Iterator[Any]:
        own = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
        first = iter(in_order(self.of(node.generators[0].iter)))
        frame = _Frame({k: v for k, v in self.env.items() if k not in own}, "", [], self.work)

        def level(depth: int) -> Iterator[Any]:
            if depth == len(node.generators):
                yield _kept(frame.of(node.elt))
                return
            generator = node.generators[depth]
            for value in first if depth == 0 else in_order(frame.of(generator.iter)):
                self.work.spend()
                frame._bind(generator.target, value)
                if all(true(frame.of(test)) for test in generator.ifs):
                    yield from level(depth + 1)

        return level(0)

    def _repeat(self, node: ast.For) -> None:
        for value in in_order(self.of(node.iter)):
            self.work.spend()
            self._bind(node.target, value)
            try:
                self._run(node.body)
            except NoStep as leap:
                if str(leap) == "Break":
                    return
        self._run(node.orelse)

    def _bind(self, target: ast.expr, value: Any) -> None:
        _kept(value)
        if isinstance(target, ast.Name):
            self.env[target.id] = value
        elif isinstance(target, ast.Subscript):
            self.work.spend(going_through(value))
            set_place(self.of(target.value), self._place(target.slice), value)
        elif isinstance(target, ast.Tuple) and not any(isinstance(p, ast.Starred) for p in target.elts):
            if letter(value) not in "lt":
                refuse(f"the elements of {letter(value)}, one by one")
            values = list(value)
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
                lengthen(old, value, self.work)
                return
            self._no_container(old)
            self.env[node.target.id] = self._apply(node.op, old, value)
        elif isinstance(node.target, ast.Subscript):
            whole, place = self.of(node.target.value), self._place(node.target.slice)
            old = look_up(whole, place)
            self._no_container(old)
            set_place(whole, place, self._apply(node.op, old, self.of(node.value)))
        else:
            raise Refused("language: a change of this form")

    def _no_container(self, value: Any) -> None:
        if letter(value) in "ldzm":
            refuse(f"a change in place of {letter(value)}")

    def _apply(self, op: ast.operator, left: Any, right: Any) -> Any:
        return combined(type(op).__name__, left, right, self.work)


def _kept(value: Any) -> Any:
    """A value that is kept: bound to a name, or part of another."""
    return refuse("values that are made later, kept") if letter(value) == "g" else value


def _lasting(value: Any) -> Any:
    """An answer, which no later statement can change."""
    if letter(value) == "t":
        return tuple(_lasting(part) for part in value)
    return value if letter(value) in "is" else refuse(f"{letter(value)} as an answer")


def _changeable(values: Any) -> list[Any]:
    """All lists, sets and dicts in here."""
    found = [] if isinstance(values, tuple) else [values]
    for value in values.values() if isinstance(values, dict) else values:
        if isinstance(value, (list, set, dict, tuple)):
            found += _changeable(value)
    return found


class _Untouched:
    """Constants as they were: their values, and which lists, sets and dicts they are made of.

    `T[0] = T[1]` leaves `T == [[0], [0]]` as it was; but what is written to one of the two is read in the
    other.
    """

    def __init__(self, values: list[Any]) -> None:
        self._values, self._parts = values, _changeable(values)
        self._before = copy.deepcopy(values)

    def check(self) -> None:
        """Raises Refused where anything of it is other than it was."""
        if not self._values:
            return
        parts = _changeable(self._values)
        same = len(parts) == len(self._parts) and all(
            one is other for one, other in zip(parts, self._parts, strict=True)
        )
        if not same or special(self._values) or self._values != self._before:
            raise Refused("state: a constant is changed")


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
    names = target.elts if isinstance(target, ast.Tuple) and len(target.elts) > 1 else [target]
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
