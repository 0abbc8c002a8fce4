"""One row of numbers as a program from n to a(n)."""

import json

import pytest

from netlift.core._context import Context
from netlift.core._errors import InputError
from netlift.data._door import Data
from netlift.data._said import Said
from netlift.report._result import Result
from netlift.sources import RowLaw


def derived(row: list[int], context: Context | None = None) -> Result | None:
    return RowLaw().derived(Data("row", Said(), row=tuple(row)), context or Context())


def test_a_row_without_a_law_is_left_to_others() -> None:
    context = Context()
    assert derived([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], context) is None
    assert context.recorder.lines[-1] == "looking for a program from each number to the next"
    with pytest.raises(InputError, match="the row has 2 numbers; expected more of them"):
        derived([3, 1])


def test_the_program_gives_the_row_with_numbers_of_any_size() -> None:
    row = [1, 1, 2]  # a(n) = a(n-1) + a(n-3)
    while len(row) < 300:
        row.append(row[-1] + row[-3])
    result = derived(row)
    assert result is not None
    assert result.solved
    assert result.network is None
    assert result.program is not None
    assert result.program(list(range(300))) == row
    assert "294 more than determine it" in result.program.source
    json.dumps(result.facts())
