"""The command that is running: its words, and where it prints what."""

import math
import os
import shlex
from typing import TYPE_CHECKING, Any, TextIO

import click
from click.core import ParameterSource
from click.types import FloatParamType

from netlift.core._errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

_GIVEN = (ParameterSource.COMMANDLINE, ParameterSource.DEFAULT_MAP)
# Options that change nothing of a result.
_NOT_TOLD = frozenset(["directory", "quiet", "as_json", "resume", "verbose"])


class Seconds(FloatParamType):
    """A positive number of seconds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Raises InputError where it is not positive."""
        seconds = float(super().convert(value, param, ctx))
        if not (math.isfinite(seconds) and seconds > 0):
            raise InputError(f"--budget {seconds} is no positive number of seconds.")
        return seconds


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


def console_on(stream: TextIO) -> "Console":
    """A console that prints to a stream, plainly where that is no terminal, and in continuous integration.

    NO_COLOR leaves the colours out (no-color.org); FORCE_COLOR asks for them where they would not be.
    """
    from rich.console import Console

    plain = os.environ.get("CI", "").lower() not in ("", "0", "false") and not os.environ.get("FORCE_COLOR")
    return Console(file=stream, highlight=False, force_terminal=False if plain else None)
