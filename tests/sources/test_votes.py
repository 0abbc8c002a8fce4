"""Labels of sequences that begin alike."""

import numpy as np
import pytest

from netlift.data import from_arrays
from netlift.sources._votes import Votes, beginnings, consistent_with

WORDS = [[0, 1], [0, 1], [0, 1], [1, 1]]
LABELS = [[0, 1], [0, 1], [0, 0], [1, 0]]


def test_who_is_outvoted_begins_as_others_do() -> None:
    given = from_arrays(WORDS, LABELS, contradictions=True)
    votes = Votes.of(given)
    assert (votes.outvoted, votes.recurring) == (1, 6)
    assert votes.usual(given)[..., 0].tolist() == [[0, 1], [0, 1], [0, 1], [1, 0]]
    assert consistent_with(given, given.targets).targets[..., 0].tolist()[2] == [0, 1]
    assert sorted(votes.clear.tolist()) == [False, False, False, True]  # three of three at the first step


def test_beginnings_are_numbered_alike_where_inputs_so_far_are() -> None:
    told = beginnings(from_arrays([["a", "b", "b"], ["a", "b"], ["b", "b"]], [[1, 2, 3], [1, 2], [4, 5]]))
    assert told[0, :2].tolist() == told[1, :2].tolist()
    assert told[1, 2] == told[2, 2] == -1
    assert len(set(told[told >= 0].tolist())) == 5


def test_labels_of_one_beginning_that_are_all_wrong_are_counted_with_their_chance() -> None:
    inputs = [[0]] * 5 + [[n] for n in range(1, 96)]
    votes = Votes.of(from_arrays(inputs, inputs))
    count, chance = votes.unanimously(np.arange(100)[:, None] < 5)
    assert count == 1
    assert chance == pytest.approx(0.05**5, rel=1e-3)
    assert votes.unanimously(np.arange(100)[:, None] < 4) == (0, 1.0)
