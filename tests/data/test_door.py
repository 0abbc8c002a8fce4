"""Event logs, packed files, decimals and rows of numbers, as people have them."""

import gzip
import io
import json
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from netlift.core._errors import InputError
from netlift.data._cells import column_of, number, told
from netlift.data._door import read_data, read_file
from netlift.data._inspect import inspect_file
from netlift.data._said import Said
from netlift.data._times import order_of

LOG = Said("case", "when", ("what",), ("paid",))


def written(folder: Path, text: str, name: str = "log.csv", encoding: str = "utf-8") -> str:
    """A file with this text."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return str(path)


def rows_of(name: str, said: Said = LOG) -> list[tuple[list[object], list[object]]]:
    """Inputs and targets of each sequence, strings where the file has strings."""
    sequences = read_data(name, said).sequences
    assert sequences is not None
    sides = []
    for values, symbols in (
        (sequences.inputs, sequences.input_symbols),
        (sequences.targets, sequences.target_symbols),
    ):
        names = symbols[0]
        sides.append(
            [
                [one if names is None else names[one] for one in row[:length, 0].tolist()]
                for row, length in zip(values, sequences.lengths.tolist(), strict=True)
            ]
        )
    return list(zip(*sides, strict=True))


PLAIN = "case,when,noise,what,paid\nb,2,?,pay,1\na,1,?,open,0\nb,1,?,open,0\na,10,?,pay,1\na,9,?,open,0\n"
SORTED = [(["open", "pay"], [0, 1]), (["open", "open", "pay"], [0, 0, 1])]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_rows_in_any_order_with_any_separator(tmp_path: Path, separator: str) -> None:
    assert rows_of(written(tmp_path, PLAIN.replace(",", separator))) == SORTED


def test_a_separator_inside_quotes_does_not_separate(tmp_path: Path) -> None:
    text = 'case;when;what;paid\n"a, b";1;"x\ny; z";0\n"a, b";2;"said ""no""";1\n'
    assert rows_of(written(tmp_path, text)) == [(["x\ny; z", 'said "no"'], [0, 1])]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8-sig", ""), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16-LE"), ("latin-1", "Latin-1")],
)
def test_encodings_are_found_and_said(tmp_path: Path, encoding: str, said: str) -> None:
    data = read_data(written(tmp_path, PLAIN.replace("pay", "zählen"), encoding=encoding), LOG)
    assert data.inputs[0].symbols == ("open", "zählen")
    assert said in " ".join(data.notes)
    assert bool(said) == bool(data.notes)


def test_an_encoding_that_is_said_is_not_noted_and_a_wrong_one_refused(tmp_path: Path) -> None:
    name = written(tmp_path, PLAIN.replace("pay", "zählen"), encoding="latin-1")
    assert read_data(name, Said("case", "when", ("what",), ("paid",), encoding="latin-1")).notes == ()
    with pytest.raises(InputError, match="is not utf-8 text"):
        read_data(name, Said("case", "when", ("what",), ("paid",), encoding="utf-8"))
    with pytest.raises(InputError, match="no encoding of text"):
        read_data(name, Said("case", "when", ("what",), ("paid",), encoding="klingon"))


def test_names_of_sequences_stay_text(tmp_path: Path) -> None:
    names = ["01", "1", "1.0", "NA", "null", ""]
    text = "case,when,what,paid\n" + "".join(f"{one},1,x,{place}\n" for place, one in enumerate(names))
    with pytest.raises(InputError, match="sequence '01' and sequence '1' contradict"):
        read_data(written(tmp_path, text), LOG)
    text = "case,when,what,paid\n" + "".join(f"{one},1,x{place},0\n" for place, one in enumerate(names))
    sequences = read_data(written(tmp_path, text), LOG).sequences
    assert sequences is not None
    assert len(sequences) == 6


def test_ties_stay_in_the_order_of_the_file_and_are_counted(tmp_path: Path) -> None:
    text = "case,when,what,paid\na,1,x,0\na,1,y,1\na,1,z,2\nb,1,x,0\n"
    name = written(tmp_path, text)
    assert rows_of(name)[0] == (["x", "y", "z"], [0, 1, 2])
    assert "2 rows have the same 'when'" in read_data(name, LOG).notes[0]


def test_times_in_iso_with_milliseconds_sort_by_time(tmp_path: Path) -> None:
    text = "case,when,what,paid\na,2024-01-02T00:00:00.010Z,y,1\na,2024-01-02T01:00:00.009+01:00,x,0\n"
    assert rows_of(written(tmp_path, text)) == [(["x", "y"], [0, 1])]


def test_day_first_or_month_first_is_not_guessed() -> None:
    keys = order_of("f", "t", ["13-01-2020:10.02", "02-02-2020:09.00"])
    assert sorted(keys.keys, key=keys.keys.__getitem__) == ["13-01-2020:10.02", "02-02-2020:09.00"]
    assert "'%d-%m-%Y:%H.%M'" in keys.notes[0]
    with pytest.raises(InputError, match="say which with --time-format"):
        order_of("f", "t", ["01-02-2020", "02-01-2020"])
    told_which = order_of("f", "t", ["01-02-2020", "02-01-2020"], "%m-%d-%Y").keys
    assert told_which["01-02-2020"] < told_which["02-01-2020"]
    with pytest.raises(InputError, match="has 'soon', which has not the form"):
        order_of("f", "t", ["soon"], "%m-%d-%Y")
    assert "'%m/%d/%y %I:%M %p'" in order_of("f", "t", ["1/31/24 3:04 PM", "2/1/24 9:00 AM"]).notes[0]
    with pytest.raises(InputError, match=r"with a zone .* and without"):
        order_of("f", "t", ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00"])


def test_decimals_are_whole_numbers_of_a_smaller_unit() -> None:
    column = column_of("f", "price", ["12.99", "7", "-0.50"])
    assert (column.unit, column.values["12.99"], column.values["7"]) == (Fraction(1, 100), 1299, 700)
    assert column.told(1299) == "12.99"
    assert column.told(-50) == "-0.5"
    assert "12.99 is 1299" in column.notes[0]
    assert column_of("f", "t", ["21.5", "20.0"]).unit == Fraction(1, 2)
    assert column_of("f", "t", ["21.0", "20.0"]).unit == 1
    assert column_of("f", "t", ["21,5", "20"], comma=True).values["21,5"] == 43


def test_measured_numbers_are_refused_with_what_can_be_done() -> None:
    cells = ["0.1234567", "2.7182818"]
    with pytest.raises(InputError, match=r"give a step .* as in --step 0\.1"):
        column_of("f", "t", cells, is_output=True)
    column = column_of("f", "t", cells, step=Fraction("0.1"))
    assert list(column.values.values()) == [1, 27]
    assert "largest change is 0.0235" in column.notes[0]


def test_a_known_unit_refuses_what_is_no_multiple_of_it() -> None:
    assert column_of("f", "t", ["3"], unit=Fraction(1, 2)).values["3"] == 6
    with pytest.raises(InputError, match=r"'0\.3'; expected a multiple of 0\.5"):
        column_of("f", "t", ["0.3"], unit=Fraction(1, 2))


def test_spellings_of_one_truth_value_are_read_as_one_and_pointed_out() -> None:
    column = column_of("f", "ok", ["true", "TRUE", "1", "false"])
    assert column.values == {"true": 1, "TRUE": 1, "1": 1, "false": 0}
    assert "'true', 'TRUE', '1' as 1" in column.notes[0]
    assert column_of("f", "ok", ["true", "TRUE", "1"], text=True).symbols == ("1", "TRUE", "true")
    assert column_of("f", "ok", ["true", "false"]).symbols == ("false", "true")
    assert column_of("f", "ok", ["true", "false"], unit=Fraction(1)).values == {"true": 1, "false": 0}
    with pytest.raises(InputError, match="has 'true'; expected numbers"):
        column_of("f", "ok", ["true", "maybe"], unit=Fraction(1))


def test_numbers_with_zeros_in_front_are_text() -> None:
    assert number("01") is None
    assert number("1_000") is None
    column = column_of("f", "code", ["01", "1"])
    assert column.symbols == ("01", "1")
    assert "begins with a zero" in column.notes[0]


def test_missing_outputs_are_silent_and_missing_inputs_refused(tmp_path: Path) -> None:
    data = read_data(written(tmp_path, "case,when,what,paid\na,1,x,\na,2,y,5\na,3,y,NA\n"), LOG)
    assert data.sequences is not None
    assert data.sequences.labelled.tolist() == [[False, True, False]]
    assert any("'NA' count as missing" in note for note in data.notes)
    with pytest.raises(InputError, match="input column 'what' has no value in line 3"):
        read_data(written(tmp_path, "case,when,what,paid\na,1,4,1\na,2,,5\n"), LOG)


def test_start_and_complete_are_one_step(tmp_path: Path) -> None:
    text = (
        "case,when,what,paid,life\na,1,x,0,start\na,2,y,0,start\na,3,x,1,complete\na,4,y,2,complete\n"
        "a,5,z,3,complete\na,6,q,0,start\na,7,q,0,suspend\n"
    )
    said = Said("case", "when", ("what",), ("paid",), lifecycle="life")
    name = written(tmp_path, text)
    assert rows_of(name, said) == [(["x", "y", "z"], [1, 2, 3])]
    notes = " ".join(read_data(name, said).notes)
    for told_of in ("2 pairs", "1 completions", "1 starts", "1 rows are neither"):
        assert told_of in notes


def test_a_reset_begins_a_sequence(tmp_path: Path) -> None:
    text = "case,when,what,paid,boot\na,1,x,1,0\na,2,x,2,0\na,3,x,1,1\na,4,x,2,\n"
    said = Said("case", "when", ("what",), ("paid",), reset="boot")
    assert rows_of(written(tmp_path, text), said) == [(["x", "x"], [1, 2])] * 2
    with pytest.raises(InputError, match="marks resets has 'maybe'"):
        read_data(written(tmp_path, text.replace(",1,1\n", ",1,maybe\n")), said)


def test_packed_files_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(PLAIN.encode()))
    assert rows_of(str(packed)) == SORTED
    packed.write_bytes(gzip.compress(PLAIN.encode() * 100)[:-20])
    with pytest.raises(InputError, match="damaged or cut off"):
        read_data(str(packed), LOG)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PLAIN.encode())))
    assert rows_of("-") == SORTED


def test_json_lines_with_any_names_and_decimals(tmp_path: Path) -> None:
    lines = [{"t": [21.5, 20, 19.0], "on": ["no", "yes", "yes"]}, {"t": [30], "on": ["no"]}]
    name = written(tmp_path, "".join(json.dumps(one) + "\n" for one in lines), "log.jsonl")
    said = Said(inputs=("t",), outputs=("on",))
    assert rows_of(name, said) == [([43, 40, 38], ["no", "yes", "yes"]), ([60], ["no"])]
    assert read_data(name, said).inputs[0].unit == Fraction(1, 2)
    with pytest.raises(InputError, match="--input 'temp': there is no such column; found t, on"):
        read_data(name, Said(inputs=("temp",)))
    with pytest.raises(InputError, match="line 1 has no 'of'; found on, t"):
        read_data(name, Said(inputs=("t",), outputs=("of",)))


def test_json_lines_with_a_record_each_are_a_table(tmp_path: Path) -> None:
    lines = [
        {"case": "a", "when": 2, "what": "y", "paid": 1},
        {"case": "a", "when": 1, "what": "x", "paid": 0},
    ]
    name = written(tmp_path, "".join(json.dumps(one) + "\n" for one in lines), "log.jsonl")
    assert rows_of(name) == [(["x", "y"], [0, 1])]


def test_events_without_outputs_and_rows_of_numbers(tmp_path: Path) -> None:
    name = written(tmp_path, '{"inputs": ["a", "b"]}\n', "events.jsonl")
    assert read_data(name).kind == "events"
    assert read_data(written(tmp_path, PLAIN), Said("case", "when", ("what",))).kind == "events"
    assert read_data(written(tmp_path, "[1, 1, 2, 3]", "row.json")).row == (1, 1, 2, 3)
    assert read_data(written(tmp_path, "n\n1\n1\n2\n"), Said(outputs=("n",))).row == (1, 1, 2)
    for text in ("1, 1, 2, 3\n", "1\n1\n2\n3\n", "1 1 2 3"):
        assert read_data(written(tmp_path, text, "row.txt")).row == (1, 1, 2, 3)
    halves = read_data(written(tmp_path, "[0.5, 1, 1.5]", "row.json"))
    assert (halves.row, halves.outputs[0].told(3)) == ((1, 2, 3), "1.5")
    bare = read_data(written(tmp_path, '["a", "b"]\n["a"]\n', "events.jsonl"))
    assert (bare.kind, bare.sequences and len(bare.sequences)) == ("events", 2)
    with pytest.raises(InputError, match="no row of numbers"):
        read_data(written(tmp_path, '[1, "a"]', "row.json"))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            Said("cas", "when", ("what",), ("paid",)),
            "--sequence 'cas': there is no such column; did you mean 'case'",
        ),
        (Said(), "say which hold what with --sequence"),
        (
            Said("case", "when", ("what",), ("paid",), text=("what", "payed")),
            "--text 'payed': there is no such column; did you mean 'paid'",
        ),
        (Said("case", "noise", ("what",), ("paid",)), r"order column 'noise' has '\?'"),
    ],
)
def test_mistakes_are_told_in_a_sentence(tmp_path: Path, said: Said, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_data(written(tmp_path, PLAIN), said)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("case,when,what,paid\n", "has a header and no rows"),
        ("case,when,what,paid\na,1\n", "line 2 has 2 fields; expected 4"),
        ("case,when,what,what\na,1,x,y\n", "two columns 'what'"),
        ('case,when,what,paid\na,1,"x,0\n', "cut off"),
    ],
)
def test_broken_tables_are_told_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_data(written(tmp_path, text), LOG)


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, library in (("log.parquet", "pyarrow"), ("log.xlsx", "openpyxl"), ("log.csv.zst", "zstandard")):
        monkeypatch.setitem(sys.modules, library, None)
        with pytest.raises(
            InputError, match=rf"{library}; install it with `pip install 'netlift\[tables\]'`"
        ):
            read_data(written(tmp_path, "x", name), LOG)


def test_parquet_arrow_excel_and_zst(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    openpyxl = pytest.importorskip("openpyxl")
    zstandard = pytest.importorskip("zstandard")
    header, *lines = [line.split(",") for line in PLAIN.splitlines()]
    columns = list(zip(*lines, strict=True))
    numbers = {"when", "paid"}
    content = {
        name: [int(one) for one in cells] if name in numbers else list(cells)
        for name, cells in zip(header, columns, strict=True)
    }
    made = pyarrow.table(content)
    parquet.write_table(made, tmp_path / "log.parquet")
    with (
        pyarrow.OSFile(str(tmp_path / "log.arrow"), "wb") as sink,
        pyarrow.ipc.new_file(sink, made.schema) as file,
    ):
        file.write_table(made)
    book = openpyxl.Workbook()
    book.active.append(header)
    for row in zip(*content.values(), strict=True):
        book.active.append(row)
    book.save(tmp_path / "log.xlsx")
    (tmp_path / "log.csv.zst").write_bytes(zstandard.ZstdCompressor().compress(PLAIN.encode()))
    for name in ("log.parquet", "log.arrow", "log.xlsx", "log.csv.zst"):
        assert rows_of(str(tmp_path / name)) == SORTED
        (tmp_path / name).write_bytes(b"no such thing at all")
        with pytest.raises(InputError):
            read_data(str(tmp_path / name), LOG)


def test_told_writes_fractions_as_decimals() -> None:
    assert [told(Fraction(one)) for one in ("21.5", "-0.05", "7", "1/3")] == ["21.5", "-0.05", "7", "1/3"]


XES = """<?xml version="1.0"?>
<log xmlns="http://www.xes-standard.org/"><string key="concept:name" value="a log"/>
<trace><string key="concept:name" value="01"/>
<event><string key="concept:name" value="pay"/>
<date key="time:timestamp" value="2024-01-01T10:00:00.5+01:00"/><int key="paid" value="1"/></event>
<event><string key="concept:name" value="open"/><date key="time:timestamp" value="2024-01-01T09:00:00+01:00"/>
<int key="paid" value="0"><string key="inner" value="no"/></int></event></trace>
<trace><string key="concept:name" value="1"/>
<event><string key="concept:name" value="open"/><date key="time:timestamp" value="2024-01-01T09:00:00+01:00"/>
<int key="paid" value="0"/></event></trace></log>
"""


def test_xes_logs_are_tables(tmp_path: Path) -> None:
    said = Said("case:concept:name", "time:timestamp", ("concept:name",), ("paid",))
    assert rows_of(written(tmp_path, XES, "log.xes"), said) == [(["open", "pay"], [0, 1]), (["open"], [0])]
    packed = tmp_path / "log.xes.gz"
    packed.write_bytes(gzip.compress(XES.encode()))
    assert len(rows_of(str(packed), said)) == 2
    for text, sentence in (
        (XES[:-20], "is no XES log"),
        (XES.replace("<log ", "<!DOCTYPE log [<!ENTITY a 'b'>]><log "), "has a document type"),
        ("<html></html>", "begins with <html>; expected <log>"),
    ):
        with pytest.raises(InputError, match=sentence):
            read_data(written(tmp_path, text, "log.xes"), said)


def test_a_binary_file_is_called_no_text(tmp_path: Path) -> None:
    file = tmp_path / "picture.csv"
    file.write_bytes(bytes(range(256)) * 8)
    for command in (lambda: inspect_file(str(file)), lambda: read_data(str(file))):
        with pytest.raises(InputError, match=r"picture\.csv: is no text \(\d+ of its first 2,048 bytes"):
            command()
    file.write_bytes("sequence,step,x1,y1\n1,0,é,1\n".encode("latin-1"))
    assert read_data(str(file)).kind == "answers"


def test_a_folder_is_called_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder; expected a file"):
        read_file(str(tmp_path), Said())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,1,," + "z" * 140_000 + ",0\n", "line 3 has a cell of more than 131,072 characters; expected"),
        ('a,1,,"open,0\n' + "a,2,,b,1\n" * 20_000, "line 3 begins a row with a quotation mark that is still"),
        ('a,1,,"open,0\na,2,,b,1\n', "line 3 begins a row with a quotation mark that is never closed"),
        ('a,1,,"two\nlines"x,0\n', "line 4 goes on after the quotation mark that closes a cell"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said(text: str, sentence: str, tmp_path: Path) -> None:
    name = written(tmp_path, PLAIN.splitlines()[0] + "\na,0,,pay,0\n" + text)
    with pytest.raises(InputError, match=sentence):
        read_data(name, LOG)


def test_answers_are_spelt_as_their_column_spells_numbers() -> None:
    """A table with decimal commas gets the program's answers with commas and as many places."""
    prices = column_of("t", "price", ["2,50", "16,00", "-3,25"], comma=True)
    assert [prices.spelt(prices.values[cell] or 0) for cell in ("2,50", "16,00", "-3,25")] == [
        "2,50",
        "16,00",
        "-3,25",
    ]
    assert column_of("t", "mixed", ["2.5", "16"]).spelt(32) == "16"
    assert column_of("t", "whole", ["2", "16"]).spelt(7) == "7"
    assert column_of("t", "names", ["a", "b"]).spelt(1) == "b"


def test_the_unnamed_index_of_pandas_is_no_column(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    made = pyarrow.table(
        {"case": ["a", "a"], "event": ["x", "y"], "__index_level_0__": [7, 3], "sum": [1, 2]}
    )
    parquet.write_table(made, tmp_path / "log.parquet")
    found = inspect_file(str(tmp_path / "log.parquet"))
    assert [one.name for one in found.columns] == ["case", "event", "sum"]
    assert rows_of(str(tmp_path / "log.parquet"), Said("case", None, ("event",), ("sum",))) == [
        (["x", "y"], [1, 2])
    ]


def test_what_windows_writes_is_read_and_said(tmp_path: Path) -> None:
    text = "case;when;what;paid\n1;1;€ 5;0\n1;2;„größer“;1\n"
    data = read_data(written(tmp_path, text, encoding="cp1252"), LOG)
    assert data.as_sequences().input_symbols[0] == ("„größer“", "€ 5")
    assert "so it is read as Windows-1252" in " ".join(data.notes)
    path = tmp_path / "log.csv"
    path.write_bytes(text.encode("cp1252") + b"1;3;\x81;2\n")  # stands for nothing there
    assert "so it is read as Latin-1" in " ".join(inspect_file(str(path)).notes)
