"""Where a program's variables are found in the hidden state: `state_map` of result.json."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from netlift.formulas import Assign, Emit, Expr, Recurrence, const, var
from netlift.mechanism._trace import Stepper, traced
from netlift.mechanism._variables import map_facts, variable_maps

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
WORDS: Ints = np.random.default_rng(0).integers(-9, 10, size=(400, 8, 1))


@dataclass(frozen=True)
class Remembers:
    """A network of one hidden unit: a function of the last input, scaled and moved."""

    magnitude: bool

    def initial_state(self, batch: int) -> Floats:
        return np.zeros((batch, 1))

    def next_state(self, hidden: Floats, inputs: Ints) -> Floats:
        kept = (np.abs(inputs) if self.magnitude else inputs).astype(np.float64)
        state: Floats = 0.25 * kept - 3.0
        return state

    def output(self, hidden: Floats) -> Ints:
        return np.zeros((len(hidden), 1), dtype=np.int64)


def previous(read: Expr) -> Recurrence:
    body = (Emit((Expr("-", (var("x"), read)),)), Assign(("previous",), (var("x"),)))
    return Recurrence(("x",), (("previous", 0),), body)


def found_maps(network: Remembers, recurrence: Recurrence) -> dict[str, Any]:
    stepper = Stepper(recurrence)
    fit, fresh = (traced(network, stepper, part) for part in (WORDS[:200], WORDS[200:]))
    return map_facts(variable_maps(recurrence, fit, fresh))


MAGNITUDE = Expr("abs", (var("previous"),))


def test_a_variable_is_found_by_an_affine_map() -> None:
    found = found_maps(Remembers(False), previous(var("previous")))
    assert found["agreement"] == 1.0
    entry = found["variables"]["previous"]
    assert entry["map"] == "affine"
    assert 1_000 < entry["trials"] < 200 * 8  # states after inputs that were fitted do not count
    assert entry["weights"] == pytest.approx([4.0])
    assert entry["offset"] == pytest.approx(12.0)


def test_a_variable_stands_as_the_function_through_which_it_is_read() -> None:
    """The network knows no sign; the program never asks for it."""
    found = found_maps(Remembers(True), previous(MAGNITUDE))
    assert list(found["variables"]) == ["abs(previous)"]
    assert found["agreement"] == 1.0


@pytest.mark.parametrize("read", [var("previous"), Expr("+", (MAGNITUDE, var("previous")))])
def test_what_the_network_does_not_know_is_not_claimed(read: Expr) -> None:
    found = found_maps(Remembers(True), previous(read))
    assert found["agreement"] < 0.8


def test_a_variable_is_found_plainly_where_the_network_has_it() -> None:
    found = found_maps(Remembers(False), previous(MAGNITUDE))
    assert list(found["variables"]) == ["previous"]


def test_a_program_without_variables_has_nothing_to_find() -> None:
    plain = Recurrence(("x",), (), (Emit((Expr("*", (var("x"), const(2))),)),))
    assert found_maps(Remembers(False), plain) == {"variables": {}, "agreement": 1.0}
