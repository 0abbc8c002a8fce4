"""The whole chain through the public API: sequences in, a checked program and the network out."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest

import netlift
from netlift.bench import TASKS
from netlift.core._clock import Clock
from netlift.data import from_arrays
from netlift.networks import MlpRnn, load_checkpoint, load_network, network_files, run
from netlift.program import run_fresh
from netlift.report import Silent

RNG = np.random.default_rng(11)


def test_a_finite_machine_is_lifted_from_a_trained_network(tmp_path: Path) -> None:
    inputs = RNG.integers(0, 2, size=(3000, 10, 2))
    targets = np.cumsum(inputs[..., 0] & inputs[..., 1], axis=1) % 2
    result = netlift.distill(inputs, targets, seed=3)
    assert result.solved
    assert result.trained_by == "gradient"
    assert result.reader == "machine"
    assert result.machine is not None
    assert result.machine.states == result.states == 2
    assert {name: check.errors for name, check in result.checks.items() if name != "longer"} == {
        "train": 0,
        "held_out": 0,
    }
    assert result.program is not None
    longer = RNG.integers(0, 2, size=(40, 2))
    expected = (np.cumsum(longer[:, 0] & longer[:, 1]) % 2).tolist()
    assert result.program([tuple(step) for step in longer.tolist()]) == expected

    result.save(tmp_path)
    facts = json.loads((tmp_path / "result.json").read_text())
    assert facts["solved"] is True
    assert facts["states"] == 2
    assert facts["program"]["nodes"] == result.program.nodes
    assert facts["state_map"]["agreement"] == 1.0
    assert facts["faithfulness"]["interchange"]["agreement"] == 1.0
    assert facts["faithfulness"]["interchange"]["telling"] > 500
    assert run_fresh(tmp_path / "program.py", [longer.tolist()]) == [expected]
    by_file = load_checkpoint(tmp_path / "network.safetensors").network
    assert isinstance(by_file, MlpRnn)
    for network in (load_network(tmp_path), by_file):
        answers = run(network, inputs[:50])[..., 0]
        assert np.array_equal(answers, targets[:50])


def test_a_linear_rule_is_fitted_in_closed_form() -> None:
    inputs = RNG.integers(-50, 50, size=(500, 12))

    def wanted(inputs: list[int]) -> list[int]:
        outputs = []
        total = 0
        for x in inputs:
            total += x
            outputs.append(total + x)
        return outputs

    result = netlift.distill(inputs, np.cumsum(inputs, axis=1) + inputs, specification=wanted)
    assert result.solved
    assert [claim.claim for claim in result.claims] == [
        "data = network", "network = machine", "machine = program", "program = specification",
    ]  # fmt: skip
    assert [claim.tier for claim in result.claims] == ["tested", "exhaustive", "proved", "proved"]
    assert (result.trained_by, result.reader, result.states) == ("closed-form", "linear", None)
    assert result.program is not None
    assert result.program([10**6, 5, -7]) == [2 * 10**6, 10**6 + 10, 10**6 + 5 - 14]
    docstring = " ".join((ast.get_docstring(ast.parse(result.program.source)) or "").split())
    for claim in result.claims:
        assert claim.sentence() in docstring
    assert len(result.certificates) == 3


def test_a_specification_is_looked_at_before_the_training(tmp_path: Path) -> None:
    inputs = RNG.integers(0, 2, size=(100, 6))
    with pytest.raises(netlift.InputError, match=r"nowhere\.py: cannot be read"):
        netlift.distill(inputs, inputs, specification=tmp_path / "nowhere.py")
    pairs = "def program(inputs):\n    outputs = []\n    for a, b in inputs:\n        outputs.append(a)\n"
    with pytest.raises(netlift.InputError, match="takes 2 input streams; the data have 1"):
        netlift.distill(inputs, inputs, specification=pairs + "    return outputs\n")


def test_symbols_may_be_strings_and_sequences_of_any_length() -> None:
    inputs, targets = [], []
    for length in RNG.integers(4, 13, size=1500).tolist():
        word = RNG.choice(["(", ")"], size=length).tolist()
        depth = np.cumsum([1 if symbol == "(" else -1 for symbol in word])
        inputs.append(word)
        targets.append(["even" if value % 2 == 0 else "odd" for value in depth.tolist()])
    result = netlift.distill(inputs, targets)
    assert result.solved, result.reason
    assert result.program is not None
    assert result.program(list("((())")) == ["odd", "even", "odd", "even", "odd"]


def test_same_seed_same_result() -> None:
    inputs = RNG.integers(0, 3, size=(1500, 8))
    targets = np.cumsum(inputs, axis=1) % 3
    one, two = (netlift.distill(inputs, targets, seed=5) for _ in range(2))
    assert one.solved
    assert one.program == two.program
    assert isinstance(one.network, MlpRnn)
    assert isinstance(two.network, MlpRnn)
    assert network_files(one.network) == network_files(two.network)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(TASKS))
def test_every_task_is_solved_from_another_seed(name: str) -> None:
    sequences = TASKS[name].sequences(20_000, np.random.default_rng(99))
    result = netlift.distill(sequences.inputs, sequences.targets, seed=9)
    assert result.solved, result.reason


def test_contradictions_are_refused_with_both_rows() -> None:
    with pytest.raises(netlift.InputError, match=r"row 0 and row 1 contradict each other.*\[0, 1\].*0 and 1"):
        from_arrays(np.array([[0, 1], [0, 1]]), np.array([[0, 0], [0, 1]]))


def test_several_outputs_are_learned_by_gradient_at_once() -> None:
    inputs = RNG.integers(0, 2, size=(2000, 8, 2))
    both = inputs[..., 0] & inputs[..., 1]
    targets = np.stack([both, 5 * (np.cumsum(both, axis=1) % 2), inputs[..., 0] | inputs[..., 1]], axis=2)
    result = netlift.distill(inputs, targets)
    assert result.solved, result.reason
    assert result.program is not None
    assert result.program([(1, 1), (1, 0), (1, 1)]) == [(1, 5, 1), (0, 5, 1), (1, 0, 1)]


def test_giving_up_says_what_was_found_out_and_what_to_try() -> None:
    """Answers from a secret table of whole words: nothing to learn but by heart."""
    rng = np.random.default_rng(5)
    inputs = np.unique(rng.integers(0, 2, size=(400, 14)), axis=0)
    targets = np.zeros_like(inputs)
    targets[:, -1] = rng.integers(0, 2, size=len(inputs))
    result = netlift.distill(inputs, targets, budget=4.0)
    assert not result.solved
    told = " ".join(result.findings)
    assert "no linear function of the inputs" in told
    assert "came furthest" in told
    assert "To try next: a larger --budget." in told
    assert result.facts()["findings"] == list(result.findings)


@pytest.mark.parametrize("inputs", [[[1, 1, 1]], [["a", "a"], ["a", "a"]]])
def test_data_that_say_next_to_nothing(inputs: list[list[int | str]]) -> None:
    """A single symbol, outputs that count, and nothing to hold out: a program, and a word of caution."""
    result = netlift.distill(inputs, [list(range(2, 2 + len(row))) for row in inputs])
    assert result.solved
    assert result.program is not None
    assert result.program([inputs[0][0]] * 5) == [2, 3, 4, 5, 6]
    assert "Nothing was held out" in " ".join(result.findings)


def test_a_constant_output_needs_no_state() -> None:
    inputs = RNG.integers(0, 1000, size=(40, 5))
    result = netlift.distill(inputs, np.full_like(inputs, 7))
    assert result.solved
    assert result.program is not None
    assert result.program([3, 5]) == [7, 7]


def test_rare_outputs_are_learned_though_no_held_out_sequence_may_show_them() -> None:
    """One answer in a thousand: the network errs on a handful of sequences at first."""
    inputs = np.random.default_rng(4).integers(0, 2, size=(6_000, 10))
    result = netlift.distill(inputs, (np.cumsum(inputs, axis=1) >= 9).astype(int))
    assert result.solved
    assert result.program is not None
    assert result.reader != "data"
    longer = [1] * 8 + [0] * 30 + [1, 0]
    assert result.program(longer) == [0] * 38 + [1, 1]


def test_nothing_is_trained_for_a_proof_once_the_budget_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = np.random.default_rng(0).integers(0, 4, size=(3_000, 10))
    targets, state = np.zeros_like(inputs), np.zeros(3_000, dtype=int)
    for step in range(10):
        state = (state**2 + inputs[:, step]) % 12
        targets[:, step] = state

    class Late(Silent):
        def stage(self, name: str) -> None:
            if name == "check":
                monkeypatch.setattr(Clock, "elapsed", lambda clock: 1e9)

    unbounded = netlift.distill(inputs, targets)
    bounded = netlift.distill(inputs, targets, budget=1e6, progress=Late())
    assert bounded.solved
    changed = [
        one.copy is not None or "contracted" in str(one.network_facts["trained"])
        for one in (unbounded, bounded)
    ]
    assert changed == [True, False]
