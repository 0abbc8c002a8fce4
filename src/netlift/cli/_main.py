"""The command line: `netlift distill`, `netlift lift`, `netlift tasks`, `netlift bench`, `netlift check`.

Nothing heavy is imported before it is needed: help, version and refused input answer at once.
"""

import math
import os
import sys
from contextlib import ExitStack
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from netlift.core import _failure, _signals
from netlift.core._errors import InputError, shown
from netlift.core._output import guarded, hold_standard_files
from netlift.core._paths import is_folder, there
from netlift.core._threads import use_one_thread
from netlift.core._version import __version__

if TYPE_CHECKING:
    from rich.console import Console

    from netlift.bench import Task
    from netlift.data import Sequences
    from netlift.engine._result import Result
    from netlift.report import Progress

LONGEST_NAME = 255  # characters of a name that others are near to


class Exit(IntEnum):
    """What a run ended with, as its exit code. `WRONG_INPUT` stands for netlift's own errors as well."""

    SOLVED = 0
    NOT_SOLVED = 1
    WRONG_INPUT = 2


SOLVED, NOT_SOLVED, WRONG_INPUT = Exit


class _RaisedError(Exception):
    """What click would answer itself: an interrupt with an empty line, a broken pipe with an exit."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


class _Commands(click.Group):
    """The commands, from which every exception reaches `run`."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, EOFError, OSError) as error:
            raise _RaisedError(error) from error


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="netlift %(version)s")
def netlift() -> None:
    """Lift trained networks into code: sequences in, an exact readable Python program out."""


@netlift.command()
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
    _refuse_budget(budget)
    use_one_thread()
    is_file = _is_file(source)
    task = None if is_file else _task(source)
    from netlift.report import result_folder

    folder = result_folder(directory, Path(source).stem if is_file else source)
    with ExitStack() as stack:
        progress = _progress(stack, quiet=quiet, verbose=verbose)
        result = _distilled(source, task, seed, budget, specification, progress, origin)
    return _kept(result, folder, new=directory is None, quiet=quiet)


@netlift.command()
@click.argument("checkpoint")
@click.option(
    "--inputs",
    "sources",
    multiple=True,
    required=True,
    metavar="SOURCE",
    help="A file of example inputs, with targets or without; or what a stream brings, 0..9 or a,b,c, "
    "once for each stream.",
)
@click.option(
    "--length",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Steps of inputs that are drawn.",
)
@click.option(
    "--config", metavar="FILE", help="The JSON that describes the weights (default: beside them, NAME.json)."
)
@click.option(
    "--input-coding", type=click.Choice(["number", "one-hot"]), help="How symbols enter the network."
)
@click.option(
    "--output-coding",
    type=click.Choice(["classes", "number", "threshold"]),
    help="How its output units are read (default: found, and reported).",
)
@click.option("--threshold", type=float, help="Where an output unit counts as the second symbol.")
@click.option(
    "--snap",
    is_flag=True,
    help="Change a copy where that makes a proof succeed; it is kept beside.",
)
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
    help="Bound on reading and searching; checking what was found comes on top.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but the result's folder.")
@click.option("--verbose", is_flag=True, help="Print every step.")
def lift(
    checkpoint: str,
    sources: tuple[str, ...],
    length: int,
    config: str | None,
    input_coding: str | None,
    output_coding: str | None,
    threshold: float | None,
    snap: bool,
    directory: str | None,
    seed: int,
    budget: float | None,
    quiet: bool,
    verbose: bool,
) -> int:
    """Open the network in CHECKPOINT, which somebody else trained, and print the program inside.

    CHECKPOINT is a folder that `netlift distill` wrote, or weights (.safetensors, or a .pt state dict) with a
    JSON beside them that names the cell; docs/lift.md shows one.

    Exit code: 0 the program is what the network does, as far as was checked; 1 no exact program was
    found, the best attempt and the reason are kept; 2 the input is wrong; 130 interrupted.
    """
    if quiet and verbose:
        raise InputError("--quiet and --verbose contradict each other; give one of them.")
    _refuse_budget(budget)
    use_one_thread()
    from netlift.report import result_folder

    folder = result_folder(directory, Path(checkpoint).stem)
    from netlift.engine._lift import examples_from, lift_sequences
    from netlift.networks import load_checkpoint
    from netlift.networks._codings import Said

    _signals.clean_up_first()
    network = load_checkpoint(checkpoint, config)
    examples, labelled = examples_from(sources, length, seed)
    said = Said(inputs=input_coding, outputs=output_coding, threshold=threshold)
    with ExitStack() as stack:
        progress = _progress(stack, quiet=quiet, verbose=verbose)
        result = lift_sequences(
            network,
            examples,
            labelled=labelled,
            said=said,
            seed=seed,
            budget=budget,
            snap=snap,
            progress=progress,
        )
    return _kept(result, folder, new=directory is None, quiet=quiet)


@netlift.command()
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
        _list_tasks()
        return None
    task = _task(name)
    if file is None:
        _describe_task(task, seed, 3 if count is None else count)
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


@netlift.command()
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

    chosen = list(TASKS) if names is None else [_task(name.strip()).name for name in names.split(",")]
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
    console = _console(sys.stdout)
    try:
        if several is None:
            summaries = [run_bench(chosen, seed=seed, directory=folder, jobs=cores, console=console)]
        else:
            summaries = bench_seeds(chosen, seeds=several, directory=folder, jobs=cores, console=console)
    except KeyboardInterrupt as stop:
        return _stopped(stop, f"the tasks that had ended are in {folder}")
    solved, total = sum(one.solved for one in summaries), sum(len(one.rows) for one in summaries)
    seconds = sum(one.seconds for one in summaries)
    click.echo(f"{solved} of {total} solved in {seconds:.0f} s; see {folder}/RESULTS.md")
    failed = list(dict.fromkeys(name for one in summaries for name in one.failed))
    if failed:
        return _fail(f"{len(failed)} of the tasks failed: {', '.join(failed)}.")
    return SOLVED


@netlift.command()
@click.argument("program", required=False)
@click.option("--data", metavar="FILE", help="Compare with the targets in a file: .npz, .jsonl or .csv.")
@click.option(
    "--network",
    metavar="CHECKPOINT",
    help="Compare with a network: a folder of netlift, or a checkpoint as lift takes it.",
)
@click.option("--against", metavar="OTHER.py", help="Compare with another program, for every input.")
@click.option(
    "--inputs",
    multiple=True,
    metavar="RANGE",
    help="The inputs of a stream: 0..9, .. or a,b,c; once for each stream.",
)
@click.option("--certificate", metavar="FILE", help="Check a saved certificate.json again, independently.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the tests.")
def check(
    program: str | None,
    data: str | None,
    network: str | None,
    against: str | None,
    inputs: tuple[str, ...],
    certificate: str | None,
    seed: int,
) -> int:
    """Check PROGRAM against data, a network or another program; or check a certificate again.

    Exit code: 0 it holds, as far as is said; 1 it is refuted, with a sequence that shows it, or a
    certificate is refused; 2 the input is wrong.
    """
    others = {"--data": data, "--network": network, "--against": against, "--certificate": certificate}
    given = [name for name, value in others.items() if value is not None]
    if len(given) != 1:
        found = " and ".join(given) or "none of them"
        raise InputError(f"check needs one of {', '.join(others)}; found {found}.")
    if (program is None) == (certificate is None):
        found = "no PROGRAM" if program is None else "a PROGRAM beside --certificate"
        raise InputError(f"check {given[0]}: found {found}.")
    use_one_thread()
    _signals.clean_up_first()
    if certificate is not None:
        from netlift.cli._recheck import check_certificates

        held, lines = check_certificates(Path(certificate))
    else:
        held, lines = _compared(Path(str(program)), data, network, against, inputs, seed)
    for line in lines:
        click.echo(line)
    return SOLVED if held else NOT_SOLVED


def _compared(
    program: Path,
    data: str | None,
    network: str | None,
    against: str | None,
    inputs: tuple[str, ...],
    seed: int,
) -> tuple[bool, list[str]]:
    """Whether a program is what the one thing that is given says, and the lines to print."""
    from netlift.cli._check import check_against, check_data, check_network

    if data is not None:
        return check_data(program, Path(data))
    if network is not None:
        return check_network(program, Path(network), inputs, seed)
    return check_against(program, Path(str(against)), inputs, seed)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    _signals.leave_at_once()
    hold_standard_files()
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; its exit code. Every failure is one line on standard error.

    The code is the run's own whether or not its output could be written, and 2 where nothing but that
    output was asked for.
    """
    with guarded() as out:
        code = _run(arguments)
        out.flush()
        if out.failure is not None and not out.left:
            reason = out.failure.strerror or out.failure
            failed = _fail(f"standard output cannot be written: {reason}.")
            return code if code or isinstance(code, Exit) else failed
        return code or SOLVED


def _run(arguments: list[str] | None) -> int | None:
    """An `Exit` where a run ended with it; None or 0 where it was to print something and did."""
    try:
        code: int | None = netlift.main(arguments, prog_name="netlift", standalone_mode=False)
        return code
    except click.exceptions.NoArgsIsHelpError as help_text:
        click.echo(help_text.format_message())
        return WRONG_INPUT
    except click.ClickException as error:
        return _fail(error.format_message())
    except InputError as error:
        return _fail(str(error))
    except _RaisedError as raised:
        if isinstance(raised.error, KeyboardInterrupt):
            return _stopped(raised.error, "nothing was written")
        return _fail(_failure.sentence(raised.error))
    except (KeyboardInterrupt, click.Abort) as stop:
        return _stopped(stop, "nothing was written")
    except (Exception, SystemExit) as error:
        return _fail(_failure.sentence(error))


def _stopped(stop: BaseException, kept: str) -> int:
    """One line on how the run was ended and what is kept of it; the exit code for that."""
    word, code = _signals.told(stop)
    click.echo(f"netlift: {word}; {kept}.", err=True)
    return code


def _fail(message: str) -> Exit:
    click.echo(f"netlift: {' '.join(message.split())}", err=True)
    return WRONG_INPUT


def _kept(result: "Result", folder: Path, *, new: bool, quiet: bool) -> int:
    """Write a result, show it, and the exit code that it stands for."""
    from netlift.report import fill_folder, show_result

    try:
        folder = fill_folder(folder, result.write_files, new=new)
    except InputError:
        if result.program is not None:  # what was found is shown where it cannot be kept
            click.echo(result.program.source)
        raise
    if quiet:
        click.echo(folder)
    else:
        program = result.program.source if result.program is not None else None
        show_result(result.facts(), program, str(folder), _console(sys.stdout))
    return SOLVED if result.solved else NOT_SOLVED


def _refuse_budget(budget: float | None) -> None:
    if budget is not None and not (math.isfinite(budget) and budget > 0):
        raise InputError(f"--budget {budget} is no positive number of seconds.")


def _is_file(source: str) -> bool:
    return there(source) or bool(Path(source).suffix) or os.sep in source


def _task(name: str) -> "Task":
    """A task by name, or an InputError that suggests near names."""
    from netlift.bench import TASKS

    if name in TASKS:
        return TASKS[name]
    from difflib import get_close_matches

    files = sorted(path.name for path in Path().iterdir() if path.suffix in (".npz", ".jsonl", ".csv"))
    near = (
        []
        if len(name) > LONGEST_NAME
        else get_close_matches(name, [*TASKS, *files, *(Path(file).stem for file in files)], n=1)
    )
    stems = {Path(file).stem: file for file in files}
    hint = f"did you mean {stems.get(near[0], near[0])!r}?" if near else "`netlift tasks` lists the tasks."
    raise InputError(f"There is no task and no file named {shown(name)}; {hint}")


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
        sequences = _read(Path(source))
        progress.stage("data")
        progress.log(f"{len(sequences):,} sequences of up to {sequences.inputs.shape[1]:,} steps")
        from netlift.engine._distill import distill_sequences

        _signals.clean_up_first()
        return distill_sequences(
            sequences, seed=seed, budget=budget, progress=progress, specification=wanted, source=origin
        )
    progress.stage("data")
    from netlift.engine._distill import distill_task

    _signals.clean_up_first()
    return distill_task(
        task, seed=seed, budget=budget, progress=progress, specification=wanted, source=origin
    )


def _read(path: Path) -> "Sequences":
    if not there(path):
        from difflib import get_close_matches

        folder = path.parent
        names = sorted(other.name for other in folder.iterdir()) if is_folder(folder) else []
        near = [] if len(path.name) > LONGEST_NAME else get_close_matches(path.name, names, n=1)
        raise InputError(f"{path}: no such file{f'; did you mean {folder / near[0]}?' if near else '.'}")
    from netlift.data import read_sequences

    return read_sequences(path)


def _progress(stack: ExitStack, *, quiet: bool, verbose: bool) -> "Progress":
    from netlift.report import Bar, Lines, Silent

    if quiet:
        return Silent()
    console = _console(sys.stderr)
    if console.is_terminal and not verbose:
        return stack.enter_context(Bar(console))
    return Lines(sys.stderr, facts=verbose)


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    return Console(file=stream, highlight=False)


def _list_tasks() -> None:
    from rich.table import Table

    from netlift.bench import TASKS

    console = _console(sys.stdout)
    table = Table(box=None, pad_edge=False)
    for heading in ("task", "inputs", "length", "rule"):
        table.add_column(heading, no_wrap=heading != "rule")
    for task in TASKS.values():
        table.add_row(task.name, _inputs(task), str(task.length), task.rule)
    console.print(table)


def _inputs(task: "Task") -> str:
    streams = "" if task.streams == 1 else f"{task.streams} streams, "
    return f"{streams}{task.low}..{task.high}"


def _describe_task(task: "Task", seed: int, count: int) -> None:
    from netlift.bench._draw import task_sequences

    click.echo(f"{task.name}: {_inputs(task)}, length {task.length}; {task.rule}")
    sequences = task_sequences(task, seed, count)
    for inputs, targets in zip(sequences.inputs.tolist(), sequences.targets.tolist(), strict=True):
        click.echo(f"  {_flat(inputs)} -> {_flat(targets)}")


def _flat(steps: list[list[int]]) -> str:
    return " ".join(str(step[0]) if len(step) == 1 else f"({','.join(map(str, step))})" for step in steps)


if __name__ == "__main__":
    main()
