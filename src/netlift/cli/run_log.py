"""`netlift run`: the program of a result beside the answers of a log, as a monitor."""

import ast
import csv
import io
import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

import click

from netlift.cli._config import CONFIG, read_config
from netlift.core._errors import InputError, shown
from netlift.core._paths import is_file, is_folder

if TYPE_CHECKING:
    from fractions import Fraction

    from netlift.data._eventlog import Log
    from netlift.data._said import Said
    from netlift.data._table import Table

DIFFERS = "differs"
BESIDE = "{} (program)"
NEXT = "may come next"
_BLOCK = 1_000  # rows that are written at a time


class Difference(NamedTuple):
    """The first answer that is not the program's, as one sentence tells it."""

    where: str
    expected: str
    found: str


class Outcome(NamedTuple):
    """How a log compares with a program: rows, those that differ, sequences, those that have one."""

    rows: int
    differ: int
    sequences: int
    wrong: int
    first: Difference | None


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
    outcome = run_log(Path(directory), log, target, quiet=quiet)
    for line in told_lines(outcome):
        click.echo(line, err=not (quiet or target))
    return 1 if outcome.differ else 0


def told_lines(outcome: Outcome) -> list[str]:
    """How many rows differ, and the first of them."""
    lines = [
        f"{outcome.differ:,} of {outcome.rows:,} steps differ, in {outcome.wrong:,} of {outcome.sequences:,} "
        "sequences."
    ]
    if outcome.first is not None:
        first = outcome.first
        lines.append(f"The first, {first.where}: the log has {first.expected}, the program {first.found}.")
    return lines


def run_log(directory: Path, name: str, target: str | None, *, quiet: bool = False) -> Outcome:
    """Apply the program in a result's folder to a log, and write what it answers.

    Raises InputError, one sentence, where the folder holds no program, the log cannot be read as the result's
    data were, or the program takes more time or memory than it has.
    """
    from netlift.data._door import form_of, own_columns
    from netlift.data._eventlog import read_log
    from netlift.data._table import table

    program = directory / "program.py"
    if not is_folder(directory) or not is_file(program):
        raise InputError(f"{directory}: holds no program.py; expected the folder of a result")
    source = _text_of(program)
    said = _said(directory)
    with ExitStack() as stack:
        out = None if quiet else _output(stack, target)
        if form_of(name, said) == "fields":
            return _run_fields(source, program, name, said, out)
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
        answers = _answers(source, program, _inputs(log))
        cells, outcome = _compared(log, answers, said)
        if out is not None:
            _write(out, opened, cells, [BESIDE.format(one) for one in said.outputs] or [NEXT])
    return outcome


def _text_of(program: Path) -> str:
    try:
        return program.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{program}: cannot be read ({error})") from error


def _said(directory: Path) -> "Said":
    """What the columns of a result's data were taken for."""
    from netlift.cli._columns import said_of
    from netlift.data._said import Said

    settings = directory / CONFIG
    if not is_file(settings):
        return Said()
    found = read_config(settings)
    columns, text = dict(found.get("columns", {})), found.get("text", {}).get("names", [])
    lists = {side: columns.pop(side, []) for side in ("inputs", "outputs")}
    single = {"sequence", "order", "lifecycle", "reset", "time_format", "step"}
    strings = [*columns.values(), *found.get("units", {}).values()]
    strings += [
        one for names in (*lists.values(), text) for one in (names if isinstance(names, list) else [None])
    ]
    if not set(columns) <= single or not all(isinstance(one, str) for one in strings):
        raise InputError(f"{settings}: [columns], [units] or [text] is not as netlift writes it")
    units = {name: _unit(settings, name, unit) for name, unit in found.get("units", {}).items()}
    return replace(
        said_of(**columns),
        inputs=tuple(lists["inputs"]),
        outputs=tuple(lists["outputs"]),
        text=tuple(text),
        units=units,
    )


def _unit(settings: Path, name: str, text: str) -> "Fraction":
    from fractions import Fraction

    try:
        unit = Fraction(text)
    except (ValueError, ZeroDivisionError):
        unit = Fraction(0)
    if unit <= 0:
        raise InputError(
            f"{settings}: the unit of {shown(name)} is {shown(text)}; expected a positive number"
        )
    return unit


def _output(stack: ExitStack, target: str | None) -> TextIO:
    if target is None:
        return sys.stdout
    try:
        return stack.enter_context(open(target, "w", encoding="utf-8", newline=""))
    except OSError as error:
        raise InputError(f"-o {target} cannot be written: {error.strerror or error}.") from error


class Answered(NamedTuple):
    """A program's answers to a sequence, and why there are no more of them, if there are not."""

    answers: list[Any]
    why: str


def _answers(source: str, program: Path, sequences: Iterable[list[Any]]) -> Iterator[Answered]:
    """The program's answers, from a process of its own, within bounds.

    From a symbol on that the program does not know there are none.
    """
    from netlift.program import Failure, ProgramFailed, Runner

    known = _known(source)
    told: deque[str] = deque()

    def asked() -> Iterator[list[Any]]:
        for sequence in sequences:
            place, why = _unknown(sequence, known)
            told.append(why)
            yield sequence[:place]

    row = 0
    with Runner(source, name=str(program)) as runner:
        try:
            for row, answered in enumerate(runner.answers(asked()), 1):  # noqa: B007
                why = told.popleft()
                if isinstance(answered, Failure):
                    yield Answered([], str(answered))
                else:
                    yield Answered(answered, why)
        except ProgramFailed as failure:
            raise InputError(f"{program}: the program {failure.message} (sequence {row + 1:,}).") from failure


def _known(source: str) -> list[frozenset[str] | None]:
    """For each input stream the symbols that a program knows; None for numbers."""
    from netlift.checker._script import CHECKED

    try:
        for node in ast.parse(source).body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)]) if name == CHECKED:
                    streams = ast.literal_eval(node.value)
                    return [
                        frozenset(stream)
                        if isinstance(stream, tuple) and isinstance(stream[0], str)
                        else None
                        for stream in streams
                    ]
    except (SyntaxError, ValueError, TypeError, LookupError):  # no program at all, which Runner tells
        pass
    return []


def _unknown(sequence: list[Any], known: list[frozenset[str] | None]) -> tuple[int, str]:
    """The first step whose input the program does not know, and what it is; else the length, and nothing."""
    if not any(known):
        return len(sequence), ""
    for place, step in enumerate(sequence):
        values = step if isinstance(step, list | tuple) else (step,)
        for value, symbols in zip(values, known, strict=False):
            if symbols is not None and value not in symbols:
                return place, f"the input {shown(value)} is unknown to the program"
    return len(sequence), ""


def _inputs(log: "Log") -> Iterator[list[Any]]:
    """The inputs of each sequence, as a program reads them."""
    streams = []
    for column, codes, lacks in zip(log.inputs, log.codes, log.missing, strict=False):
        if lacks.any():
            line = int(log.lines[lacks].min())
            raise InputError(f"{log.source}: input column {shown(column.name)} has no value in line {line}")
        streams.append((column.symbols, codes.tolist()))
    spelt = [codes if names is None else [names[code] for code in codes] for names, codes in streams]
    for start, stop in zip(log.starts[:-1].tolist(), log.starts[1:].tolist(), strict=True):
        if len(spelt) == 1:
            yield spelt[0][start:stop]
        elif spelt:
            yield list(zip(*(one[start:stop] for one in spelt), strict=True))
        else:
            yield [0] * (stop - start)


def _compared(log: "Log", answers: Iterator[Answered], said: "Said") -> tuple[dict[int, list[str]], Outcome]:
    """For each row of the table its answers and what differs, and the outcome."""
    cells: dict[int, list[str]] = {}
    differ = wrong = 0
    first: Difference | None = None
    width = max(1, len(said.outputs))
    for row, answered in enumerate(answers):
        start, stop = int(log.starts[row]), int(log.starts[row + 1])
        steps = _steps(answered.answers, width)
        before = differ
        for step, place in enumerate(range(start, stop)):
            answer = steps[step] if step < len(steps) else None
            told = [""] * width if answer is None else _told(said, answer)
            mark, expected = _difference(log, place, answer)
            if answer is None:
                mark = answered.why or "no answer"
            elif not said.outputs:
                mark, expected = _unexpected(steps, step, stop - start), "this event"
            cells[int(log.rows[place])] = [*told, mark]
            if mark:
                differ += 1
                if first is None:
                    found = f"no answer: {mark}" if answer is None else ", ".join(told)
                    where = f"{log.label(row)}, line {int(log.lines[place])}"
                    first = Difference(where, expected or "this row", found)
        wrong += differ > before
    return cells, Outcome(len(log.rows), differ, len(log.labels), wrong, first)


def _steps(answers: list[Any], width: int) -> list[tuple[Any, ...]]:
    """The answers of a sequence, a tuple a step, as far as they are as many as there are outputs."""
    listed = [tuple(one) if isinstance(one, list | tuple) else (one,) for one in answers]
    return list(takewhile(lambda one: len(one) == width, listed))


def _told(said: "Said", answer: tuple[Any, ...]) -> list[str]:
    """The answers of a step in the user's units."""
    from netlift.data._cells import told

    texts = []
    for name, value in zip(said.outputs or (NEXT,), answer, strict=True):
        unit = said.units.get(name)
        texts.append(
            str(value) if isinstance(value, str) else told(int(value) * unit) if unit else str(int(value))
        )
    return texts


def _difference(log: "Log", place: int, answer: tuple[Any, ...] | None) -> tuple[str, str]:
    """The mark of a step, empty where it is as the log has it, and what the log has."""
    expected, marks = [], []
    for number, column in enumerate(log.outputs):
        stream = len(log.inputs) + number
        if log.missing[stream][place]:
            return "", ""
        code = int(log.codes[stream][place])
        expected.append(column.told(code))
        right = code if column.symbols is None else column.symbols[code]
        if answer is None or answer[number] != right:
            marks.append(column.name)
    return ", ".join(marks), ", ".join(expected)


def _unexpected(steps: list[tuple[Any, ...]], step: int, length: int) -> str:
    """What is wrong with an event, by the answer of a program that says what may come next."""
    from netlift.engine._events import BETWEEN, END, UNSEEN

    if steps[step][0] == UNSEEN:
        return "not expected" if step == 0 or steps[step - 1][0] != UNSEEN else ""
    ends = END in str(steps[step][0]).split(BETWEEN)
    return "ends too early" if step == length - 1 and not ends else ""


def _write(out: TextIO, opened: "Table", cells: dict[int, list[str]], names: Sequence[str]) -> None:
    """The table in the order of the file, with the answers and marks beside."""
    empty = [""] * (len(names) + 1)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=opened.separator, lineterminator="\n")
    writer.writerow([*opened.header, *names, DIFFERS])
    for row, (_, fields) in enumerate(opened.rows()):
        writer.writerow([*fields, *cells.get(row, empty)])
        if row % _BLOCK == 0:
            out.write(text.getvalue())
            text.seek(0)
            text.truncate()
    out.write(text.getvalue())


def _run_fields(source: str, program: Path, name: str, said: "Said", out: TextIO | None) -> Outcome:
    """The same for JSON lines with a sequence each: fields "program" and "differs" are added to each line."""
    from netlift.data._fields import read_fields
    from netlift.data._source import opened

    with opened(name) as text:
        rows = read_fields(text, _for_fields(said))
    differ = wrong = steps = 0
    first: Difference | None = None
    units = [column.unit for column in rows.outputs]
    for row, answered in enumerate(_answers(source, program, rows.steps)):
        given = rows.steps[row]
        steps += len(given)
        targets = rows.targets[row] if rows.targets else [None] * len(given)
        answers = answered.answers
        marks = list(range(len(answers) + 1, len(given) + 1))
        if rows.targets:
            pairs = enumerate(zip(answers, targets, strict=False), 1)
            marks += [n for n, (one, other) in pairs if other is not None and _plain(one) != _plain(other)]
        elif not said.outputs:
            told_steps = _steps(answers, 1)
            marks += [n + 1 for n in range(len(told_steps)) if _unexpected(told_steps, n, len(given))]
        marks.sort()
        differ += len(marks)
        wrong += bool(marks)
        if marks and first is None:
            at = marks[0] - 1
            expected = shown(targets[at] if rows.targets else given[at])
            found = shown(answers[at]) if at < len(answers) else f"no answer: {answered.why}"
            first = Difference(f"{rows.label(row)}, step {marks[0]}", expected, found)
        if out is not None:
            told = [_scaled(one, units) for one in answers]
            line = {"line": rows.lines[row], "program": told, "differs": marks}
            if answered.why:
                line["why"] = answered.why
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return Outcome(steps, differ, len(rows.lines), wrong, first)


def _for_fields(said: "Said") -> "Said":
    """The names of fields: those of the streams of one list of lists are one field."""
    sides = [
        tuple(dict.fromkeys(one.rpartition("[")[0] if one.endswith("]") else one for one in names))
        for names in (said.inputs, said.outputs)
    ]
    return replace(said, inputs=sides[0], outputs=sides[1])


def _plain(step: Any) -> Any:
    return list(step) if isinstance(step, tuple | list) else step


def _scaled(step: Any, units: "Sequence[Fraction]") -> Any:
    """A step's answers in the user's units, as JSON holds them: decimals as text."""
    from netlift.data._cells import told

    if isinstance(step, tuple | list):
        return [_scaled(one, units[place : place + 1]) for place, one in enumerate(step)]
    if isinstance(step, str) or not units or units[0] == 1:
        return step
    return told(int(step) * units[0])
