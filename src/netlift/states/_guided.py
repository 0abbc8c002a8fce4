"""A machine from data, completed by networks that learned them: the data rule, the networks fill their gaps.

A network is as sure of what it never saw as of what it did, and networks that all missed a rare state agree
about it: only networks are asked that have learned all that the data say of a state, and only what several
say that were trained apart is taken for more than a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.networks._protocol import Network, run
from netlift.states._partial import PartialMachine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_WITNESSES = 24  # beginnings from the data that lead to a state, with which it is asked about
_SUFFIXES = 40  # words after which the states that a step may lead to are compared
_PASSING = 1_000  # words that pass a state, on which networks are tried
_SURE = 0.9  # share of the beginnings, or of the answers after them, that has to agree


@dataclass(frozen=True)
class Guided:
    """The machine, and the pairs (state, symbol number) that the networks answered for the data."""

    machine: PartialMachine
    answered: tuple[tuple[int, int], ...]


def guided(
    networks: Sequence[Network],
    machine: PartialMachine,
    symbols: Ints,
    lengths: Ints,
    *,
    rng: np.random.Generator,
) -> Guided:
    """Let networks answer the pairs of state and symbol that words [N, T] of symbol numbers never show.

    Each is asked after up to two dozen beginnings of the words that lead to the state: its answer counts
    where nine in ten agree; and so does the state that the step leads to, the one whose answers to short
    words are those of the network there, in nine of ten and more often than any other's. Where they do not
    all say the same, or one of them is wrong about something the words do say of the state, the pair stays
    unknown. A pair costs each network about a thousand words.
    """
    found = machine
    answered = []
    suffixes = _suffixes(len(machine.alphabet), rng)
    expected, told = _rows(machine, suffixes)
    if not told.any():
        return Guided(machine, ())
    states = states_along(machine, symbols, lengths)
    for state, beginnings in enumerate(_beginnings(machine, symbols, lengths, states, rng)):
        if not beginnings or not machine.known[state].any() or machine.known[state].all():
            continue  # where nothing at all is known of it, the networks would be alone
        passing = np.flatnonzero((states[:, :-1] == state).any(axis=1))[:_PASSING]
        if not all(
            _knows(network, machine, state, symbols[passing], lengths[passing], states[passing])
            for network in networks
        ):
            continue
        for symbol in np.flatnonzero(~machine.known[state]).tolist():
            checkpoint()
            said = {
                _answer(*_asked(network, machine.alphabet, beginnings, symbol, suffixes), expected, told)
                for network in networks
            }
            agreed = said.pop() if len(said) == 1 else None
            if agreed is None:
                continue
            target, output = agreed
            transitions, answers, known = found.transitions.copy(), found.outputs.copy(), found.known.copy()
            transitions[state, symbol], known[state, symbol] = target, True
            answers[state, symbol] = output
            found = replace(found, transitions=transitions, outputs=answers, known=known)
            answered.append((state, symbol))
    return Guided(found, tuple(answered))


def confirmed(network: Network, machine: PartialMachine, symbols: Ints, lengths: Ints) -> Bools:
    """Which transitions [Q, A] of a machine a network answers alike where words [N, T] take them, or nearly.

    Nearly: nine times in ten. What the machine does not know, and what no word takes, is not confirmed.
    """
    states = states_along(machine, symbols, lengths)[:, :-1]
    places = symbols.clip(min=0)
    outputs = run(network, machine.alphabet[places])
    taken = (np.arange(symbols.shape[1]) < lengths[:, None]) & machine.known[states, places]
    alike = taken & (outputs == machine.outputs[states, places]).all(axis=2)
    counts = np.zeros((2, *machine.known.shape), dtype=np.int64)
    for count, chosen in zip(counts, (taken, alike), strict=True):
        np.add.at(count, (states[chosen], places[chosen]), 1)
    found: Bools = (counts[0] > 0) & (counts[1] >= _SURE * counts[0])
    return found


def _answer(
    outputs: Ints, later: Ints, expected: Ints, told: NDArray[np.bool_]
) -> tuple[int, tuple[int, ...]] | None:
    """The state that a network goes to, and its answer on the way; None where it is not sure."""
    kinds, counts = np.unique(outputs, axis=0, return_counts=True)
    target = _target(later, expected, told)
    if counts.max() < _SURE * len(outputs) or target is None:
        return None
    return target, tuple(kinds[counts.argmax()].tolist())


def _suffixes(letters: int, rng: np.random.Generator) -> Ints:
    """Words [S, 2]: every symbol twice at first, then random ones."""
    first = rng.permutation(letters)[: _SUFFIXES // 2]
    drawn = rng.integers(letters, size=(_SUFFIXES - len(first), 2))
    ordered: Ints = np.concatenate([np.column_stack([first, rng.integers(letters, size=len(first))]), drawn])
    return ordered


def _rows(machine: PartialMachine, suffixes: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Answers [Q, S, 2, K] of each state to the suffixes, and which of them are known."""
    state = np.repeat(np.arange(machine.states)[:, None], len(suffixes), axis=1)
    known = np.ones(state.shape, dtype=bool)
    outputs, told = [], []
    for step in range(suffixes.shape[1]):
        symbol = np.broadcast_to(suffixes[:, step], state.shape)
        known = known & machine.known[state, symbol]
        outputs.append(machine.outputs[state, symbol])
        told.append(known)
        state = machine.transitions[state, symbol]
    return np.stack(outputs, axis=2), np.stack(told, axis=2)


def passing_gaps(machine: PartialMachine, symbols: Ints, lengths: Ints) -> Ints:
    """The numbers of the words [N, T] that pass a state of which something is known, and not all."""
    part: NDArray[np.bool_] = np.logical_xor(machine.known.any(axis=1), machine.known.all(axis=1))
    states = states_along(machine, symbols, lengths)
    inside = np.arange(states.shape[1]) <= lengths[:, None]
    numbers: Ints = np.flatnonzero((part[states] & inside).any(axis=1))
    return numbers


def _knows(
    network: Network, machine: PartialMachine, state: int, symbols: Ints, lengths: Ints, states: Ints
) -> bool:
    """Whether a network is right wherever words [N, T] leave a state."""
    outputs = run(network, machine.alphabet[symbols.clip(min=0)])
    leaves = (states[:, :-1] == state) & (np.arange(symbols.shape[1]) < lengths[:, None])
    right = (outputs == machine.outputs[states[:, :-1], symbols.clip(min=0)]).all(axis=2)
    return bool(right[leaves].all())


def states_along(machine: PartialMachine, symbols: Ints, lengths: Ints) -> Ints:
    """The states [N, T + 1] along words [N, T]; from its end on, or an unknown pair, a word stays."""
    states = np.zeros((len(symbols), symbols.shape[1] + 1), dtype=np.int64)
    for step in range(symbols.shape[1]):
        inside = step < lengths
        symbol = symbols[:, step].clip(min=0)
        moved = machine.transitions[states[:, step], symbol]
        states[:, step + 1] = np.where(
            inside & machine.known[states[:, step], symbol], moved, states[:, step]
        )
    return states


def _beginnings(
    machine: PartialMachine, symbols: Ints, lengths: Ints, states: Ints, rng: np.random.Generator
) -> list[list[Ints]]:
    """For each state, beginnings of the words that lead there, in different words, by chance."""
    found: list[list[Ints]] = [[] for _ in range(machine.states)]
    for state in range(machine.states):
        words, steps = np.nonzero((states == state) & (np.arange(states.shape[1]) <= lengths[:, None]))
        for place in rng.permutation(len(words))[:_WITNESSES].tolist():
            found[state].append(symbols[words[place], : steps[place]])
    return found


def _asked(
    network: Network, alphabet: Ints, beginnings: list[Ints], symbol: int, suffixes: Ints
) -> tuple[Ints, Ints]:
    """The network's answers to a symbol after each beginning [B, K], and then to suffixes [B, S, 2, K]."""
    count, depth = suffixes.shape
    longest = max(map(len, beginnings))
    words = np.zeros((len(beginnings), count, longest + 1 + depth), dtype=np.int64)
    for place, word in enumerate(beginnings):
        words[place, :, : len(word)] = word
        words[place, :, len(word)] = symbol
        words[place, :, len(word) + 1 : len(word) + 1 + depth] = suffixes
    outputs = run(network, alphabet[words.reshape(-1, words.shape[2])])
    outputs = outputs.reshape(*words.shape, -1)
    first = np.stack([outputs[place, 0, len(word)] for place, word in enumerate(beginnings)])
    later = np.stack(
        [outputs[place, :, len(word) + 1 : len(word) + 1 + depth] for place, word in enumerate(beginnings)]
    )
    return first, later


def _target(later: Ints, expected: Ints, told: NDArray[np.bool_]) -> int | None:
    """The state whose answers are the network's; None: none, or more than one."""
    shares = np.full(len(expected), -1.0)
    for state in range(len(expected)):
        if told[state].any():
            equal = (later == expected[state]).all(axis=-1)[:, told[state]]
            shares[state] = float(equal.mean())
    order = np.argsort(-shares, kind="stable")
    if shares[order[0]] < _SURE or (len(order) > 1 and shares[order[1]] >= shares[order[0]]):
        return None
    return int(order[0])
