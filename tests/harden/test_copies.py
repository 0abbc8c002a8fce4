"""What is proved of a changed copy is never said of the network that was trained, or given."""

import ast
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import netlift
from netlift.bench._run import Summary, _accuracy, _proved_lines, _row, results_page
from netlift.certify import Claim
from netlift.certify._case import Case
from netlift.certify._network import NetworkKnown
from netlift.checker import check_network
from netlift.cli import run as command
from netlift.core._clock import Clock
from netlift.core._progress import Recorder, Silent
from netlift.data import from_arrays
from netlift.engine._finish import finished
from netlift.engine._run import Run
from netlift.harden import _prove_copy
from netlift.harden._copy import Step, copy_of, weights_moved
from netlift.harden._other_architectures import OtherNetworks
from netlift.harden._prove_copy import about_copy
from netlift.networks import (
    GIVEN,
    MlpRnn,
    Quantised,
    load_checkpoint,
    load_network,
    network_accuracy,
    run,
)
from netlift.report._show import certificate_lines, network_lines
from netlift.states import Machine
from networks_by_hand import ADDITION, AS_IT_IS, PARITY, labelled, parity, read_as, untrained
from states_by_hand import random_machine

Ints = NDArray[np.int64]


def claims_of(result: netlift.Result) -> dict[str, Claim]:
    return {claim.claim: claim for claim in result.claims}


def docstring(result: netlift.Result) -> str:
    assert result.program is not None
    text = ast.get_docstring(ast.parse(result.program.source)) or ""
    return " ".join(text.replace("-\n", "-").split())  # lines may break after a hyphen


def foreign(machine: Machine, network: MlpRnn, tmp_path: Path) -> netlift.Result:
    """The chain, given a network and a machine that has nothing to do with it."""
    weights = {name: array.copy() for name, array in network.weights.items()}
    found, train, held_out = read_as(machine, network)
    result = finished(found, Case(train, held_out, labelled=(train, held_out)), Run())
    assert result.network is network
    assert all(np.array_equal(network.weights[name], array) for name, array in weights.items())
    claims = claims_of(result)
    assert claims["data = network"].tier == "refuted"
    assert claims["network = machine"].tier == "refuted"
    word = np.array([claims["network = machine"].details["witness"]])
    assert not np.array_equal(run(network, word)[:, -1], machine.run(word)[:, -1])
    assert not any(one["claim"].startswith("network = ") for one in result.certificates)
    measured: Any = result.network_facts["measured"]
    right = measured["sequences"] - measured["errors"]
    assert f"right on {right:,} of {measured['sequences']:,} held-out sequences" in docstring(result)
    assert result.network_facts["held_out_accuracy"] == pytest.approx(network_accuracy(network, held_out))
    result.save(tmp_path)
    saved = load_network(tmp_path)
    assert all(np.array_equal(saved.weights[name], array) for name, array in weights.items())
    return result


def test_nothing_is_claimed_of_a_random_network_beside_a_foreign_machine(tmp_path: Path) -> None:
    result = foreign(ADDITION, untrained(2), tmp_path)
    copy, claim = result.copy, claims_of(result)["copy = machine"]
    assert copy is not None
    assert claim.tier == "proved"  # which says that the machine can be compiled into a network, and no more
    assert copy.drawn.agree < 0.05 * copy.drawn.sequences
    assert copy.training.agree < 0.05 * copy.training.sequences
    assert claim.words.startswith(("a copy, ", "another network, trained on the same data, not the one that"))
    assert f"on {copy.drawn.agree:,} of {copy.drawn.sequences:,} drawn ones of 10 inputs" in claim.words
    assert claim.sentence() in docstring(result)
    certificate = next(one for one in result.certificates if one["claim"] == "copy = machine")
    kept = load_network(tmp_path, "copy")
    words = ADDITION.alphabet[np.random.default_rng(3).integers(4, size=(50, 80))]
    assert np.array_equal(run(kept, words), ADDITION.run(words))
    assert certificate["machine"]["transitions"] == ADDITION.transitions.tolist()


def test_nothing_is_claimed_of_a_network_of_another_task_beside_a_random_machine(tmp_path: Path) -> None:
    machine = random_machine(np.random.default_rng(5), 4, 2)
    result = foreign(machine, parity(), tmp_path)
    claims = claims_of(result)
    assert (
        "copy = machine" not in claims
        or claims["copy = machine"].details["agreement"]["drawn"]["agree"] < 5_000
    )


def test_no_copy_is_made_where_there_are_too_many_words_to_show_more_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, train, held_out = read_as(PARITY, parity(), AS_IT_IS)
    target: Any = SimpleNamespace(machine=None)
    asked = []
    monkeypatch.setattr(_prove_copy._Attempt, "known", lambda *given: asked.append(given))
    clock, progress = Clock(), Recorder(Silent())
    trained = OtherNetworks(train, held_out, 0, clock, progress)
    for stopped in ("answer", "work"):
        known = NetworkKnown(Claim("network = machine", "exhaustive", "", {"stopped": stopped}))
        made = _prove_copy.copy_known(
            found, known, target, held_out, 0, clock, progress, snap=False, trained=trained
        )
        assert made is None
        assert len(asked) == 1  # not a second time
    own: Any = SimpleNamespace(changes=(object(),), provers=())
    asked_too = _prove_copy.copy_known(
        found, known, target, held_out, 0, clock, progress, snap=False, trained=trained, plugins=own
    )
    assert asked_too is None
    assert len(asked) == 2  # a plugin may prove what words cannot show


def test_a_network_that_is_right_has_its_own_claim_and_its_copy_another(tmp_path: Path, capsys: Any) -> None:
    found, train, held_out = read_as(PARITY, parity(), AS_IT_IS)
    result = finished(found, Case(train, held_out, labelled=(train, held_out)), Run())
    claims = claims_of(result)
    assert [claim.claim for claim in result.claims] == [
        "data = network", "network = machine", "copy = machine", "machine = program",
    ]  # fmt: skip
    assert claims["network = machine"].tier == "exhaustive"
    assert "fine-tuned" not in claims["network = machine"].words
    assert claims["copy = machine"].tier == "proved"
    assert claims["copy = machine"].details["uses_answers"] == "machine"
    assert "the machine's" in claims["copy = machine"].words
    copy = result.copy
    assert copy is not None
    assert copy.training.agree == copy.training.sequences == len(train)
    assert result.network is found.network
    facts = json.loads(json.dumps(result.facts()))
    assert facts["copy"]["change"] == copy.change
    assert facts["faithfulness"]["network"] == "as trained"
    told = docstring(result)
    assert f"Network: {found.network}, trained by gradient, right on 300 of 300 held-out sequences." in told
    assert str(copy.network) == str(found.network) or f"{copy.network}, trained by gradient" not in told
    assert (
        told.index("Network = machine: ") < told.index("Copy = machine: ") < told.index("Machine = program: ")
    )
    shown = [*network_lines(facts), *certificate_lines(facts)]
    assert shown[0].startswith("Network as trained by gradient: H1 W4 f2 g1 relu, ")
    assert shown[3:5] == [f"{claims[name]}." for name in ("network = machine", "copy = machine")]
    result.save(tmp_path)
    assert {"copy.json", "copy.safetensors"} <= {file.name for file in tmp_path.iterdir()}
    assert str(load_checkpoint(tmp_path / "copy.safetensors").network) == str(copy.network)
    assert str(load_checkpoint(tmp_path).network) == str(found.network)
    assert (
        command(["check", str(tmp_path / "program.py"), "--network", str(tmp_path), "--inputs", "0,1"]) == 0
    )
    replace(result, copy=None).save(tmp_path)  # a later result leaves no copy of an earlier one
    assert not {"copy.json", "copy.safetensors"} & {file.name for file in tmp_path.iterdir()}


def test_without_leave_a_network_that_was_given_gets_no_copy() -> None:
    found, train, held_out = read_as(PARITY, parity(), GIVEN)
    plain, snapped = (finished(found, Case(train, held_out, snap=snap), Run()) for snap in (False, True))
    assert plain.copy is None
    assert snapped.copy is not None
    assert plain.network is snapped.network is found.network
    one, other = (claims_of(result)["network = machine"] for result in (plain, snapped))
    assert one == other
    assert "Network: H1 W4 f2 g1 relu, number in, number out, given." in docstring(snapped)


def test_a_network_that_is_proved_as_it_is_gets_no_copy() -> None:
    steep = {
        **parity().weights,
        "f.0.bias": -np.array([0.25, 0.75, 1.25, 1.75]),
        "f.1.weight": 2.0 * np.array([[1.0, -1.0, -1.0, 1.0]]),
    }
    found, train, held_out = read_as(PARITY, replace(parity(), weights=steep))
    result = finished(found, Case(train, held_out, labelled=(train, held_out)), Run())
    assert claims_of(result)["network = machine"].tier == "proved"
    assert result.copy is None
    assert "copy = machine" not in claims_of(result)


@given(
    steps=st.lists(
        st.builds(Step, st.sampled_from(["fine-tuned", "cut"]), st.sampled_from(["machine", "program", None]))
    ),
    another=st.booleans(),
    seed=st.integers(0, 9),
)
@settings(max_examples=30, deadline=None)
def test_a_copy_tells_its_changes_and_whose_answers_they_used(
    steps: Sequence[Step], another: bool, seed: int
) -> None:
    train = labelled(PARITY, 60, 5, seed)
    one, other = untrained(1, seed), untrained(1, seed + 1)
    copy = copy_of(one, other, steps, train, seed, another=another)
    assert copy.change.startswith(
        "another network, trained on the same data, not the one" if another else "a copy"
    )
    assert all(step.how in copy.change for step in steps)
    used = {step.answers for step in steps} - {None}
    assert (copy.uses_answers is None) == (not used)
    assert copy.uses_answers is None or copy.uses_answers in used
    alike = (run(one, train.inputs) == run(other, train.inputs)).all(axis=(1, 2))
    assert (copy.training.sequences, copy.training.agree) == (60, alike.sum())
    claim = copy.claim(Claim("network = machine", "proved", "proved for everything"))
    assert claim.claim == "copy = machine"
    assert claim.words.startswith(copy.change)


def test_padding_does_not_count_in_the_agreement() -> None:
    train = from_arrays([[0, 1, 1], [1]], [[0, 0, 0], [0]])
    one = parity()
    forgetful = replace(one, weights={**one.weights, "f.0.hidden": np.zeros((4, 1))})  # answers its input
    copy = copy_of(one, forgetful, (), train, 0)
    assert copy.training.sequences == 2
    assert copy.training.agree == 1


def test_how_far_weights_moved() -> None:
    network = untrained(1)
    doubled = replace(network, weights={name: 2.0 * array for name, array in network.weights.items()})
    assert weights_moved(network, network) == 0.0
    assert weights_moved(network, doubled) == pytest.approx(1.0)
    assert weights_moved(network, untrained(1, width=9)) == "it is of another architecture"
    assert weights_moved(network, Quantised(network, np.zeros((1, 2)))) == "a layer of codes was added"


def test_a_certificate_about_a_copy_says_so() -> None:
    found, train, held_out = read_as(PARITY, parity(), AS_IT_IS)
    result = finished(found, Case(train, held_out, labelled=(train, held_out)), Run())
    assert {one["claim"] for one in result.certificates} == {
        "network = machine", "copy = machine", "machine = program",
    }  # fmt: skip
    about = next(one for one in result.certificates if one["claim"] == "copy = machine")
    assert result.copy is not None
    assert isinstance(result.copy.network, MlpRnn)
    assert check_network(about, dict(result.copy.network.weights)) is None
    assert check_network(about, dict(parity().weights)) is not None
    assert about_copy(None) is None


def test_the_benchmark_counts_networks_as_trained_and_copies_apart() -> None:
    found, train, held_out = read_as(PARITY, parity(), AS_IT_IS)
    result = finished(found, Case(train, held_out, labelled=(train, held_out)), Run())
    row = {**_row("parity_all", json.loads(json.dumps(result.facts()))), "peak_mb": 1}
    fitted = {
        **row,
        "task": "sum_all",
        "trained_by": "closed-form",
        "claims": {"network = machine": {"tier": "proved"}},
        "copy": {},
    }
    lines = " ".join(_proved_lines([row, fitted]))
    assert "2 of 2 are exact on all held-out sequences. Network" in lines
    on_all = {**row, **_accuracy({"held_out_accuracy": None, "measured": {"sequences": 4, "errors": 0}})}
    learned = "1 of 2 are exact on all held-out sequences, 1 on all the data, held-out sequences included"
    assert learned in " ".join(_proved_lines([on_all, fitted]))
    assert "| 100.00 % (all the data) |" in results_page(Summary((on_all, fitted), 1.0, 0, 1))
    assert "of the 1 that gradient trained: 0 proved for every length, 1 exhaustive" in lines
    assert "of the 1 fitted in closed form: 1 proved for every length" in lines
    assert "said of 1 changed copies, 1 of them changed with the machine's or the program's answers" in lines
    page = results_page(Summary((row, fitted), 1.0, 0, 1))
    assert "| network exact (as trained) | network = machine (as trained) | copy = machine |" in page
    assert "| proved (machine answers) |" in page
    assert "| 99.99 % |" in results_page(Summary(({**row, "network_accuracy": 0.99999}, fitted), 1.0, 0, 1))
