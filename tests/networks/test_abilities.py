"""What a network says it can do counts, whoever wrote it: no class is asked for."""

from typing import Any

import numpy as np
import pytest

import netlift
from netlift.data import from_arrays
from netlift.mechanism._diagnosis import _between
from netlift.networks import answers_numbers, is_over_whole_numbers
from netlift.networks._bind import bound
from netlift.states.readers import words_of
from networks_by_hand import untrained

WORDS = np.random.default_rng(0).integers(3, size=(300, 8, 1))


class Sums:
    """Seven times the sum so far, modulo 5: neither the inputs nor the answers are coded."""

    over_whole_numbers = True
    answers_numbers = True
    hidden_size = 1
    parameters = None

    def initial_state(self, batch: int) -> np.ndarray:
        return np.zeros((batch, 1), dtype=np.int64)

    def next_state(self, hidden: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        return np.asarray((hidden + inputs) % 5)

    def output(self, hidden: np.ndarray) -> np.ndarray:
        return hidden * 7

    def margin(self, hidden: np.ndarray) -> np.ndarray:
        return np.where(hidden == 0, 0.2, 0.5)


def test_a_network_over_whole_numbers_is_taken_as_it_is() -> None:
    network = Sums()
    assert bound(network, from_arrays(WORDS, WORDS))[0] is network
    result = netlift.lift(network, WORDS)
    assert result.solved, result.reason
    assert result.program is not None
    assert result.program([1, 2, 2, 1]) == [7, 21, 0, 7]


def test_who_does_not_say_so_gets_a_coding() -> None:
    class Silent(Sums):
        over_whole_numbers = False

    network = bound(Silent(), from_arrays(WORDS, WORDS))[0]
    assert type(network).__name__ == "Coded"
    assert not is_over_whole_numbers(object())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"output": lambda self, hidden: hidden / 2}, r"answers an array \[1, 1, 1\] of float64"),
        ({"parameters": property(lambda self: self.nothing)}, "is over whole numbers, and has no parameters"),
    ],
)
def test_what_only_says_so_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(netlift.InputError, match=told):
        netlift.lift(type("Liar", (Sums,), change)(), WORDS)


def test_numbers_between_whole_ones_are_seen_in_any_network_that_tells() -> None:
    words = words_of(from_arrays(WORDS, WORDS))
    share = _between(Sums(), words)
    sums = np.cumsum(words.inputs[:, :, 0], axis=1) % 5
    assert share is not None
    assert abs(share - float((sums == 0).mean())) < 0.05
    assert answers_numbers(untrained(1))
    assert not answers_numbers(type("Unsure", (Sums,), {"answers_numbers": False})())
