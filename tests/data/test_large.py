"""Large text is read by pyarrow in a stream, with the same cells and lines as the plain reader's."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlift.core._errors import InputError
from netlift.data import _quick
from netlift.data._door import Data, read_data, read_file
from netlift.data._said import Said

SAID = Said(sequence="case", order="t", inputs=("e",), outputs=("y",))
Sides = tuple[list[object], list[object], list[int], tuple[str, ...]]


def log_of(times: list[str], end: str = "\n") -> str:
    """A log with a row for each time."""
    rows = [f"c{k % 3},{t},{'ab'[k % 2]},{k % 2}.5" for k, t in enumerate(times)]
    return end.join(["case,t,e,y", *rows, ""])


def facts(data: Data) -> Sides:
    """What is compared of two readings."""
    sequences = data.as_sequences()
    return sequences.inputs.tolist(), sequences.targets.tolist(), sequences.lengths.tolist(), data.notes


def outcome(file: Path, said: Said = SAID) -> Sides | str:
    """What a file is read as, or the sentence that refuses it."""
    try:
        return facts(read_data(str(file), said, contradictions=True))
    except InputError as error:
        return str(error)


def quick(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Small files count as large; gives a list of whether they were read quickly."""
    pytest.importorskip("pyarrow")
    taken: list[bool] = []
    inner = _quick.quick_columns

    def watched(*arguments: object) -> object:
        found = inner(*arguments)  # type: ignore[arg-type]
        taken.append(found is not None)
        return found

    monkeypatch.setattr(_quick, "LARGE", 0)
    monkeypatch.setattr(_quick, "_BLOCK", 64)
    monkeypatch.setattr("netlift.data._table.quick_columns", watched)
    return taken


NUMBERS = ["3", "1", "2", "10", "0", "7"]
DAYS = ["2024-01-02", "2024-01-01", "2024-02-29"]
TIMES = ["2024-01-02T10:00:00.001", "2024-01-02 10:00:00", "2024-01-02T10:00", "2024-01-01T00:00:00.5"]
ZONED = ["2024-01-02T10:00:00Z", "2024-01-02T12:00:00+05:00", "2024-01-02T10:00:00.25+00:00"]


@pytest.mark.parametrize("times", [NUMBERS, DAYS, TIMES, ZONED], ids=["numbers", "days", "times", "zones"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_quick_and_plain_agree(
    times: list[str], end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes(log_of(times * 4, end).encode())
    plain = outcome(file)
    taken = quick(monkeypatch)
    assert outcome(file) == plain
    assert taken == [True]


@pytest.mark.parametrize(
    "text",
    [
        log_of(["01", "2"]),
        log_of(["-1", "2"]),
        log_of(["1.5", "2"]),
        log_of([" 1", "2"]),
        log_of(["+1", "2"]),
        log_of(["2024-01-01", "2024-01-01T00:00:00Z"]),
        log_of(["2024-01-01", "7"]),
        log_of(["01/02/2024", "31/01/2024"]),
        log_of(["2024-01-01T00:00:00.123456789", "2024-01-02T00:00:00"]),
        log_of(["", "2"]),
        log_of(["1", "2"]).replace(",a,", ',"a",'),
        log_of(["1", "2"]) + "\n",
        "\n" + log_of(["1", "2"]),
        log_of(["1", "2"]) + "c1,3\n",
        log_of(["1", "2"]) + "c1,3,a,1,1\n",
        log_of(["1", "2"]) + " ",
        log_of(["1", "2"], "\r"),
        log_of(["1", "2"]).replace(",a,", ",a\rb,"),
        log_of(["1", "2"]).replace(",a,", ",a\0b,"),
    ],
)
def test_what_reads_otherwise_is_left_to_the_plain_reader(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes(text.encode())
    plain = outcome(file)
    taken = quick(monkeypatch)
    assert outcome(file) == plain
    assert taken == [False]


@pytest.mark.parametrize("before", ["\n", "\r\n", "\n\n"])
def test_a_header_after_blank_lines_is_no_row(
    before: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes((before + log_of(["1", "2"])).encode())
    said = Said(sequence="case", inputs=("e",), outputs=("y",))
    plain = outcome(file, said)
    quick(monkeypatch)
    assert outcome(file, said) == plain


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='c1,2a-:T0.Z \n"\r+;é', max_size=60))
def test_quick_and_plain_agree_on_any_text(text: str) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        file = Path(folder, "log.csv")
        file.write_bytes(f"case,t,e,y\n{text}".encode())
        plain = outcome(file)
        quick(patch)
        assert outcome(file) == plain


def test_how_many_rows_are_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    class Listener:
        def stage(self, name: str) -> None: ...

        def update(self, **facts: object) -> None:
            told.append(str(facts["rows"]))

        def log(self, line: str) -> None:
            told.append(line)

    file = tmp_path / "log.csv"
    file.write_text(log_of(NUMBERS))
    monkeypatch.setattr("netlift.data._table.TOLD", 2)
    monkeypatch.setattr("netlift.data._door._LOGGED", 2)
    read_file(str(file), SAID, Listener())
    assert told == ["2", "2 rows are read", "4", "4 rows are read", "6"]


def test_rows_in_any_order_are_sorted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "log.csv"
    rng = np.random.default_rng(0)
    file.write_text(log_of([str(one) for one in rng.permutation(600)]))
    plain = outcome(file)
    taken = quick(monkeypatch)
    assert outcome(file) == plain
    assert taken == [True]
