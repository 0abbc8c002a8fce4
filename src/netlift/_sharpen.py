"""A network trained on where it is still wrong: on all words as long as the training sequences."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from netlift.certify import Reached
from netlift.data import Sequences
from netlift.networks import MlpRnn, continued

Ints = NDArray[np.int64]

MOST_WORDS = 1_100_000  # of the training length, all of which are looked at
PIECE = 50_000
ROUNDS = 3
HARDEST = 16_000  # words that are answered wrong or nearly so, to train on in one round
TESTED = 4_000  # of them and of others, to choose a network by


def sharpened(network: MlpRnn, table: Reached, length: int, like: Sequences, seed: int) -> MlpRnn:
    """The network after training on the words of `length` symbols that it answers otherwise than the table.

    All words are run; those answered wrong or with the least margin are trained on, with as many others, so
    that nothing is unlearned. Comes back as it was where there are too many words, none is wrong, or
    training does not make fewer wrong.
    """
    if table.length < length or len(table.alphabet) ** length > MOST_WORDS:
        return network
    rng = np.random.default_rng([seed, 11])
    hardest, wrong = _hardest(network, table, length)
    for step in range(ROUNDS):
        if not wrong:
            break
        others = rng.integers(len(table.alphabet), size=(HARDEST, length))
        practice = _sequences(np.concatenate([hardest, others]), table, like)
        test = _sequences(np.concatenate([hardest[:TESTED], others[:TESTED]]), table, like)
        _, better = continued(network, practice, test, seed=seed + step)
        harder, left = _hardest(better, table, length)
        if left < wrong:
            network, hardest, wrong = better, harder, left
    return network


def _hardest(network: MlpRnn, table: Reached, length: int) -> tuple[Ints, int]:
    """The words [N, length], as numbers of symbols, with the least margins, and how many are wrong."""
    kept, margins, wrong = np.zeros((0, length), dtype=np.int64), np.zeros(0), 0
    for words in _words(len(table.alphabet), length):
        wanted = _answers(words, table)
        hidden, least = network.initial_state(len(words)), np.full(len(words), np.inf)
        for step in range(length):
            hidden = network.next_state(hidden, table.alphabet[words[:, step]])
            right = (network.output(hidden) == wanted[:, step]).all(axis=1)
            lead = network.margin(hidden).min(axis=1)
            least = np.minimum(least, np.where(right, lead, -1.0 - lead))  # the surer, the worse
        wrong += int((least < 0.0).sum())
        kept, margins = np.concatenate([kept, words]), np.concatenate([margins, least])
        order = np.argsort(margins, kind="stable")[:HARDEST]
        kept, margins = kept[order], margins[order]
    return kept, wrong


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
