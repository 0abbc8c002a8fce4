"""What does report.html cost a run?

    python benchmarks/page_cost.py [--networks FOLDER] [--walks FOLDER] [--task NAME ...] [--rounds N]
        [--page FILE]

The jobs: `netlift distill` of some benchmark tasks with seed 0; with --walks, `netlift distill --from data`
of random walks through machines (FOLDER/NAME.csv, as `benchmarks/machines.py` draws them); with --networks,
what `benchmarks/lift/train.py` wrote, lifted and saved. Each runs in its own process, on one thread: as it
is, and without the page, in turn, N times, after a run that is not counted and keeps what Python compiles.
Processor seconds are compared, children's included. A page takes a twentieth of a second, which is less than
two equal runs differ by: so what is spent inside of it is measured, too, imports and collections included.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from netlift.report import write_whole
from speed import TASKS, THREADS, words_of

HERE = Path(__file__).parent.resolve()
MOST = 0.05  # of a run without it
WALKS = ("coffee_mealy", "car_alarm", "CYW43455")
RUN = """
import json, os, sys, time
import netlift, netlift.report._result as room
from netlift.__main__ import main
kept, spent = room.kept_page, []
def timed(*given):
    begun = time.process_time()
    try:
        return kept(*given)
    finally:
        spent.append(time.process_time() - begun)
room.kept_page = timed if sys.argv.pop(1) == "page" else lambda *given: ""
try:
    if sys.argv[1] == "save":
        import numpy as np
        words = np.load(sys.argv[3])
        netlift.lift(netlift.load_checkpoint(sys.argv[2]), words, seed=0).save("out")
    else:
        main()
except SystemExit as end:
    assert not end.code, end.code
used = os.times()
print(json.dumps([sum(used[:4]), sum(spent), len(spent)]), file=sys.stderr)
"""


@dataclass(frozen=True)
class Measured:
    """Processor seconds of a job: the least of all rounds with and without the page, and inside of it."""

    name: str
    given: float
    without: float
    inside: float

    @property
    def share(self) -> float:
        """What is spent inside, as a share of the run without the page."""
        return self.inside / self.without


def measured(name: str, arguments: Sequence[str], rounds: int, scratch: Path) -> Measured:
    """Run a job with and without the page, in turn."""
    environment = {**os.environ, **dict.fromkeys(THREADS, "1"), "PYTHONPYCACHEPREFIX": str(scratch / "kept")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed netlift is compiled already
    found: dict[str, list[tuple[float, float]]] = {"page": [], "none": []}
    for turn in range(-1, rounds):
        for side in ("page", "none") if turn % 2 else ("none", "page"):
            with tempfile.TemporaryDirectory() as folder:
                done = subprocess.run(
                    [sys.executable, "-c", RUN, side, *arguments],
                    cwd=folder,
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
            if done.returncode:
                raise click.ClickException(f"{name} failed:\n{done.stderr[-2_000:]}")
            whole, inside, pages = json.loads(done.stderr.splitlines()[-1])
            if pages != (side == "page"):
                raise click.ClickException(f"{name} made {pages} pages")
            if turn >= 0:
                found[side].append((whole, inside))
    given, without = (min(whole for whole, _ in found[side]) for side in ("page", "none"))
    one = Measured(name, given, without, min(inside for _, inside in found["page"]))
    click.echo(f"{name:44} {given:7.2f} {without:7.2f} {one.inside:7.3f} {one.share:7.1%}")
    return one


def page(rows: Sequence[Measured], rounds: int) -> str:
    """A line a job, and the sums."""
    all_ = Measured(
        "**all**", *(sum(getattr(one, of) for one in rows) for of in ("given", "without", "inside"))
    )
    worst = max(rows, key=lambda one: one.share)
    lines = [
        "# What the page costs",
        "",
        f"Written by `python benchmarks/page_cost.py`: processor seconds, the least of {rounds} runs with "
        f"report.html and of {rounds} without, in turn, on one thread of {platform.machine()}, Python "
        f"{platform.python_version()}. Inside: what was spent in making and writing the page, in the same "
        f"runs; it is at most {worst.share:.1%} of a run without a page ({worst.name}), and "
        f"{all_.share:.1%} of all.",
        "",
        "| job | with the page | without | inside | inside, of a run without |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.name} | {one.given:.2f} | {one.without:.2f} | {one.inside:.3f} | {one.share:.1%} |"
        for one in [*rows, all_]
    ]
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--networks", type=click.Path(exists=True, path_type=Path), help="What lift/train.py wrote.")
@click.option("--walks", type=click.Path(exists=True, path_type=Path), help="Walks of machines, NAME.csv.")
@click.option("--task", "tasks", multiple=True, default=TASKS, help="Benchmark tasks.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--page", "target", type=click.Path(path_type=Path), help="Write the figures here.")
def main(
    networks: Path | None, walks: Path | None, tasks: tuple[str, ...], rounds: int, target: Path | None
) -> int:
    """Measure what the page costs a run; 1 where that is more than a twentieth."""
    jobs = [(f"distill {task}", ["distill", task]) for task in tasks]
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        if walks is not None:
            files = {one: (walks / f"{one}.csv").resolve() for one in WALKS}
            jobs += [
                (f"distill {one} --from data", ["distill", str(file), "--from", "data"])
                for one, file in files.items()
            ]
        jobs = [(told, [*words, "-o", "out", "--quiet"]) for told, words in jobs]
        for file in [] if networks is None else sorted(networks.resolve().glob("*.safetensors")):
            jobs.append((f"lift {file.stem}", ["save", str(file), str(words_of(file, scratch))]))
        rows = [measured(told, words, rounds, scratch) for told, words in jobs]
    text = page(rows, rounds)
    click.echo("\n" + text)
    if target is not None:
        write_whole(target, text)
    return int(any(one.share > MOST for one in rows))


if __name__ == "__main__":
    raise SystemExit(main(standalone_mode=False))
