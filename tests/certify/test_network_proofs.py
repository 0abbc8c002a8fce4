"""Proofs about networks: what is proved never meets a counterexample, and no forgery passes the checker."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from certificate_mutants import mutants
from netlift._algebra import LinearSystem
from netlift.certify import (
    Domain,
    NetworkProof,
    Range,
    Reached,
    _boxes,
    answers_many,
    compare_network,
    levels_certificate,
    linear_certificate,
    machine_certificate,
    prove_cut,
    prove_equal,
    prove_linear,
    prove_network,
    proved_length,
    reached,
    snapped,
    system_of,
)
from netlift.certify._graph import box_graph
from netlift.certify._rounding import rounded
from netlift.certify._systems import MachineSystem, Spelled
from netlift.certify._widen import Change, rescaled, widened
from netlift.checker import check_file, check_network, digest, file_of, read_weights, seal
from netlift.data import Sequences
from netlift.formulas import Assign, Emit, Expr, Recurrence, var
from netlift.harden._hard_words import sharpened
from netlift.networks import Architecture, Coding, LinearRnn, MlpRnn, network_files, run
from netlift.states import Machine

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def numbers(streams: int = 1, outputs: int = 1) -> Coding:
    return Coding(None, (0.0,) * streams, (1.0,) * streams, None, (0.0,) * outputs, (1.0,) * outputs)


def parity_machine() -> Machine:
    return Machine(np.array([[0], [1]]), np.array([[0, 1], [1, 0]]), np.array([[[0], [1]], [[1], [0]]]))


def parity_network(forgets: float) -> MlpRnn:
    """h' = h xor x by three ramps, each steeper than 1 and flat near whole numbers if `forgets` > 0."""
    slope = 1.0 / (1.0 - 2.0 * forgets)
    kinks = np.array([forgets, 1.0 - forgets, 1.0 + forgets, 2.0 - forgets])
    weights = {
        "initial": np.zeros(1),
        "f.0.hidden": np.ones((4, 1)),
        "f.0.input": np.ones((4, 1)),
        "f.0.bias": -kinks,
        "f.1.weight": slope * np.array([[1.0, -1.0, -1.0, 1.0]]),
        "f.1.bias": np.zeros(1),
        "g.0.weight": np.ones((1, 1)),
        "g.0.bias": np.zeros(1),
    }
    return MlpRnn(Architecture(1, 4, 2, 1, skip=False), numbers(), weights)


def random_network(rng: np.random.Generator, architecture: Architecture, coding: Coding) -> MlpRnn:
    shapes = architecture.shapes(coding.features, coding.scores)
    return MlpRnn(architecture, coding, {n: rng.normal(size=s) for n, s in shapes.items()})


def words(machine: Machine, rng: np.random.Generator, count: int = 200, steps: int = 30) -> Ints:
    drawn: Ints = machine.alphabet[rng.integers(len(machine.alphabet), size=(count, steps))]
    return drawn


def proved_parity() -> tuple[MlpRnn, NetworkProof, dict[str, Any]]:
    network = parity_network(0.25)
    proof = prove_network(network, parity_machine())
    assert proof is not None
    return network, proof, json.loads(json.dumps(machine_certificate(network, proof)))


def resealed(certificate: dict[str, Any], weights: dict[str, Floats] | None = None) -> dict[str, Any]:
    changed = dict(certificate)
    if weights is not None:
        changed["weights"] = digest(weights)
    return {**changed, "seal": seal(changed)}


def test_a_network_that_forgets_disturbances_is_proved() -> None:
    network, proof, certificate = proved_parity()
    assert proof.margin > 0.4
    assert proof.radii.max() < 1e-6
    assert check_network(certificate, dict(network.weights)) is None


def test_a_network_that_keeps_disturbances_is_not_proved_but_for_a_length_it_is() -> None:
    network, machine = parity_network(0.0), parity_machine()
    assert prove_network(network, machine) is None
    table = Reached(machine.alphabet, machine.transitions, machine.outputs, 150, True)
    found = proved_length(network, table)
    assert (found.length, found.stopped) == (150, "closed")
    assert found.words == 2**151 - 2


def test_boxes_with_wrong_answers_do_not_grow_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The boxes of a network that keeps disturbances grow for all rounds, though answers are wrong before."""
    rounds = []
    whole = _boxes.images

    def seen(*given: Any) -> Any:
        rounds.append(float(given[3].max()))
        return whole(*given)

    monkeypatch.setattr(_boxes, "images", seen)
    network, right = parity_network(0.0), parity_machine()
    machine = Machine(right.alphabet, right.transitions, 1 - right.outputs)
    graph = box_graph(machine, 0, 10)
    assert graph is not None
    centres = np.array([[0.0]] + [[float(state)] for state in graph.labels[1:]])
    assert _boxes.prove_with(network, machine, graph, centres) is None
    assert len(rounds) == 1
    monkeypatch.setattr(_boxes, "_is_wrong", lambda *given: False)
    assert _boxes.prove_with(network, machine, graph, centres) is None
    assert len(rounds) > 10


def levels(length: int) -> tuple[MlpRnn, dict[str, Any]]:
    network, machine = parity_network(0.0), parity_machine()
    certificate = levels_certificate(network, system_of(machine), machine.alphabet, length)
    return network, json.loads(json.dumps(certificate))


def test_a_certificate_of_a_length() -> None:
    network, certificate = levels(12)
    weights = dict(network.weights)
    assert certificate["tier"] == "exhaustive"
    assert check_network(certificate, weights) is None
    for mutant in mutants(certificate, weights):
        assert check_network(mutant.certificate, mutant.weights) is not None, (mutant.where, mutant.how)
    certificate["system"]["outputs"][1][1] = [1]
    refusal = check_network(resealed(certificate), weights)
    assert refusal == "level 2: the answer may be another on a word, one of 2 symbols that ends with symbol 1"


def test_a_recurrence_is_followed_by_the_checker_itself() -> None:
    """A network that counts, h' = h + x and y = h, whose states no machine holds."""
    weights = {
        "initial": np.zeros(1),
        "f.0.hidden": np.ones((1, 1)),
        "f.0.input": np.ones((1, 1)),
        "f.0.bias": np.zeros(1),
        "g.0.weight": np.ones((1, 1)),
        "g.0.bias": np.zeros(1),
    }
    network = MlpRnn(Architecture(1, 1, 1, 1, skip=False), numbers(), weights)
    total = Expr("+", (var("total"), var("x")))
    recurrence = Recurrence(("x",), (("total", 0),), (Assign(("total",), (total,)), Emit((var("total"),))))
    alphabet = np.arange(3)[:, None]
    found = proved_length(network, reached(recurrence, alphabet, 8, 1_000))
    assert found.length == 8
    certificate = levels_certificate(network, system_of(recurrence), alphabet, found.length)
    assert check_network(json.loads(json.dumps(certificate)), weights) is None
    twice = dict(weights) | {"g.0.weight": np.full((1, 1), 2.0)}
    other = levels_certificate(
        MlpRnn(network.architecture, numbers(), twice), system_of(recurrence), alphabet, 8
    )
    assert str(check_network(json.loads(json.dumps(other)), twice)).startswith("level 1: the answer may be")


def test_training_further_on_the_words_that_are_wrong() -> None:
    machine = parity_machine()
    table = Reached(machine.alphabet, machine.transitions, machine.outputs, 8, True)
    rng = np.random.default_rng(2)
    good = parity_network(0.1)
    shaken = {n: a + 0.12 * rng.normal(size=a.shape) for n, a in good.weights.items()}
    network = MlpRnn(good.architecture, good.coding, shaken)
    every = np.array([[[int(b)] for b in f"{n:08b}"] for n in range(256)])
    like = Sequences(every, machine.run(every), np.full(256, 8), (None,), (None,))
    wrong = (run(network, every) != like.targets).any(axis=(1, 2)).sum()
    better = sharpened(network, table, 8, like, 0)
    assert wrong > 0
    assert (run(better, every) != like.targets).any(axis=(1, 2)).sum() < wrong
    assert sharpened(good, table, 8, like, 0) is good
    assert sharpened(network, table, 9, like, 0) is network  # the table does not go so far


def test_accepted_certificates_of_one_machine_make_a_chain(tmp_path: Path) -> None:
    network, _, certificate = proved_parity()
    source = (
        "def program(inputs):\n    s = 0\n    outputs = []\n    for x in inputs:\n"
        "        s = (s + x) % 2\n        outputs.append(s)\n    return outputs\n"
    )
    domain = Domain.of_rows([(0,), (1,)])
    program = prove_equal(system_of(parity_machine()), system_of(source), domain).certificate
    other = prove_equal(system_of(source), system_of(source), domain, claim="program = specification")
    beside = {**network_files(network), "program.py": source.encode()}
    file = tmp_path / "certificate.json"

    def claims(*certificates: Any) -> list[tuple[str, str | None]]:
        for name, content in beside.items():
            (tmp_path / name).write_bytes(content)
        file.write_text(file_of(certificates, beside))
        return [(verdict.claim, verdict.failure) for verdict in check_file(file)]

    chained = claims(certificate, program, other.certificate)
    assert chained[-1] == ("network = program", None)
    assert len(chained) == 4
    flipped = Machine(np.array([[0], [1]]), np.array([[1, 0], [0, 1]]), np.array([[[0], [1]], [[1], [0]]]))
    assert claims(certificate, dict(program) | {"left": {}})[-1][1] is not None
    turned = source.replace("s + x", "s + x + 1").replace("append(s)", "append((s + 1) % 2)")
    beside["program.py"] = turned.encode()
    about_other = prove_equal(system_of(flipped), system_of(turned), domain)
    if about_other.claim.holds:
        claim, failure = claims(certificate, about_other.certificate)[-1]
        assert claim == "network = program"
        assert str(failure).startswith("chain: what the network was compared with is not what")


def test_a_wrong_machine_is_proved_at_no_length_where_it_differs() -> None:
    network, machine = parity_network(0.25), parity_machine()
    outputs = machine.outputs.copy()
    outputs[1, 0] = 0
    wrong = Machine(machine.alphabet, machine.transitions, outputs)
    assert prove_network(network, wrong) is None
    found = proved_length(network, Reached(wrong.alphabet, wrong.transitions, outputs, 50, True))
    assert (found.length, found.stopped) == (1, "answer")


def test_an_alphabet_of_other_streams_is_no_proof() -> None:
    machine = parity_machine()
    pairs = Machine(np.array([[0, 0], [1, 1]]), machine.transitions, machine.outputs)
    assert prove_network(parity_network(0.25), pairs) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["relu", "tanh"]), st.booleans(), st.integers(1, 3))
def test_what_is_proved_meets_no_counterexample(seed: int, activation: Any, skip: bool, depth: int) -> None:
    """Random networks with a weak memory, against machines of their last symbol that may be wrong."""
    rng = np.random.default_rng(seed)
    alphabet = np.arange(3)[:, None]
    coding = Coding(((0, 1, 2),), (0.0,), (1.0,), ((0, 1),), (0.0,), (1.0,))
    shape = Architecture(2, 5, depth, 2, activation, skip, "one-hot", "classes")
    network = random_network(rng, shape, coding)
    weak = {n: a * (rng.uniform(0.01, 0.6) if "hidden" in n else 1.0) for n, a in network.weights.items()}
    network = MlpRnn(shape, coding, weak)
    first = run(network, alphabet[:, None])[:, 0]
    pairs = run(network, np.stack([np.repeat(alphabet, 3, 0), np.tile(alphabet, (3, 1))], axis=1))[:, 1]
    outputs = np.concatenate([first[None], pairs.reshape(3, 3, 1)])
    machine = Machine(alphabet, np.tile(np.array([1, 2, 3]), (4, 1)), outputs)
    proof = prove_network(network, machine)
    if proof is not None:
        tried = words(machine, rng)
        np.testing.assert_array_equal(run(network, tried), machine.run(tried))
        certificate = json.loads(json.dumps(machine_certificate(network, proof)))
        assert check_network(certificate, dict(network.weights)) is None
        outputs = outputs.copy()
        outputs[rng.integers(4), rng.integers(3)] ^= 1
        assert prove_network(network, Machine(alphabet, machine.transitions, outputs)) is None


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_boxes_follow_the_machine(depth: int) -> None:
    rng = np.random.default_rng(depth)
    machine = Machine(np.arange(3)[:, None], rng.integers(4, size=(4, 3)), rng.integers(2, size=(4, 3, 1)))
    graph = box_graph(machine, depth, 10_000)
    assert graph is not None
    np.testing.assert_array_equal(graph.labels[graph.successors], machine.transitions[graph.labels])
    assert 0 not in graph.successors
    assert box_graph(machine, depth, 5) is None


def test_snapping_fine_tunes_a_network_until_it_is_proved() -> None:
    machine = parity_machine()
    rng = np.random.default_rng(3)
    loose = parity_network(0.0)
    shaken = {n: a + 0.01 * rng.normal(size=a.shape) for n, a in loose.weights.items()}
    found = snapped(MlpRnn(loose.architecture, loose.coding, shaken), machine, 0)
    assert found is not None
    assert found.change
    tried = words(machine, rng, 100, 200)
    np.testing.assert_array_equal(run(found.network, tried), machine.run(tried))
    certificate = json.loads(json.dumps(machine_certificate(found.network, found.proof)))
    assert check_network(certificate, dict(found.network.weights)) is None
    again = snapped(MlpRnn(loose.architecture, loose.coding, shaken), machine, 0)
    assert again is not None
    assert digest(again.network.weights) == digest(found.network.weights)


@pytest.mark.parametrize("skip", [True, False])
def test_a_rounding_layer_proves_a_network_that_keeps_disturbances(skip: bool) -> None:
    machine = parity_machine()
    loose = parity_network(0.0)
    weights = dict(loose.weights)
    if skip:
        weights |= {"f.skip.hidden": np.full((1, 1), 0.05), "f.skip.input": np.zeros((1, 1))}
    network = MlpRnn(Architecture(1, 4, 2, 1, skip=skip), loose.coding, weights)
    graph = box_graph(machine, 0, 100)
    assert graph is not None
    codes = graph.by_access(parity_network(0.25), machine)
    better = rounded(network, machine, graph, codes, np.random.default_rng(0))
    assert better is not None
    proof = prove_network(better, machine)
    assert proof is not None
    assert proof.radii.max() < 1e-6


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.integers(1, 3), st.integers(1, 3))
def test_enlarging_and_rescaling_leave_the_outputs_as_they_are(
    seed: int, skip: bool, f_depth: int, g_depth: int
) -> None:
    rng = np.random.default_rng(seed)
    shape = Architecture(2, 4, f_depth, g_depth, skip=skip)
    network = random_network(rng, shape, numbers(2, 1))
    alphabet = np.array([[a, b] for a in (-1, 0, 3) for b in (0, 1)])
    inputs = alphabet[rng.integers(len(alphabet), size=(20, 4))]
    larger = widened(network, Change(3, 9, True), alphabet, seed)
    assert larger is not None
    assert (larger.hidden_size, larger.architecture.inputs) == (3, "one-hot")
    hidden = network.initial_state(20)
    other, scaled = larger.initial_state(20), rescaled(network, np.array([0.01, 30.0]))
    bit_for_bit = scaled.initial_state(20)
    for step in range(4):
        hidden = network.next_state(hidden, inputs[:, step])
        other = larger.next_state(other, inputs[:, step])
        bit_for_bit = scaled.next_state(bit_for_bit, inputs[:, step])
        np.testing.assert_allclose(other[:, :2], hidden, rtol=1e-9, atol=1e-9 * np.abs(hidden).max())
        np.testing.assert_array_equal(scaled.raw_output(bit_for_bit), network.raw_output(hidden))
    assert widened(network, Change(1, 4, True), alphabet, seed) is None


def linear(transition: list[list[int]], drive: list[list[int]], readout: list[list[int]]) -> LinearSystem:
    size = len(transition)
    return LinearSystem(
        np.array(transition), np.array(drive), np.zeros(size, dtype=np.int64), np.array(readout),
        np.zeros(len(readout), dtype=np.int64), np.zeros(size, dtype=np.int64), None, (10,) * len(drive[0]),
    )  # fmt: skip


def as_network(system: LinearSystem) -> LinearRnn:
    names = ("transition", "drive", "bias", "readout", "offset", "initial")
    return LinearRnn({n: np.asarray(getattr(system, n)).astype(np.float64) for n in names})


def test_a_linear_network_is_proved_in_any_basis() -> None:
    plain = linear([[1]], [[1]], [[1]])
    turned = linear([[1, 0], [0, 0]], [[1], [3]], [[1, 0]])
    proof = prove_linear(as_network(turned), plain, Domain((Range(0, 9),)))
    assert proof is not None
    certificate = json.loads(json.dumps(linear_certificate(as_network(turned), proof)))
    assert check_network(certificate, dict(as_network(turned).weights)) is None
    other = linear([[1, 0], [0, 0]], [[1], [3]], [[1, 1]])
    assert prove_linear(as_network(other), plain, Domain((Range(0, 9),))) is None


def test_a_linear_network_that_differs_late_is_not_proved() -> None:
    delay = linear([[0, 1, 0], [0, 0, 1], [0, 0, 0]], [[0], [0], [1]], [[1, 0, 0]])
    nothing = linear([[0]], [[1]], [[0]])
    assert prove_linear(as_network(delay), nothing, Domain((Range(0, 1),))) is None


def test_the_exact_length_is_where_doubles_end() -> None:
    doubling = linear([[2]], [[1]], [[1]])  # h = 2 h + x, at most 2**t - 1 for x <= 1
    proof = prove_linear(as_network(doubling), doubling, Domain((Range(0, 1),)))
    assert proof is not None
    assert proof.float_length in (52, 53)
    forgetting = linear([[0, 1], [0, 0]], [[0], [1]], [[1, 0]])
    proof = prove_linear(as_network(forgetting), forgetting, Domain((Range(-100, 100),)))
    assert proof is not None
    assert proof.float_length is None
    adding = linear([[1]], [[1]], [[1]])
    proof = prove_linear(as_network(adding), adding, Domain((Range(0, 99),)))
    assert proof is not None
    assert proof.float_length is not None
    assert 0.99 < proof.float_length * 99 / 2**53 <= 1.0


def test_fractional_weights_are_not_proved() -> None:
    system = linear([[1]], [[1]], [[1]])
    weights = dict(as_network(system).weights) | {
        "drive": np.full((1, 1), 0.5),
        "readout": np.full((1, 1), 2.0),
    }
    assert prove_linear(LinearRnn(weights), system, Domain((Range(0, 9),))) is None


def test_every_changed_field_element_and_weight_is_refused() -> None:
    network, _, certificate = proved_parity()
    weights = dict(network.weights)
    fields = Counter[str]()
    for mutant in mutants(certificate, weights):
        assert check_network(mutant.certificate, mutant.weights) is not None, (mutant.where, mutant.how)
        fields[str(mutant.where[0]) if mutant.where else ""] += 1
    assert set(certificate) <= set(fields)
    assert sum(fields.values()) > 300


def test_no_forged_seal_makes_a_false_claim_pass() -> None:
    network, _, certificate = proved_parity()
    rng = np.random.default_rng(0)
    accepted = 0
    for mutant in mutants(certificate, dict(network.weights)):
        changed = mutant.where[:1] == ("weights",) and len(mutant.where) > 1
        forged = resealed(mutant.certificate, mutant.weights if changed else None)
        if check_network(forged, mutant.weights) is not None:
            continue
        accepted += 1
        config = {name: value for name, value in forged["network"].items() if name != "kind"}
        parts = [np.array(forged["machine"][name]) for name in ("alphabet", "transitions", "outputs")]
        tried = words(Machine(*parts), rng, 50, 20)
        found = run(MlpRnn.restore(config, mutant.weights), tried)
        np.testing.assert_array_equal(found, Machine(*parts).run(tried), str(mutant.where))
        if mutant.where:  # else only the seal was taken off, and is there again
            assert mutant.where[0] not in ("machine", "tier", "claim", "arithmetic", "format"), mutant.where
    assert accepted > 0


@pytest.mark.parametrize(
    ("path", "value", "step"),
    [
        (("machine", "transitions", 0, 1), 0, "labels: box 0 leads to another state"),
        (("machine", "outputs", 0, 1, 0), 0, "output: from box 0 symbol 1"),
        (("boxes", "centres", 0, 0), 0.5, "start: the first hidden state"),
        (("boxes", "labels", 0), 1, "start: the first box"),
        (("boxes", "radii", 1, 0), 0.0, "step: from box"),
        (("boxes", "inverse", 0, 0), 0.9, "axes: their inverse is none"),
        (("tier",), "tested", "form: the tier"),
        (("network", "architecture", "activation"), "sigmoid", "network: unknown activation"),
    ],
)
def test_the_first_step_that_fails_is_named(path: tuple[Any, ...], value: Any, step: str) -> None:
    network, _, certificate = proved_parity()
    place: Any = certificate
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    assert step in str(check_network(resealed(certificate), dict(network.weights)))
    assert "seal: " in str(check_network(certificate, dict(network.weights)))


@pytest.mark.parametrize(
    "nonsense", [None, [], 3, {}, {"claim": []}, {"format": "netlift network certificate 2"}]
)
def test_what_is_no_certificate_is_refused(nonsense: Any) -> None:
    assert str(check_network(nonsense, {})).startswith("form: ")


def test_weights_are_read_as_they_were_written() -> None:
    network = parity_network(0.25)
    arrays = read_weights(network_files(network)["network.safetensors"])
    assert digest(arrays) == digest(network.weights)


def test_the_checker_imports_nothing_of_the_learner() -> None:
    script = (
        "import sys; import netlift.checker._network as c, netlift.checker._linear_network, ast, inspect\n"
        "for m in [m for n, m in sys.modules.items() if n.startswith('netlift.checker._')]:\n"
        "    for node in ast.walk(ast.parse(inspect.getsource(m))):\n"
        "        names = [node.module] if isinstance(node, ast.ImportFrom) else []\n"
        "        names += [a.name for a in node.names] if isinstance(node, ast.Import) else []\n"
        "        for name in names:\n"
        "            top = name.split('.')[0]\n"
        "            allowed = top in ('numpy', 'safetensors') or top in sys.stdlib_module_names\n"
        "            assert allowed or name.startswith('netlift.checker.'), (m.__name__, name)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_checker_loads_nothing_of_the_learner(tmp_path: Path) -> None:
    """In a fresh interpreter that checks a certificate: numpy, the standard library, and z3 only if asked."""
    network, _, certificate = proved_parity()
    beside = network_files(network)
    for name, content in beside.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "certificate.json").write_text(file_of([certificate], beside))
    script = (
        "import sys\nfrom netlift.checker import check_file\n"
        "assert [v.failure for v in check_file(sys.argv[1])] == [None]\n"
        "loaded = {n for n in sys.modules if n.split('.')[0] == 'netlift'}\n"
        "others = {n for n in loaded if not n.startswith('netlift.checker')}\n"
        "assert others <= {'netlift', 'netlift.core', 'netlift.core._version'}, others\n"
        "assert not {'z3', 'rich', 'numba', 'scipy'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "certificate.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def distance_network(leak: float) -> tuple[MlpRnn, Machine]:
    """y = |x - last x| over -6 .. 6; with a leak the last x is kept only as well as two bends cancel."""
    weights = {
        "initial": np.zeros(2),
        "f.0.hidden": np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]),
        "f.0.input": np.array([[1.0], [-1.0], [0.0], [0.0]]),
        "f.0.bias": np.array([0.0, 0.0, -3.0, -3.0]),
        "f.1.weight": np.array([[0.0, 0.0, leak, -leak], [1.0, 1.0, 0.0, 0.0]]),
        "f.1.bias": np.zeros(2),
        "f.skip.hidden": np.zeros((2, 2)),
        "f.skip.input": np.array([[1.0], [0.0]]),
        "g.0.weight": np.array([[0.0, 1.0]]),
        "g.0.bias": np.zeros(1),
    }
    symbols = np.arange(-6, 7)
    transitions = np.tile(np.arange(13), (13, 1))
    outputs = np.abs(symbols[None] - symbols[:, None])[:, :, None]
    order = np.array([6, *range(6), *range(7, 13)])  # the first state is that after a 0
    number = np.argsort(order)
    machine = Machine(symbols[:, None], number[transitions[order]], outputs[order])
    return MlpRnn(Architecture(2, 4, 2, 1, skip=True), numbers(), weights), machine


@pytest.mark.parametrize("leak", [0.0, 0.1])
def test_a_state_that_is_entered_with_many_answers_is_proved_by_a_long_box(leak: float) -> None:
    network, machine = distance_network(leak)
    inputs = words(machine, np.random.default_rng(0))
    assert np.array_equal(run(network, inputs), machine.run(inputs))
    proof = prove_cut(network, machine, 0)
    assert proof is not None
    assert proof.boxes == 14
    assert (proof.halvings > 0) == (leak > 0.0)
    certificate = json.loads(json.dumps(machine_certificate(network, proof)))
    weights = dict(network.weights)
    assert check_network(certificate, weights) is None
    for mutant in mutants(certificate, weights, stride=7):
        assert check_network(mutant.certificate, mutant.weights) is not None, (mutant.where, mutant.how)


def test_a_long_box_that_is_not_cut_often_enough_is_refused() -> None:
    network, machine = distance_network(0.1)
    proof = prove_cut(network, machine, 0)
    assert proof is not None
    certificate = json.loads(json.dumps(machine_certificate(network, proof)))
    for halvings in (0, -1, 13, True, 2.0):
        changed = {**certificate, "boxes": {**certificate["boxes"], "halvings": halvings}}
        assert check_network(resealed(changed), dict(network.weights)) is not None


def test_a_network_that_errs_is_not_proved_by_long_boxes() -> None:
    network, machine = distance_network(0.0)
    wrong = machine.outputs.copy()
    wrong[3, 5] += 1
    assert prove_cut(network, Machine(machine.alphabet, machine.transitions, wrong), 0) is None


def test_long_boxes_are_for_states_that_are_entered_with_different_answers() -> None:
    assert not answers_many(parity_machine())
    assert answers_many(distance_network(0.0)[1])


def turning(steps: int) -> Machine:
    """Parity up to so many steps, and its opposite from there."""
    numbered = [(step, parity) for step in range(steps + 1) for parity in (0, 1)]
    after = [[(min(step + 1, steps), parity ^ symbol) for symbol in (0, 1)] for step, parity in numbered]
    said = [[[parity ^ (step == steps)] for step, parity in row] for row in after]
    table = [[numbered.index(pair) for pair in row] for row in after]
    return Machine(np.array([[0], [1]]), np.array(table), np.array(said))


@pytest.mark.parametrize(
    ("steps", "tier"), [(1, "refuted"), (9, "refuted"), (30, "refuted"), (60, "exhaustive")]
)
def test_a_machine_is_compared_by_its_tables_as_step_by_step(steps: int, tier: str) -> None:
    """`Spelled` without names is the same machine, but is stepped."""
    network, machine, domain = parity_network(0.2), turning(steps), Domain.of_rows([(0,), (1,)])
    claim = compare_network(network, MachineSystem(machine), domain)
    assert claim.tier == tier
    assert len(claim.details.get("witness", [0] * steps)) == steps
    assert claim == compare_network(network, Spelled(MachineSystem(machine), (None,), (None,)), domain)


def test_a_recurrence_is_followed_as_far_as_it_is_defined_and_its_answers_fit() -> None:
    doubling = Recurrence(
        ("x",), (("s", 1),), (Assign(("s",), (Expr("*", (var("s"), var("x"))),)), Emit((var("s"),)))
    )
    grown = reached(doubling, np.array([[2]]), 1_000, 10_000)
    assert not grown.closed
    assert grown.outputs[grown.length - 1, 0, 0] == 2**62
    divided = Recurrence(("x",), (("s", 0),), (Emit((Expr("%", (var("s"), var("x"))),)),))
    assert reached(divided, np.array([[0], [3]]), 1_000, 10_000).length == 0
    assert reached(divided, np.array([[2], [3]]), 1_000, 10_000).closed
