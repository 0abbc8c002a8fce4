"""A recurrence as a first state and a step, on numbers that are known or not."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from netlift.certify._operations import binary, bounded, call, contains, item
from netlift.certify._symbolic import Symbolic, SymbolicList, Unsupported
from netlift.certify._system import Answer, State, System, joined_answer
from netlift.certify._walk import Env
from netlift.formulas._expr import Expr
from netlift.formulas._operators import OPERATORS
from netlift.formulas._recurrence import Append, Assign, Emit, Increment, Recurrence


class RecurrenceSystem(System):
    """A recurrence, as the formula search found it and before it is printed."""

    def __init__(self, recurrence: Recurrence) -> None:
        self._recurrence = recurrence

    @property
    def variables(self) -> list[str] | None:
        return [name for name, _ in self._recurrence.initial]

    @property
    def streams(self) -> int | None:
        return len(self._recurrence.inputs)

    def start(self) -> State:
        return dict(self._recurrence.initial)

    def advance(self, state: State, symbol: Sequence[Any]) -> tuple[State, Answer]:
        env: Env = {**state, **dict(zip(self._recurrence.inputs, symbol, strict=True))}
        answers: Answer = ()
        for statement in self._recurrence.body:
            match statement:
                case Assign(targets, values):
                    env |= dict(zip(targets, [_value(v, env) for v in values], strict=True))
                case Increment(target, index, amount):
                    counts = list(env[target])
                    place = _value(index, env)
                    _add(counts, place, _value(amount, env))
                    env[target] = tuple(counts)
                case Append(target, value, keep):
                    longer = _grown(env[target], _value(value, env))
                    if keep is not None and isinstance(longer, SymbolicList):
                        raise Unsupported("the end of a list that is not known")
                    env[target] = longer if keep is None else longer[-keep:]
                case Emit(values):
                    answers = (*answers, joined_answer([_value(v, env) for v in values]))
        return {name: env[name] for name, _ in self._recurrence.initial}, answers

    def facts(self) -> dict[str, Any]:
        body: list[list[Any]] = []
        for statement in self._recurrence.body:
            match statement:
                case Assign(targets, values):
                    body.append(["assign", list(targets), [_tree(v) for v in values]])
                case Increment(target, index, amount):
                    body.append(["increment", target, _tree(index), _tree(amount)])
                case Append(target, value, keep):
                    body.append(["append", target, _tree(value), keep])
                case Emit(values):
                    body.append(["emit", [_tree(v) for v in values]])
        initial = [[n, list(v) if isinstance(v, tuple) else int(v)] for n, v in self._recurrence.initial]
        return {
            "kind": "recurrence",
            "inputs": list(self._recurrence.inputs),
            "initial": initial,
            "body": body,
        }


_BINARY = {
    "+": ast.Add(), "-": ast.Sub(), "*": ast.Mult(), "//": ast.FloorDiv(), "%": ast.Mod(), "**": ast.Pow(),
    "&": ast.BitAnd(), "|": ast.BitOr(), "^": ast.BitXor(), "<<": ast.LShift(), ">>": ast.RShift(),
}  # fmt: skip


def _add(counts: list[Any], place: Any, amount: Any) -> None:
    if not isinstance(place, Symbolic):
        counts[int(place)] += amount
        return
    for i in range(-len(counts), len(counts)):
        if place == i:
            counts[i] = counts[i] + amount
            return
    raise IndexError("out of range")


def _grown(values: Any, value: Any) -> Any:
    return values + (value,)  # noqa: RUF005  a list that is not known adds, but does not unpack


def _value(expr: Expr, env: Mapping[str, Any]) -> Any:
    """`formulas.evaluate`, for numbers that may be unknown."""
    match expr.op:
        case "const":
            return expr.value
        case "var":
            return env[expr.value]
        case "if":
            return _value(expr.args[1] if _value(expr.args[0], env) else expr.args[2], env)
        case "and" | "or":
            left, right = (bool(_value(arg, env)) for arg in expr.args)  # both, as `evaluate` does
            return left and right if expr.op == "and" else left or right
    args = [_value(arg, env) for arg in expr.args]
    key = args[0] if len(args) == 1 else tuple(args)
    match expr.op:
        case "in":
            return contains(expr.value, key)
        case "table":
            return item(dict(expr.value), key)
        case "item":
            return item(args[0], args[1])
        case "gcd" | "min" | "max" if isinstance(args[0], Symbolic) or isinstance(args[1], Symbolic):
            subject = args[0] if isinstance(args[0], Symbolic) else args[1]
            return subject.binary(expr.op, args[0], args[1])
        case "isqrt" if isinstance(args[0], Symbolic):
            return args[0].unary("isqrt")
        case "len" if isinstance(args[0], SymbolicList):
            return args[0].length()
        case "sum" | "largest" | "smallest" | "sorted" | "argmax" if isinstance(args[0], SymbolicList):
            raise Unsupported(f"{expr.op} of a list that is not known")
        case "largest" | "smallest":
            return call("max" if expr.op == "largest" else "min", [args[0]])
        case "argmax":
            return args[0].index(call("max", [args[0]]))
        case "int" if isinstance(args[0], Symbolic):
            return args[0].number()
    if expr.op in _BINARY:
        return binary(_BINARY[expr.op], *args)
    return bounded(OPERATORS[expr.op].python(*args))


def _tree(expr: Expr) -> Any:
    """An expression as nested lists: operator, value where it has one, arguments."""
    if expr.op in ("const", "var"):
        return [expr.op, expr.value]
    if expr.op in ("in", "table"):
        values = [list(v) if isinstance(v, tuple) else v for v in expr.value]
        if expr.op == "table":
            values = [[list(k) if isinstance(k, tuple) else k, v] for k, v in expr.value]
        return [expr.op, values, *map(_tree, expr.args)]
    return [expr.op, *map(_tree, expr.args)]
