"""A Python function that a user gives: read where it is a program, else called."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from netlift.certify._domain import Joint
from netlift.certify._program_system import ProgramSystem
from netlift.certify._symbolic import Symbolic, Unsupported
from netlift.certify._system import FAILED, STOPPED, Answer, State, System, plain_answer
from netlift.core._errors import InputError, shown
from netlift.program._parse import MATH

# What a function that is called may raise: it fails then, as a program does.
FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

Function = Callable[[list[Any]], Sequence[Any]]


class SpecificationFailed(InputError):
    """A function that answered something which no program answers; the message shows the inputs."""


class CalledSystem(System):
    """A function that is called on the inputs so far: nothing can be proved of it, but it can be tested."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self._name = getattr(function, "__name__", str(function))

    @property
    def streams(self) -> int | None:
        return None

    def start(self) -> State:
        return ((), ())

    def step(self, state: State, symbol: Joint) -> tuple[State, Answer]:
        """As any system's, but that a function of another kind is the user's mistake, not an answer.

        The function is the user's own and may raise anything.
        """
        if state == STOPPED:
            return STOPPED, ()
        try:
            return self.advance(state, symbol)
        except (InputError, Unsupported):
            raise
        except (Exception, SystemExit):
            return STOPPED, FAILED

    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        if isinstance(state, Symbolic) or any(isinstance(part, Symbolic) for part in symbol):
            raise Unsupported(f"{self._name} is called, not read")
        inputs, before = state
        inputs = (*inputs, symbol[0] if len(symbol) == 1 else tuple(symbol))
        said = self.function(list(inputs))
        if isinstance(said, np.ndarray):
            said = said.tolist()
        told = f"for the inputs {shown(list(inputs))} it answered {shown(said)}"
        if not isinstance(said, list | tuple) or len(said) != len(inputs):
            raise SpecificationFailed(
                f"{self._name} has to answer a list with one output for each input; {told}."
            )
        try:
            answers = tuple(plain_answer(frozen(_number(answer))) for answer in said)
        except Unsupported as reason:
            raise SpecificationFailed(
                f"{self._name} has to answer whole numbers, strings or lists of them; {told}, {reason}."
            ) from reason
        if answers[:-1] != tuple(before):
            raise SpecificationFailed(
                f"{self._name} has to answer each input before it has seen the next; {told}, and "
                f"{shown(list(before))} for all but the last."
            )
        return (inputs, answers), (answers[-1],)

    def facts(self) -> dict[str, Any]:
        return {"kind": "function"}


def _number(answer: Any) -> Any:
    """An answer as Python values, where it is numpy's."""
    return answer.tolist() if isinstance(answer, np.generic | np.ndarray) else answer


def frozen(answer: Any) -> Any:
    """An answer with its lists as tuples, as JSON would give back the one like the other."""
    return tuple(frozen(part) for part in answer) if isinstance(answer, list | tuple) else answer


def function_system(function: Function) -> System:
    """The system that a Python function is, from sequences of inputs to sequences of outputs.

    Its source is read where it can be found and is in the language of programs (`check_source`), whatever
    the function's name; constants around it are taken at their value now. Otherwise the function is
    called, and what can be claimed of it is what runs of it show. Raises InputError where it is no
    function of one argument.
    """
    if not callable(function):
        raise InputError(f"a specification is a function, a path or a program, found {shown(function)}.")
    try:
        inspect.signature(function).bind([])
    except (TypeError, ValueError):
        raise InputError(
            f"{getattr(function, '__name__', function)!s} has to take one argument, a sequence of inputs."
        ) from None
    source = _source(function)
    if source is not None:
        try:
            return ProgramSystem(source, getattr(function, "__name__", "specification"))
        except (InputError, Unsupported):
            pass
    return CalledSystem(function)


def _source(function: Function) -> str | None:
    """The function as a program on its own; None where its source or something it uses cannot be written."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        around = inspect.getclosurevars(function)
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    match tree.body:
        case [ast.FunctionDef(decorator_list=[]) as definition] if len(definition.args.args) == 1:
            definition.name, definition.returns = "program", None
            definition.args.args[0].annotation = None
        case _:
            return None
    imports, constants = [], []
    for name, value in sorted({**around.globals, **around.nonlocals}.items()):
        if value is MATH.get(name):
            imports.append(f"from math import {name}\n")
        elif _is_literal(value):
            constants.append(f"{name} = {value!r}\n")
        else:
            return None
    return f"{''.join(imports)}{''.join(constants)}\n\n{ast.unparse(definition)}\n"


def _is_literal(value: Any) -> bool:
    try:
        return type(value) in (int, str, bool, tuple, list, dict) and ast.literal_eval(repr(value)) == value
    except (ValueError, SyntaxError):
        return False
