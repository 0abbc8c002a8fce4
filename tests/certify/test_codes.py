"""Layers of codes: a network that has one is the machine of its codes, and no forgery passes the checker."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import netlift
from certificate_mutants import mutants
from netlift.certify import codes_certificate, prove_codes, quantised
from netlift.checker import check_network, digest, seal
from netlift.checker._points import Cell, Perceptrons, Points
from netlift.cli import run as command
from netlift.core._errors import InputError
from netlift.networks import (
    Architecture,
    CellRnn,
    Coded,
    Coding,
    InputCoding,
    MlpRnn,
    OutputCoding,
    Quantised,
    load_network,
    network_files,
    run,
)
from netlift.states import Machine

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ONE_HOT = InputCoding("one-hot", ((0, 1, 2),))
CLASSES = OutputCoding("classes", ((1, 0),))
KINDS = [CLASSES, OutputCoding("number"), OutputCoding("threshold", ((0, 1), (5, 7)), 0.1)]


def cell(
    rng: np.random.Generator,
    kind: Any,
    layers: int = 1,
    size: int = 4,
    embedding: bool = False,
    deep: bool = False,
) -> CellRnn:
    """Random weights over three input units; two output units."""
    rows = {"rnn": 1, "gru": 3, "lstm": 4, "mlp": 1}[kind] * size
    shapes: dict[str, tuple[int, ...]] = {"g.0.weight": (2, size), "g.0.bias": (2,)}
    if deep:
        shapes = {"g.0.weight": (5, size), "g.0.bias": (5,), "g.1.weight": (2, 5)}
    if embedding:
        shapes["embedding"] = (3, 2)
    entering = 2 if embedding else 3
    for layer in range(layers if kind != "mlp" else 0):
        shapes |= {
            f"weight_ih_l{layer}": (rows, size if layer else entering),
            f"weight_hh_l{layer}": (rows, size),
            f"bias_ih_l{layer}": (rows,),
        }
        if layer:
            shapes[f"bias_hh_l{layer}"] = (rows,)
    if kind == "mlp":
        shapes |= {"f.0.weight": (6, size + entering), "f.0.bias": (6,), "f.1.weight": (size, 6)}
    weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return CellRnn(kind, size, layers, "tanh", "sigmoid" if deep else "relu", weights)


def machine_of(network: Quantised, alphabet: Ints) -> tuple[Quantised, Machine]:
    """The network with the codes alone that words lead to, and the machine that its codes are."""
    while True:
        nodes = np.concatenate([network.initial_state(1), network.codes])
        inputs = np.tile(alphabet, (len(nodes), 1))
        entered = network.nearest(network.network.next_state(np.repeat(nodes, len(alphabet), axis=0), inputs))
        reached = {0}
        table = 1 + entered.reshape(len(nodes), -1)
        while not reached >= (more := {int(node) for one in reached for node in table[one]}):
            reached |= more
        kept = np.array(sorted(reached - {0})) - 1
        if len(kept) == len(network.codes):
            return network, Machine(alphabet, table, network.output(network.codes)[table - 1]).minimised()
        network = Quantised(network.network, network.codes[kept])


def certified(network: Quantised, machine: Machine) -> dict[str, Any]:
    proof = prove_codes(network, machine)
    assert proof is not None
    found: dict[str, Any] = json.loads(json.dumps(codes_certificate(network, proof)))
    return found


def small(seed: int = 0, kind: str = "gru") -> tuple[Quantised, Machine, dict[str, Any]]:
    """A small network that is provably a machine of more than one state, and its certificate."""
    rng = np.random.default_rng(seed)
    while True:
        inner = Coded(cell(rng, kind, size=2), ONE_HOT, CLASSES)
        network, machine = machine_of(
            Quantised(inner, rng.normal(size=(5, inner.hidden_size))), np.arange(3)[:, None]
        )
        columns = {str([machine.transitions[:, a], machine.outputs[:, a]]) for a in range(3)}
        several = machine.states > 1 and len(network.codes) > 2 and len(columns) == 3
        if several and prove_codes(network, machine) is not None:
            return network, machine, certified(network, machine)


def resealed(certificate: dict[str, Any], weights: dict[str, Floats] | None = None) -> dict[str, Any]:
    changed = dict(certificate)
    if weights is not None:
        changed["weights"] = digest(weights)
    return {**changed, "seal": seal(changed)}


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6),
    st.sampled_from(["rnn", "gru", "lstm", "mlp"]),
    st.integers(1, 2),
    st.sampled_from(KINDS),
    st.booleans(),
    st.booleans(),
)
def test_a_network_is_the_machine_of_its_codes(
    seed: int, kind: str, layers: int, outputs: OutputCoding, embedding: bool, deep: bool
) -> None:
    rng = np.random.default_rng(seed)
    unit = cell(rng, kind, 1 if kind == "mlp" else layers, embedding=embedding, deep=deep)
    inner = Coded(unit, ONE_HOT, outputs)
    network = Quantised(inner, rng.normal(size=(8, inner.hidden_size)))
    network, machine = machine_of(network, np.arange(3)[:, None])
    proof = prove_codes(network, machine)
    if proof is None:  # a margin is too small, or two codes mean one state of the machine and another answer
        return
    words = rng.integers(0, 3, size=(50, 40, 1))
    np.testing.assert_array_equal(run(network, words), machine.run(words))
    certificate = json.loads(json.dumps(codes_certificate(network, proof)))
    assert check_network(certificate, dict(network.weights)) is None
    wrong = machine.outputs.copy()
    wrong[rng.integers(machine.states), rng.integers(3)] += 1
    other = Machine(machine.alphabet, machine.transitions, wrong)
    assert prove_codes(network, other) is None
    certificate["machine"]["outputs"] = wrong.tolist()
    assert check_network(resealed(certificate), dict(network.weights)) is not None


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**6), st.sampled_from(["rnn", "gru", "lstm", "mlp"]), st.integers(1, 2), st.floats(-3, 3)
)
def test_the_checkers_own_evaluation_is_within_its_bounds(
    seed: int, kind: str, layers: int, scale: float
) -> None:
    """Of networks with weights of many sizes, against the package's evaluation, which is another."""
    rng = np.random.default_rng(seed)
    one = cell(rng, kind, 1 if kind == "mlp" else layers, embedding=bool(seed % 2), deep=bool(seed % 3))
    weights = {name: 10.0**scale * array for name, array in one.weights.items()}
    network = Coded(
        CellRnn(one.cell, one.hidden, one.layers, one.activation, one.readout_activation, weights),
        ONE_HOT,
        CLASSES,
    )
    config = json.loads(json.dumps({"kind": "cell", **network.config()}))
    form = Cell(config, weights)
    hidden = 10.0 ** rng.uniform(-3, 2) * rng.normal(size=(20, network.hidden_size))
    symbols = rng.integers(0, 3, size=(20, 1))
    following = form.advanced(hidden, form.encoded(symbols))
    within(following, network.next_state(hidden, symbols))
    within(form.shown(hidden), network.raw_output(hidden))
    assert scale > 0.0 or following.off.max() < 1e-6


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["relu", "tanh"]), st.booleans(), st.integers(1, 3))
def test_two_perceptrons_are_evaluated_within_bounds(
    seed: int, activation: Any, skip: bool, depth: int
) -> None:
    rng = np.random.default_rng(seed)
    shape = Architecture(3, 5, depth, depth, activation, skip)
    coding = Coding(None, (0.3,), (1.7,), None, (0.2,), (2.5,))
    weights = {n: rng.normal(size=s) for n, s in shape.shapes(1, 1).items()}
    network = MlpRnn(shape, coding, weights)
    form = Perceptrons(json.loads(json.dumps({"kind": "mlp", **network.config()})), weights)
    hidden, symbols = rng.normal(size=(20, 3)), rng.integers(-5, 6, size=(20, 1))
    within(form.advanced(hidden, form.encoded(symbols)), network.next_state(hidden, symbols))
    within(form.shown(hidden), network.raw_output(hidden) * 2.5 + 0.2)


def within(points: Points, computed: Floats) -> None:
    assert (np.abs(points.value - computed) <= 2.0 * points.off).all()
    assert np.isfinite(points.off).all()


@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize("classes", [True, False])
def test_two_perceptrons_get_codes_too(skip: bool, classes: bool) -> None:
    """Random ones, rounded to random codes, against the machine that these are."""
    rng, proved = np.random.default_rng(1), 0
    coding = Coding(None, (0.3,), (1.7,), ((4, 7),) if classes else None, (0.2,), (2.5,))
    shape = Architecture(3, 5, 2, 2, "tanh", skip, "number", "classes" if classes else "number")
    for _ in range(10):
        weights = {n: rng.normal(size=s) for n, s in shape.shapes(1, coding.scores).items()}
        inner = MlpRnn(shape, coding, weights)
        network, machine = machine_of(Quantised(inner, rng.normal(size=(6, 3))), np.array([[0], [1], [5]]))
        proof = prove_codes(network, machine)
        if proof is None:
            continue
        certificate = json.loads(json.dumps(codes_certificate(network, proof)))
        assert check_network(certificate, dict(network.weights)) is None
        for mutant in mutants(certificate, dict(network.weights), stride=5):
            assert check_network(mutant.certificate, mutant.weights) is not None
        proved += 1
    assert proved > 3


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
def test_every_changed_field_element_weight_and_code_is_refused(kind: str) -> None:
    network, _, certificate = small(kind=kind)
    weights = dict(network.weights)
    assert check_network(certificate, weights) is None
    fields = Counter[str]()
    for mutant in mutants(certificate, weights):
        assert check_network(mutant.certificate, mutant.weights) is not None, (mutant.where, mutant.how)
        fields[str(mutant.where[0]) if mutant.where else ""] += 1
    assert set(certificate) <= set(fields)


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
def test_no_forged_digest_makes_a_false_claim_pass(kind: str) -> None:
    network, _, certificate = small(kind=kind)
    rng = np.random.default_rng(0)
    accepted = Counter[str]()
    for mutant in mutants(certificate, dict(network.weights)):
        changed = mutant.where[:1] == ("weights",) and len(mutant.where) > 1
        forged = resealed(mutant.certificate, mutant.weights if changed else None)
        if check_network(forged, mutant.weights) is not None:
            continue
        accepted[str(mutant.where[0]) if mutant.where else ""] += 1
        config = {name: value for name, value in forged["network"].items() if name != "kind"}
        parts = [np.array(forged["machine"][name]) for name in ("alphabet", "transitions", "outputs")]
        words = rng.integers(0, 3, size=(50, 20, 1))
        found = run(Quantised.restore(config, mutant.weights), words)
        np.testing.assert_array_equal(found, Machine(*parts).run(words), str(mutant.where))
    assert set(accepted) <= {"", "seal", "weights", "codes", "network"}, accepted


@pytest.mark.parametrize(
    ("path", "value", "step"),
    [
        (("codes", "labels", 0), "other", ""),
        (("codes", "margin"), 0.5, "margin: of codes"),
        (("codes", "margin"), None, "form: the margin of codes"),
        (("codes", "answer_margin"), 1e3, "margin: of answers"),
        (("machine", "outputs", 0, 0, 0), 3, "codes: from the start symbol 0"),
        (("network", "network", "cell"), "elman", "network: unknown cell"),
        (("network", "network", "activation"), "sine", "network: unknown activation"),
        (("network", "network", "layers"), 2, "weights: "),
        (("network", "network", "inputs", "alphabets", 0), [0, 1, 3], "machine: the network does not know"),
        (("network", "network", "outputs", "coding"), "number", "network: numbers have no classes"),
    ],
)
def test_the_first_step_that_fails_is_named(path: tuple[Any, ...], value: Any, step: str) -> None:
    network, machine, certificate = small()
    place: Any = certificate
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = (place[path[-1]] + 1) % machine.states if value == "other" else value
    assert str(check_network(resealed(certificate), dict(network.weights))).startswith(
        step or ("codes: ", "step: ")
    )
    assert "seal: " in str(check_network(certificate, dict(network.weights)))


def test_a_tie_between_codes_is_no_proof() -> None:
    network, machine, certificate = small()
    twice = Quantised(network.network, np.concatenate([network.codes, network.codes[:1]]))
    labels = certificate["codes"]["labels"]
    weights = dict(twice.weights)
    other = next(label for label in range(machine.states) if label != labels[0])
    for label in (labels[0], other):
        certificate["codes"]["labels"] = [*labels, label]
        refusal = check_network(resealed(certificate, weights), weights)
        assert (refusal is None) == (label == labels[0])  # two codes of one state may be as near as they like


def delay() -> Coded:
    """Two Elman layers that answer the symbol before, with a little of the older ones left."""
    weights = {
        "weight_ih_l0": np.array([[-3.0, 3.0], [0.0, 0.0]]),
        "weight_hh_l0": np.array([[0.1, 0.0], [3.0, 0.1]]),
        "weight_ih_l1": np.array([[0.0, 3.0], [0.0, 0.0]]),
        "weight_hh_l1": np.array([[0.1, 0.0], [0.0, 0.0]]),
        "g.0.weight": np.array([[-1.0, 0.0], [1.0, 0.0]]),
        "g.0.bias": np.array([0.1, -0.1]),
    }
    unit = CellRnn("rnn", 2, 2, "tanh", "relu", weights)
    return Coded(unit, InputCoding("one-hot", ((0, 1),)), OutputCoding("classes", ((0, 1),)))


def test_a_network_gets_a_layer_of_codes_if_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network = delay()
    plain = netlift.lift(network, netlift.Alphabet(((0, 1),), 12))
    assert next(one for one in plain.claims if one.claim == "network = machine").tier != "proved"
    assert plain.network is network
    result = netlift.lift(network, netlift.Alphabet(((0, 1),), 12), snap=True)
    claims = {claim.claim: claim for claim in result.claims}
    assert claims["network = machine"].tier != "proved"  # the network stays what it is
    assert result.network is network
    claim, copy = claims["copy = machine"], result.copy
    assert claim.tier == "proved"
    assert copy is not None
    assert copy.uses_answers == "machine"
    assert copy.training.agree == copy.training.sequences
    assert copy.weights_moved == "a layer of codes was added"
    told = (
        f"a copy, given a layer of {claim.details['codes']} codes to fit the machine's states and answers: "
    )
    assert claim.words.startswith(told)
    assert isinstance(copy.network, Quantised)
    assert netlift.faithfulness(result).interchange.agreement == 1.0
    assert netlift.faithfulness(result) == netlift.faithfulness(replace(result, copy=None))
    result.save(tmp_path)
    words = np.random.default_rng(0).integers(0, 2, size=(20, 100, 1))
    assert np.array_equal(run(load_network(tmp_path, "copy"), words)[:, 1:], words[:, :-1])
    assert isinstance(load_network(tmp_path), Coded)
    assert command(["check", "--certificate", str(tmp_path / "certificate.json")]) == 0
    out = capsys.readouterr().out
    assert "copy = program, proved: accepted" in out
    assert "network = program" not in out
    assert command(["check", str(tmp_path / "program.py"), "--network", str(tmp_path)]) == 0
    again = netlift.lift(
        netlift.load_checkpoint(tmp_path / "copy.safetensors"), netlift.Alphabet(((0, 1),), 12)
    )
    assert next(one for one in again.claims if one.claim == "network = machine").tier == "proved"


def test_states_that_mix_get_no_codes() -> None:
    """A network that has forgotten the symbol before cannot be given it back."""
    network = delay()
    assert isinstance(network.network, CellRnn)
    weights = {**network.network.weights, "weight_hh_l0": np.zeros((2, 2))}
    forgetful = Coded(CellRnn("rnn", 2, 2, "tanh", "relu", weights), network.inputs, network.outputs)
    table = np.array([[0, 1], [0, 1]])
    machine = Machine(np.array([[0], [1]]), table, np.array([[[0], [0]], [[1], [1]]]))
    assert quantised(network, machine, 12, 0) is not None
    assert quantised(forgetful, machine, 12, 0) is None


def test_codes_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    network = delay()
    for codes in (np.zeros((2, 3)), np.zeros(4), np.zeros((0, 4)), np.full((1, 4), np.nan)):
        with pytest.raises(InputError, match="the codes"):
            Quantised(network, codes)
    for name, content in network_files(Quantised(network, np.eye(4))).items():
        (tmp_path / name).write_bytes(content)
    assert np.array_equal(load_network(tmp_path).weights["codes"], np.eye(4))
    config = json.loads((tmp_path / "network.json").read_text())
    config["network"]["kind"] = "codes"
    (tmp_path / "network.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match="does not describe these weights"):
        load_network(tmp_path)


def test_numbers_that_grow_too_large_are_no_proof() -> None:
    """With one code every step leads to the right one, but for a hidden state that is no number."""
    rng = np.random.default_rng(0)
    unit = cell(rng, "rnn")
    inner = Coded(CellRnn("rnn", 4, 1, "relu", "relu", unit.weights), ONE_HOT, CLASSES)
    network, machine = machine_of(Quantised(inner, rng.normal(size=(1, 4))), np.arange(3)[:, None])
    certificate = certified(network, machine)
    assert certificate["codes"]["margin"] is None
    weights = dict(network.weights)
    assert check_network(certificate, weights) is None
    large = {**weights, "weight_ih_l0": np.full((4, 3), 1e308), "bias_ih_l0": np.full(4, 1e308)}
    refusal = str(check_network(resealed(certificate, large), large))
    assert refusal == "step: from the start numbers grow too large"
