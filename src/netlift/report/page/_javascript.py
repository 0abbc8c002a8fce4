"""A program as JavaScript that a page can run step by step.

Only the language of netlift's programs is translated (`netlift.checker._grammar`), node by node; what each
operation does, down to Python's division, its truth values and its errors, is in templates/python.js. Whole
numbers become BigInts. Every name is written with a dollar sign in front, so that no name of a program is a
word of JavaScript, and every text as a JSON string in which no `<` stands, so that no program ends the script
it is written into.
"""

import ast
import json
from collections.abc import Sequence

from netlift.checker._grammar import FROM_MATH, FUNCTIONS, NoProgram, program_tree

MOST = 200_000  # characters of a source beyond which a page would be slow to open

_OPERATORS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.FloorDiv: "floordiv", ast.Mod: "mod",
    ast.Pow: "pow", ast.BitAnd: "and", ast.BitOr: "or", ast.BitXor: "xor", ast.LShift: "shl",
    ast.RShift: "shr", ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert", ast.Not: "not",
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
    ast.In: "in", ast.NotIn: "notin",
}  # fmt: skip


class NoJavaScript(Exception):
    """A program cannot be run in a page; the sentence says why."""


def javascript(source: str) -> str:
    """A JavaScript expression for a program: a function that takes Python's operations and the inputs.

    Args:
        source: the text of program.py.

    Returns:
        `($, inputs) => generator`. The generator yields `[line, variables, begins]` before each statement:
        its line in the source, the variables by name that have a value, and, where the next input is read,
        the names that it has, else false. It returns what the program returns.

    Raises:
        NoJavaScript: the source is no program, or too long for a page.

    Cost:
        One walk over the syntax tree.
    """
    if len(source) > MOST:
        raise NoJavaScript(f"the program has {len(source):,} characters; a page runs at most {MOST:,}")
    try:
        tree, function = program_tree(source)
    except NoProgram as error:
        raise NoJavaScript(error.sentence("the program")) from None
    return _Writer(tree, function).text()


class _Writer:
    """Writes one program; its fields are the names that it binds."""

    def __init__(self, tree: ast.Module, function: ast.FunctionDef) -> None:
        self._function = function
        self._constants = [node for node in tree.body if isinstance(node, ast.Assign)]
        self._parameter = function.args.args[0].arg
        self._locals = sorted(_bound(function.body) - {self._parameter})
        self._own = {self._parameter, *self._locals, *(_target(node) for node in self._constants)}
        self._inside: list[set[str]] = []  # names that comprehensions around bind
        self._fresh = 0

    def text(self) -> str:
        """The whole function."""
        lines = [f"const {_name(_target(node))} = {self._value(node.value)};" for node in self._constants]
        shown = [self._parameter, *self._locals]
        pairs = ", ".join(f"[{_text(name)}, {_name(name)}]" for name in shown if name != self._parameter)
        lines.append(f"let {', '.join(map(_name, shown))};")
        lines.append(f"{_name(self._parameter)} = inputs;")
        lines.append(f"const seen = () => [{pairs}];")
        lines += self._block(self._function.body, top=True)
        return "function* ($, inputs) {\n" + "\n".join(lines) + "\n}"

    def _block(self, body: Sequence[ast.stmt], top: bool = False) -> list[str]:
        return [line for node in body for line in self._statement(node, top)]

    def _statement(self, node: ast.stmt, top: bool) -> list[str]:
        step = f"yield [{node.lineno}, seen(), false];"
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return []
            case ast.Expr(value=value):
                return [step, f"{self._value(value)};"]
            case ast.Assign(targets=targets, value=value):
                held = self._new()
                stored = [line for target in targets for line in self._store(target, held)]
                return [step, f"const {held} = {self._value(value)};", *stored]
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                changed = f"$.change({_text(_OPERATORS[type(op)])}, {self._read(name)}, {self._value(value)})"
                return [step, f"{_name(target.id)} = {changed};"]
            case ast.AugAssign(target=ast.Subscript(value=base, slice=place), op=op, value=value):
                operator = _text(_OPERATORS[type(op)])
                parts = f"{self._value(base)}, {self._value(place)}, {operator}, () => {self._value(value)}"
                return [step, f"$.changeitem({parts});"]
            case ast.Delete(targets=targets):
                return [step, *(self._deleted(target) for target in targets)]
            case ast.If(test=test, body=body, orelse=orelse):
                lines = [step, f"if ($.truth({self._value(test)})) {{", *self._block(body), "}"]
                return [*lines, *(["else {", *self._block(orelse), "}"] if orelse else [])]
            case ast.For(target=target, iter=over, body=body):
                held = self._new()
                reads = top and any(
                    isinstance(one, ast.Name) and one.id == self._parameter for one in ast.walk(over)
                )
                names = [one.id for one in ast.walk(target) if isinstance(one, ast.Name)]
                begins = json.dumps(names) if reads else "false"
                return [
                    f"for (const {held} of $.iter({self._value(over)})) {{",
                    *self._store(target, held),
                    f"yield [{node.lineno}, seen(), {begins}];",
                    *self._block(body),
                    "}",
                ]
            case ast.Break():
                return [step, "break;"]
            case ast.Continue():
                return [step, "continue;"]
            case ast.Return(value=ast.expr() as value):
                return [step, f"return {self._value(value)};"]
        raise NoJavaScript(f"the page cannot run {type(node).__name__}")

    def _store(self, target: ast.expr, held: str) -> list[str]:
        match target:
            case ast.Name(id=name):
                return [f"{_name(name)} = {held};"]
            case ast.Subscript(value=base, slice=place):
                return [f"$.setitem({self._value(base)}, {self._value(place)}, {held});"]
            case ast.Tuple(elts=elements):
                parts = [self._new() for _ in elements]
                unpacked = f"const [{', '.join(parts)}] = $.unpack({held}, {len(parts)});"
                stored = zip(elements, parts, strict=True)
                return [unpacked, *(line for one, part in stored for line in self._store(one, part))]
        raise NoJavaScript(f"the page cannot assign to {type(target).__name__}")

    def _deleted(self, target: ast.expr) -> str:
        assert isinstance(target, ast.Subscript)
        return f"$.delitem({self._value(target.value)}, {self._place(target.slice)});"

    def _value(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=bool() as value):
                return "true" if value else "false"
            case ast.Constant(value=int() as number):
                return f"{number}n"
            case ast.Constant(value=str() as text):
                return _text(text)
            case ast.Name(id=name):
                return self._read(name)
            case ast.BinOp(left=left, op=op, right=right):
                return f"$.{_OPERATORS[type(op)]}({self._value(left)}, {self._value(right)})"
            case ast.UnaryOp(op=op, operand=operand):
                return f"$.{_OPERATORS[type(op)]}({self._value(operand)})"
            case ast.BoolOp(op=op, values=values):
                kind = "all" if isinstance(op, ast.And) else "any"
                return f"$.{kind}of([{', '.join(f'() => {self._value(one)}' for one in values)}])"
            case ast.Compare(left=left, ops=ops, comparators=others):
                if len(ops) == 1:
                    return f"$.{_OPERATORS[type(ops[0])]}({self._value(left)}, {self._value(others[0])})"
                chain = ", ".join(f"() => {self._value(one)}" for one in others)
                names = ", ".join(_text(_OPERATORS[type(op)]) for op in ops)
                return f"$.chain({self._value(left)}, [{names}], [{chain}])"
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return f"($.truth({self._value(test)}) ? {self._value(body)} : {self._value(orelse)})"
            case ast.List(elts=elements):
                return f"[{self._elements(elements)}]"
            case ast.Tuple(elts=elements):
                return f"$.tupled([{self._elements(elements)}])"
            case ast.Set(elts=elements):
                return f"$.setof([{self._elements(elements)}])"
            case ast.Dict(keys=keys, values=values):
                both = zip(keys, values, strict=True)
                pairs = (f"[{self._value(k)}, {self._value(v)}]" for k, v in both if k is not None)
                return f"$.dictof([{', '.join(pairs)}])"
            case ast.Subscript(value=base, slice=place):
                return f"$.getitem({self._value(base)}, {self._place(place)})"
            case ast.ListComp():
                return f"[...{self._generator(node.elt, node.generators[0])}]"
            case ast.GeneratorExp():
                return self._generator(node.elt, node.generators[0])
            case ast.Call(func=ast.Name(id=name), args=args):
                if name in self._own or name not in FUNCTIONS | FROM_MATH:
                    raise NoJavaScript(f"the page cannot call {name}")
                return f"$.call({_text(name)}, [{', '.join(map(self._value, args))}])"
            case ast.Call(func=ast.Attribute(value=base, attr=name), args=args):
                given = ", ".join(map(self._value, args))
                return f"$.method({self._value(base)}, {_text(name)}, [{given}])"
        raise NoJavaScript(f"the page cannot compute {type(node).__name__}")

    def _elements(self, elements: Sequence[ast.expr]) -> str:
        return ", ".join(
            f"...$.iter({self._value(one.value)})" if isinstance(one, ast.Starred) else self._value(one)
            for one in elements
        )

    def _place(self, node: ast.expr) -> str:
        if not isinstance(node, ast.Slice):
            return self._value(node)
        ends = (node.lower, node.upper, node.step)
        return f"$.slice({', '.join('null' if end is None else self._value(end) for end in ends)})"

    def _generator(self, element: ast.expr, each: ast.comprehension) -> str:
        """Python evaluates the iterable outside, and everything else inside."""
        over, held = self._value(each.iter), self._new()
        names = {one.id for one in ast.walk(each.target) if isinstance(one, ast.Name)}
        self._inside.append(names)
        lines = [
            f"let {', '.join(map(_name, sorted(names)))};",
            *self._store(each.target, held),
            *(f"if (!$.truth({self._value(test)})) continue;" for test in each.ifs),
            f"yield {self._value(element)};",
        ]
        self._inside.pop()
        return f"(function* (over) {{ for (const {held} of over) {{ {' '.join(lines)} }} }})($.iter({over}))"

    def _read(self, name: str) -> str:
        inside = any(name in names for names in self._inside)
        if name in self._locals and not inside:
            return f"$.read({_name(name)}, {_text(name)})"
        if name in self._own or inside:
            return _name(name)
        raise NoJavaScript(f"the page does not know the name {name}")

    def _new(self) -> str:
        self._fresh += 1
        return f"held{self._fresh}"


def _bound(body: Sequence[ast.stmt]) -> set[str]:
    """The names that the function's own statements bind; those of comprehensions stay inside these."""
    found: set[str] = set()
    todo: list[ast.AST] = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        todo += ast.iter_child_nodes(node)
    return found


def _target(node: ast.Assign) -> str:
    target = node.targets[0]
    assert isinstance(target, ast.Name)  # the grammar has no other constant
    return target.id


def _name(name: str) -> str:
    return "$" + "".join(c if c.isascii() else f"$u{ord(c):x}$" for c in name)


def _text(value: str) -> str:
    return json.dumps(value).replace("<", "\\u003c")
