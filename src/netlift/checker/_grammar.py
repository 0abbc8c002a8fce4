"""The language of programs: one table of syntax, from which every parser of netlift's takes what it lets in.

A source is a program where its syntax tree can be derived from `GRAMMAR`: each production names node types of
`ast` and says what may stand in every one of their fields. What the table does not name is refused: a node
type, a field that a later Python adds, an annotation, a default, a decorator. So nothing needs to be known of
what Python does with the rest. A tree that was let through is harmless to run, but for the time and memory it
takes: no expression in it reaches a module, a class, a frame or the interpreter, for attributes are a few
methods of lists, sets, dictionaries and numbers, called at once, and the functions are a few without side
effects.

The table says which shapes there are; `_Names` says which names may be bound and read.
"""

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from netlift.checker._script import SCRIPTS

FUNCTIONS: Final = frozenset(
    {
        "abs", "all", "any", "bool", "divmod", "enumerate", "int", "len", "list", "max", "min", "range",
        "reversed", "set", "sorted", "sum", "tuple", "zip",
    }
)  # fmt: skip
FROM_MATH: Final = frozenset({"gcd", "isqrt", "lcm", "prod"})
METHODS: Final = frozenset(
    {
        "add", "append", "bit_count", "bit_length", "clear", "copy", "count", "discard", "extend", "get",
        "index", "insert", "pop", "remove", "reverse", "sort",
    }
)  # fmt: skip
# Functions that may be given `f(x) for x in y`: they have used it up when they answer.
CONSUMERS: Final = frozenset({"all", "any", "list", "max", "min", "prod", "set", "sorted", "sum", "tuple"})

MOST_CHARACTERS = 1_000_000  # of a source
MOST_DEPTH = 250  # of nodes inside one another
MOST_BITS = 13_000  # of a number that is written out, some 3,900 digits
_COOKIE = re.compile(r"[ \t\f]*#.*?coding[:=]")  # another text for Python than for who reads it as UTF-8
_SHOWN = 60  # characters of the source in a message
_TOLD = 200  # characters of what Python says of it


class NoProgram(Exception):
    """A source is no program: the line, and what follows the source's name in a sentence about it."""

    def __init__(self, line: int | None, rest: str) -> None:
        super().__init__(line, rest)
        self.line, self.rest = line, rest

    def sentence(self, name: str) -> str:
        """One sentence that begins with the name of the source."""
        return f"{name}{'' if self.line is None else f' line {self.line}'}{self.rest}"


@dataclass(frozen=True)
class One:
    """Exactly one node that the production allows."""

    of: str


@dataclass(frozen=True)
class Maybe:
    """Such a node or None."""

    of: str


@dataclass(frozen=True)
class Many:
    """A list of such nodes, with `least` to `most` of them."""

    of: str
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Given:
    """What a call is given: values, or one generator and nothing else."""

    value: str
    generator: str


@dataclass(frozen=True)
class Value:
    """Something that is no node; `allowed` says which."""

    allowed: Callable[[Any], bool]


@dataclass(frozen=True)
class Nothing:
    """None or an empty list."""


Rule = One | Maybe | Many | Given | Value | Nothing
Fields = Mapping[str, Rule]


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and not value.startswith("__")


def _among(value: Any, names: frozenset[str]) -> bool:
    return isinstance(value, str) and value in names


def _is_constant(value: Any) -> bool:
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    return type(value) is bool or (type(value) is int and value.bit_length() <= MOST_BITS)


def _same(expected: Any) -> Value:
    return Value(lambda value: type(value) is type(expected) and value == expected)


_NOTHING: Final = Nothing()
_NAME: Final = Value(_is_name)
_LEAF: Final[Fields] = {}
_CONSTANT: Final[Fields] = {"value": Value(_is_constant), "kind": _NOTHING}
_TEXT: Final[Fields] = {"value": Value(lambda value: isinstance(value, str)), "kind": _NOTHING}
_NUMBER: Final[Fields] = {
    "value": Value(lambda value: type(value) is int and _is_constant(value)),
    "kind": _NOTHING,
}
_READ: Final[Fields] = {"id": _NAME, "ctx": One("load")}
_BOUND: Final[Fields] = {"id": _NAME, "ctx": One("store")}
_ASSIGN: Final[Fields] = {"targets": Many("target", 1), "value": One("value"), "type_comment": _NOTHING}
_COMPREHENSION: Final[Fields] = {"elt": One("value"), "generators": Many("each", 1, 1)}


def _elements(of: str, context: str = "load", least: int = 0) -> Fields:
    return {"elts": Many(of, least), "ctx": One(context)}


_VALUES: Final[Mapping[type[ast.AST], Fields]] = {
    ast.BinOp: {"left": One("value"), "op": One("operator"), "right": One("value")},
    ast.BoolOp: {"op": One("joint"), "values": Many("value", 2)},
    ast.Call: {"func": One("called"), "args": Given("value", "generator"), "keywords": _NOTHING},
    ast.Compare: {"left": One("value"), "ops": Many("comparison", 1), "comparators": Many("value", 1)},
    ast.Constant: _CONSTANT,
    ast.Dict: {"keys": Many("value"), "values": Many("value")},
    ast.IfExp: {"test": One("value"), "body": One("value"), "orelse": One("value")},
    ast.List: _elements("element"),
    ast.ListComp: _COMPREHENSION,
    ast.Name: _READ,
    ast.Set: {"elts": Many("value", 1)},
    ast.Subscript: {"value": One("value"), "slice": One("place"), "ctx": One("load")},
    ast.Tuple: _elements("element"),
    ast.UnaryOp: {"op": One("sign"), "operand": One("value")},
}
_SLICE: Final[Fields] = {"lower": Maybe("value"), "upper": Maybe("value"), "step": Maybe("value")}
_KEYS: Final[Mapping[type[ast.AST], Fields]] = {
    ast.Constant: _CONSTANT,
    ast.Tuple: _elements("key"),
    ast.UnaryOp: {"op": One("minus"), "operand": One("number")},
}

GRAMMAR: Final[Mapping[str, Mapping[type[ast.AST], Fields]]] = {
    "module": {ast.Module: {"body": Many("part"), "type_ignores": _NOTHING}},
    # The parts of a module; the lines that make it a script are compared as a whole, see `_script_cut_off`.
    "part": {
        ast.Expr: {"value": One("text")},
        ast.ImportFrom: {"module": _same("math"), "names": Many("imported", 1), "level": _same(0)},
        ast.Assign: {"targets": Many("name", 1, 1), "value": One("literal"), "type_comment": _NOTHING},
        ast.FunctionDef: {
            "name": _same("program"),
            "args": One("signature"),
            "body": Many("statement", 1),
            "decorator_list": _NOTHING,
            "returns": _NOTHING,
            "type_comment": _NOTHING,
            "type_params": _NOTHING,
        },
    },
    "imported": {ast.alias: {"name": Value(lambda name: _among(name, FROM_MATH)), "asname": _NOTHING}},
    "literal": {
        **_KEYS,
        ast.Dict: {"keys": Many("key"), "values": Many("literal")},
        ast.List: _elements("literal"),
        ast.Set: {"elts": Many("key", 1)},
        ast.Tuple: _elements("literal"),
    },
    "key": _KEYS,
    "number": {ast.Constant: _NUMBER},
    "text": {ast.Constant: _TEXT},
    "signature": {
        ast.arguments: {
            "posonlyargs": _NOTHING,
            "args": Many("parameter", 1, 1),
            "vararg": _NOTHING,
            "kwonlyargs": _NOTHING,
            "kw_defaults": _NOTHING,
            "kwarg": _NOTHING,
            "defaults": _NOTHING,
        }
    },
    "parameter": {ast.arg: {"arg": _NAME, "annotation": _NOTHING, "type_comment": _NOTHING}},
    "statement": {
        ast.Assign: _ASSIGN,
        ast.AugAssign: {"target": One("changed"), "op": One("operator"), "value": One("value")},
        ast.Break: _LEAF,
        ast.Continue: _LEAF,
        ast.Delete: {"targets": Many("deleted", 1)},
        ast.Expr: {"value": One("done")},
        ast.For: {
            "target": One("names"),
            "iter": One("value"),
            "body": Many("statement", 1),
            "orelse": _NOTHING,
            "type_comment": _NOTHING,
        },
        ast.If: {"test": One("value"), "body": Many("statement", 1), "orelse": Many("statement")},
        ast.Pass: _LEAF,
        ast.Return: {"value": One("value")},
    },
    "done": {ast.Call: _VALUES[ast.Call], ast.Constant: _TEXT},  # a text: at the top of the function alone
    "value": _VALUES,
    "element": {**_VALUES, ast.Starred: {"value": One("value"), "ctx": One("load")}},
    "place": {**_VALUES, ast.Slice: _SLICE},
    "called": {
        ast.Name: _READ,
        ast.Attribute: {
            "value": One("value"),
            "attr": Value(lambda name: _among(name, METHODS)),
            "ctx": One("load"),
        },
    },
    "generator": {ast.GeneratorExp: _COMPREHENSION},
    "each": {
        ast.comprehension: {
            "target": One("names"),
            "iter": One("value"),
            "ifs": Many("value"),
            "is_async": _same(0),
        }
    },
    "name": {ast.Name: _BOUND},
    "names": {ast.Name: _BOUND, ast.Tuple: _elements("names", "store", 1)},
    "changed": {
        ast.Name: _BOUND,
        ast.Subscript: {"value": One("value"), "slice": One("value"), "ctx": One("store")},
    },
    "target": {
        ast.Name: _BOUND,
        ast.Subscript: {"value": One("value"), "slice": One("value"), "ctx": One("store")},
        ast.Tuple: _elements("target", "store", 1),
    },
    "deleted": {ast.Subscript: {"value": One("value"), "slice": One("place"), "ctx": One("del")}},
    "load": {ast.Load: _LEAF},
    "store": {ast.Store: _LEAF},
    "del": {ast.Del: _LEAF},
    "operator": {
        ast.Add: _LEAF, ast.Sub: _LEAF, ast.Mult: _LEAF, ast.FloorDiv: _LEAF, ast.Mod: _LEAF, ast.Pow: _LEAF,
        ast.BitAnd: _LEAF, ast.BitOr: _LEAF, ast.BitXor: _LEAF, ast.LShift: _LEAF, ast.RShift: _LEAF,
    },
    "joint": {ast.And: _LEAF, ast.Or: _LEAF},
    "comparison": {
        ast.Eq: _LEAF, ast.NotEq: _LEAF, ast.Lt: _LEAF, ast.LtE: _LEAF, ast.Gt: _LEAF, ast.GtE: _LEAF,
        ast.In: _LEAF, ast.NotIn: _LEAF,
    },
    "sign": {ast.USub: _LEAF, ast.UAdd: _LEAF, ast.Invert: _LEAF, ast.Not: _LEAF},
    "minus": {ast.USub: _LEAF},
}  # fmt: skip

_HINTS: Final[Mapping[type[ast.AST], str]] = {
    ast.Div: "division with /, which leaves the whole numbers (use //),",
    ast.Is: "a comparison with 'is'",
    ast.IsNot: "a comparison with 'is not'",
    ast.GeneratorExp: "a generator that no function uses up",
}
_SCRIPTS: Final = frozenset(ast.dump(ast.parse(script).body[0]) for script in SCRIPTS)
_IF: Final = "if __name__"  # what a script part begins with
_TEXTS: Final = frozenset(script[script.index(_IF) :] for script in SCRIPTS)


def program_tree(source: str) -> tuple[ast.Module, ast.FunctionDef]:
    """The syntax tree of a program without its script lines, and its one function. Nothing is run.

    A module holds a docstring, names from `math`, constants that are literals, `program(inputs)`, and at its
    end the lines that make it a script. Every node of the tree that is given back was looked up in `GRAMMAR`,
    and Python compiles it. Raises NoProgram for anything else.
    """
    tree = _parsed(source)
    _script_cut_off(tree, source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    if [function.name for function in functions] != ["program"]:
        raise NoProgram(None, " must define one function, program(inputs).")
    _walk(tree)
    _check_texts(tree, functions[0])
    _Names(tree, functions[0]).check()
    _compiled(tree)
    return tree, functions[0]


def _parsed(source: str) -> ast.Module:
    if not isinstance(source, str):
        raise NoProgram(None, " is no text.")
    if len(source) > MOST_CHARACTERS:
        raise NoProgram(None, f" has {len(source):,} characters; a program has at most {MOST_CHARACTERS:,}.")
    for number, line in enumerate(re.split(r"\r\n|\r|\n", source, maxsplit=2)[:2], 1):
        if _COOKIE.match(line):
            raise NoProgram(number, ": a declaration of an encoding is not part of the language of programs.")
    if source.startswith("\ufeff"):
        raise NoProgram(1, ": a byte order mark is not part of the language of programs.")
    try:
        with warnings.catch_warnings():  # what a source is must not hang on the filters that are set
            warnings.simplefilter("ignore")
            return ast.parse(source, type_comments=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise _no_python(error) from None


def _compiled(tree: ast.Module) -> None:
    """Refuse what parses and still is no Python, such as a `continue` outside a loop."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(tree, "program.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise _no_python(error) from None


def _no_python(error: BaseException) -> NoProgram:
    if isinstance(error, SyntaxError):
        return NoProgram(error.lineno, f" is not Python: {_short(error.msg, _TOLD)}.")
    if isinstance(error, RecursionError | MemoryError):
        return NoProgram(None, " is not Python: it is nested too deeply.")
    if isinstance(error, UnicodeError):
        return NoProgram(None, " is not Python: it holds half a character (a lone surrogate).")
    return NoProgram(None, f" is not Python: {_short(str(error), _TOLD)}.")


def _script_cut_off(tree: ast.Module, source: str) -> None:
    """Take the script lines off a module's end, where they are word for word those that netlift prints."""
    if tree.body and isinstance(tree.body[-1], ast.If):
        script = tree.body.pop()
        if _is_text(script, source):  # then the tree is that of the text: nothing else is looked at
            return
        if _is_deep(script) or ast.dump(script) not in _SCRIPTS:
            raise _refused(script.lineno, "a script part other than the one netlift prints")


def _is_text(script: ast.stmt, source: str) -> bool:
    """Whether all from the beginning of a last statement on is one of the texts, letter for letter."""
    lines = source.split("\n", script.lineno - 1)  # a source with other ends of lines has fewer of these
    return script.col_offset == 0 and len(lines) == script.lineno and lines[-1] in _TEXTS


def _is_deep(node: ast.AST) -> bool:
    level: list[ast.AST] = [node]
    for _ in range(MOST_DEPTH):
        level = [child for one in level for child in ast.iter_child_nodes(one)]
        if not level:
            return False
    return True


def _walk(tree: ast.Module) -> None:
    """Derive the tree from the table, from the top and in the order of the source, without recursion."""
    left: list[tuple[str, Any, ast.AST | None, int, int]] = [("module", tree, None, 1, 0)]
    while left:
        production, node, parent, line, depth = left.pop()
        line = getattr(node, "lineno", line)
        fields = GRAMMAR[production].get(type(node))
        if fields is None:
            raise _refused(line, _misplaced(production, node, parent))
        if depth > MOST_DEPTH:
            raise _refused(line, f"nesting deeper than {MOST_DEPTH} levels")
        below: list[tuple[str, Any, ast.AST | None, int, int]] = []
        for name in type(node)._fields:
            value = getattr(node, name, None)
            rule = fields.get(name)
            for inner, child in _children(production, rule, value, node, name, line):
                below.append((inner, child, node, line, depth + 1))
        left += reversed(below)


def _children(
    production: str, rule: Rule | None, value: Any, node: ast.AST, name: str, line: int
) -> Iterator[tuple[str, Any]]:
    """The nodes of a field, with the productions that they have to be; what is no node is judged here."""
    match rule:
        case One(of):
            yield of, value
        case Maybe(of):
            if value is not None:
                yield of, value
        case Many(of, least, most) if isinstance(value, list):
            if len(value) < least or (most is not None and len(value) > most):
                raise _refused(line, _told(production, node, name, value))
            for child in value:
                yield of, child
        case Given(of, generator) if isinstance(value, list):
            alone = len(value) == 1 and isinstance(value[0], ast.GeneratorExp) and _consumes(node)
            for child in value:
                yield (generator if alone else of), child
        case Value(allowed) if not isinstance(value, ast.AST | list) and allowed(value):
            pass
        case Nothing() if value is None or value == []:
            pass
        case _:
            raise _refused(line, _told(production, node, name, value))


def _consumes(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and _among(node.func.id, CONSUMERS)


def _check_texts(tree: ast.Module, function: ast.FunctionDef) -> None:
    """A string that stands alone documents a module or a function, and so comes first."""
    first = (tree.body[0], function.body[0])
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node not in first:
            raise _refused(node.lineno, "a string that stands alone")


class _Names:
    """Which names a program binds and reads: nothing is hidden, and what is read may have been bound."""

    def __init__(self, tree: ast.Module, function: ast.FunctionDef) -> None:
        self._tree, self._function = tree, function
        self._reserved = FUNCTIONS | FROM_MATH | {"program"}

    def check(self) -> None:
        """Raises NoProgram at the first name that is wrong."""
        imported: set[str] = set()
        constants: set[str] = set()
        for node in self._tree.body:
            if isinstance(node, ast.ImportFrom):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Assign):
                (target,) = node.targets
                assert isinstance(target, ast.Name)
                self._bind(target.id, node.lineno, constants)
                constants.add(target.id)
        parameter = self._function.args.args[0].arg
        self._bind(parameter, self._function.lineno, constants)
        nodes = [node for node in ast.walk(self._function) if isinstance(node, ast.Name | ast.Call)]
        called = {id(node.func): node.func for node in nodes if isinstance(node, ast.Call)}
        names = [node for node in nodes if isinstance(node, ast.Name)]
        names.sort(key=lambda node: (node.lineno, node.col_offset))
        for name in names:
            if isinstance(name.ctx, ast.Store):
                self._bind(name.id, name.lineno, constants)
        known = {parameter, *constants, *(n.id for n in names if isinstance(n.ctx, ast.Store))}
        for name in names:
            if name.id not in (FUNCTIONS | imported if id(name) in called else known):
                raise _refused(name.lineno, self._unknown(name.id, imported, known, id(name) in called))

    def _bind(self, name: str, line: int, constants: set[str]) -> None:
        if name in self._reserved or name in constants:
            raise _refused(line, f"an assignment to {_short(name)!r}")

    @staticmethod
    def _unknown(name: str, imported: set[str], known: set[str], called: bool) -> str:
        if called and name in known:
            return f"a call of {_short(name)!r}, which is no function,"
        if name in FUNCTIONS | imported:
            return f"the function {name!r} that is not called"
        if name in FROM_MATH:
            return f"{name!r}, which is not imported,"
        return f"the unknown name {_short(name)!r}"


def _refused(line: int, found: str) -> NoProgram:
    return NoProgram(line, f": {found} is not part of the language of programs.")


def _misplaced(production: str, node: Any, parent: ast.AST | None) -> str:
    """What a node is called that may not stand where it does."""
    if type(node) in _HINTS:
        return _HINTS[type(node)]
    if isinstance(node, ast.Attribute):
        return f"the attribute {_short(str(getattr(node, 'attr', '')))!r}"
    if isinstance(node, ast.Name) and production in ("literal", "key"):
        return "a constant that is not a literal"
    if production in ("literal", "key", "number", "minus"):
        return "a constant that is not a literal"
    if production == "called":
        return "a call of this form"
    if isinstance(node, ast.Constant):
        return f"the constant {_written(getattr(node, 'value', None))} in this place"
    if isinstance(parent, ast.Dict) and node is None:
        return "a dictionary that takes in another"
    if isinstance(parent, ast.Return) and node is None:
        return "a return without a value"
    return f"'{type(node).__name__}'" + ("" if isinstance(parent, ast.Module) else " in this place")


def _told(production: str, node: ast.AST, name: str, value: Any) -> str:
    """What a field is called that may not hold what it does."""
    match node:
        case ast.FunctionDef() | ast.arguments() | ast.arg() if name not in ("body", "arg"):
            return "a signature other than program(inputs)"
        case ast.arg() | ast.Name():
            return f"the unknown name {_short(str(value))!r}"
        case ast.Attribute():
            return f"the attribute {_short(str(value))!r}"
        case ast.ImportFrom():
            return "an import from elsewhere than math"
        case ast.alias() if name == "name":
            return f"import of {_short(str(value))!r} from math"
        case ast.Constant() if production in ("text", "done"):
            return "an expression that stands alone"
        case ast.Constant() if production == "number" and type(value) is not int:
            return "a constant that is not a literal"
        case ast.Constant() if type(value) is int:
            return f"a number of more than {MOST_BITS:,} bits"
        case ast.Constant() if isinstance(value, str):
            return "a string with half a character (a lone surrogate)"
        case ast.Constant():
            return f"the constant {_written(value)}"
        case ast.comprehension(is_async=1):
            return "an asynchronous loop"
        case ast.ListComp() | ast.GeneratorExp():
            return "a comprehension with more than one 'for'"
        case ast.For() if name == "orelse":
            return "a loop with an 'else'"
        case ast.Call():
            return "a call with names for what it is given"
    return f"'{type(node).__name__}' with {name!r}"


def _written(value: Any) -> str:
    return (
        "of many digits" if isinstance(value, int) and value.bit_length() > MOST_BITS else _short(repr(value))
    )


def _short(text: str, most: int = _SHOWN) -> str:
    return text if len(text) <= most else text[:most] + "..."
