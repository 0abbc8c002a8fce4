"""Logs of names, by default: a machine that the data tell, and what networks trained beside it say of it."""

from typing import Any

import numpy as np
import pytest

import netlift
from netlift.core._context import Context
from netlift.data import from_arrays
from netlift.data._given import given_data
from netlift.sources import Named, sources_for
from netlift.sources import _named as named
from netlift.trainers._guide import Guide, Taught, taught
from server_by_hand import SYMBOLS, session


def sessions(count: int, *, hole: bool = False) -> tuple[list[list[str]], list[list[str]]]:
    """Sessions with it; with a `hole`, nobody opens what is logged in."""
    rng = np.random.default_rng(3)
    inputs = [[SYMBOLS[n] for n in rng.integers(4, size=rng.integers(6, 15))] for _ in range(count)]
    for word in inputs if hole else ():
        state = "closed"
        for step, symbol in enumerate(word):
            if state == "in" and symbol == "open":
                word[step] = "put"
            state = {"open": "opened" if state == "closed" else state, "close": "closed"}.get(
                word[step], state
            )
            state = "in" if word[step] == "login" and state == "opened" else state
    return inputs, [session(one) for one in inputs]


def asked(inputs: Any, targets: Any, **given: Any) -> list[str]:
    """Who is asked before a network is trained."""
    return [type(one).__name__ for one in sources_for(given_data(inputs, targets), "network", **given)]


def test_many_sequences_of_names_are_read_beside_networks_and_others_are_not() -> None:
    inputs, targets = sessions(400)
    assert asked(inputs, targets) == ["Named"]
    assert asked(inputs, targets, specified=True) == []
    assert asked([[SYMBOLS.index(x) for x in row] for row in inputs], targets) == []
    assert asked(inputs[:40], targets[:40]) == ["WithoutNetwork"]


def test_what_the_data_leave_open_is_left_open_by_default() -> None:
    result = netlift.distill(*sessions(400, hole=True))
    assert result.source == "both"
    assert result.states == 3
    assert result.network is not None
    assert [one["inputs"] for one in result.unseen] == [["open"]]
    facts = result.network_facts
    assert facts["answered_alone"] == []  # two pairs that were withheld say nothing of what networks make up
    assert facts["transitions"] == 11 - 2
    assert facts["confirmed"] + sum(len(one["inputs"]) for one in facts["not_confirmed"]) == 9
    assert result.program is not None
    assert f"answers {facts['confirmed']} of 9 transitions" in " ".join(result.program.source.split())
    assert result.program(["open", "login", "put"]) == ["ok", "welcome", "stored"]


@pytest.mark.parametrize("accuracy", [1.0, 0.9])
def test_a_network_that_learned_all_is_opened_and_another_stands_beside_the_machine(
    monkeypatch: pytest.MonkeyPatch, accuracy: float
) -> None:
    data = given_data(*sessions(400))
    network = taught(data.as_sequences(), None, Context(), rounds=1)
    assert network is not None
    calls: list[dict[str, Any]] = []

    def stand_in(*_: Any, **given: Any) -> Taught:
        calls.append(given)
        return Taught(network.foremost, accuracy)

    monkeypatch.setattr(named, "taught", stand_in)
    found = Named().derived(data, Context())
    assert calls == [{"rounds": 1}]
    assert (found is None) == (accuracy == 1.0)
    if found is not None:
        assert found.solved
        assert found.source == "both"
        assert found.network_facts["held_out_accuracy"] == accuracy


def test_a_counter_of_names_is_left_to_networks() -> None:
    rng = np.random.default_rng(0)
    inputs = [["up" if up else "down" for up in row] for row in rng.integers(0, 2, size=(120, 16))]
    depths = [np.cumsum([1 if x == "up" else -1 for x in row]) for row in inputs]
    data = given_data(inputs, [[f"floor {depth}" for depth in row] for row in depths])
    assert Named().derived(data, Context()) is None


def test_training_shows_what_it_asks_about_more_often_and_ends_when_that_is_learned() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 2, size=(400, 8))
    sequences = from_arrays(inputs, np.maximum.accumulate(inputs, axis=1))
    found = taught(sequences, lambda part: np.arange(min(4, len(part))), Context())
    assert found is not None
    assert isinstance(found.guide, Guide)
    assert found.best is found.guide.networks[0]
    assert len(found.guide.networks) == 3
    assert min(found.guide.accuracies) >= 0.99
