"""What a Python program gives: data frames, tables of columns or records, tensors, events, rows, files."""

from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch

import netlift
from netlift.core._errors import InputError
from netlift.data._door import Data
from netlift.data._given import Columns, given_data

COLUMNS: dict[str, list[Any]] = {
    "case": ["a", "a", "b", "b"],
    "t": [2, 1, 1, 2],
    "act": ["pay", "ship", "pay", "pay"],
    "paid": [1.5, 0.0, 1.5, 3.0],
}
NAMED: Columns = {"sequence": "case", "order": "t", "input": "act", "output": "paid"}


class Series:
    """A column as data frames have it."""

    def __init__(self, values: list[Any], dtype: str = "object") -> None:
        self.values, self.dtype = values, dtype

    def tolist(self) -> list[Any]:
        return self.values


class Frame:
    """A data frame by its manners: names, columns by name, a length."""

    def __init__(self, columns: dict[str, Series]) -> None:
        self.held = columns
        self.columns = list(columns)

    def __len__(self) -> int:
        return len(self.held[self.columns[0]].values)

    def __getitem__(self, name: str) -> Series:
        return self.held[name]


class Indexed:
    """A data frame two of whose columns are its index."""

    class Index:
        names = ("case", "t")

    index = Index()
    columns = ("act", "paid")

    def reset_index(self) -> Frame:
        return Frame({name: Series(values) for name, values in COLUMNS.items()})


class NAType:
    """A missing value that has no truth value when it is compared, as pandas has it."""

    def __eq__(self, other: object) -> Any:
        return self

    def __ne__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise TypeError("neither true nor false")


def records() -> list[dict[str, Any]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)]


def structured() -> Any:
    kinds = [("case", "U1"), ("t", "i8"), ("act", "U4"), ("paid", "f4")]
    return np.array(list(zip(*COLUMNS.values(), strict=True)), dtype=kinds)


def from_library(name: str) -> Any:
    library = pytest.importorskip(name)
    return library.table(COLUMNS) if name == "pyarrow" else library.DataFrame(COLUMNS)


def sides(data: Data) -> tuple[Any, Any]:
    """Inputs and targets of one stream, as lists."""
    sequences = data.as_sequences()
    return sequences.inputs[..., 0].tolist(), sequences.targets[..., 0].tolist()


@pytest.mark.parametrize(
    "make",
    [
        lambda: COLUMNS,
        records,
        structured,
        Indexed,
        lambda: Frame({name: Series(values) for name, values in COLUMNS.items()}),
        lambda: from_library("pandas"),
        lambda: from_library("pandas").set_index(["case", "t"]),
        lambda: from_library("polars"),
        lambda: from_library("polars").lazy(),
        lambda: from_library("pyarrow"),
    ],
    ids=[
        "columns",
        "records",
        "structured",
        "indexed",
        "frame",
        "pandas",
        "index",
        "polars",
        "lazy",
        "arrow",
    ],
)
def test_a_table_of_any_kind_is_a_log(make: Any) -> None:
    data = given_data(make(), None, NAMED)
    assert sides(data) == ([[1, 0], [0, 0]], [[0, 3], [3, 6]])
    assert [column.unit for column in data.outputs] == [Fraction(1, 2)]


def test_single_precision_is_read_as_it_is_written() -> None:
    frame = Frame(
        {
            "x": Series([1, 2]),
            "y": Series([float(np.float32(0.1)), float(np.float32(0.7))], dtype="Float32"),
        }
    )
    data = given_data(frame, None, {"input": "x", "output": "y"})
    assert sides(data)[1] == [[1, 7]]
    assert data.outputs[0].unit == Fraction(1, 10)


def test_missing_values_of_any_kind_are_steps_without_a_target() -> None:
    table = {"x": [1, 2, 3, 4], "y": [NAType(), None, float("nan"), 7]}
    sequences = given_data(table, None, {"input": "x", "output": "y"}).as_sequences()
    assert sequences.labelled.tolist() == [[False, False, False, True]]


def test_cells_that_are_lists_are_a_sequence_each() -> None:
    table = {"xs": [[1, 2.5], np.array([3])], "ys": [["a", "b"], ["a"]], "name": ["p", "q"]}
    data = given_data(table, None, {"input": "xs", "output": "ys"})
    assert sides(data) == ([[2, 5], [6, 0]], [[0, 1], [0, 0]])
    with pytest.raises(InputError, match="the table: row 1 has 2 inputs and 1 targets"):
        given_data({"xs": [[1], [1, 2]], "ys": [[1], [1]]}, None, {"input": ["xs"], "output": ["ys"]})


def test_one_value_for_a_sequence_is_the_answer_at_its_end() -> None:
    data = given_data({"xs": [[1], [1, 2]], "y": ["n", "p"]}, None, {"input": "xs", "output": "y"})
    assert data.as_sequences().labelled.tolist() == [[True, False], [False, True]]
    assert sides(data)[1] == [[0, 0], [0, 1]]
    assert data.notes == ("'y' has one value for a sequence: the answer at its last step.",)


def test_own_names_need_not_be_said() -> None:
    data = given_data({"sequence": [1, 1, 2], "x": [1, 2, 1], "y": [0, 1, 0]})
    assert sides(data) == ([[1, 2], [1, 0]], [[0, 1], [0, 0]])


def test_tensors_are_taken_wherever_they_are() -> None:
    tensor = torch.tensor([[1, 2], [1, 3]])
    data = given_data(tensor.float().requires_grad_(), tensor.to(torch.bfloat16))
    assert sides(data) == (tensor.tolist(), tensor.tolist())
    ragged = given_data([tensor[0], tensor[1][:1]], [tensor[0], tensor[0][:1]])
    assert sides(ragged) == ([[1, 2], [1, 0]], [[1, 2], [1, 0]])
    with_zeros = torch.tensor([[0, 2], [1, 0]])
    assert sides(given_data(with_zeros.to_sparse(), with_zeros))[0] == with_zeros.tolist()


def test_columns_of_lists_are_sequences() -> None:
    class Lists(Series):
        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            held = np.empty(len(self.values), dtype=object)
            held[:] = self.values
            return held

    assert sides(given_data(Lists([[1, 2], [3]]), Lists([["a", "b"], ["a"]]))) == (
        [[1, 2], [3, 0]],
        [[0, 1], [0, 0]],
    )


def test_without_targets_there_are_events_or_a_row_of_numbers() -> None:
    assert given_data(["ab", "abb"]).kind == "events"
    assert given_data([["in", "out"], ["in"]]).kind == "events"
    for row in ([1, 1, 2, 3], np.array([1, 1, 2, 3]), torch.tensor([1, 1, 2, 3])):
        assert given_data(row).row == (1, 1, 2, 3)
    halves = given_data([1.5, 2, 2.5])
    assert (halves.row, halves.outputs[0].unit) == ((3, 4, 5), Fraction(1, 2))


def test_a_file_is_read_as_the_command_line_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    lines = [",".join(map(str, row)) for row in zip(*COLUMNS.values(), strict=True)]
    file.write_text("\n".join([",".join(COLUMNS), *lines]))
    for name in (file, str(file)):
        assert sides(given_data(name, None, NAMED)) == ([[1, 0], [0, 0]], [[0, 3], [3, 6]])


@pytest.mark.parametrize(
    ("given", "columns", "told"),
    [
        (COLUMNS, {}, "has the columns case, t, act, paid; say which hold what with sequence=, order="),
        (COLUMNS, {"input": "ac"}, "input 'ac': there is no such column; did you mean 'act'"),
        (COLUMNS, {"inptu": "act"}, "no argument 'inptu'; did you mean 'input'"),
        (COLUMNS, {"input": 3}, "input is 3; expected the name of a column"),
        (COLUMNS, {"input": "t", "output": ["act", "t"]}, "input and output both name 't'"),
        (COLUMNS, {"sequence": 1, "input": "t"}, "sequence is 1; expected the name of a column"),
        (COLUMNS, {"input": "paid", "step": "x"}, "step 'x' is no positive number"),
        ({"a": [1], "b": [1, 2]}, {"input": "a", "output": "b"}, "column 'b' has 2 rows; expected 1"),
        ({"a": "xyz"}, {"input": "a"}, "a column is of type str; expected a list of cells"),
        ({"a": []}, {"input": "a"}, "has a header and no rows"),
        ({"a": [["p"]], "b": [[1], [2]]}, {"input": "a", "output": "b"}, "column 'b' has 2 rows; expected 1"),
        ([[1]], {"input": "a"}, "input name columns, and inputs is of type list"),
        ("nowhere.csv", {"input": "a"}, "nowhere.csv: no such file"),
        (5, {}, "inputs is of type int"),
        ([1, float("nan")], {}, "number 1 of the row is nan"),
        ([1, float("inf")], {}, "number 1 of the row is inf"),
        ([1, 10**1000], {}, "number 1 of the row is 1000"),
        ([[1, 2], ["a"]], {}, "string 'a'"),
    ],
)
def test_mistakes_end_in_one_sentence(given: Any, columns: Any, told: str) -> None:
    with pytest.raises(InputError, match=r"^.*$") as caught:
        given_data(given, None, columns)
    assert told in str(caught.value)


def test_columns_beside_targets_are_a_mistake() -> None:
    with pytest.raises(InputError, match="order name columns of a table, and targets are given as well"):
        given_data([[1]], [[1]], {"order": "t"})


def test_distill_takes_a_table() -> None:
    words = [[(number >> place) % 2 for place in range(5)] for number in range(32)]
    rows = [
        {"word": number, "at": place, "bit": bit, "odd": "odd" if sum(word[: place + 1]) % 2 else "even"}
        for number, word in enumerate(words)
        for place, bit in enumerate(word)
    ]
    named = cast(Columns, {"sequence": "word", "order": "at", "input": "bit", "output": "odd"})
    result = netlift.distill(rows[::-1], source="data", **named)
    assert result.solved
    assert result.program is not None
    assert result.program([1, 1, 1]) == ["odd", "even", "odd"]
    assert "the inputs are 'bit'; the answers are 'odd'" in result.program.source
