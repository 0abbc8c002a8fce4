"""Networks that end provable, from the data alone: a layer of codes, least squares, all the data."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from netlift.certify._network import Target
from netlift.core._clock import Clock
from netlift.data import Sequences, from_arrays, joint_symbols
from netlift.harden import _alike, _provably, provably
from netlift.harden._alike import rounded_to_alike
from netlift.harden._all_data import labelled_for, trained_on_all
from netlift.harden._candidate import Candidate
from netlift.harden._hard_words import hardest
from netlift.harden._provably import another_until_proved, trained_until_proved
from netlift.harden._refitted import refitted_to_data
from netlift.networks import Architecture, Coding, MlpRnn, network_accuracy
from netlift.report._docstring import network_facts, right_of
from netlift.states import Machine
from networks_by_hand import ADDITION, PARITY, labelled, parity, read_as, untrained

MOST = 40
SYMBOLS = np.arange(MOST)
DIFFERENCE = Machine(  # the absolute difference of the last two numbers
    SYMBOLS[:, None], np.tile(SYMBOLS, (MOST, 1)), np.abs(SYMBOLS[:, None] - SYMBOLS)[:, :, None]
)


def shifted(machine: Machine) -> Machine:
    """The same states with other answers."""
    return replace(machine, outputs=1 - machine.outputs)


def forgetting(weight: float) -> MlpRnn:
    """The network of parities that loses a share of its hidden state with each step."""
    return replace(parity(), weights={**parity().weights, "f.0.hidden": weight * np.ones((4, 1))})


def difference(error: float) -> MlpRnn:
    """h' = (x, |h_0 - x|) by ramps, with an error in the first number."""
    shape = Architecture(2, 3, 2, 1, skip=False)
    coding = Coding(None, (0.0,), (1.0,), None, (0.0,), (1.0,))
    weights = {
        "initial": np.zeros(2),
        "f.0.hidden": np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]]),
        "f.0.input": np.array([[-1.0], [1.0], [1.0]]),
        "f.0.bias": np.zeros(3),
        "f.1.weight": np.array([[0.0, 0.0, 1.0 + error], [1.0, 1.0, 0.0]]),
        "f.1.bias": np.zeros(2),
        "g.0.weight": np.array([[0.0, 1.0]]),
        "g.0.bias": np.zeros(1),
    }
    return MlpRnn(shape, coding, weights)


def leaky(kept: float) -> MlpRnn:
    """The running sum, of which a share is kept at each step."""
    weights = {
        "initial": np.zeros(1),
        "f.0.hidden": np.array([[kept]]),
        "f.0.input": np.ones((1, 1)),
        "f.0.bias": np.zeros(1),
        "f.1.weight": np.ones((1, 1)),
        "f.1.bias": np.zeros(1),
        "g.0.weight": np.ones((1, 1)),
        "g.0.bias": np.zeros(1),
    }
    coding = Coding(None, (0.0,), (1.0,), None, (0.0,), (1.0,))
    return MlpRnn(Architecture(1, 1, 2, 1, skip=False), coding, weights)


def layers(network: MlpRnn, train: Sequences) -> list[Candidate]:
    alphabet = joint_symbols(train, 10)
    assert alphabet is not None
    return list(rounded_to_alike(network, train, alphabet, 0))


def test_a_layer_rounds_to_the_ways_in_which_the_network_goes_on() -> None:
    train, loose = labelled(PARITY), forgetting(0.96)
    first = layers(loose, train)[0]
    assert (first.clusters, first.layer) == (2, True)
    assert network_accuracy(first.network, train) == 1.0
    assert first.prove(PARITY) is not None
    assert first.prove(shifted(PARITY)) is None
    again = layers(loose, train)[0].network
    assert all(np.array_equal(again.weights[name], first.network.weights[name]) for name in again.weights)


def test_a_layer_repairs_a_network_that_errs_on_some_of_the_data() -> None:
    train, test = labelled(PARITY, length=14), labelled(PARITY, 300, 14, seed=1)
    erring = forgetting(0.88)
    assert 0.5 < network_accuracy(erring, train) < 1.0
    after = provably(erring, PARITY, train, test, 0)
    assert after is not None
    assert after.made.layer
    assert after.known.claim.tier == "proved"


def test_nothing_is_rounded_to_where_every_way_of_going_on_is_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_alike, "MOST_ASKED", 200_000)
    digits = np.random.default_rng(0).integers(10, size=(50, 300))
    train = from_arrays(digits, np.cumsum(digits, axis=1) % 2_000)
    assert layers(leaky(0.9999), train) == []


def test_words_of_a_single_symbol_are_not_asked_at_every_length(monkeypatch: pytest.MonkeyPatch) -> None:
    depths: list[int] = []
    monkeypatch.setattr(_alike, "_table", lambda ways, *_: depths.append(ways.depth))
    ones = np.ones((1, 400), dtype=np.int64)
    assert layers(leaky(0.9999), from_arrays(ones, np.cumsum(ones, axis=1))) == []
    assert sorted(set(depths)) == list(range(1, _alike.DEEPEST + 1))


def test_codes_of_a_network_with_random_weights_are_not_the_machine() -> None:
    """The layer says what the network does: it carries nothing from a machine into the network."""
    for machine, streams in ((PARITY, 1), (ADDITION, 2)):
        for seed in range(3):
            found = layers(untrained(streams, seed), labelled(machine))
            assert all(candidate.prove(machine) is None for candidate in found)


def test_least_squares_on_the_ends_of_the_data_make_a_network_of_numbers_provable() -> None:
    train, test = labelled(DIFFERENCE, 800), labelled(DIFFERENCE, 200, seed=1)
    rough = difference(1e-3)
    fitted = refitted_to_data(rough, train, DIFFERENCE, 0)
    assert fitted is not None
    assert abs(fitted.network.weights["f.1.weight"][0, 2] - 1.0) < 1e-3
    after = provably(rough, DIFFERENCE, train, test, 0)
    assert after is not None
    assert after.how.startswith("fitted again by least squares to the 256 sequences of the data ")
    fewer = refitted_to_data(rough, train.take(np.arange(200)), DIFFERENCE, 0)
    assert fewer is not None
    assert " to the 200 sequences of the data " in fewer.how


def test_machines_with_one_answer_a_state_are_not_fitted_again() -> None:
    train = labelled(DIFFERENCE, 800)
    constant = replace(DIFFERENCE, outputs=0 * DIFFERENCE.outputs)
    assert refitted_to_data(difference(1e-3), train, constant, 0) is None
    assert refitted_to_data(parity(), labelled(PARITY), PARITY, 0) is None  # of two answers


def test_another_network_for_the_same_data_is_kept_and_named() -> None:
    found, train, held_out = read_as(PARITY, forgetting(0.96))
    target = Target.of(found, train, held_out)
    after, known = another_until_proved(found, target, [untrained(1, 3), parity()], 0)
    assert known is not None
    assert known.claim.tier == "proved"
    said = after.trained.provenance.said
    shape = ", of another architecture" if str(after.network) != str(found.network) else ""
    assert said.endswith(f" (the program was read from a first network{shape}: {found.network})")
    before: Any = after.trained.details["before"]
    assert before["weights_moved"] == "its weights are its own"
    assert another_until_proved(found, target, [], 0) == (found, None)
    foreign = replace(found, reading=replace(found.reading, machine=shifted(PARITY)))
    target = Target.of(foreign, train, held_out)
    assert another_until_proved(foreign, target, [parity()], 0) == (foreign, None)


def test_a_proof_that_was_found_outlives_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    found, train, held_out = read_as(PARITY, forgetting(0.96))
    target, clock = Target.of(found, train, held_out), Clock(1_000.0)
    made = provably

    def late(*given: Any) -> Any:
        proved = made(*given)
        clock.account(2_000.0)
        return proved

    monkeypatch.setattr(_provably, "provably", late)
    with clock.bounding():
        _, known = trained_until_proved(found, target, 0)
        assert known is not None
        assert known.claim.tier == "proved"


def test_all_the_data_are_learned_from_where_words_are_answered_wrong() -> None:
    erring = forgetting(0.92)
    found, train, held_out = read_as(PARITY, erring)
    target = Target.of(found, train, held_out)
    table = target.table
    assert table is not None
    assert hardest(erring, table, 10)[1] > 0
    after = trained_on_all(found, target, held_out, 0)
    network = after.network
    assert isinstance(network, MlpRnn)
    assert hardest(network, table, 10)[1] == 0
    assert network_accuracy(network, train) == network_accuracy(network, held_out) == 1.0
    assert "held-out sequences included" in after.trained.provenance.said
    parts = labelled_for(after, (train, held_out))
    assert [len(part) for part in parts] == [len(train) + len(held_out)]  # none is called held out any more
    assert labelled_for(found, (train, held_out)) == (train, held_out)
    silent = labelled_for(after, (train, held_out.at_end()))[0]
    assert silent.labelled.sum() == train.labelled.sum() + len(held_out)  # what nobody gave is no label
    assert trained_on_all(found, target, held_out.at_end(), 0) is found
    facts = network_facts(after, right_of(after, train, held_out))
    assert facts["held_out_accuracy"] is None
    assert facts["measured"] == {"on": "training", "sequences": len(train), "errors": 0}
    assert network_facts(found, right_of(found, train, held_out))["held_out_accuracy"] is not None
    assert trained_on_all(after, target, held_out, 0) is after
