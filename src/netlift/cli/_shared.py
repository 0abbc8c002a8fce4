"""What the commands have in common: exit codes, the progress shown, and how a result is kept."""

import math
import shlex
import sys
from contextlib import ExitStack
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
from click.core import ParameterSource

from netlift.core import _signals
from netlift.core._errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from netlift.report import Progress
    from netlift.report._result import Result

_GIVEN = (ParameterSource.COMMANDLINE, ParameterSource.DEFAULT_MAP)
_NOT_TOLD = frozenset(["directory", "quiet", "verbose"])  # options that change nothing of a result


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
    from netlift.report import show_result
    from netlift.report._keep import keep_result

    source = None if result.program is None else result.program.source
    try:
        folder = keep_result(result, folder, command_line(), new=new, more=more or {})
    except InputError:
        if source is not None:  # what was found is shown where it cannot be kept
            click.echo(source)
        raise
    if quiet:
        click.echo(folder)
    else:
        show_result(result.facts(), source, str(folder), console_on(sys.stdout))
    return SOLVED if result.solved else NOT_SOLVED


def command_line() -> str:
    """The command that is running, as a person would type it to repeat it; without where it writes to."""
    context = click.get_current_context()
    words = context.command_path.split()
    for one in context.command.params:
        value = context.params.get(one.name or "")
        given = context.get_parameter_source(one.name or "") in _GIVEN and value not in (None, ())
        if value is None or not given or one.name in _NOT_TOLD:
            continue
        if isinstance(one, click.Option):
            parts = list(value or ()) if one.multiple else [value]
            for part in parts:
                words += [one.opts[0]] if one.is_flag else [one.opts[0], str(part)]
        else:
            words += [str(value)]
    return shlex.join(words)


def refuse_options(budget: float | None, *, quiet: bool, verbose: bool) -> None:
    """Raises InputError where options contradict each other or cannot be used."""
    if quiet and verbose:
        raise InputError("--quiet and --verbose contradict each other; give one of them.")
    if budget is not None and not (math.isfinite(budget) and budget > 0):
        raise InputError(f"--budget {budget} is no positive number of seconds.")


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
