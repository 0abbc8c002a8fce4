"""Boxes that are followed over several steps prove Elman, GRU and LSTM networks; no forgery passes."""

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from certificate_mutants import mutants
from netlift.certify import followed_certificate, prove_followed
from netlift.certify._followed import shrinking
from netlift.checker import certified_words, check_network, digest, seal
from netlift.networks import CellRnn, Coded, InputCoding, MlpRnn, OutputCoding, as_cell, as_mlp, run
from netlift.states import Machine

Floats = NDArray[np.float64]

BITS = InputCoding("one-hot", ((0, 1),))
CLASSES = OutputCoding("classes", ((0, 1),))
GATES = {"rnn": 1, "gru": 3, "lstm": 4}


def delay_machine() -> Machine:
    """It answers the symbol before, and 0 at first."""
    answers = np.array([[[0], [0]], [[1], [1]]])
    return Machine(np.array([[0], [1]]), np.array([[0, 1], [0, 1]]), answers)


def delay_network(kind: Any, layers: int = 1, back: float = 4.0) -> Coded:
    """Unit 0 holds the symbol, unit 1 the one before; other weights are small, so that all are used."""
    rng = np.random.default_rng(1)
    weights: dict[str, Floats] = {}
    for layer in range(layers):
        into = np.array([[-4.0, 4.0], [0.0, 0.0]]) if layer == 0 else 3.0 * np.eye(2)
        own = np.array([[0.2, 0.1], [back, 0.1]]) if layer == 0 else 0.1 * np.eye(2)
        bias = np.array([0.0, -2.0]) if layer == 0 else np.zeros(2)
        for name, block in (("ih", into), ("hh", own)):
            whole = 0.1 * rng.normal(size=(2 * GATES[kind], 2))
            whole[_new(kind)] = block
            weights[f"weight_{name}_l{layer}"] = whole
        shift = {"rnn": [0.0], "gru": [6.0, -6.0, 0.0], "lstm": [6.0, -6.0, 0.0, 6.0]}[kind]
        total = np.repeat(np.array(shift), 2)
        total[_new(kind)] = bias
        weights[f"bias_ih_l{layer}"] = total
    weights |= {"g.0.weight": np.array([[0.1, -5.0], [0.1, 5.0]]), "g.0.bias": np.zeros(2)}
    return Coded(CellRnn(kind, 2, layers, "tanh", "relu", weights), BITS, CLASSES)


def _new(kind: str) -> slice:
    place = {"rnn": 0, "gru": 2, "lstm": 2}[kind]
    return slice(2 * place, 2 * place + 2)


def certified(network: Coded | MlpRnn) -> dict[str, Any]:
    proof = prove_followed(network, delay_machine())
    assert proof
    found: dict[str, Any] = json.loads(json.dumps(followed_certificate(network, proof)))
    return found


def resealed(certificate: dict[str, Any], weights: dict[str, Floats] | None = None) -> dict[str, Any]:
    changed = dict(certificate)
    if weights is not None:
        changed["weights"] = digest(weights)
    return {**changed, "seal": seal(changed)}


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
def test_a_network_as_it_is_is_proved_for_every_length(kind: str, layers: int) -> None:
    network = delay_network(kind, layers)
    words = np.random.default_rng(0).integers(0, 2, size=(50, 30, 1))
    np.testing.assert_array_equal(run(network, words), delay_machine().run(words))
    certificate = certified(network)
    assert check_network(certificate, dict(network.weights)) is None
    assert certified_words(certificate).startswith("proved for every sequence of every length")


def test_an_elman_network_that_is_written_as_perceptrons_is_proved_too() -> None:
    network = as_mlp(delay_network("rnn"))
    assert isinstance(network, MlpRnn)
    again = as_cell(network)
    assert isinstance(again, Coded)
    words = np.random.default_rng(0).integers(0, 2, size=(50, 30, 1))
    np.testing.assert_array_equal(run(again, words), run(network, words))
    certificate = certified(network)
    assert certificate["network"]["kind"] == "mlp"
    assert check_network(certificate, dict(network.weights)) is None


def test_a_network_that_answers_wrong_is_not_proved() -> None:
    """Unit 1 hardly hears of the symbol before."""
    network = delay_network("rnn", back=0.1)
    assert shrinking(network, delay_machine().alphabet, 0)
    assert prove_followed(network, delay_machine()) is None


def test_none_are_looked_for_where_disturbances_do_not_shrink() -> None:
    """Unit 0 of a linear Elman network keeps what disturbs it."""
    network = delay_network("rnn")
    inner = network.network
    assert isinstance(inner, CellRnn)
    weights = {**inner.weights, "weight_hh_l0": np.eye(2)}
    keeping = Coded(CellRnn("rnn", 2, 1, "relu", "relu", weights), BITS, CLASSES)
    assert shrinking(network, delay_machine().alphabet, 0)
    assert not shrinking(keeping, delay_machine().alphabet, 0)


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
def test_every_changed_field_element_and_weight_is_refused(kind: str) -> None:
    network = delay_network(kind)
    weights = dict(network.weights)
    certificate = certified(network)
    fields = Counter[str]()
    for mutant in mutants(certificate, weights, stride=7):
        assert check_network(mutant.certificate, mutant.weights) is not None, (mutant.where, mutant.how)
        fields[str(mutant.where[0]) if mutant.where else ""] += 1
    assert {"machine", "followed", "network", "weights"} <= set(fields)


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
def test_no_forged_digest_makes_a_false_claim_pass(kind: str) -> None:
    network = delay_network(kind)
    certificate = certified(network)
    words = np.random.default_rng(0).integers(0, 2, size=(30, 20, 1))
    refused = 0
    for mutant in mutants(certificate, dict(network.weights), stride=11):
        changed = mutant.where[:1] == ("weights",) and len(mutant.where) > 1
        forged = resealed(mutant.certificate, mutant.weights if changed else None)
        if check_network(forged, mutant.weights) is not None:
            refused += 1
            continue
        config = {name: value for name, value in forged["network"].items() if name != "kind"}
        parts = [np.array(forged["machine"][name]) for name in ("alphabet", "transitions", "outputs")]
        found = run(Coded.restore(config, mutant.weights), words)
        np.testing.assert_array_equal(found, Machine(*parts).run(words), str(mutant.where))
    assert refused > 30


@pytest.mark.parametrize(
    ("path", "value", "step"),
    [
        (("machine", "outputs", 1, 0, 0), 0, "output: "),
        (("machine", "transitions", 1, 1), 0, "labels: "),
        (("followed", "labels", 0), 1, "start: "),
        (("followed", "centres", 0, 0), 0.5, "start: "),
        (("followed", "radii"), [[0.0, 0.0]], "step: "),
        (("followed", "radii", 1, 0), -1.0, "boxes: a radius"),
        (("followed", "radii", 1, 0), 1e3, "output: "),
        (("followed", "axes", 0, 0), [0.0, 0.0], "axes: "),
        (("followed", "frames", 0), 99, "boxes: a box has no axes"),
        (("followed", "successors", 0, 0), 99, "boxes: a successor"),
        (("followed", "length"), 0, "boxes: the length"),
    ],
)
def test_the_first_step_that_fails_is_named(path: tuple[Any, ...], value: Any, step: str) -> None:
    network = delay_network("rnn")
    certificate = certified(network)
    place: Any = certificate
    for part in path[:-1]:
        place = place[part]
    before = place[path[-1]]
    place[path[-1]] = value * len(before) if path[-1] == "radii" else value
    failure = check_network(resealed(certificate), dict(network.weights))
    assert (failure or "accepted").startswith(step), failure
