"""By default data that no network can say anything of are read themselves, and it is said why."""

import random
from typing import Any

import pytest

import netlift
from netlift.core._context import Context
from netlift.core._errors import InputError
from netlift.data._given import given_data
from netlift.sources import sources_for

SESSION = {("out", "open"): ("in", "ok"), ("in", "close"): ("out", "bye"), ("in", "put"): ("in", "stored")}


def names(inputs: Any, targets: Any, **given: Any) -> list[str]:
    """Who is asked before a network is trained."""
    return [one.name for one in sources_for(given_data(inputs, targets), "network", **given)]


def sessions(rows: int = 20) -> tuple[list[list[str]], list[list[str]]]:
    """Short sessions with a server, in which most requests never come in most states."""
    rng = random.Random(0)
    inputs, targets = [], []
    for _ in range(rows):
        state, asked, answered = "out", [], []
        for _ in range(rng.randint(2, 6)):
            request = rng.choice([name for held, name in SESSION if held == state])
            state, answer = SESSION[state, request]
            asked.append(request)
            answered.append(answer)
        inputs.append(asked)
        targets.append(answered)
    return inputs, targets


def test_few_sessions_end_in_a_partial_machine_that_lists_what_was_never_seen() -> None:
    result = netlift.distill(*sessions())
    assert result.program is not None
    assert result.source == "data"
    assert result.trained_by == "nothing"
    assert result.unseen
    assert "so none was trained" in result.findings[0]
    assert result.program(["open", "put", "close"]) == ["ok", "stored", "bye"]
    with pytest.raises(KeyError):
        result.program(["put"])


def test_answers_at_random_are_found_without_being_asked_for() -> None:
    rng = random.Random(1)
    inputs = [[rng.choice(["toss", "tell"]) for _ in range(8)] for _ in range(300)]
    targets = [
        [rng.choice(["heads", "tails"]) if step == "toss" else "told" for step in row] for row in inputs
    ]
    result = netlift.distill(inputs, targets)
    assert result.noise is not None
    assert result.noise.random
    assert result.solved
    assert result.source == "data"


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [
        ([[1, 2], [2, 1]], [[1, 3], [2, 3]]),  # numbers: a formula may go on
        ([["a", "b"]] * 600, [["p", "q"]] * 600),  # many steps
    ],
)
def test_others_are_left_to_networks(inputs: Any, targets: Any) -> None:
    data = given_data(inputs, targets)
    assert all(one.derived(data, Context()) is None for one in sources_for(data, "network"))


def test_few_sequences_that_show_every_pair_are_left_to_networks() -> None:
    data = given_data([["a", "a", "a"]], [["p", "p", "p"]])
    (source,) = sources_for(data, "network")
    assert source.derived(data, Context()) is None


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [
        ([[3, 7, 1, 9, 4]], [[12, 5, 44, 2, 17]]),
        ([["open", "check", "check", "pay"]] * 6, [[0, 37, 91, 12]] * 6),
    ],
)
def test_answers_that_no_formula_shortens_are_read_from_the_data(inputs: Any, targets: Any) -> None:
    result = netlift.distill(inputs, targets)
    assert result.source == "data"
    assert "No formula says these few answers" in result.findings[0]
    assert not result.solved
    assert result.program is not None
    assert result.program(inputs[0]) == targets[0]
    with pytest.raises(KeyError):
        result.program([*inputs[0], inputs[0][0]])


def test_more_beginnings_than_a_few_are_left_to_networks() -> None:
    rng = random.Random(2)
    rows = [[rng.randint(0, 9) for _ in range(7)] for _ in range(3)]
    assert names(rows[:2], rows[:2]) == ["data"]
    assert names(rows, rows) == []


def test_what_is_specified_is_asked_of_networks() -> None:
    assert names(*sessions(), specified=True) == []
    data = given_data(*sessions())
    with pytest.raises(InputError, match="needs source='network'"):
        sources_for(data, "data", specified=True)
