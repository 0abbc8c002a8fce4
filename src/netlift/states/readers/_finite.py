"""Readers of finite machines: the states of a network told apart by what it answers later."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.networks import Drawing, Network, run, within
from netlift.states._alike import over_all_symbols, representatives, symbol_classes
from netlift.states._behaviour import read_machine, refine
from netlift.states._lean import read_lean
from netlift.states._linear import read_linear
from netlift.states._machine import Machine
from netlift.states._merging import machine_of_words
from netlift.states._words import covering_words
from netlift.states.readers._reading import Reading, View
from netlift.states.readers._words import WORDS, Words, longer_to_read

Ints = NDArray[np.int64]

MOST_CLASSES = 64  # symbols, or classes of symbols that are alike, up to which a machine is read
SHORTEST = 4  # steps that words need for the horizon test of a machine
DEEPER = 256  # words of twice the length that try to refute a machine
MOST_FINER = 3  # times as many states that these may bring


@dataclass(frozen=True)
class ConfirmedMachine:
    """A machine that was seen before, if words of twice the length do not refute it."""

    machine: Machine | None
    name: str = "confirmed"
    cost: float = 1e4
    tolerant: bool = True

    def read(self, view: View) -> Iterator[Reading]:
        """The machine, with a linear system where it is one; nothing where it is refuted."""
        machine, alphabet = self.machine, view.words.alphabet
        if machine is None or alphabet is None or not np.array_equal(machine.alphabet, alphabet):
            return
        errors = view.errors(machine)
        if errors or deepened(view.network, view.words, machine, view.rng) is not machine:
            told = f"wrong on {errors:,} words" if errors else "refuted by words of twice the length"
            view.log(f"lean reader: {machine.states} states, {told}; read once more")
            if errors:  # it may still be the nearest of all
                sample = view.words.inputs[:WORDS]
                behaviour = view.words.behaviour(sample, machine.run(sample), machine=machine)
                yield Reading("lean", machine.states, behaviour, machine)
            return
        view.log(f"lean reader: {machine.states} states, right on all words")
        sample = view.words.inputs[:WORDS]
        answers = machine.run(sample)
        system = read_linear(view.network, sample, outputs=answers)
        if system is not None:
            behaviour = view.words.behaviour(sample, run(view.network, sample))
            yield Reading("linear", system.states, behaviour, machine, system)
        behaviour = view.words.behaviour(sample, answers, machine=machine)
        yield Reading("machine", machine.states, behaviour, machine)


@dataclass(frozen=True)
class MachineReader:
    """The finite machine inside, by the answers that its states lead to; its rivals come after it."""

    name: str = "machine"
    cost: float = 1e7
    tolerant: bool = True

    def read(self, view: View) -> Iterator[Reading]:
        """Machines that the network may be; why there is none stands in the view's `reasons`."""
        rng = view.rng
        read, reason = read_finite(view.network, view.words, rng)
        if reason:
            view.reasons.append(reason)
        if view.is_truth:
            read = [self._deepened(view, one, rng) for one in read]
        yield from read
        right = any(one.machine is not None and not view.errors(one.machine) for one in read)
        if right or view.is_truth or view.accuracy < 1.0 or reason not in ("", "horizon"):
            return
        longer = longer_to_read(view.network, view.words, view.seed)
        read, reason = read_finite(view.network, replace(view.words, inputs=longer), rng)
        if reason:
            view.reasons.append(reason)
        for one in read:
            if one.machine is not None and not view.errors(one.machine):
                view.log(f"read from words of {longer.shape[1]} steps, beyond the horizon")
                yield one

    def _deepened(self, view: View, reading: Reading, rng: np.random.Generator) -> Reading:
        """A machine that was read, after words of twice the length have tried to refute it."""
        if reading.machine is None:
            return reading
        machine = deepened(view.network, view.words, reading.machine, rng)
        if machine is reading.machine:
            return reading
        view.log(f"counterexamples: {reading.states} states became {machine.states}")
        sample = view.words.inputs[:WORDS]
        behaviour = view.words.behaviour(sample, machine.run(sample), machine=machine)
        return Reading("machine", machine.states, behaviour, machine)


@dataclass(frozen=True)
class MergingReader:
    """The finite machine that the words and the network's answers to them show, and no other word."""

    name: str = "merging"
    cost: float = 1e7
    tolerant: bool = False

    def read(self, view: View) -> Iterator[Reading]:
        """One machine; nothing where the network errs, or other readers found machines."""
        if view.accuracy < 1.0 or "machine" in view.before:
            return
        found = read_by_merging(view.words, run(view.network, view.words.inputs), self.name)
        if found is not None:
            yield found


def read_lean_machine(network: Network, words: Words, rng: np.random.Generator) -> Machine | None:
    """The machine that a few hundred steps of the network show, to be confirmed; None: read it otherwise.

    Where there is none over words of this length, words of half the length are tried: of a network that errs
    on long ones the machine shows there alone. A counter has none over these either.
    """
    if words.alphabet is None or len(words.alphabet) > MOST_CLASSES or words.length < SHORTEST:
        return None
    for length in (words.length, words.length // 2):
        machine = read_lean(network, words.alphabet, length, rng=rng).machine
        if machine is not None and isinstance(network, Drawing):
            network.expect(machine)
        if machine is not None or length // 2 < SHORTEST:
            return machine
    return None


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


def deepened(network: Network, words: Words, machine: Machine, rng: np.random.Generator) -> Machine:
    """The machine, or where words of twice the length refute it, the one that they refine it to.

    The words cover its transitions, or are random. The finer machine counts only where it answers fresh words
    of both lengths more often as the network does; where it does not, the network drifts.
    """
    twice = within(network, 2 * words.length)
    longer = _probing_words(network, machine, twice, rng)
    if np.array_equal(machine.run(longer), run(network, longer)):
        return machine
    finer = refine(network, machine, longer)
    if finer.difference(machine) is None or finer.states > MOST_FINER * machine.states:
        return machine
    for length in (words.length, twice):
        fresh = _probing_words(network, finer, length, rng)
        truth = run(network, fresh)
        right = [int((one.run(fresh) == truth).all(axis=(1, 2)).sum()) for one in (machine, finer)]
        if right[1] < right[0]:
            return machine
    return finer


def _probing_words(network: Network, machine: Machine, length: int, rng: np.random.Generator) -> Ints:
    """Words that cover the machine's transitions, and as many drawn at random, from those that count."""
    words = machine.alphabet[covering_words(machine, length, DEEPER, rng)]
    if isinstance(network, Drawing):
        words[DEEPER // 2 :] = network.legal_words(DEEPER - DEEPER // 2, length, rng)
    return words


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
