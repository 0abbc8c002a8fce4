"""What happens around a run: errors, signals, lost output, folders, workers, time, threads."""

import errno
import gc
import itertools
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TextIO

import numpy as np
import pytest
from threadpoolctl import threadpool_info

import netlift
from netlift.approximate import Lifting
from netlift.bench import _distilled
from netlift.bench import _run as _bench
from netlift.bench._workers import Outcome, Workers
from netlift.cli import _main as cli
from netlift.core import _clock, _failure
from netlift.core._clock import Clock, OutOfTimeError, checkpoint, time_left, unbounded
from netlift.core._errors import InputError
from netlift.core._progress import COMPILING, compiling, told_of_compiling
from netlift.core._signals import NOTHING_KEPT
from netlift.data import from_arrays
from netlift.data._config import CONFIG
from netlift.engine import _lift
from netlift.formulas import Behaviour, search
from netlift.formulas._behaviour import Work
from netlift.formulas._lags import search_stateless
from netlift.formulas._problem import Problem, pose
from netlift.formulas._reduced import search_reduced
from netlift.networks import Architecture, Ensemble
from netlift.report import FILES, fill_folder, new_folder, result_folder
from netlift.report._folders import SOMETIMES
from netlift.report._telling import Telling
from netlift.states import Machine, read_machine

SOURCE = Path(netlift.__file__).parent
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def started(*command: str, cwd: Path, **named: Any) -> "subprocess.Popen[str]":
    """A process whose output is read as text; Ctrl-C reaches it whoever runs the tests."""
    named.setdefault("preexec_fn", lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **named,
    )


class Made:
    """Stands for a result: solved, with one file and a program."""

    solved = True
    reason = ""
    program = SimpleNamespace(source="def program(inputs):\n    return inputs\n")
    stated = None  # no errors in the unit of measured numbers
    accepted = False

    def write_files(self, folder: Path, command: str = "") -> None:
        (folder / "log.txt").write_text("log")
        (folder / "result.json").write_text("{}")

    def facts(self) -> dict[str, Any]:
        return {"solved": True, "seconds": {"total": 1.0}, "findings": [], "checks": {}, "certificate": []}


# Errors that nobody foresaw


def raising(error: BaseException) -> Callable[..., Any]:
    """A function that raises this."""

    def function(*_: Any, **__: Any) -> Any:
        raise error

    return function


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ZeroDivisionError("by\nzero"), "this is an error of netlift itself (ZeroDivisionError: by zero, "),
        (AssertionError(), "this is an error of netlift itself (AssertionError, "),
        (SystemExit(0), "this is an error of netlift itself (SystemExit: 0, "),
        (
            UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
            "this is an error of netlift itself (UnicodeDecode",
        ),
        (OSError("odd"), "this is an error of netlift itself (OSError: odd, "),
        (RecursionError("deep"), "something is nested too deeply for Python (RecursionError, "),
    ],
)
def test_an_unforeseen_error_is_one_sentence(
    error: BaseException,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(_distilled, "distill_task", raising(error))
    assert cli.run(["distill", "sum_all", "-o", str(tmp_path / "out"), "--quiet"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"netlift: {sentence}")
    assert told.count("\n") == 1
    found = re.search(
        r"please report it in netlift's issue tracker: the traceback is in (\S+)\.$", told.strip()
    )
    assert found is not None
    kept = Path(found[1]).read_text()
    assert "Traceback (most recent call last):" in kept
    assert type(error).__name__ in kept
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "there is not enough memory for this; fewer or shorter sequences need less."),
        (
            ImportError("a.so: failed to map segment from shared object"),
            "there is not enough memory for this; fewer or shorter sequences need less.",
        ),
        (FULL, "No space left on device."),
        (OSError(errno.EIO, "Input/output error", "a.npz"), "a.npz: Input/output error."),
    ],
)
def test_what_the_machine_refuses_is_one_sentence(
    error: BaseException,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(_distilled, "distill_task", raising(error))
    assert cli.run(["distill", "sum_all", "-o", str(tmp_path / "out"), "--quiet"]) == 2
    assert capsys.readouterr().err == f"netlift: {sentence}\n"


def test_a_long_message_is_cut_and_a_traceback_may_find_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "mkstemp", raising(FULL))
    told = _failure.sentence(ValueError("x" * 1_000_000))
    assert len(told) < 600
    assert told.endswith("the traceback could not be kept.")


def test_the_exit_code_of_the_process_is_2(tmp_path: Path) -> None:
    script = (
        "import sys, netlift.data._door\nnetlift.data._door.form_of = lambda *_: 1 / 0\n"
        "from netlift.__main__ import main; main()"
    )
    (tmp_path / "a.csv").write_text("x,y\n")
    with started(
        "-c", script, "distill", "a.csv", cwd=tmp_path, env={**os.environ, "TMPDIR": str(tmp_path)}
    ) as run:
        out, err = run.communicate()
    assert (run.returncode, out) == (2, "")
    assert "ZeroDivisionError" in err
    assert err.count("\n") == 1


# Output that cannot be written


class Broken:
    """A stream that refuses."""

    encoding = "utf-8"

    def __init__(self, number: int) -> None:
        self.number = number

    def write(self, text: str) -> int:
        raise OSError(self.number, os.strerror(self.number))

    def flush(self) -> None:
        raise OSError(self.number, os.strerror(self.number))

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        raise ValueError


@pytest.mark.parametrize("stream", [None, Broken(errno.ENOSPC), Broken(errno.EPIPE)])
@pytest.mark.parametrize(("solved", "code"), [(True, 0), (False, 1)])
def test_the_exit_code_is_the_runs_own(
    stream: TextIO | None,
    solved: bool,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = Made()
    made.solved = solved
    monkeypatch.setattr("netlift.bench._distilled.distill_source", lambda *_: (made, None))
    monkeypatch.setattr(sys, "stdout", stream)
    assert cli.run(["distill", "sum_all", "-o", str(tmp_path / "out"), "--quiet"]) == code
    assert (tmp_path / "out" / "result.json").is_file()
    err = capsys.readouterr().err
    left = isinstance(stream, Broken) and stream.number == errno.EPIPE
    assert ("standard output cannot be written" in err) == (not left)


@pytest.mark.parametrize(
    ("redirection", "code", "sentence"),
    [
        (">&-", 2, "netlift: standard output cannot be written: Bad file descriptor.\n"),
        ("> /dev/full", 2, "netlift: standard output cannot be written: No space left on device.\n"),
        ("| head -1", 0, ""),
        ("2>&-", 0, ""),
    ],
)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_list_that_cannot_be_printed(redirection: str, code: int, sentence: str, tmp_path: Path) -> None:
    command = f"set -o pipefail; '{sys.executable}' -m netlift tasks {redirection}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, sentence)


def test_nothing_is_written_to_a_file_that_took_the_place_of_closed_output(tmp_path: Path) -> None:
    script = (
        "from netlift import cli; from netlift.bench import _listed; import os, sys\n"
        "_listed.list_tasks = lambda *_: os.write(1, b'noise') and open('own.txt', 'w').write('mine')\n"
        "cli.main(['tasks'])"
    )
    command = f"'{sys.executable}' -c \"{script}\" >&-"
    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=False, capture_output=True)
    assert (tmp_path / "own.txt").read_text() == "mine"


def test_what_an_encoding_cannot_say_is_escaped(tmp_path: Path) -> None:
    script = (
        "from netlift import cli; from netlift.bench import _listed; import click\n"
        "_listed.list_tasks = lambda *_: click.echo('\\u00e9\\ud800')\ncli.main()"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    with started("-c", script, "tasks", cwd=tmp_path, env=environment) as run:
        out, err = run.communicate()
    assert (run.returncode, out, err) == (0, "\\xe9\\ud800\n", "")


# Signals


@pytest.mark.parametrize("module", ["click", "numba"])
@pytest.mark.parametrize(
    ("number", "word", "code"), [("SIGINT", "interrupted", 130), ("SIGTERM", "terminated", 143)]
)
def test_a_signal_while_modules_are_imported(
    module: str, number: str, word: str, code: int, tmp_path: Path
) -> None:
    stub = (
        f"import os, signal, time\ntry:\n    os.kill(os.getpid(), signal.{number}); time.sleep(30)\n"
        "except KeyboardInterrupt as error:\n    raise ImportError('as C code does') from error\n"
    )
    (tmp_path / f"{module}.py").write_text(stub)
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{SOURCE.parent}"}
    start = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from netlift.__main__ import main; main()"
    )
    with started("-c", start, "distill", "sum_all", "--quiet", cwd=tmp_path, env=environment) as run:
        out, err = run.communicate()
    assert (run.returncode, out, err) == (
        code,
        "",
        f"netlift: {word}; {NOTHING_KEPT}.\n",
    )
    assert not (tmp_path / "runs").exists()


def test_the_command_starts_where_signals_are_looked_after() -> None:
    pyproject = SOURCE.parents[1] / "pyproject.toml"
    assert tomllib.loads(pyproject.read_text())["project"]["scripts"] == {"netlift": "netlift.__main__:main"}


def test_a_signal_in_a_run_cleans_up(tmp_path: Path) -> None:
    script = (
        "import signal, os, time; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from netlift.bench import _distilled\n"
        "def task(*a, **k):\n"
        "    try: os.kill(os.getpid(), signal.SIGTERM); time.sleep(30)\n"
        "    finally: os.kill(os.getpid(), signal.SIGTERM); open('cleaned', 'w').close()\n"
        "_distilled.distill_task = task\n"
        "from netlift.__main__ import main; main()"
    )
    with started("-c", script, "distill", "sum_all", "--quiet", cwd=tmp_path) as run:
        out, err = run.communicate()
    assert (run.returncode, out, err) == (
        143,
        "",
        f"netlift: terminated; {NOTHING_KEPT}.\n",
    )
    assert os.listdir(tmp_path) == ["cleaned"]


# Folders


def test_two_runs_at_one_moment_have_two_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    inner = [True]

    def distilled(*_: Any) -> tuple[Made, None]:
        if inner.pop() if inner else False:  # while the first one runs, another one begins and ends
            assert cli.run(["distill", "sum_all", "--quiet"]) == 0
        return Made(), None

    monkeypatch.setattr("netlift.bench._distilled.distill_source", distilled)
    assert cli.run(["distill", "sum_all", "--quiet"]) == 0
    assert capsys.readouterr().out == Made.program.source * 2
    for folder in ("runs/sum_all-1", "runs/sum_all-2"):
        assert sorted(os.listdir(folder)) == [CONFIG, "log.txt", "result.json"]
    assert sorted(os.listdir("runs")) == ["sum_all-1", "sum_all-2"]


@pytest.mark.parametrize("filled", [True, False])
def test_many_runs_at_one_moment(filled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = result_folder(None, "a")
    barrier = threading.Barrier(8)
    taken: list[Path] = []

    def one() -> None:
        barrier.wait()
        taken.append(fill_folder(folder, Made().write_files, new=True) if filled else new_folder(folder))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [Path("runs", f"a-{number}") for number in range(1, 9)]
    assert sorted(os.listdir("runs")) == [path.name for path in sorted(taken)]
    assert {len(os.listdir(path)) for path in taken} == {2 if filled else 0}


def content(folder: Path) -> dict[str, str]:
    """The files of a folder, whatever their bytes mean."""
    return {path.name: path.read_text("latin-1") for path in folder.iterdir()}


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt()])
@pytest.mark.parametrize("at", range(6))
def test_a_folder_is_replaced_whole_or_not_at_all(
    at: int, error: BaseException, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for name in ("program.py", "log.txt", "result.json", "mine.txt"):
        (folder / name).write_text("old")
    before = content(folder)
    replace, calls = os.replace, itertools.count()

    def fails(source: Any, target: Any) -> None:
        if next(calls) == at:
            raise error
        replace(source, target)

    monkeypatch.setattr(os, "replace", fails)
    told: list[str] = []
    try:
        fill_folder(folder, Made().write_files, tell=told.append if kept else None)
    except (InputError, KeyboardInterrupt):
        assert at < 5
        assert content(folder) == before
    else:
        assert at == 5  # two of the new result, three of the old one
        assert content(folder) == {"log.txt": "log", "result.json": "{}", "mine.txt": "old"}
        if kept:
            (other,) = [path for path in tmp_path.iterdir() if path != folder]
            assert content(other) == {name: "old" for name in before if name != "mine.txt"}
            assert told == [
                f"{folder}: the result that was there is damaged, and is set aside as {other.name}"
            ]
            return
    assert os.listdir(tmp_path) == ["out"]
    assert told == []


def test_nothing_of_an_old_result_stays_beside_a_new_one(tmp_path: Path) -> None:
    for name in (*FILES, "copy.json", "copy.safetensors", "row.json", "mine.txt"):
        (tmp_path / name).write_text("old")
    fill_folder(tmp_path, Made().write_files)
    assert content(tmp_path) == {"log.txt": "log", "result.json": "{}", "mine.txt": "old"}


@pytest.fixture(scope="module")
def result() -> netlift.Result:
    inputs = np.random.default_rng(0).integers(-9, 10, (300, 8))
    return netlift.distill(inputs, np.cumsum(inputs, axis=1))


@pytest.mark.parametrize("at", range(6))
def test_a_result_is_saved_whole_or_not_at_all(
    at: int, result: netlift.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from netlift.report import _result
    from netlift.report import write_whole as whole

    calls = itertools.count()

    def fails(path: Path, text: str | bytes) -> None:
        if next(calls) == at:
            raise FULL
        whole(path, text)

    result.save(tmp_path / "old")
    before = content(tmp_path / "old")
    monkeypatch.setattr(_result, "write_whole", fails)
    for folder in ("new", "old"):
        with pytest.raises(InputError, match="cannot be written: No space left on device"):
            result.save(tmp_path / folder)
        calls = itertools.count()
    assert os.listdir(tmp_path) == ["old"]
    assert content(tmp_path / "old") == before
    assert set(before) <= {*FILES, *SOMETIMES}
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) & 0o500 == 0o500


def test_a_program_that_cannot_be_kept_is_shown(
    result: netlift.Result,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("netlift.bench._distilled.distill_source", lambda *_: (result, None))
    monkeypatch.setattr("netlift.report._result.write_whole", raising(FULL))
    assert cli.run(["distill", "sum_all", "-o", str(tmp_path / "out"), "--quiet"]) == 2
    captured = capsys.readouterr()
    assert "def program(inputs" in captured.out
    told = f"netlift: {tmp_path}/out cannot be written: No space left on device.\n"
    assert captured.err == told
    assert os.listdir(tmp_path) == []


def test_a_full_disk_for_a_tasks_data_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("netlift.report.write_whole", raising(FULL))
    file = tmp_path / "a.npz"
    assert cli.run(["tasks", "sum_all", "-n", "3", "-o", str(file)]) == 2
    assert capsys.readouterr().err == f"netlift: -o {file} cannot be written: No space left on device.\n"


# The benchmark and its workers


def ends(name: str) -> str:
    """Work that ends in the way its name says."""
    match name.rstrip("0123456789"):
        case "exit":
            raise SystemExit(0)
        case "interrupt":
            raise KeyboardInterrupt
        case "memory":
            raise MemoryError
        case "wrong":
            raise ValueError("no such thing")
        case "gone":
            os._exit(7)
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "temporary":
            return tempfile.mkdtemp()
        case "threshold":
            return str(gc.get_threshold()[0])
    return f"{name} done"


def test_workers_search_for_garbage_rarely() -> None:
    """They are netlift's own, as the process of a command is."""
    with Workers(ends, 1) as workers:
        assert [int(one.value) > 10_000 for one in workers.outcomes(["threshold"])] == [True]


def test_a_task_that_fails_costs_no_other() -> None:
    names = ["a", "exit", "interrupt", "b", "gone", "killed", "wrong", "memory", "temporary", "c"]
    with Workers(ends, 2) as workers:
        found = {one.name: one for one in workers.outcomes(names)}
        assert Path(found["temporary"].value).is_dir()
        assert len(workers._workers) <= 2
    assert sorted(found) == sorted(names)
    assert {name: found[name].failure for name in names} == {
        "a": None,
        "b": None,
        "c": None,
        "temporary": None,
        "exit": "SystemExit: 0",
        "interrupt": "KeyboardInterrupt",
        "gone": "its process ended with exit code 7",
        "killed": "its process was ended by SIGKILL",
        "wrong": "ValueError: no such thing",
        "memory": "MemoryError",
    }
    assert "ValueError: no such thing" in found["wrong"].trace
    assert found["c"].value == "c done"
    assert not Path(found["temporary"].value).exists()
    assert not workers._busy


def fake_run(name: str, seed: int, directory: Path, **_: Any) -> dict[str, Any]:
    """A benchmark task: some end well, others do not."""
    if name == "sum_all":
        raise SystemExit(1)
    if name == "bitwise_not":
        os.kill(os.getpid(), signal.SIGKILL)
    row = _bench._row(name, {**_bench._NOTHING, "solved": True, "reason": "", "seed": seed})
    return {**row, "peak_mb": 1}


def test_a_benchmark_is_written_whatever_its_tasks_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_bench, "_run", fake_run)
    command = ["bench", "--tasks", "sum_all,bitwise_not,bitwise_or,bitwise_and", "--jobs", "2"]
    assert cli.run([*command, "-o", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert err == "netlift: 2 of the tasks failed: sum_all, bitwise_not.\n"
    facts = json.loads((tmp_path / "bench.json").read_text())
    rows = {row["task"]: row for row in facts["tasks"]}
    assert facts["solved"] == 2
    assert rows["sum_all"]["reason"] == "failed: SystemExit: 1 (traceback in sum_all/error.txt)"
    assert rows["bitwise_not"]["reason"] == "failed: its process was ended by SIGKILL"
    assert "SystemExit: 1" in (tmp_path / "sum_all" / "error.txt").read_text()
    page = (tmp_path / "RESULTS.md").read_text()
    assert "`sum_all`: failed: SystemExit: 1" in page
    assert not (tmp_path / "sum_all" / "row.json").exists()  # so that it is tried again


def test_a_full_disk_in_a_benchmark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_bench, "_run", fake_run)
    monkeypatch.setattr(_bench, "write_whole", raising(FULL))
    assert cli.run(["bench", "--tasks", "bitwise_or,sum_all", "--jobs", "1", "-o", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert "bitwise_or" in captured.out
    told = f"netlift: the summary cannot be written to {tmp_path}: No space left on device.\n"
    assert captured.err == told


SLEEPING = """
import os, pathlib, subprocess, sys, time
from netlift.bench import _run as _bench
from netlift.__main__ import main

def work(name, seed, directory, **_):
    if name == "bitwise_or":
        row = _bench._row(name, {**_bench._NOTHING, "reason": "", "seed": seed})
        pathlib.Path(f"pid-{os.getpid()}").touch()
        return {**row, "peak_mb": 1}
    (directory / f".{name}-half").mkdir()
    for_ever = "import time\\nwhile True: time.sleep(600)"  # a clock that jumps ends one sleep at once
    with subprocess.Popen([sys.executable, "-c", for_ever]) as child:
        pathlib.Path(f"pid-{child.pid}").touch()
        pathlib.Path(f"pid-{os.getpid()}").touch()
        while True:
            time.sleep(600)

if __name__ == "__main__":
    _bench._run = work
    main()
"""


def running(number: int) -> bool:
    """Whether there is a process of this number that has not ended."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def waited(until: Callable[[], bool]) -> bool:
    """Whether something comes true in a time that is long for any machine."""
    for _ in range(1_200):
        if until():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux for processes")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_no_worker_outlives_the_benchmark(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "bench.py").write_text(SLEEPING)
    command = ["bench", "--tasks", "bitwise_or,sum_all,bitwise_and", "--jobs", "2", "-o", "out"]
    (tmp_path / "tmp").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp"), "PYTHONPATH": str(SOURCE.parent)}
    with started("bench.py", *command, cwd=tmp_path, env=environment) as run:
        assert waited(lambda: len(list((tmp_path / "out").glob(".*-half"))) == 2)
        assert waited(lambda: len(list(tmp_path.glob("pid-*"))) >= 4)
        workers = [int(path.name.removeprefix("pid-")) for path in tmp_path.glob("pid-*")]
        run.send_signal(number)
        out, err = run.communicate()
        assert waited(lambda: not any(running(worker) for worker in workers))
    assert "bitwise_or" in out or number == signal.SIGKILL
    again = "`netlift bench --tasks bitwise_or,sum_all,bitwise_and --jobs 2 -o out`"
    if number == signal.SIGKILL:
        assert run.returncode == -signal.SIGKILL
        return
    word, code = {signal.SIGTERM: ("terminated", 143), signal.SIGINT: ("interrupted", 130)}[number]
    traces = "".join(file.read_text() for file in (tmp_path / "tmp").glob("*.txt"))
    assert (run.returncode, err) == (
        code,
        f"netlift: {word}; the tasks that had ended are in out; {again} goes on.\n",
    ), traces
    assert os.listdir(tmp_path / "out") == []  # nothing half-written
    assert os.listdir(tmp_path / "tmp") == []


# Kernels where nothing can be kept


@pytest.fixture
def elsewhere(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A copy of the package beside which nothing can be kept, and an environment without a home."""
    package = tmp_path / "src" / "netlift"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in [package, *(path for path in package.rglob("*") if path.is_dir())]:
        (folder / "__pycache__").write_text("a file where numba and Python want a folder")
    places = {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null/cache", "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    environment = {**os.environ, **places, "PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("NUMBA_CACHE_DIR", None)
    return tmp_path, environment


KERNEL = (
    "import netlift, numpy as np; from netlift.formulas._kernel import find_slot; "
    "print(netlift.__file__, find_slot(np.zeros(8, dtype=np.int64), 3) >= 0)"
)


@pytest.mark.parametrize("theirs", [False, True])
def test_kernels_need_no_place_of_their_own(theirs: bool, elsewhere: tuple[Path, dict[str, str]]) -> None:
    folder, environment = elsewhere
    shared = folder / "tmp" / f"netlift-kernels-{os.getuid()}"
    if theirs:  # a folder in which others can write is not trusted
        shared.mkdir()
        shared.chmod(0o777)
    with started("-c", KERNEL, cwd=folder, env=environment) as run:
        out, err = run.communicate()
    assert (run.returncode, err) == (0, "")
    assert out == f"{folder}/src/netlift/__init__.py True\n"
    assert os.listdir(folder / "tmp") == [shared.name]
    assert (os.listdir(shared) == []) == theirs
    assert stat.S_IMODE(shared.stat().st_mode) == (0o777 if theirs else 0o700)


@pytest.mark.parametrize("damage", ["full disk", "cut off", "no index"])
def test_a_cache_that_fails_stops_no_kernel(damage: str, tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text(
        "from netlift.core._compiled import njit\n\n@njit(cache=True)\ndef double(x):\n    return 2 * x\n"
    )
    full = (
        "import errno; from numba.core import caching\n"
        "def save(*_): raise OSError(errno.ENOSPC, 'full')\n"
        "caching.IndexDataCacheFile.save = save\n"
    )
    cache = tmp_path / "cache"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(SOURCE.parent)}
    for script in ("", full if damage == "full disk" else ""):
        command = f"{script}import kernel; print(kernel.double(21))"
        with started("-c", command, cwd=tmp_path, env=environment) as run:
            out, err = run.communicate()
        assert (run.returncode, out, err) == (0, "42\n", "")
        for file in cache.rglob("*.nb?"):
            if damage == "full disk":
                file.unlink()
            elif damage == "no index" or file.suffix == ".nbc":
                file.write_bytes(file.read_bytes()[:20])


def test_compiling_is_told_once_and_kept_nowhere(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text(
        "from netlift.core._compiled import njit\n\n"
        "@njit(cache=True)\ndef half(x):\n    return x // 2\n\n"
        "@njit(cache=True)\ndef double(x):\n    return 2 * x\n"
    )
    script = (
        "import kernel\nfrom netlift.core._progress import told_of_compiling\n"
        "with told_of_compiling(print): kernel.double(21), kernel.half(21), kernel.half(2.0)\n"
        "kernel.double(1.0)"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(SOURCE.parent)}
    for told in (f"{COMPILING}\n", ""):
        with started("-c", script, cwd=tmp_path, env=environment) as run:
            assert run.communicate() == (told, "")


def test_a_person_is_told_of_compiling(capsys: pytest.CaptureFixture[str]) -> None:
    for telling, told in ((Telling(), 1), (Telling(quiet=True), 0), (Telling(as_json=True), 0)):
        with ExitStack() as stack:
            telling.progress(stack)
            compiling()
            compiling()
        assert capsys.readouterr().err.count(COMPILING) == told
    compiling()
    assert capsys.readouterr().err == ""


def test_whoever_listened_before_still_hears() -> None:
    heard: list[str] = []
    with told_of_compiling(heard.append):
        with told_of_compiling(heard.append):
            pass
        compiling()
    assert heard == [COMPILING]


# Time


class Ticking:
    """A clock that goes on by one second each time it is read."""

    def __init__(self) -> None:
        self.read = 0

    def __call__(self) -> float:
        self.read += 1
        return float(self.read)


def test_checkpoints_count_only_inside_a_budget() -> None:
    checkpoint()
    assert time_left() == float("inf")
    clock = Clock(10.0, Ticking())
    with clock.bounding():
        for _ in range(8):
            checkpoint()
        assert time_left() < 2.0
        checkpoint()
        with pytest.raises(OutOfTimeError):
            checkpoint()
        with unbounded():
            checkpoint()
    checkpoint()
    with Clock(None, Ticking()).bounding():
        checkpoint()
        assert time_left() == float("inf")


def test_a_share_of_the_budget_can_be_kept() -> None:
    clock = Clock(100.0, Ticking())
    clock.reserve(0.9)
    assert not clock.over(0.05)
    for _ in range(10):
        clock.elapsed()
    assert clock.over()
    assert clock.left() == 0.0
    clock.reserve(0.0)
    assert not clock.over()


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    """The clock of every run from now on."""
    now = Ticking()

    def made(budget: float | None = None, **named: Any) -> Clock:
        return Clock(budget, now, **named)

    monkeypatch.setattr(_clock, "Clock", made)
    return now


def hard(count: int = 400, length: int = 8) -> tuple[Any, Any]:
    """Sequences that no network learns and no formula explains."""
    inputs = np.random.default_rng(0).integers(0, 10, (count, length))
    return inputs, np.cumsum(inputs**3 * 7919, axis=1) // 101 % 10


AFTER = 60  # readings of the clock after the budget: stages that end, and what is still looked at


@pytest.mark.parametrize("budget", [3, 30, 300])
def test_a_budget_ends_every_part_of_the_search(budget: int, ticking: Ticking) -> None:
    result = netlift.distill(*hard(), budget=budget)
    assert not result.solved
    assert ticking.read <= budget + AFTER


def test_a_formula_search_ends_with_what_it_has() -> None:
    inputs, outputs = hard()
    behaviour = Behaviour(inputs[..., None], outputs[..., None])
    for budget in (1, 10, 100):
        now = Ticking()
        with Clock(budget, now).bounding():
            assert search(behaviour, seed=0) == []
        assert now.read <= budget + AFTER
    parities = inputs[..., None] % 2
    alternating = np.array([[0], [1]])
    machine = Machine(alternating, np.array([[0, 1], [1, 0]]), np.array([[[0], [1]], [[1], [0]]]))
    with Clock(1, Ticking()).bounding():
        found = search(Behaviour(parities, machine.run(parities), machine=machine), seed=0)
    assert [one.strategy for one in found] == ["table"]  # the machine as it stands


def test_what_a_part_of_a_search_found_is_kept() -> None:
    inputs = np.random.default_rng(0).integers(0, 10, (200, 6, 2))
    behaviour = Behaviour(inputs, inputs.sum(axis=2, keepdims=True))
    problem = pose(behaviour, 0, Work(1_000_000))

    def late(part: Problem) -> None:
        search_stateless(part)
        raise OutOfTimeError

    with pytest.raises(OutOfTimeError):
        search_reduced(problem, late)
    assert problem.found


def test_reading_and_training_end_with_the_budget() -> None:
    sequences = from_arrays(*hard())
    ensemble = Ensemble(Architecture(2, 8), sequences, seed=0, cycle=100)
    network = ensemble.network(0)
    alphabet = np.arange(10)[:, None]
    late = Clock(1, Ticking())
    late.elapsed()
    for work in (
        lambda: ensemble.advance(10_000),
        lambda: read_machine(network, alphabet, 8, rng=np.random.default_rng(0)),
        lambda: netlift.networks.run(network, sequences.inputs),
    ):
        with late.bounding(), pytest.raises(OutOfTimeError):
            work()
    assert ensemble.steps == 0


@pytest.mark.parametrize("budget", [2, 20])
def test_lift_has_a_budget(budget: int, ticking: Ticking) -> None:
    sequences = from_arrays(*hard())
    network = Ensemble(Architecture(2, 8), sequences, seed=0, cycle=100).network(0)
    result = netlift.lift(network, sequences.inputs, budget=budget)
    assert not result.solved
    assert ticking.read <= budget + AFTER


def test_lift_takes_its_budget_from_the_command_line(
    tmp_path: Path,
    result: netlift.Result,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    result.save(tmp_path / "net")
    given: list[float | None] = []

    def lifted(network: Any, examples: Any, how: Lifting, **_: Any) -> netlift.Result:
        given.append(how.budget)
        return result

    monkeypatch.setattr(_lift, "lift_sequences", lifted)
    command = ["lift", str(tmp_path / "net"), "--inputs", "0..3", "-o", str(tmp_path / "out"), "--quiet"]
    assert cli.run([*command, "--budget", "2.5"]) == 0
    assert given == [2.5]
    assert cli.run([*command, "--budget", "nan"]) == 2
    assert "--budget nan is no positive number of seconds." in capsys.readouterr().err


# Threads of linear algebra


def pools() -> list[int]:
    """How many threads each pool of this process has."""
    return [pool["num_threads"] for pool in threadpool_info()]


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("call", ["distill", "lift"])
def test_a_call_keeps_linear_algebra_to_one_thread(call: str, fails: bool, tmp_path: Path) -> None:
    script = f"""
import numpy, netlift
from threadpoolctl import threadpool_info
from netlift.engine import _distill
from netlift.engine import _lift
pools = lambda: [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
before, inside = pools(), []
def seen(*_):
    inside.append(pools())
    raise ValueError("seen")
_distill.split = _lift.bound = seen
inputs = [[0, 1], [1, 0]]
try:
    netlift.distill(inputs, inputs) if "{call}" == "distill" else netlift.lift(None, inputs)
except ValueError as error:
    assert str(error) == "seen", error
assert max(before) > 1, before
assert set(inside[0]) == {{1}}, inside
assert pools() == before, pools()
"""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    environment |= {"OPENBLAS_NUM_THREADS": "2", "PYTHONPATH": str(SOURCE.parent)}
    with started("-c", script, cwd=tmp_path, env=environment) as run:
        _, err = run.communicate()
    assert (run.returncode, err) == (0, "")


# A budget of the whole


class Counting:
    """A machine drawn at random, as a network that counts its steps."""

    def __init__(self, states: int, symbols: int) -> None:
        rng = np.random.default_rng(0)
        self.to, self.says = rng.integers(0, states, (states, symbols)), rng.integers(0, 2, states)
        self.steps = 0

    def initial_state(self, batch: int) -> Any:
        return np.zeros((batch, 1), dtype=np.int64)

    def next_state(self, hidden: Any, inputs: Any) -> Any:
        self.steps += len(hidden)
        return self.to[hidden[:, 0].astype(int), inputs[:, 0].astype(int)][:, None]

    def output(self, hidden: Any) -> Any:
        return self.says[hidden[:, 0].astype(int)][:, None].astype(float)


FEWEST_STEPS = 2_500  # that are taken whatever the budget: some words of each kind have to be answered


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize("budget", [1_000, 10_000])
def test_a_budget_of_steps_bounds_the_whole_lift(budget: int, labelled: bool) -> None:
    network = Counting(40, 3)
    words = np.random.default_rng(1).integers(0, 3, (1_500, 20))
    targets = np.zeros_like(words)
    state = np.zeros(len(words), dtype=np.int64)
    for step in range(words.shape[1]):
        state = network.to[state, words[:, step]]
        targets[:, step] = network.says[state]
    result = netlift.lift(network, words, targets if labelled else None, steps=budget)
    assert budget / 2 < network.steps <= 1.2 * budget + FEWEST_STEPS
    told = [one for one in result.findings if one.startswith("The budget lasted for the first ")]
    assert len(told) == labelled


def test_checks_of_a_distill_end_with_its_budget(ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = np.random.default_rng(0).integers(0, 2, (200, 6))

    def checks(*_: Any) -> Any:
        while True:
            checkpoint()

    monkeypatch.setattr("netlift.engine._finish.claimed", checks)
    result = netlift.distill(inputs, np.cumsum(inputs, axis=1) % 2, budget=5_000)
    assert result.program is not None
    assert result.program([1, 1, 1]) == [1, 0, 1]
    stopped = "Proving was stopped: the budget of 5000 seconds is spent"
    assert any(one.startswith(stopped) for one in result.findings)
    assert ticking.read <= 5_000 + AFTER


def test_what_a_command_does_before_its_run_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([100.0, 107.0])
    monkeypatch.setattr("netlift.core._clock.time.monotonic", lambda: next(now, 107.0))
    with _clock.command_begun():
        clock = _clock.whole_clock(20.0)
    monkeypatch.undo()
    assert 7.0 <= clock._earlier < 7.1
    assert _clock.whole_clock(20.0)._earlier == 0.0


@pytest.mark.parametrize(("jobs", "seeds", "share"), [(2, "0", 20.0), (1, "0", 40 / 3), (2, "0-1", 10.0)])
def test_a_benchmark_shares_its_budget(
    jobs: int, seeds: str, share: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, Any]] = []

    class Here:
        """Does the tasks of a benchmark in this process."""

        def __init__(self, work: Any, jobs: int) -> None:
            given.append({**work.keywords, "jobs": jobs})

        def __enter__(self) -> "Here":
            return self

        def __exit__(self, *_: Any) -> None:
            pass

        def outcomes(self, names: list[str]) -> Any:
            return (Outcome(name, fake_run(name, 0, tmp_path)) for name in names)

    monkeypatch.setattr(_bench, "Workers", Here)
    tasks = "bitwise_or,bitwise_and,bitwise_xor"
    command = ["bench", "--tasks", tasks, "--seeds", seeds, "--jobs", str(jobs), "-o", str(tmp_path)]
    assert cli.run([*command, "--budget", "40"]) == 0
    assert [one["share"] for one in given] == [share] * len(given)
    assert cli.run([*command, "--budget", "0"]) == 2
