"""What the commands have in common: exit codes, options, and how a result is kept."""

import math
import sys
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netlift.core import _signals
from netlift.core._errors import InputError
from netlift.core._terminal import command_line, console_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlift.report._result import Result


class Exit(IntEnum):
    """What a run ended with, as its exit code. `WRONG_INPUT` stands for netlift's own errors as well."""

    SOLVED = 0
    NOT_SOLVED = 1
    WRONG_INPUT = 2


SOLVED, NOT_SOLVED, WRONG_INPUT = Exit


def stopped(stop: BaseException, kept: str) -> int:
    """One line on how the run was ended and what is kept of it, as its notes say; the exit code for that."""
    word, code = _signals.told(stop)
    click.echo(f"netlift: {word}; {'; '.join(getattr(stop, '__notes__', [kept]))}.", err=True)
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


def refuse_options(budget: float | None, *, quiet: bool, verbose: bool) -> None:
    """Raises InputError where options contradict each other or cannot be used."""
    if quiet and verbose:
        raise InputError("--quiet and --verbose contradict each other; give one of them.")
    if budget is not None and not (math.isfinite(budget) and budget > 0):
        raise InputError(f"--budget {budget} is no positive number of seconds.")
