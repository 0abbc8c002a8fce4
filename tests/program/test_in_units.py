"""Programs whose script reads and writes decimals, exactly, in the units of the user's columns."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import netlift
from netlift.checker._grammar import program_tree
from netlift.checker._script import IN_UNITS, SCRIPT
from netlift.data._given import given_data
from netlift.engine._distill import distill_data
from netlift.program import Program, in_units

SUM = '''"""Sums."""


def program(inputs):
    s = 0
    outputs = []
    for x in inputs:
        s += x
        outputs.append(s)
    return outputs


# As a script:
CHECKED = ("0..9",)

'''
PAIRS = """def program(inputs):
    return [(a + b, "hi" if a > b else "lo") for a, b in inputs]


CHECKED = ("..", "..")

"""


def asked(source: str, folder: Path, lines: str, *options: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a program as a script."""
    file = folder / "program.py"
    file.write_text(source)
    command = [sys.executable, "-I", str(file), *options]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_decimals_come_in_and_go_out_exactly(tmp_path: Path) -> None:
    source = in_units(SUM + SCRIPT, [Fraction(1, 10)], [Fraction(1, 10)])
    assert source.endswith(IN_UNITS)
    lines = '[0.1, 0.2, -0.4]\n{"inputs": [900000000000000000000.1, 0, 1]}\n'
    code, out, errors = asked(source, tmp_path, lines)
    assert (code, errors) == (0, "")
    assert (
        out
        == "[0.1, 0.3, -0.1]\n[900000000000000000000.1, 900000000000000000000.1, 900000000000000000001.1]\n"
    )
    program_tree(source)
    assert Program(source)([1, 2]) == [1, 3]


def test_each_stream_has_its_unit(tmp_path: Path) -> None:
    source = in_units(PAIRS + SCRIPT, [Fraction(1, 4), Fraction(1)], [Fraction(1, 2), Fraction(1)])
    code, out, _ = asked(source, tmp_path, "[[0.75, 2], [1.0, 9]]\n")
    assert (code, out) == (0, '[[2.5, "hi"], [6.5, "lo"]]\n')


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("[0.25]", "0.25 is no multiple of 0.1"),
        ("[1e3]", "1e3 is no decimal such as 21.5"),
        ("[NaN]", "NaN is not a whole number"),
        ('["a"]', '"a" is not a whole number'),
        ("[true]", "true is not a whole number"),
        ("[0.1, [1]]", "[1] is not a whole number"),
    ],
)
def test_other_numbers_are_refused_with_a_sentence(line: str, told: str, tmp_path: Path) -> None:
    source = in_units(SUM + SCRIPT, [Fraction(1, 10)], [Fraction(1, 10)])
    code, out, errors = asked(source, tmp_path, line + "\n")
    assert (code, out) == (2, "")
    assert errors.count("\n") == 1
    assert told in errors


def test_strict_counts_in_units(tmp_path: Path) -> None:
    source = in_units(SUM + SCRIPT, [Fraction(1, 10)], [Fraction(1, 10)])
    assert asked(source, tmp_path, "[0.9]\n", "--strict")[0] == 0
    assert asked(source, tmp_path, "[1.0]\n", "--strict")[0] == 2


@pytest.mark.parametrize(
    ("source", "unit"),
    [
        (SUM + SCRIPT, 1),
        (SUM + SCRIPT, Fraction(1, 3)),
        ("UNITS = 3\n" + SUM + SCRIPT, Fraction(1, 2)),
        (SUM, 2),
    ],
)
def test_other_programs_stay_as_they_are(source: str, unit: Fraction | int) -> None:
    assert in_units(source, [Fraction(unit)], [Fraction(unit)]) == source


def test_a_program_from_decimals_is_such_a_script(tmp_path: Path) -> None:
    words = [[number >> place & 1 for place in range(6)] for number in range(64)]
    table = {
        "word": [number for number in range(64) for _ in range(6)],
        "coin": [bit / 2 for word in words for bit in word],
        "odd": [sum(word[: step + 1]) % 2 / 4 for word in words for step in range(6)],
    }
    data = given_data(table, None, {"sequence": "word", "input": "coin", "output": "odd"})
    result = distill_data(data, source="data")
    assert result.solved
    assert result.program is not None
    assert "reads and writes numbers of the columns" in " ".join(result.program.source.split())
    code, out, _ = asked(result.program.source, tmp_path, "[0.5, 0.5, 0.5]\n")
    assert (code, out) == (0, "[0.25, 0, 0.25]\n")
    result.save(tmp_path / "kept")
    assert netlift.__version__ in result.program.source
