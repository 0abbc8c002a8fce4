"""Files as people have them, and what each ends in: small ones here, and those beside the checkout.

What takes minutes of search is not repeated here; of those files the door alone is tried.
"""

import json
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize("name", ["numbers.json", "numbers2.json"])
def test_case_numbers(name: str, tmp_path: Path) -> None:
    file = beside(name)
    program, _ = distilled(file, tmp_path / "out")
    row = json.loads(file.read_text())
    assert program(list(range(len(row)))) == row


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
