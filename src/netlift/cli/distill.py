"""`netlift distill`: a network is trained on sequences and opened."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netlift.cli._shared import is_file, kept, progress_of, read_data, refuse_budget, task_named
from netlift.core import _signals
from netlift.core._errors import InputError
from netlift.core._threads import use_one_thread

if TYPE_CHECKING:
    from netlift.bench import Task
    from netlift.report import Progress
    from netlift.report._result import Result


@click.command()
@click.argument("source")
@click.option(
    "-o", "directory", metavar="DIR", help="Folder for the result (default: a new one under runs/)."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of all that is random."
)
@click.option(
    "--budget",
    type=float,
    metavar="SECONDS",
    help="Bound on training, reading and searching; checking what was found comes on top.",
)
@click.option(
    "--specification", metavar="OTHER.py", help="A program that the result should be: prove or refute it."
)
@click.option(
    "--from",
    "origin",
    type=click.Choice(["network", "data", "both"]),
    default="network",
    show_default=True,
    help="Read a trained network; or the data alone: a finite machine, in seconds; or both: networks answer "
    "where the data are silent and they agree.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but the result's folder.")
@click.option("--verbose", is_flag=True, help="Print every network that is tried.")
def distill(
    source: str,
    directory: str | None,
    seed: int,
    budget: float | None,
    specification: str | None,
    origin: str,
    quiet: bool,
    verbose: bool,
) -> int:
    """Train a network on SOURCE, open it, and print the program inside.

    SOURCE is the name of a benchmark task (see `netlift tasks`) or a file: .npz, .jsonl or .csv.

    Exit code: 0 solved; 1 no exact program found, the best attempt and the reason are kept; 2 the
    input is wrong; 130 interrupted.
    """
    if quiet and verbose:
        raise InputError("--quiet and --verbose contradict each other; give one of them.")
    refuse_budget(budget)
    use_one_thread()
    from_file = is_file(source)
    task = None if from_file else task_named(source)
    from netlift.report import result_folder

    folder = result_folder(directory, Path(source).stem if from_file else source)
    with ExitStack() as stack:
        progress = progress_of(stack, quiet=quiet, verbose=verbose)
        result = _distilled(source, task, seed, budget, specification, progress, origin)
    return kept(result, folder, new=directory is None, quiet=quiet)


def _distilled(
    source: str,
    task: "Task | None",
    seed: int,
    budget: float | None,
    specification: str | None,
    progress: "Progress",
    origin: str,
) -> "Result":
    wanted = None if specification is None else Path(specification)
    if task is None:
        sequences = read_data(Path(source))
        progress.stage("data")
        progress.log(f"{len(sequences):,} sequences of up to {sequences.inputs.shape[1]:,} steps")
        from netlift.engine._distill import distill_sequences

        _signals.clean_up_first()
        return distill_sequences(
            sequences, seed=seed, budget=budget, progress=progress, specification=wanted, source=origin
        )
    progress.stage("data")
    from netlift.bench._distilled import distill_task

    _signals.clean_up_first()
    return distill_task(
        task, seed=seed, budget=budget, progress=progress, specification=wanted, source=origin
    )
