"""`netlift bench`: the benchmark tasks are distilled, one after the other."""

import sys

import click

from netlift.cli._shared import SOLVED, stopped
from netlift.cli._shared import failed as fail
from netlift.core import _signals
from netlift.core._terminal import command_line, console_on
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
    from netlift.bench._command import bench_tasks, chosen_tasks
    from netlift.bench._seeds import parse_seeds
    from netlift.report import new_folder, result_folder

    tasks = chosen_tasks(names)
    several = None if seeds is None else parse_seeds(seeds)
    folder = result_folder(directory, "bench")
    _signals.clean_up_first()
    if directory is None:
        folder = new_folder(folder)
    again = command_line()
    try:
        ended, failed = bench_tasks(tasks, several, seed, folder, jobs, console_on(sys.stdout))
    except KeyboardInterrupt as stop:
        return stopped(stop, f"the tasks that had ended are in {folder}; `{again} -o {folder}` goes on")
    click.echo(ended)
    return fail(failed) if failed else SOLVED
