"""The words that networks are run on: of one length, with what is known of their symbols."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._streams import random_stream
from netlift.data import Sequences, joint_symbols
from netlift.networks import Drawing, Network, longest, within
from netlift.states._observed import Behaviour

Ints = NDArray[np.int64]

MOST_SYMBOLS = 1_024  # joint symbols up to which a finite machine is looked for
LONGER = 1_000  # words of twice the length, where states do not show within one
WORDS = 4_000  # words that a network is run on for formulas: rare answers show, and a search stays quick


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

    Where the network can be run on so many steps; else of as many as it can. A network that knows which words
    count draws them itself.
    """
    if isinstance(network, Drawing):
        return network.legal_words(count, within(network, times * words.length), rng)
    rows = rng.integers(len(words.inputs), size=(count, times))
    joined: Ints = words.inputs[rows].reshape(count, times * words.length, -1)
    return joined[:, : longest(network)]


def longer_to_read(network: Network, words: Words, seed: int) -> Ints:
    """Words of twice the length, to read from; what was read from them is checked on others."""
    return longer_words(network, words, 2, LONGER, random_stream(seed, "longer words to read"))
