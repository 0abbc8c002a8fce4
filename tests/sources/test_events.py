"""Sequences of events alone: what may come next, and whether a sequence may end."""

import pytest

from netlift.core._context import Context
from netlift.core._errors import InputError
from netlift.data import from_arrays
from netlift.sources._events import from_events
from netlift.states._tails import tails


def test_states_with_the_same_next_events_are_one_and_every_word_is_accepted() -> None:
    words = [[0, *[1, 2] * times, 3] for times in range(1, 6)]
    found = tails(words)
    assert len(found.after) < 8 < found.nodes
    for word in [*words, [0, *[1, 2] * 20, 3]]:  # the loop goes on
        state = 0
        for event in word:
            assert not found.ends[state]
            state = found.after[state][event]
        assert found.ends[state]


def test_different_ends_are_not_merged() -> None:
    found = tails([[0, 1], [2, 1, 1]])
    assert not found.ends[found.after[found.after[0][2]][1]]
    assert found.ends[found.after[found.after[0][0]][1]]


def test_the_program_says_what_may_come_next() -> None:
    words = [["on", *["work", "rest"] * times, "off"] for times in range(1, 6)]
    result = from_events(from_arrays(words, [[0] * len(word) for word in words]), Context())
    assert result.solved
    assert result.program is not None
    assert result.program(["on", "work", "rest", "off"]) == ["work", "rest", "off | work", "(end)"]
    assert result.program(["on", "rest", "work"])[1:] == ["(never seen)"] * 2
    assert "First may come: on." in result.program.source
    assert result.claims[0].tier == "proved"


def test_events_that_are_spelt_as_answers_are_refused() -> None:
    with pytest.raises(InputError, match=r"include \(end\)"):
        from_events(from_arrays([["a", "(end)"]], [[0, 0]]), Context())
    with pytest.raises(InputError, match="different events and no outputs"):
        from_events(from_arrays([list(range(300))], [[0] * 300]), Context())
