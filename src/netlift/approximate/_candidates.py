"""Programs that may be near a network: machines by queries or clusters, weighted sums; small first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.approximate._clusters import clustered
from netlift.approximate._pairs import Pairs
from netlift.approximate._print import Names, weighted_source
from netlift.approximate._rows import Answers
from netlift.approximate._weighted import Weighted, WeightedFit
from netlift.data import Sequences
from netlift.formulas._draft import input_names
from netlift.formulas._table import table_recurrence
from netlift.networks import Network, within
from netlift.program import Checked, print_program
from netlift.states import Machine
from netlift.states._lean import read_lean
from netlift.states._probe import BudgetError, Probe

Ints = NDArray[np.int64]

MOST_STATES = 512  # of a machine by clusters
BY_QUERIES = 1_000  # states of one by queries
TABLE = 1 << 25  # counts of a machine's transitions that are held at once
MOST_NUMBERS = 60_000  # of weighted sums, which are printed
QUERIES, STEPS = 200_000, 4_000_000  # steps of the network for a machine by queries, and for rows
OPENING = 200  # words of the user's that are asked first


@dataclass(frozen=True)
class Near:
    """A program that may be near: what it is, how many numbers it consists of, and how it answers.

    `run` answers words of symbol numbers [N, T] by [N, T, K]; `source` prints it with these sentences.
    """

    kind: str
    numbers: int
    run: Callable[[Ints], Ints]
    source: Callable[[Sequence[str]], str]
    machine: Machine | None = None

    def wrong(self, places: Ints, sequences: Sequences) -> float:
        """The share of the sequences on which it is wrong at a step that counts."""
        wrong = (self.run(places) != sequences.targets).any(axis=2) & sequences.labelled
        return float(wrong.any(axis=1).mean())


@dataclass(frozen=True)
class Printing:
    """How programs are printed: the names of symbols, and the inputs they are checked on."""

    inputs: Names
    answers: Names
    checked: Sequence[Checked]

    def machine(self, machine: Machine, found_by: str) -> Near:
        """A machine, as its table."""
        streams = input_names(machine.alphabet.shape[1])
        named = [one is not None for one in self.inputs]

        def source(told: Sequence[str]) -> str:
            recurrence = table_recurrence(machine, streams, named)
            return print_program(recurrence, told, list(self.inputs), list(self.answers), self.checked)

        def run(places: Ints) -> Ints:
            return machine.run(machine.alphabet[places])

        numbers = machine.states * (len(machine.alphabet) + machine.outputs.shape[2])
        states = f"{machine.states:,} state{'s' if machine.states > 1 else ''}"
        return Near(f"a machine of {states} ({found_by})", numbers, run, source, machine)

    def weighted(self, found: Weighted) -> Near:
        """A recurrence of weighted sums."""

        def source(told: Sequence[str]) -> str:
            return weighted_source(found, told, self.inputs, self.answers, self.checked)

        variables = f"{found.variables} variable{'s' if found.variables > 1 else ''}"
        kind = f"a recurrence of weighted sums with {variables} and {found.numbers:,} numbers"
        return Near(kind, found.numbers, found.run, source)


def by_queries(network: Network, alphabet: Ints, words: Ints, rng: np.random.Generator) -> Machine | None:
    """The machine of active learning as far as it came; the user's words [N, T] are asked first."""
    length = within(network, 2 * words.shape[1])
    opening = words[:OPENING]
    return read_lean(
        network,
        alphabet,
        length,
        rng=rng,
        max_states=BY_QUERIES,
        budget=QUERIES,
        opening=opening,
    ).best


def near(
    network: Network, alphabet: Ints, words: Ints, printing: Printing, rng: np.random.Generator
) -> Iterator[list[Near]]:
    """Programs, in lists of which the next one costs more.

    `words` [N, T] are symbol numbers, -1 behind the ends. Machines by clusters and weighted sums come first,
    twice as large each time, and in the end the machine by queries.
    """
    yield from _by_rows(network, alphabet, words, printing, rng)
    machine = by_queries(network, alphabet, words, rng)
    yield [] if machine is None else [printing.machine(machine, "by queries")]


def _by_rows(
    network: Network, alphabet: Ints, words: Ints, printing: Printing, rng: np.random.Generator
) -> Iterator[list[Near]]:
    """Those by what the network answers later; none where it has too many answers, or that takes too long."""
    probe = Probe(network, alphabet, STEPS)
    listed = [tuple(symbol for symbol in word if symbol >= 0) for word in words.tolist()]
    try:
        answers = Answers.of(probe.run(np.maximum(words[:OPENING], 0)))
        if answers is None:
            return
        pairs = Pairs.of(probe, listed, answers, rng)
    except BudgetError:
        return
    yield [printing.machine(one, "by clusters") for one in clustered(pairs, 1, rng)[:1]]
    fit, size = WeightedFit(pairs), 1
    states, variables = True, True
    while states or variables:
        found: list[Near] = []
        variables = variables and len(alphabet) * size * (size + 1) <= MOST_NUMBERS and size <= fit.rank
        if variables:
            found += [printing.weighted(one) for one in fit.of(size)]
        count = 4 * size
        states = states and count <= MOST_STATES and count * count * len(alphabet) <= TABLE
        if states:
            found += [printing.machine(one, "by clusters") for one in clustered(pairs, count, rng)]
        yield found
        size *= 2
