"""Is this code slower than an older one? Both run the same jobs in turn; their ratio is told.

    python benchmarks/speed.py OLDER [--bench] [--networks FOLDER] [--task NAME ...] [--rounds N]
                               [--page FILE]

OLDER is a commit of this repository, which is unpacked, or a folder with the older code (with `src/netlift`).
The jobs: `import netlift`; `netlift distill` of some benchmark tasks with seed 0; with --networks, what
`benchmarks/lift/train.py` wrote, opened by `netlift.lift`; and with --bench the whole benchmark, once a side.
Each job runs in its own process, on one thread. First once on each side without counting, for compiled code
to be kept (Python's own too, whatever the environment says of it: an installed package has it); then N
rounds, in each of which the sides take turns as to who is first. Processor seconds are compared, children's
included, for they depend less than the clock's on what else the machine does; the ratio is that of the least
over the rounds.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click
import numpy as np

from netlift.report import write_whole

HERE = Path(__file__).parent.resolve()
TASKS = ("sum_all", "parity_all", "prev3", "binary_addition", "div_3", "balanced_parenthesis")
MOST = 1.05  # times the older code's seconds
THREADS = ("NETLIFT_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
LIFT = """
import sys
import numpy as np
import netlift
netlift.lift(netlift.load_checkpoint(sys.argv[1]), np.load(sys.argv[2]), seed=0)
"""

Job = tuple[str, list[str]]
BENCH: Job = ("bench, 62 tasks", ["-m", "netlift", "bench", "--seed", "0", "-o", "out"])


def words_of(network: Path, folder: Path) -> Path:
    """A file with words of the language that a network was trained on: drawn once, for both sides."""
    if str(HERE / "lift") not in sys.path:
        sys.path.append(str(HERE / "lift"))
    languages = import_module("languages").LANGUAGES
    language = languages[json.loads(network.with_suffix(".json").read_text())["training"]["task"]]
    drawn = folder.resolve() / f"{network.stem}.npy"
    np.save(drawn, language.draw(200, language.length, np.random.default_rng([7, 0]))[0])
    return drawn


def jobs_of(tasks: Sequence[str], networks: Path | None, folder: Path) -> list[Job]:
    """The name of each job, and what follows `python`; words for networks are kept in the folder."""
    jobs: list[Job] = [("import netlift", ["-c", "import netlift"])]
    jobs += [
        (f"distill {task}", ["-m", "netlift", "distill", task, "-o", "out", "--quiet"]) for task in tasks
    ]
    files = [] if networks is None else sorted(networks.resolve().glob("*.safetensors"))
    return jobs + [
        (f"lift {file.stem}", ["-c", LIFT, str(file), str(words_of(file, folder))]) for file in files
    ]


def seconds_of(job: Job, code: Path, bytecode: Path) -> tuple[float, float]:
    """Processor seconds and seconds by the clock of a job, run with the code of one side.

    `bytecode` is the folder that keeps what Python compiles.
    """
    environment = {**os.environ, "PYTHONPATH": str(code / "src"), **dict.fromkeys(THREADS, "1")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
    with tempfile.TemporaryDirectory() as scratch:
        before, started = os.times(), time.monotonic()
        done = subprocess.run(
            [sys.executable, *job[1]],
            cwd=scratch,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        after, ended = os.times(), time.monotonic()
    if done.returncode:
        raise click.ClickException(f"{job[0]} failed with {code}:\n{done.stderr[-2_000:]}")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, ended - started


def unpacked(commit: str, scratch: Path) -> Path:
    """The code of a commit in a folder of its own."""
    packed = subprocess.run(
        ["git", "-C", HERE.parent, "archive", commit, "src"], capture_output=True, check=False
    )
    if packed.returncode:
        raise click.ClickException(f"{commit} is no folder and no commit: {packed.stderr.decode().strip()}")
    subprocess.run(["tar", "-x", "-C", scratch], input=packed.stdout, check=True)
    return scratch


def measured(
    jobs: Sequence[Job], sides: Sequence[Path], rounds: int, bytecode: Path
) -> list[tuple[list[float], list[float]]]:
    """For each job the least processor seconds, and the least by the clock, of each side."""
    least = []
    for number, job in enumerate(jobs):
        for code in sides if job is not BENCH else ():
            seconds_of(job, code, bytecode)
        found: list[list[tuple[float, float]]] = [[], []]
        for turn in range(rounds if job is not BENCH else 1):
            for side in (0, 1) if (turn + number) % 2 else (1, 0):
                found[side].append(seconds_of(job, sides[side], bytecode))
        least.append(
            ([min(used for used, _ in one) for one in found], [min(took for _, took in one) for one in found])
        )
        used = least[-1][0]
        click.echo(f"{job[0]:40} {used[0]:8.2f} {used[1]:8.2f} {used[1] / used[0]:6.2f}")
    return least


def page(
    jobs: Sequence[Job], least: Sequence[tuple[list[float], list[float]]], older: str, rounds: int
) -> str:
    """A line a job, and the sums of each kind."""
    lines = [
        "# Beside the code before",
        "",
        f"Written by `python benchmarks/speed.py {older}`: this code and the older one, the same jobs in "
        f"turn, the least of {rounds} rounds each (the whole benchmark once), on one thread of "
        f"{platform.machine()}, Python {platform.python_version()}.",
        "",
        "| job | processor seconds before | now | ratio | by the clock |",
        "|---|---:|---:|---:|---:|",
    ]
    rows = [(name, used, took) for (name, _), (used, took) in zip(jobs, least, strict=True)]
    for kind in dict.fromkeys(name.split()[0] for name, _, _ in rows):
        of = [(used, took) for name, used, took in rows if name.split()[0] == kind]
        if len(of) > 1:
            sums = [[sum(pair[part][side] for pair in of) for side in (0, 1)] for part in (0, 1)]
            rows.append((f"**all of {kind}**", sums[0], sums[1]))
    for name, used, took in rows:
        lines.append(
            f"| {name} | {used[0]:.2f} | {used[1]:.2f} | {used[1] / used[0]:.2f} | {took[1] / took[0]:.2f} |"
        )
    return "\n".join(lines) + "\n"


@click.command()
@click.argument("older")
@click.option("--networks", type=click.Path(exists=True, path_type=Path), help="What lift/train.py wrote.")
@click.option("--task", "tasks", multiple=True, default=TASKS, help="Benchmark tasks.")
@click.option("--bench", is_flag=True, help="The whole benchmark as well, once a side: ten minutes.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--page", "target", type=click.Path(path_type=Path), help="Write the figures here.")
def main(
    older: str, networks: Path | None, tasks: tuple[str, ...], bench: bool, rounds: int, target: Path | None
) -> int:
    """Compare the speed of this code with an older one; 1 where a kind of job takes 1.05 times as long."""
    with tempfile.TemporaryDirectory() as scratch:
        code = Path(older).resolve() if Path(older).is_dir() else unpacked(older, Path(scratch))
        if not (code / "src" / "netlift").is_dir():
            raise click.ClickException(f"{older} has no src/netlift")
        jobs = jobs_of(tasks, networks, Path(scratch)) + [BENCH] * bench
        least = measured(jobs, (code, HERE.parent), rounds, Path(scratch) / "bytecode")
    text = page(jobs, least, older if not Path(older).is_dir() else "FOLDER", rounds)
    click.echo("\n" + text)
    if target is not None:
        write_whole(target, text)
    sums: dict[str, list[float]] = {}
    for (name, _), (used, _) in zip(jobs, least, strict=True):
        total = sums.setdefault(name.split()[0], [0.0, 0.0])
        total[:] = [total[0] + used[0], total[1] + used[1]]
    return int(any(now > MOST * before for before, now in sums.values()))


if __name__ == "__main__":
    raise SystemExit(main(standalone_mode=False))
