"""Sums of delayed inputs and own values, divided: the divisor and every constant exactly."""

import numpy as np
import pytest

from netlift.formulas import Behaviour, Candidate
from netlift.formulas._behaviour import Work
from netlift.formulas._divided import search_divided
from netlift.formulas._problem import pose
from netlift.program import Program, print_program

RNG = np.random.default_rng(6)


def found(inputs: np.ndarray, outputs: np.ndarray) -> list[Candidate]:
    """What the search offers that is exact."""
    shaped = [a if a.ndim == 3 else a[..., None] for a in (inputs, outputs)]
    problem = pose(Behaviour(shaped[0], shaped[1]), 0, Work(10**9))
    search_divided(problem)
    return problem.found


def delayed(word: list[int], delay: int, own: int, divisor: int, constant: int, start: int) -> list[int]:
    """What the program is to do, said otherwise than it."""
    value, outputs = start, []
    for step in range(len(word)):
        given = word[step - delay] if step >= delay else 0
        total = own * value + (divisor - own) * given + constant
        value = (total - total % divisor) // divisor
        outputs.append(value)
    return outputs


@pytest.mark.parametrize(
    ("delay", "own", "divisor", "constant", "start"),
    [(5, 9, 10, 0, 0), (0, 3, 4, 2, 0), (3, 7, 8, 5, 0), (2, 15, 16, 0, 20)],
)
def test_weights_delay_divisor_and_constant_are_found(
    delay: int, own: int, divisor: int, constant: int, start: int
) -> None:
    words = RNG.integers(0, 50, size=(200, 25))
    outputs = np.array([delayed(word, delay, own, divisor, constant, start) for word in words.tolist()])
    best = found(words, outputs)[0]
    longer = RNG.integers(0, 50, size=200).tolist()
    program = Program(print_program(best.recurrence))
    assert program(longer) == delayed(longer, delay, own, divisor, constant, start)


def test_several_streams_are_weighted_each() -> None:
    words = RNG.integers(0, 60, size=(300, 12, 2))
    outputs = (3 * words[..., 0] + 2 * words[..., 1] + 1) // 7
    best = found(words, outputs)[0]
    assert "(3 * a + 2 * b + 1) // 7" in print_program(best.recurrence)


def test_what_is_no_such_sum_is_not_offered() -> None:
    words = RNG.integers(0, 50, size=(300, 12))
    assert found(words, words**2 // 7) == []
    assert found(words, 2 * words + 3) == []  # a sum, and no division
    assert found(words, np.maximum.accumulate(words, axis=1)) == []
