"""Machines of which not every transition is known: what nobody saw is not made up."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from netlift.states._machine import Machine

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class PartialMachine:
    """A Mealy machine that answers some pairs of state and symbol; state 0 is where every sequence starts.

    `alphabet` is [A, D], `transitions` [Q, A] and `outputs` [Q, A, K] as in `Machine`; where `known` [Q, A]
    is False they mean nothing. A state after which nothing was ever seen answers no symbol at all.
    """

    alphabet: Ints
    transitions: Ints
    outputs: Ints
    known: Bools

    @property
    def states(self) -> int:
        """The number of states Q."""
        return len(self.transitions)

    @property
    def unseen(self) -> list[tuple[int, int]]:
        """The pairs of a state and a symbol's number that are not answered."""
        return [(int(state), int(symbol)) for state, symbol in np.argwhere(~self.known)]

    @property
    def complete(self) -> Machine | None:
        """The machine, where every pair is answered; else None."""
        return Machine(self.alphabet, self.transitions, self.outputs) if self.known.all() else None

    @cached_property
    def access(self) -> tuple[tuple[int, ...], ...]:
        """A shortest word of symbol numbers to each state; all states are reachable."""
        words: dict[int, tuple[int, ...]] = {0: ()}
        order = [0]
        for state in order:  # the list grows while it is walked: breadth-first
            for symbol in np.flatnonzero(self.known[state]).tolist():
                successor = int(self.transitions[state, symbol])
                if successor not in words:
                    words[successor] = (*words[state], symbol)
                    order.append(successor)
        return tuple(words[state] for state in range(self.states))

    def run(self, symbols: Ints) -> tuple[Ints, Bools]:
        """Outputs [N, T, K] for symbol numbers [N, T], and where they are known [N, T].

        That is up to the first pair that is not.
        """
        state, known = np.zeros(len(symbols), dtype=np.int64), np.ones(len(symbols), dtype=bool)
        outputs = np.zeros((*symbols.shape, self.outputs.shape[-1]), dtype=np.int64)
        told = np.zeros(symbols.shape, dtype=bool)
        for step in range(symbols.shape[1]):
            symbol = symbols[:, step].clip(min=0)
            known &= self.known[state, symbol] & (symbols[:, step] >= 0)
            told[:, step] = known
            outputs[known, step] = self.outputs[state, symbol][known]
            state = np.where(known, self.transitions[state, symbol], 0)
        return outputs, told


def encoded(alphabet: Ints, inputs: Ints) -> Ints:
    """Numbers [N, T] of the rows of the alphabet [A, D] that inputs [N, T, D] are; -1 for what is none."""
    blank = np.zeros((1, len(alphabet)), dtype=np.int64)
    return Machine(alphabet, blank, blank[..., None]).encode(inputs)
