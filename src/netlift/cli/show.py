"""`netlift show`: a finished run is printed again."""

import json
import sys
from pathlib import Path

import click

from netlift.cli._shared import console_on
from netlift.core._errors import InputError


@click.command()
@click.argument("directory", metavar="DIR")
@click.option("--open", "opens", is_flag=True, help="Open its report.html in the browser as well.")
@click.option("--quiet", is_flag=True, help="Print only the program.")
@click.option("--json", "as_json", is_flag=True, help="Print only JSON: all that is known of the result.")
def show(directory: str, opens: bool, quiet: bool, as_json: bool) -> None:
    """Print the finished run in DIR again: its program, machine and claims.

    The folder is read, not trusted: its program is parsed and not run, and its claims are printed as they
    stand there. `netlift check --certificate DIR/certificate.json` checks them again.

    Exit code: 0; 2 where DIR holds no result.

    \b
    Examples:
      netlift show runs/sum_all-1
      netlift show runs/sum_all-1 --quiet > rule.py
      netlift show runs/sum_all-1 --json | jq .certificate
    """
    from netlift.report._kept import load_result
    from netlift.report._show import show_kept
    from netlift.report.exports import export

    if quiet and as_json:
        raise InputError("--quiet and --json contradict each other; give one of them.")
    page = Path(directory) / "report.html"
    result = load_result(directory, network=False)
    if opens and not page.is_file():
        raise InputError(f"--open: {directory} has no report.html.")
    if as_json:
        click.echo(json.dumps(json.loads(export(result, "json")), indent=2, ensure_ascii=False))
    elif quiet and result.program is None:
        raise InputError(f"{directory} holds no program: {result.reason}")
    elif quiet and result.program is not None:
        click.echo(result.program.source, nl=False)
    else:
        show_kept(result, directory, console_on(sys.stdout))
    if opens:
        click.launch(page.absolute().as_uri())
