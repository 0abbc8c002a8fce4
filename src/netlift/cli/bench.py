"""`netlift bench`: the benchmark tasks are distilled, one after the other."""

import sys
from functools import partial

import click

from netlift.cli._config import given_options, resume_option
from netlift.cli._run_options import BUDGET
from netlift.cli._shared import SOLVED
from netlift.cli._shared import failed as fail
from netlift.core import _signals
from netlift.core._terminal import command_line, console_on
from netlift.core._threads import use_one_thread


@click.command()
@resume_option
@click.option("--tasks", "names", metavar="NAME,...", help="Only these tasks.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of all that is random."
)
@click.option("--seeds", metavar="0-9", help="Several seeds, one run each, instead of --seed.")
@click.option(
    "-o", "directory", metavar="DIR", help="Folder for the results; a run that stopped goes on there."
)
@click.option("--jobs", "--workers", type=click.IntRange(min=1), help="Processes (default: one a core).")
@click.option("--budget", type=BUDGET, metavar="SECONDS", help="Bound on the whole, in equal shares.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, whose workers do the tasks.")
def bench(
    names: str | None,
    seed: int,
    seeds: str | None,
    directory: str | None,
    jobs: int | None,
    budget: float | None,
    scheduler: str | None,
    resume: str | None,
) -> int:
    """Distil the benchmark tasks, with a live table; write bench.json and RESULTS.md."""
    use_one_thread()
    from netlift.bench._command import bench_tasks, chosen
    from netlift.bench._finished import holds_rows, refuse_other
    from netlift.report._run_folder import RunFolder

    tasks, several = chosen(names, seeds)
    options = given_options(click.get_current_context())
    with RunFolder(
        directory, "bench", "bench", command_line(), options, resumed=resume, worth=holds_rows
    ) as folder:
        _signals.clean_up_first()
        folder.claim(partial(refuse_other, tasks, several, seed))
        ended, failed = bench_tasks(
            tasks, several, seed, folder.path, jobs, console_on(sys.stdout), scheduler, budget
        )
    click.echo(ended)
    return fail(failed) if failed else SOLVED
