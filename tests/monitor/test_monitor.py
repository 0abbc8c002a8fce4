"""The commands at the door: distill with columns, inspect, run, and config.toml."""

import csv
import io
import json
import sys
import tomllib
from pathlib import Path

import pytest

from netlift.cli._main import run
from netlift.core._errors import InputError
from netlift.data._config import CONFIG
from netlift.data._options import said_of

FILES = Path(__file__).parents[1] / "data" / "files"
ORDERS = ["--sequence", "order_id", "--order", "second", "--input", "event", "--output", "paid_so_far"]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a result that was made from a log."""
    folder = tmp_path_factory.mktemp("orders") / "out"
    assert run(["distill", str(FILES / "orders.csv"), *ORDERS, "-o", str(folder), "--quiet"]) == 0
    return folder


def test_what_was_given_is_kept_and_repeats_the_run(result: Path, tmp_path: Path) -> None:
    settings = tomllib.loads((result / CONFIG).read_text())
    assert settings["distill"]["inputs"] == ["event"]
    assert settings["columns"]["order"] == "second"
    assert settings["units"] == {"paid_so_far": "1"}
    again = tmp_path / "again"
    assert run(["distill", "--config", str(result / CONFIG), "-o", str(again), "--quiet"]) == 0
    for name in ("program.py", CONFIG):
        assert (again / name).read_bytes() == (result / name).read_bytes()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[distill]\nsequnce = 'a'\n", "[distill] has 'sequnce'; did you mean 'sequence'?"),
        ("[distil]\n", "has 'distil'; expected columns, distill, netlift, text, units"),
        ("[distill\n", "is no TOML"),
        ("distill = 3\n", "distill is 3; expected a table"),
    ],
)
def test_wrong_settings_are_told_in_a_sentence(
    text: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "c.toml"
    file.write_text(text)
    assert run(["distill", "x.csv", "--config", str(file)]) == 2
    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1


def test_run_marks_what_differs(result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", str(result), str(FILES / "orders.csv")]) == 0
    out, err = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 360
    assert all(row["paid_so_far (program)"] == row["paid_so_far"] and row["differs"] == "" for row in rows)
    assert err.startswith("0 of 360 steps differ, in 0 of 60 sequences.")
    lines = (FILES / "orders.csv").read_text().splitlines()
    head, _, paid = lines[7].rpartition(",")
    lines[7] = f"{head},{int(paid) + 4}"
    changed = tmp_path / "changed.csv"
    changed.write_text("\n".join(lines) + "\n")
    written = tmp_path / "beside.csv"
    assert run(["run", str(result), str(changed), "-o", str(written)]) == 1
    assert "1 of 360 steps differ, in 1 of 60 sequences." in capsys.readouterr().out
    marked = [line for line in written.read_text().splitlines() if line.endswith(",paid_so_far")]
    assert marked == [f"{lines[7]},{paid},paid_so_far"]


def test_run_needs_no_answers_in_the_log(
    result: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = b"order_id;second;event\na;2;ship\na;1;pay\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert run(["run", str(result), "-"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[1:] == ["a;2;ship;1;", "a;1;pay;1;"]


def test_run_tells_events_that_the_program_does_not_know(result: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("order_id,second,event,paid_so_far\na,1,steal,0\nb,1,pay,1\n")
    written = tmp_path / "beside.csv"
    assert run(["run", str(result), str(log), "-o", str(written)]) == 1
    rows = list(csv.DictReader(io.StringIO(written.read_text())))
    assert "steal" in rows[0]["differs"]
    assert rows[1]["differs"] == ""


def test_run_refuses_in_a_sentence(result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, sentence in (
        ([str(tmp_path), str(FILES / "orders.csv")], "holds no program.py"),
        ([str(result), str(FILES / "till.csv")], "--sequence 'order_id': there is no such column"),
        ([str(result), str(tmp_path / "nothing.csv")], "no such file"),
    ):
        assert run(["run", *arguments]) == 2
        err = capsys.readouterr().err
        assert sentence in err
        assert err.count("\n") == 1


def test_run_never_executes_what_is_no_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    harm = tmp_path / "harm"
    (tmp_path / "program.py").write_text(
        f"def program(inputs):\n    open({str(harm)!r}, 'w')\n    return inputs\n"
    )
    (tmp_path / "log.csv").write_text("sequence,x,y\n0,1,1\n")
    assert run(["run", str(tmp_path), str(tmp_path / "log.csv")]) == 2
    assert not harm.exists()
    assert "program.py" in capsys.readouterr().err


def test_inspect_prints_text_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(FILES / "orders.csv")]) == 0
    assert " ".join(["netlift distill", str(FILES / "orders.csv"), *ORDERS]) in capsys.readouterr().out
    assert run(["inspect", str(FILES / "meter.tsv"), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["sequences"] == 20
    assert facts["roles"]["sequence"] == "device"


def test_options_of_columns() -> None:
    said = said_of(inputs=["a,b", "c\\,d"], separator="tab", step="0.1")
    assert said.inputs == ("a", "b", "c,d")
    assert said.separator == "\t"
    for wrong in (
        {"inputs": ["a,"]},
        {"inputs": ["a"], "outputs": ["a"]},
        {"separator": "::"},
        {"step": "-1"},
    ):
        with pytest.raises(InputError):
            said_of(**wrong)


def test_an_option_that_nearly_matches_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["distill", "x.csv", "--sequnce", "a"]) == 2
    assert "'--sequence'" in capsys.readouterr().err
    assert run(["inspct", "x.csv"]) == 2
    assert "Did you mean 'inspect'" in capsys.readouterr().err
