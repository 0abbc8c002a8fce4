"""The tables that symbolic regression is given, and how formulas are judged there."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlift.formulas import Append, Assign, Emit, Expr, Recurrence, var

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "symbolic.py"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


def test_a_table_has_the_rows_that_words_reach(script: dict[str, Any]) -> None:
    total = Assign(("s",), (Expr("+", (var("s"), var("x"))),))
    recurrence = Recurrence(("x",), (("s", 0),), (total, Emit((var("s"),))))
    given, wanted = script["table_of"](recurrence, np.array([[[1], [0], [1]], [[0], [1], [1]]]))
    rows = {tuple(a): tuple(b) for a, b in zip(given.tolist(), wanted.tolist(), strict=True)}
    assert rows == {(s, x): (s + x, s + x) for s, x in ((0, 1), (1, 0), (1, 1), (0, 0))}


def test_a_list_is_a_column_an_entry_and_many_rows_are_drawn(script: dict[str, Any]) -> None:
    recurrence = Recurrence(("x",), (("h", ()),), (Append("h", var("x")), Emit((var("x"),))))
    given, wanted = script["table_of"](recurrence, np.array([[[3], [4]]]))
    assert given.tolist() == [[-1, -1, 3], [3, -1, 4]]
    assert wanted.tolist() == [[3, -1, 3], [3, 4, 4]]
    words = np.random.default_rng(0).integers(0, 10, (100, 10, 1))
    given, wanted = script["table_of"](recurrence, words)
    assert len(given) == len(wanted) == script["ROWS"]
    assert len(np.unique(given, axis=0)) == len(given)


def test_a_formula_is_exact_if_it_rounds_to_every_row(script: dict[str, Any]) -> None:
    wanted = np.array([0.0, 1.0, 2.0])
    assert script["exact_on"]([0.4, 0.6, 2.2], wanted)
    assert not script["exact_on"]([0.4, 0.4, 2.2], wanted)
    assert not script["exact_on"]([0.4, np.nan, 2.2], wanted)


def test_the_page_counts_what_is_exact(script: dict[str, Any]) -> None:
    rows = {
        ("netlift", "a"): {"exact": True, "seconds": 0.5, "rows": 4, "told": "x | y"},
        ("gplearn", "a"): {"exact": True, "seconds": 1.5, "right": 2, "columns": 2},
        ("pyoperon", "a"): {"exact": False, "seconds": 20.0, "right": 1, "columns": 2},
        ("netlift", "b"): {"exact": False, "seconds": 20.0},
    }
    page = script["page"](rows, 20.0)
    assert "| netlift | 1 | 50% | 0.50 |" in page
    assert "| gplearn | 1 | 50% | 1.50 |" in page
    assert "| pyoperon | 0 | 0% |" in page
    assert "| a | 4 | 0.5 | 1.5 | 1 of 2 columns | `x \\| y` |" in page
    assert "| b |  | not exact | no table | no table | `` |" in page
