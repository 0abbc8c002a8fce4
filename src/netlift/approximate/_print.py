"""A recurrence of weighted sums as a program: tables of whole numbers, and a loop of a few lines."""

import ast
from collections.abc import Sequence
from typing import Any

from netlift.approximate._weighted import UNIT, Weighted
from netlift.program import Checked
from netlift.program._checked import checked_sentences, checked_text
from netlift.program._parse import check_source
from netlift.program._print import docstring_text
from netlift.program._printed import remember
from netlift.program._script import SCRIPT
from netlift.program._wrap import rows

Names = Sequence[tuple[str, ...] | None]


def weighted_source(
    found: Weighted, told: Sequence[str], inputs: Names, answers: Names, checked: Sequence[Checked]
) -> str:
    """The program of a recurrence, with the sentences `told` as its docstring."""
    maps = {
        _spelt(symbol, inputs): tuple(tuple(row) for row in maps)
        for symbol, maps in zip(found.alphabet.tolist(), found.maps.tolist(), strict=True)
    }
    said = tuple(_spelt(answer, answers) for answer in found.answers.tolist())
    names = [f"x{n}" if len(inputs) > 1 else "x" for n in range(len(inputs))]
    read, symbol = ", ".join(names), names[0] if len(names) == 1 else f"({', '.join(names)})"
    lines = [*told, *checked_sentences(checked, names)]
    score = "sum([weight * value for weight, value in zip(row, s)])"
    answer = (
        f"ANSWERS[int({score.replace('row', 'READ[0]')} > 0)]"
        if len(found.read) == 1
        else "ANSWERS[scores.index(max(scores))]"
    )
    scores = [] if len(found.read) == 1 else [f"        scores = [{score} for row in READ]"]
    first = ", ".join(map(str, (UNIT, *found.first.tolist())))
    source = "\n".join(
        [
            docstring_text(lines),
            f"# For each symbol a row for each variable: weights, in {UNIT:,}ths, of 1 and of the variables.",
            rows("WEIGHTS", _literal(maps)).rstrip("\n"),
            "",
            "# The weights of the score of " + ("the second answer." if not scores else "each answer."),
            rows("READ", _literal(tuple(map(tuple, found.read.tolist())))).rstrip("\n"),
            "",
            rows("ANSWERS", _literal(said)).rstrip("\n"),
            "",
            "",
            "def program(inputs):",
            f"    s = [{first}]",
            "    outputs = []",
            f"    for {read} in inputs:",
            f"        sums = [{score} // {UNIT} for row in WEIGHTS[{symbol}]]",
            f"        s = [{UNIT}] + [min(max(value, -{UNIT}), {UNIT}) for value in sums]",
            *scores,
            f"        outputs.append({answer})",
            "    return outputs",
            "",
            "",
            checked_text(checked).rstrip("\n"),
            SCRIPT,
        ]
    )
    check_source(source, "the program")
    return remember(source)


def _spelt(row: Sequence[int], names: Names) -> Any:
    """One joint symbol, or answer, as a program has it."""
    spelt = tuple(one if listed is None else listed[one] for one, listed in zip(row, names, strict=True))
    return spelt[0] if len(spelt) == 1 else spelt


def _literal(value: Any) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body
