"""What a command that makes a result prints, and when: a person's lines, the program alone, or JSON alone."""

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from netlift.core._errors import InputError
from netlift.core._progress import Progress, Silent
from netlift.core._terminal import console_on

if TYPE_CHECKING:
    from netlift.report._result import Result


@dataclass(frozen=True)
class Telling:
    """How a run is told.

    Standard output has the program alone with `quiet`, JSON alone with `as_json`, and else what a person
    reads. Progress goes to standard error, unless one of the two is asked for; with `verbose` it has every
    network and every step.

    Attributes:
        quiet: only the program.
        as_json: only JSON, the same as `netlift show DIR --json` prints later.
        verbose: every network that is tried, also beside JSON.
    """

    quiet: bool = False
    as_json: bool = False
    verbose: bool = False

    def __post_init__(self) -> None:
        for name, other in (("--verbose", self.verbose), ("--json", self.as_json)):
            if self.quiet and other:
                raise InputError(f"--quiet and {name} contradict each other; give one of them.")

    def progress(self, stack: ExitStack) -> Progress:
        """Whom a run tells how far it is, as long as the stack is open."""
        from netlift.report._progress import progress_of

        if self.quiet or (self.as_json and not self.verbose):
            return Silent()
        return progress_of(stack, verbose=self.verbose)

    def show(self, result: "Result", folder: str) -> None:
        """Print a result that is kept in a folder. Where it is not solved, quiet says so in one line more."""
        from netlift.report._show import json_of, show_result

        source = None if result.program is None else result.program.source
        if self.as_json:
            click.echo(json_of(result))
        elif not self.quiet:
            show_result(result.facts(), source, folder, console_on(sys.stdout))
        else:
            click.echo(source or "", nl=False)
            if result.stated is not None and result.stated.useful:
                click.echo(f"netlift: {result.stated.sentence} What was found is in {folder}.", err=True)
            elif not result.solved:
                reason = " ".join(result.reason.rstrip(".").split())
                click.echo(f"netlift: not solved: {reason}; what was found is in {folder}.", err=True)
