"""A finished run, read from its folder and written in another form."""

from pathlib import Path

import click

from netlift.core import _signals
from netlift.core._errors import InputError


def write_form(directory: str, form: str, file: str | None) -> None:
    """What `netlift export` does. Raises InputError where there is no such result, form or place."""
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
        try:
            text = content.decode()
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise InputError(f"{form} is no text; give -o FILE.")
        click.echo(text, nl=False)
        return
    _signals.clean_up_first()
    try:
        write_whole(Path(file), content)
    except OSError as error:
        raise InputError(f"-o {file} cannot be written: {error.strerror or error}.") from error
    click.echo(f"{form}, {len(content):,} bytes, in {file}")
