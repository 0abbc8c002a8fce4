"""Opening one network: which reader reads its states, and which recurrences explain them.

Nothing here sees a target: the network is run on inputs, and its answers are the truth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.data import Sequences, joint_symbols
from netlift.formulas import Behaviour
from netlift.networks import Graded, Network, has_vectors, longest, run, run_along, run_with_states, within
from netlift.states import (
    LinearSystem,
    Machine,
    covering_words,
    determining_length,
    machine_of_words,
    over_all_symbols,
    read_lattice,
    read_lean,
    read_machine,
    read_window,
    refine,
    representatives,
    symbol_classes,
)

Ints = NDArray[np.int64]

MOST_SYMBOLS = 1_024  # joint symbols up to which a finite machine is looked for
MOST_CLASSES = 64  # symbols, or classes of symbols that are alike, up to which one is read
SHORTEST = 4  # steps that words need for the horizon test of a machine
FEWEST = 500  # of fewer words none is left out
DEEPER = 256  # words of twice the length that try to refute a machine
MOST_FINER = 3  # times as many states that these may bring
ROOM = 2  # states more that another machine may have; each takes one step more to be told
WORDS = 4_000  # words that a network is run on when its states are unbounded


@dataclass(frozen=True)
class Words:
    """Inputs to run networks on: words [N, T, D] of one length, and the joint alphabet [A, D] if small."""

    inputs: Ints
    alphabet: Ints | None
    named_inputs: tuple[bool, ...] = ()
    named_outputs: tuple[bool, ...] = ()

    def behaviour(self, inputs: Ints, outputs: Ints, **known: Any) -> Behaviour:
        """The behaviour to explain, with what is known of the streams' symbols."""
        return Behaviour(
            inputs, outputs, named_inputs=self.named_inputs, named_outputs=self.named_outputs, **known
        )

    @property
    def length(self) -> int:
        """The number of steps T of each word."""
        return int(self.inputs.shape[1])


@dataclass(frozen=True)
class Reading:
    """What a reader found: its name, the number of states (None: unbounded), and the behaviour."""

    reader: str
    states: int | None
    behaviour: Behaviour
    machine: Machine | None = None
    system: LinearSystem | None = None

    @cached_property
    def determining(self) -> int | None:
        """The length of words that determine the machine; None: there is none, or it is too large to say."""
        return None if self.machine is None else determining_length(self.machine.minimised())

    def is_determined_by(self, steps: int) -> bool:
        """Whether words of so many steps leave no other machine with up to two states more."""
        return self.determining is None or self.determining + ROOM <= steps


def words_of(sequences: Sequences) -> Words:
    """The inputs of sequences as words of one length: the one that keeps most steps.

    Shorter sequences are left out, longer ones cut off. Targets play no part.
    """
    lengths = np.sort(sequences.lengths)
    kept = np.arange(len(lengths), 0, -1) * lengths  # steps that stay when cut to the length there
    length = int(lengths[int(kept.argmax())])
    inputs = sequences.inputs[sequences.lengths >= length, :length]
    return Words(
        inputs,
        joint_symbols(sequences, MOST_SYMBOLS),
        tuple(symbols is not None for symbols in sequences.input_symbols),
        tuple(symbols is not None for symbols in sequences.target_symbols),
    )


def longer_words(network: Network, words: Words, times: int, count: int, rng: np.random.Generator) -> Ints:
    """`count` words of `times` the length, each the concatenation of words drawn at random.

    Where the network can be run on so many steps; else of as many as it can.
    """
    rows = rng.integers(len(words.inputs), size=(count, times))
    joined: Ints = words.inputs[rows].reshape(count, times * words.length, -1)
    return joined[:, : longest(network)]


def read_lean_machine(network: Network, words: Words, rng: np.random.Generator) -> Machine | None:
    """The machine that a few hundred steps of the network show, to be confirmed; None: read it otherwise."""
    if words.alphabet is None or len(words.alphabet) > MOST_CLASSES or words.length < SHORTEST:
        return None
    return read_lean(network, words.alphabet, words.length, rng=rng).machine


def read_finite(network: Network, words: Words, rng: np.random.Generator) -> tuple[list[Reading], str]:
    """The finite machine inside, then its rivals; if there is none, an empty list and why."""
    if words.alphabet is None:
        return [], "too many symbols"
    if words.length < SHORTEST:
        return [], "too short"
    classes: Ints = np.arange(len(words.alphabet))
    if len(words.alphabet) > MOST_CLASSES:
        told = symbol_classes(network, words.alphabet, words.inputs, MOST_CLASSES, rng)
        if told is None:
            return [], "too many symbols"
        classes = told
    outcome = read_machine(network, words.alphabet[representatives(classes)], words.length, rng=rng)
    if outcome.machine is None:
        return [], outcome.reason
    sample = words.inputs[:WORDS]
    machines = [over_all_symbols(m, words.alphabet, classes) for m in (outcome.machine, *outcome.others)]
    return [
        Reading(
            "machine", machine.states, words.behaviour(sample, machine.run(sample), machine=machine), machine
        )
        for machine in machines
    ], ""


def read_by_merging(words: Words, outputs: Ints, reader: str) -> Reading | None:
    """The finite machine that words and the answers to them show, by merging the states of their tree.

    It needs no word but these, so that it can be asked where a network is right on them and on no other.
    """
    if words.alphabet is None or len(words.alphabet) > MOST_CLASSES:
        return None
    machine = machine_of_words(words.inputs, outputs, words.alphabet)
    if machine is None:
        return None
    sample = words.inputs[:WORDS]
    behaviour = words.behaviour(sample, machine.run(sample), machine=machine)
    return Reading(reader, machine.states, behaviour, machine)


def deepened(network: Network, words: Words, machine: Machine, rng: np.random.Generator) -> Machine:
    """The machine, or where words of twice the length refute it, the one that they refine it to.

    The words cover its transitions, or are random. The finer machine counts only where it answers fresh words
    of both lengths more often as the network does; where it does not, the network drifts.
    """
    twice = within(network, 2 * words.length)
    longer = machine.alphabet[covering_words(machine, twice, DEEPER, rng)]
    if np.array_equal(machine.run(longer), run(network, longer)):
        return machine
    finer = refine(network, machine, longer)
    if finer.difference(machine) is None or finer.states > MOST_FINER * machine.states:
        return machine
    for length in (words.length, twice):
        fresh = machine.alphabet[covering_words(finer, length, DEEPER, rng)]
        truth = run(network, fresh)
        right = [int((one.run(fresh) == truth).all(axis=(1, 2)).sum()) for one in (machine, finer)]
        if right[1] < right[0]:
            return machine
    return finer


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


def read_unbounded(
    network: Network, simple: Network, words: Words, rng: np.random.Generator, share: float
) -> Iterator[Reading]:
    """Readings of a network whose states are too many for a machine, the most telling first.

    Only the `share` of the words on which the network is surest is looked at. Answers are the network's own,
    hidden states those of `simple`, the same network in a better basis.
    """
    sample = sure_words(network, words.inputs[:WORDS], share)
    answers = run(network, sample)
    window = read_window(simple, sample, rng=rng)
    if window is not None:
        yield Reading("window", None, words.behaviour(sample, answers, window=window))
    else:
        lattice = read_lattice(simple, sample) if has_vectors(simple) else None
        if lattice is not None:
            coordinates = lattice.encode(run_with_states(simple, sample)[0])
            yield Reading("lattice", None, words.behaviour(sample, answers, coordinates=coordinates))
    yield Reading("behaviour", None, words.behaviour(sample, answers))
