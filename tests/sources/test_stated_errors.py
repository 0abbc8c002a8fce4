"""Measured numbers: a law with rational constants, whose largest error is stated, and never called exact."""

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netlift
from netlift.cli._main import run
from netlift.core._context import Context
from netlift.core._errors import InputError
from netlift.data._given import given_data
from netlift.report._result import Result
from netlift.sources import Approximate, sources_for

TABLE = ("--sequence", "run", "--order", "t", "--input", "u", "--output", "T")


def approximated(inputs: Any, targets: Any = None, **columns: Any) -> Result:
    """What `Approximate` derives."""
    given: Any = {"approximate": True, **columns}
    data = given_data(inputs, targets, given)
    return Approximate().derived(data, Context())


def heater(rows: int = 12, steps: int = 60) -> tuple[list[list[int]], list[list[float]]]:
    """Heating with a delay of two steps, measured with a little noise."""
    rng = random.Random(0)
    inputs, targets = [], []
    for _ in range(rows):
        given, before, warm = [rng.randint(0, 9) for _ in range(steps)], [0, 0], 20.0
        found = []
        for u in given:
            before.append(u)
            warm = 0.9 * warm + 0.25 * before[-3] + 1.5
            found.append(warm + rng.gauss(0, 0.01))
        inputs.append(given)
        targets.append(found)
    return inputs, targets


def log_of(folder: Path) -> Path:
    """The heater as a log."""
    rows = ["run,t,u,T"]
    for number, (given, found) in enumerate(zip(*heater(), strict=True)):
        rows += [
            f"{number},{t},{u},{value:.9f}" for t, (u, value) in enumerate(zip(given, found, strict=True))
        ]
    file = folder / "heater.csv"
    file.write_text("\n".join(rows) + "\n")
    return file


def test_constants_of_a_delayed_law_come_back_as_fractions() -> None:
    inputs, targets = heater()
    result = approximated(inputs, targets)
    assert result.program is not None
    assert result.stated is not None
    assert not result.solved
    assert result.accepted
    assert (
        "Law: targets = 9/10 targets one step before + 1/4 inputs 2 steps before + 3/2"
        in result.program.source
    )
    largest = result.stated.largest["targets"]
    unit = Fraction(1, 10**7)
    errors = [
        abs(answer * unit - Fraction(value))
        for given, found in zip(inputs, targets, strict=True)
        for answer, value in zip(result.program(given), found, strict=True)
    ]
    assert abs(max(errors) - largest) <= unit  # the largest of all, and no larger
    assert largest < Fraction(1, 10)


def test_a_threshold_parts_two_laws() -> None:
    rng = random.Random(1)
    inputs = [[rng.randint(-50, 50) for _ in range(30)] for _ in range(30)]
    targets = [[1.5 * max(0, x - 20) + rng.gauss(0, 1e-3) for x in row] for row in inputs]
    result = approximated(inputs, targets)
    assert result.program is not None
    assert result.stated is not None
    assert result.stated.largest["targets"] < Fraction(1, 100)
    assert "inputs > " in result.program.source


def test_symbols_weigh_as_they_do() -> None:
    rng = random.Random(2)
    weights = {"drain": -0.4, "fill": 0.5, "idle": 0.0}
    inputs = [[rng.choice(sorted(weights)) for _ in range(40)] for _ in range(10)]
    targets = []
    for row in inputs:
        level, found = 1.0, []
        for name in row:
            level = 0.95 * level + weights[name]
            found.append(level + rng.gauss(0, 1e-3))
        targets.append(found)
    result = approximated(inputs, targets)
    assert result.program is not None
    assert "1/2 [inputs is fill]" in result.program.source
    assert "2/5 [inputs is drain]" in result.program.source


def test_a_row_of_measured_numbers_goes_on() -> None:
    rng = random.Random(3)
    row = [8 * 0.97**n * np.cos(0.4 * n) + rng.gauss(0, 1e-3) for n in range(100)]
    result = approximated(row)
    assert result.program is not None
    assert result.stated is not None
    assert result.stated.largest["the row"] < Fraction(1, 50)
    following = result.program(list(range(105)))[-1] * 1e-8
    assert abs(following - 8 * 0.97**104 * np.cos(0.4 * 104)) < 0.02


def test_what_no_law_explains_does_not_end_well() -> None:
    rng = random.Random(4)
    inputs, targets = ([[rng.random() for _ in range(20)] for _ in range(20)] for _ in range(2))
    result = approximated(inputs, targets)
    assert not result.accepted
    assert result.stated is not None
    assert not result.stated.useful
    assert "expected a half at least" in result.reason


def test_the_same_seed_gives_the_same_program() -> None:
    found = [approximated(*heater(6, 30)).program for _ in range(2)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].source == found[1].source


def test_the_command_line_states_the_error_and_the_monitor_allows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = log_of(tmp_path)
    out = tmp_path / "out"
    assert run(["distill", str(file), *TABLE, "--approximate", "-o", str(out)]) == 0
    shown = capsys.readouterr().out
    facts = json.loads((out / "result.json").read_text())
    largest = facts["stated_errors"]["largest"]["T"]
    assert facts["solved"] is False
    assert facts["from"] == "data"
    assert f"the largest error on all the data is {largest} for 'T'" in " ".join(shown.split())
    assert "Solved" not in shown
    assert "no error larger than is stated on 12 given sequences" in shown
    assert f"the largest error on all the data is {largest}" in (out / "program.py").read_text()
    assert run(["show", str(out)]) == 0
    assert "Approximate." in capsys.readouterr().out
    assert run(["run", str(out), str(file), "--quiet"]) == 0
    lines = file.read_text().split("\n")
    fields = lines[5].split(",")
    lines[5] = ",".join([*fields[:3], str(float(fields[3]) + 2 * float(largest))])
    file.write_text("\n".join(lines))
    assert run(["run", str(out), str(file), "--quiet"]) == 1
    assert "1 of 720 steps differ" in capsys.readouterr().out


def test_json_lines_are_compared_within_the_error(tmp_path: Path) -> None:
    file = tmp_path / "heater.jsonl"
    inputs, targets = heater(8, 30)
    lines = [json.dumps({"inputs": u, "targets": warm}) for u, warm in zip(inputs, targets, strict=True)]
    file.write_text("\n".join(lines) + "\n")
    out = tmp_path / "out"
    assert run(["distill", str(file), "--approximate", "-o", str(out), "--quiet"]) == 0
    assert run(["run", str(out), str(file), "--quiet"]) == 0
    targets[3][7] += 1
    file.write_text("\n".join([*lines[:3], json.dumps({"inputs": inputs[3], "targets": targets[3]})]) + "\n")
    assert run(["run", str(out), str(file), "--quiet"]) == 1


def test_a_measured_output_is_refused_with_what_can_be_done(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--step 0\.1, or --approximate") as caught:
        given_data({"u": [1, 2], "T": [0.123456789, 1.5]}, None, {"input": "u", "output": "T"})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("inputs", "targets", "told"),
    [
        ([[1, 2, 3]] * 4, [["a", "b", "c"]] * 4, "has symbols; expected numbers"),
        ([[1, 2, 3]], [[0.5, 1.5, 2.5]], "there are 3 outputs; expected 8 at least"),
        ([["a", "b"]], None, "needs outputs that are numbers; found none"),
        ([[1, 2]], [[0.5, 1.5], [1.5]], "inputs has 1 rows and targets 2"),
        ([[1, 2]] * 4, [[0.5, float("inf")]] * 4, "targets has 'inf'; expected numbers that are"),
        ([[1, 2]] * 4, [[0.5, 0.7]] * 4, "approximate is 1; expected True or False"),
    ],
)
def test_mistakes_end_in_one_sentence(inputs: Any, targets: Any, told: str) -> None:
    with pytest.raises(InputError, match=r"^.*$") as caught:
        approximated(inputs, targets, **({"approximate": 1} if "True" in told else {}))
    assert told in str(caught.value)


def test_others_are_not_asked() -> None:
    data = given_data([[1, 2]], [[0.5, 1.5]], {"approximate": True})
    assert [one.name for one in sources_for(data, "network")] == ["approximate"]


def test_from_python() -> None:
    inputs, targets = heater(8, 40)
    result = netlift.distill(inputs, np.array(targets), approximate=True)
    assert result.stated is not None
    assert result.stated.useful
