"""Words over a machine's alphabet: access words, distinguishing words, words that cover it."""

import numpy as np
from numpy.typing import NDArray

from netlift.states._machine import Machine
from netlift.states._probe import Ints, Word

Bools = NDArray[np.bool_]


def run_symbols(machine: Machine, words: Ints) -> tuple[Ints, Ints]:
    """States [N, T + 1], the first one included, and outputs [N, T, K] on symbol numbers [N, T]."""
    state = np.zeros(len(words), dtype=np.int64)
    states, outputs = [state], []
    for step in range(words.shape[1]):
        outputs.append(machine.outputs[state, words[:, step]])
        state = machine.transitions[state, words[:, step]]
        states.append(state)
    return np.stack(states, axis=1), np.stack(outputs, axis=1)


def fresh_prefixes(words: Ints) -> Bools:
    """[N, T + 1]: True where a word's prefix of that length occurs for the first time in the list."""
    fresh = np.zeros((len(words), words.shape[1] + 1), dtype=np.bool_)
    number = np.zeros(len(words), dtype=np.int64)
    fresh[0, 0] = True
    for step in range(words.shape[1]):
        pairs = number * (int(words.max(initial=0)) + 1) + words[:, step]
        _, first, number = np.unique(pairs, return_index=True, return_inverse=True)
        fresh[first, step + 1] = True
    return fresh


def access_words(machine: Machine) -> tuple[Word, ...]:
    """A shortest word of symbol numbers to each state; all states must be reachable."""
    words: dict[int, Word] = {0: ()}
    order = [0]
    for state in order:  # the list grows while it is walked: breadth-first
        for symbol, successor in enumerate(machine.transitions[state].tolist()):
            if successor not in words:
                words[successor] = (*words[state], symbol)
                order.append(successor)
    return tuple(words[state] for state in range(machine.states))


def distinguishing_words(machine: Machine) -> tuple[Word, ...]:
    """Words that tell every two states of a minimal machine apart (a characterising set).

    Partition refinement that keeps, for each split, the word that made it.
    """
    blocks = np.zeros(machine.states, dtype=np.int64)
    words: list[Word] = []
    waiting: list[Word] = [(a,) for a in range(len(machine.alphabet))]
    for word in waiting:  # grows: shortest words first
        state = np.arange(machine.states)
        for symbol in word[:-1]:
            state = machine.transitions[state, symbol]
        answer = machine.outputs[state, word[-1]]
        finer = np.unique(np.column_stack([blocks, answer]), axis=0, return_inverse=True)[1].reshape(-1)
        if finer.max() > blocks.max():
            blocks = finer
            words.append(word)
            if finer.max() == machine.states - 1:
                break
            waiting += [(a, *word) for a in range(len(machine.alphabet))]
    return tuple(words)


def covering_words(machine: Machine, length: int, count: int, rng: np.random.Generator) -> Ints:
    """About `count` words [N, T] of this length: every transition (or a sample), then random words.

    Half of them go to a state by its access word, take one transition, and go on with a
    distinguishing word and random symbols (the W-method's words, thinned out); half are random.
    """
    symbols = len(machine.alphabet)
    words = rng.integers(symbols, size=(count, length))
    access, tails = access_words(machine), distinguishing_words(machine)
    every = rng.permutation(machine.states * symbols)
    for row in range(count // 2):
        state, symbol = divmod(int(every[row % len(every)]), symbols)
        tail = tails[int(rng.integers(len(tails)))] if tails else ()
        word = (*access[state], symbol, *tail)[:length]
        words[row, : len(word)] = word
    return words
