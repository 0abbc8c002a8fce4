"""The options of every command that makes a result: where it goes, seed, budget, and what is printed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from netlift.core._clock import command_begun
from netlift.core._terminal import Seconds

BUDGET = Seconds()
_OPTIONS = (
    click.option("-o", "directory", metavar="DIR", help="Folder for the result (default: new under runs/)."),
    click.option(
        "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of all that is random."
    ),
    click.option(
        "--budget",
        type=BUDGET,
        metavar="SECONDS",
        help="Bound on the whole: the search ends at three quarters of it, checks at its end.",
    ),
    click.option("--quiet", is_flag=True, help="Print only the program."),
    click.option("--json", "as_json", is_flag=True, help="Print only JSON: all that is known of the result."),
    click.option("--verbose", is_flag=True, help="Print every network that is tried, and every step."),
)


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command these options; what is printed comes as one argument, `telling`."""

    @wraps(command)
    def gathered(quiet: bool, as_json: bool, verbose: bool, **given: Any) -> Any:
        from netlift.report._telling import Telling

        telling = Telling(quiet, as_json, verbose)
        with command_begun():
            return command(**given, telling=telling)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered
