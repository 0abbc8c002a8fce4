"""`netlift export`: a result in another form."""

import click

from netlift.core._completion import offered


@click.command()
@click.argument("directory", metavar="DIR")
@click.option(
    "--to",
    "form",
    required=True,
    metavar="FORMAT",
    shell_complete=offered("netlift.report.exports:EXPORTERS"),
    help="The form; `--to list` lists them.",
)
@click.option("-o", "file", metavar="FILE", help="Write to this file (default: standard output).")
def export(directory: str, form: str, file: str | None) -> None:
    """Write the result in DIR in another form, to a file.

    A form expresses the result exactly, or the command says in one sentence why it cannot. The folder is
    read, not trusted: its program is parsed and not run.

    Exit code: 0; 2 where DIR holds no result, or the result has no such form.
    """
    from netlift.report.exports._file import write_form

    write_form(directory, form, file)
