"""What was observed of a network or in data: words, the answers to them, and what readers know besides."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from netlift.states._machine import Machine

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Behaviour:
    """What has to be explained: words and the answers to them.

    Attributes:
        inputs: the words, [N, T, D].
        outputs: the answers to them, [N, T, K].
        machine: where a reader found a finite machine, which is then exact and complete; None: it did not.
        window: where only so many of the last inputs matter; None: that is not known.
        coordinates: integer state variables after each step, read from hidden states, [N, T, d]; None: there
            are none.
        named_inputs: for each stream, whether its numbers only stand for strings, so that arithmetic on them
            would mean nothing to a reader; empty: they are numbers.
        named_outputs: the same of the answers.
    """

    inputs: Ints
    outputs: Ints
    machine: Machine | None = None
    window: int | None = None
    coordinates: Ints | None = None
    named_inputs: tuple[bool, ...] = ()
    named_outputs: tuple[bool, ...] = ()

    @cached_property
    def is_the_machines(self) -> bool:
        """Whether there is a machine, and it answers the words as they are answered here."""
        machine = self.machine
        if machine is None or np.any(machine.encode(self.inputs) < 0):
            return False
        return np.array_equal(machine.run(self.inputs), self.outputs)
