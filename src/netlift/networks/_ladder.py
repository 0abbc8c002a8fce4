"""The architecture search: which networks are trained, from small to large, and for how long."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from netlift.data._sequences import Sequences
from netlift.networks._architecture import Architecture
from netlift.networks._ensemble import Ensemble

MOST_UNITS = 64  # one-hot units or classes beyond this are not tried
LARGE = 32  # wider networks have no turn in the first round
CYCLE = 1_000  # optimiser steps until the learning rate has come down for the first time
GROWTH = 2  # each further cycle is so many times as long
ROUNDS = (400, 1_000, 3_000, 7_000, 15_000)  # steps after which the next rung has its turn: ends of cycles


@dataclass(frozen=True)
class Rung:
    """An ensemble on its way: after each 200 steps it comes by again, until it has had its turn."""

    number: int
    ensemble: Ensemble

    @property
    def turn_over(self) -> bool:
        """Whether other ensembles come next, for the second time or later."""
        return self.ensemble.steps in ROUNDS[1:]


def architectures(sequences: Sequences) -> tuple[Architecture, ...]:
    """The architectures worth trying for these sequences, cheapest first.

    A small network with a linear path beside it suits what counts or is piecewise linear; one-hot
    inputs and class scores without that path suit modular maps.
    """
    inputs, targets = sequences.inputs[sequences.mask], sequences.targets[sequences.mask]
    symbols = sum(len(np.unique(column)) for column in inputs.T)
    classes = sum(len(np.unique(column)) for column in targets.T)
    names_in = any(symbols is not None for symbols in sequences.input_symbols)
    names_out = any(symbols is not None for symbols in sequences.target_symbols)
    one_hot, as_classes = symbols <= MOST_UNITS, classes <= MOST_UNITS
    found = [Architecture(2, 8), Architecture(1, 8)]
    if one_hot and as_classes:
        found += [
            Architecture(4, 32, skip=False, outputs="classes"),
            Architecture(4, 32, skip=False, inputs="one-hot", outputs="classes"),
            Architecture(3, 16, g_depth=3, inputs="one-hot", outputs="classes"),
        ]
    if one_hot:
        found.append(Architecture(2, 16, inputs="one-hot"))
    found += [Architecture(3, 16), Architecture(4, 32)]
    if one_hot and as_classes:
        found += [
            Architecture(8, 64, g_depth=3, skip=False, outputs="classes"),
            Architecture(6, 64, skip=False, inputs="one-hot", outputs="classes"),
        ]
    found.append(Architecture(8, 64))
    if names_in:
        found = [one for one in found if one.inputs == "one-hot" or not one_hot]
    if names_out:
        found = [one for one in found if one.outputs == "classes" or not as_classes]
    return tuple(found)


def ladder(sequences: Sequences, *, seed: int, chunk: int = 200) -> Iterator[Rung]:
    """Ensembles after each `chunk` steps of training, in rounds: all a little, then all some more."""
    shapes = architectures(sequences)
    ensembles: dict[int, Ensemble] = {}
    for place, steps in enumerate(ROUNDS):
        for number, architecture in enumerate(shapes):
            if place == 0 and architecture.width > LARGE:
                continue
            if number not in ensembles:
                ensembles[number] = Ensemble(
                    architecture, sequences, seed=seed + 1000 * number, cycle=CYCLE, growth=GROWTH
                )
            ensemble = ensembles[number]
            while ensemble.steps < steps:
                ensemble.advance(chunk)
                yield Rung(number, ensemble)
