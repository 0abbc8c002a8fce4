"""What the commands have in common: exit codes, options, and how a result is kept."""

from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netlift.core import _signals
from netlift.core._errors import InputError
from netlift.core._terminal import command_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlift.report._result import Result
    from netlift.report._telling import Telling


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
    result: "Result",
    folder: Path,
    *,
    telling: "Telling",
    new: bool,
    more: "Mapping[str, str] | None" = None,
) -> int:
    """Write a result, with `more` files, show it, and the exit code that it stands for."""
    from netlift.report._keep import keep_result

    try:
        folder = keep_result(result, folder, command_line(), new=new, more=more or {})
    except InputError:
        if result.program is not None:  # what was found is shown where it cannot be kept
            click.echo(result.program.source)
        raise
    telling.show(result, str(folder))
    return SOLVED if result.solved or result.accepted else NOT_SOLVED
