"""Whether a recurrence is exact: on words, and on the product with a machine."""

import numpy as np
from numpy.typing import NDArray

from netlift.formulas._behaviour import Behaviour
from netlift.formulas._columns import run_columns, start_columns, step_columns
from netlift.formulas._operators import UndefinedError
from netlift.formulas._recurrence import Append, Recurrence
from netlift.states._machine import Machine

Ints = NDArray[np.int64]

_FIRST = 64  # words that a wrong recurrence is nearly always found out by


def judged(recurrence: Recurrence, behaviour: Behaviour) -> tuple[bool, bool]:
    """(exact, closed): right on every word and nowhere other than the machine; explored to the end.

    A product that was explored to its end says what the recurrence answers to every word: where the machine
    answers the words as wanted, they need not be run as well.
    """
    inputs, outputs = behaviour.inputs, behaviour.outputs
    if not _right(recurrence, inputs[:_FIRST], outputs[:_FIRST]):
        return False, False
    closed = False
    if behaviour.machine is not None:
        same, closed = compare_with_machine(recurrence, behaviour.machine)
        if not same:
            return False, False
    if closed and behaviour.is_the_machines:
        return True, True
    return _right(recurrence, inputs[_FIRST:], outputs[_FIRST:]), closed


def _right(recurrence: Recurrence, inputs: Ints, outputs: Ints) -> bool:
    """Whether a recurrence answers as wanted on these words; undefined anywhere counts as wrong."""
    if not len(inputs):
        return True
    try:
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
        keep = []
        for place, row in enumerate(table):  # the first of each pair that was not met before
            pair = row.tobytes()
            if pair not in seen:
                seen.add(pair)
                keep.append(place)
        if len(seen) > most:
            return True, False
        states = states[keep]
        env = {name: env[name][keep] for name in names}
        if not keep:
            return True, True
    return True, False
