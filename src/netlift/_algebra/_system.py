"""A linear system over the whole numbers, run exactly."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift._algebra._realise import realise
from netlift._algebra._response import Alphabet, fit_response, places_in
from netlift.core._errors import InputError

Ints = NDArray[np.int64]

_EXACT_FLOAT = 2**53
_EXACT_INT = 2**63
_LONGEST_ORBIT = 64


@dataclass(frozen=True, eq=False)
class LinearSystem:
    """`h' = A h + B phi(x) + b`, `y = C h' + d`, from h = `initial`; whole numbers throughout.

    `transition` A [n, n], `drive` B [n, F], `bias` b [n], `readout` C [K, n], `offset` d [K],
    `initial` [n]. `phi` gives the D streams as numbers (F = D) where `alphabets` is None, else one
    unit for each symbol of each stream, streams following one another. `sizes` tells how many
    symbols each stream was seen to have.
    """

    transition: Ints
    drive: Ints
    bias: Ints
    readout: Ints
    offset: Ints
    initial: Ints
    alphabets: tuple[Alphabet, ...] | None
    sizes: tuple[int, ...]

    @property
    def dimension(self) -> int:
        """The number n of state variables."""
        return len(self.transition)

    @property
    def streams(self) -> int:
        """The number D of input streams."""
        return self.drive.shape[1] if self.alphabets is None else len(self.alphabets)

    @cached_property
    def window(self) -> int | None:
        """How many inputs, the current one included, determine an output; None: all of them."""
        power, steps = self.readout.astype(object), 0
        while steps <= self.dimension:
            if not power.any():
                return steps
            power, steps = power @ self.transition.astype(object), steps + 1
        return None

    @cached_property
    def states(self) -> int | None:
        """How many states the inputs before the current one can leave behind; None: without bound.

        Symbols that act alike on every output count once. For a system without memory it is 1.
        """
        window = self.window
        if not self.drive.any():
            return self._orbit()
        if window is None:
            return None
        if window <= 1 and not self.initial.any():
            return 1
        kinds = 1
        ends = np.cumsum([0, *map(len, self.alphabets or ())])
        for stream, size in enumerate(self.sizes):
            if self.alphabets is None:
                kinds *= size if self.drive[:, stream].any() else 1
            else:
                kinds *= len(np.unique(self.drive[:, ends[stream] : ends[stream + 1]], axis=1).T)
        return int(kinds ** max(0, window - 1))

    def run(self, inputs: Ints) -> NDArray[np.int64] | NDArray[np.object_]:
        """The outputs [N, T, K] on inputs [N, T, D], exactly.

        Values that could leave the 64-bit range are computed and answered as Python integers
        (dtype object). Raises InputError where a symbol is not in its alphabet.
        """
        places = None
        if self.alphabets is not None:
            places = places_in(inputs, self.alphabets)
            if (places < 0).any():
                stream = int(np.argwhere(places < 0)[0][-1])
                value = int(inputs[places < 0][0])
                raise InputError(
                    f"input stream {stream} holds the symbol {value}, expected one of the "
                    f"{len(self.alphabets[stream])} symbols of its alphabet"
                )
        bound = self._bound(inputs)
        kind = np.dtype(np.float64 if bound < _EXACT_FLOAT else np.int64 if bound < _EXACT_INT else object)
        parts = (self.transition.T, self.drive.T, self.readout.T, self.offset, self.bias)
        transition, drive, readout, offset, bias = (part.astype(kind) for part in parts)
        hidden: NDArray[Any] = np.tile(self.initial.astype(kind), (len(inputs), 1))
        whole = np.dtype(np.int64 if bound < _EXACT_INT else object)
        outputs: NDArray[Any] = np.empty((*inputs.shape[:2], len(self.offset)), dtype=whole)
        for step in range(inputs.shape[1]):
            if places is None:
                push = inputs[:, step].astype(kind) @ drive
            else:
                push = drive[places[:, step]].sum(axis=1)
            hidden = hidden @ transition + push + bias
            outputs[:, step] = hidden @ readout + offset
        return outputs

    def response(self, horizon: int) -> tuple[list[list[list[int]]], list[list[int]]]:
        """The impulse response [horizon, K, F] and the offsets [horizon, K], in Python integers."""
        transition = self.transition.astype(object)
        column, state = self.drive.astype(object), self.initial.astype(object)
        readout = self.readout.astype(object)
        markov, offsets = [], []
        for _ in range(horizon):
            markov.append((readout @ column).tolist())
            column = transition @ column
            state = transition @ state + self.bias
            offsets.append((readout @ state + self.offset).tolist())
        return markov, offsets

    def _orbit(self) -> int | None:
        """How many states a system without inputs goes through."""
        transition, state = self.transition.astype(object), self.initial.astype(object)
        seen: list[list[int]] = []
        while len(seen) <= _LONGEST_ORBIT:
            if state.tolist() in seen:
                return len(seen)
            seen.append(state.tolist())
            state = transition @ state + self.bias
        return None

    def _bound(self, inputs: Ints) -> int:
        """A number that no value of a run on these inputs exceeds."""
        transition = np.abs(self.transition).astype(object)
        if self.alphabets is None:
            largest = np.array(
                [max(abs(int(c.max())), abs(int(c.min()))) for c in inputs.reshape(-1, self.streams).T]
                if inputs.size
                else [0] * self.streams,
                dtype=object,
            )
            push = np.abs(self.drive).astype(object) @ largest
        else:
            push = np.abs(self.drive).astype(object).max(axis=1, initial=0) * self.streams
        push = push + np.abs(self.bias)
        hidden = np.abs(self.initial).astype(object)
        readout = np.abs(self.readout).astype(object)
        bound = 0
        for _ in range(inputs.shape[1]):
            hidden = transition @ hidden + push
            outputs = readout @ hidden + np.abs(self.offset)
            bound = max(bound, *map(int, hidden), *map(int, outputs))
        return bound


def fit_system(
    inputs: Ints,
    targets: Ints,
    lengths: Ints,
    *,
    alphabets: tuple[Alphabet, ...] | None,
    sizes: tuple[int, ...],
    order_limit: int = 32,
) -> LinearSystem | None:
    """The smallest linear system that gives every target exactly; None if none was found."""
    response = fit_response(inputs, targets, lengths, alphabets=alphabets, order_limit=order_limit)
    if response is None:
        return None
    markov, offsets = response.markov, response.offsets
    if len(markov) == 1:  # sequences of one step: nothing was seen of a state, so there is none
        markov = np.concatenate([markov, np.zeros((3, *markov.shape[1:]), dtype=np.int64)])
        offsets = np.repeat(offsets, 4, axis=0)
    found = realise(markov, offsets)
    if found is None:
        return None
    drive, bias = found.drive, found.bias
    if alphabets is not None and len(bias):  # each symbol of the first stream carries the bias
        drive = drive.copy()
        drive[:, : len(alphabets[0])] += bias[:, None]
        bias = np.zeros_like(bias)
    system = LinearSystem(
        found.transition, drive, bias, found.readout, found.offset, found.initial, alphabets, sizes
    )
    right = system.run(inputs) == targets
    steps = np.arange(inputs.shape[1]) < lengths[:, None]
    return system if right[steps].all() else None
