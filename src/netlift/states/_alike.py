"""Symbols of a large alphabet that a network does not tell apart."""

import numpy as np
from numpy.typing import NDArray

from netlift.networks._protocol import Network
from netlift.networks._states import repeated
from netlift.states._machine import Machine

Ints = NDArray[np.int64]

_CONTEXTS = 48  # words that every symbol is put into
_AFTER = 3  # answers after the symbol that are compared, its own included
_SAME = 0.9  # share of the answers that agree where an imperfect network treats two symbols alike


def symbol_classes(
    network: Network, alphabet: Ints, words: Ints, most: int, rng: np.random.Generator
) -> Ints | None:
    """The class [A] of each symbol of the alphabet [A, D], at most `most` of them, else None.

    Two symbols are alike when the network answers alike, now and later, wherever one of the words
    [N, T, D] has the one or the other in some place. If that tells more than `most` classes apart,
    symbols are taken together that agree nine times in ten.
    """
    contexts = words[rng.integers(len(words), size=_CONTEXTS)]
    places = rng.integers(max(1, words.shape[1] - _AFTER), size=_CONTEXTS)
    answers = [
        _answers(network, alphabet, context, int(place))
        for context, place in zip(contexts, places, strict=True)
    ]
    signature = np.concatenate(answers, axis=1)
    exact = _numbered(np.unique(signature, axis=0, return_inverse=True)[1].reshape(-1))
    if exact.max() < most:
        return exact
    leaders: list[int] = []
    classes = np.empty(len(alphabet), dtype=np.int64)
    for symbol in range(len(alphabet)):
        agreement = (signature[leaders] == signature[symbol]).mean(axis=1)
        if not len(leaders) or agreement.max() < _SAME:
            if len(leaders) == most:
                return None
            leaders.append(symbol)
            classes[symbol] = len(leaders) - 1
        else:
            classes[symbol] = int(agreement.argmax())
    return classes


def over_all_symbols(machine: Machine, alphabet: Ints, classes: Ints) -> Machine:
    """The machine over the first symbol of each class, as one over the whole alphabet."""
    return Machine(alphabet, machine.transitions[:, classes], machine.outputs[:, classes])


def representatives(classes: Ints) -> Ints:
    """The first symbol of each class."""
    first: Ints = np.unique(classes, return_index=True)[1]
    return first


def _answers(network: Network, alphabet: Ints, context: Ints, place: int) -> Ints:
    """The answers [A, steps * K] from `place` on, with each symbol put there."""
    hidden = network.initial_state(1)
    for symbol in context[:place]:
        hidden = network.next_state(hidden, symbol[None])
    hidden = network.next_state(repeated(hidden, len(alphabet)), alphabet)
    found = [network.output(hidden)]
    for symbol in context[place + 1 : place + _AFTER]:
        hidden = network.next_state(hidden, np.repeat(symbol[None], len(alphabet), axis=0))
        found.append(network.output(hidden))
    return np.concatenate(found, axis=1)


def _numbered(labels: Ints) -> Ints:
    """The same classes, numbered in order of appearance."""
    _, first, place = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    numbered: Ints = rank[place.reshape(-1)]
    return numbered
