"""Text with a sequence a line, as learners of automata and miners of patterns write it.

Three forms: names apart by spaces, `5 5 22 11`; the same with `-1` after each step and `-2` at the end
(SPMF); and Abbadingo's, where the first line counts sequences and symbols, and each line begins with a label
and its number of symbols.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from netlift.core._errors import InputError, shown
from netlift.data._fields import INPUTS, TARGETS, Rows, fields_of
from netlift.data._said import Said
from netlift.data._source import Source

ENDINGS = (".txt", ".dat", ".words", ".spmf", ".abbadingo")  # of files that may be such text
STEP, END = "-1", "-2"  # after a step, and at the end
UNKNOWN = "-1"  # a label that nobody knows
_SEPARATED = re.compile(r"[,;\t|]")
_LOOKED = 200  # lines that tell the form
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)

Line = tuple[int, list[str]]


def is_words(head: str) -> bool:
    """Whether text that begins so has a sequence a line: several names, and nothing that parts columns."""
    return not _SEPARATED.search(head) and any(len(line.split()) > 1 for line in head.splitlines())


def read_words(source: Source, said: Said) -> Rows:
    """The sequences of such text. Raises InputError, one sentence, where a line is not as the others are."""
    first = list(islice(_lines(source), _LOOKED))
    if not first:
        raise InputError(f"{source.name}: is empty; expected a sequence a line")
    if _is_abbadingo(first):
        return _abbadingo(source, said)
    spmf = all(names[-1] == END for _, names in first)
    ends = "; -1 and -2 end steps and lines" if spmf else ""
    notes = (*source.notes, f"The file has a sequence a line, names apart by spaces{ends}.")
    told = replace(said, inputs=(INPUTS,), outputs=())
    entries = (
        (number, {INPUTS: _single(source.name, number, names) if spmf else names})
        for number, names in _lines(source)
    )
    return fields_of(source.name, entries, told, notes)


def _lines(source: Source) -> Iterator[Line]:
    """The lines that hold something, with their numbers, in names."""
    source.text.seek(0)
    for number, line in enumerate(source.text, 1):
        names = line.removeprefix("\ufeff").split()
        if names:
            yield number, names


def _single(file: str, number: int, names: list[str]) -> list[str]:
    """The steps of a line of SPMF, each a set of one item."""
    if names[-1] != END:
        raise InputError(f"{file}: line {number} ends in {shown(names[-1])}; expected -2, as lines before do")
    body = names[:-1] if names[-2:-1] == [STEP] or len(names) == 1 else [*names[:-1], STEP]
    steps, marks = body[0::2], body[1::2]
    if any(mark != STEP for mark in marks) or STEP in steps or END in steps:
        raise InputError(
            f"{file}: line {number} has several items at one step; expected one item before each -1"
        )
    return steps


def _is_abbadingo(first: list[Line]) -> bool:
    """Whether the first line is two numbers, and each other begins with a label and its count of symbols."""
    head, rest = first[0][1], first[1:]
    counts = all(len(names) > 1 and names[1] == str(len(names) - 2) for _, names in rest)
    return len(head) == 2 and all(map(str.isdecimal, head)) and bool(rest) and counts


def _abbadingo(source: Source, said: Said) -> Rows:
    lines = _lines(source)
    number, (count, _) = next(lines)
    starts: dict[int, Any] = {}
    found: list[tuple[int, dict[str, Any]]] = []
    for number, names in lines:
        if len(names) < 2 or names[1] != str(len(names) - 2):
            told = names[1] if len(names) > 1 else "nothing"
            raise InputError(
                f"{source.name}: line {number} says it has {shown(told)} symbols and has "
                f"{max(0, len(names) - 2)}; expected a label, the number of symbols, and the symbols"
            )
        label = None if names[0] == UNKNOWN else int(names[0]) if _WHOLE.fullmatch(names[0]) else names[0]
        if len(names) == 2 and label is not None:
            starts[len(found)] = label
        targets = [None] * (len(names) - 3) + [label] if len(names) > 2 else []
        found.append((number, {INPUTS: names[2:], TARGETS: targets}))
    if str(len(found)) != count:
        raise InputError(
            f"{source.name}: its first line says {count} sequences, and there are {len(found)}; is it "
            "cut off?"
        )
    notes = (*source.notes, "The file is in Abbadingo's form: labels are the answers at the last steps.")
    told_of = replace(said, inputs=(INPUTS,), outputs=(TARGETS,))
    return replace(fields_of(source.name, found, told_of, notes), starts=starts)
