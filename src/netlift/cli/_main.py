"""The command line: its commands, each in a file of its own, and how a run ends.

Nothing heavy is imported before it is needed: help, version and refused input answer at once.
"""

import sys
from typing import Any

import click

from netlift.cli._shared import SOLVED, WRONG_INPUT, Exit, failed, stopped
from netlift.cli.bench import bench
from netlift.cli.check import check
from netlift.cli.distill import distill
from netlift.cli.export import export
from netlift.cli.inspect import inspect_command
from netlift.cli.lift import lift
from netlift.cli.run_log import run_command
from netlift.cli.show import show
from netlift.cli.tasks import tasks
from netlift.core import _failure, _signals
from netlift.core._completion import answer_shell
from netlift.core._errors import InputError
from netlift.core._help import with_examples
from netlift.core._output import guarded, hold_standard_files
from netlift.core._version import __version__


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


for command in (distill, lift, tasks, bench, check, inspect_command, run_command, show, export):
    netlift.add_command(with_examples(command))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    _signals.leave_at_once()
    hold_standard_files()
    answer_shell(netlift)
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
            refused = failed(f"standard output cannot be written: {reason}.")
            return code if code or isinstance(code, Exit) else refused
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
        return failed(error.format_message())
    except InputError as error:
        return failed(str(error))
    except _RaisedError as raised:
        if isinstance(raised.error, KeyboardInterrupt):
            return stopped(raised.error, _signals.NOTHING_KEPT)
        return failed(_failure.sentence(raised.error))
    except (KeyboardInterrupt, click.Abort) as stop:
        return stopped(stop, _signals.NOTHING_KEPT)
    except (Exception, SystemExit) as error:
        return failed(_failure.sentence(error))


if __name__ == "__main__":
    main()
