"""Which sources are programs: every statement and name, whether it is ever reached or not.

A statement that is never reached may still change what Python makes of the rest: a `yield` makes a function
a generator, an assignment makes a name local. So all of the tree is looked at before any of it is evaluated.
"""

import ast
from collections.abc import Collection

FROM_MATH = frozenset({"gcd", "isqrt", "lcm", "prod"})
METHODS = frozenset(
    {
        "add", "append", "bit_count", "bit_length", "clear", "copy", "count", "discard", "extend", "get",
        "index", "insert", "pop", "remove", "reverse", "sort",
    }
)  # fmt: skip
_SCRIPT = """\
if __name__ == "__main__":
    import json
    import sys

    for number, line in enumerate(sys.stdin, 1):
        try:
            sequence = json.loads(line)
            sequence = sequence["inputs"] if isinstance(sequence, dict) else sequence
            if not isinstance(sequence, list):
                raise TypeError("expected a list of inputs")
            print(json.dumps(program(sequence)))
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            print(f"line {number}: {type(error).__name__}: {error}", file=sys.stderr)
            sys.exit(2)
"""
_GUARD = ast.dump(ast.parse(_SCRIPT).body[0])
_LITERAL = (
    ast.Constant, ast.Dict, ast.List, ast.Set, ast.Tuple, ast.UnaryOp, ast.unaryop, ast.expr_context,
)  # fmt: skip
_LANGUAGE = (
    ast.Assign, ast.AugAssign, ast.Break, ast.Continue, ast.Delete, ast.Expr, ast.For, ast.If, ast.Pass,
    ast.Return, ast.Attribute, ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.Constant, ast.Dict,
    ast.GeneratorExp, ast.IfExp, ast.List, ast.ListComp, ast.Name, ast.Set, ast.Slice, ast.Starred,
    ast.Subscript, ast.Tuple, ast.UnaryOp, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
    ast.expr_context, ast.comprehension,
)  # fmt: skip


class Refused(Exception):
    """The first step of a proof that fails."""


def parsed(source: str, functions: Collection[str]) -> tuple[ast.Module, ast.FunctionDef]:
    """The tree of a program, and its one function. Raises Refused where it holds anything else.

    A module is a docstring, names from `math`, constants that are literals, `program(inputs)`, and the lines
    that make it a script. `functions` may be called; no name of theirs may be bound.
    """
    try:
        tree = ast.parse(source)
        compile(tree, "program.py", "exec")  # what parses may still be no Python; nothing is run
    except (SyntaxError, ValueError, RecursionError) as error:
        raise Refused(f"program: no Python ({error})") from error
    defined = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    if len(defined) != 1 or defined[0].name != "program":
        raise Refused("program: it does not define one function program(inputs)")
    bound = {"program"}
    imported: set[str] = set()
    for place, node in enumerate(tree.body):
        match node:
            case ast.Expr(value=ast.Constant(value=str())) if place == 0:
                pass
            case ast.ImportFrom(module="math", names=names, level=0) if all(
                alias.name in FROM_MATH and not alias.asname for alias in names
            ):
                imported |= {alias.name for alias in names}
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if name in bound or name in functions or name.startswith("__"):
                    raise Refused(f"program: the constant {name!r} is bound twice or hides something")
                if not all(isinstance(part, _LITERAL) for part in ast.walk(value)):
                    raise Refused(f"program: the constant {name!r} is no literal")
                bound.add(name)
            case ast.FunctionDef():
                pass
            case _ if ast.dump(node) != _GUARD:
                raise Refused(f"program: a {type(node).__name__} beside the function")
    _check_function(defined[0], bound, imported, functions)
    return tree, defined[0]


def _check_function(
    function: ast.FunctionDef, constants: set[str], imported: set[str], functions: Collection[str]
) -> None:
    given = function.args
    more = (*given.posonlyargs, *given.kwonlyargs, *given.defaults, given.vararg, given.kwarg)
    if any(more) or len(given.args) != 1 or function.decorator_list or function.returns:
        raise Refused("program: it does not define one function program(inputs)")
    parameter = given.args[0]
    reserved = constants | set(functions)
    if parameter.arg in reserved or parameter.annotation:
        raise Refused("program: its parameter hides something")
    for statement in function.body:
        for node in ast.walk(statement):
            if not isinstance(node, _LANGUAGE):
                raise Refused(f"language: {type(node).__name__}")
            match node:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if name in reserved or name[:2] == "__":
                    raise Refused(f"language: an assignment to {name!r}")
                case ast.Name(id=name) if name in FROM_MATH and name not in imported:
                    raise Refused(f"language: {name!r}, which is not imported")
                case ast.Constant(value=value) if not isinstance(value, int | str):
                    raise Refused("language: a constant that is neither a whole number nor a string")
                case ast.Attribute(attr=name) if name not in METHODS:
                    raise Refused(f"language: the attribute {name!r}")
                case ast.comprehension(is_async=1):
                    raise Refused("language: an asynchronous loop")
