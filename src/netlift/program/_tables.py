"""Literal tables inside expressions: short ones stay where they are, long ones become constants."""

import ast
import itertools
from dataclasses import dataclass, field

from netlift.program._wrap import rows

INLINE = 40  # a literal of at most so many characters stays in its line


@dataclass(frozen=True)
class Constant:
    """A literal at the top of a program, with the comment that says what it holds (or "")."""

    name: str
    value: ast.expr
    comment: str

    def text(self) -> str:
        """Its lines: the comment, and the literal on one line or one row a line."""
        comment = f"# {self.comment}\n" if self.comment else ""
        return f"{comment}{rows(self.name, self.value)}"


@dataclass
class Constants:
    """The constants of one program, in the order in which they were asked for."""

    taken: set[str]
    found: list[Constant] = field(default_factory=list)

    def add(self, wish: str, value: ast.expr, comment: str) -> str:
        """The name of a constant with this value, a new one if there is none yet."""
        for constant in self.found:
            if ast.dump(constant.value) == ast.dump(value):
                return constant.name
        names = itertools.chain([wish], (f"{wish}_{i}" for i in itertools.count(2)))
        name = next(n for n in names if n not in self.taken)
        self.taken.add(name)
        self.found.append(Constant(name, value, comment))
        return name


class Hoist(ast.NodeTransformer):
    """Puts the literals of one statement's expressions into their best form and place.

    `target` is the variable that the statement sets, None for an output. Keys that are lists are
    turned into tuples, and neighbouring comparisons are chained.
    """

    def __init__(self, constants: Constants, target: str | None, lists: frozenset[str]) -> None:
        self._constants = constants
        self._target = target
        self._lists = lists

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """`{0: 1, 1: 0}[x]` becomes `(1, 0)[x]`, or `NEXT_S[s][x]` with a constant."""
        self.generic_visit(node)
        if not isinstance(node.value, ast.Dict):
            return node
        keys = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        keys = [self._hashable(key) for key in keys]
        literal, nested = _tight(node.value, len(keys))
        table: ast.expr = literal
        if nested or len(ast.unparse(literal)) > INLINE:
            names = [ast.unparse(key) for key in keys]
            table = ast.Name(
                self._constants.add(self._wish(names), literal, self._comment(names)), ast.Load()
            )
        if not nested:
            return ast.Subscript(
                table, keys[0] if len(keys) == 1 else ast.Tuple(keys, ast.Load()), ast.Load()
            )
        for key in keys:
            table = ast.Subscript(table, key, ast.Load())
        return table

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """A long set after `in` becomes a constant."""
        self.generic_visit(node)
        if len(node.ops) > 1 and any(isinstance(op, ast.In) for op in node.ops):
            links = zip([node.left, *node.comparators], node.ops, node.comparators, strict=False)
            return self.visit_BoolOp(ast.BoolOp(ast.And(), [ast.Compare(a, [op], [b]) for a, op, b in links]))
        members = node.comparators[0]
        if not isinstance(node.ops[0], ast.In) or not isinstance(members, ast.Set):
            return node
        left = self._hashable(node.left)
        if isinstance(left, ast.Tuple):
            left = ast.Tuple([self._hashable(part) for part in left.elts], ast.Load())
        listed: ast.expr = members if members.elts else ast.Tuple([], ast.Load())
        if len(ast.unparse(listed)) > INLINE:
            comment = f"The values of {ast.unparse(left)} that count."
            listed = ast.Name(self._constants.add("MEMBERS", listed, comment), ast.Load())
        return ast.Compare(left, [ast.In()], [listed])

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """`not x in s` becomes `x not in s`."""
        self.generic_visit(node)
        inner = node.operand
        if not isinstance(node.op, ast.Not) or not isinstance(inner, ast.Compare) or len(inner.ops) > 1:
            return node
        if isinstance(inner.ops[0], ast.In):
            return ast.Compare(inner.left, [ast.NotIn()], inner.comparators)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """`a <= x and x <= b` becomes `a <= x <= b`."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.And):
            return node
        values: list[ast.expr] = []
        for value in node.values:
            last = values[-1] if values else None
            if _chains(last, value) and isinstance(last, ast.Compare) and isinstance(value, ast.Compare):
                values[-1] = ast.Compare(
                    last.left, [*last.ops, *value.ops], [*last.comparators, *value.comparators]
                )
            else:
                values.append(value)
        return values[0] if len(values) == 1 else ast.BoolOp(node.op, values)

    def _hashable(self, key: ast.expr) -> ast.expr:
        made = isinstance(key, ast.Subscript) and isinstance(key.slice, ast.Slice)
        called = isinstance(key, ast.Call) and isinstance(key.func, ast.Name) and key.func.id == "sorted"
        if made or called or (isinstance(key, ast.Name) and key.id in self._lists):
            return ast.Call(ast.Name("tuple", ast.Load()), [key], [])
        return key

    def _wish(self, keys: list[str]) -> str:
        if self._target is None:
            return "OUTPUT"
        return f"NEXT_{self._target.upper()}" if self._target in keys else f"{self._target.upper()}_TABLE"

    def _comment(self, keys: list[str]) -> str:
        subject = "The output" if self._target is None else f"The next {self._target}"
        if self._target is not None and self._target not in keys:
            subject = f"The value for {self._target}"
        places = keys if len(keys) != 2 else [f"{keys[0]} (rows)", f"{keys[1]} (columns)"]
        return f"{subject}, by {' and '.join(places)}."


def _chains(last: ast.expr | None, value: ast.expr) -> bool:
    if not isinstance(last, ast.Compare) or not isinstance(value, ast.Compare):
        return False
    rising = (ast.Lt, ast.LtE)
    operators = [*last.ops, *value.ops]
    alike = all(isinstance(op, rising) for op in operators) or all(isinstance(op, ast.Eq) for op in operators)
    middle = last.comparators[-1]
    return alike and isinstance(middle, ast.Name | ast.Constant) and ast.dump(middle) == ast.dump(value.left)


def _tight(table: ast.Dict, arity: int) -> tuple[ast.expr, bool]:
    """The table as nested tuples (dictionaries where keys are not 0, 1, ...), and whether it nests."""
    try:
        content = {
            ast.literal_eval(key): value for key, value in zip(table.keys, table.values, strict=True) if key
        }
    except ValueError:
        return table, False
    if arity == 1:
        if list(content) == list(range(len(content))) and all(type(key) is int for key in content):
            return ast.Tuple(list(content.values()), ast.Load()), False
        return table, False
    axes = [list(dict.fromkeys(key[axis] for key in content)) for axis in range(arity)]
    if len(content) != len(list(itertools.product(*axes))):
        return table, False
    axes = [sorted(axis, key=lambda k: (type(k) is str, k)) for axis in axes]

    def nest(prefix: tuple[int | str, ...]) -> ast.expr:
        if len(prefix) == arity:
            return content[prefix]
        axis = axes[len(prefix)]
        inner = [nest((*prefix, key)) for key in axis]
        if axis == list(range(len(axis))) and all(type(key) is int for key in axis):
            return ast.Tuple(inner, ast.Load())
        return ast.Dict(list[ast.expr | None]([ast.Constant(key) for key in axis]), inner)

    return nest(()), True
