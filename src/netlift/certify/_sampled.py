"""A network held against a program where there is no proof: all short words, and random long ones."""

import random
from collections.abc import Sequence

import numpy as np

from netlift._errors import InputError
from netlift.certify._claims import Claim, excluded_rate, faultless_words
from netlift.certify._domain import Domain, Joint
from netlift.certify._system import System
from netlift.networks import Network, run

MOST_WORDS = 20_000  # words of one length that are all looked at
TESTS, LENGTH = 2_000, 50
FEWEST = 500  # tests of a large network, which is run for about as long as a small one:
WORK = TESTS * LENGTH * 20_000  # weights times steps
EXHAUSTIVE = 10  # length from which looking at all words says more than tests do


def compare_network(network: Network, system: System, domain: Domain, *, seed: int = 0) -> Claim:
    """What running both on words over a domain shows; a refutation is on a shortest word of the short ones.

    `system` is a program, a machine or a recurrence over the numbers that the network takes.
    """
    if any(not isinstance(symbol, int) for stream in _finite(domain) for symbol in stream):
        raise InputError("a network takes numbers; give --inputs of numbers, as in 0..9.")
    length = 0
    if domain.size <= MOST_WORDS:
        length, witness = _all_words(network, system, domain.symbols())
        if witness is not None:
            return _refuted(witness, "; no shorter sequence tells them apart")
    tests = _tests(network)
    drawn = list(domain.words(tests, LENGTH, random.Random(seed)))
    witness = _first_difference(network, system, drawn)
    facts = {"domain": domain.facts(), "sequences": tests, "length": LENGTH, "seed": seed}
    if witness is not None:
        return _refuted(
            witness, f"; every sequence of up to {length} inputs is answered alike" if length else ""
        )
    details = {**facts, "exhaustive_length": length, "excluded_rate": excluded_rate(tests)}
    if length >= EXHAUSTIVE:
        told = f"exhaustive, every sequence of up to {length} inputs over {domain} was run"
        return Claim("network = machine", "exhaustive", told, details)
    told = faultless_words(tests, f"random sequences of {LENGTH} inputs over {domain}")
    return Claim("network = machine", "tested", told, details)


def _tests(network: Network) -> int:
    """How many random words a network is run on: fewer where it has more than 20,000 weights."""
    size = getattr(network, "parameters", None) or 1
    return max(FEWEST, min(TESTS, WORK // (size * LENGTH)))


Witness = tuple[list[Joint], object, object]  # the inputs, and what network and system answer at their end


def _all_words(network: Network, system: System, symbols: list[Joint]) -> tuple[int, Witness | None]:
    """All words, length by length: the greatest length that was looked at, or a shortest difference.

    Each word goes on from where the one without its last symbol ended.
    """
    units = np.array(symbols, dtype=np.int64)
    hidden = network.initial_state(1)
    states = [system.start()]
    words: list[tuple[Joint, ...]] = [()]
    length = 0
    while len(symbols) ** (length + 1) <= MOST_WORDS and length < EXHAUSTIVE + 4:
        words = [(*word, symbol) for word in words for symbol in symbols]
        before = np.repeat(hidden, len(symbols), axis=0)
        hidden = network.next_state(before, np.tile(units, (len(before) // len(symbols), 1)))
        answers = network.output(hidden).tolist()
        following = [system.step(state, symbol) for state in states for symbol in symbols]
        for word, mine, (_, answered) in zip(words, answers, following, strict=True):
            expected = (mine[0] if len(mine) == 1 else tuple(mine),)
            if answered != expected:
                return length, (list(word), expected, answered)
        states = [state for state, _ in following]
        length += 1
    return length, None


def _first_difference(network: Network, system: System, words: Sequence[Sequence[Joint]]) -> Witness | None:
    """The shortest beginning of a word that network and system answer differently."""
    answers = run(network, np.array(words, dtype=np.int64)).tolist()
    best: Witness | None = None
    for word, said in zip(words, answers, strict=True):
        state = system.start()
        for place, (symbol, mine) in enumerate(zip(word, said, strict=True)):
            if best is not None and place + 1 >= len(best[0]):
                break
            state, answered = system.step(state, symbol)
            expected = (mine[0] if len(mine) == 1 else tuple(mine),)
            if answered != expected:
                best = (list(word[: place + 1]), expected, answered)
                break
    return best


def _refuted(witness: Witness, ending: str) -> Claim:
    word, said, answered = witness
    told = ", ".join(str(s[0]) if len(s) == 1 else str(s) for s in word)
    shown = [str(a[0]) if isinstance(a, tuple) and len(a) == 1 else str(a) for a in (said, answered)]
    words = (
        f"refuted: at the end of the inputs {told} the network answers {shown[0]}, the program "
        f"{shown[1]}{ending}"
    )
    return Claim("network = machine", "refuted", words, {"witness": [list(symbol) for symbol in word]})


def _finite(domain: Domain) -> list[tuple[object, ...]]:
    return [stream for stream in domain.streams if isinstance(stream, tuple)]
