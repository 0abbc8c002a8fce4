"""What the commands have in common: exit codes, the progress shown, and how a result is kept."""

import math
import os
import shlex
import sys
from contextlib import ExitStack
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
from click.core import ParameterSource

from netlift.core import _signals
from netlift.core._errors import InputError, shown
from netlift.core._paths import is_folder, there

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from netlift.bench import Task
    from netlift.report import Progress
    from netlift.report._result import Result

_GIVEN = (ParameterSource.COMMANDLINE, ParameterSource.DEFAULT_MAP)
_NOT_TOLD = frozenset(["directory", "quiet", "verbose"])  # options that change nothing of a result
LONGEST_NAME = 255  # characters of a name that others are near to


class Exit(IntEnum):
    """What a run ended with, as its exit code. `WRONG_INPUT` stands for netlift's own errors as well."""

    SOLVED = 0
    NOT_SOLVED = 1
    WRONG_INPUT = 2


SOLVED, NOT_SOLVED, WRONG_INPUT = Exit


def stopped(stop: BaseException, kept: str) -> int:
    """One line on how the run was ended and what is kept of it; the exit code for that."""
    word, code = _signals.told(stop)
    click.echo(f"netlift: {word}; {kept}.", err=True)
    return code


def failed(message: str) -> Exit:
    click.echo(f"netlift: {' '.join(message.split())}", err=True)
    return WRONG_INPUT


def kept(
    result: "Result", folder: Path, *, new: bool, quiet: bool, more: "Mapping[str, str] | None" = None
) -> int:
    """Write a result, with `more` files, show it, and the exit code that it stands for."""
    from netlift.report import fill_folder, show_result, write_whole

    def write(beside: Path) -> None:
        for name, content in (more or {}).items():
            write_whole(beside / name, content)
        result.write_files(beside, command_line())

    try:
        folder = fill_folder(folder, write, new=new)
    except InputError:
        if result.program is not None:  # what was found is shown where it cannot be kept
            click.echo(result.program.source)
        raise
    if quiet:
        click.echo(folder)
    else:
        program = result.program.source if result.program is not None else None
        show_result(result.facts(), program, str(folder), console_on(sys.stdout))
    return SOLVED if result.solved else NOT_SOLVED


def command_line() -> str:
    """The command that is running, as a person would type it to repeat it; without where it writes to."""
    context = click.get_current_context()
    words = context.command_path.split()
    for one in context.command.params:
        value = context.params.get(one.name or "")
        given = context.get_parameter_source(one.name or "") in _GIVEN and value not in (None, ())
        if not given or one.name in _NOT_TOLD:
            continue
        if isinstance(one, click.Option):
            for part in value if one.multiple else [value]:
                words += [one.opts[0]] if one.is_flag else [one.opts[0], str(part)]
        else:
            words += [str(value)]
    return shlex.join(words)


def refuse_budget(budget: float | None) -> None:
    if budget is not None and not (math.isfinite(budget) and budget > 0):
        raise InputError(f"--budget {budget} is no positive number of seconds.")


def is_file(source: str) -> bool:
    """Whether a source is meant to be a file; a folder of a task's name, as of its results, is not."""
    if there(source) and is_folder(Path(source)):
        from netlift.bench import TASKS

        return source not in TASKS
    return there(source) or bool(Path(source).suffix) or os.sep in source


def task_named(name: str) -> "Task":
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


def progress_of(stack: ExitStack, *, quiet: bool, verbose: bool) -> "Progress":
    from netlift.report import Bar, Lines, Silent

    if quiet:
        return Silent()
    console = console_on(sys.stderr)
    if console.is_terminal and not verbose:
        return stack.enter_context(Bar(console))
    return Lines(sys.stderr, facts=verbose)


def console_on(stream: TextIO) -> "Console":
    from rich.console import Console

    return Console(file=stream, highlight=False)
