"""`netlift check`: a program is held against something, or a certificate is checked again."""

from pathlib import Path

import click

from netlift.cli._shared import NOT_SOLVED, SOLVED
from netlift.core import _signals
from netlift.core._errors import InputError
from netlift.core._paths import is_file
from netlift.core._threads import use_one_thread


@click.command()
@click.argument("program", required=False)
@click.option("--data", metavar="FILE", help="Compare with the targets in a file: .npz, .jsonl or .csv.")
@click.option(
    "--network",
    metavar="CHECKPOINT",
    help="Compare with a network: a folder of netlift, or a checkpoint as lift takes it.",
)
@click.option("--against", metavar="OTHER.py", help="Compare with another program, for every input.")
@click.option(
    "--inputs",
    multiple=True,
    metavar="RANGE",
    help="The inputs of a stream: 0..9, .. or a,b,c; once for each stream.",
)
@click.option("--certificate", metavar="FILE", help="Check a saved certificate.json again, independently.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the tests.")
def check(
    program: str | None,
    data: str | None,
    network: str | None,
    against: str | None,
    inputs: tuple[str, ...],
    certificate: str | None,
    seed: int,
) -> int:
    """Check PROGRAM against data, a network or another program; or check a certificate again.

    Exit code: 0 it holds, as far as is said; 1 it is refuted, with a sequence that shows it, or a
    certificate is refused; 2 the input is wrong.
    """
    others = {"--data": data, "--network": network, "--against": against, "--certificate": certificate}
    given = [name for name, value in others.items() if value is not None]
    if len(given) != 1:
        found = " and ".join(given) or "none of them"
        raise InputError(f"check needs one of {', '.join(others)}; found {found}.")
    if (program is None) == (certificate is None):
        found = "no PROGRAM" if program is None else "a PROGRAM beside --certificate"
        raise InputError(f"check {given[0]}: found {found}.")
    use_one_thread()
    _signals.clean_up_first()
    if certificate is not None:
        held, lines = _rechecked(Path(certificate))
    else:
        from netlift.certify._held import check_with

        held, lines = check_with(str(program), data, network, against, inputs, seed)
    for line in lines:
        click.echo(line)
    return SOLVED if held else NOT_SOLVED


def _rechecked(file: Path) -> tuple[bool, list[str]]:
    """Whether the independent checker accepts each certificate of a file, and a line about each.

    The lines are the checker's own: what it checked, about which files, with their hashes. Raises InputError
    where the file holds no certificate.
    """
    from netlift.checker._file import check_file, files_beside, printed_lines  # loads nothing of the learner

    if not is_file(file):
        raise InputError(f"--certificate {file}: no such file.")
    try:
        verdicts = check_file(file)
        lines = printed_lines(verdicts, files_beside(file))
    except ValueError as error:
        raise InputError(f"--certificate {file}: is no file of certificates ({error}).") from error
    if not verdicts:
        raise InputError(f"--certificate {file}: holds no certificate.")
    return all(verdict.failure is None for verdict in verdicts), lines
