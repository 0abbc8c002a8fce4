"""Which sources are programs: every statement and name, whether it is ever reached or not.

A statement that is never reached may still change what Python makes of the rest: a `yield` makes a function
a generator, an assignment makes a name local. So all of the tree is looked at before any of it is evaluated.
The language itself is in `_grammar`.
"""

import ast

from netlift.checker._grammar import METHODS as METHODS
from netlift.checker._grammar import NoProgram, program_tree


class Refused(Exception):
    """The first step of a proof that fails."""


def parsed(source: str) -> tuple[ast.Module, ast.FunctionDef]:
    """The tree of a program, and its one function. Raises Refused where it is no program."""
    try:
        return program_tree(source)
    except NoProgram as error:
        raise Refused(f"language: {error.sentence('the program')}") from None
