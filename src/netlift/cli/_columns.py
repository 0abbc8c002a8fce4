"""The options that say what the columns of a file hold, the same for every command."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

import click

_OPTIONS = (
    click.option("--sequence", metavar="COLUMN", help="The column with the sequences' names."),
    click.option("--order", metavar="COLUMN", help="The column with step numbers or times."),
    click.option("--time-format", metavar="FORM", help="The form of the times, as in '%d-%m-%Y %H:%M'."),
    click.option(
        "--input", "inputs", multiple=True, metavar="COLUMN,...", help="The columns, or fields, of inputs."
    ),
    click.option("--output", "outputs", multiple=True, metavar="COLUMN,...", help="Those of outputs."),
    click.option("--lifecycle", metavar="COLUMN", help="The column that tells start from complete."),
    click.option(
        "--reset", metavar="COLUMN", help="The column that marks rows where a sequence begins anew."
    ),
    click.option("--step", metavar="NUMBER", help="What measured numbers are rounded to, as in 0.1."),
    click.option("--approximate", is_flag=True, help="Outputs are measured: a law with a stated error."),
    click.option(
        "--text",
        multiple=True,
        metavar="COLUMN,...",
        help="Columns that are symbols, though they look like numbers.",
    ),
    click.option("--separator", metavar="MARK", help="What separates the columns (default: found)."),
    click.option("--encoding", metavar="NAME", help="The encoding of the text (default: found, and told)."),
)


def column_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command these options; it gets them as one argument, `said`."""

    @wraps(command)
    def gathered(**given: Any) -> Any:
        from netlift.data._options import said_of

        options = {name: given.pop(name) for name in signature(said_of).parameters}
        return command(**given, said=said_of(**options))

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered
