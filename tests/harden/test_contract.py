"""A network is contracted towards its own clusters on the data alone; what is proved then is said of it."""

import ast
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from netlift.certify import _codes
from netlift.certify._case import Case
from netlift.certify._network import NetworkKnown, Target, network_bounded, network_proved
from netlift.checker import check_file, check_network
from netlift.core._clock import Clock
from netlift.data import Sequences, joint_symbols
from netlift.engine._finish import finished
from netlift.engine._run import Run
from netlift.harden import trained_until_proved
from netlift.harden._candidate import states_of
from netlift.harden._own_clusters import Clusters, finest, own_clusters
from netlift.networks import MlpRnn, contracted, load_network, network_accuracy, run_with_states
from netlift.networks._contract import gradient_together
from netlift.networks._ensemble import coded
from netlift.networks._gradient import Layout, gradient_of, multiplied, units_of
from netlift.states import Machine
from networks_by_hand import ADDITION, PARITY, labelled, parity, read_as, untrained

Floats = NDArray[np.float64]


def clusters(network: MlpRnn, train: Sequences) -> list[Clusters]:
    alphabet = joint_symbols(train, 10)
    assert alphabet is not None
    return own_clusters(network, train, alphabet, np.random.default_rng(0))


def shifted(machine: Machine) -> Machine:
    """The same states with other answers."""
    return replace(machine, outputs=1 - machine.outputs)


def test_clusters_of_exact_states_are_the_machine() -> None:
    found = clusters(parity(), labelled(PARITY, 300))
    assert [len(one) for one in found] == [2]  # there are but two hidden states
    assert finest(found) is found[0]
    assert found[0].purity == 1.0
    assert sorted(found[0].centres[:, 0].tolist()) == [0.0, 1.0]
    table = found[0].table
    assert table is not None
    assert table.states == 3  # the start is apart
    assert table.difference(PARITY) is None
    assert states_of(table, PARITY) is not None
    assert states_of(table, shifted(PARITY)) is None


def test_clusters_of_states_that_were_sorted_before_are_the_same() -> None:
    rng = np.random.default_rng(0)
    hidden = rng.integers(0, 4, size=(3_000, 3)) + 0.1 * rng.integers(0, 3, size=(3_000, 3))
    distinct, places = np.unique(hidden, axis=0, return_inverse=True)
    for count in (2, 5, 40):
        alone = _codes._clusters(hidden, count, np.random.default_rng(1))
        sorted_once = _codes.clusters_of(distinct, places.reshape(-1), count, np.random.default_rng(1))
        assert np.array_equal(alone, sorted_once)
        assert len(alone) == count


def test_hidden_states_that_are_all_the_same_have_no_clusters() -> None:
    still = {name: 0.0 * array for name, array in parity().weights.items()}
    assert clusters(replace(parity(), weights=still), labelled(PARITY, 50)) == []


def test_a_table_needs_every_pair_of_cluster_and_symbol() -> None:
    train = labelled(PARITY, 300)
    ones = train.take(np.flatnonzero((train.inputs[:, 0, 0] == 1) & (train.inputs[:, 1, 0] == 1))[:20])
    alphabet = joint_symbols(train, 10)
    assert alphabet is not None
    few = replace(ones, lengths=np.ones(len(ones), dtype=np.int64), inputs=ones.inputs[:, :1])
    few = replace(few, targets=ones.targets[:, :1])
    found = own_clusters(parity(), few, alphabet, np.random.default_rng(0))
    assert all(one.table is None for one in found)


def test_answers_that_are_no_function_of_the_clusters_leave_no_table() -> None:
    train = labelled(PARITY, 300)
    noise = np.random.default_rng(0).integers(2, size=train.targets.shape)
    found = clusters(parity(), replace(train, targets=noise))
    assert all(one.table is None and one.purity < 0.6 for one in found)


def flat_gradients(network: MlpRnn, spread: float, centres: Floats) -> tuple[Floats, Floats, Layout]:
    """The gradient with the pull, and the data's alone, on the same sequences."""
    train = labelled(PARITY, 20, 5)
    data, layout = coded(train, network.coding), Layout.of(network.architecture, network.coding)
    named = {name: network.weights[name][None].astype(np.float32) for name in layout.shapes}
    flat, net = layout.flat(named)[0], multiplied(layout.net)
    units = np.zeros((5, 1, 20), dtype=np.float32)
    places = np.zeros((5, 1, 20), dtype=np.int32)
    units_of(net, data.numbers, data.places, np.arange(20), units, places)
    targets = np.ascontiguousarray(data.targets.transpose(1, 2, 0))
    answers = np.ascontiguousarray(data.answers.transpose(1, 2, 0))
    mask = np.ascontiguousarray(data.mask.T)
    batch = (units, places, targets, answers, mask)
    size, hidden = len(flat), network.hidden_size
    together, alone = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
    near, sizes = centres.astype(np.float32), np.full(hidden, spread, dtype=np.float32)
    sums = np.zeros((len(centres), hidden + 1), dtype=np.float32)
    noise = np.zeros((5, hidden, 20), dtype=np.float32)
    gradient_together(net, layout.classes, layout.scale, flat, near, sizes, *batch, noise, together, sums)
    gradient_of(net, layout.classes, layout.scale, flat, *batch, alone)
    assert sums[:, -1].sum() == 100  # every hidden state belongs to one centre
    return together.astype(np.float64), alone.astype(np.float64), layout


def test_far_from_any_pull_the_gradient_is_that_of_the_data() -> None:
    together, alone, _ = flat_gradients(untrained(1, 3), 1e6, np.zeros((1, 2)))
    assert np.abs(alone).max() > 0.0
    assert together == pytest.approx(alone, rel=1e-4, abs=1e-6)


def test_the_pull_has_the_slope_of_the_squared_distance() -> None:
    network, centres = untrained(1, 3), np.array([[0.3, -0.2], [-1.0, 2.0]])
    together, alone, layout = flat_gradients(network, 1.0, centres)
    inputs = labelled(PARITY, 20, 5).inputs

    def distance(weights: dict[str, Floats]) -> float:
        hidden = run_with_states(replace(network, weights=weights), inputs)[0]
        away = np.square(hidden[:, :, None] - centres).sum(axis=3).min(axis=2)
        return 10.0 * float(away.mean())

    pulled = layout.named((together - alone).astype(np.float32))
    step = 1e-6
    for name, place in (
        ("initial", (1,)),
        ("f.0.hidden", (2, 1)),
        ("f.1.weight", (0, 3)),
        ("f.1.bias", (1,)),
    ):
        slopes = []
        for sign in (1.0, -1.0):
            weights = {key: np.array(array, dtype=np.float64) for key, array in network.weights.items()}
            weights[name][place] += sign * step
            slopes.append(sign * distance(weights) / (2.0 * step))
        assert pulled[name][place] == pytest.approx(sum(slopes), rel=2e-2, abs=1e-3)


def test_contracted_hidden_states_lie_nearer_to_their_centres() -> None:
    train = labelled(PARITY)
    loose = replace(parity(), weights={**parity().weights, "f.0.input": 0.96 * np.ones((4, 1))})
    assert network_accuracy(loose, train) == 1.0
    own = finest(clusters(loose, train))
    tight = contracted(loose, train, own.centres, own.sizes, noise=0.05, steps=100, seed=0)
    again = contracted(loose, train, own.centres, own.sizes, noise=0.05, steps=100, seed=0)
    assert all(np.array_equal(tight.weights[name], again.weights[name]) for name in tight.weights)

    def scatter(network: MlpRnn) -> float:
        hidden = run_with_states(network, train.inputs)[0].reshape(-1, 1)
        centres = finest(clusters(network, train)).centres[:2]
        return float(np.abs(hidden - centres.T).min(axis=1).mean() / hidden.std())

    assert network_accuracy(tight, train) == 1.0
    assert scatter(tight) < 0.7 * scatter(loose)


def known_of(network: MlpRnn, machine: Machine) -> tuple[Target, NetworkKnown]:
    found, train, held_out = read_as(machine, network)
    target = Target.of(found, train, held_out)
    clock = Clock()
    return target, network_proved(network, target, 0, clock) or network_bounded(network, target, 0, clock)


def test_a_network_that_learned_the_data_is_proved_as_trained_on_them(tmp_path: Path) -> None:
    found, train, held_out = read_as(PARITY, parity())
    target, known = known_of(parity(), PARITY)
    assert known.claim.tier == "exhaustive"
    after, proved = trained_until_proved(found, target, 0)
    assert proved is not None
    assert proved.claim.tier == "proved"
    assert proved.certificate is not None
    network = after.network
    assert isinstance(network, MlpRnn)
    assert check_network(json.loads(json.dumps(proved.certificate)), dict(network.weights)) is None
    assert check_network(proved.certificate, dict(parity().weights)) is not None
    result = finished(found, Case(train, held_out, labelled=(train, held_out)), Run())
    assert result.copy is None
    assert [claim.claim for claim in result.claims] == [
        "data = network", "network = machine", "machine = program",
    ]  # fmt: skip
    assert result.claims[1].tier == "proved"
    assert result.trained_by == "gradient"
    told = result.network_facts["trained"]
    assert isinstance(told, dict)
    assert told["how"].startswith("trained by gradient on the data, then contracted towards ")
    assert told["how"].endswith(" and kept because it is right on all the data and proved")
    assert told["uses_answers"] is None
    assert told["before"]["agreement"]["training"] == {"sequences": 1_500, "agree": 1_500}
    assert result.program is not None
    text = ast.get_docstring(ast.parse(result.program.source)) or ""
    assert told["how"] in " ".join(text.replace("-\n", "-").split())
    result.save(tmp_path)
    kept = load_network(tmp_path)
    assert all(np.array_equal(kept.weights[name], network.weights[name]) for name in network.weights)
    assert all(verdict.failure is None for verdict in check_file(tmp_path / "certificate.json"))


@pytest.mark.parametrize("network", [untrained(2), untrained(2, 5, 16)])
def test_a_network_that_did_not_learn_the_data_is_left_alone(network: MlpRnn) -> None:
    found, _, _ = read_as(ADDITION, network)
    target, known = known_of(network, ADDITION)
    assert known.claim.tier == "refuted"
    assert trained_until_proved(found, target, 0) == (found, None)


def test_the_machine_decides_nothing_but_which_network_is_kept() -> None:
    """Beside a machine that is not that of the data, the network stays what it was, and nothing is proved."""
    found, _, _ = read_as(PARITY, parity())
    target, _ = known_of(parity(), PARITY)
    reading = replace(found.reading, machine=shifted(PARITY))
    foreign = replace(found, reading=reading)
    after, proved = trained_until_proved(foreign, replace(target, reading=reading), 0)
    assert after is foreign
    assert proved is None


def test_networks_that_nobody_may_train_on_stay_as_they_are() -> None:
    found, _, _ = read_as(PARITY, parity())
    target, _ = known_of(parity(), PARITY)
    given = replace(
        found, trained=replace(found.trained, provenance=replace(found.trained.provenance, may_go_on=False))
    )
    assert trained_until_proved(given, target, 0)[0] is given
    wrong = replace(found, errors=1)
    assert trained_until_proved(wrong, target, 0)[0] is wrong
