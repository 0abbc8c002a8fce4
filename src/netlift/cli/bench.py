"""`netlift bench`: the benchmark tasks are distilled, one after the other."""

import os
import sys

import click

from netlift.cli._shared import SOLVED, console_on, stopped, task_named
from netlift.cli._shared import failed as fail
from netlift.core import _signals
from netlift.core._threads import use_one_thread


@click.command()
@click.option("--tasks", "names", metavar="NAME,...", help="Only these tasks.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of all that is random."
)
@click.option("--seeds", metavar="0-9", help="Several seeds, one run each, instead of --seed.")
@click.option(
    "-o", "directory", metavar="DIR", help="Folder for the results; a run that stopped goes on there."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes (default: one a core).")
def bench(names: str | None, seed: int, seeds: str | None, directory: str | None, jobs: int | None) -> int:
    """Distil the benchmark tasks, with a live table; write bench.json and RESULTS.md."""
    use_one_thread()
    from netlift.bench import TASKS

    chosen = list(TASKS) if names is None else [task_named(name.strip()).name for name in names.split(",")]
    from netlift.bench._run import bench as run_bench
    from netlift.bench._seeds import bench_seeds, parse_seeds
    from netlift.report import new_folder, result_folder

    several = None if seeds is None else parse_seeds(seeds)
    folder = result_folder(directory, "bench")

    _signals.clean_up_first()
    if directory is None:
        folder = new_folder(folder)
    cores = jobs or (len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1)
    chosen = list(dict.fromkeys(chosen))
    console = console_on(sys.stdout)
    try:
        if several is None:
            summaries = [run_bench(chosen, seed=seed, directory=folder, jobs=cores, console=console)]
        else:
            summaries = bench_seeds(chosen, seeds=several, directory=folder, jobs=cores, console=console)
    except KeyboardInterrupt as stop:
        return stopped(stop, f"the tasks that had ended are in {folder}")
    solved, total = sum(one.solved for one in summaries), sum(len(one.rows) for one in summaries)
    seconds = sum(one.seconds for one in summaries)
    click.echo(f"{solved} of {total} solved in {seconds:.0f} s; see {folder}/RESULTS.md")
    failed = list(dict.fromkeys(name for one in summaries for name in one.failed))
    if failed:
        return fail(f"{len(failed)} of the tasks failed: {', '.join(failed)}.")
    return SOLVED
