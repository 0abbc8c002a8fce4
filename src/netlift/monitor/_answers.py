"""A program's answers to the sequences of a log, and what is wrong with an event by them."""

import ast
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from netlift.checker._script import CHECKED
from netlift.core._errors import InputError, shown
from netlift.program import Failure, ProgramFailed, Runner
from netlift.program._next_events import BETWEEN, END, UNSEEN


class Answered(NamedTuple):
    """A program's answers to a sequence, and why there are no more of them, if there are not."""

    answers: list[Any]
    why: str


def answers_of(source: str, program: Path, sequences: Iterable[list[Any]]) -> Iterator[Answered]:
    """The program's answers, from a process of its own, within bounds.

    From a symbol on that the program does not know there are none.
    """
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


def steps_of(answers: list[Any], width: int) -> list[tuple[Any, ...]]:
    """The answers of a sequence, a tuple a step, as far as they are as many as there are outputs."""
    listed = [tuple(one) if isinstance(one, list | tuple) else (one,) for one in answers]
    return list(takewhile(lambda one: len(one) == width, listed))


def unexpected(steps: list[tuple[Any, ...]], step: int, length: int) -> str:
    """What is wrong with an event, by the answer of a program that says what may come next."""
    if steps[step][0] == UNSEEN:
        return "not expected" if step == 0 or steps[step - 1][0] != UNSEEN else ""
    ends = END in str(steps[step][0]).split(BETWEEN)
    return "ends too early" if step == length - 1 and not ends else ""
