"""Running expressions and recurrences over many words at once, with numpy columns."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._expr import Expr, variables
from netlift.formulas._operators import OPERATORS, UndefinedError
from netlift.formulas._recurrence import Append, Assign, Emit, Increment, Recurrence

Ints = NDArray[np.int64]


def evaluate_columns(expr: Expr, env: Mapping[str, Ints]) -> Ints:
    """The values of an expression, as int64: [N] (or [N, L] for a list).

    Exact: raises UndefinedError wherever Python would raise or a value leaves int64.
    """
    if expr.op == "const":
        return np.array(expr.value, dtype=np.int64)
    if expr.op == "var":
        return env[expr.value]
    if expr.op == "if":
        return _branch(expr, env)
    args = [evaluate_columns(arg, env) for arg in expr.args]
    if expr.op in ("in", "table"):
        return _look_up(expr, args)
    return OPERATORS[expr.op].columns(*args)


def _branch(expr: Expr, env: Mapping[str, Ints]) -> Ints:
    test = evaluate_columns(expr.args[0], env) != 0
    if test.ndim == 0:
        return evaluate_columns(expr.args[1 if test else 2], env)
    result = np.zeros(test.shape, dtype=np.int64)
    for chosen, arg in ((test, expr.args[1]), (~test, expr.args[2])):
        read = {name: env[name] for name in variables(arg)}
        part = {name: column[chosen] if column.ndim else column for name, column in read.items()}
        result[chosen] = evaluate_columns(arg, part)
    return result


def _look_up(expr: Expr, args: list[Ints]) -> Ints:
    args = [np.asarray(a) for a in np.broadcast_arrays(*args)]
    keys = np.stack(args, axis=-1).reshape(-1, len(args))
    distinct, place = np.unique(keys, axis=0, return_inverse=True)
    rows = [tuple(row) if len(args) > 1 else row[0] for row in distinct.tolist()]
    if expr.op == "in":
        values = [int(row in expr.value) for row in rows]
    else:
        table = dict(expr.value)
        if any(row not in table for row in rows):
            raise UndefinedError("a key is not in the table")
        values = [int(table[row]) for row in rows]
    return np.array(values, dtype=np.int64)[place.reshape(-1)].reshape(args[0].shape)


def start_columns(recurrence: Recurrence, rows: int) -> dict[str, Ints]:
    """The state before the first step, one row a word."""
    env = {}
    for name, value in recurrence.initial:
        single = np.array(value, dtype=np.int64)
        env[name] = np.broadcast_to(single, (rows, *single.shape)).copy()
    return env


def step_columns(
    recurrence: Recurrence, state: Mapping[str, Ints], symbols: Ints
) -> tuple[dict[str, Ints], Ints]:
    """The next state and the outputs [N, K] for inputs [N, D]. Raises UndefinedError."""
    rows = len(symbols)
    env = dict(state)
    for d, name in enumerate(recurrence.inputs):
        env[name] = symbols[:, d]
    outputs = np.zeros((rows, 0), dtype=np.int64)
    for statement in recurrence.body:
        match statement:
            case Assign(targets, values):
                results = [evaluate_columns(v, env) for v in values]
                for target, result in zip(targets, results, strict=True):
                    env[target] = result if result.ndim else np.full(rows, result)
            case Increment(target, index, amount):
                counts = env[target].copy()
                place = np.broadcast_to(evaluate_columns(index, env), (rows,))
                if np.any((place >= counts.shape[1]) | (place < -counts.shape[1])):
                    raise UndefinedError("a counter outside the list")
                counts[np.arange(rows), place] += evaluate_columns(amount, env)
                env[target] = counts
            case Append(target, value, keep):
                last = np.broadcast_to(evaluate_columns(value, env), (rows,))
                longer = np.concatenate([env[target], last[:, None]], axis=1)
                env[target] = longer if keep is None else longer[:, -keep:]
            case Emit(values):
                emitted = [np.broadcast_to(evaluate_columns(v, env), (rows,)) for v in values]
                outputs = np.stack(emitted, axis=1)
    return {name: env[name] for name, _ in recurrence.initial}, outputs


def run_columns(recurrence: Recurrence, inputs: Ints) -> Ints:
    """The outputs [N, T, K] on inputs [N, T, D]. Raises UndefinedError."""
    state = start_columns(recurrence, len(inputs))
    outputs = []
    for step in range(inputs.shape[1]):
        state, emitted = step_columns(recurrence, state, inputs[:, step])
        outputs.append(emitted)
    return np.stack(outputs, axis=1)
