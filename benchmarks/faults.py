"""Disturb real runs of netlift in every way that a machine does, and count what they leave behind.

    python benchmarks/faults.py FOLDER --kills 20 --seed 0 -o benchmarks/FAULTS.md

Each trial is one or two real commands in a folder of its own under FOLDER. A distill (400 sequences of 8
bits, their parity so far; a network trained by gradient) and a bench of two tasks are run undisturbed first.
A trial passes if what is there afterwards is nothing, a whole result, or a run that can go on; if what the
command said is at most one sentence and no traceback; and if the run, gone on with or begun again, ends with
the same bytes as the undisturbed one, its seconds apart. A trial that is done is not done again: rows.json in
FOLDER keeps it.
"""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

import netlift
from netlift.core._files import write_whole

SOURCE = Path(netlift.__file__).parents[1]
SECONDS = frozenset(["report.html", "RESULTS.md", "bench.html"])  # files that show how long a run took
TIMED = ("seconds", "stages", "peak_mb", "stamp")  # facts that do
TASKS = "bitwise_or,sum_all"
DISTILL = ("distill", "bits.npz", "-o", "out", "--quiet")
BENCH = ("bench", "--tasks", TASKS, "--jobs", "1", "-o", "out")
NOBODY = 65_534


def run_of(*command: str, cwd: Path, **named: Any) -> "subprocess.Popen[str]":
    """A netlift that has begun."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), **named.pop("more", {})}
    for name in named.pop("less", ()):
        environment.pop(name, None)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    named.setdefault("env", environment)
    python = named.pop("python", sys.executable)
    return subprocess.Popen([python, "-m", "netlift", *command], cwd=cwd, text=True, **{**pipes, **named})


def ended(*command: str, cwd: Path, **named: Any) -> tuple[int, str, str]:
    """The exit code of a netlift, and what it said."""
    with run_of(*command, cwd=cwd, **named) as run:
        out, err = run.communicate()
    return run.returncode, out, err


def processor_seconds(number: int) -> float:
    """Seconds of processor time of a process and of the children it has waited for; 0 where it is gone."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def disturbed(number: int, after: float, *command: str, cwd: Path) -> tuple[int, str, str]:
    """A netlift that is sent a signal after so many seconds of processor time."""
    with run_of(*command, cwd=cwd) as run:
        while run.poll() is None and processor_seconds(run.pid) < after:
            time.sleep(0.01)
        if run.poll() is None:
            run.send_signal(number)
        out, err = run.communicate()
    return run.returncode, out, err


def content(folder: Path) -> dict[str, Any]:
    """All that a run left in a folder, by path, without what tells how long it took."""
    found: dict[str, Any] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_dir() or file.name in SECONDS or "damaged" in str(file):
            continue
        name = str(file.relative_to(folder))
        if file.name in ("result.json", "row.json", "bench.json"):
            found[name] = untimed(json.loads(file.read_text()))
        else:
            found[name] = file.read_bytes()
    return found


def untimed(facts: Any) -> Any:
    """JSON without what tells how long a run took."""
    if isinstance(facts, dict):
        return {name: untimed(fact) for name, fact in facts.items() if name not in TIMED}
    return [untimed(one) for one in facts] if isinstance(facts, list) else facts


def complaints(done: tuple[int, str, str], *, codes: tuple[int, ...]) -> list[str]:
    """What is wrong with how a run ended: its exit code, or more than one sentence."""
    code, _, err = done
    found = [] if code in codes else [f"exit code {code}: {err[-200:]!r}"]
    if "Traceback" in err or err.count("\n") > 1 or (err and not err.startswith("netlift: ")):
        found.append(f"said {err[-300:]!r}")
    return found


def half_written(folder: Path) -> list[str]:
    """What a run left in or beside `out` that is neither a whole result nor a run to go on with."""
    found = [f"left {one.name}" for one in folder.iterdir() if one.name.startswith(".")]
    out = folder / "out"
    results = [out, *(one for one in out.iterdir() if one.is_dir())] if out.is_dir() else []
    for one in results:
        files = {file.name for file in one.iterdir() if file.is_file()}
        found += [f"left {one.name}/{name}" for name in sorted(files) if name.startswith(".")]
        if "program.py" in files and "result.json" not in files:
            found.append(f"{one.name} is half a result")
    return found


class Trials:
    """The trials in a folder, the rows of those that were done, and what undisturbed runs gave."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "rows.json"
        self.rows: dict[str, dict[str, Any]] = json.loads(self.file.read_text()) if self.file.exists() else {}
        self.references: dict[tuple[str, ...], tuple[dict[str, Any], float]] = {}

    def place(self, name: str) -> Path:
        """An empty folder for a trial, with its data."""
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        inputs = np.random.default_rng(0).integers(0, 2, (400, 8))
        np.savez(place / "bits.npz", inputs=inputs, targets=np.cumsum(inputs, axis=1) % 2)
        return place

    def reference(self, command: tuple[str, ...]) -> tuple[dict[str, Any], float]:
        """What an undisturbed run gives, and its seconds of processor time."""
        if command not in self.references:
            place = self.place(f"undisturbed-{command[0]}")
            ended(*command, cwd=place)  # compiles what there is to compile
            shutil.rmtree(place / "out")
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = ended(*command, cwd=place)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done[0] != 0:
                raise RuntimeError(f"the undisturbed run failed: {done}")
            taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            self.references[command] = content(place / "out"), taken
        return self.references[command]

    def same(self, place: Path, command: tuple[str, ...]) -> list[str]:
        """What differs from an undisturbed run."""
        expected, found = self.reference(command)[0], content(place / "out")
        names = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
        return [f"differs: {', '.join(sorted(names))}"] if names else []

    def gone_on(self, place: Path, command: tuple[str, ...]) -> list[str]:
        """What is wrong after the run is gone on with, or begun again where nothing of it was kept."""
        stopped = (place / "out/journal/run.json").exists()
        again = (command[0], "--resume", "out") if stopped else command
        quiet = ("--quiet",) if command[0] == "distill" and again != command else ()
        if not stopped and any((place / "out" / name).exists() for name in ("result.json", "bench.json")):
            return self.same(place, command)
        done = ended(*again, *quiet, cwd=place)
        return complaints(done, codes=(0,)) + self.same(place, command) + half_written(place)

    def trial(self, kind: str, number: int, work: Callable[[Path], list[str]]) -> None:
        """Do a trial that was not done before, and keep its row."""
        name = f"{kind}, {number}"
        if name in self.rows:
            return
        try:
            found = work(self.place(kind.replace(" ", "-").replace("/", "-") + f"-{number}"))
        except OSError as error:  # as where another user can run no Python
            click.echo(f"{name}: not tried: {error}")
            return
        self.rows[name] = {"kind": kind, "complaints": found}
        write_whole(self.file, json.dumps(self.rows, indent=1) + "\n")
        click.echo(f"{name}: {'; '.join(found) or 'passed'}")


def killed(trials: Trials, command: tuple[str, ...], count: int) -> None:
    """kill -9 at random moments, and go on."""
    for number in range(count):
        share = random.Random(f"{trials.seed} {command[0]} {number}").random()

        def work(place: Path, share: float = share) -> list[str]:
            disturbed(signal.SIGKILL, share * trials.reference(command)[1], *command, cwd=place)
            return trials.gone_on(place, command)

        trials.trial(f"kill -9 of {command[0]}", number, work)


def asked_to_end(trials: Trials, count: int) -> None:
    """SIGINT in the first half second, SIGTERM and SIGHUP at random moments, and go on."""
    codes = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
    for asked, code in codes.items():
        for number in range(count):
            share = random.Random(f"{trials.seed} {asked.name} {number}").random()

            def work(place: Path, asked: int = asked, code: int = code, share: float = share) -> list[str]:
                seconds = trials.reference(DISTILL)[1]
                after = 0.1 + 0.4 * share if asked == signal.SIGINT else 0.1 + share * (seconds - 0.1)
                done = disturbed(asked, after, *DISTILL, cwd=place)
                wrong = complaints(done, codes=(code, 0)) + half_written(place)
                return wrong + trials.gone_on(place, DISTILL)

            trials.trial(f"{asked.name} of distill", number, work)


def limited(trials: Trials) -> None:
    """Little memory, few files, small files: one sentence or the same result."""
    mega = 1 << 20
    limits = {
        "ulimit -v": (resource.RLIMIT_AS, [v * mega for v in (4000, 1500, 800, 600, 400, 300, 200)]),
        "ulimit -n": (resource.RLIMIT_NOFILE, [64, 20, 12]),
        "ulimit -f": (resource.RLIMIT_FSIZE, [100_000, 20_000, 5_000, 1_000]),
    }
    for kind, (what, values) in limits.items():
        for value in values:

            def work(place: Path, what: int = what, value: int = value) -> list[str]:
                trials.reference(DISTILL)
                done = ended(*DISTILL, cwd=place, preexec_fn=lambda: resource.setrlimit(what, (value, value)))
                if what == resource.RLIMIT_FSIZE:  # the journal says so, and then the run
                    done = done[0], done[1], done[2].splitlines(keepends=True)[-1] if done[2] else ""
                wrong = complaints(done, codes=(0, 1, 2)) + half_written(place)
                if done[0] == 1:  # what could not be checked is said in the result
                    return wrong
                same = trials.same if done[0] == 0 else trials.gone_on
                return wrong + same(place, DISTILL)

            trials.trial(kind, value, work)


def full_disk(trials: Trials) -> None:
    """A disk that fills up while a run is at work: a tmpfs of so many kilobytes."""
    for size in (8, 24, 48, 96, 160):

        def work(place: Path, size: int = size) -> list[str]:
            trials.reference(DISTILL)
            disk = place / "disk"
            disk.mkdir()
            command = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(disk)]
            if subprocess.run(command, check=False, capture_output=True).returncode:
                raise click.UsageError("a tmpfs can be mounted by root alone; run this trial as root")
            try:
                done = ended("distill", "bits.npz", "-o", "disk/out", "--quiet", cwd=place)
                wrong = [] if done[0] in (0, 2) else [f"exit code {done[0]}: {done[2][-200:]!r}"]
                if "Traceback" in done[2] or not all(
                    line.startswith("netlift: ") for line in done[2].splitlines()
                ):
                    wrong.append(f"said {done[2][-300:]!r}")
                wrong += half_written(disk)
                if (disk / "out").exists():
                    shutil.copytree(disk / "out", place / "out")
            finally:
                subprocess.run(["umount", str(disk)], check=True)
            return wrong + trials.gone_on(place, DISTILL)

        trials.trial("full disk", size, work)


def elsewhere(trials: Trials) -> None:
    """Names, places and streams that a run has to bear."""

    def odd_names(place: Path) -> list[str]:
        inner = place / "ein Ordner, ünï 日本 'q' $HOME"
        inner.mkdir()
        shutil.move(place / "bits.npz", inner / "bits.npz")
        done = ended(*DISTILL, cwd=inner)
        return complaints(done, codes=(0,)) + trials.same(inner, DISTILL)

    def no_home(place: Path) -> list[str]:
        done = ended(*DISTILL, cwd=place, less=("HOME", "XDG_CACHE_HOME"))
        return complaints(done, codes=(0,)) + trials.same(place, DISTILL)

    def jumping(place: Path) -> list[str]:
        (place / "sitecustomize.py").write_text(
            "import itertools, time\nreal, jumps = time.time, itertools.cycle((0, 86400, -86400, 1e9))\n"
            "time.time = lambda: real() + next(jumps)\n"
        )
        done = ended(*DISTILL, cwd=place, more={"PYTHONPATH": f"{place}{os.pathsep}{SOURCE}"})
        return complaints(done, codes=(0,)) + trials.same(place, DISTILL)

    def closed_pipe(place: Path) -> list[str]:
        read, write = os.pipe()
        os.close(read)
        with run_of(*DISTILL, cwd=place, stdout=write) as run:
            os.close(write)
            err = run.communicate()[1]
        return complaints((run.returncode, "", err), codes=(0,)) + trials.same(place, DISTILL)

    def read_only(place: Path) -> list[str]:
        place.chmod(0o755)  # of another user: nobody can write here, nor beside the package, nor at home
        temporary = place / "tmp"
        temporary.mkdir()
        temporary.chmod(0o1777)
        more = {"HOME": "/nonexistent", "TMPDIR": str(temporary)}
        nobody: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        try:
            done = ended(*DISTILL, cwd=place, more=more, **nobody)
        except PermissionError:  # this Python is its user's alone: the system's, with what is installed here
            installed = os.pathsep.join([str(SOURCE), sysconfig.get_path("purelib")])
            python = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
            done = ended(*DISTILL, cwd=place, more={**more, "PYTHONPATH": installed}, python=python, **nobody)
        wrong = complaints(done, codes=(2,))
        return wrong + ([] if "no permission" in done[2] else [f"said {done[2]!r}"]) + half_written(place)

    def two_runs(place: Path) -> list[str]:
        with run_of(*DISTILL, cwd=place) as first:
            while first.poll() is None and not (place / "out/journal/run.json").exists():
                time.sleep(0.01)
            second = ended(*DISTILL, cwd=place)
            first.communicate()
        refused = second[0] == 2 and "is at work in out" in second[2]
        wrong = [] if refused else [f"the second run was not refused: {second[2]!r}"]
        return wrong + complaints(second, codes=(2,)) + trials.same(place, DISTILL)

    kinds = {
        "a path with spaces and other letters": odd_names,
        "no HOME": no_home,
        "a clock that jumps": jumping,
        "a closed pipe": closed_pipe,
        "a folder and a home that cannot be written": read_only,
        "two runs in one folder": two_runs,
    }
    for kind, work in kinds.items():
        trials.trial(kind, 0, work)


def page(trials: Trials) -> str:
    """How many trials of each kind were done and passed, and what was wrong with the others."""
    kinds: dict[str, list[list[str]]] = {}
    for row in trials.rows.values():
        kinds.setdefault(row["kind"], []).append(row["complaints"])
    lines = [
        "# Runs that are disturbed",
        "",
        f"Written by `python benchmarks/faults.py FOLDER --seed {trials.seed}`, which says what each trial "
        "does and when it passes.",
        "",
        "| trial | done | passed |",
        "|---|---:|---:|",
        *(f"| {kind} | {len(rows)} | {sum(not row for row in rows)} |" for kind, rows in kinds.items()),
        f"| all | {len(trials.rows)} | {sum(not row['complaints'] for row in trials.rows.values())} |",
    ]
    wrong = [
        f"- {name}: {'; '.join(row['complaints'])}" for name, row in trials.rows.items() if row["complaints"]
    ]
    return "\n".join([*lines, *(["", "## Not passed", "", *wrong] if wrong else [])]) + "\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--kills", default=20, show_default=True, help="Of a distill, and of a bench.")
@click.option("--signals", default=5, show_default=True, help="Of each kind.")
@click.option("--seed", default=0, show_default=True)
@click.option("-o", "written", type=click.Path(path_type=Path), help="The page.")
def main(folder: Path, kills: int, signals: int, seed: int, written: Path | None) -> None:
    """Do the trials in FOLDER that were not done yet, and write the page."""
    trials = Trials(folder.absolute(), seed)
    killed(trials, DISTILL, kills)
    elsewhere(trials)
    full_disk(trials)
    limited(trials)
    asked_to_end(trials, signals)
    killed(trials, BENCH, kills)
    if written is not None:
        write_whole(written, page(trials))
    click.echo(page(trials))


if __name__ == "__main__":
    main()
