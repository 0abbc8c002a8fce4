"""Networks built by hand: machines, counters and lattices hidden in real vectors, with noise and errors."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.states._machine import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def digits(*bases: int) -> Ints:
    """All joint symbols of streams 0..base-1, [A, D]."""
    return np.array(np.meshgrid(*map(np.arange, bases), indexing="ij")).reshape(len(bases), -1).T.copy()


def tabulate(
    alphabet: Ints, step: Callable[[int, tuple[int, ...]], tuple[int, int]], start: int = 0
) -> Machine:
    """The machine of `step(state, symbol) -> next state, output`, states named by integers."""
    names, transitions, outputs = [start], [], []
    for name in names:
        row, emitted = [], []
        for symbol in alphabet.tolist():
            successor, output = step(name, tuple(symbol))
            if successor not in names:
                names.append(successor)
            row.append(names.index(successor))
            emitted.append([output])
        transitions.append(row)
        outputs.append(emitted)
    return Machine(alphabet, np.array(transitions), np.array(outputs))


def random_machine(rng: np.random.Generator, states: int, symbols: int, outputs: int = 2) -> Machine:
    alphabet = np.arange(symbols)[:, None]
    return Machine(
        alphabet,
        rng.integers(states, size=(states, symbols)),
        rng.integers(outputs, size=(states, symbols, 1)),
    )


def chance(hidden: Floats, salt: float) -> Floats:
    """Numbers in 0..1 that depend on the hidden vectors [M, H] alone, as an untrained corner would."""
    scale = 1000.0 * np.cos(salt + np.arange(hidden.shape[1]))
    fraction: Floats = np.modf(np.abs(np.sin(hidden @ scale + salt)) * 1000.0)[0]
    return fraction


@dataclass(frozen=True)
class Embedded:
    """A machine in noisy hidden vectors; `wrong` is the share of outputs it gets wrong."""

    machine: Machine
    centres: Floats
    noise: float = 0.0
    wrong: float = 0.0

    @staticmethod
    def of(
        machine: Machine, rng: np.random.Generator, width: int = 4, noise: float = 0.02, wrong: float = 0.0
    ) -> "Embedded":
        return Embedded(machine, rng.normal(size=(machine.states, width)), noise, wrong)

    def initial_state(self, batch: int) -> Floats:
        return np.tile(np.append(self.centres[0], [0.0] * self.machine.outputs.shape[-1]), (batch, 1))

    def next_state(self, hidden: Floats, inputs: Ints) -> Floats:
        width = self.centres.shape[1]
        state = ((hidden[:, None, :width] - self.centres) ** 2).sum(axis=2).argmin(axis=1)
        symbol = self.machine.encode(inputs[:, None])[:, 0]
        moved = self.centres[self.machine.transitions[state, symbol]]
        shift = [chance(np.column_stack([hidden, inputs]), float(k)) - 0.5 for k in range(width)]
        return np.column_stack([moved + self.noise * np.stack(shift, 1), self.machine.outputs[state, symbol]])

    def output(self, hidden: Floats) -> Ints:
        answer = np.rint(hidden[:, self.centres.shape[1] :]).astype(np.int64)
        wrong = chance(hidden, 0.5) < self.wrong
        answer[wrong] += 1
        return answer


@dataclass(frozen=True)
class Rule:
    """Any rule on integer vectors, hidden as `basis @ z + offset` plus noise that depends on it."""

    start: tuple[int, ...]
    step: Callable[[Ints, Ints], Ints]
    read: Callable[[Ints], Ints]
    basis: Floats
    offset: Floats
    noise: float = 0.0

    @staticmethod
    def of(
        start: tuple[int, ...],
        step: Callable[[Ints, Ints], Ints],
        read: Callable[[Ints], Ints],
        rng: np.random.Generator,
        width: int = 8,
        noise: float = 0.0,
    ) -> "Rule":
        basis = rng.normal(size=(width, len(start)))
        return Rule(start, step, read, basis, rng.normal(size=width), noise)

    def _integers(self, hidden: Floats) -> Ints:
        solved = np.linalg.lstsq(self.basis, (hidden - self.offset).T, rcond=None)[0].T
        rounded: Ints = np.rint(solved).astype(np.int64)
        return rounded

    def initial_state(self, batch: int) -> Floats:
        return np.tile(self.basis @ np.array(self.start) + self.offset, (batch, 1))

    def next_state(self, hidden: Floats, inputs: Ints) -> Floats:
        exact = self.step(self._integers(hidden), inputs)
        shift = [chance(np.column_stack([hidden, inputs]), float(k)) - 0.5 for k in range(exact.shape[1])]
        return (exact + self.noise * np.stack(shift, axis=1)) @ self.basis.T + self.offset

    def output(self, hidden: Floats) -> Ints:
        answer: Ints = self.read(self._integers(hidden))
        return answer if answer.ndim == 2 else answer[:, None]
