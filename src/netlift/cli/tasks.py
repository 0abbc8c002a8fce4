"""`netlift tasks`: the benchmark tasks are listed, told about, and written to files."""

import sys

import click

from netlift.cli._shared import SOLVED
from netlift.core import _signals
from netlift.core._completion import offered
from netlift.core._errors import InputError
from netlift.core._terminal import console_on


@click.command()
@click.argument("name", required=False, shell_complete=offered("netlift.bench:TASKS"))
@click.option("-o", "file", metavar="FILE.npz", help="Write the task's data to this file.")
@click.option(
    "-n", "count", type=click.IntRange(min=1), help="Number of sequences (default: as many as distill uses)."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the data.")
def tasks(name: str | None, file: str | None, count: int | None, seed: int) -> int | None:
    """List the benchmark tasks, tell about one of them, or write its data to a file."""
    if name is None:
        if file is not None or count is not None:
            raise InputError("-o and -n need the NAME of a task.")
        from netlift.bench._listed import list_tasks

        list_tasks(console_on(sys.stdout))
        return None
    from netlift.bench._named import task_named

    task = task_named(name)
    if file is None:
        from netlift.bench._listed import described

        for line in described(task, seed, 3 if count is None else count):
            click.echo(line)
        return None
    from netlift.bench._listed import write_task

    _signals.clean_up_first()
    click.echo(write_task(task, file, seed, count))
    return SOLVED
