"""Networks whose hidden states are no vectors: a growing prefix, a tuple, and a limit to their length."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import netlift
from netlift import InputError
from netlift.networks import joined, repeated, rows_of, run, run_along, take

Ints = NDArray[np.int64]
LONGEST = 24


class Prefix:
    """A batch of prefixes of different lengths, as a Transformer without a cache has them."""

    def __init__(self, rows: Sequence[tuple[int, ...]]) -> None:
        self.rows = list(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, rows: Ints) -> "Prefix":
        return Prefix([self.rows[int(row)] for row in rows])

    @classmethod
    def concatenate(cls, parts: Sequence["Prefix"]) -> "Prefix":
        return cls([row for part in parts for row in part.rows])


class Attention:
    """A toy attention head over the whole prefix: uniform attention, then a readout of the mean and length.

    It answers the number of ones so far modulo 3; `calls` holds the longest prefix that it was ever run on.
    """

    longest = LONGEST

    def __init__(self) -> None:
        self.most = 0

    def initial_state(self, batch: int) -> Prefix:
        return Prefix([()] * batch)

    def next_state(self, hidden: Prefix, inputs: NDArray[Any]) -> Prefix:
        longer = Prefix([(*row, int(x[-1] > 0.5)) for row, x in zip(hidden.rows, inputs, strict=True)])
        self.most = max(self.most, *map(len, longer.rows))
        return longer

    def output(self, hidden: Prefix) -> NDArray[Any]:
        scores = np.zeros((len(hidden), 3))
        for row, prefix in enumerate(hidden.rows):
            weights = np.full(len(prefix), 1.0 / max(len(prefix), 1))
            mean = float(weights @ np.array(prefix, dtype=np.float64)) if prefix else 0.0
            scores[row, round(mean * len(prefix)) % 3] = 1.0
        return scores


class Pair:
    """The same rule with a state of two parts: a counter as a vector, and a named part beside it."""

    def initial_state(self, batch: int) -> tuple[NDArray[Any], dict[str, NDArray[Any]]]:
        return np.zeros((batch, 1)), {"seen": np.zeros((batch, 2, 2))}

    def next_state(self, hidden: Any, inputs: NDArray[Any]) -> Any:
        count, parts = hidden
        return (count + inputs[:, -1:]) % 3, {"seen": parts["seen"] + inputs[:, None, :1]}

    def output(self, hidden: Any) -> NDArray[Any]:
        scores: NDArray[Any] = np.eye(3)[np.rint(hidden[0][:, 0]).astype(int) % 3]
        return scores


def words(length: int, count: int = 300) -> list[list[int]]:
    rng = np.random.default_rng(0)
    return [row.tolist() for row in rng.integers(2, size=(count, length))]


def test_states_of_any_kind_are_asked_for_rows_and_joined() -> None:
    prefixes = Prefix([(1,), (2, 3)])
    pair = (np.arange(4.0).reshape(2, 2), {"a": np.arange(2)})
    rows = np.array([1, 0, 1])
    assert take(prefixes, rows).rows == [(2, 3), (1,), (2, 3)]
    assert take(pair, rows)[1]["a"].tolist() == [1, 0, 1]
    assert rows_of(joined([pair, pair])) == 4
    assert joined([prefixes, prefixes]).rows == [(1,), (2, 3), (1,), (2, 3)]
    assert repeated(pair, 2)[1]["a"].tolist() == [0, 0, 1, 1]


def test_a_network_over_prefixes_is_opened_and_never_run_beyond_its_length() -> None:
    network = Attention()
    result = netlift.lift(network, words(12), input_coding="one-hot")
    assert result.solved, result.reason
    assert result.program is not None
    assert result.program([1, 1, 0, 1, 1]) == [1, 2, 2, 0, 1]
    assert result.states == 3
    assert network.most <= LONGEST
    claim = next(one for one in result.claims if one.claim == "network = machine")
    assert claim.holds
    assert f"the network takes no more than {LONGEST} inputs" in claim.words
    assert claim.details["longest"] == LONGEST
    assert result.faithfulness is not None
    assert result.faithfulness.interchange.agreement == 1.0
    assert result.faithfulness.interchange.trials > 0
    assert result.faithfulness.same_state.agreement == 1.0
    assert "no vectors" in result.faithfulness.ignored.reason


def test_examples_longer_than_the_network_can_be_run_on_are_refused() -> None:
    with pytest.raises(InputError, match="the examples have up to 30 steps; the network can be run on 24"):
        netlift.lift(Attention(), words(30), input_coding="one-hot")


def test_a_state_of_several_parts_is_opened() -> None:
    result = netlift.lift(Pair(), words(12), input_coding="one-hot")
    assert result.solved, result.reason
    assert result.states == 3
    assert result.faithfulness is not None
    assert result.faithfulness.interchange.agreement == 1.0


def test_a_path_knows_the_states_of_each_step() -> None:
    network = Attention()
    coded = np.zeros((2, 3, 2), dtype=np.int64)
    coded[0, :, 1] = 1
    path = run_along(network, coded)
    assert path.at(np.array([1, 0]), 1).rows == [(0, 0), (1, 1)]
    with pytest.raises(ValueError, match="can be run on 24 steps"):
        run(network, np.zeros((1, 25, 2), dtype=np.int64))
