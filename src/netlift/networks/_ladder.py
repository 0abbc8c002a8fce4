"""The architecture search: which networks are trained, from small to large, and for how long."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.data._sequences import Sequences
from netlift.networks._architecture import Architecture
from netlift.networks._ensemble import Ensemble

Floats = NDArray[np.float64]

MOST_UNITS = 64  # one-hot units or classes beyond this are not tried
MOST_NAMES = 1_024  # the same for symbols that are strings, whose numbers mean nothing
HOPELESS = 0.02  # sequence accuracy below which an ensemble is given up after two rounds
LARGE = 32  # wider networks have no turn in the first round
CYCLE = 1_000  # optimiser steps until the learning rate has come down for the first time
GROWTH = 2  # each further cycle is so many times as long
KEPT = {1_000: 8, 3_000: 4}  # networks of an ensemble that go on after so many steps (successive halving)
ROUNDS = (400, 1_000, 3_000, 7_000, 15_000)  # steps after which the next rung has its turn: ends of cycles


@dataclass(frozen=True)
class Rung:
    """An ensemble on its way, and the share of the held-out sequences that each network has right."""

    number: int
    ensemble: Ensemble
    accuracies: Floats
    round: int = 0
    last: bool = False  # whether the round ends here

    @property
    def round_over(self) -> bool:
        """Whether other ensembles come next."""
        return self.ensemble.steps in ROUNDS

    @property
    def turn_over(self) -> bool:
        """Whether other ensembles come next, for the second time or later."""
        return self.ensemble.steps in ROUNDS[1:]


def architectures(sequences: Sequences) -> tuple[Architecture, ...]:
    """The architectures worth trying for these sequences, cheapest first.

    A small network with a linear path beside it suits what counts or is piecewise linear; one-hot
    inputs and class scores without that path suit modular maps.
    """
    inputs, targets = sequences.inputs[sequences.mask], sequences.targets[sequences.labelled]
    symbols = sum(len(np.unique(column)) for column in inputs.T)
    classes = sum(len(np.unique(column)) for column in targets.T)
    names_in = any(symbols is not None for symbols in sequences.input_symbols)
    names_out = any(symbols is not None for symbols in sequences.target_symbols)
    one_hot = symbols <= (MOST_NAMES if names_in else MOST_UNITS)
    as_classes = classes <= (MOST_NAMES if names_out else MOST_UNITS)
    many = MOST_UNITS < symbols <= MOST_NAMES and as_classes and not one_hot
    found = [Architecture(2, 8), Architecture(1, 8)]
    if one_hot and as_classes:
        found += [
            Architecture(4, 32, skip=False, outputs="classes"),
            Architecture(4, 32, skip=False, inputs="one-hot", outputs="classes"),
            Architecture(3, 16, g_depth=3, inputs="one-hot", outputs="classes"),
        ]
    if one_hot:
        found.append(Architecture(2, 16, inputs="one-hot"))
    if many:  # a remainder of large numbers, a table: what no formula in the number itself makes easy
        found.append(Architecture(4, 32, skip=False, inputs="one-hot", outputs="classes"))
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


def ladder(train: Sequences, held_out: Sequences, *, seed: int, chunk: int = 200) -> Iterator[Rung]:
    """Ensembles after each `chunk` steps of training, in rounds: all a little, then all some more.

    From the third round on, those that have come furthest have their turn first, and those that
    have not got one held-out sequence in fifty right are given up, unless all are as weak. Of an
    ensemble only the best networks go on (successive halving; Jamieson and Talwalkar, 2016).
    """
    shapes = architectures(train)
    ensembles: dict[int, Ensemble] = {}
    best = dict.fromkeys(range(len(shapes)), 0.0)
    last_seen: dict[int, Floats] = {}
    for place, steps in enumerate(ROUNDS):
        order = list(best)
        if place == 0:
            order = [number for number in order if shapes[number].width <= LARGE]
        elif place >= 2:
            order = sorted(best, key=lambda number: -best[number])
            hopeful = [number for number in order if best[number] >= HOPELESS]
            order = hopeful or order[:2]
        for number in order:
            if number not in ensembles:
                ensembles[number] = Ensemble(
                    shapes[number], train, seed=seed + 1000 * number, cycle=CYCLE, growth=GROWTH
                )
            ensemble = ensembles[number]
            kept = KEPT.get(ensemble.steps)
            if kept is not None and place:
                ensemble.keep(np.argsort(-last_seen[number], kind="stable")[:kept])
            while ensemble.steps < steps:
                ensemble.advance(chunk)
                accuracies = ensemble.accuracies(held_out)
                last_seen[number] = accuracies
                best[number] = max(best[number], float(accuracies.max()))
                last = number == order[-1] and ensemble.steps >= steps
                yield Rung(number, ensemble, accuracies, place, last)
