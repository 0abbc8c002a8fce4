"""`netlift inspect`: what is in a file, and the command line that would run it."""

import json
import sys
from typing import TYPE_CHECKING

import click

from netlift.cli._columns import column_options

if TYPE_CHECKING:
    from netlift.data._said import Said


@click.command("inspect")
@click.argument("file")
@column_options
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def inspect_command(file: str, as_json: bool, said: "Said") -> None:
    """Show what is in FILE, and the command line that would distil it. - reads standard input.

    Columns and their kinds, number and lengths of sequences, missing cells, repeated beginnings and
    contradictions; what the options do not say is proposed.

    Exit code: 0; 2 where the file cannot be read.
    """
    from netlift.data._inspect import inspect_file, told_lines
    from netlift.report._progress import Lines
    from netlift.sources import planned

    found = planned(inspect_file(file, said, Lines(sys.stderr)))
    if as_json:
        click.echo(json.dumps(found.facts(), indent=2, ensure_ascii=False))
        return
    for line in told_lines(found):
        click.echo("".join(one if one.isprintable() else repr(one)[1:-1] for one in line))
