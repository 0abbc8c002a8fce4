"""Machines of words whose answers are wrong here and there, or random."""

import numpy as np
import pytest
from numpy.typing import NDArray

from netlift.states._noise import noisy_machine
from netlift.states._noise_kernel import answer_bits

Ints = NDArray[np.int64]
WRONG, FLAG = 7.0, 12.0  # bits


def counter(
    count: int, length: int, rate: float, *, ends: bool
) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """Words, whether their ones so far are a multiple of three, and which of these answers are wrong."""
    rng = np.random.default_rng(8)
    words, lengths = rng.integers(2, size=(count, length)), rng.integers(1, length + 1, size=count)
    right = (words.cumsum(axis=1) % 3 == 0).astype(np.int64)
    asked = np.arange(length) == lengths[:, None] - 1 if ends else np.arange(length) < lengths[:, None]
    flipped = (rng.random(words.shape) < rate) & asked
    return words, np.where(asked, np.where(flipped, 1 - right, right), -1), lengths, flipped


@pytest.mark.parametrize("ends", [True, False])
def test_the_machine_is_that_of_the_right_answers_and_the_wrong_ones_are_found(ends: bool) -> None:
    words, answers, lengths, flipped = counter(400 if ends else 100, 8, 0.02, ends=ends)
    assert flipped.any()
    read = noisy_machine(words, answers, lengths, 2)
    assert read is not None
    assert len(read.transitions) == 3
    assert np.array_equal(read.wrong, flipped)
    assert not read.random.any()


def test_a_bit_that_tells_nothing_is_random_and_what_follows_from_two_is_not() -> None:
    rng = np.random.default_rng(2)
    bits = rng.integers(2, size=(300, 10))
    for step in range(2, 10, 3):
        bits[:, step] = bits[:, step - 2] ^ bits[:, step - 1]
    lengths = np.full(300, 9)
    read = noisy_machine(bits[:, :-1], bits[:, 1:], lengths, 2)
    assert read is not None
    assert not read.wrong.any()
    assert len(read.transitions) == 4
    assert read.random.all(axis=1).sum() == 2  # before the first bit, and before the third
    told = read.answers[~read.random.any(axis=1)]
    assert sorted(told.tolist()) == [[0, 1], [1, 0]]


def test_an_edge_is_one_answer_with_exceptions_until_a_frequency_is_shorter() -> None:
    even = np.ones(2)
    assert answer_bits(np.array([0, 0]), even, WRONG, FLAG) == 0.0
    assert answer_bits(np.array([50, 0]), even, WRONG, FLAG) == 1.0
    assert answer_bits(np.array([50, 1]), even, WRONG, FLAG) == 1.0 + WRONG
    assert answer_bits(np.array([30, 30]), even, WRONG, FLAG) < -60.0  # a bit each, and the flag
    assert answer_bits(np.array([30, 30]), even, WRONG, FLAG) > -(60.0 + FLAG + 8.0)
