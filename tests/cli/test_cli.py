"""The command line and what the user sees of a run: messages, exit codes, folders, progress."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from netlift.cli._main import run
from netlift.core._errors import InputError
from netlift.core._signals import NOTHING_KEPT
from netlift.core._version import __version__
from netlift.data._config import CONFIG
from netlift.report import (
    FILES,
    Bar,
    Lines,
    Recorder,
    Silent,
    checked_line,
    fill_folder,
    result_folder,
    show_result,
    write_whole,
)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence with which a command line is refused."""
    assert run(list(arguments)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("netlift: ")
    assert captured.err.count("\n") == 1
    return captured.err.removeprefix("netlift: ").rstrip("\n")


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"netlift {__version__}\n"
    assert run(["--help"]) == 0
    assert "distill" in capsys.readouterr().out
    assert run([]) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["distil", "x"], "No such command 'distil'. Did you mean 'distill'?"),
        (
            ["distill", "x", "--sede", "1"],
            "No such option '--sede'. (Did you mean one of: '--scheduler', '--seed', '--step'?)",
        ),
        (
            ["distill"],
            "distill needs a SOURCE: a file of sequences (`netlift inspect FILE` says what to do with it) "
            "or the "
            "name of a task (`netlift tasks` lists them).",
        ),
        (["distill", "x", "--seed", "-1"], "Invalid value for '--seed': -1 is not in the range x>=0."),
        (["distill", "x", "--budget", "0"], "--budget 0.0 is no positive number of seconds."),
        (["distill", "x", "--budget", "nan"], "--budget nan is no positive number of seconds."),
        (
            ["distill", "x", "--quiet", "--verbose"],
            "--quiet and --verbose contradict each other; give one of them.",
        ),
        (["tasks", "-n", "3"], "-o and -n need the NAME of a task."),
        (["bench", "--jobs", "0"], "Invalid value for '--jobs' / '--workers': 0 is not in the range x>=1."),
    ],
)
def test_wrong_usage_is_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(capsys, *arguments) == sentence


def test_unknown_sources_get_a_suggestion(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lights.csv").write_text("sequence,x,y\n")
    assert "did you mean 'sum_all'?" in refused(capsys, "distill", "sum_al")
    assert "did you mean 'lights.csv'?" in refused(capsys, "distill", "light")
    assert "`netlift tasks` lists the tasks." in refused(capsys, "distill", "zzzzzzzz")
    assert refused(capsys, "distill", "lihgts.csv") == "lihgts.csv: no such file; did you mean lights.csv?"
    assert refused(capsys, "distill", "zz/zz.npz") == "zz/zz.npz: no such file."
    assert "did you mean 'div_3'?" in refused(capsys, "bench", "--tasks", "sum_all,div3")
    assert "did you mean 'div_5'?" in refused(capsys, "tasks", "div5")
    assert sorted(os.listdir()) == ["lights.csv"]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["distill", "nothing.csv"], ["distill", "nothing"], ["tasks"]]
)
def test_nothing_heavy_is_imported_in_vain(arguments: list[str], tmp_path: Path) -> None:
    script = (
        "import sys; from netlift.cli._main import run; run(sys.argv[1:]);"
        "print(sorted({'numba', 'scipy'} & set(sys.modules)), file=sys.stderr)"
    )
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"
    assert os.listdir(tmp_path) == []


def test_tasks_are_listed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tasks"]) == 0
    assert "base_3_addition" in capsys.readouterr().out
    assert run(["tasks", "sum_all"]) == 0
    assert capsys.readouterr().out.startswith("sum_all: ")
    file = tmp_path / "sum.npz"
    assert run(["tasks", "sum_all", "-o", str(file), "-n", "20", "--seed", "3"]) == 0
    with np.load(file, allow_pickle=False) as content:
        inputs, targets = content["inputs"], content["targets"]
    assert inputs.shape == targets.shape == (20, 10, 1)
    assert np.array_equal(np.cumsum(inputs, axis=1), targets)
    capsys.readouterr()
    assert "no name that ends in .npz" in refused(capsys, "tasks", "sum_all", "-o", str(tmp_path / "sum.csv"))
    assert "there is no folder" in refused(capsys, "tasks", "sum_all", "-o", str(tmp_path / "no" / "sum.npz"))
    assert os.listdir(tmp_path) == ["sum.npz"]


def test_the_folder_is_checked_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert result_folder(None, "mine") == Path("runs", "mine-1")
    Path("runs", "mine-1").mkdir(parents=True)
    assert result_folder(None, "mine") == Path("runs", "mine-2")
    Path("file").write_text("")
    with pytest.raises(InputError, match="-o file is a file; give a folder"):
        result_folder("file", "mine")
    with pytest.raises(InputError, match="file is a file"):
        result_folder("file/below", "mine")
    Path("own").mkdir()
    Path("own", "program.py").write_text("mine")
    with pytest.raises(InputError, match=r"holds a program\.py but no result\.json"):
        result_folder("own", "mine")
    Path("nets").mkdir()
    Path("nets", "network.json").write_text("mine")
    with pytest.raises(InputError, match=r"holds a network\.json but no result\.json"):
        result_folder("nets", "mine")
    with pytest.raises(InputError, match="-o is empty"):
        result_folder("", "mine")


def test_a_disk_that_refuses_is_one_sentence(tmp_path: Path) -> None:
    def full(beside: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(InputError, match="out cannot be written: No space left on device"):
        fill_folder(tmp_path / "out", full)
    assert os.listdir(tmp_path) == []


def save_two(folder: Path) -> None:
    (folder / "program.py").write_text("new")
    (folder / "result.json").write_text("new")


def test_a_folder_is_filled_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "a"
    fill_folder(folder, save_two)
    (folder / "kept.txt").write_text("the user's")

    def interrupted(beside: Path) -> None:
        (beside / "program.py").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill_folder(folder, interrupted)
    assert (folder / "program.py").read_text() == "new"
    (folder / "certificate.json").write_text("of the old program")
    fill_folder(folder, lambda beside: write_whole(beside / "result.json", "failed"))
    assert sorted(os.listdir(folder)) == ["kept.txt", "result.json"]
    assert os.listdir(tmp_path / "runs") == ["a"]


def test_files_are_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "text\n")
    write_whole(path, b"bytes\n")
    assert path.read_bytes() == b"bytes\n"
    with pytest.raises(OSError, match="missing"):
        write_whole(tmp_path / "missing" / "a.txt", "")
    path.unlink()
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OSError, match=r"a\.txt"):
        write_whole(path, "text")
    assert os.listdir(tmp_path) == ["a.txt"]


def test_progress_as_lines() -> None:
    stream = io.StringIO()
    progress = Recorder(Lines(stream, facts=True))
    progress.stage("train")
    progress.update(network="H4 W32", best_accuracy=0.93)
    progress.update(network="H4 W32", best_accuracy=0.93)
    progress.log("solved")
    texts = [line.split(" s  ", 1)[1] for line in stream.getvalue().splitlines()]
    assert texts == ["[train]", "  network H4 W32, best accuracy 0.93", "  solved"]
    assert progress.lines == ("[train]", "solved")
    Lines(stream := io.StringIO()).update(network="H4")
    assert stream.getvalue() == ""


def test_progress_as_a_bar_and_as_nothing() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80, _environ={})
    with Bar(console) as bar:
        bar.stage("train")
        bar.update(network="H4 W32")
        bar.log("kept line")
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "kept line" in text
    assert "network H4 W32" in text
    silent = Silent()
    silent.stage("train")
    silent.update(network="H4")
    silent.log("nothing")


FACTS: dict[str, Any] = {
    "solved": True,
    "reason": "",
    "findings": [],
    "seconds": {"total": 12.34},
    "checks": {
        "train": {"sequences": 45000, "errors": 0, "against": "data"},
        "fresh": {"sequences": 100000, "errors": 2, "against": "rule"},
    },
}


def test_the_result_is_shown_with_what_was_checked() -> None:
    line = checked_line(FACTS)
    assert "no error on 45,000 training sequences; 2 wrong on 100,000 newly drawn sequences" in line
    console = Console(file=io.StringIO(), width=60)
    source = (
        '"""Doc."""\n\n\ndef program(inputs):\n    return inputs\n\n\nif __name__ == "__main__":\n    pass\n'
    )
    show_result(FACTS, source, "runs/a-1", console)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert lines[3:] == [
        "def program(inputs):",
        "    return inputs",
        "",
        "Solved in 12.3 s; written to runs/a-1.",
        line,
    ]
    console = Console(file=io.StringIO(), width=60)
    show_result({**FACTS, "solved": False, "reason": "No network was exact."}, None, "runs/a-2", console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert text.startswith("Not solved: No network was exact; what was found is in runs/a-2.")


def write_sums(path: Path, count: int = 300) -> None:
    inputs = np.random.default_rng(0).integers(-9, 10, (count, 8))
    np.savez(path, inputs=inputs, targets=np.cumsum(inputs, axis=1))


def test_a_file_is_distilled_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_sums(tmp_path / "sums.npz")
    folder = tmp_path / "out"
    command = ["distill", str(tmp_path / "sums.npz"), "-o", str(folder)]
    assert run(command) == 0
    captured = capsys.readouterr()
    assert "total += x" in captured.out
    assert "fresh interpreter: no error on" in captured.out
    assert captured.err.split(" s  ", 1)[1].startswith("[data]\n")
    assert "300 sequences of up to 8 steps" in captured.err
    assert "[train]" in captured.err
    facts = json.loads((folder / "result.json").read_text())
    assert facts["solved"] is True
    first = (folder / "program.py").read_bytes()
    assert run([*command, "--quiet"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == (first.decode(), "")
    assert (folder / "program.py").read_bytes() == first
    assert sorted(os.listdir(tmp_path)) == ["out", "sums.npz"]
    assert sorted(os.listdir(folder)) == sorted([*FILES, CONFIG, "report.html"])


def test_an_interrupted_run_leaves_nothing_half_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 10, (2_000, 10))
    scrambled = np.cumsum(inputs**3 * 7919, axis=1) // 101 % 10
    np.savez(tmp_path / "noise.npz", inputs=inputs, targets=scrambled)
    start = (  # background shells ignore interrupts, and so would a process that they started
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from netlift.cli._main import main; main()"
    )
    command = [sys.executable, "-c", start, "distill", "noise.npz", "-o", "out", "--verbose"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("[train]" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in rest
    if (tmp_path / "out").exists():  # on a slow machine the first steps of training were kept before
        goes_on = "`netlift distill --resume out` goes on from what is kept there"
        assert rest.splitlines()[-1] == f"netlift: interrupted; {goes_on}."
        assert os.listdir(tmp_path / "out") == ["journal"]
    else:
        assert rest.splitlines()[-1] == f"netlift: interrupted; {NOTHING_KEPT}."
        assert os.listdir(tmp_path) == ["noise.npz"]
