"""Words of the domain with the network's answers: to make programs from, to choose by, and to measure on."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from netlift.core._context import Context
from netlift.data import Sequences
from netlift.data._like import words_like
from netlift.networks import Drawing, WeightedNetwork, within
from netlift.networks._bind import answered

Ints = NDArray[np.int64]
At = Literal["each", "end"]
Names = tuple[tuple[str, ...] | None, ...]

MADE, CHOOSING, FRESH = 1_500, 1_000, 4_000
ANSWERING = 0.05  # share of a budget in which the words of each kind are answered
ENOUGH = 400  # examples of which half are kept, to measure on what a user's words are


@dataclass(frozen=True)
class Samples:
    """The words; `told` says what the fresh ones are."""

    made: Sequences
    choosing: Sequences
    fresh: Sequences
    told: str

    @property
    def usual(self) -> float:
        """The share of the fresh words that the most frequent answer alone has right."""
        labelled = self.fresh.labelled
        rows, counts = np.unique(self.fresh.targets[labelled], axis=0, return_counts=True)
        wrong = (self.fresh.targets != rows[counts.argmax()]).any(axis=2) & labelled
        return float(1.0 - wrong.any(axis=1).mean())

    @classmethod
    def of(
        cls,
        network: WeightedNetwork,
        examples: Sequences,
        names: Names,
        at: At,
        rng: np.random.Generator,
        context: Context,
    ) -> "Samples":
        """Of a network that knows which words count they are drawn by it, else like the examples.

        Of many examples half are kept from all that is made and chosen, and are the fresh words; these have
        a stream of their own, all others are drawn by `rng`. A budget leaves fewer of each.
        """
        measuring = context.stream("words to measure by")
        if isinstance(network, Drawing):
            length = within(network, int(np.median(examples.lengths)))
            made = _legal(network, examples, MADE, length, rng)
            choosing = _legal(network, examples, CHOOSING, length, rng)
            fresh = _legal(network, examples, FRESH // 2, length, measuring)
            told = "newly drawn from those that count"
        elif len(examples) >= ENOUGH:
            order = measuring.permutation(len(examples))
            own, kept = examples.take(order[: len(order) // 2]), examples.take(order[len(order) // 2 :])
            choosing = own.take(np.arange(min(len(own), CHOOSING)))
            fresh = kept.take(np.arange(min(len(kept), FRESH)))
            made = _joined(choosing, words_like(own, MADE, rng))
            told = "examples that were kept from it"
        else:
            made, choosing = words_like(examples, MADE, rng), words_like(examples, CHOOSING, rng)
            fresh = words_like(examples, FRESH // 2, measuring)
            told = "drawn like the examples"
        parts = []
        for part in (fresh, choosing, made):
            with context.clock.part(ANSWERING):
                parts.append(judged(answered(network, part, names), at))
        return cls(parts[2], parts[1], parts[0], told)


def _legal(
    network: Drawing, examples: Sequences, count: int, length: int, rng: np.random.Generator
) -> Sequences:
    """Words that count, without targets."""
    words = network.legal_words(count, length, rng, 0.0)
    targets = np.zeros((count, length, 1), dtype=np.int64)
    return Sequences(words, targets, np.full(count, length, dtype=np.int64), examples.input_symbols, (None,))


def judged(sequences: Sequences, at: At) -> Sequences:
    """The sequences with the targets that count: all, or the last of each alone."""
    return sequences if at == "each" else sequences.at_end()


def _joined(one: Sequences, other: Sequences) -> Sequences:
    """The inputs of both, which are padded to the same length."""
    return replace(
        one,
        inputs=np.concatenate([one.inputs, other.inputs]),
        targets=np.concatenate([one.targets[..., :1], other.targets]),
        lengths=np.concatenate([one.lengths, other.lengths]),
        target_symbols=(None,),
        silent=None,
    )
