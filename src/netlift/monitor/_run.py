"""The program of a result beside the answers of a log."""

import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from netlift.core._errors import InputError, shown
from netlift.core._paths import is_file, is_folder
from netlift.data._config import CONFIG, said_of_result
from netlift.data._door import form_of, own_columns
from netlift.data._eventlog import read_log
from netlift.data._table import table
from netlift.monitor._answers import answers_of
from netlift.monitor._fields import run_fields
from netlift.monitor._outcome import Outcome
from netlift.monitor._table import NEXT, compared, inputs_of, write_beside
from netlift.monitor._within import stated_errors

BESIDE = "{} (program)"


def run_log(directory: Path, name: str, target: str | None, *, quiet: bool = False) -> Outcome:
    """Apply the program in a result's folder to a log, and write what it answers.

    Raises InputError, one sentence, where the folder holds no program, the log cannot be read as the result's
    data were, or the program takes more time or memory than it has.
    """
    program = directory / "program.py"
    if not is_folder(directory) or not is_file(program):
        raise InputError(f"{directory}: holds no program.py; expected the folder of a result")
    source = _text_of(program)
    said, within = said_of_result(directory), stated_errors(directory)
    with ExitStack() as stack:
        out = None if quiet else _output(stack, target)
        form = form_of(name, said)
        if form in ("fields", "words"):
            return run_fields(source, program, name, said, out, within, words=form == "words")
        opened = stack.enter_context(table(name))
        if not said.names_columns:
            own = own_columns(opened)
            if own is None:
                raise InputError(
                    f"{directory}: its {CONFIG} does not say which columns of {name} hold what; expected "
                    "a result that was made from a table"
                )
            said = replace(
                said, sequence=own.sequence, order=own.order, inputs=own.inputs, outputs=own.outputs
            )
        there = tuple(one for one in said.outputs if one in opened.header)
        if len(there) not in (0, len(said.outputs)):
            lacking = next(one for one in said.outputs if one not in there)
            raise InputError(f"{name}: has no column {shown(lacking)}, though it has other outputs")
        log = read_log(opened, replace(said, outputs=there))
        answers = answers_of(source, program, inputs_of(log))
        cells, outcome = compared(log, answers, said, within)
        if out is not None:
            write_beside(out, opened, cells, [BESIDE.format(one) for one in said.outputs] or [NEXT])
    return outcome


def _text_of(program: Path) -> str:
    try:
        return program.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{program}: cannot be read ({error})") from error


def _output(stack: ExitStack, target: str | None) -> TextIO:
    if target is None:
        return sys.stdout
    try:
        return stack.enter_context(open(target, "w", encoding="utf-8", newline=""))
    except OSError as error:
        raise InputError(f"-o {target} cannot be written: {error.strerror or error}.") from error
