"""What a given network is, where no program answers as it does: said with evidence, and what to try next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlift.core._clock import spend
from netlift.data import plain
from netlift.networks import Network, answers_numbers, run, run_along, within
from netlift.program import Program
from netlift.states.readers import Words, longer_words

Ints = NDArray[np.int64]

RUNS = 200  # words of each length
LENGTHS = (1, 2, 5)  # times the length of the examples
LOOKED_AHEAD = 16  # suffixes that tell hidden states apart
FEW = 0.02  # share of words answered otherwise up to which a network counts as noisy, not as another thing
UNSURE = 0.2  # distance of a number from the nearest whole one from which it counts as lying between
GROWS = 1.3  # times as many states at twice the length
EFFORT = "or accept (--accept 0.99), for the best program that is not exact"


@dataclass(frozen=True)
class Diagnosis:
    """What kind of network it is, in one word, and the sentences that say why and what to try."""

    kind: str
    sentences: tuple[str, ...]


def diagnosed(network: Network, words: Words, program: Program | None, rng: np.random.Generator) -> Diagnosis:
    """Why no program is exactly what a network does; the first of these that shows itself.

    "continuous": numbers between the whole ones. "drifting": the best program is right on short words, less
    on longer ones. "noisy": it is nearly right at all lengths. "counter": the states that can be told apart
    go on growing with the length. "many states": they are many, but do not grow. "not exact": none of these.
    """
    between = _between(network, words)
    if between is not None and between > FEW:
        return Diagnosis(
            "continuous",
            (
                f"Its outputs are continuous: {between:.0%} lie more than {UNSURE} from a whole number.",
                "To try next: read its outputs by a threshold (output_coding), or put an adapter around it "
                "whose answers are few.",
            ),
        )
    right = () if program is None else _agreement(network, words, program, rng)
    shown = ", ".join(
        f"{share:.1%} at {within(network, times * words.length)} steps"
        for times, share in zip(LENGTHS, right, strict=False)
    )
    if right and right[0] >= 1.0 - FEW and right[-1] < right[0] - FEW:
        return Diagnosis(
            "drifting",
            (
                f"It drifts: the best program answers as the network does on {shown} of random words.",
                f"To try next: lift it with shorter examples, on whose length it holds; {EFFORT}.",
            ),
        )
    if right and min(right) >= 1.0 - FEW:
        return Diagnosis(
            "noisy",
            (
                f"It is nearly a state machine: the best program answers alike on {shown} of random words.",
                f"To try next: give targets; then the program can be held against these; {EFFORT}.",
            ),
        )
    counts = _state_counts(network, words, rng)
    told = ", ".join(f"{count:,} after {steps}" for steps, count in counts)
    if len(counts) > 1 and counts[-1][1] > GROWS * counts[-2][1]:
        return Diagnosis(
            "counter",
            (
                f"Its states grow with the words, as those of a counter or a long memory do: {told} steps "
                "can be told apart.",
                f"To try next: examples over a smaller alphabet, or longer ones; {EFFORT}.",
            ),
        )
    if counts and counts[-1][1] > RUNS // 2:
        return Diagnosis(
            "many states",
            (
                f"It has too many states for a machine: {told} steps can be told apart.",
                f"To try next: examples over a smaller alphabet; {EFFORT}.",
            ),
        )
    agreed = f"; the best program answers as it does on {shown} of random words" if shown else ""
    return Diagnosis(
        "not exact",
        (
            f"No small machine and no formula answers as it does{agreed}.",
            f"To try next: a domain, if only some words count; targets, if the data are known; {EFFORT}.",
        ),
    )


def _between(network: Network, words: Words) -> float | None:
    """The share of number outputs that lie between whole numbers; None for other outputs."""
    if not answers_numbers(network):
        return None
    margins = network.margin(run_along(network, words.inputs[:RUNS]).states)
    return float((margins < 0.5 - UNSURE).mean())


def _agreement(
    network: Network, words: Words, program: Program, rng: np.random.Generator
) -> tuple[float, ...]:
    """The share of words of each length that program and network answer alike."""
    shares = []
    for times in LENGTHS:
        inputs = longer_words(network, words, times, RUNS, rng)
        answers = run(network, inputs)
        right = 0
        for word, expected in zip(inputs, answers, strict=True):
            try:
                right += program(plain(word)) == plain(expected)
            except (ArithmeticError, LookupError, TypeError, ValueError):
                continue
        shares.append(right / len(inputs))
    return tuple(shares)


def _state_counts(network: Network, words: Words, rng: np.random.Generator) -> list[tuple[int, int]]:
    """How many hidden states after 1, 2, 4, ... steps the network's answers on common suffixes tell apart."""
    inputs = words.inputs[rng.permutation(len(words.inputs))[:RUNS]]
    tails = words.inputs[rng.permutation(len(words.inputs))[:LOOKED_AHEAD]]
    path = run_along(network, inputs)
    counts, step = [], 1
    while step <= words.length:
        hidden = path.at(np.arange(len(inputs)), step - 1)
        answers = []
        for tail in tails:
            now = hidden
            for symbol in tail[: within(network, step + len(tail)) - step]:
                spend(len(inputs))
                now = network.next_state(now, np.repeat(symbol[None], len(inputs), axis=0))
                answers.append(network.output(now))
        counts.append((step, len(np.unique(np.concatenate(answers, axis=1), axis=0))))
        step *= 2
    return counts
