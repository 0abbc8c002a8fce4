"""A network and a recurrence run side by side on the same words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.formulas import Recurrence
from netlift.networks import Network, Path, run_along, vectors

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
State = tuple[Any, ...]
Symbol = tuple[int, ...]

REMEMBERED = 65_536  # steps of a recurrence that need not be run again


class Stepper:
    """A recurrence that can go on from any state; a state is the tuple of its variables' values."""

    def __init__(self, recurrence: Recurrence) -> None:
        names = tuple(name for name, _ in recurrence.initial)

        def step(state: State, symbol: Symbol) -> tuple[State, Symbol] | None:
            try:
                after, outputs = recurrence.step(dict(zip(names, state, strict=True)), symbol)
            except (ArithmeticError, LookupError, TypeError, ValueError):
                return None
            return tuple(after[name] for name in names), outputs

        self.start: State = tuple(value for _, value in recurrence.initial)
        self._step = lru_cache(REMEMBERED)(step)

    def walk(self, state: State, symbols: Iterable[Symbol]) -> tuple[list[State], list[Symbol]] | None:
        """The state and the outputs after each symbol; None where the program would raise."""
        states, answers = [], []
        for symbol in symbols:
            moved = self._step(state, symbol)
            if moved is None:
                return None
            state = moved[0]
            states.append(state)
            answers.append(moved[1])
        return states, answers


@dataclass(frozen=True)
class Trace:
    """Words, and what network and recurrence went through on them.

    `symbols[n][t]` is the input of word n at step t, `path` has the network's state after it, `hidden`
    [N, T, H] the same as vectors (None where states are no vectors), `states[n][t]` is the recurrence's
    state, `answers[n][t]` its outputs.
    """

    symbols: Sequence[Sequence[Symbol]]
    path: Path
    hidden: Floats | None
    states: Sequence[Sequence[State]]
    answers: Sequence[Sequence[Symbol]]

    def __len__(self) -> int:
        return len(self.symbols)


def traced(network: Network, stepper: Stepper, words: Ints) -> Trace:
    """Network and recurrence on words [N, T, D]; words on which the program would raise are left out."""
    symbols, states, answers, kept = [], [], [], []
    for row, word in enumerate(words.tolist()):
        steps = [tuple(symbol) for symbol in word]
        walked = stepper.walk(stepper.start, steps)
        if walked is not None:
            symbols.append(steps)
            states.append(walked[0])
            answers.append(walked[1])
            kept.append(row)
    path = run_along(network, words[kept])
    seen = vectors(network, path.states)
    hidden = None if seen is None else seen.reshape(len(kept), words.shape[1], seen.shape[-1])
    return Trace(symbols, path, hidden, states, answers)
