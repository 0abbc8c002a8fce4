"""A program as a first state and a step, run in its syntax tree."""

import ast
from collections.abc import Sequence
from typing import Any

from netlift.certify._frozen import freeze, thaw
from netlift.certify._operations import FAILURES
from netlift.certify._source import Loop, assigned_names, parse_loop
from netlift.certify._symbolic import NotModelled, Unsupported
from netlift.certify._system import Answer, State, System, plain_answer, thaw_known
from netlift.certify._walk import Env, Walker
from netlift.core._errors import InputError

_READERS = {"all", "any", "enumerate", "len", "list", "max", "min", "set", "sorted", "sum", "tuple"}


class ProgramSystem(System):
    """A program, run in its syntax tree."""

    def __init__(self, source: str, name: str = "program.py") -> None:
        self._loop: Loop = parse_loop(source, name)
        constants = Walker({}, "")
        try:
            constants.run_step(self._loop.constants)
            first = Walker(dict(constants.env), self._loop.answers)
            first.run_step(self._loop.before)
        except NotModelled:
            raise
        except Unsupported as error:  # a name that is not set, or too large a value
            raise InputError(f"{name} stops before its loop: {error}.") from error
        except FAILURES as error:
            raise InputError(f"{name} stops before its loop: {type(error).__name__}: {error}.") from error
        self._constants, self._state = dict(constants.env), []
        stored = set(assigned_names(self._loop.body)) | _shared_names(first.env)
        above = _above(self._loop.body)
        for name in self._loop.state:
            if name in first.env and name not in stored and _stays(name, first.env[name], above):
                self._constants[name] = first.env[name]
            else:
                self._state.append(name)
        shared = _shared_names(first.env)
        above |= _above(self._loop.before)  # a call of the program leaves them to the next call
        changed = [n for n, v in constants.env.items() if n in shared or not _stays(n, v, above)]
        if changed:
            raise NotModelled(f"{name} may change its constant {changed[0]!r}, which the next call would see")
        self._first = freeze({n: first.env[n] for n in self._state if n in first.env})
        self._start = freeze(0) if self._loop.position is not None else None

    @property
    def variables(self) -> list[str] | None:
        return [*self._state, *([] if self._loop.position is None else [""])]

    @property
    def source(self) -> str:
        """The program's source."""
        return self._loop.source

    @property
    def streams(self) -> int | None:
        return self._loop.streams if self._loop.streams > 1 else None

    def start(self) -> State:
        state: Env = thaw(self._first)
        return state if self._loop.position is None else {**state, "": 0}

    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        env: Env = {**self._constants, **thaw_known(state)}
        position = env.pop("", None)
        targets = self._loop.targets
        if len(targets) != len(symbol):
            raise NotModelled(
                "a step of several inputs under one name: a tuple when called, a list from JSON"
            )
        env.update(zip(targets, symbol, strict=True))
        if self._loop.position is not None:
            env[self._loop.position] = position
        walker = Walker(env, self._loop.answers)
        walker.run_step(self._loop.body)
        after = {n: walker.env[n] for n in self._state if n in walker.env}
        if position is not None:
            after[""] = position + 1
        return after, tuple(plain_answer(answer) for answer in walker.answers)

    def facts(self) -> dict[str, Any]:
        return {"kind": "program", "source": self._loop.source}


def _shared_names(env: Env) -> set[str]:
    """Names of lists that can be reached by another name as well."""
    owners: dict[int, set[str]] = {}

    def look(name: str, value: Any) -> None:
        if isinstance(value, list | set | dict):
            owners.setdefault(id(value), set()).add(name)
        if isinstance(value, list | tuple | dict):
            for part in value.values() if isinstance(value, dict) else value:
                look(name, part)

    for name, value in env.items():
        look(name, value)
    return {name for names in owners.values() if len(names) > 1 for name in names}


def _above(body: Sequence[ast.stmt]) -> dict[ast.AST, ast.AST]:
    """The node that each node of these statements stands in."""
    return {part: node for s in body for node in ast.walk(s) for part in ast.iter_child_nodes(node)}


def _stays(name: str, value: Any, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether no statement can change the value of a variable that none of them sets.

    Each use has to look up an element that cannot be changed itself (of a list of lists that takes two
    look-ups), or to hand a list, however deep, to something that only reads it.
    """
    depth = _depth(value)
    if depth == 0:
        return True
    uses = [node for node in above if isinstance(node, ast.Name) and node.id == name]
    return all(_only_read(use, depth, above) for use in uses)


def _only_read(use: ast.expr, depth: int, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether a use of a variable, whose lists are nested `depth` deep, leaves them as they are."""
    node: ast.AST = use
    while depth:
        match above.get(node):
            case ast.Subscript(value=whole, ctx=ast.Load()) as found if whole is node:
                if not isinstance(found.slice, ast.Slice):
                    depth -= 1
                elif depth == 1:  # a new list of what cannot be changed
                    return True
                node = found
            case ast.Compare(comparators=comparators) if node in comparators:
                return True
            case ast.Attribute(value=owner, attr="index" | "count" | "get") as found if owner is node:
                return depth == 1 and isinstance(above.get(found), ast.Call)
            case ast.Call(func=ast.Name(id=called), args=[argument]) if argument is node:
                return called in _READERS and (depth == 1 or called == "len")
            case _:
                return False
    return True


def _depth(value: Any) -> int:
    """How many look-ups lead from a value to one that cannot be changed; 0 if it cannot itself."""
    if not _changeable(value):
        return 0
    parts = list(value.values()) if isinstance(value, dict) else list(value)
    return 1 + max((_depth(part) for part in parts), default=0)


def _changeable(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(_changeable(part) for part in value)
    return isinstance(value, list | set | dict)
