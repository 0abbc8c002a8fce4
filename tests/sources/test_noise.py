"""Labels that are wrong, missing or before any input, and answers that are random."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import netlift
from netlift.certify import Claim
from netlift.core._clock import OutOfTimeError
from netlift.core._errors import InputError
from netlift.data import from_arrays, read_sequences
from netlift.data._door import read_file
from netlift.data._said import Said
from netlift.engine._distill import distill_data, distill_sequences
from netlift.engine._run import Run
from netlift.program import Program, with_line
from netlift.report import checked_line
from netlift.report._result import Result
from netlift.sources import _cleared, checked_noise, cleared, with_wrong_labels
from netlift.sources._gathered import gathered
from netlift.sources._held import by_networks
from netlift.sources._votes import Votes


def even_number_of_b(count: int, flipped: int) -> tuple[list[list[str]], list[list[int | None]], list[int]]:
    """Words over a and b with a label at the end, and the rows of those that are flipped."""
    rng = np.random.default_rng(4)
    words = [["ab"[n] for n in rng.integers(2, size=rng.integers(1, 9))] for _ in range(count)]
    labels = [1 - word.count("b") % 2 for word in words]
    wrong = sorted(rng.choice(count, size=flipped, replace=False).tolist())
    for row in wrong:
        labels[row] = 1 - labels[row]
    silent = [[None] * (len(word) - 1) for word in words]
    return words, [[*none, label] for none, label in zip(silent, labels, strict=True)], wrong


def test_flipped_end_labels_are_listed_and_the_machine_is_that_without_them(tmp_path: Path) -> None:
    words, targets, wrong = even_number_of_b(200, 2)
    result = netlift.distill(words, targets, source="data")
    assert result.solved
    assert result.states == 2
    assert result.noise is not None
    assert [one["row"] for one in result.noise.wrong] == wrong
    for one in result.noise.wrong:
        assert one["step"] == len(words[one["row"]])
        assert one["given"] == targets[one["row"]][-1] == 1 - one["expected"]
    assert result.noise.rate == pytest.approx(0.01)
    assert result.program is not None
    assert result.program(["a", "b", "b", "b"])[-1] == 0
    assert "Right up to 2 labels" in result.program.source
    result.save(tmp_path)
    saved = json.loads((tmp_path / "result.json").read_text())
    assert saved["noise"]["wrong"] == [dict(one) for one in result.noise.wrong]
    assert "the 2 held to be wrong are not counted" in checked_line(saved)
    assert "without the labels that are held to be wrong" in result.checks["train"].against
    assert any("are left out there" in one for one in result.findings)
    late = sum(len(word) > 6 for word in words)  # of at most 8 steps
    (told,) = (one for one in result.findings if "the labels up to step 6" in one)
    assert f"of {late - sum(len(words[row]) > 6 for row in wrong)} of the sequences with later labels" in told


def test_contradictions_are_refused_where_no_noise_is_allowed() -> None:
    words, targets, _ = even_number_of_b(400, 4)
    with pytest.raises(InputError, match=r"contradict each other|have the same inputs up to step"):
        netlift.distill(words, targets, source="data", noise="none")


@pytest.mark.parametrize("noise", ["some", 0.0, -0.1, 0.3, True, None])
def test_noise_is_auto_none_or_a_share(noise: Any) -> None:
    with pytest.raises(InputError, match="expected 'auto', 'none' or the share"):
        checked_noise(noise)
    assert checked_noise("0.01") == 0.01


def test_answers_at_random_are_told_and_not_invented() -> None:
    rng = np.random.default_rng(1)
    inputs = [["toss" if n else "bell" for n in rng.integers(2, size=8)] for _ in range(60)]
    coin = rng.integers(2, size=(60, 8))
    targets = [
        [("ring" if step == "bell" else ("heads", "tails")[side]) for step, side in zip(*both, strict=True)]
        for both in zip(inputs, coin.tolist(), strict=True)
    ]
    result = netlift.distill(inputs, targets, source="data")
    assert result.noise is not None
    assert result.noise.wrong == ()
    (one,) = result.noise.random
    assert one["input"] == "toss"
    tosses = sum(word.count("toss") for word in inputs)
    heads = sum(word.count("heads") for word in targets)
    assert one["seen"] == tosses
    assert dict(one["frequencies"])["heads"] == pytest.approx(heads / tosses)
    assert result.program is not None
    assert result.program(["bell", "toss", "bell"]) == ["ring", "random", "ring"]
    assert "answered at random" in " ".join(result.program.source.split())


def test_a_label_before_any_input_is_read_and_told(tmp_path: Path) -> None:
    words, targets, _ = even_number_of_b(200, 0)
    file = tmp_path / "words.jsonl"
    rows = [{"inputs": word, "targets": labels} for word, labels in zip(words, targets, strict=True)]
    lines = [{"inputs": [], "targets": [], "start": 1}, *rows]
    file.write_text("".join(json.dumps(one) + "\n" for one in lines))
    sequences = read_sequences(file)
    assert sequences.lengths[0] == 0
    assert sequences.start is not None
    assert sequences.start.tolist() == [1]
    data = read_file(str(file), Said())
    result = distill_data(data, source="data")
    assert result.solved
    assert result.facts()["start"] == 1
    assert result.program is not None
    assert "Before any input the answer is 1." in " ".join(result.program.source.split())
    by_default = distill_data(data, source="network")
    assert by_default.solved
    assert by_default.source == "data"
    assert "have no steps" in by_default.findings[0]
    file.write_text(file.read_text() + json.dumps({"inputs": [], "targets": [], "start": 0}) + "\n")
    with pytest.raises(InputError, match="'start' is 1 in line 1 and 0 in line 202"):
        read_sequences(file)


def test_a_row_without_steps_and_without_a_label_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "words.jsonl"
    file.write_text('{"inputs": [], "targets": []}\n{"inputs": [1], "targets": [0]}\n')
    with pytest.raises(InputError, match="line 1 has no steps"):
        read_sequences(file)


def test_wrong_labels_are_replaced_before_a_network_learns_and_told_of_its_program() -> None:
    words, targets, wrong = even_number_of_b(300, 2)
    given = from_arrays(words, targets, contradictions=True)
    assert given.clash
    known = cleared(given, "auto", Run.of(0, None, None))
    changed = (known.targets != given.targets).any(axis=2)
    assert np.flatnonzero(changed.any(axis=1)).tolist() == wrong
    known.consistent()
    program = distill_sequences(known, source="data")
    assert program.program is not None
    result = with_wrong_labels(program, given, known, "auto")
    assert result.solved
    assert result.noise is not None
    assert [one["row"] for one in result.noise.wrong] == wrong
    assert result.program is not None
    assert "Right up to 2 labels" in " ".join(result.program.source.split())
    assert result.checks["train"].against.endswith("with 2 labels held to be wrong replaced")


def sums_of_two(count: int, letters: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Words of four numbers below `letters`, and the sums of each two that follow one another."""
    inputs = np.random.default_rng(5).integers(letters, size=(count, 4))
    return inputs, inputs + np.pad(inputs, ((0, 0), (1, 0)))[:, :-1]


def test_wrong_labels_are_found_by_algebra_where_no_machine_is_small() -> None:
    inputs, right = sums_of_two(400, 60)
    targets = right.copy()
    targets[[3, 50, 51], [0, 2, 3]] += 7
    targets[inputs[:, 0] == inputs[9, 0], 0] = right[9, 0]
    targets[9, 0] += 1  # which others to the same beginning outvote
    given = from_arrays(inputs, targets, contradictions=True)
    known = cleared(given, "auto", Run.of(0, None, None))
    assert np.array_equal(known.targets[..., 0], right)
    known.consistent()


def test_wrong_labels_are_found_by_networks_that_agree() -> None:
    rng = np.random.default_rng(3)
    inputs = rng.integers(40, size=(1_500, 3))
    right = np.abs(inputs - 20)
    flipped = rng.random(right.shape) < 0.01
    targets = np.where(flipped, (right + rng.integers(1, 20, size=right.shape)) % 21, right)
    given = from_arrays(inputs, targets, contradictions=True)
    votes = Votes.of(given)
    expected = by_networks(given, votes, votes.most_wrong, Run.of(0, None, None))
    assert expected is not None
    assert np.array_equal(expected[..., 0], right)


def test_contradictions_that_no_explanation_mends_are_refused() -> None:
    rng = np.random.default_rng(6)
    inputs, targets = rng.integers(60, size=(400, 3)), rng.integers(9, size=(400, 3))
    targets[:, :2] = inputs[:, :2] % 7
    first = inputs[:, 0].tolist()
    row = next(row for row, letter in enumerate(first) if first.count(letter) > 2)
    targets[row, 0] += 1
    given = from_arrays(inputs, targets, contradictions=True)
    with pytest.raises(InputError, match=r"contradict each other|the same inputs up to step"):
        cleared(given, "auto", Run.of(0, 0.5, None))


def test_a_budget_that_ends_before_wrong_labels_are_found_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = np.random.default_rng(6).integers(3, size=(400, 3))
    targets = inputs.copy()
    targets[0, 0] += 1

    def late(*_: Any) -> None:
        raise OutOfTimeError

    def nothing(*_: Any) -> None:
        return None

    for name, look in (("by_algebra", nothing), ("by_machine", nothing), ("by_networks", late)):
        monkeypatch.setattr(_cleared, name, look)
    given = from_arrays(inputs, targets, contradictions=True)
    with pytest.raises(InputError, match=r"; the budget ended before it was found which labels are wrong$"):
        cleared(given, "auto", Run.of(0, 500.0, None))


def last_digits(targets: NDArray[np.int64], inputs: NDArray[np.int64]) -> Result:
    """A result that claims last digits, of data in which some labels are others."""
    given = from_arrays(inputs, targets, contradictions=True)
    assert given.clash
    known = replace(given, targets=(inputs % 10)[..., None], clash="")
    result = distill_sequences(known, source="data")
    assert result.program is not None
    claim = Claim("data = network", "tested", "tested, right on all sequences")
    program = Program(with_line(result.program.source, claim.sentence()))
    return with_wrong_labels(replace(result, program=program, claims=(claim,)), given, known, "auto")


def test_claims_of_data_whose_labels_were_replaced_say_so() -> None:
    inputs = np.random.default_rng(7).integers(40, size=(600, 3))
    targets = inputs % 10
    targets[5, 0] = 11
    result = last_digits(targets, inputs)
    assert result.solved
    assert result.claims[0].words == "tested, right on all sequences, with 1 label held to be wrong replaced"
    assert result.program is not None
    text = " ".join(result.program.source.split())
    assert "right on all sequences, with 1 label held to be wrong replaced." in text
    assert "right on all sequences." not in text


@pytest.mark.parametrize(("flipped", "why"), [(1, "can be wrong"), (20, "contradicts every label")])
def test_labels_that_a_program_does_not_know_are_no_chance(flipped: int, why: str) -> None:
    inputs = np.random.default_rng(7).integers(40, size=(600, 3))
    rule = np.where(inputs == 17, 3, inputs % 10)  # which the program does not know
    targets = rule.copy()
    others = np.flatnonzero(inputs[:, 0] != 17)
    targets[others[:flipped], 0] = 12  # contradictions, that make labels look noisy
    result = last_digits(targets, inputs)
    assert not result.solved
    assert why in result.reason
    assert result.program is not None
    assert "Not solved: " in result.program.source


def test_wrong_labels_that_gather_are_told_and_those_at_random_are_not() -> None:
    inputs = np.random.default_rng(7).integers(40, size=(600, 3))
    sequences = from_arrays(inputs, inputs % 10)
    random = np.random.default_rng(8).random(inputs.shape) < 0.03
    assert gathered(sequences, random) == ""
    assert "where the input is 17," in gathered(sequences, inputs == 17)
    late = random & (np.arange(3) == 2)
    assert "where the step is 3," in gathered(sequences, late)


def test_contradictions_that_are_many_are_no_noise() -> None:
    inputs = [[0, 1, 1]] * 6
    targets = [[0, 1, 1]] * 3 + [[0, 1, 0]] * 3
    with pytest.raises(InputError, match="contradict each other"):
        netlift.distill(inputs, targets)
