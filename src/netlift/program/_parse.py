"""Check a program's source without importing it, and run it without handing it anything.

Why running a checked source is safe: only the syntax listed here is let through. A name must be a
parameter, a variable the program itself assigned, a constant of the module or one of a few
functions without side effects; attributes are a few methods of lists and numbers; names with two
leading underscores do not occur. So no expression can reach a module, a class, a frame or the
interpreter. What remains possible is to use time or memory, which the caller bounds.
"""

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from netlift._errors import InputError
from netlift.program._script import SCRIPT

FUNCTIONS: Mapping[str, Any] = {
    "abs": abs, "all": all, "any": any, "bool": bool, "divmod": divmod, "enumerate": enumerate,
    "int": int, "len": len, "list": list, "max": max, "min": min, "range": range,
    "reversed": reversed, "set": set, "sorted": sorted, "sum": sum, "tuple": tuple, "zip": zip,
}  # fmt: skip
MATH: Mapping[str, Any] = {"gcd": math.gcd, "isqrt": math.isqrt, "lcm": math.lcm, "prod": math.prod}
METHODS = frozenset(
    ["add", "append", "bit_count", "bit_length", "clear", "copy", "count", "discard", "extend",
     "get", "index", "insert", "pop", "remove", "reverse", "sort"]
)  # fmt: skip

_STATEMENTS = (
    ast.Assign, ast.AugAssign, ast.Break, ast.Continue, ast.Delete, ast.Expr, ast.For, ast.If,
    ast.Pass, ast.Return,
)  # fmt: skip
_EXPRESSIONS = (
    ast.Attribute, ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.Constant, ast.Dict,
    ast.GeneratorExp, ast.IfExp, ast.List, ast.ListComp, ast.Name, ast.Set, ast.Slice, ast.Starred,
    ast.Subscript, ast.Tuple, ast.UnaryOp,
)  # fmt: skip
_PARTS = (
    ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context, ast.comprehension,
    ast.arguments, ast.arg,
)  # fmt: skip
_LITERALS = (ast.Constant, ast.Dict, ast.List, ast.Set, ast.Tuple, ast.UnaryOp)
_SCRIPT = ast.dump(ast.parse(SCRIPT).body[0])


def check_source(source: str, name: str) -> ast.Module:
    """The syntax tree of a source that is a safe program.

    Its parts, in this order: a docstring, `from math import ...`, constants that are literals, one
    function `program(inputs)`, and the script lines as netlift prints them. Raises InputError
    naming the source and the line otherwise.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f" line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise InputError(f"{name}{line} is not Python: {error}.") from error
    constants: set[str] = set()
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    if [function.name for function in functions] != ["program"]:
        raise InputError(f"{name} must define one function, program(inputs).")
    for node in tree.body:
        if ast.get_docstring(tree) is not None and node is tree.body[0]:
            continue
        match node:
            case ast.ImportFrom(module="math", names=names, level=0):
                for alias in names:
                    if alias.name not in MATH or alias.asname:
                        raise _refusal(name, node, f"import of {alias.name!r} from math")
                    constants.add(alias.name)
            case ast.Assign(targets=[ast.Name(id=constant)], value=value):
                for part in ast.walk(value):
                    if not isinstance(part, _LITERALS + _PARTS):
                        raise _refusal(name, part, "a constant that is not a literal")
                constants.add(_checked_name(name, node, constant))
            case ast.FunctionDef():
                _check_function(name, node, constants)
            case ast.If():
                if ast.dump(node) != _SCRIPT:
                    raise _refusal(name, node, "a script part other than the one netlift prints")
            case _:
                raise _refusal(name, node, _kind(node))
    return tree


def compile_program(source: str, name: str) -> Callable[[Sequence[Any]], list[Any]]:
    """The function `program` of a source, checked first.

    Raises InputError where `check_source` does.
    """
    tree = check_source(source, name)
    body: list[ast.stmt] = [n for n in tree.body if isinstance(n, ast.Assign | ast.FunctionDef)]
    code = compile(ast.Module(body, []), name, "exec")
    scope: dict[str, Any] = {"__builtins__": {}, **FUNCTIONS, **MATH}
    exec(code, scope)  # only what check_source let through: see the top of this module
    function: Callable[[Sequence[Any]], list[Any]] = scope["program"]
    return function


def _check_function(name: str, function: ast.FunctionDef, constants: set[str]) -> None:
    arguments = function.args
    plain = not (
        arguments.posonlyargs
        or arguments.kwonlyargs
        or arguments.vararg
        or arguments.kwarg
        or arguments.defaults
    )
    if function.decorator_list or not plain or len(arguments.args) != 1 or function.returns:
        raise _refusal(name, function, "a signature other than program(inputs)")
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    known = {arguments.args[0].arg, *constants, *FUNCTIONS}
    nodes = [node for statement in body for node in ast.walk(statement)]
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            known.add(_checked_name(name, node, node.id))
    for node in nodes:
        if not isinstance(node, _STATEMENTS + _EXPRESSIONS + _PARTS):
            raise _refusal(name, node, _kind(node))
        match node:
            case ast.Name(id=used) if used not in known:
                raise _refusal(name, node, f"the unknown name {used!r}")
            case ast.Attribute(attr=method) if method not in METHODS:
                raise _refusal(name, node, f"the attribute {method!r}")
            case ast.Call(func=called, keywords=keywords):
                if keywords or not isinstance(called, ast.Name | ast.Attribute):
                    raise _refusal(name, node, "a call of this form")
            case ast.Constant(value=value) if not isinstance(value, int | str):
                raise _refusal(name, node, f"the constant {value!r}")
            case ast.comprehension(is_async=1):
                raise _refusal(name, function, "an asynchronous loop")


def _checked_name(name: str, node: ast.AST, used: str) -> str:
    if used.startswith("__") or used in FUNCTIONS or used in MATH:
        raise _refusal(name, node, f"an assignment to {used!r}")
    return used


def _refusal(name: str, node: ast.AST, found: str) -> InputError:
    line = getattr(node, "lineno", 1)
    return InputError(f"{name} line {line}: {found} is not part of the language of programs.")


def _kind(node: ast.AST) -> str:
    return f"'{type(node).__name__}'"
