"""Pairs of state and symbol that networks are not shown: how they answer these is what their word is worth.

Networks that agree about what they never saw are not right for that: of a TLS server three networks that were
right on all they had seen agreed about three such pairs, and about one of them wrongly.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.networks._protocol import Network
from netlift.states._guided import Guided, guided, states_along
from netlift.states._partial import PartialMachine

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SHARE = 3  # of the pairs that words seldom take, one in so many is withheld
FEWEST = 10  # withheld pairs that have to be answered; fewer say nothing
RIGHT = 0.95  # share of them that has to be answered as the words do


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Withheld:
    """A machine from words, and what networks that are to be tried are shown of it.

    `pairs` [Q, A] are withheld; `lengths` [N] are those of the words up to the first of these pairs.
    """

    machine: PartialMachine
    pairs: Bools
    lengths: Ints

    @property
    def part(self) -> PartialMachine:
        """The machine without the withheld pairs."""
        return replace(self.machine, known=self.machine.known & ~self.pairs)


@dataclass(frozen=True)
class Trial:
    """How networks that all agree answered pairs that were withheld from them."""

    withheld: int
    answered: int
    right: int

    @property
    def passed(self) -> bool:
        """Whether their word is taken for pairs that no word shows."""
        return self.answered >= FEWEST and self.right >= RIGHT * self.answered


def withheld(machine: PartialMachine, symbols: Ints, lengths: Ints, rng: np.random.Generator) -> Withheld:
    """Withhold some pairs of a machine that words [N, T] of symbol numbers take, of the seldomer half."""
    states = states_along(machine, symbols, lengths)[:, :-1]
    places = symbols.clip(min=0)
    inside = (np.arange(symbols.shape[1]) < lengths[:, None]) & machine.known[states, places]
    taken = np.zeros(machine.known.shape, dtype=np.int64)
    np.add.at(taken, (states[inside], places[inside]), 1)
    seldom = np.argwhere((taken > 0) & (taken <= np.median(taken[taken > 0])))
    chosen = seldom[rng.permutation(len(seldom))[: len(seldom) // SHARE]]
    pairs = np.zeros_like(machine.known)
    pairs[tuple(chosen.T)] = True
    hidden = inside & pairs[states, places]
    shown: Ints = np.where(hidden.any(axis=1), hidden.argmax(axis=1), lengths)
    return Withheld(machine, pairs, shown)


def guided_if_right(
    networks: Sequence[Network], held: Withheld, symbols: Ints, *, rng: np.random.Generator
) -> tuple[Guided, Trial]:
    """What networks answer of the pairs that no word shows; nothing where they fail on those withheld."""
    found = guided(networks, held.part, symbols, held.lengths, rng=rng)
    machine, said = held.machine, found.machine
    tried = [pair for pair in found.answered if held.pairs[pair]]
    right = sum(
        bool(machine.transitions[pair] == said.transitions[pair])
        and bool((machine.outputs[pair] == said.outputs[pair]).all())
        for pair in tried
    )
    trial = Trial(int(held.pairs.sum()), len(tried), right)
    new = tuple(pair for pair in found.answered if not held.pairs[pair])
    if not trial.passed or not new:
        return Guided(machine, ()), trial
    answered = np.zeros_like(machine.known)
    answered[tuple(np.array(new).T)] = True
    whole = PartialMachine(
        machine.alphabet,
        np.where(answered, said.transitions, machine.transitions),
        np.where(answered[..., None], said.outputs, machine.outputs),
        machine.known | answered,
    )
    return Guided(whole, new), trial
