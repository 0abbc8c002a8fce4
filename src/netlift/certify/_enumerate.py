"""The part of a recurrence that inputs from a finite alphabet can reach, as a table."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.data import LARGEST
from netlift.formulas import Recurrence
from netlift.states import Machine

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Reached:
    """States of a recurrence that words of up to `length` symbols reach; state 0 is the first.

    `transitions` [Q, A] and `outputs` [Q, A, K] are those of the states that are reached one step
    earlier, -1 and 0 for the others. `closed` says whether longer words reach no other states: then
    the table is a machine.
    """

    alphabet: Ints
    transitions: Ints
    outputs: Ints
    length: int
    closed: bool

    def machine(self) -> Machine | None:
        """The machine that the recurrence is on this alphabet, with the fewest states; None if unbounded."""
        if not self.closed:
            return None
        return Machine(self.alphabet, self.transitions, self.outputs).minimised()


def reached(recurrence: Recurrence, alphabet: Ints, length: int, most_states: int) -> Reached:
    """The states of a recurrence over the symbols `alphabet` [A, D], breadth-first.

    It stops after `length` steps, or earlier, before there are more than `most_states`, or before a step that
    is not defined for some symbol (a remainder by an input that may be 0), or whose answer leaves 64 bits.
    """
    first = recurrence.start()
    states, numbers = [first], {tuple(first.items()): 0}
    transitions: list[list[int]] = []
    outputs: list[list[tuple[int, ...]]] = []
    steps = 0
    while steps < length and len(transitions) < len(states):
        kept = (len(states), len(transitions))
        complete = True
        for state in states[len(transitions) :]:
            row, emitted = [], []
            try:
                stepped = [recurrence.step(state, symbol) for symbol in alphabet.tolist()]
            except (ArithmeticError, LookupError, ValueError):
                complete = False
                break
            if any(abs(value) > LARGEST for _, output in stepped for value in output):
                complete = False
                break
            for after, output in stepped:
                key = tuple(after.items())
                if key not in numbers:
                    numbers[key] = len(states)
                    states.append(after)
                row.append(numbers[key])
                emitted.append(output)
            transitions.append(row)
            outputs.append(emitted)
            complete = len(states) <= most_states
            if not complete:
                break
        if not complete:
            states, transitions, outputs = states[: kept[0]], transitions[: kept[1]], outputs[: kept[1]]
            break
        steps += 1
    closed = len(transitions) == len(states)
    table = np.full((len(states), len(alphabet)), -1, dtype=np.int64)
    emitted_table = np.zeros(
        (len(states), len(alphabet), len(outputs[0][0]) if outputs else 1), dtype=np.int64
    )
    if outputs:
        table[: len(transitions)] = transitions
        emitted_table[: len(outputs)] = outputs
    return Reached(alphabet, table, emitted_table, steps, closed)
