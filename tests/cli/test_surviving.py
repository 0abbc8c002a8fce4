"""Runs that are killed, damaged or disturbed: nothing is lost, nothing half-written, and they go on."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import netlift
from netlift.bench import _command, _distilled
from netlift.bench import _run as _bench
from netlift.bench._finished import finished_row, refuse_other, write_stamped
from netlift.cli import _main as cli
from netlift.core._errors import InputError
from netlift.core._journal import kept
from netlift.core._signals import NOTHING_KEPT
from netlift.report import _run_folder
from netlift.report._run_folder import RunFolder, read_settings

SOURCE = Path(netlift.__file__).parent


def environment(**more: str) -> dict[str, str]:
    """That of a run of this package."""
    return {**os.environ, "PYTHONPATH": str(SOURCE.parent), "NETLIFT_THREADS": "1", **more}


def started(*command: str, cwd: Path, **named: Any) -> "subprocess.Popen[str]":
    """A netlift whose output is read as text; Ctrl-C reaches it whoever runs the tests."""
    named.setdefault("env", environment())
    named.setdefault("preexec_fn", lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [sys.executable, "-m", "netlift", *command], cwd=cwd, text=True, **{**pipes, **named}
    )


def bits(folder: Path, count: int = 400) -> Path:
    """A small file whose network is trained by gradient: the parity of what came so far."""
    inputs = np.random.default_rng(0).integers(0, 2, (count, 8))
    np.savez(folder / "bits.npz", inputs=inputs, targets=np.cumsum(inputs, axis=1) % 2)
    return folder / "bits.npz"


def content(folder: Path) -> dict[str, bytes]:
    """The files of a result, without the seconds that it took."""
    files = {}
    for file in folder.iterdir():
        if file.name == "result.json":
            facts = json.loads(file.read_text())
            assert facts.pop("seconds")["total"] > 0
            files[file.name] = json.dumps(facts).encode()
        elif file.name != "report.html":  # which shows seconds as well
            files[file.name] = file.read_bytes()
    return files


# The folder of a run


class Made:
    """Stands for a result: solved, with one file and a program."""

    solved = True
    reason = ""
    program = SimpleNamespace(source="def program(inputs):\n    return inputs\n")
    stated = None  # no errors in the unit of measured numbers
    accepted = False

    def write_files(self, folder: Path, command: str = "") -> None:
        (folder / "log.txt").write_text(command)
        (folder / "result.json").write_text("{}")

    def facts(self) -> dict[str, Any]:
        return {"solved": True, "seconds": {"total": 1.0}, "findings": [], "checks": {}, "certificate": []}


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A run whose work is one entry of the journal, after which it ends as "error" says."""
    state: dict[str, Any] = {"error": None, "done": 0, "kept": True}

    def distilled(task: Any, source: str, said: Any, given: Any, claim: Any) -> tuple[Made, None]:
        claim()

        def compute() -> Any:
            state["done"] += 1
            return {"one": np.ones(1)}, None

        if state["kept"]:
            kept("work", lambda: (given["seed"],), compute)
        if state["error"] is not None:
            raise state["error"]
        return Made(), None

    monkeypatch.setattr(_distilled, "distill_source", distilled)
    return state


RUN = ["distill", "sum_all", "--seed", "3", "--quiet"]


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_a_run_that_was_stopped_goes_on(
    error: type[BaseException],
    named: bool,
    work: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = "out" if named else "runs/sum_all-1"
    work["error"] = error()
    code = cli.run([*RUN, "-o", "out"] if named else RUN)
    told = capsys.readouterr().err
    assert code == (130 if error is KeyboardInterrupt else 2)
    if code == 130:
        goes_on = f"`netlift distill --resume {folder}` goes on from what is kept there"
        assert told == f"netlift: interrupted; {goes_on}.\n"
    assert os.listdir(folder) == ["journal"]
    work["error"] = None
    assert cli.run(["distill", "--resume", folder, "--quiet"]) == 0
    assert capsys.readouterr().out == Made.program.source
    assert work["done"] == 1
    assert sorted(os.listdir(folder)) == ["config.toml", "log.txt", "result.json"]
    assert (Path(folder) / "log.txt").read_text() == "netlift distill sum_all --seed 3"
    assert "seed = 3" in (Path(folder) / "config.toml").read_text()


def test_nothing_stays_of_a_run_that_kept_nothing(
    work: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    work.update(error=KeyboardInterrupt(), kept=False)
    for command in (RUN, [*RUN, "-o", "a/b"]):
        assert cli.run(command) == 130
        assert capsys.readouterr().err == f"netlift: interrupted; {NOTHING_KEPT}.\n"
        assert os.listdir() == []


def test_an_earlier_result_stays_until_there_is_a_new_one(
    work: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run([*RUN, "-o", "out"]) == 0
    work["error"] = KeyboardInterrupt()
    before = {file.name: file.read_bytes() for file in Path("out").iterdir()}
    assert cli.run(["distill", "sum_all", "--quiet", "-o", "out"]) == 130
    assert {name: (Path("out") / name).read_bytes() for name in before} == before
    work["error"] = None
    assert cli.run(["distill", "--resume", "out", "--quiet"]) == 0
    assert (Path("out") / "log.txt").read_text() == "netlift distill sum_all"


def test_a_finished_result_is_set_aside_and_not_overwritten(
    work: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run([*RUN, "-o", "out"]) == 0
    first = {file.name: file.read_bytes() for file in Path("out").iterdir()}
    assert cli.run([*RUN, "-o", "out"]) == 0  # the same again, its seconds apart
    assert (os.listdir(), capsys.readouterr().err) == (["out"], "")
    for number, seed in enumerate((4, 5), 1):
        assert cli.run(["distill", "sum_all", "--seed", str(seed), "--quiet", "-o", "out"]) == 0
        assert capsys.readouterr().err == (
            f"netlift: out: the result of an earlier run is set aside as out.earlier-{number}.\n"
        )
        assert (Path("out") / "log.txt").read_text() == f"netlift distill sum_all --seed {seed}"
    assert {file.name: file.read_bytes() for file in Path("out.earlier-1").iterdir()} == first
    assert sorted(os.listdir()) == ["out", "out.earlier-1", "out.earlier-2"]


@pytest.mark.parametrize("how", ["cut", "weights", "no_result", "no_weights"])
def test_a_damaged_result_is_said_set_aside_and_made_anew(
    how: str,
    work: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    out = Path("out")
    out.mkdir()
    (out / "network.safetensors").write_bytes(b"weights")
    hashes = {"network.safetensors": hashlib.sha256(b"weights").hexdigest()}
    (out / "certificate.json").write_text(json.dumps({"files": hashes}))
    (out / "result.json").write_text("{}")
    assert cli.run(["distill", "--resume", "out"]) == 2
    assert "its run has ended; the result is there" in capsys.readouterr().err
    match how:
        case "cut":
            (out / "certificate.json").write_text('{"files"')
        case "weights":
            (out / "network.safetensors").write_bytes(b"weighty")
        case "no_result":
            (out / "result.json").write_text("")
        case "no_weights":
            (out / "network.safetensors").unlink()
    assert cli.run(["distill", "--resume", "out"]) == 2
    assert "its run has ended, and the result is damaged; give the command" in capsys.readouterr().err
    assert cli.run([*RUN, "-o", "out"]) == 0
    assert capsys.readouterr().err == (
        "netlift: out: the result that was there is damaged, and is set aside as out.damaged-1.\n"
    )
    assert sorted(os.listdir()) == ["out", "out.damaged-1"]
    assert sorted(os.listdir("out")) == ["config.toml", "log.txt", "result.json"]


@pytest.fixture
def lifting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """A `lift` that is told which networks, with which descriptions, it was given, and answers at once."""
    seen: list[str] = []

    def loaded(checkpoint: str, described: str | None) -> str:
        seen.append(f"{checkpoint} {described}")
        return checkpoint

    def lifted(network: str, examples: Any, how: Any, **_: Any) -> Made:
        if network == "stopped":
            raise KeyboardInterrupt
        return Made()

    monkeypatch.setattr("netlift.networks.load_checkpoint", loaded)
    monkeypatch.setattr("netlift.engine._lift.lift_sequences", lifted)
    monkeypatch.chdir(tmp_path)
    return seen


LIFT = ["lift", "net", "--inputs", "0..1", "--config", "told.json", "--quiet", "-o", "out"]


def test_a_lift_has_its_folder_to_itself(lifting: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("fcntl")
    with RunFolder("out", "a", "distill", "netlift distill a", {"source": "a"}) as first:
        first.claim()
        assert cli.run(LIFT) == 2
        assert capsys.readouterr().err == f"netlift: another run (process {os.getpid()}) {LOCKED}"
    assert cli.run(LIFT) == 0
    assert cli.run([*LIFT, "--seed", "1"]) == 0
    assert "is set aside as out.earlier-1" in capsys.readouterr().err
    assert cli.run(["lift", "stopped", "--inputs", "0..1", "-o", "other"]) == 130
    assert capsys.readouterr().err == f"netlift: interrupted; {NOTHING_KEPT}.\n"
    assert sorted(os.listdir()) == ["out", "out.earlier-1"]


def test_a_lift_that_was_killed_is_begun_again_with_its_options(lifting: list[str]) -> None:
    options = {"checkpoint": "net", "sources": ["0..1"], "described": "told.json"}
    RunFolder("out", "net", "lift", "netlift lift net", options).claim()  # and no end
    os.remove("out/journal/lock")  # as the system frees it
    assert cli.run(["lift", "--resume", "out", "--quiet"]) == 0
    assert lifting == ["net told.json"]
    assert sorted(os.listdir("out")) == ["log.txt", "result.json"]


def test_a_run_that_was_stopped_is_not_overwritten(
    work: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    work["error"] = KeyboardInterrupt()
    assert cli.run([*RUN, "-o", "out"]) == 130
    capsys.readouterr()
    work["error"] = None
    for other in (["distill", "sum_all", "-o", "out"], ["distill", "--resume", "out", "--seed", "4"]):
        assert cli.run(other) == 2
        assert capsys.readouterr().err == (
            "netlift: out holds a run that was stopped, of `netlift distill sum_all --seed 3`; go on with it "
            "by --resume out, remove out/journal to begin anew, or give another folder.\n"
        )
    assert cli.run(["distill", "--resume", "out", "-o", "other"]) == 2
    assert "--resume out and -o other contradict each other" in capsys.readouterr().err
    assert os.listdir() == ["out"]
    assert cli.run([*RUN, "-o", "out"]) == 0  # the same command goes on
    assert work["done"] == 1


def test_data_that_changed_are_not_taken_for_those_of_the_run(
    work: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("x,y\n1,2\n")
    work["error"] = KeyboardInterrupt()
    assert cli.run(["distill", "a.csv", "-o", "out", "--quiet"]) == 130
    capsys.readouterr()
    Path("a.csv").write_text("x,y\n1,3\n")
    assert cli.run(["distill", "--resume", "out"]) == 2
    assert capsys.readouterr().err.startswith("netlift: a.csv has changed since the run in out was begun; ")


def test_options_of_many_values_are_those_of_the_run(
    work: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a b.csv").write_text("x,y,z\n1,2,3\n")
    options = ["--input", "x", "--input", "y", "--output", "z", "--step", "0.5", "--budget", "7"]
    work["error"] = KeyboardInterrupt()
    assert cli.run(["distill", "a b.csv", *options, "-o", "out", "--quiet"]) == 130
    work["error"] = None
    assert cli.run(["distill", "--resume", "out", "--quiet"]) == 0
    told = "netlift distill 'a b.csv' --input x --input y --output z --step 0.5 --budget 7.0"
    assert Path("out/log.txt").read_text() == told
    assert work["done"] == 1


def test_another_version_does_the_work_again(
    work: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    work["error"] = KeyboardInterrupt()
    assert cli.run([*RUN, "-o", "out"]) == 130
    capsys.readouterr()
    for module in ("netlift.core._journal", "netlift.report._run_folder"):
        monkeypatch.setattr(f"{module}.code_version", lambda: "0.0.9 abc")
    work["error"] = None
    assert cli.run(["distill", "--resume", "out", "--quiet"]) == 0
    assert "begun by another version of netlift; its work is done again" in capsys.readouterr().err
    assert work["done"] == 2


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"options": 3}', "\xff"])
def test_damaged_settings_are_said(
    damage: str,
    work: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    work["error"] = KeyboardInterrupt()
    assert cli.run([*RUN, "-o", "out"]) == 130
    capsys.readouterr()
    Path("out/journal/run.json").write_bytes(damage.encode("latin-1"))
    work["error"] = None
    assert cli.run(["distill", "--resume", "out", "--quiet"]) == 2
    assert "journal/run.json is damaged; give the command that began the run again" in capsys.readouterr().err
    assert cli.run([*RUN, "-o", "out"]) == 0
    assert "run.json: is damaged; set aside as run.json.damaged-1" in capsys.readouterr().err
    assert work["done"] == 1


@pytest.mark.parametrize(
    ("inside", "sentence"),
    [
        (None, "--resume out: holds no run that was stopped (it has no journal/run.json)."),
        ("result.json", "--resume out: its run has ended; the result is there."),
        ("bench", "--resume out: holds a run of netlift bench; expected one of distill"),
    ],
)
def test_what_cannot_be_resumed_is_said(
    inside: str | None,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    if inside == "result.json":
        Path("out").mkdir()
        Path("out/result.json").write_text("{}")
    if inside == "bench":
        Path("out/journal").mkdir(parents=True)
        Path("out/journal/run.json").write_text('{"command": "bench", "options": {}}')
    assert cli.run(["distill", "--resume", "out"]) == 2
    assert capsys.readouterr().err == f"netlift: {sentence}\n"


def test_a_run_killed_while_it_put_its_result_there_goes_on(
    work: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    work["error"] = KeyboardInterrupt()
    assert cli.run([*RUN, "-o", "out"]) == 130
    Path("out/log.txt").write_text("half")
    for beside in (".out-abcdefgh", ".out-a-abcdefgh", ".out-2"):
        Path(beside).mkdir()
        Path(beside, "program.py").write_text("half")
    work["error"] = None
    assert cli.run(["distill", "--resume", "out", "--quiet"]) == 0
    assert sorted(os.listdir("out")) == ["config.toml", "log.txt", "result.json"]
    assert Path("out/log.txt").read_text() != "half"
    assert sorted(os.listdir()) == [".out-2", ".out-a-abcdefgh", "out"]  # those may be somebody else's


LOCKED = "is at work in out; wait for its end, or give another folder.\n"


def test_a_second_run_refuses(
    work: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("fcntl")
    monkeypatch.chdir(tmp_path)
    with RunFolder("out", "a", "distill", "netlift distill a", {"source": "a"}) as first:
        first.claim()
        for command in ([*RUN, "-o", "out"], ["bench", "--tasks", "sum_all", "-o", "out"]):
            assert cli.run(command) == 2
            told = capsys.readouterr().err
            assert told == f"netlift: another run (process {os.getpid()}) {LOCKED}"
        assert cli.run(["distill", "--resume", "out"]) == 2
        assert sorted(os.listdir("out/journal")) == ["lock", "run.json"]
    assert os.listdir() == []
    assert cli.run([*RUN, "-o", "out"]) == 0


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    script = (
        "import os, signal; from netlift.report._run_folder import RunFolder\n"
        "RunFolder('out', 'a', 'distill', 'netlift distill a', {'source': 'a'}).claim()\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment(), check=False)
    assert done.returncode == -signal.SIGKILL
    assert read_settings(tmp_path / "out") is not None
    with RunFolder(str(tmp_path / "out"), "a", "distill", "line", {"source": "a"}) as run:
        run.claim()


def test_a_folder_that_refuses_is_one_sentence(
    work: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_run_folder, "write_whole", full)
    assert cli.run([*RUN, "-o", "out"]) == 2
    assert capsys.readouterr().err == "netlift: out cannot be written: No space left on device.\n"
    assert os.listdir() == []


# Finished tasks of a benchmark


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """The folder of a finished task."""
    folder = tmp_path / "bench" / "sum_all"
    folder.mkdir(parents=True)
    for name in ("program.py", "network.safetensors", "certificate.json", "result.json"):
        (folder / name).write_text(f"content of {name}")
    row = _bench._row("sum_all", {**_bench._NOTHING, "solved": True, "reason": "", "seed": 3})
    write_stamped(folder, {**row, "peak_mb": 1})
    return folder


def test_a_finished_task_is_not_run_again(finished: Path) -> None:
    told: list[str] = []
    row = finished_row(finished, 3, told.append)
    assert row is not None
    assert row["task"] == "sum_all"
    assert "stamp" not in row
    assert told == []
    assert finished_row(finished, 4, told.append) is None
    assert finished_row(finished, 3, told.append, 60.0) == row  # it was solved without a budget


def test_what_another_budget_left_unsolved_is_run_again(finished: Path) -> None:
    row = {**_bench._row("sum_all", {**_bench._NOTHING, "reason": "", "seed": 3}), "budget": 60.0}
    (finished / "row.json").unlink()
    write_stamped(finished, row)
    told: list[str] = []
    assert finished_row(finished, 3, told.append, 60.0) == row
    assert finished_row(finished, 3, told.append, 90.0) is None
    assert finished_row(finished, 3, told.append) is None
    again = "was not solved with another budget; the task is run again, and what differs is set aside"
    assert told == [f"{finished}: {again}"] * 2


@pytest.mark.parametrize("stopped", [True, False])
def test_a_benchmark_of_another_seed_is_refused(
    stopped: bool, finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = finished.parent
    if stopped:
        (folder / "journal").mkdir()
        (folder / "journal" / "run.json").write_text('{"command": "bench", "options": {"seed": 3}}')
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert cli.run(["bench", "--tasks", "sum_all", "--seed", "4", "-o", str(folder)]) == 2
    told = f"netlift: {folder} holds results of seed 3; give another folder for those of seed 4\n"
    assert capsys.readouterr().err == told
    after = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.name != "lock"}
    assert after == before


def test_a_benchmark_is_resumed_with_its_options(
    finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = finished.parent

    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("netlift.bench._command.bench", interrupted)
        command = ["bench", "--tasks", "sum_all", "--seed", "3", "--jobs", "1", "-o", str(folder)]
        assert cli.run(command) == 130
    goes_on = f"`netlift bench --tasks sum_all --seed 3 --jobs 1 -o {folder}` goes on"
    told = f"netlift: interrupted; the tasks that had ended are in {folder}; {goes_on}.\n"
    assert capsys.readouterr().err == told
    left = [folder / ".bench.json.w93uxgwe", finished / ".row.json.wqq7z058"]  # a kill -9 in `write_whole`
    kept = [folder / ".bench.json", folder / ".mine.settings", finished / ".notes.txt.old"]
    for file in [*left, *kept]:
        file.write_text("half")
    assert cli.run(["bench", "--resume", str(folder)]) == 0
    assert [file.exists() for file in left] == [False, False]
    assert [file.read_text() for file in kept] == ["half"] * 3
    out = capsys.readouterr().out
    assert f"1 of 1 tasks were already in {folder}" in out.replace("\n", "")
    assert json.loads((folder / "bench.json").read_text())["seed"] == 3
    assert not (folder / "journal").exists()


@pytest.mark.parametrize(
    ("there", "asked", "sentence"),
    [
        ("bench.json", ["--tasks", "sum_all"], "other tasks as well (parity_all); ask for these, too"),
        ("bench.json", ["--seeds", "0-1"], "one seed; give another folder for that of several"),
        ("seeds.json", ["--seeds", "0-1"], "other seeds as well (3); ask for these, too"),
        ("seeds.json", ["--tasks", "sum_all"], "several seeds; give another folder for that of one"),
    ],
)
def test_a_benchmark_is_not_overwritten_by_another(
    there: str, asked: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: Any = {"seed": 0, "tasks": [{"task": "sum_all"}, {"task": "parity_all"}]}
    if there == "seeds.json":
        told = {"seeds": [{"seed": 0}, {"seed": 3}]}
    (tmp_path / there).write_text(json.dumps(told))
    assert cli.run(["bench", *asked, "-o", str(tmp_path)]) == 2
    assert f"{tmp_path} holds a benchmark of {sentence}" in capsys.readouterr().err
    assert json.loads((tmp_path / there).read_text()) == told
    refuse_other(["sum_all", "parity_all", "div_3"], None, 0, tmp_path / "none")
    if there == "seeds.json":
        (tmp_path / "seed-3").mkdir()
        (tmp_path / "seed-3" / "bench.json").write_text('{"tasks": [{"task": "sum_all"}, {"task": "div_3"}]}')
        with pytest.raises(InputError, match=r"other tasks as well \(div_3\); ask for these, too"):
            refuse_other(["sum_all"], [0, 1, 2, 3], 0, tmp_path)
        refuse_other(["div_3", "sum_all"], [0, 1, 2, 3], 0, tmp_path)
        (tmp_path / "seed-3" / "bench.json").unlink()
        refuse_other(["sum_all"], [0, 1, 2, 3], 0, tmp_path)
    else:
        refuse_other(["sum_all", "parity_all", "div_3"], None, 0, tmp_path)


@pytest.mark.parametrize("seeds", ["", "seed-3"])
def test_a_benchmark_that_ended_goes_on_with_more(
    seeds: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / seeds / "sum_all").mkdir(parents=True)
    (tmp_path / seeds / "sum_all" / "row.json").write_text("{}")
    (tmp_path / "report.html").write_text("")
    begun: list[Any] = []

    def noted(*given: Any) -> tuple[str, str]:
        begun.append(given)
        return "", ""

    monkeypatch.setattr(_command, "bench_tasks", noted)
    asked = ["--seeds", "0-3"] if seeds else ["--tasks", "sum_all,parity_all"]
    assert cli.run(["bench", *asked, "-o", str(tmp_path)]) == 0
    assert len(begun) == 1
    assert cli.run(["distill", "sum_all", "-o", str(tmp_path)]) == 2
    assert "holds a report.html but no result.json" in capsys.readouterr().err
    (tmp_path / seeds / "sum_all" / "row.json").unlink()
    assert cli.run(["bench", *asked, "-o", str(tmp_path)]) == 2  # somebody's own page


@pytest.mark.parametrize("how", ["cut", "empty", "gone", "changed"])
@pytest.mark.parametrize(
    "name", ["program.py", "network.safetensors", "certificate.json", "result.json", "row.json"]
)
def test_a_damaged_task_is_said_set_aside_and_run_again(name: str, how: str, finished: Path) -> None:
    file = finished / name
    text = file.read_text()
    if how == "gone":
        file.unlink()
    else:
        file.write_text({"cut": text[:-2], "empty": "", "changed": text.replace("o", "0")}[how])
    told: list[str] = []
    assert finished_row(finished, 3, told.append) is None
    assert told == [f"{finished}: is damaged; set aside as sum_all.damaged-1, and the task is run again"]
    assert os.listdir(finished.parent) == ["sum_all.damaged-1"]


def test_other_code_runs_a_task_again(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netlift.bench._finished.code_version", lambda: "0.0.9 abc")
    told: list[str] = []
    assert finished_row(finished, 3, told.append) is None
    again = "the task is run again, and what differs is set aside"
    assert told == [f"{finished}: was made by another version of netlift; {again}"]
    assert finished.exists()


# Real runs


def kept_entries(folder: Path, least: int, run: "subprocess.Popen[str]") -> bool:
    """Whether so many entries come to lie in a journal before the run ends."""
    while run.poll() is None:
        if len(list(folder.glob("journal/*.safetensors"))) >= least:
            return True
        time.sleep(0.02)
    return False


def test_a_killed_distill_goes_on_with_the_same_bytes(tmp_path: Path) -> None:
    file = bits(tmp_path)
    with started("distill", str(file), "-o", "whole", "--quiet", cwd=tmp_path) as run:
        printed, err = run.communicate()
        assert (run.returncode, err) == (0, "")
    with started("distill", str(file), "-o", "killed", "--quiet", cwd=tmp_path) as run:
        assert kept_entries(tmp_path / "killed", 1, run)
        run.kill()
        run.communicate()
    assert os.listdir(tmp_path / "killed") == ["journal"]
    entries = sorted(tmp_path.glob("killed/journal/*.safetensors"))
    with started("distill", "--resume", "killed", "--quiet", cwd=tmp_path) as run:
        out, err = run.communicate()
        assert (run.returncode, out, err) == (0, printed, "")
    assert entries
    assert content(tmp_path / "killed") == content(tmp_path / "whole")
