"""`netlift tasks`: the benchmark tasks are listed, told about, and written to files."""

import sys
from pathlib import Path

import click

from netlift.cli._shared import SOLVED, console_on
from netlift.core import _signals
from netlift.core._errors import InputError


@click.command()
@click.argument("name", required=False)
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
    target = Path(file)
    if target.suffix != ".npz":
        raise InputError(f"-o {file} has no name that ends in .npz.")
    if target.is_dir() or not target.absolute().parent.is_dir():
        found = "it is a folder" if target.is_dir() else f"there is no folder {target.parent}"
        raise InputError(f"-o {file} cannot be written: {found}.")
    from netlift.bench._draw import TASK_SEQUENCES, npz_bytes, task_sequences
    from netlift.report import write_whole

    _signals.clean_up_first()
    sequences = task_sequences(task, seed, TASK_SEQUENCES if count is None else count)
    try:
        write_whole(target, npz_bytes(sequences))
    except OSError as error:
        raise InputError(f"-o {file} cannot be written: {error.strerror or error}.") from error
    click.echo(f"{len(sequences):,} sequences of {name} in {file}")
    return SOLVED
