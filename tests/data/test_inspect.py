"""What `netlift inspect` finds, and what it proposes."""

import json
from pathlib import Path

import pytest

from netlift.core._progress import Recorder, Silent
from netlift.data import _door, _inspect
from netlift.data._inspect import inspect_file, told_lines
from netlift.data._said import Said

LOG = """case_id;timestamp;activity;who;ok;total
a;2024-01-01 10:00;open;x;true;0.5
a;2024-01-01 11:00;pay;x;TRUE;1.5
b;2024-01-01 10:00;open;;1;0.5
b;2024-01-01 11:00;pay;y;false;1.5
"""


def test_a_log_is_described_and_the_command_proposed(tmp_path: Path) -> None:
    path = tmp_path / "the log.csv"
    path.write_text(LOG)
    found = inspect_file(str(path))
    kinds = {one.name: one.kind for one in found.columns}
    assert list(kinds.values()) == ["text", "time", "text", "text", "number", "number"]
    assert found.roles["sequence"] == "case_id"
    assert found.roles["order"] == "timestamp"
    assert found.roles["inputs"] == ["activity"]
    assert found.roles["outputs"] == ["total"]
    assert (found.sequences, found.lengths, found.repeated, found.prefixes) == (2, (2, 2, 2), 1, 2)
    assert found.problem == ""
    text = "\n".join(told_lines(found))
    assert "who: text, 2 different, 'x', 'y', 1 of 4 missing" in text
    assert "total [output]: number, 0.5 to 1.5, in steps of 0.5" in text
    assert "'true', 'TRUE', '1' as 1" in text
    assert (
        f"netlift distill '{path}' --sequence case_id --order timestamp --input activity --output total"
        in text
    )
    json.dumps(found.facts())


def test_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case,event,level,sum\na,x,1,2\na,x,2,0\nb,y,1,1\n")
    for wrong in (Said(sequence="nope"), Said(text=("nope",))):
        assert "'nope': there is no such column" in inspect_file(str(path), wrong).problem


def test_contradictions_are_counted_and_the_refusal_told(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(LOG.replace("b;2024-01-01 11:00;pay;y;false;1.5", "b;2024-01-01 11:00;pay;y;false;2.5"))
    found = inspect_file(str(path))
    assert found.contradictions == 1
    path = tmp_path / "log.jsonl"
    path.write_text('{"a": ["x"], "output": [1]}\n{"a": ["x"], "output": [2]}\n')
    found = inspect_file(str(path))
    assert found.roles == {"inputs": ["a"], "outputs": ["output"]}
    assert found.contradictions == 1


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("row.json", "[1, 2, 3, 5]", "one row of numbers"),
        ("own.csv", "sequence,step,x,y\n0,0,1,1\n", "a table with a row a step"),
        ("own.jsonl", '{"inputs": [1], "targets": [2]}\n', "JSON lines with a sequence each"),
        ("events.jsonl", '{"inputs": ["a", "b"]}\n', "JSON lines with a sequence each"),
    ],
)
def test_other_files_have_a_command_too(tmp_path: Path, name: str, text: str, form: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    found = inspect_file(str(path))
    assert found.form == form
    assert found.problem == ""
    assert found.command.startswith(f"netlift distill {path}")


def test_a_step_is_proposed_for_measured_numbers(tmp_path: Path) -> None:
    path = tmp_path / "sensor.csv"
    path.write_text("t,temp,on\n" + "".join(f"{t},{10 + t / 7!r},{t % 2}\n" for t in range(140)))
    found = inspect_file(str(path))
    assert found.problem == ""
    assert found.command.endswith("--order t --input temp --output on --step 0.1")


def test_a_column_of_starts_and_completions_is_a_lifecycle(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    rows = ["case,when,what,mark,done"]
    for case in "ab":
        for step in range(3):
            rows += [f"{case},{2 * step},drill,start,{step}", f"{case},{2 * step + 1},drill,Complete,{step}"]
    file.write_text("\n".join(rows) + "\n")
    found = inspect_file(str(file))
    assert found.roles["lifecycle"] == "mark"
    assert found.roles["inputs"] == ["what"]
    assert "--lifecycle mark" in found.command


def test_what_tells_rows_of_one_order_apart_names_sequences(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    rows = [
        f"{who},{step},{'ab'[step % 2]},{step}"
        for who in ("01", "1", "1.0", "NA", "null")
        for step in range(3)
    ]
    file.write_text("who,t,x,y\n" + "\n".join(rows) + "\n")
    found = inspect_file(str(file))
    assert found.roles == {"sequence": "who", "order": "t", "inputs": ["x"], "outputs": ["y"]}
    assert found.sequences == 5
    file.write_text("who,t,x,y\n" + "\n".join(f"{k % 2},{k},a,1" for k in range(6)) + "\n")
    assert "sequence" not in inspect_file(str(file)).roles


def test_what_never_changes_and_free_text_are_no_outputs(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    notes = [f"{word} {number}" for number in range(60) for word in ("left", "right")]
    rows = [f"only,{n % 7},{'ab'[n % 2]},{n % 3},here,{note}" for n, note in enumerate(notes)]
    path.write_text("\n".join(["plant,t,event,level,place,note", *rows]))
    assert inspect_file(str(path)).roles == {"order": "t", "inputs": ["event"], "outputs": ["level"]}
    path.write_text("\n".join(["plant,push,level", *(f"only,{n % 5},{n % 3}" for n in range(30))]))
    assert inspect_file(str(path)).roles == {"inputs": ["push"], "outputs": ["level"]}


def test_a_column_that_counts_the_rows_of_each_sequence_orders_them(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case,nr,event,sum\na,3,x,2\na,1,x,0\na,2,y,5\nb,8,x,0\nb,7,y,1\n")
    assert inspect_file(str(path)).roles["order"] == "nr"
    path.write_text("case,nr,event,sum\na,3,x,2\na,1,x,0\na,1,y,5\nb,8,x,0\nb,7,y,1\n")
    assert "order" not in inspect_file(str(path)).roles
    rows = [f"c{case},{case % 7},{case % 2},{case % 3}" for case in range(30)]
    path.write_text("\n".join(["case,level,mode,sum", *rows, "c0,1,0,1"]))  # one row counts nothing
    assert inspect_file(str(path)).roles["inputs"] == ["level", "mode"]
    path.write_text("case,event,sum\na,x,1\na,x,2\nb,y,1\n")  # what counts steps may be the answer
    assert inspect_file(str(path)).roles["outputs"] == ["sum"]


def test_one_column_of_numbers_is_a_row_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "row.csv"
    path.write_text("\n".join(["month,sold", *(f"2024-{n:02d}-01,{n * n}" for n in range(1, 13))]))
    found = inspect_file(str(path))
    assert found.roles == {"order": "month", "outputs": ["sold"]}
    assert found.would.startswith("look for the recurrence")
    assert found.alphabets == {"sold": 12}


def test_a_list_as_long_as_the_inputs_is_the_output(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text('{"requests": ["a", "b"], "tags": ["x"], "answers": [1, 2]}\n' * 2)
    assert inspect_file(str(path)).roles == {"inputs": ["requests"], "outputs": ["answers"]}
    path.write_text('{"requests": ["a", "b"], "tags": ["x"]}\n')
    assert inspect_file(str(path)).roles == {"inputs": ["requests"]}


def test_numbers_of_rows_are_no_output(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = [f"{'ab'[n // 4]},{n % 4},x,{n % 3},{7 - n}" for n in range(8)]
    path.write_text("\n".join(["case,t,event,sum,row", *rows]))
    assert inspect_file(str(path)).roles["outputs"] == ["sum"]


def test_a_column_of_marks_in_several_spellings_marks_resets(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    marks = ["true", "", "yes", "no", ""]
    path.write_text("\n".join(["t,boot,event,y", *(f"{n},{one},a,{n % 2}" for n, one in enumerate(marks))]))
    found = inspect_file(str(path))
    assert found.roles == {"order": "t", "inputs": ["event"], "outputs": ["y"], "reset": "boot"}
    assert (found.problem, found.sequences) == ("", 2)


def test_a_long_table_tells_how_many_rows_were_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_door, "_LOGGED", 4)
    monkeypatch.setattr(_inspect, "TOLD", 2)
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["t,event,y", *(f"{n},a,{n % 2}" for n in range(9))]))
    heard = Recorder(Silent())
    inspect_file(str(path), progress=heard)
    assert [line.split("  ")[-1] for line in heard.lines] == ["4 rows are read", "8 rows are read"]
