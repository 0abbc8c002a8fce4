"""A network trained on where it is still wrong: on words as long as the training sequences."""

import numpy as np
from numpy.typing import NDArray

from netlift.certify import Reached
from netlift.core._clock import time_left
from netlift.core._streams import random_stream
from netlift.data import Sequences
from netlift.formulas import rarities
from netlift.networks import MlpRnn, can_be_refined, continued, network_errors, refined
from netlift.states import Machine

Ints = NDArray[np.int64]

MOST_WORDS = 1_100_000  # of the training length, all of which are looked at
PIECE = 50_000
ROUNDS = 12
HARDEST = 16_000  # words that are answered wrong or nearly so, to train on in one round
FITTED = 3_000  # words for least squares
STEPS = 16  # of each
ENDS = 0.3  # share of their symbols that are the first or last of the alphabet
MOST_PRACTISED = 0.01  # share of the training sequences that a network may have wrong
PRACTISED = 3  # rounds of that
SETTLED = 3  # rounds for drawn words
DRAWN = 40_000  # words among which the hardest are sought where there are too many to look at all


def sharpened(network: MlpRnn, table: Reached, length: int, like: Sequences, seed: int) -> MlpRnn:
    """The network after training on the words of `length` symbols that it answers otherwise than the table.

    All words are run; those answered wrong or with the least margin are trained on, with as many others, so
    that nothing is unlearned. Comes back as it was where none is wrong, training makes more of them wrong,
    or there are too many words to look at. No round begins after the budget
    that bounds the caller.
    """
    if table.length < length or len(table.alphabet) ** length > MOST_WORDS:
        return network
    rng = random_stream(seed, "hardest words")
    worst, wrong = hardest(network, table, length)
    kept = worst[:0]
    for step in range(ROUNDS):
        if not wrong or time_left() <= 0.0:
            break
        kept = np.concatenate([kept, worst])  # what was hard before may become so again
        others = rng.integers(len(table.alphabet), size=(HARDEST, length))
        again = np.resize(worst[:wrong], (HARDEST // 8, length))  # a single wrong word is seen often
        practice = _sequences(np.concatenate([kept, again, others]), table, like)
        test = _sequences(np.concatenate([kept, others]), table, like)
        _, better = continued(network, practice, test, seed=seed + step)
        harder, left = hardest(better, table, length)
        if left <= wrong:  # as many, but others: a step aside may lead on
            network, worst, wrong = better, harder, left
    return network


def settled(network: MlpRnn, machine: Machine, length: int, like: Sequences, seed: int) -> MlpRnn:
    """The network after training on drawn words of `length` symbols until it answers as the machine does.

    In each of a few rounds the words that it answers wrong or with the least margin are seen twice. Comes
    back as it was where none is wrong.
    """
    rng = random_stream(seed, "drawn words to train on")
    for step in range(SETTLED + 1):
        words = machine.alphabet[rng.integers(len(machine.alphabet), size=(DRAWN, length))]
        answers = machine.run(words)
        lead = leads(network, words, answers)
        if step == SETTLED or not (lead < 0.0).any():
            break
        chosen = np.concatenate([np.argsort(lead, kind="stable")[: DRAWN // 4], np.arange(DRAWN)])
        lengths = np.full(len(chosen), length, dtype=np.int64)
        practice = Sequences(words[chosen], answers[chosen], lengths, like.input_symbols, like.target_symbols)
        test = practice.take(
            np.concatenate([np.arange(DRAWN // 10), len(chosen) - 1 - np.arange(DRAWN // 10)])
        )
        _, network = continued(network, practice, test, seed=seed + step)
    return network


def practised(network: MlpRnn, train: Sequences, seed: int) -> MlpRnn:
    """The network after training on those training sequences more often that it gets wrong.

    Rare answers are missing among a thousand held-out sequences. Comes back as it was where none is wrong or
    too many are.
    """
    magnitude = np.log2(rarities(train.targets)).astype(int)
    classes = [np.flatnonzero(magnitude == m) for m in np.unique(magnitude)]
    rare = np.concatenate([np.resize(c, len(train) // (2 * len(classes))) for c in classes])
    known = np.zeros(len(train), dtype=np.bool_)  # what was wrong before may become so again
    for step in range(PRACTISED):
        wrong = network_errors(network, train)
        if not 0 < wrong.sum() < MOST_PRACTISED * len(train):
            break
        known |= wrong
        again = np.resize(np.flatnonzero(known), max(int(known.sum()), len(train) // 8))
        practice = train.take(np.concatenate([np.arange(len(train)), again, rare]))
        _, network = continued(network, practice, train, seed=seed + step)
    return network


def refitted(network: MlpRnn, machine: Machine, like: Sequences, seed: int) -> MlpRnn:
    """The network after least squares on words in which the ends of the inputs' ranges are frequent.

    What was drawn evenly hardly ever shows two ends in a row. Comes back as it was where that cannot be done.
    """
    if not can_be_refined(network, like):
        return network
    rng = random_stream(seed, "ends of ranges")
    last = len(machine.alphabet) - 1
    words = rng.integers(last + 1, size=(FITTED, min(STEPS, like.inputs.shape[1])))
    ends = rng.choice([0, min(1, last), max(0, last - 1), last], size=words.shape)
    words = np.where(rng.random(words.shape) < ENDS, ends, words)
    inputs = machine.alphabet[words]
    lengths = np.full(len(words), words.shape[1], dtype=np.int64)
    fit = Sequences(inputs, machine.run(inputs), lengths, like.input_symbols, like.target_symbols)
    return refined(network, fit)


def leads(
    network: MlpRnn, words: Ints, answers: Ints, mask: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """The least margin [N] on each word [N, T, D] at the steps of `mask`, below 0 if an answer is wrong."""
    hidden, least = network.initial_state(len(words)), np.full(len(words), np.inf)
    for step in range(words.shape[1]):
        hidden = network.next_state(hidden, words[:, step])
        right = (network.output(hidden) == answers[:, step]).all(axis=1)
        lead = network.margin(hidden).min(axis=1)
        lead = np.where(right, lead, -1.0 - lead)
        least = np.minimum(least, lead if mask is None else np.where(mask[:, step], lead, np.inf))
    return least


def hardest(network: MlpRnn, table: Reached, length: int) -> tuple[Ints, int]:
    """The words [N, length], as numbers of symbols, with the least margins, and how many are wrong."""
    symbols = len(table.alphabet)
    words: Ints = np.zeros((1, 0), dtype=np.int64)
    hidden, states, least = network.initial_state(1), np.zeros(1, dtype=np.int64), np.full(1, np.inf)
    for _ in range(length):  # words that begin alike share their first steps
        words = np.concatenate(
            [np.repeat(words, symbols, axis=0), np.tile(np.arange(symbols), len(words))[:, None]], axis=1
        )
        parts = []
        for start in range(0, len(states), PIECE // symbols + 1):
            part = slice(start, start + PIECE // symbols + 1)
            places = np.tile(np.arange(symbols), len(states[part]))
            before = np.repeat(states[part], symbols)
            after = network.next_state(np.repeat(hidden[part], symbols, axis=0), table.alphabet[places])
            right = (network.output(after) == table.outputs[before, places]).all(axis=1)
            lead = network.margin(after).min(axis=1)
            lead = np.where(right, lead, -1.0 - lead)  # the surer of what is wrong, the worse
            parts.append(
                (after, table.transitions[before, places], np.minimum(np.repeat(least[part], symbols), lead))
            )
        hidden, states, least = (np.concatenate(one) for one in zip(*parts, strict=True))
    return words[np.argsort(least, kind="stable")[:HARDEST]], int((least < 0.0).sum())


def _answers(words: Ints, table: Reached) -> Ints:
    state, said = np.zeros(len(words), dtype=np.int64), []
    for symbol in words.T:
        said.append(table.outputs[state, symbol])
        state = table.transitions[state, symbol]
    return np.stack(said, axis=1)


def _sequences(words: Ints, table: Reached, like: Sequences) -> Sequences:
    lengths = np.full(len(words), words.shape[1], dtype=np.int64)
    inputs = table.alphabet[words]
    return Sequences(inputs, _answers(words, table), lengths, like.input_symbols, like.target_symbols)
