"""A program over the names of ranges, made one over the inputs themselves: comparisons take their place."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase

from netlift.checker._script import CHECKED, SCRIPT
from netlift.core._errors import InputError
from netlift.program._checked import Checked, checked_sentences, checked_text
from netlift.program._parse import check_source
from netlift.program._print import with_line
from netlift.program._printed import remember
from netlift.program._wrap import statement


@dataclass(frozen=True)
class Part:
    """An input of a program as it comes: the stream `of` the data, as it is or in the ranges between `cuts`.

    A range's place is how many of the cuts a value exceeds; its name begins with a letter for that.
    """

    of: int
    cuts: tuple[int, ...] = ()

    @property
    def names(self) -> tuple[str, ...] | None:
        """What the ranges are called, in their order; None where there are none."""
        if not self.cuts:
            return None
        inner = [f"{low + 1} to {high}" for low, high in pairwise(self.cuts)]
        texts = [f"up to {self.cuts[0]}", *inner, f"above {self.cuts[-1]}"]
        return tuple(f"{letter}: {text}" for letter, text in zip(ascii_lowercase, texts, strict=False))


def over_inputs(
    source: str, parts: Sequence[Part], checked: Sequence[Checked], told: Sequence[str] = ()
) -> str | None:
    """The program over the streams of the data, `checked` on these; None where it is of another form.

    `parts` tells what the program's own input streams are; streams that are none of them play no part. `told`
    are the names that its docstring has for them, where those are not the loop's.
    """
    tree = ast.parse(source)
    function = next((node for node in tree.body if isinstance(node, ast.FunctionDef)), None)
    loop = _loop(function)
    if function is None or loop is None or not source.endswith(SCRIPT):
        return None
    whole, names = loop
    if len(names) != len(parts):
        return None
    used = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)} - set(names)
    streams = [_fresh("x" if len(checked) == 1 else f"x{place + 1}", used) for place in range(len(checked))]
    ranged = _Ranged(
        {name: (part, streams[part.of]) for name, part in zip(names, parts, strict=True)},
        {name: _fresh(f"{streams[part.of]}_range", used) for name, part in zip(names, parts, strict=True)},
    )
    body = [ranged.visit(node) for node in whole.body]
    whole.body = [*(ranged.decoding(name) for name in names if name in ranged.left), *body]
    _bind(whole, streams)
    text = "".join(statement(ast.fix_missing_locations(node), 1) for node in function.body)
    head = "\n".join(source.split("\n")[: function.lineno - 1])
    changed = f"{head}\ndef {function.name}(inputs):\n{text}\n\n{checked_text(checked)}\n{SCRIPT}"
    try:
        check_source(changed, "the program")
    except InputError:
        return None
    return remember(_told(changed, tree, told or names, checked, streams))


def _told(
    source: str, tree: ast.Module, names: Sequence[str], checked: Sequence[Checked], streams: Sequence[str]
) -> str:
    """The source whose docstring says what it was checked on now."""
    before = next(
        (
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == CHECKED
        ),
        (),
    )
    old = checked_sentences(before, names)
    for line, instead in zip(checked_sentences(checked, streams), old or [""], strict=False):
        source = with_line(source, line, instead=instead)
    return source


def _loop(function: ast.FunctionDef | None) -> tuple[ast.For, list[str]] | None:
    """The loop over the inputs, and the names that it binds to a step's."""
    for node in [] if function is None else function.body:
        if not isinstance(node, ast.For):
            continue
        target: ast.expr = node.target
        if ast.unparse(node.iter) == "enumerate(inputs)" and isinstance(target, ast.Tuple):
            target = target.elts[1]
        elif ast.unparse(node.iter) != "inputs":
            return None
        listed = target.elts if isinstance(target, ast.Tuple) else [target]
        names = [one.id for one in listed if isinstance(one, ast.Name)]
        return (node, names) if len(names) == len(listed) else None
    return None


def _bind(loop: ast.For, names: Sequence[str]) -> None:
    """Let the loop bind these names to a step's inputs."""
    given: list[ast.expr] = [ast.Name(name, ast.Store()) for name in names]
    target = given[0] if len(given) == 1 else ast.Tuple(given, ast.Store())
    if isinstance(loop.iter, ast.Call) and isinstance(loop.target, ast.Tuple):
        loop.target.elts[1] = target
    else:
        loop.target = target


def _fresh(name: str, used: set[str]) -> str:
    while name in used:
        name += "_"
    return name


class _Ranged(ast.NodeTransformer):
    """Puts comparisons of inputs where names of ranges were compared.

    `left` has those inputs whose ranges' names are needed all the same.
    """

    def __init__(self, parts: dict[str, tuple[Part, str]], numbers: dict[str, str]) -> None:
        self._parts, self._numbers = parts, numbers
        self.left: dict[str, None] = {}

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """A range against the names of some."""
        if len(node.ops) == 1 and isinstance(node.left, ast.Name) and node.left.id in self._parts:
            part, stream = self._parts[node.left.id]
            places = _places(part, node.ops[0], node.comparators[0])
            if places is not None:
                return _among(part.cuts, stream, places)
        return self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """`not x > 3` is `x <= 3`."""
        self.generic_visit(node)
        inner = node.operand
        if isinstance(node.op, ast.Not) and isinstance(inner, ast.Compare) and len(inner.ops) == 1:
            denied = _DENIED.get(type(inner.ops[0]))
            if denied is not None:
                return ast.Compare(inner.left, [denied()], inner.comparators)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """An input as it is, or its range's name."""
        if node.id not in self._parts:
            return node
        part, stream = self._parts[node.id]
        if not part.cuts:
            return ast.Name(stream, node.ctx)
        self.left[node.id] = None
        return ast.Name(self._numbers[node.id], node.ctx)

    def decoding(self, name: str) -> ast.stmt:
        """The statement that names the range of an input."""
        part, stream = self._parts[name]
        names = part.names or ()
        value: ast.expr = ast.Constant(names[0])
        for cut, above in zip(part.cuts, names[1:], strict=True):
            asked = ast.Compare(ast.Name(stream, ast.Load()), [ast.Gt()], [_number(cut)])
            value = ast.IfExp(asked, ast.Constant(above), value)
        return ast.Assign([ast.Name(self._numbers[name], ast.Store())], value)


_DENIED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


def _number(value: int) -> ast.expr:
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def _places(part: Part, op: ast.cmpop, right: ast.expr) -> frozenset[int] | None:
    """The ranges of which a comparison with their names holds; None for other comparisons."""
    names = part.names or ()
    listed = right.elts if isinstance(right, ast.Set | ast.Tuple | ast.List) else [right]
    said = [one.value for one in listed if isinstance(one, ast.Constant)]
    if len(said) < len(listed) or not set(said) <= set(names):
        return None
    places = frozenset(place for place, name in enumerate(names) if name in said)
    if isinstance(op, ast.Eq | ast.In):
        return places
    return frozenset(range(len(names))) - places if isinstance(op, ast.NotEq | ast.NotIn) else None


def _among(cuts: tuple[int, ...], stream: str, places: frozenset[int]) -> ast.expr:
    """Whether an input is in one of these ranges."""
    runs: list[list[int]] = []
    for place in sorted(places):
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    parts = [_between(cuts, stream, run[0], run[-1]) for run in runs]
    if not parts:
        return ast.Constant(False)
    return parts[0] if len(parts) == 1 else ast.BoolOp(ast.Or(), parts)


def _between(cuts: tuple[int, ...], stream: str, first: int, last: int) -> ast.expr:
    """Whether an input is in a range from one place to another."""
    name = ast.Name(stream, ast.Load())
    low = _number(cuts[first - 1]) if first else None
    high = _number(cuts[last]) if last < len(cuts) else None
    if low is not None and high is not None:
        return ast.Compare(low, [ast.Lt(), ast.LtE()], [name, high])
    if low is not None:
        return ast.Compare(name, [ast.Gt()], [low])
    return ast.Constant(True) if high is None else ast.Compare(name, [ast.LtE()], [high])
