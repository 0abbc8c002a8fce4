"""The same for JSON lines with a sequence each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TextIO

from netlift.core._errors import shown
from netlift.data._cells import told
from netlift.data._fields import read_fields
from netlift.data._said import Said
from netlift.data._source import opened
from netlift.data._words import read_words
from netlift.monitor._answers import answers_of, steps_of, unexpected
from netlift.monitor._outcome import Difference, Outcome
from netlift.monitor._within import near


def run_fields(
    source: str,
    program: Path,
    name: str,
    said: Said,
    out: TextIO | None,
    within: Mapping[str, Fraction],
    *,
    words: bool = False,
) -> Outcome:
    """The same for JSON lines with a sequence each, or text with `words`.

    Fields "program" and "differs" tell of each line.
    """
    with opened(name) as text:
        rows = read_words(text, said) if words else read_fields(text, _for_fields(said))
    differ = wrong = steps = 0
    first: Difference | None = None
    units = [column.unit for column in rows.outputs]
    errors = [within.get(column.name) for column in rows.outputs]

    def alike(one: Any, other: Any) -> bool:
        """Whether two steps are the same, or near enough."""
        first, second = _listed(one), _listed(other)
        if len(first) != len(second) or len(first) != len(units):
            return first == second
        return all(map(near, first, second, errors, units))

    for row, answered in enumerate(answers_of(source, program, rows.steps)):
        given = rows.steps[row]
        steps += len(given)
        targets = rows.targets[row] if rows.targets else [None] * len(given)
        answers = answered.answers
        marks = list(range(len(answers) + 1, len(given) + 1))
        if rows.targets:
            pairs = enumerate(zip(answers, targets, strict=False), 1)
            marks += [n for n, (one, other) in pairs if other is not None and not alike(one, other)]
        elif not said.outputs:
            told_steps = steps_of(answers, 1)
            marks += [n + 1 for n in range(len(told_steps)) if unexpected(told_steps, n, len(given))]
        marks.sort()
        differ += len(marks)
        wrong += bool(marks)
        if marks and first is None:
            at = marks[0] - 1
            expected = shown(targets[at] if rows.targets else given[at])
            found = shown(answers[at]) if at < len(answers) else f"no answer: {answered.why}"
            first = Difference(f"{rows.label(row)}, step {marks[0]}", expected, found)
        if out is not None:
            texts = [_scaled(one, units) for one in answers]
            line = {"line": rows.lines[row], "program": texts, "differs": marks}
            if answered.why:
                line["why"] = answered.why
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return Outcome(steps, differ, len(rows.lines), wrong, first)


def _for_fields(said: Said) -> Said:
    """The names of fields: those of the streams of one list of lists are one field."""
    sides = [
        tuple(dict.fromkeys(one.rpartition("[")[0] if one.endswith("]") else one for one in names))
        for names in (said.inputs, said.outputs)
    ]
    return replace(said, inputs=sides[0], outputs=sides[1])


def _listed(step: Any) -> list[Any]:
    return list(step) if isinstance(step, tuple | list) else [step]


def _scaled(step: Any, units: Sequence[Fraction]) -> Any:
    """A step's answers in the user's units, as JSON holds them: decimals as text."""
    if isinstance(step, tuple | list):
        return [_scaled(one, units[place : place + 1]) for place, one in enumerate(step)]
    if isinstance(step, str) or not units or units[0] == 1:
        return step
    return told(int(step) * units[0])
