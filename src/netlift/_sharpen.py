"""A network trained on where it is still wrong: on all words as long as the training sequences."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from netlift.certify import Reached
from netlift.data import Sequences
from netlift.networks import MlpRnn, continued, run

Ints = NDArray[np.int64]

MOST_WORDS = 1_100_000  # of the training length, all of which are looked at
PIECE = 50_000
ROUNDS = 4
WRONG = 4_000  # of those answered wrong, to train on in one round
OTHERS = 4_000  # random ones beside them, so that nothing is unlearned


def sharpened(network: MlpRnn, table: Reached, length: int, like: Sequences, seed: int) -> MlpRnn:
    """The network after training on the words of `length` symbols that it answers otherwise than the table.

    Words are found by running all of them, so that few are needed. Comes back as it was where there are
    too many words, none is wrong, or training does not make fewer wrong.
    """
    if table.length < length or len(table.alphabet) ** length > MOST_WORDS:
        return network
    rng = np.random.default_rng([seed, 11])
    wrong = _wrong(network, table, length)
    for step in range(ROUNDS):
        if not len(wrong):
            break
        others = rng.integers(len(table.alphabet), size=(OTHERS, length))
        chosen = wrong[rng.permutation(len(wrong))[:WRONG]]
        repeated = chosen[rng.integers(len(chosen), size=OTHERS)]
        practice = _sequences(np.concatenate([repeated, others]), table, like)
        test = _sequences(np.concatenate([chosen, others[:WRONG]]), table, like)
        _, better = continued(network, practice, test, seed=seed + step)
        left = _wrong(better, table, length)
        if len(left) < len(wrong):
            network, wrong = better, left
    return network


def _wrong(network: MlpRnn, table: Reached, length: int) -> Ints:
    """The words [N, length], as numbers of symbols, at some step of which the network is wrong."""
    found = [words[(run(network, table.alphabet[words]) != _answers(words, table)).any(axis=(1, 2))]
             for words in _words(len(table.alphabet), length)]  # fmt: skip
    return np.concatenate(found)


def _words(symbols: int, length: int) -> Iterator[Ints]:
    powers = symbols ** np.arange(length - 1, -1, -1)
    for start in range(0, symbols**length, PIECE):
        yield np.arange(start, min(start + PIECE, symbols**length))[:, None] // powers % symbols


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
