"""Check a program's source without importing it, and run it without handing it anything.

Why running a checked source is safe: only what stands in the table of `netlift.checker._grammar` is let
through, and the checked tree itself is what is compiled. No expression in it can reach a module, a
class, a frame or the interpreter. What remains possible is to use time or memory; where a source comes
from a file, `netlift.program.Runner` bounds both in a process of its own.
"""

import ast
import builtins
import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import CodeType
from typing import Any

from netlift._errors import InputError
from netlift.checker._grammar import FROM_MATH, NoProgram, program_tree
from netlift.checker._grammar import FUNCTIONS as _FUNCTIONS
from netlift.checker._grammar import METHODS as METHODS

FUNCTIONS: Mapping[str, Any] = {name: getattr(builtins, name) for name in sorted(_FUNCTIONS)}
MATH: Mapping[str, Any] = {name: getattr(math, name) for name in sorted(FROM_MATH)}


def check_source(source: str, name: str) -> ast.Module:
    """The syntax tree of a source that is a safe program, without its script lines.

    Its parts, in this order: a docstring, `from math import ...`, constants that are literals, one
    function `program(inputs)`, and the script lines as netlift prints them. Raises InputError
    naming the source and the line otherwise.
    """
    try:
        return program_tree(source)[0]
    except NoProgram as error:
        raise InputError(error.sentence(name)) from None


def compiled(source: str, name: str) -> CodeType:
    """The code that defines the constants and the function of a source, checked first.

    It is made from the checked tree, not from the source a second time. Raises InputError where
    `check_source` does.
    """
    tree = check_source(source, name)
    body: list[ast.stmt] = [n for n in tree.body if isinstance(n, ast.Assign | ast.FunctionDef)]
    with warnings.catch_warnings():  # such as a literal that is called: it fails when it runs
        warnings.simplefilter("ignore")
        return compile(ast.Module(body, []), name, "exec", dont_inherit=True)


def compile_program(source: str, name: str) -> Callable[[Sequence[Any]], list[Any]]:
    """The function `program` of a source, checked first, to be run in this process.

    It can do no harm but take time and memory without bound: `netlift.program.Runner` bounds both. Raises
    InputError where `check_source` does.
    """
    scope: dict[str, Any] = {"__builtins__": {}, **FUNCTIONS, **MATH}
    exec(compiled(source, name), scope)  # only what check_source let through: see the top of this module
    function: Callable[[Sequence[Any]], list[Any]] = scope["program"]
    return function
