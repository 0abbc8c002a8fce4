"""`netlift distill`: a network is trained on sequences and opened."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netlift.cli._columns import column_options
from netlift.cli._config import config_option, given_options, resume_option
from netlift.cli._run_options import run_options
from netlift.cli._shared import kept
from netlift.core._completion import offered
from netlift.core._terminal import command_line
from netlift.core._threads import use_one_thread

if TYPE_CHECKING:
    from netlift.data._said import Said
    from netlift.report._telling import Telling


@click.command()
@click.argument("source", required=False, shell_complete=offered("netlift.bench:TASKS", files=True))
@column_options
@config_option
@resume_option
@run_options
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
@click.option(
    "--noise",
    default="auto",
    show_default=True,
    metavar="auto|none|RATE",
    help="Labels that may be wrong: auto lists them where they are few, none refuses contradictions, RATE is "
    "their share.",
)
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, whose workers train the networks.")
def distill(
    source: str | None,
    scheduler: str | None,
    resume: str | None,
    directory: str | None,
    seed: int,
    budget: float | None,
    specification: str | None,
    origin: str,
    noise: str,
    telling: "Telling",
    said: "Said",
) -> int:
    """Train a network on SOURCE, open it, and print the program inside.

    SOURCE is the name of a benchmark task (see `netlift tasks`) or a file: .npz, .jsonl, any table (.csv,
    .parquet, .xlsx, ...) whose columns the options name, packed (.gz, .zst) or not; or -, standard input.
    `netlift inspect FILE` shows what is in a file and proposes the options.

    Exit code: 0 solved, or approximate as asked; 1 no exact program found, the best attempt and the
    reason are kept; 2 the input is wrong; 130 interrupted.
    """
    use_one_thread()
    from netlift.bench._named import given_source, task_or_file

    task = task_or_file(source := given_source(source))
    name = source if task else "stdin" if source == "-" else Path(source).stem
    from netlift.bench import _distilled, _scattered
    from netlift.data._config import CONFIG, config_text
    from netlift.report._run_folder import RunFolder

    options = given_options(click.get_current_context())
    with RunFolder(directory, name, "distill", command_line(), options, resumed=resume) as folder:
        with ExitStack() as stack:
            stack.enter_context(_scattered.training_on(scheduler))
            given = {
                "seed": seed,
                "budget": budget,
                "specification": None if specification is None else Path(specification),
                "source": origin,
                "noise": noise,
                "progress": telling.progress(stack),
            }
            result, data = _distilled.distill_source(task, source, said, given, folder.claim)
        return kept(
            result, folder.path, new=folder.new, telling=telling, more={CONFIG: config_text(options, data)}
        )
