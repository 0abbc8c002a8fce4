"""Files as people have them, and what each ends in: small ones here, and those beside the checkout.

What takes long is marked slow: `pytest -m slow tests/data/test_cases.py`.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlift.cli._main import run
from netlift.data._door import read_data
from netlift.data._inspect import inspect_file
from netlift.data._said import Said
from netlift.program import Program

FILES = Path(__file__).parent / "files"
CASES = Path(__file__).parents[3] / "shared" / "cases"


def beside(name: str) -> Path:
    """A file of the cases beside the checkout, where they are there."""
    for folder in (CASES, CASES.parents[2] / "shared" / "cases"):
        if (folder / name).is_file():
            return folder / name
    pytest.skip("the cases are not beside this checkout")


def distilled(file: Path, folder: Path, *options: str) -> tuple[Program, dict[str, Any]]:
    """The program and result.json of a file that is solved."""
    assert run(["distill", str(file), "-o", str(folder), "--quiet", *options]) == 0
    facts: dict[str, Any] = json.loads((folder / "result.json").read_text())
    return Program((folder / "program.py").read_text()), facts


ORDERS = ("--sequence", "order_id", "--order", "second", "--input", "event", "--output", "paid_so_far")
EUROPEAN = (
    *("--sequence", "Case ID", "--order", "dd-mm-yyyy:HH.MM"),
    *("--input", "Activity", "--output", "Costs"),
)
EVENTS = ("--sequence", "case_id", "--order", "timestamp", "--input", "activity", "--output", "payments")


def test_a_log_in_any_order_is_counted(tmp_path: Path) -> None:
    program, _ = distilled(FILES / "orders.csv", tmp_path / "out", *ORDERS)
    assert program(["pay", "ship", "return", "pay"]) == [1, 1, 1, 2]
    assert "the inputs are 'event'; the answers are 'paid_so_far'" in program.source


def test_decimal_commas_are_whole_cents_and_told(tmp_path: Path) -> None:
    options = ("--sequence", "Beleg", "--order", "Zeitpunkt", "--input", "Preis", "--output", "Summe §")
    program, facts = distilled(FILES / "till.csv", tmp_path / "out", *options)
    assert program([2, 11, 5]) == [2, 13, 18]
    assert "a 1 of 'Preis' is 0.25" in program.source
    log = (tmp_path / "out" / "log.txt").read_text()
    for told_of in ("Latin-1", "semicolons", "'%d.%m.%Y %H:%M'"):
        assert told_of in log
    assert facts["solved"]


def test_events_alone_say_what_may_come_next(tmp_path: Path) -> None:
    program, _ = distilled(FILES / "visits.jsonl", tmp_path / "out", "--input", "trace")
    assert program(["enter", "look", "ask", "leave"]) == ["look", "ask", "leave | look", "(end)"]
    assert run(["run", str(tmp_path / "out"), str(FILES / "visits.jsonl"), "--quiet"]) == 0


def test_a_row_of_numbers_goes_on(tmp_path: Path) -> None:
    program, _ = distilled(FILES / "row.json", tmp_path / "out")
    row = json.loads((FILES / "row.json").read_text())
    assert program(list(range(31)))[:30] == row
    assert program(list(range(31)))[30] == 3 * row[29] - row[28] + 1


def test_a_column_that_marks_resets(tmp_path: Path) -> None:
    options = ("--sequence", "device", "--order", "tick", "--input", "pulses", "--output", "reading")
    program, _ = distilled(FILES / "meter.tsv", tmp_path / "out", *options, "--reset", "restarted")
    assert program([1, 5, 2]) == [1, 6, 8]


@pytest.mark.parametrize("name", ["orders.csv", "till.csv", "visits.jsonl", "row.json", "meter.tsv"])
def test_inspect_proposes_a_command_that_reads_the_file(name: str) -> None:
    found = inspect_file(str(FILES / name))
    assert found.command.startswith("netlift distill ")
    assert found.sequences > 0


def test_case_eventlog(tmp_path: Path) -> None:
    file = beside("eventlog.csv")
    program, _ = distilled(file, tmp_path / "out", *EVENTS)
    assert program(["create", "pay", "ship", "pay"]) == [0, 1, 1, 2]
    assert run(["run", str(tmp_path / "out"), str(file), "--quiet"]) == 0


def test_case_european() -> None:
    found = inspect_file(str(beside("european.csv")))
    assert found.roles == {
        "sequence": "Case ID",
        "order": "dd-mm-yyyy:HH.MM",
        "inputs": ["Activity"],
        "outputs": ["Costs"],
    }
    assert found.problem == ""


def test_case_noout(tmp_path: Path) -> None:
    file = beside("noout.jsonl")
    program, _ = distilled(file, tmp_path / "out")
    assert "First may come: e1X." in program.source
    assert run(["run", str(tmp_path / "out"), str(file), "--quiet"]) == 0


RECURRENCES: dict[str, Callable[[int, list[int]], int]] = {
    "numbers.json": lambda n, a: a[-1] + 2 * a[-2] - n,
    "numbers2.json": lambda n, a: a[-1] + a[-3],
}


@pytest.mark.parametrize("name", RECURRENCES)
def test_case_numbers(name: str, tmp_path: Path) -> None:
    file = beside(name)
    program, _ = distilled(file, tmp_path / "out")
    row = json.loads(file.read_text())
    assert program(list(range(len(row)))) == row
    for place in range(len(row), 2 * len(row)):  # the recurrence, beyond the row
        row.append(RECURRENCES[name](place, row))
    assert program(list(range(len(row)))) == row


def test_case_one_session_is_thin_evidence(tmp_path: Path) -> None:
    program, facts = distilled(beside("one_session.jsonl"), tmp_path / "out")
    assert program(["S"] * 5) == ["A", "B", "B", "B", "B"]
    assert "Nothing was held out" in " ".join(facts["findings"])


def test_case_sessions_are_a_partial_machine(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(["distill", str(beside("sessions.jsonl")), "-o", str(out), "--quiet"]) == 1
    facts = json.loads((out / "result.json").read_text())
    assert facts["from"] == "data"
    assert facts["checks"]["train"] == {
        "sequences": 30,
        "errors": 0,
        "against": "the data that it was read from",
    }
    assert {"commit", "begin"} <= set(facts["unseen"][0]["inputs"])
    program = Program((out / "program.py").read_text())
    with pytest.raises(KeyError, match="commit"):
        program(["commit"])


def test_case_empty_word_is_part_of_the_machine(tmp_path: Path) -> None:
    program, facts = distilled(beside("empty_word.jsonl"), tmp_path / "out")
    assert facts["start"] == 1
    assert "Before any input the answer is 1." in program.source


def test_case_rrxor_has_two_random_answers_of_three(tmp_path: Path) -> None:
    program, facts = distilled(beside("rrxor.jsonl"), tmp_path / "out")
    random = facts["noise"]["random"]
    assert all(0.45 < share < 0.55 for one in random for _, share in one["frequencies"])
    assert program([0, 1, 1, 1, 1, 0]) == ["random", 1, "random", "random", 0, "random"]


def test_case_daikon_finds_the_one_column(tmp_path: Path) -> None:
    program, _ = distilled(beside("daikon.csv"), tmp_path / "out")
    assert "x1, x2, x4, x5, x6, x7 and x8 play no part" in " ".join(program.source.split())
    assert "x3 > 37" in program.source
    steps = [(0, 0, x3, 0, 0, 0, 0, 0) for x3 in (37, 38, 1)]
    assert program(steps) == [1, 0, 0]


def alarmed(temperatures: list[float], snoozed: list[int]) -> list[int]:
    """The rules of the alarm: on above 100, off below 95, silent for three steps."""
    on, left, answers = False, 0, []
    for warm, snooze in zip(temperatures, snoozed, strict=True):
        on = warm > 100 or (on and warm >= 95)
        left = 3 if snooze else left
        answers.append(int(on and not left))
        left = max(left - 1, 0)
    return answers


@pytest.mark.slow
@pytest.mark.parametrize(("name", "unit"), [("alarm.jsonl", 1), ("alarm_half.jsonl", 2)])
def test_case_alarm_is_three_rules(name: str, unit: int, tmp_path: Path) -> None:
    program, _ = distilled(beside(name), tmp_path / "out")
    rng = np.random.default_rng(0)
    warm = np.clip(np.cumsum(rng.integers(-9, 10, size=2_000)) % 60 + 65, 0, 120)
    pressed = (rng.random(2_000) < 0.1).astype(int).tolist()
    steps = list(zip((warm * unit).tolist(), pressed, strict=True))
    assert program(steps) == alarmed(warm.tolist(), pressed)
    assert "is_on" in program.source
    assert "steps_left" in program.source
    if unit == 2:
        assert "189 is 94.5, 200 is 100" in " ".join(program.source.split())


@pytest.mark.slow
def test_case_deadtime(tmp_path: Path) -> None:
    program, _ = distilled(beside("deadtime.jsonl"), tmp_path / "out")
    given, warm, expected = [50, 0, 50, 50, 0, 0, 50] * 30, 0, []
    for step in range(len(given)):
        warm = (9 * warm + (given[step - 5] if step >= 5 else 0)) // 10
        expected.append(warm)
    assert program(given) == expected


@pytest.mark.slow
def test_case_planning42_has_a_rule_for_each_output(tmp_path: Path) -> None:
    program, _ = distilled(beside("planning42.jsonl"), tmp_path / "out")
    assert len(program(["a"])[0]) == 42
    body = program.source.split("def program")[1].split("return")[0]
    assert not any(sign in body for sign in ("//", "%", "^", "isqrt", "bit_count"))


@pytest.mark.slow
def test_case_resets(tmp_path: Path) -> None:
    program, _ = distilled(beside("resets.jsonl"), tmp_path / "out")
    assert program(["4", "1", "boot", "2", "2"]) == [4, 5, 0, 2, 4]
    assert "int(x)" in program.source


@pytest.mark.slow
def test_case_end_label_noisy(tmp_path: Path) -> None:
    file = beside("end_label_noisy.jsonl")
    program, facts = distilled(file, tmp_path / "out")
    words = [json.loads(line) for line in file.read_text().splitlines()]
    even = [word["inputs"].count("b") % 2 == 0 for word in words]
    flipped = [n for n, word in enumerate(words, 1) if word["targets"][-1] != int(even[n - 1])]
    assert sorted(one["row"] + 1 for one in facts["noise"]["wrong"]) == flipped
    assert len(flipped) == 20
    assert f"sequence {flipped[0]} step" in " ".join(program.source.split())
    assert program(["b", "a", "b"]) == [0, 0, 1]


@pytest.mark.slow
def test_case_european_is_distilled(tmp_path: Path) -> None:
    file = beside("european.csv")
    program, facts = distilled(file, tmp_path / "out", *EUROPEAN)
    assert program(["register", "check", "decide"]) == [0, 50, 100]
    assert "%" not in program.source.split("def program")[1].split("# As a script")[0]
    assert "only the data that the program was made from confirm it" in " ".join(facts["findings"])


def test_case_alarm_half_is_read_in_halves() -> None:
    data = read_data(str(beside("alarm_half.jsonl")))
    assert data.kind == "answers"
    assert [one.told(1) for one in data.inputs] == ["0.5", "1"]


@pytest.mark.parametrize(
    "name", ["daikon.csv", "alarm.jsonl", "deadtime.jsonl", "resets.jsonl", "planning42.jsonl"]
)
def test_cases_in_netlifts_own_form_pass_the_door(name: str) -> None:
    data = read_data(str(beside(name)), Said())
    assert data.kind == "answers"
    assert data.notes == ()
