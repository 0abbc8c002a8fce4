"""`netlift run`: the program of a result beside the answers of a log, as a monitor."""

from pathlib import Path

import click


@click.command("run")
@click.argument("directory", metavar="DIR")
@click.argument("log", metavar="LOG")
@click.option("-o", "target", metavar="FILE", help="Write the log with the program's answers there.")
@click.option("--quiet", is_flag=True, help="Do not write the log; say only how many rows differ.")
def run_command(directory: str, log: str, target: str | None, quiet: bool) -> int:
    """Run the program of the result in DIR on LOG, and write its answers beside those of the log.

    The columns are those that the result was made from (its config.toml). Rows whose answer is another are
    marked in a column "differs". - reads the log from standard input.

    Exit code: 0 no difference; 1 there are some; 2 the input is wrong.
    """
    from netlift.monitor import run_log, told_lines

    outcome = run_log(Path(directory), log, target, quiet=quiet)
    for line in told_lines(outcome):
        click.echo(line, err=not (quiet or target))
    return 1 if outcome.differ else 0
