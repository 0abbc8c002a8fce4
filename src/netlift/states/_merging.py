"""A machine from words and answers alone, by merging the states of their prefix tree.

Lang, Pearlmutter and Price, Results of the Abbadingo One DFA learning competition (1998): the states that are
sure ("red") grow by one whenever a successor fits none of them; else a successor is merged with one that it
fits. Which merge comes first decides; three things are new here. Agreement counts by how surprising it is,
so that a usual answer says little. The clearest merge comes first: the one whose best partner is furthest
ahead of its second. And it is all done many times, with other weights, and the machine kept that is shortest
to write down; targets are cheap to write where they are foreseen (a loop, the usual target of this answer).
"""

from dataclasses import dataclass
from math import lgamma, log

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.core._streams import random_stream
from netlift.states._machine import Machine
from netlift.states._merge_kernel import (
    answers_all,
    grow,
    merge_all,
    states_of_nodes,
    target_bits,
    visited_pairs,
)
from netlift.states._partial import PartialMachine, encoded

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_EVIDENCE = 4  # answers that must agree before two states are taken for one
_FEW_PAIRS = 1_024  # of symbol and answer, for each of which there is room
_WORK = 3_000_000  # pairs of nodes that are compared in one attempt
_ATTEMPTS = 100  # with other weights
_PLAIN = 8  # attempts that know nothing of each other; the later ones change the best so far
_ALIKE = 4  # first attempts that all end in the same machine: then nothing is open
_NEAR = 25.0  # bits above the shortest up to which a machine is straightened
_CHANGES = 1_500  # targets that are tried for that
_IDLE = 16  # attempts without a shorter machine, after which no more are made
_FEW = 6  # attempts where many words are tried, one network's after the other


@dataclass(frozen=True)
class Taste:
    """By what merges are ordered: `trust` for a bit of evidence, `prior` for a bit of foresight.

    `alone` is what a partner is worth that is the only one, `jitter` how far chance counts.
    """

    trust: float = 1.0
    prior: float = 1.0
    alone: float = 0.0
    jitter: float = 0.0


_TASTES = (Taste(), Taste(alone=20.0), Taste(0.15, 2.0, 3.0), Taste(0.15, 3.0, 10.0, 1.0))


class ContradictionError(ValueError):
    """Two words begin alike and are answered differently; `word` is the number of the second one."""

    def __init__(self, word: int) -> None:
        super().__init__(f"word {word} contradicts an earlier one")
        self.word = word


def merged_machine(
    symbols: Ints,
    answers: Ints,
    lengths: Ints,
    letters: int,
    *,
    seed: int = 0,
    most: int = 256,
    attempts: int = _ATTEMPTS,
) -> tuple[Ints, Ints, int] | None:
    """The shortest machine found for words of symbol numbers [N, T] with answers' numbers [N, T] (-1: none).

    Next states [Q, A] and answers [Q, A], -1 where no word tells, and the fewest answers that speak for a
    merge. None where every attempt has more than `most` states. Raises ContradictionError. Each attempt costs
    milliseconds for a thousand words; `attempts` bounds them, and fewer are made where they all agree.
    """
    tree = grow(symbols, answers, lengths)
    if tree[-1] >= 0:
        raise ContradictionError(int(tree[-1]))
    head, parts = tree[0], tree[1:6]
    nodes, edges = len(head), len(parts[0])
    kinds = max(1, int(answers.max(initial=0)) + 1)
    weight = surprise_of(parts[0], parts[2], letters, kinds)
    best: tuple[Ints, Ints, int] | None = None
    shortest, idle, alike = float("inf"), 0, 0
    rng = random_stream(seed, "merging")
    for number in range(attempts):
        checkpoint()
        hint = np.full(nodes, -1, dtype=np.int64)
        if best is not None and number >= _PLAIN:
            free = _freed(best[0], rng)
            hint = states_of_nodes(head, parts[0], parts[1], parts[3], best[0], free)
        taste = _TASTES[number] if number < len(_TASTES) else _drawn(rng)
        room = [np.concatenate([part, np.zeros(4 * nodes - edges, dtype=np.int64)]) for part in parts]
        dense, reds, row, least = merge_all(
            head.copy(), *room, edges, letters, kinds, weight, most,
            taste.trust, taste.prior, taste.alone, taste.jitter, number, _WORK, hint,
        )  # fmt: skip
        idle += 1
        if reds >= 0:
            table = dense[:reds]
            found = np.where(table >= 0, row[room[1][table]], -1), np.where(table >= 0, room[2][table], -1)
            price = written_bits(*found)
            if price < shortest + _NEAR:
                found = _straightened(*found, symbols, answers, lengths)
                price = written_bits(*found)
            if price < shortest - 1e-6:
                best, shortest, idle, alike = (*found, int(least)), price, 0, 0
            alike += price < shortest + 1e-6
        if alike == number + 1 == _ALIKE:
            break
        if idle >= _IDLE and number >= _PLAIN:
            break
    return best


def _straightened(
    transitions: Ints, told: Ints, symbols: Ints, answers: Ints, lengths: Ints
) -> tuple[Ints, Ints]:
    """The machine after single targets were changed to ones that are foreseen, as far as the words allow it.

    Where few words pass, several targets explain them: which one came first in merging is chance.
    """
    transitions = transitions.copy()
    price, left = written_bits(transitions, told), _CHANGES
    improved = True
    while improved:
        improved = False
        for state, symbol in np.argwhere(transitions >= 0).tolist():
            before, answer = int(transitions[state, symbol]), int(told[state, symbol])
            same = (told == answer) & (transitions >= 0)
            usual = np.bincount(transitions[same], minlength=len(transitions))
            column = transitions[same[:, symbol], symbol]
            usual_here = np.bincount(column, minlength=len(transitions))
            for target in {state, int(usual.argmax()), int(usual_here.argmax())} - {before}:
                transitions[state, symbol] = target
                cheaper = written_bits(transitions, told)
                left -= 1
                if cheaper < price - 1e-6 and answers_all(transitions, told, symbols, answers, lengths):
                    price, before, improved = cheaper, target, True
                transitions[state, symbol] = before
            if left < 0:
                improved = False
                break
    return _visited(transitions, told, symbols, lengths)


def _visited(transitions: Ints, told: Ints, symbols: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """The part of a machine that words reach, its states in their order."""
    seen = visited_pairs(transitions, symbols, lengths) > 0
    kept = np.flatnonzero(seen.any(axis=1))
    number = np.full(len(transitions) + 1, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    transitions, told = np.where(seen, transitions, -1), np.where(seen, told, -1)
    return number[transitions[kept]], told[kept]


def _freed(transitions: Ints, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Transitions [Q, A] that are to be found anew: some at random, and all into or out of a state or two."""
    free: NDArray[np.bool_] = rng.random(transitions.shape) < rng.choice([0.05, 0.2, 0.5])
    chosen = rng.integers(len(transitions), size=int(rng.integers(3)))
    free |= np.isin(transitions, chosen[chosen > 0])
    free[chosen] |= bool(rng.integers(2))
    return free


def machine_of_words(inputs: Ints, outputs: Ints, alphabet: Ints, *, most: int = 128) -> Machine | None:
    """The machine behind words [N, T, D] with answers [N, T, K], over the alphabet [A, D].

    None where it has more than `most` states, where the words do not show every transition, or where
    words two steps shorter give another machine: then it is a counter seen through a short window.
    """
    if inputs.shape[1] < 4:
        return None
    whole = _complete(inputs, outputs, alphabet, most)
    if whole is None:
        return None
    shorter = _complete(inputs[:, :-2], outputs[:, :-2], alphabet, most)
    return whole if shorter is not None and whole.difference(shorter) is None else None


def partial_machine(
    symbols: Ints,
    outputs: Ints,
    labelled: NDArray[np.bool_],
    lengths: Ints,
    alphabet: Ints,
    *,
    seed: int = 0,
    most: int = 256,
    attempts: int = _ATTEMPTS,
) -> tuple[PartialMachine, int] | None:
    """The machine that words tell, and the fewest answers that speak for one of its merges; None: too large.

    `symbols` [N, T] are numbers of rows of `alphabet` [A, D], `outputs` [N, T, K] counts where `labelled`
    [N, T]. What no word tells is not `known`. Raises ContradictionError. Seconds for 4,000 words of 20 steps.
    """
    kinds, told = np.unique(outputs[labelled], axis=0, return_inverse=True)
    answers = np.full(symbols.shape, -1, dtype=np.int64)
    answers[labelled] = told.reshape(-1)
    read = merged_machine(symbols, answers, lengths, len(alphabet), seed=seed, most=most, attempts=attempts)
    if read is None:
        return None
    return partial_of(read[0], read[1], kinds, alphabet), read[2]


def partial_of(transitions: Ints, answer: Ints, kinds: Ints, alphabet: Ints) -> PartialMachine:
    """The machine with next states and answers' numbers [Q, A] (-1: not told), the answers being `kinds`.

    Labels that are given at some steps alone may leave a transition without an answer, though it is taken.
    Where all answers on the way into each state are the same, they are the states', and such a transition
    gets that of the state it leads to; else it is not `known`.
    """
    answer = _of_states(transitions, answer)
    known = answer >= 0
    if (known & (transitions < 0)).any():  # what follows there, no word tells: a state that answers nothing
        transitions = np.where(known & (transitions < 0), len(transitions), transitions)
        blank = np.full((1, len(alphabet)), -1, dtype=np.int64)
        transitions, answer = np.concatenate([transitions, blank]), np.concatenate([answer, blank])
        known = answer >= 0
    return PartialMachine(alphabet, transitions.clip(min=0), kinds[answer.clip(min=0)], known)


def _of_states(transitions: Ints, answer: Ints) -> Ints:
    """The answers [Q, A], those that are not told being their target's, if each state has one answer."""
    lacking = (answer < 0) & (transitions >= 0)
    if not lacking.any():
        return answer
    of_state = np.full(len(transitions), -1, dtype=np.int64)
    for state, symbol in np.argwhere((answer >= 0) & (transitions >= 0)).tolist():
        target = transitions[state, symbol]
        if of_state[target] not in (-1, answer[state, symbol]):
            return answer
        of_state[target] = answer[state, symbol]
    return np.where(lacking, of_state[transitions], answer)


def _complete(inputs: Ints, outputs: Ints, alphabet: Ints, most: int) -> Machine | None:
    kinds, told = np.unique(outputs.reshape(-1, outputs.shape[2]), axis=0, return_inverse=True)
    lengths = np.full(len(inputs), inputs.shape[1])
    answers = told.reshape(inputs.shape[:2])
    try:
        read = merged_machine(
            encoded(alphabet, inputs), answers, lengths, len(alphabet), most=most, attempts=_FEW
        )
    except ContradictionError:
        return None
    if read is None or read[2] < _EVIDENCE or (read[0] < 0).any():
        return None
    return Machine(alphabet, read[0], kinds[read[1]]).minimised()


def _drawn(rng: np.random.Generator) -> Taste:
    trust, prior = float(10.0 ** rng.uniform(-1.0, 0.0)), float(10.0 ** rng.uniform(-0.5, 1.0))
    alone, jitter = rng.choice([0.0, 5.0, 20.0, 50.0, 100.0]), rng.choice([0.0, 2.0, 10.0, 30.0])
    return Taste(trust, prior, trust * float(alone), trust * float(jitter))


def surprise_of(symbols: Ints, answers: Ints, letters: int, kinds: int) -> Floats:
    """Bits [A, answers] that an answer to a symbol tells, by its share among the tree's edges."""
    told = answers >= 0
    counts = np.zeros((letters, kinds))
    np.add.at(counts, (symbols[told], answers[told]), 1.0)
    counts += 0.5
    bits: Floats = -np.log2(counts / counts.sum(axis=1, keepdims=True))
    return bits


def written_bits(transitions: Ints, answers: Ints) -> float:
    """Bits to write a machine down: its answers by symbol, and its targets where they are not foreseen."""
    letters = transitions.shape[1]
    known = answers >= 0
    kinds = int(answers.max(initial=0)) + 1
    bits = 0.0
    for symbol in range(letters):
        counts = np.bincount(answers[known[:, symbol], symbol], minlength=kinds)
        bits -= lgamma(0.5 * kinds) - lgamma(float(counts.sum()) + 0.5 * kinds)
        bits -= sum(lgamma(n + 0.5) - lgamma(0.5) for n in counts[counts > 0].tolist())
    bits /= log(2.0)
    pairs, contexts = answers + kinds * np.arange(letters), kinds * letters
    if contexts > _FEW_PAIRS:  # of which most do not occur
        found, numbers = np.unique(pairs, return_inverse=True)
        pairs, contexts = numbers.reshape(pairs.shape), len(found)
    return bits + float(target_bits(transitions, answers, pairs, contexts, kinds))
