"""Readers of networks whose states are too many for a machine, and of those that are linear."""

from collections.abc import Iterator
from dataclasses import dataclass

from netlift.networks import has_vectors, is_affine, run, run_with_states
from netlift.states._lattice import read_lattice
from netlift.states._linear import read_linear
from netlift.states._window import read_window
from netlift.states.readers._reading import Reading, View
from netlift.states.readers._words import WORDS


@dataclass(frozen=True)
class LinearReader:
    """The linear system that the network answers as."""

    name: str = "linear"
    cost: float = 1e6
    tolerant: bool = True

    def read(self, view: View) -> Iterator[Reading]:
        """One linear system, or nothing."""
        inputs = view.words.inputs if is_affine(view.network) else view.words.inputs[:WORDS]
        system = read_linear(view.network, inputs)
        if system is not None:
            sample = view.words.inputs[:WORDS]
            behaviour = view.words.behaviour(sample, run(view.network, sample))
            yield Reading("linear", system.states, behaviour, system=system)


@dataclass(frozen=True)
class WindowReader:
    """How many of the last inputs an answer depends on, where it is but a few."""

    name: str = "window"
    cost: float = 2e7
    tolerant: bool = False

    def read(self, view: View) -> Iterator[Reading]:
        """The behaviour with its window, or nothing."""
        window = read_window(view.simple, view.sample, rng=view.rng)
        if window is not None:
            yield Reading("window", None, view.words.behaviour(view.sample, view.answers, window=window))


@dataclass(frozen=True)
class LatticeReader:
    """Whole coordinates of hidden states that lie on a lattice."""

    name: str = "lattice"
    cost: float = 3e7
    tolerant: bool = False

    def read(self, view: View) -> Iterator[Reading]:
        """The behaviour with its coordinates; nothing where a window says as much, or without vectors."""
        if "window" in view.before or not has_vectors(view.simple):
            return
        lattice = read_lattice(view.simple, view.sample)
        if lattice is not None:
            coordinates = lattice.encode(run_with_states(view.simple, view.sample)[0])
            behaviour = view.words.behaviour(view.sample, view.answers, coordinates=coordinates)
            yield Reading("lattice", None, behaviour)


@dataclass(frozen=True)
class BehaviourReader:
    """The answers alone: states are left to the formulas."""

    name: str = "behaviour"
    cost: float = 4e7
    tolerant: bool = False

    def read(self, view: View) -> Iterator[Reading]:
        """The behaviour, with nothing about states."""
        yield Reading("behaviour", None, view.words.behaviour(view.sample, view.answers))
