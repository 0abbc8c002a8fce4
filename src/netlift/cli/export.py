"""`netlift export`: a result in another form."""

from pathlib import Path

import click

from netlift.core import _signals
from netlift.core._errors import InputError


@click.command()
@click.argument("directory", metavar="DIR")
@click.option("--to", "form", required=True, metavar="FORMAT", help="The form; `--to list` lists them.")
@click.option("-o", "file", metavar="FILE", help="Write to this file (default: standard output).")
def export(directory: str, form: str, file: str | None) -> None:
    """Write the result in DIR in another form, to a file.

    A form expresses the result exactly, or the command says in one sentence why it cannot. The folder is
    read, not trusted: its program is parsed and not run.

    Exit code: 0; 2 where DIR holds no result, or the result has no such form.

    \b
    Examples:
      netlift export runs/sum_all-1 --to c -o sum.c
      netlift export runs/parity-1 --to dot | dot -Tpng -o parity.png
      netlift export runs/parity-1 --to smt2 | z3 -in
    """
    from netlift.report import write_whole
    from netlift.report._kept import load_result
    from netlift.report.exports import EXPORTERS
    from netlift.report.exports import export as exported

    if form == "list":
        for one in EXPORTERS:
            click.echo(f"{one.name:20} {(type(one).__doc__ or '').splitlines()[0]}")
        return
    content = exported(load_result(directory), form)
    if file is None:
        if b"\0" in content:
            raise InputError(f"{form} is no text; give -o FILE.")
        click.echo(content.decode(), nl=False)
        return
    _signals.clean_up_first()
    try:
        write_whole(Path(file), content)
    except OSError as error:
        raise InputError(f"-o {file} cannot be written: {error.strerror or error}.") from error
    click.echo(f"{form}, {len(content):,} bytes, in {file}")
