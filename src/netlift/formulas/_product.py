"""Whether a recurrence is exact: on words, and on the product with a machine."""

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._columns import run_columns, start_columns, step_columns
from netlift.formulas._operators import UndefinedError
from netlift.formulas._recurrence import Append, Recurrence
from netlift.states._machine import Machine

Ints = NDArray[np.int64]


def is_exact(recurrence: Recurrence, inputs: Ints, outputs: Ints) -> bool:
    """Whether a recurrence answers as wanted on every word; undefined anywhere counts as wrong."""
    some = min(64, len(inputs))
    try:
        if not np.array_equal(run_columns(recurrence, inputs[:some]), outputs[:some]):
            return False
        return np.array_equal(run_columns(recurrence, inputs), outputs)
    except UndefinedError:
        return False


def compare_with_machine(
    recurrence: Recurrence, machine: Machine, *, most: int = 20_000
) -> tuple[bool, bool]:
    """(no difference met, explored to the end) for the product of recurrence and machine.

    Breadth-first over pairs of states; stops at the first difference, beyond `most` pairs, or at a
    depth at which only a state that grows without end is still new.
    """
    if any(isinstance(s, Append) for s in recurrence.body):
        return True, False  # a growing list never closes
    letters = len(machine.alphabet)
    names = [name for name, _ in recurrence.initial]
    states = np.zeros(1, dtype=np.int64)
    env = start_columns(recurrence, 1)
    seen: set[bytes] = set()
    deepest = 4 * machine.states + 64
    for _ in range(deepest):
        source = np.repeat(np.arange(len(states)), letters)
        symbol = np.tile(np.arange(letters), len(states))
        try:
            env, emitted = step_columns(
                recurrence, {name: env[name][source] for name in names}, machine.alphabet[symbol]
            )
        except UndefinedError:
            return False, False
        if not np.array_equal(emitted, machine.outputs[states[source], symbol]):
            return False, False
        states = machine.transitions[states[source], symbol]
        table = np.column_stack([states, *(env[name].reshape(len(states), -1) for name in names)])
        distinct, first = np.unique(table, axis=0, return_index=True)
        fresh = [n for n, row in enumerate(distinct) if row.tobytes() not in seen]
        seen.update(distinct[n].tobytes() for n in fresh)
        if len(seen) > most:
            return True, False
        keep = np.sort(first[fresh])
        states = states[keep]
        env = {name: env[name][keep] for name in names}
        if not len(states):
            return True, True
    return True, False
