"""Wide inputs that matter by a few ranges alone: these are found, learned, and printed as comparisons."""

from pathlib import Path

import numpy as np
import pytest

import netlift
from netlift.cli._main import run
from netlift.core._context import Context
from netlift.data import Sequences, from_arrays
from netlift.program import Program, print_program
from netlift.program._in_ranges import Part, over_inputs
from netlift.sources._ranged import in_ranges
from netlift.sources._ranges import ranges_of


def limited(rows: int = 400, steps: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Of four columns the second alone counts: once it is above 30, the answer stays 0."""
    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 40, size=(rows, steps, 4))
    return inputs, (np.maximum.accumulate(inputs[..., 1], axis=1) <= 30).astype(np.int64)


def thermostat(rows: int = 1_000, steps: int = 14) -> Sequences:
    """On above 70, off below 61, and silent while a button is held."""
    rng = np.random.default_rng(1)
    inputs = np.zeros((rows, steps, 2), dtype=np.int64)
    targets = np.zeros((rows, steps), dtype=np.int64)
    for row in range(rows):
        warm, on = int(rng.integers(30, 90)), False
        for step in range(steps):
            warm = int(np.clip(warm + rng.integers(-14, 15), 20, 99))
            held = int(rng.random() < 0.2)
            on = warm > 70 or (on and warm >= 61)
            inputs[row, step] = warm, held
            targets[row, step] = on and not held
    return from_arrays(inputs, targets)


def test_bounds_are_found_to_the_number_and_idle_columns_dropped() -> None:
    found = ranges_of(from_arrays(*limited()), Context())
    assert found is not None
    assert found.parts == (Part(1, (30,)),)
    assert found.sequences.inputs.max() == 1


def test_hysteresis_has_two_bounds_and_keeps_what_is_narrow() -> None:
    found = ranges_of(thermostat(), Context())
    assert found is not None
    assert found.parts == (Part(0, (60, 70)), Part(1))
    assert found.parts[0].names == ("a: up to 60", "b: 61 to 70", "c: above 70")


@pytest.mark.parametrize("kind", ["sum", "larger", "random", "narrow", "squares"])
def test_what_matters_otherwise_stays_as_it_is(kind: str) -> None:
    rng = np.random.default_rng(2)
    inputs = rng.integers(0, 40 if kind != "narrow" else 4, size=(400, 8))
    targets = {
        "sum": np.cumsum(inputs, axis=1) % 2,
        "larger": np.diff(inputs, axis=1, prepend=0) > 0,
        "random": rng.integers(0, 2, size=inputs.shape),
        "squares": np.isin(inputs, [0, 1, 4, 9, 16, 25, 36]),
        "narrow": np.maximum.accumulate(inputs, axis=1) <= 2,
    }[kind].astype(np.int64)
    ranged = in_ranges(from_arrays(inputs, targets, contradictions=True), Context())
    assert ranged.ranges is None
    assert ranged.sequences is ranged.given


def test_what_is_specified_stays_as_it_is() -> None:
    assert in_ranges(from_arrays(*limited()), Context(), specified=True).ranges is None


def test_a_network_learns_the_ranges_and_the_program_compares(tmp_path: Path) -> None:
    inputs, targets = limited()
    result = netlift.distill(inputs, targets, seed=0)
    assert result.solved
    assert result.source == "network"
    assert result.program is not None
    assert "> 30" in result.program.source
    assert "x1, x3 and x4 play no part" in " ".join(result.program.source.split())
    assert result.program([(0, 30, 99, 0), (0, 31, 0, 0), (0, 0, 0, 0)]) == [1, 0, 0]
    assert result.checks["all"].errors == 0
    assert result.checks["all"].sequences == len(inputs)
    about = {claim.claim: claim for claim in result.claims}
    assert "30, 31" in about["machine = program"].words  # the inputs at the bounds
    assert all(
        "over ranges of the inputs" in claim.words
        for name, claim in about.items()
        if name != "machine = program"
    )
    result.save(tmp_path)
    assert run(["check", "--certificate", str(tmp_path / "certificate.json")]) == 0


SOURCE_OF_LETTERS = """

def program(inputs):
    on = False
    outputs = []
    for a, b in inputs:
        if a == "c: above 70":
            on = True
        elif not a == "b: 61 to 70":
            on = False
        outputs.append(int(on and b == 0 or a in {"a: up to 60", "c: above 70"} and b == 2))
    return outputs
"""


def test_names_of_ranges_become_comparisons() -> None:
    from netlift.checker._script import SCRIPT

    source = f'"""Told."""\n{SOURCE_OF_LETTERS}\n\nCHECKED = (("a: up to 60",), "0..2")\n{SCRIPT}'
    found = over_inputs(source, (Part(1, (60, 70)), Part(0)), ["0..2", "0..99"])
    assert found is not None
    body = found.split("def program")[1].split("return")[0]
    assert "if x2 > 70:" in body
    assert "60 < x2 <= 70" in body
    assert "x2 <= 60 or x2 > 70" in body
    assert "x1 == 0" in body
    assert Program(found)([(0, 71), (0, 65), (1, 65), (2, 60), (2, 65)]) == [1, 1, 0, 1, 0]


def test_a_table_of_ranges_looks_their_names_up() -> None:
    from netlift.formulas import Assign, Emit, Expr, Recurrence, var

    table = Expr("table", (var("s"), var("x")), (((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)))
    recurrence = Recurrence(("x",), (("s", 0),), (Assign(("s",), (table,)), Emit((var("s"),))))
    part = Part(0, (5,))
    source = print_program(recurrence, ["Told."], (part.names,), (None,))
    found = over_inputs(source, (part,), ["0..9"])
    assert found is not None
    assert Program(found)([3, 6, 9, 5]) == [0, 1, 0, 0]


def test_a_program_of_another_form_is_left_alone() -> None:
    source = "def program(inputs):\n    return [0 for _ in inputs]\n"
    assert over_inputs(source, (Part(0, (5,)),), ["0..9"]) is None
