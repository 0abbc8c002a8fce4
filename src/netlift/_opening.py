"""Opening one network: which reader reads its states, and which programs explain them.

Nothing here sees a target: the network is run on inputs, and its answers are the truth.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift._clock import Clock
from netlift.formulas import Behaviour, Candidate, describe, linear_programs, search
from netlift.networks import LinearRnn, Network, run
from netlift.states import (
    LinearSystem,
    Machine,
    lattice_samples,
    read_lattice,
    read_linear,
    read_machine,
    read_window,
)

Ints = NDArray[np.int64]

MOST_SYMBOLS = 300  # a machine over more joint symbols is not read: its table would be no explanation
WORDS = 4_000  # words that the network is run on when its states are unbounded


@dataclass(frozen=True)
class Words:
    """Inputs to run networks on: [N, T, D] words of one length, and the joint alphabet if small."""

    inputs: Ints
    alphabet: Ints | None

    @property
    def length(self) -> int:
        """Steps of each word."""
        return int(self.inputs.shape[1])


@dataclass(frozen=True)
class Reading:
    """What a reader found: its name, the number of states (None: unbounded), and the behaviour."""

    reader: str
    states: int | None
    behaviour: Behaviour
    machine: Machine | None = None
    system: LinearSystem | None = None


def read_finite(network: Network, words: Words, rng: np.random.Generator) -> Reading | None:
    """The finite machine inside, if there is one."""
    if words.alphabet is None or len(words.alphabet) > MOST_SYMBOLS:
        return None
    outcome = read_machine(network, words.alphabet, words.length, rng=rng)
    if outcome.machine is None:
        return None
    machine = outcome.machine
    sample = words.inputs[:WORDS]
    behaviour = Behaviour(sample, machine.run(sample), machine=machine)
    return Reading("machine", machine.states, behaviour, machine=machine)


def read_unbounded(network: Network, words: Words, rng: np.random.Generator) -> Iterator[Reading]:
    """Readings of a network whose states are too many for a machine, best first."""
    sample = words.inputs[:WORDS]
    answers = run(network, sample)
    window = read_window(network, sample, rng=rng)
    if window is not None:
        yield Reading("window", None, Behaviour(sample, answers, window=window))
    lattice = read_lattice(network, sample)
    if lattice is not None:
        coordinates = lattice_samples(network, lattice, sample)
        yield Reading("lattice", None, Behaviour(sample, answers, coordinates=coordinates))
    yield Reading("behaviour", None, Behaviour(sample, answers))
