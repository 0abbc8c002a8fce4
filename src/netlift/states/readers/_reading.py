"""What readers are shown of a network, and what they answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from netlift._algebra import LinearSystem
from netlift.core._streams import random_stream
from netlift.networks import Graded, Network, run, run_along
from netlift.states._machine import Machine
from netlift.states._observed import Behaviour
from netlift.states._reach import determining_length
from netlift.states.readers._words import WORDS, Words

Ints = NDArray[np.int64]

ROOM = 2  # states more that another machine may have; each takes one step more to be told
SURE = 0.9  # share of the words that are looked at where a network errs: those on which it is surest
FEWEST = 500  # of fewer words none is left out


def _nowhere(line: str) -> None:
    """Where log lines go that nobody reads."""


def _none_wrong(machine: Machine) -> int:
    return 0


@dataclass(frozen=True)
class Reading:
    """What a reader found.

    Attributes:
        reader: its name.
        states: the number of states; None: unbounded.
        behaviour: what has to be explained.
        machine: the finite machine; None: there is none.
        system: the linear system; None: there is none.
        of_data: whether it was read from the data themselves and not from a network's answers.
    """

    reader: str
    states: int | None
    behaviour: Behaviour
    machine: Machine | None = None
    system: LinearSystem | None = None
    of_data: bool = False

    @cached_property
    def determining(self) -> int | None:
        """The length of words that determine the machine; None: there is none, or it is too large to say."""
        return None if self.machine is None else determining_length(self.machine.minimised())

    def is_determined_by(self, steps: int) -> bool:
        """Whether words of so many steps leave no other machine with up to two states more."""
        return self.determining is None or self.determining + ROOM <= steps


@dataclass(frozen=True)
class View:
    """A network as a reader sees it; nothing here shows a target.

    Attributes:
        network: what is to be read (`netlift.networks.Network`): it answers whole numbers.
        words: the inputs [N, T, D] to run it on, and their joint alphabet.
        seed: what all that a reader draws has to be drawn from (`rng`).
        accuracy: its share of right sequences, from 0 to 1.
        share: the share of the words to look at, those on which it is surest.
        better: the same network in a basis that suits readers of unbounded states; None: there is none.
            `simple` is this, or the network itself.
        is_truth: whether it may be asked on words of any length, and is right on them by definition.
        errors: counts the training sequences that a machine answers wrongly.
        log: takes a line for the log.
        before: the names of the readings of this network so far.
        reasons: where a reader that finds nothing may say why.
    """

    network: Network
    words: Words
    seed: int = 0
    accuracy: float = 1.0
    share: float = 1.0
    better: Network | None = None
    is_truth: bool = False
    errors: Callable[[Machine], int] = _none_wrong
    log: Callable[[str], None] = _nowhere
    before: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def simple(self) -> Network:
        """The same network in a better basis, or the network itself."""
        return self.network if self.better is None else self.better

    @property
    def rng(self) -> np.random.Generator:
        """A new stream of random numbers, the same each time."""
        return random_stream(self.seed, "reading")

    @cached_property
    def sample(self) -> Ints:
        """Up to 4,000 words, of them the share on which the network is surest."""
        return sure_words(self.network, self.words.inputs[:WORDS], self.share)

    @cached_property
    def answers(self) -> Ints:
        """The network's answers to the sample, [N, T, K]."""
        return run(self.network, self.sample)


def share_to_read(accuracy: float, *, faultless: bool) -> float:
    """The share of the words to look at: all where a network makes no error, else those it is surest on."""
    if accuracy < 1.0:
        return max(0.5, SURE - 5.0 * (1.0 - accuracy))
    return 1.0 if faultless else SURE


def sure_words(network: Network, inputs: Ints, share: float) -> Ints:
    """The share of the words [N, T, D] on which the network is surest of all its answers.

    A formula is exact or wrong: one slip of the network in a thousand words would hide it.
    """
    if not isinstance(network, Graded) or len(inputs) < FEWEST:
        return inputs
    margins = network.margin(run_along(network, inputs).states)
    worst = margins.reshape(len(inputs), -1).min(axis=1)
    kept: Ints = inputs[np.sort(np.argsort(-worst, kind="stable")[: round(share * len(inputs))])]
    return kept
