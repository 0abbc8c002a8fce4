"""`netlift show`: a finished run is printed again."""

import click


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
    """
    from netlift.report._show import shown_again

    shown_again(directory, opens=opens, quiet=quiet, as_json=as_json)
