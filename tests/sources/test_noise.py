"""Labels that are wrong, missing or before any input, and answers that are random."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netlift
from netlift.core._errors import InputError
from netlift.data import from_arrays, read_sequences
from netlift.data._door import read_file
from netlift.data._said import Said
from netlift.engine._distill import distill_data, distill_sequences
from netlift.engine._run import Run
from netlift.report import checked_line
from netlift.sources import checked_noise, cleared, with_wrong_labels


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
    with pytest.raises(InputError, match="row 0 has no steps"):
        distill_data(data, source="network")
    file.write_text(file.read_text() + json.dumps({"inputs": [], "targets": [], "start": 0}) + "\n")
    with pytest.raises(InputError, match="'start' is 1 in line 1 and 0 in line 202"):
        read_sequences(file)


def test_a_row_without_steps_and_without_a_label_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "words.jsonl"
    file.write_text('{"inputs": [], "targets": []}\n{"inputs": [1], "targets": [0]}\n')
    with pytest.raises(InputError, match="line 1 has no steps"):
        read_sequences(file)


def test_wrong_labels_are_replaced_before_a_network_learns_and_told_of_its_program() -> None:
    words, targets, wrong = even_number_of_b(150, 2)
    given = from_arrays(words, targets, contradictions=True)
    known = cleared(given, "auto", Run.of(0, None, None))
    changed = (known.targets != given.targets).any(axis=2)
    assert np.flatnonzero(changed.any(axis=1)).tolist() == wrong
    known.consistent()
    program = distill_sequences(known, source="data")
    assert program.program is not None
    result = with_wrong_labels(program, given)
    assert result.noise is not None
    assert [one["row"] for one in result.noise.wrong] == wrong
    assert result.program is not None
    assert "Right up to 2 labels" in " ".join(result.program.source.split())
    assert "replaced" in result.checks["train"].against


def test_contradictions_that_are_many_are_no_noise() -> None:
    inputs = [[0, 1, 1]] * 6
    targets = [[0, 1, 1]] * 3 + [[0, 1, 0]] * 3
    with pytest.raises(InputError, match="contradict each other"):
        netlift.distill(inputs, targets)
