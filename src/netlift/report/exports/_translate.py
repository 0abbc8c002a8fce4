"""From a program's syntax tree to a step over scalars, or the reason why there is none."""

import ast
import re
from collections.abc import Sequence
from functools import reduce
from typing import Any

from netlift.certify._program_system import ProgramSystem
from netlift.certify._source import parse_loop
from netlift.certify._symbolic import Unsupported
from netlift.core._errors import InputError
from netlift.report.exports._step import Case, Expr, Kind, Set, Statement, Step, Table

MOST_CELLS = 20_000  # of a table
MOST_PARTS = 64  # scalars of one variable that is a list

Value = Expr | list["Value"]  # a scalar, or a tuple or list of a length that is known

_BINARY = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.FloorDiv: "floordiv", ast.Mod: "mod", ast.Pow: "pow",
    ast.BitAnd: "bitand", ast.BitOr: "bitor", ast.BitXor: "bitxor", ast.LShift: "shl", ast.RShift: "shr",
}  # fmt: skip
_COMPARED = {
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
}  # fmt: skip


class NotScalar(Exception):
    """A step holds something else than whole numbers, truth values and symbols; says what."""


def step_of(source: str, domain: Sequence[Sequence[Any]] | None) -> Step:
    """The step of a program. `domain` has some symbols of each stream, which tell numbers from strings.

    Raises NotScalar, with the reason, where a step cannot be said with scalars; InputError for no program.
    """
    try:
        return _Translation(source, domain).step()
    except (Unsupported, InputError) as error:
        raise NotScalar(str(error).rstrip(".")) from error
    except RecursionError:
        raise NotScalar("an expression is nested too deeply") from None


class _Translation:
    def __init__(self, source: str, domain: Sequence[Sequence[Any]] | None) -> None:
        self._loop = parse_loop(source)
        start = ProgramSystem(source).start()
        self._constants = {}
        for node in self._loop.constants:
            assert isinstance(node.targets[0], ast.Name)
            self._constants[node.targets[0].id] = ast.literal_eval(node.value)
        self._start: dict[str, Any] = {name: value for name, value in start.items() if name}
        for earlier in self._loop.before:  # what no step changes is no state: a value like a constant
            self._before(earlier)
        streams = domain or [[0]] * self._loop.streams
        if len(streams) != self._loop.streams:
            raise NotScalar("a step of several inputs has one name")
        if any(len({isinstance(one, str) for one in stream}) > 1 for stream in streams):
            raise NotScalar("an input is a string at one time and a number at another")
        self._inputs = self._loop.targets
        self._input_kinds = tuple("str" if isinstance(one[0], str) else "int" for one in streams)
        self._strings: list[str] = []
        for stream in streams:
            for one in stream:
                if isinstance(one, str):
                    self._string(one)
        self._tables: list[Table] = []
        self._shapes: dict[str, Any] = {}
        self._answers: list[Kind] | None = None
        self._grouped = False

    def _before(self, node: ast.stmt) -> None:
        """A literal that is set before the loop and that no step changes stands for itself."""
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name not in self._loop.state:
                try:
                    self._constants[name] = ast.literal_eval(value)
                except ValueError:
                    return

    def step(self) -> Step:
        missing = [
            name for name in self._loop.state if name not in self._start and name not in self._constants
        ]
        if missing:
            raise NotScalar(f"{missing[0]!r} has no first value")
        first = {name: self._plain(value) for name, value in self._start.items()}
        if self._loop.position is not None:
            first[self._loop.position] = Expr("const", (0,), "int")
        self._shapes = {name: _shape(value) for name, value in first.items()}
        self._shapes |= dict(zip(self._inputs, self._input_kinds, strict=True))
        while True:  # kinds only ever widen, and there are few of them
            before, self._tables = dict(self._shapes), []
            body = self._block(self._loop.body)
            if self._shapes == before:
                break
        if self._answers is None or _appends(self._loop.body, self._loop.answers) != {1}:
            raise NotScalar("a step does not answer exactly once")
        if "mixed" in self._answers:
            raise NotScalar("an answer is a whole number at one time and a truth value at another")
        if self._loop.position is not None:
            place = Expr("var", (self._loop.position,), "int")
            body.append(Set((self._loop.position,), (Expr("add", (place, _one()), "int"),)))
        flat = {part: value for name, one in first.items() for part, value in _parts(name, one)}
        kinds = {part: kind for name, shape in self._shapes.items() for part, kind in _kinds(name, shape)}
        answers = [f"answer_{n}" for n in range(len(self._answers))]
        kinds |= dict(zip(answers, self._answers, strict=True))
        step = Step(
            self._inputs,
            self._input_kinds,
            {},
            kinds,
            tuple(body),
            tuple(answers),
            self._grouped,
            tuple(self._tables),
            tuple(self._strings),
            tuple(n for n in kinds if n not in flat and n not in self._inputs and n not in answers),
        )
        values = {n: step.code(e.args[0]) if e.kind == "str" else e.args[0] for n, e in flat.items()}
        object.__setattr__(step, "first", values)
        return step

    def _string(self, text: str) -> None:
        if text not in self._strings:
            self._strings.append(text)

    def _plain(self, value: Any) -> Value:
        if isinstance(value, list | tuple):
            if len(value) > MOST_PARTS:
                raise NotScalar(f"a list of {len(value):,} values")
            return [self._plain(one) for one in value]
        if isinstance(value, bool):
            return Expr("const", (value,), "bool")
        if isinstance(value, int):
            return Expr("const", (value,), "int")
        if isinstance(value, str):
            self._string(value)
            return Expr("const", (value,), "str")
        raise NotScalar(f"a value of the type {type(value).__name__}")

    # --- statements

    def _block(self, body: Sequence[ast.stmt]) -> list[Statement]:
        return [one for node in body for one in self._statement(node)]

    def _statement(self, node: ast.stmt) -> list[Statement]:
        match node:
            case ast.Pass():
                return []
            case ast.Assign(targets=[target], value=value):
                return [self._assign(target, self._value(value), node)]
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                read = ast.copy_location(ast.Name(name, ast.Load()), target)
                whole = ast.copy_location(ast.BinOp(read, op, value), node)
                return [self._assign(target, self._value(whole), node)]
            case ast.If(test=test, body=body, orelse=orelse):
                asked = self._truth(test)
                return [Case(asked, tuple(self._block(body)), tuple(self._block(orelse)))]
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[argument])
            ) if name == self._loop.answers:
                return [self._answer(self._value(argument), isinstance(argument, ast.Tuple))]
        raise self._no(node, f"'{type(node).__name__}'")

    def _answer(self, value: Value, grouped: bool) -> Statement:
        parts = value if isinstance(value, list) else [value]
        if any(isinstance(one, list) for one in parts):
            raise NotScalar("an answer is a tuple of tuples")
        if isinstance(value, list) and not grouped:
            raise NotScalar("an answer is a list")
        scalars = [one for one in parts if isinstance(one, Expr)]
        kinds = [one.kind for one in scalars]
        if self._answers is None:
            self._answers, self._grouped = kinds, grouped
        if len(kinds) != len(self._answers) or grouped != self._grouped:
            raise NotScalar("steps answer with tuples of different lengths")
        self._answers = [_join(one, other) for one, other in zip(kinds, self._answers, strict=True)]
        return Set(tuple(f"answer_{n}" for n in range(len(kinds))), tuple(scalars))

    def _assign(self, target: ast.expr, value: Value, node: ast.stmt) -> Statement:
        names: list[str] = []
        values: list[Expr] = []

        def put(where: ast.expr, what: Value) -> None:
            if isinstance(where, ast.Tuple):
                if not isinstance(what, list) or len(what) != len(where.elts):
                    raise self._no(node, "an assignment to several names at once of this form")
                for one, part in zip(where.elts, what, strict=True):
                    put(one, part)
            elif isinstance(where, ast.Name):
                shape = _shape(what)
                self._shapes[where.id] = _join_shapes(self._shapes.get(where.id, shape), shape)
                for name, scalar in _parts(where.id, what):
                    names.append(name)
                    values.append(scalar)
            else:
                raise self._no(node, "an assignment to a part of a list")

        put(target, value)
        return Set(tuple(names), tuple(values))

    # --- expressions

    def _no(self, node: ast.AST, what: str) -> NotScalar:
        return NotScalar(f"line {getattr(node, 'lineno', 0)} of the program holds {what}")

    def _truth(self, node: ast.expr) -> Expr:
        value = self._value(node, asked=True)
        if isinstance(value, list) or value.kind == "str":
            raise self._no(node, "the truth of a list or string")
        return value if value.kind == "bool" else Expr("ne", (value, _zero()), "bool")

    def _scalar(self, node: ast.expr) -> Expr:
        value = self._value(node)
        if isinstance(value, list):
            raise self._no(node, "a list where one number is expected")
        return value

    def _number(self, node: ast.expr) -> Expr:
        value = self._scalar(node)
        if value.kind == "str":
            raise self._no(node, "a string where a number is expected")
        return value

    def _value(self, node: ast.expr, asked: bool = False) -> Value:
        match node:
            case ast.Constant(value=value):
                return self._plain(value)
            case ast.Name(id=name):
                return self._named(name, node)
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return [self._value(one) for one in elts]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Expr("not", (self._truth(operand),), "bool")
            case ast.UnaryOp(op=op, operand=operand):
                number = self._number(operand)
                if isinstance(op, ast.USub) and number.op == "const":
                    return Expr("const", (-number.args[0],), "int")
                if isinstance(op, ast.UAdd):
                    return Expr("int", (number,), "int")
                return Expr("neg" if isinstance(op, ast.USub) else "inv", (number,), "int")
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(node, left, op, right)
            case ast.BoolOp(op=op, values=values):
                parts = [self._truth(one) for one in values]
                plain = [self._value(one, asked=True) for one in values]
                if not asked and any(isinstance(one, list) or one.kind != "bool" for one in plain):
                    raise self._no(node, "'and' or 'or' between numbers")
                return Expr("and" if isinstance(op, ast.And) else "or", tuple(parts), "bool")
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                sides = [left, *comparators]
                links = [
                    self._compared(node, a, o, b) for a, o, b in zip(sides, ops, sides[1:], strict=False)
                ]
                return links[0] if len(links) == 1 else Expr("and", tuple(links), "bool")
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return _chosen(self._truth(test), self._value(body), self._value(orelse))
            case ast.Subscript(value=whole, slice=place):
                return self._looked_up(node, whole, place)
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._called(node, name, args)
        raise self._no(node, f"'{type(node).__name__}'")

    def _named(self, name: str, node: ast.AST) -> Value:
        if name in self._shapes:
            return _variables(name, self._shapes[name])
        if name in self._constants:
            return self._plain(self._constants[name])
        raise self._no(node, f"{name!r}, which has no value yet")

    def _binary(self, node: ast.expr, left: ast.expr, op: ast.operator, right: ast.expr) -> Value:
        one, other = self._value(left), self._value(right)
        if isinstance(one, list) and isinstance(other, list) and isinstance(op, ast.Add):
            return [*one, *other]
        if isinstance(one, list) or isinstance(other, list):
            raise self._no(node, "a calculation with lists")
        if "str" in (one.kind, other.kind):
            raise self._no(node, "a calculation with strings")
        name = _BINARY[type(op)]
        logical = name.startswith("bit") and one.kind == other.kind == "bool"
        if (
            name == "pow"
            and not (other.op == "const" and other.args[0] >= 0)
            and not (one.op == "const" and one.args[0] in (-1, 1))
        ):
            raise self._no(node, "a power whose exponent is no constant")
        return Expr(name, (one, other), "bool" if logical else "int")

    def _compared(self, node: ast.expr, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Expr:
        one = self._value(left)
        if isinstance(op, ast.In | ast.NotIn):
            members: list[Any]
            if isinstance(right, ast.Set | ast.Tuple | ast.List):
                members = [self._value(member) for member in right.elts]
            elif isinstance(right, ast.Dict):
                members = [self._value(key) for key in right.keys if key is not None]
            elif isinstance(right, ast.Name) and right.id in self._constants and right.id not in self._shapes:
                listed = self._constants[right.id]
                if isinstance(listed, str):
                    raise self._no(node, "a search in a string")
                members = [self._plain(member) for member in _in_order(listed)]
            else:
                found = self._value(right)
                if not isinstance(found, list):
                    raise self._no(node, "'in' of this form")
                members = list(found)
            held = [self._equal(node, one, member) for member in members]
            any_of = Expr("or", tuple(held), "bool") if held else Expr("const", (False,), "bool")
            any_of = held[0] if len(held) == 1 else any_of
            return any_of if isinstance(op, ast.In) else Expr("not", (any_of,), "bool")
        other = self._value(right)
        if isinstance(op, ast.Eq | ast.NotEq):
            equal = self._equal(node, one, other)
            return equal if isinstance(op, ast.Eq) else Expr("not", (equal,), "bool")
        if isinstance(one, list) or isinstance(other, list) or "str" in (one.kind, other.kind):
            raise self._no(node, "an order of lists or strings")
        return Expr(_COMPARED[type(op)], (one, other), "bool")

    def _equal(self, node: ast.expr, one: Value, other: Value) -> Expr:
        if isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return Expr("const", (False,), "bool")
            parts = [self._equal(node, a, b) for a, b in zip(one, other, strict=True)]
            return reduce(lambda a, b: Expr("and", (a, b), "bool"), parts, Expr("const", (True,), "bool"))
        if isinstance(one, list) or isinstance(other, list):
            raise self._no(node, "a list that is compared with a number")
        if (one.kind == "str") != (other.kind == "str"):
            return Expr("const", (False,), "bool")
        return Expr("eq", (one, other), "bool")

    def _looked_up(self, node: ast.expr, whole: ast.expr, place: ast.expr) -> Value:
        literal = self._literal(node)
        if literal is not None:
            content, indices = literal
            return self._lookup(node, content, indices)
        inside = self._value(whole)
        if not isinstance(inside, list):
            raise self._no(node, "a place in a number or string")
        if isinstance(place, ast.Slice):
            ends = [None if one is None else _constant(one) for one in (place.lower, place.upper, place.step)]
            part: list[Value] = inside[slice(*ends)]
            return part
        index = self._value(place)
        if isinstance(index, Expr) and index.op == "const" and index.kind == "int":
            if not -len(inside) <= index.args[0] < len(inside):
                raise self._no(node, "a place that its list does not have")
            chosen: Value = inside[index.args[0]]
            return chosen
        raise self._no(node, "a place in a list that is not always the same")

    def _literal(self, node: ast.expr) -> tuple[Any, list[Expr]] | None:
        """The literal that a chain of look-ups starts from, and the scalars that it is asked for."""
        places: list[ast.expr] = []
        while isinstance(node, ast.Subscript):
            if isinstance(node.slice, ast.Slice):
                return None
            places.insert(0, node.slice)
            node = node.value
        if isinstance(node, ast.Name):
            if node.id in self._shapes or node.id not in self._constants:
                return None
            content = self._constants[node.id]
        else:
            try:
                content = ast.literal_eval(node)
            except (ValueError, TypeError):
                return None
        if isinstance(content, str):
            raise self._no(node, "a place in a string")
        indices: list[Expr] = []
        for place in places:
            index = self._value(place)
            parts = index if isinstance(index, list) else [index]
            if isinstance(index, list):  # a dictionary by pairs becomes one of dictionaries
                content = _nested(content, len(indices), len(parts))
            for part in parts:
                if isinstance(part, list):
                    raise self._no(node, "a table by tuples of tuples")
                indices.append(part)
        return content, indices

    def _lookup(self, node: ast.expr, content: Any, indices: list[Expr]) -> Value:
        leaves = _leaves(content, len(indices))
        if content == {}:  # whoever looks something up there stops with an error
            kind: Kind = "any"
            return self._asked(Table(content, len(indices), kind), indices)
        if not leaves or len(leaves) > MOST_CELLS:
            raise self._no(node, f"a table of {len(leaves):,} entries")
        if any(isinstance(one, tuple | list) for one in leaves):
            widths = {len(one) if isinstance(one, tuple | list) else -1 for one in leaves}
            if len(widths) > 1 or -1 in widths:
                raise self._no(node, "a table of tuples of different lengths")
            width = widths.pop()
            return [self._lookup(node, _column(content, len(indices), n), indices) for n in range(width)]
        kinds = [self._plain(one) for one in leaves]
        kind = reduce(_join, [one.kind for one in kinds if isinstance(one, Expr)])
        for level, index in enumerate(indices):
            for key in _keys(content, level):
                if isinstance(key, tuple) or isinstance(key, str) != (index.kind == "str"):
                    raise self._no(node, "a table whose keys are of several kinds")
                self._plain(key)
        return self._asked(Table(content, len(indices), kind), indices)

    def _asked(self, table: Table, indices: list[Expr]) -> Expr:
        if table not in self._tables:
            self._tables.append(table)
        return Expr("lookup", (self._tables.index(table), *indices), table.kind)

    def _called(self, node: ast.expr, name: str, args: list[ast.expr]) -> Value:
        values = [self._value(one) for one in args]
        if name == "int" and len(args) == 1 and isinstance(values[0], Expr) and values[0].kind == "str":
            numbers = {one: int(one) for one in self._strings if re.fullmatch("0|-?[1-9][0-9]*", one)}
            return self._lookup(node, numbers, [values[0]])
        if name == "int" and len(args) == 1:
            return Expr("int", (self._number(args[0]),), "int")
        if name == "bool" and len(args) == 1:
            return self._truth(args[0])
        if name in ("tuple", "list") and len(values) == 1 and isinstance(values[0], list):
            return values[0]
        if name == "len" and len(values) == 1 and isinstance(values[0], list):
            return Expr("const", (len(values[0]),), "int")
        if name == "abs" and len(args) == 1:
            return Expr("abs", (self._number(args[0]),), "int")
        several = values[0] if len(values) == 1 and isinstance(values[0], list) else values
        scalars = [one for one in several if isinstance(one, Expr) and one.kind != "str"]
        if len(scalars) == len(several) and scalars:
            if name in ("max", "min"):
                kind = reduce(_join, [one.kind for one in scalars])
                return scalars[0] if len(scalars) == 1 else Expr(name, tuple(scalars), kind)
            if name == "sum" and len(values) == 1:
                return reduce(lambda a, b: Expr("add", (a, b), "int"), scalars, _zero())
            if name in ("all", "any") and len(values) == 1:
                asked = [one if one.kind == "bool" else Expr("ne", (one, _zero()), "bool") for one in scalars]
                return Expr("and" if name == "all" else "or", tuple(asked), "bool")
        raise self._no(node, f"{name}(...) of this form")


def _zero() -> Expr:
    return Expr("const", (0,), "int")


def _one() -> Expr:
    return Expr("const", (1,), "int")


def _join(one: Kind, other: Kind) -> Kind:
    if one == other or other == "any":
        return one
    if one == "any":
        return other
    if "str" in (one, other):
        raise NotScalar("a variable is a string at one time and a number at another")
    return "mixed"


def _join_shapes(one: Any, other: Any) -> Any:
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return tuple(_join_shapes(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, tuple) or isinstance(other, tuple):
        raise NotScalar("a list that grows or shrinks")
    return _join(one, other)


def _shape(value: Value) -> Any:
    return tuple(map(_shape, value)) if isinstance(value, list) else value.kind


def _variables(name: str, shape: Any) -> Value:
    if isinstance(shape, tuple):
        return [_variables(f"{name}_{n}_", one) for n, one in enumerate(shape)]
    return Expr("var", (name,), shape)


def _parts(name: str, value: Value) -> list[tuple[str, Expr]]:
    if isinstance(value, list):
        return [part for n, one in enumerate(value) for part in _parts(f"{name}_{n}_", one)]
    return [(name, value)]


def _kinds(name: str, shape: Any) -> list[tuple[str, Kind]]:
    if isinstance(shape, tuple):
        return [part for n, one in enumerate(shape) for part in _kinds(f"{name}_{n}_", one)]
    return [(name, shape)]


def _chosen(test: Expr, one: Value, other: Value) -> Value:
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [_chosen(test, a, b) for a, b in zip(one, other, strict=True)]
    if isinstance(one, list) or isinstance(other, list):
        raise NotScalar("a list that grows or shrinks")
    return Expr("ite", (test, one, other), _join(one.kind, other.kind))


def _constant(node: ast.expr) -> int:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        value = None
    if not isinstance(value, int):
        raise NotScalar("a part of a list whose ends are not always the same")
    return value


def _in_order(listed: Any) -> list[Any]:
    """Members of a set in an order that is the same each time."""
    return list(listed) if not isinstance(listed, set | frozenset) else sorted(listed, key=repr)


def _nested(content: Any, level: int, parts: int) -> Any:
    """A dictionary by tuples, `level` look-ups down, as one of dictionaries."""
    if level:
        inner = content.values() if isinstance(content, dict) else content
        made = [_nested(one, level - 1, parts) for one in inner]
        return dict(zip(content, made, strict=True)) if isinstance(content, dict) else tuple(made)
    if not isinstance(content, dict) or not all(isinstance(k, tuple) and len(k) == parts for k in content):
        raise NotScalar("a table by tuples of another length")
    found: dict[Any, Any] = {}
    for key, value in content.items():
        place = found
        for part in key[:-1]:
            place = place.setdefault(part, {})
        place[key[-1]] = value
    return found


def _leaves(content: Any, depth: int) -> list[Any]:
    if depth == 0:
        return [content]
    if not isinstance(content, dict | list | tuple):
        raise NotScalar("a table that is not as deep everywhere")
    inner = content.values() if isinstance(content, dict) else content
    return [leaf for one in inner for leaf in _leaves(one, depth - 1)]


def _column(content: Any, depth: int, place: int) -> Any:
    if depth == 0:
        return content[place]
    if isinstance(content, dict):
        return {key: _column(one, depth - 1, place) for key, one in content.items()}
    return tuple(_column(one, depth - 1, place) for one in content)


def _keys(content: Any, level: int) -> list[Any]:
    """The keys that stand `level` look-ups down; numbers for tuples."""
    if level == 0:
        return list(content) if isinstance(content, dict) else [0]
    inner = content.values() if isinstance(content, dict) else content
    return [key for one in inner for key in _keys(one, level - 1)]


def _appends(body: Sequence[ast.stmt], answers: str) -> set[int]:
    """How many answers the paths through some statements give."""
    counts = {0}
    for node in body:
        if isinstance(node, ast.If):
            own = _appends(node.body, answers) | _appends(node.orelse, answers)
        else:
            match node:
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"))):
                    own = {1} if name == answers else {0}
                case _:
                    own = {0}
        counts = {min(one + other, 2) for one in counts for other in own}
    return counts
