"""Re-estimate a machine along its own paths: every output and every transition by majority."""

from math import log2

import numpy as np

from netlift.states._machine import Machine
from netlift.states._probe import Ints
from netlift.states._words import fresh_prefixes, run_symbols

_LOOK_AHEAD = 4  # steps by which a candidate for the next state is judged
_ROUNDS = 4
_MERGEABLE = 40  # states; beyond, pairs are too many to try


def polish(machine: Machine, words: Ints, truth: Ints) -> Machine:
    """The machine [Q states] whose tables agree best with the network's outputs on many words.

    `words` [N, T] are symbol numbers, `truth` [N, T, K] the network's outputs on them. Wherever the
    machine's own path uses a transition, all words that come by vote: on the output as the network
    gave it, and on the next state, as the one from which the machine would best predict the
    network's next few outputs. A state that came from a single wrong answer is outvoted, becomes
    equal to the state it was mistaken for, and goes in the minimisation; so the result may be
    smaller. Transitions without a vote stay as they are.
    """
    for _ in range(_ROUNDS):
        voted = _revote(machine, words, truth).minimised()
        if voted.states == machine.states and voted.difference(machine) is None:
            break
        machine = voted
    return machine


def _revote(machine: Machine, words: Ints, truth: Ints) -> Machine:
    states, symbols = machine.states, len(machine.alphabet)
    paths = run_symbols(machine, words)[0]
    fresh = fresh_prefixes(words)[:, 1:]
    edge = paths[:, :-1] * symbols + words
    rows, numbers = np.unique(truth.reshape(-1, truth.shape[-1]), axis=0, return_inverse=True)
    tally = np.zeros((states * symbols, len(rows)), dtype=np.int64)
    np.add.at(tally, (edge[fresh], numbers.reshape(edge.shape)[fresh]), 1)
    seen = tally.sum(axis=1) > 0
    outputs = machine.outputs.reshape(states * symbols, -1).copy()
    outputs[seen] = rows[tally[seen].argmax(axis=1)]
    voted = Machine(machine.alphabet, machine.transitions, outputs.reshape(machine.outputs.shape))
    hits = np.zeros((states * symbols, states))
    for step in range(words.shape[1] - 1):
        current = np.broadcast_to(np.arange(states), (len(words), states))
        agree = np.zeros(current.shape)
        for ahead in range(step + 1, min(step + 1 + _LOOK_AHEAD, words.shape[1])):
            symbol = words[:, ahead, None]
            agree += (voted.outputs[current, symbol] == truth[:, ahead, None]).all(axis=2)
            current = voted.transitions[current, symbol]
        np.add.at(hits, edge[:, step], agree)  # every continuation counts, also of one prefix
    old = machine.transitions.reshape(-1)
    best = hits.argmax(axis=1)
    better = hits[np.arange(len(old)), best] > hits[np.arange(len(old)), old]
    moved = np.where(better, best, old).reshape(states, symbols)
    return Machine(machine.alphabet, moved, voted.outputs)


def merge(machine: Machine, words: Ints, truth: Ints) -> Machine:
    """The machine with pairs of nearly equal states merged, wherever that makes it cheaper to tell.

    Two states are tried when their rows agree on at least three quarters of the symbols; they are
    merged when the table saves more bits than the words [N, T] that become wrong cost.
    """
    cost = description_bits(machine, words, truth)
    merged = True
    while merged and machine.states <= _MERGEABLE:
        merged = False
        for kept, gone in _alike(machine):
            redirected = np.where(machine.transitions == gone, kept, machine.transitions)
            order = np.arange(machine.states)
            if gone == 0:  # sequences start in state 0: it takes over the row of the state that stays
                order[0] = kept
                redirected = np.where(redirected == kept, 0, redirected)
            smaller = Machine(machine.alphabet, redirected[order], machine.outputs[order]).minimised()
            price = description_bits(smaller, words, truth)
            if price < cost:
                machine, cost, merged = smaller, price, True
                break
    return machine


def start_merged(machine: Machine) -> Machine:
    """The machine that starts in the state most like its start, if nothing leads back to the start.

    The start is visited by one hidden vector only, so a wrong answer there is never outvoted. The
    machine itself where the start has predecessors or no state agrees with it on half the symbols.
    """
    if (machine.transitions == 0).any() or machine.states == 1:
        return machine
    same = (machine.transitions == machine.transitions[0]) & (machine.outputs == machine.outputs[0]).all(
        axis=2
    )
    alike = same[1:].mean(axis=1)
    if alike.max() < 0.5:
        return machine
    twin = 1 + int(alike.argmax())
    order = np.arange(machine.states)
    order[[0, twin]] = twin, 0
    return Machine(machine.alphabet, order[machine.transitions[order]], machine.outputs[order]).minimised()


def description_bits(machine: Machine, words: Ints, truth: Ints) -> float:
    """Bits to write down the table, and the words [N, T] it answers wrongly (twelve each)."""
    wrong = (run_symbols(machine, words)[1] != truth).any(axis=(1, 2)).sum()
    return machine.transitions.size * (1.0 + log2(machine.states)) + 12.0 * float(wrong)


def _alike(machine: Machine) -> list[tuple[int, int]]:
    pairs = []
    for kept in range(machine.states):
        for gone in range(machine.states):
            if kept in (gone, 0):
                continue
            rows = machine.transitions[[kept, gone]]
            rows = np.where(rows == gone, kept, rows)
            same = (rows[0] == rows[1]) & (machine.outputs[kept] == machine.outputs[gone]).all(axis=1)
            if same.mean() >= 0.75:
                pairs.append((kept, gone))
    return pairs
