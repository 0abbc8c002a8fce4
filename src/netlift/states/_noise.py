"""A machine from words of which some answers are wrong, or random: the one that is shortest with its errors.

Labels that hold are what a machine answers; every other one is written down beside it. Trees whose edges
count answers are merged at several prices of an error (`_noise_kernel`); the machine that comes out says
which labels are doubtful, and without these the machine is read again as if there were no noise (`_merging`).
After Stolcke and Omohundro, Inducing probabilistic grammars by Bayesian model merging (1994).
"""

from dataclasses import dataclass
from math import lgamma, log, log2

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import checkpoint
from netlift.core._streams import random_stream
from netlift.states._merging import (
    ContradictionError,
    merged_machine,
    partial_of,
    surprise_of,
    written_bits,
)
from netlift.states._noise_kernel import (
    answer_bits,
    answers_counted,
    counted_bits,
    grow_counts,
    merge_counts,
    pairs_passed,
)
from netlift.states._partial import PartialMachine

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_RATES = (0.003, 0.01, 0.04)  # of wrong labels, at which trees are merged where the rate is not given
_MARGINS = (6.0, 14.0)  # bits that a merge may cost before a node becomes a state
_FLAG = 12.0  # bits for saying that a transition answers at random
_LOW_FLAG = 1.0  # the same in trees of random answers, where saving it again and again would be a reason
_MANY = 0.05  # of the labels that are wrong, or one transition at random: then random answers are looked for
_WORK = 60_000_000  # pairs of edges that are looked at in one attempt
_KINDS = 8  # of answers, beyond which so many fewer pairs are looked at: each takes a look at all kinds
_WORDS = 4_000  # words that trees are made of; what comes out is compared with all
_CELLS = 20_000_000  # edges times answers that are counted
_ROUNDS = 4  # times that doubtful labels are left out and the machine read again
_CHANGES = 4_000  # targets that are tried for fewer errors
_LEAST = 0.0005  # rate of wrong labels below which no error gets dearer
_SHARE = 0.8  # of its answers that a transition at random gives at most in one way


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class NoisyReading:
    """A machine and what speaks against it.

    `transitions` and `answers` [Q, A] are as `merged_machine` gives them (-1 where no word tells), with the
    number of answers where a transition answers at random. `wrong` [N, T] are labels that the machine
    contradicts, `counts` [Q, A, K] how often each answer was given there, `bits` the length of it all.
    """

    transitions: Ints
    answers: Ints
    wrong: Bools
    counts: Ints
    bits: float

    @property
    def random(self) -> Bools:
        """[Q, A]: True where a transition answers at random."""
        found: Bools = self.answers == self.counts.shape[2]
        return found


def noisy_machine(
    symbols: Ints,
    answers: Ints,
    lengths: Ints,
    letters: int,
    *,
    rate: float | None = None,
    seed: int = 0,
    most: int = 256,
) -> NoisyReading | None:
    """The shortest machine with its errors for words [N, T] and answers' numbers [N, T] (-1: none).

    `rate` is the share of labels that are wrong; None: it is found. None where every attempt has more than
    `most` states. Costs about ten times what `merged_machine` does.
    """
    kinds = max(1, int(answers.max(initial=0)) + 1)
    rng = random_stream(seed, "words with wrong labels")
    part = np.sort(rng.permutation(len(symbols))[:_WORDS])
    if int(lengths[part].sum()) * kinds > _CELLS:  # as many counts as the tree may have edges
        return None
    tree = grow_counts(symbols[part], answers[part], lengths[part], kinds)
    if 4 * len(tree[0]) * kinds > _CELLS:
        return None
    weight = surprise_of(tree[1], np.where(tree[4].any(axis=1), tree[4].argmax(axis=1), -1), letters, kinds)
    best = _exact(symbols, answers, lengths, letters, kinds, seed, most)
    labels = int((answers >= 0).sum())
    for flag in (_FLAG, _LOW_FLAG):
        if flag < _FLAG and best is not None and not best.random.any() and best.wrong.sum() <= _MANY * labels:
            break
        for one in _RATES if rate is None else (rate,):
            for margin in _MARGINS:
                checkpoint()
                found = _merged(tree, letters, weight, one, flag, margin, most)
                if found is None:
                    continue
                found = _mended(found, symbols, answers, lengths, kinds, one)
                read = _weighed(found, symbols, answers, lengths, kinds)
                for _ in range(_ROUNDS):
                    again = _reread(read, symbols, answers, lengths, letters, kinds, seed, most)
                    if again is None or again.bits >= read.bits - 1e-6:
                        break
                    read = again
                if best is None or read.bits < best.bits - 1e-6:
                    best = read
    return best


def _exact(
    symbols: Ints, answers: Ints, lengths: Ints, letters: int, kinds: int, seed: int, most: int
) -> NoisyReading | None:
    """The machine that contradicts no label; None: there is none."""
    try:
        found = merged_machine(symbols, answers, lengths, letters, seed=seed, most=most, attempts=8)
    except ContradictionError:
        return None
    return None if found is None else _weighed(found[0], symbols, answers, lengths, kinds)


def _merged(
    tree: tuple[Ints, ...],
    letters: int,
    weight: NDArray[np.float64],
    rate: float,
    flag: float,
    margin: float,
    most: int,
) -> Ints | None:
    """Next states [Q, A] of the merged tree, -1 where none is told; None: too many."""
    head, symbol, to, following, counts = tree
    edges, room = len(symbol), 4 * len(head)
    wide = [np.concatenate([one, np.zeros(room - edges, dtype=np.int64)]) for one in (symbol, to, following)]
    counted = np.concatenate([counts, np.zeros((room - edges, counts.shape[1]), dtype=np.int32)])
    price = _error_bits(rate, counts.shape[1])
    dense, reds, row = merge_counts(
        head.copy(),
        *wide,
        counted,
        edges,
        letters,
        weight,
        price,
        flag,
        margin,
        most,
        _WORK * _KINDS // max(_KINDS, counts.shape[1]),
    )
    if reds < 0:
        return None
    table = dense[:reds]
    found: Ints = np.where(table >= 0, row[wide[1][table]], -1)
    return found


def _error_bits(rate: float, kinds: int) -> float:
    """Bits of a wrong label among `kinds` of answers, beyond those of a right one."""
    return log2((1.0 - rate) / rate) + log2(max(1, kinds - 1))


def _weighed(transitions: Ints, symbols: Ints, answers: Ints, lengths: Ints, kinds: int) -> NoisyReading:
    """The machine with these next states, its answers the usual ones, and its length with its errors."""
    counts = answers_counted(transitions, symbols, answers, lengths, kinds)
    total, usual = counts.sum(axis=2), counts.argmax(axis=2)
    exceptions = total - counts.max(axis=2)
    price = _error_bits(_LEAST, kinds)
    even = np.full(kinds, log2(kinds))
    at_random = np.zeros(total.shape, dtype=bool)
    extra = 0.0
    for state, symbol in np.argwhere(exceptions >= 3).tolist():
        bits = answer_bits(counts[state, symbol], even, price, _FLAG)
        if bits < 0 and counts[state, symbol].max() <= _SHARE * total[state, symbol]:
            at_random[state, symbol] = True
            extra -= bits
    exceptions[at_random] = 0
    told = np.where(at_random, kinds, np.where(total > 0, usual, -1))
    passed = pairs_passed(transitions, symbols, lengths)
    here = (answers >= 0) & (passed >= 0)
    given = told[passed.clip(min=0), symbols.clip(min=0)]
    wrong: Bools = here & (given != answers) & (given != kinds)
    errors, labels = int(wrong.sum()), int((answers >= 0).sum())
    lost = int(((answers >= 0) & (passed < 0)).sum())  # labels on ways that the machine does not know
    bits = written_bits(transitions, told) + extra + _choice_bits(errors, labels)
    bits += errors * log2(max(2, kinds - 1)) + lost * log2(max(2, kinds))
    return NoisyReading(transitions, told, wrong, counts, bits)


def _choice_bits(errors: int, labels: int) -> float:
    """Bits that say how many of the labels are wrong, and which."""
    return (lgamma(labels + 1) - lgamma(errors + 1) - lgamma(labels - errors + 1)) / log(2.0) + log2(
        labels + 1
    )


def _reread(
    read: NoisyReading,
    symbols: Ints,
    answers: Ints,
    lengths: Ints,
    letters: int,
    kinds: int,
    seed: int,
    most: int,
) -> NoisyReading | None:
    """The machine of the words without their doubtful labels, read as if there were no noise."""
    passed = pairs_passed(read.transitions, symbols, lengths)
    random = (passed >= 0) & read.random[passed.clip(min=0), symbols.clip(min=0)]
    cleaned = np.where(read.wrong, -1, np.where(random & (answers >= 0), kinds, answers))
    for _ in range(_ROUNDS):
        try:
            found = merged_machine(symbols, cleaned, lengths, letters, seed=seed, most=most, attempts=8)
        except ContradictionError:  # on ways that the machine before does not know: the majority holds there
            cleaned = _majority(symbols, cleaned, lengths, kinds + 1)
            continue
        return None if found is None else _weighed(found[0], symbols, answers, lengths, kinds)
    return None


def _majority(symbols: Ints, answers: Ints, lengths: Ints, kinds: int) -> Ints:
    """The answers without those that others to the same beginning outvote."""
    head, symbol, to, following, counts = grow_counts(symbols, answers, lengths, kinds)
    places = np.full((len(head), int(symbol.max(initial=0)) + 1), -1, dtype=np.int64)
    for node in range(len(head)):
        edge = head[node]
        while edge >= 0:
            places[node, symbol[edge]] = edge
            edge = following[edge]
    kept, at = answers.copy(), np.zeros(len(symbols), dtype=np.int64)
    for step in range(symbols.shape[1]):
        here = step < lengths
        edges = places[at, symbols[:, step].clip(min=0)]
        outvoted = here & (answers[:, step] >= 0) & (counts[edges].argmax(axis=1) != answers[:, step])
        kept[outvoted, step] = -1
        at = np.where(here, to[edges], 0)
    return kept


def _mended(transitions: Ints, symbols: Ints, answers: Ints, lengths: Ints, kinds: int, rate: float) -> Ints:
    """The machine after single targets were changed, as long as that makes the answers shorter."""
    states, letters = transitions.shape
    if states * states * letters > _CHANGES:
        return transitions

    price, even = _error_bits(rate, kinds), np.full(kinds, log2(kinds))

    def length(table: Ints) -> float:
        counts = answers_counted(table, symbols, answers, lengths, kinds)
        lost = int((answers >= 0).sum() - counts.sum())  # on ways that the machine does not know
        return float(counted_bits(counts, even, price, _FLAG)) + lost * log2(max(2, kinds))

    transitions, least, improved = transitions.copy(), length(transitions), True
    while improved:
        improved = False
        for state, symbol in np.argwhere(transitions >= 0).tolist():
            checkpoint()
            for target in range(states):
                before = int(transitions[state, symbol])
                if target == before:
                    continue
                transitions[state, symbol] = target
                now = length(transitions)
                if now < least - 1e-6:
                    least, improved = now, True
                else:
                    transitions[state, symbol] = before
    return transitions


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class NoisyMachine:
    """A machine, the labels that it holds to be wrong, and the transitions that answer at random.

    `wrong` [N, T]; `expected` [N, T, K] are the machine's answers; `random` [Q, A], and `counts` [Q, A, n]
    how often each of the answers `kinds` [n, K] came there. What the machine itself answers where an answer
    is random means nothing.
    """

    machine: PartialMachine
    wrong: Bools
    expected: Ints
    random: Bools
    kinds: Ints
    counts: Ints


def noisy_partial_machine(
    symbols: Ints,
    outputs: Ints,
    labelled: Bools,
    lengths: Ints,
    alphabet: Ints,
    *,
    rate: float | None = None,
    seed: int = 0,
    most: int = 256,
) -> NoisyMachine | None:
    """The machine that words tell whose labels may be wrong; arguments as those of `partial_machine`.

    None: it is too large.
    """
    kinds, told = np.unique(outputs[labelled], axis=0, return_inverse=True)
    answers = np.full(symbols.shape, -1, dtype=np.int64)
    answers[labelled] = told.reshape(-1)
    read = noisy_machine(symbols, answers, lengths, len(alphabet), rate=rate, seed=seed, most=most)
    if read is None:
        return None
    machine = partial_of(read.transitions, np.where(read.random, 0, read.answers), kinds, alphabet)
    passed = states_passed(machine, symbols, lengths)
    expected = machine.outputs[passed.clip(min=0), symbols.clip(min=0)]
    blank = machine.states - len(read.random)
    random = np.pad(read.random, ((0, blank), (0, 0)))
    counts = np.pad(read.counts, ((0, blank), (0, 0), (0, 0)))
    return NoisyMachine(machine, read.wrong, expected, random, kinds, counts)


def states_passed(machine: PartialMachine, symbols: Ints, lengths: Ints) -> Ints:
    """The state [N, T] in which a machine is before each step of words [N, T]; -1: it cannot tell."""
    passed: Ints = pairs_passed(np.where(machine.known, machine.transitions, -1), symbols, lengths)
    return passed
