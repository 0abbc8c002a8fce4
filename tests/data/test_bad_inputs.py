"""Input of every wrong kind: each ends in one InputError that says what was found, or is read right."""

import io
import json
import struct
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load, save

import netlift
from netlift.certify import function_system
from netlift.cli import run
from netlift.core._errors import InputError, clipped, listed, shown
from netlift.data import agree, from_arrays, read_sequences, shortened
from netlift.data._arrays import MOST_VALUES
from netlift.networks import CellRnn, Coded, InputCoding, OutputCoding, load_checkpoint, load_network
from netlift.networks import network_files as files_of
from netlift.report import refuse_foreign

MOST = 1_000  # characters of a message
Floats = NDArray[np.float64]


def sentence(error: BaseException) -> str:
    """The message of an error, which is one line that any terminal shows, of a length that people read."""
    message = str(error)
    assert message
    assert message.isprintable()
    assert len(message) <= MOST
    message.encode()
    return message


def refused(call: Callable[[], Any]) -> str:
    """The sentence with which a call is refused."""
    with pytest.raises(InputError) as caught:
        call()
    return sentence(caught.value)


# --- messages


class Unshowable:
    """An object whose repr fails."""

    def __repr__(self) -> str:
        raise RuntimeError("no")


def nested(depth: int) -> list[Any]:
    """A list in a list in a list."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10**6,
        "\0\ud800\n",
        b"y" * 10**6,
        [1] * 10**6,
        10**5_000,
        nested(100_000),
        Unshowable(),
        {"a": "b" * 10**6},
    ],
    ids=["long", "control", "bytes", "list", "digits", "nested", "unshowable", "dict"],
)
def test_whatever_is_shown_is_short_and_printable(value: Any) -> None:
    assert len(shown(value)) <= 120
    assert shown(value).isprintable()
    assert sentence(InputError(f"found {shown(value)}")).startswith("found ")


@given(st.text(st.characters(), max_size=50), st.integers(0, 200))
def test_messages_are_one_line_of_bounded_length(text: str, times: int) -> None:
    message = str(InputError("found " + text * times))
    assert message.isprintable()
    assert len(message) <= MOST
    assert str(InputError(message)) == message


def test_short_values_are_shown_whole() -> None:
    assert shown("a") == "'a'"
    assert shown([1, 2]) == "[1, 2]"
    assert listed(["a", "b"]) == "a, b"
    assert clipped("abc") == "abc"
    assert "(1,000 of them)" in listed(range(1_000))


# --- sequences from Python


class Table:
    """A table of numbers, as pandas has them: it converts to an array."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        return np.array(self.values, dtype=dtype)


class Broken:
    """A table that does not convert."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        raise RuntimeError("on another device")


X, Y = [[0, 1], [1, 1]], [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    "inputs",
    [
        np.matrix(X),
        np.ma.MaskedArray(X),
        Table(X),
        np.array(X, dtype=object),
        [np.array(row) for row in X],
        [np.matrix(row).A1 for row in X],
        [Table(row) for row in X],
        [[np.int8(one) for one in row] for row in X],
        [[np.array(one) for one in row] for row in X],
        [[True, False], [1, 1]][::-1] and [[False, True], [True, 1]],
        tuple(map(tuple, X)),
        np.array(X, dtype=">i2"),
        np.asfortranarray(X),
        np.array(X)[:, ::-1][:, ::-1],
    ],
)
def test_what_converts_to_whole_numbers_is_read(inputs: Any) -> None:
    sequences = from_arrays(inputs, Y)
    assert type(sequences.inputs) is np.ndarray
    assert sequences.inputs[..., 0].tolist() == X


def test_strings_of_numpy_become_plain_strings() -> None:
    for inputs in (np.array([["a", "b"]]), [[np.str_("a"), np.str_("b")]], [list(np.array(["a", "b"]))]):
        sequences = from_arrays(inputs, [[0, 1]])
        assert sequences.input_symbols == (("a", "b"),)
        assert all(type(symbol) is str for symbol in sequences.input_symbols[0] or ())


def test_masked_targets_are_steps_without_one() -> None:
    targets = np.ma.MaskedArray([[5, 1], [1, 0]], mask=[[True, False], [False, False]])
    assert from_arrays(X, targets).labelled.tolist() == [[False, True], [True, True]]
    assert "step 1 of the inputs of row 0 is null" in refused(lambda: from_arrays(targets, X))


@pytest.mark.parametrize(
    ("inputs", "targets", "told"),
    [
        (None, Y, "inputs is of type NoneType"),
        (5, Y, "inputs is of type int"),
        ("ab", Y, "inputs is of type str"),
        (b"ab", Y, "inputs is of type bytes"),
        ({0: [1]}, Y, "inputs is of type dict"),
        ({1, 2}, Y, "inputs is of type set"),
        (
            (row for row in X),
            Y,
            "inputs is of type generator; expected an array or a list of sequences, as in list(inputs)",
        ),
        (X, iter(Y), "targets is of type list_iterator"),
        (Broken(), Y, "inputs: a Broken does not convert to an array (on another device)"),
        ([Broken(), [1, 1]], Y, "inputs, row 0: a Broken does not convert"),
        ([5, 6], Y, "inputs: row 0 is of type int"),
        ([[0, 1], None], Y, "inputs: row 1 is of type NoneType"),
        ([{0: 1}, [1, 1]], Y, "inputs: row 0 is of type dict"),
        ([[0, 1], (one for one in X[1])], Y, "inputs: row 1 is of type generator"),
        (np.array(5), Y, "inputs is of type int"),
        (np.zeros(3), np.zeros(3), "inputs has the shape [3]; expected [N, T] or [N, T, D]"),
        (np.zeros((1, 2, 3, 4)), np.zeros((1, 2)), "inputs has the shape [1, 2, 3, 4]"),
        (np.zeros((0, 4)), np.zeros((0, 4)), "there are no sequences"),
        (np.zeros((4, 0)), np.zeros((4, 0)), "row 0 has no steps"),
        (np.zeros((4, 4, 0)), np.zeros((4, 4)), "the inputs have no streams"),
        (np.zeros((4, 4)), np.zeros((4, 4, 0)), "the targets have no streams"),
        ([], [], "there are no sequences"),
        ([[]], [[]], "row 0 has no steps"),
        ([[[]]], [[0]], "the inputs have no streams"),
        ([[0], [1]], [[0], [1, 1]], "row 1 has 1 inputs and 2 targets"),
        (X, [*Y, [0, 0]], "inputs has 2 sequences and targets has 3"),
        (np.zeros((2, 3)), np.zeros((2, 4)), "inputs has 3 steps and targets has 4"),
        ([[0, [1, 2]]], [[0, 0]], "step 2 of the inputs of row 0 has 2 values; expected 1"),
        ([[0, [1]], [[[1]], 1]], Y, "step 1 of the inputs of row 1 is of type list"),
        (np.array([[0, np.nan]]), [[0, 1]], "is nan; expected a whole number"),
        ([[0, float("inf")]], [[0, 1]], "is inf; expected a whole number"),
        ([[0, 1.5]], [[0, 1]], "is 1.5, which is not a whole number"),
        ([[0, 1j]], [[0, 1]], "is of type complex"),
        ([[0, np.complex64(1)]], [[0, 1]], "is of type complex64"),
        (np.array([[0, 1]], dtype=complex), np.array([[0, 1]]), "the values have the type complex128"),
        (
            np.array([["2020-01-01"]], dtype="M8[D]"),
            np.array([[1]]),
            "the values have the type datetime64[D]",
        ),
        (np.array([[b"a"]]), np.array([[1]]), "the values have the type |S1"),
        (np.zeros((1, 1), dtype=[("a", int)]), np.array([[1]]), "the values have the type"),
        (np.array([[object()]]), np.array([[1]]), "is of type object"),
        ([[10**400, True]], [[0, 1]], "which is beyond 2**62"),
        ([[True, -(10**400)]], [[0, 1]], "which is beyond 2**62"),
        ([[10**5_000, 1]], [[0, 1]], "is a number of very many digits, which is beyond 2**62"),
        ([[1e300, True]], [[0, 1]], "which is beyond 2**62"),
        ([[2**63, 1]], [[0, 1]], "which is beyond 2**62"),
        ([["a", 1]], [[0, 1]], "is the string 'a', though the stream has numbers too"),
        ([["x" * 10**6, 1]], [[0, 1]], "though the stream has numbers too"),
        ([["a\0", "b"]], [[0, 1]], "is 'a\\x00', which holds a NUL character"),
        ([["\ud800", "b"]], [[0, 1]], "is '\\ud800', which holds a lone surrogate"),
        ([[0, 1]], [["\udfff", "b"]], "which holds a lone surrogate"),
        ([[None, 1]], [[0, 1]], "is null; expected a whole number or a string"),
        (X, [[None, None], [None, None]], "every target is null"),
        (
            np.broadcast_to(np.int8(0), (10**9, 10)),
            np.broadcast_to(np.int8(0), (10**9, 10)),
            "10,000,000,000 values",
        ),
    ],
)
def test_sequences_of_a_wrong_kind(inputs: Any, targets: Any, told: str) -> None:
    assert told in refused(lambda: from_arrays(inputs, targets))


def test_padding_of_very_unequal_lengths_is_refused_before_it_fills_the_memory() -> None:
    long = list(range(200_000))
    rows = [long, *([0] for _ in range(10_000))]
    message = refused(lambda: from_arrays(rows, [[0] * len(row) for row in rows]))
    assert "row 0 has 200,000 steps" in message
    assert f"expected {MOST_VALUES:,} values" in message


def test_a_contradiction_far_into_long_sequences_is_found() -> None:
    inputs = np.random.default_rng(0).integers(0, 2, size=(1, 100_000)).repeat(3, axis=0)
    inputs[2, 50_000] += 1
    targets = np.zeros_like(inputs)
    targets[1, 99_998] = 1
    targets[2, 49_999] = 1
    message = refused(lambda: from_arrays(inputs, targets))
    assert "row 0 and row 1 contradict each other" in message
    assert "at step 99999" in message
    targets[1, 99_998] = 0
    assert "row 0 and row 2 have the same inputs up to step 50000" in refused(
        lambda: from_arrays(inputs, targets)
    )
    targets[2, 49_999] = 0
    targets[2, 50_000:] = 7
    assert len(from_arrays(inputs, targets)) == 3


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), rows=st.integers(2, 12), steps=st.integers(1, 6), noise=st.integers(0, 3))
def test_contradictions_are_those_that_a_plain_search_finds(
    seed: int, rows: int, steps: int, noise: int
) -> None:
    rng = np.random.default_rng(seed)
    inputs = rng.integers(0, 2, size=(rows, steps))
    targets = inputs.cumsum(axis=1) % 2
    for _ in range(noise):
        targets[rng.integers(rows), rng.integers(steps)] ^= 1
    seen: dict[tuple[int, ...], int] = {}
    clear = all(
        seen.setdefault(tuple(x[: step + 1]), y[step]) == y[step]
        for x, y in zip(inputs.tolist(), targets.tolist(), strict=True)
        for step in range(steps)
    )
    if clear:
        assert len(from_arrays(inputs, targets)) == rows
    else:
        assert "different output" in refused(lambda: from_arrays(inputs, targets))


# --- files


def member(array: NDArray[Any]) -> bytes:
    """An array as a member of an archive."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def header(shape: str) -> bytes:
    """A member whose header says this shape."""
    text = f"{{'descr': '<i8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + bytes(64)


def archive(kind: int = zipfile.ZIP_STORED, **members: bytes) -> bytes:
    """An archive with these members; their names have a dot where the keys have two underscores."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as opened:
        for name, content in members.items():
            opened.writestr(name.replace("__", "."), content)
    return file.getvalue()


GOOD = member(np.array(X))


def damaged_lzma() -> bytes:
    whole = bytearray(archive(zipfile.ZIP_LZMA, inputs__npy=GOOD * 9, targets__npy=GOOD))
    whole[60:90] = bytes(30)
    return bytes(whole)


def encrypted() -> bytes:
    whole = bytearray(archive(inputs__npy=GOOD, targets__npy=GOOD))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = whole.find(mark)
        while start >= 0:
            whole[start + place] |= 1
            start = whole.find(mark, start + 4)
    return bytes(whole)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (archive(inputs=b"hello", targets__npy=GOOD), "'inputs' is no array"),
        (archive(inputs__npy=b"hello", targets__npy=GOOD), "is no array"),
        (archive(inputs__npy=GOOD[:40], targets__npy=GOOD), "is damaged or cut off"),
        (archive(inputs__npy=GOOD[:-5], targets__npy=GOOD), "is damaged or cut off"),
        (archive(inputs__npy=header("(True, 2)"), targets__npy=header("(True, 2)")), "damaged"),
        (archive(inputs__npy=header("(2, -1)"), targets__npy=GOOD), "damaged"),
        (archive(inputs__npy=header("(10**9,)"), targets__npy=GOOD), "damaged"),
        (archive(inputs__npy=header("(2, 2, 'x')"), targets__npy=GOOD), "damaged"),
        (damaged_lzma(), "damaged or cut off"),
        (encrypted(), "is encrypted"),
        (archive(), "has no array 'inputs'; found nothing"),
        (archive(zipfile.ZIP_STORED, **{f"m{i}__npy": GOOD for i in range(1_000)}), "(1,000 of them)"),
        (b"PK\x03\x04" + b"x" * 100, "damaged"),
        (b"\x93NUMPY", "damaged"),
    ],
)
def test_archives_of_a_wrong_kind(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "data.npz"
    path.write_bytes(content)
    assert told in refused(lambda: read_sequences(path))


def test_an_archive_that_unpacks_to_very_much_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file may hold very many zeros."""
    path = tmp_path / "data.npz"
    path.write_bytes(
        archive(zipfile.ZIP_DEFLATED, inputs__npy=member(np.zeros((999, 999))), targets__npy=GOOD)
    )
    monkeypatch.setattr("netlift.data._read._LARGEST_MEMBER", 2**20)
    assert "'inputs' takes 7,984,136 bytes; expected 1,048,576 at most" in refused(
        lambda: read_sequences(path)
    )


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("data.csv", b"\xef\xbb\xbf", "line 1 is empty"),
        ("data.csv", b"\n", "line 1 is empty"),
        ("data.csv", b"\0", "expected"),
        ("data.csv", b"sequence,step,x,y\na," + b"9" * 5_000 + b",1,1\n", "expected a whole number"),
        ("data.csv", b"sequence,step,x,y\na,1_0,1,1\n", "expected a whole number"),
        ("data.csv", b"sequence,x,y\na," + b"9" * 5_000 + b",1\n", "expected a whole number"),
        (
            "data.csv",
            b"sequence,x,y\na,1,1\n" + b"b" * 10**6,
            "line 3 has a cell of more than 131,072 characters",
        ),
        ("data.csv", b"sequence," + b"z" * 100_000 + b",y\na,1,1\n", "has a column"),
        ("data.csv", b"sequence," + b"x" * 100_000 + b"," + b"x" * 100_000 + b"\na,1,1\n", "has no column"),
        ("data.csv", b'sequence,x,y\na,"1,1\n', "line 2 begins a row with a quotation mark that is never"),
        ("data.csv", b"sequence,x,y\na,nan,1\n", "is nan"),
        ("data.jsonl", b"\xef\xbb\xbf", "there are no sequences"),
        ("data.jsonl", b"[" * 100_000, "nested too deeply"),
        ("data.jsonl", b'{"inputs": ' + b"[" * 100_000, "nested too deeply"),
        ("data.jsonl", b'{"inputs": [' + b"9" * 5_000 + b'], "targets": [1]}', "a number that is too long"),
        ("data.jsonl", b'{"inputs": [1' + b"0" * 400 + b', true], "targets": [1, 1]}', "beyond 2**62"),
        ("data.jsonl", b'{"inputs": [1e999], "targets": [1]}', "is inf"),
        ("data.jsonl", b'{"inputs": ["\\ud800"], "targets": [1]}', "lone surrogate"),
        ("data.jsonl", b'{"inputs": ["\\u0000"], "targets": [1]}', "NUL character"),
        ("data.jsonl", b'{"inputs": {"a": 1}, "targets": [1]}', "is an object; expected a list"),
        ("data.jsonl", b'{"' + b"k" * 10**6 + b'": [1]}', "has no 'inputs'"),
        ("data.jsonl", b'{"inputs": [{}], "targets": [1]}', "is of type dict"),
        ("data.jsonl", b"null", "is null; expected an object"),
        ("data.jsonl", b"\xff\xfe{\0", "is not UTF-8 text"),
    ],
)
def test_text_files_of_a_wrong_kind(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert told in refused(lambda: read_sequences(path))


def test_numbers_in_pythons_own_spelling_are_symbols_in_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("sequence,x,y\na,1_0,1\na,2,2\n")
    assert read_sequences(path).input_symbols == (("1_0", "2"),)


def test_symbols_in_a_csv_may_hold_any_separator_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text('sequence,x,y\na,"-\u2028-",1\na,-\x0c-,2\na,"-\n-",3\n', encoding="utf-8")
    assert read_sequences(path).input_symbols == (("-\n-", "-\x0c-", "-\u2028-"),)


LONG_PATH = "/" + "p" * 5_000


@pytest.mark.parametrize(
    "arguments",
    [
        ["distill", LONG_PATH + ".csv"],
        ["distill", "p" * 5_000],
        ["distill", "parity_all", "-o", LONG_PATH],
        ["distill", "parity_all", "--specification", LONG_PATH],
        ["lift", LONG_PATH + ".pt", "--inputs", "0..1"],
        ["lift", LONG_PATH, "--inputs", "0..1"],
        ["check", LONG_PATH, "--data", LONG_PATH + ".csv"],
        ["check", LONG_PATH, "--against", LONG_PATH],
        ["check", LONG_PATH, "--network", LONG_PATH, "--inputs", "0..1"],
        ["check", "--certificate", LONG_PATH],
        ["tasks", "p" * 5_000],
    ],
)
def test_paths_of_any_length(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert len(capsys.readouterr().err) < 2 * MOST


def test_a_line_of_very_many_steps_is_read_in_a_time_that_grows_with_it(tmp_path: Path) -> None:
    """Four times the steps took far more than sixteen times as long, for want of a search that is linear."""
    path = tmp_path / "data.jsonl"
    taken = []
    for steps in (50_000, 200_000):
        inputs = np.random.default_rng(0).integers(0, 2, size=steps).tolist()
        path.write_text(json.dumps({"inputs": inputs, "targets": inputs}) + "\n")
        started = time.process_time()
        assert read_sequences(path).inputs.shape == (1, steps, 1)
        taken.append(time.process_time() - started)
    assert taken[1] < 16 * taken[0] + 1.0


def test_long_sequences_are_learned_by_their_beginnings_and_checked_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One sequence of 200,000 steps asked for 15 GB: words of five times the length were drawn."""
    monkeypatch.setattr(
        "netlift.engine._distill.shortened", partial(shortened, most=20)
    )  # so that it is quick
    inputs = np.random.default_rng(0).integers(0, 10, size=(1, 200_000))
    sums = inputs.cumsum(axis=1)
    result = netlift.distill(inputs, sums)
    assert result.solved
    assert result.words is not None
    assert result.words.shape == (1, 20, 1)
    sums[:, 150_000:] = 0  # right for long, but not to the end
    result = netlift.distill(inputs, sums)
    assert not result.solved
    assert "wrong on 1 of 1 sequences" in result.reason
    assert all(len(finding) < MOST for finding in result.findings)


def test_shortened_keeps_what_is_short() -> None:
    sequences = from_arrays([[1, 2, 3], [4]], [[None, 1, 2], [1]])
    assert shortened(sequences) is sequences
    short = shortened(sequences, 1)
    assert short.lengths.tolist() == [1, 1]
    assert short.labelled.tolist() == [[False], [True]]


# --- names


@pytest.mark.parametrize(("streams", "kind"), [(9, "sum"), (12, "sum"), (9, "each"), (30, "sum")])
def test_any_number_of_streams(streams: int, kind: str) -> None:
    """Names ran out at eight input streams."""
    inputs = np.random.default_rng(0).integers(0, 10, size=(300, 5, streams))
    targets = inputs.sum(axis=2) if kind == "sum" else inputs.cumsum(axis=1)
    result = netlift.distill(inputs, targets)
    assert result.solved, result.reason
    assert result.program is not None
    word = inputs[0].tolist()
    expected = targets[0].tolist()
    assert [
        list(one) if kind == "each" else one for one in result.program([tuple(step) for step in word])
    ] == expected


def test_names_of_streams_are_different_and_end_in_no_digit() -> None:
    from keyword import iskeyword

    from netlift.formulas._draft import input_names, is_input_name

    for count in (1, 2, 8, 9, 12, 100, 1_000):
        names = input_names(count)
        assert len(set(names)) == count
        assert all(name.isidentifier() and name[-1].isalpha() and not iskeyword(name) for name in names)
        assert all(map(is_input_name, names))
    assert input_names(8) == tuple("abcdefgh")
    assert not any(map(is_input_name, ["s", "y1", "x1", "count", "previous"]))


# --- check


def test_check_accepts_any_answer_where_there_is_no_target(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program, data = tmp_path / "program.py", tmp_path / "data.jsonl"
    program.write_text(
        "def program(inputs):\n    outputs = []\n    s = 0\n    for x in inputs:\n        s = s ^ x\n"
        "        outputs.append(s)\n    return outputs\n"
    )
    data.write_text('{"inputs": [1, 0, 1], "targets": [null, null, 0]}\n{"inputs": [1], "targets": [1]}\n')
    assert run(["check", str(program), "--data", str(data)]) == 0
    data.write_text('{"inputs": [1, 0, 1], "targets": [null, null, 1]}\n{"inputs": [1], "targets": [1]}\n')
    capsys.readouterr()
    assert run(["check", str(program), "--data", str(data)]) == 1
    assert "inputs 1, 0, 1\nexpected any, any, 1, found 1, 1, 0" in capsys.readouterr().out
    assert agree([1, 2], [None, 2])
    assert not agree([1, 2], [None, 3])
    assert not agree([1], [None, 2])
    assert not agree("failed", [None])


# --- arguments from Python

SMALL = np.random.default_rng(0).integers(0, 2, size=(60, 5))
SUMS = SMALL.cumsum(axis=1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        *(({"seed": seed}, "seed is ") for seed in ("a", -1, 1.5, True, None, 10**30, [1], float("nan"))),
        *(
            ({"budget": budget}, "budget is ")
            for budget in ("a", float("nan"), float("inf"), -1, 0, [1], True, 1j)
        ),
        ({"progress": "x"}, "progress is of type str, which has no method stage"),
        ({"specification": 5}, "a specification is a function, a path or a program, found 5"),
        ({"specification": b"x"}, "a specification is"),
        ({"specification": "no\0file"}, "cannot be read"),
        ({"specification": "p" * 5_000}, "cannot be read"),
        ({"specification": lambda one, two: 3}, "has to take one argument"),
    ],
)
def test_arguments_of_a_wrong_kind(arguments: dict[str, Any], told: str) -> None:
    assert told in refused(lambda: netlift.distill(SMALL, SUMS, **arguments))


def raises(inputs: Any) -> Any:
    if len(inputs) > 2:
        raise RuntimeError("no more")
    return np.cumsum(inputs).tolist()


def no_list(inputs: Any) -> Any:
    return 3


def ahead(inputs: Any) -> Any:
    return [sum(inputs)] * len(inputs)


def halves(inputs: Any) -> Any:
    return [0.5 for _ in inputs]


def leaves(inputs: Any) -> Any:
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("specification", "told"),
    [
        (raises, "at the end of the inputs 0, 0, 0 the specification stops with an error"),
        (leaves, "the specification stops with an error"),
        (
            no_list,
            "the specification failed, no_list has to answer a list with one output for each input; for the",
        ),
        (
            ahead,
            "the specification failed, ahead has to answer each input before it has seen the next; for the",
        ),
        (halves, "the specification failed, halves has to answer whole numbers"),
    ],
)
def test_a_specification_that_fails_costs_no_result(specification: Any, told: str) -> None:
    result = netlift.distill(SMALL, SUMS, specification=specification)
    assert result.solved
    claim = result.claims[-1]
    assert claim.claim == "program = specification"
    assert claim.tier == "refuted"
    assert told in claim.words


def test_a_specification_may_answer_in_numbers_of_numpy() -> None:
    sums: Any = np.cumsum
    assert function_system(lambda inputs: sums(inputs)).run([(1,), (2,)]) == [(1,), (3,)]
    assert function_system(lambda inputs: list(sums(inputs))).run([(1,), (2,)]) == [(1,), (3,)]


COPY = """def program(inputs):
    outputs = []
    for x in inputs:
        outputs.append(x)
    return outputs
"""


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ("ab", "inputs is 'ab'"),
        ({}, "inputs is {}"),
        ([], "inputs is []"),
        (5, "inputs is 5"),
        ([3], "one list of symbols or range a stream, found 3"),
        (["ab"], "one list of symbols or range a stream, found 'ab'"),
        ([[1, 1]], "each of them once"),
        ([[1.5]], "found [1.5]"),
        ([range(0)], "the range is empty"),
        ([range(10**30)], "expected numbers up to 2**62"),
        ([range(0, 10**9, 2)], "10,000 symbols at most"),
        ([(one for one in (1, 2))], "found <generator"),
    ],
)
def test_inputs_of_prove_of_a_wrong_kind(inputs: Any, told: str) -> None:
    assert told in refused(lambda: netlift.prove(COPY, COPY, inputs=inputs))
    assert "seed is 'a'" in refused(lambda: netlift.prove(COPY, COPY, seed="a"))  # type: ignore[arg-type]


def test_a_range_is_a_range_however_long() -> None:
    """It was listed, number by number."""
    for numbers, told in (
        (range(10**9), "0 to 999999999"),
        (range(5, -5, -1), "-4 to 5"),
        (range(0, 9, 4), "0, 4, 8"),
    ):
        assert told in netlift.prove(COPY, COPY, inputs=[numbers]).claim.words


def test_results_compare() -> None:
    one, same, other = (netlift.distill(SMALL, targets) for targets in (SUMS, SUMS, SMALL))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != 5
    assert one.network != same.network  # each is itself: their arrays have no one truth value


def test_saving_replaces_no_program_of_the_users(tmp_path: Path) -> None:
    result = netlift.distill(SMALL, SUMS)
    own = tmp_path / "own"
    own.mkdir()
    (own / "program.py").write_text("print('mine')\n")
    assert "holds a program.py but no result.json" in refused(lambda: result.save(own))
    assert (own / "program.py").read_text() == "print('mine')\n"
    assert [path.name for path in own.iterdir()] == ["program.py"]
    result.save(tmp_path / "result")
    result.save(tmp_path / "result")
    (tmp_path / "file").write_text("")
    assert "is a file" in refused(lambda: result.save(tmp_path / "file"))
    assert "expected the name of a folder" in refused(lambda: result.save(5))  # type: ignore[arg-type]
    assert "expected the name of a folder" in refused(lambda: refuse_foreign(""))


def test_arguments_of_faithfulness() -> None:
    result = netlift.distill(SMALL, SUMS)
    assert "trials is 0" in refused(lambda: netlift.faithfulness(result, trials=0))
    assert "trials is 'x'" in refused(lambda: netlift.faithfulness(result, trials="x"))  # type: ignore[arg-type]
    assert "seed is -1" in refused(lambda: netlift.faithfulness(result, seed=-1))
    assert "result is of type int" in refused(lambda: netlift.faithfulness(5))  # type: ignore[arg-type]


# --- networks


@pytest.mark.parametrize(
    ("streams", "length", "told"),
    [
        (((0, 1),), 0, "length is 0"),
        (((0, 1),), "a", "length is 'a'"),
        (((0, 1),), 10**9, "length is 1000000000; expected 10,000 at most"),
        (5, 3, "streams is of type int"),
        ((5,), 3, "an alphabet has 5"),
        (((),), 3, "has no symbols"),
        (((0.5,),), 3, "an alphabet holds 0.5"),
        (((None,),), 3, "an alphabet holds None"),
        (((2**60,),), 3, "expected none beyond 2^53"),
        ((range(10**30),), 3, "expected none beyond 2^53"),
    ],
)
def test_alphabets_of_a_wrong_kind(streams: Any, length: Any, told: str) -> None:
    assert told in refused(lambda: netlift.Alphabet(streams, length))


class Brought:
    """A network that a user brings, which misbehaves as it is told to."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.rng = np.random.default_rng(0)

    def initial_state(self, batch: int) -> Any:
        if self.fault == "no state":
            raise MemoryError
        return [[0.0]] * batch if self.fault == "list" else np.zeros((batch, 1))

    def next_state(self, hidden: Any, inputs: Any) -> Any:
        match self.fault:
            case "raises":
                raise KeyError("weight")
            case "stops":
                raise StopIteration
            case "nan":
                return hidden * np.nan
            case "text":
                return "abc"
            case "flat":
                return hidden[:, 0]
            case "complex":
                return hidden + 1j
            case "none":
                return None
            case "dropout":
                return self.rng.normal(size=hidden.shape)
            case "batch":
                return hidden * 0 + (inputs[:, :1] + len(hidden)) % 5
        return np.abs(hidden - inputs[:, :1])

    def output(self, hidden: Any) -> Any:
        match self.fault:
            case "nan out":
                return hidden + np.inf
            case "flat out":
                return hidden[:, 0]
            case "no units":
                return hidden[:, :0]
            case "far":
                return hidden + 1e30
        return np.concatenate([0.5 - hidden, hidden - 0.5], axis=1)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("no state", "the network's initial_state failed with MemoryError"),
        ("list", "initial_state(1) is of type list"),
        ("raises", "KeyError"),
        ("stops", "StopIteration"),
        ("nan", "next_state gave a hidden state with a NaN"),
        ("text", "next_state gave a str"),
        ("flat", "next_state changed the hidden state's shape"),
        ("complex", "next_state gave a ndarray; expected an array of numbers"),
        ("none", "next_state"),
        ("dropout", "answers the same word otherwise when it is asked again"),
        ("batch", "answers the same word otherwise when other words are in the batch"),
        ("nan out", "output gave a NaN or infinite number"),
        ("flat out", "output has the shape"),
        ("no units", "with one unit at least"),
        ("far", "the network's output units reach 1e+30"),
    ],
)
def test_networks_that_misbehave(fault: str, told: str) -> None:
    alphabet = netlift.Alphabet(((0, 1),), 8)
    arguments: dict[str, Any] = {} if fault in ("raises", "stops", "none") else {"input_coding": "number"}
    assert told in refused(lambda: netlift.lift(Brought(fault), alphabet, **arguments))


@pytest.mark.parametrize("network", [None, 5, "gru", Brought, object(), {"a": 1}])
def test_what_is_no_network(network: Any) -> None:
    assert "network" in refused(lambda: netlift.lift(network, netlift.Alphabet(((0, 1),), 8)))


def test_an_embedding_of_one_row_is_looked_up() -> None:
    """Its one input unit was taken for that of a number, and the symbol 7 for seven times the row."""
    weights = {
        "weight_ih_l0": np.ones((1, 1)),
        "weight_hh_l0": -np.ones((1, 1)),
        "embedding": np.ones((1, 1)),
        "g.0.weight": np.array([[-1.0], [1.0]]),
        "g.0.bias": np.array([0.5, -0.5]),
    }
    network = CellRnn("rnn", 1, 1, "relu", "relu", weights)
    result = netlift.lift(network, netlift.Alphabet(((7,),), 8))
    assert result.program is not None
    assert result.program([7, 7, 7, 7]) == [1, 0, 1, 0]
    assert "an embedding" in refused(
        lambda: netlift.lift(network, netlift.Alphabet(((7,),), 8), input_coding="number")
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"input_coding": "x"}, "the coding of the inputs is 'x'"),
        ({"output_coding": 5}, "the coding of the outputs is 5"),
        ({"classes": 5}, "classes is 5"),
        ({"classes": []}, "classes is []"),
        ({"classes": [[{}]]}, "classes is [[{}]]"),
        ({"classes": [["a\0", "b"]]}, "classes is [['a\\x00', 'b']]"),
        ({"classes": [[10**40, 1]]}, "expected a list of symbols for each stream"),
        ({"classes": [[0, 0]]}, "holds a symbol twice"),
        ({"threshold": "x"}, "the threshold is 'x'"),
        ({"threshold": float("nan")}, "the threshold is nan"),
        ({"seed": "x"}, "seed is 'x'"),
        ({"targets": 5}, "targets need the inputs"),
        ({"progress": 5}, "progress is of type int"),
    ],
)
def test_arguments_of_lift_of_a_wrong_kind(arguments: dict[str, Any], told: str) -> None:
    assert told in refused(
        lambda: netlift.lift(Brought("none of them"), netlift.Alphabet(((0, 1),), 8), **arguments)
    )


# --- checkpoints


def weights_of(scale: float = 1.0) -> dict[str, Floats]:
    """An Elman network as PyTorch names it."""
    rng = np.random.default_rng(0)
    shapes = {
        "rnn.weight_ih_l0": (3, 2),
        "rnn.weight_hh_l0": (3, 3),
        "head.weight": (2, 3),
        "head.bias": (2,),
    }
    return {name: scale * rng.normal(size=shape) for name, shape in shapes.items()}


WRONG: tuple[Any, ...] = (5, [], {}, None)
CONFIG: dict[str, Any] = {"cell": "rnn", "prefix": "rnn.", "readout": ["head"]}


def loaded(folder: Path, content: bytes, config: Any = CONFIG, ending: str = ".safetensors") -> Any:
    """The checkpoint of these files."""
    (folder / f"net{ending}").write_bytes(content)
    (folder / "net.json").write_text(config if isinstance(config, str) else json.dumps(config))
    return load_checkpoint(folder / f"net{ending}")


def safetensors(described: Any, content: bytes = b"") -> bytes:
    """A file with this header."""
    text = described if isinstance(described, bytes) else json.dumps(described).encode()
    return struct.pack("<Q", len(text)) + text + content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        safetensors([]),
        safetensors(b"[" * 100_000),
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 99_999_999) + b"{}",
        safetensors({"a": {"dtype": "F32", "shape": [10**9, 10**9], "data_offsets": [0, 8]}}, bytes(8)),
        safetensors({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 8]}}, bytes(8)),
        safetensors({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, bytes(8)),
        safetensors({"a": {"dtype": "F8_E5M2", "shape": [8], "data_offsets": [0, 8]}}, bytes(8)),
        safetensors({"a": {"dtype": "BF16", "shape": [4], "data_offsets": [0, 8]}}, bytes(8)),
        safetensors({"a": {"dtype": "BOOL", "shape": [8], "data_offsets": [0, 8]}}, bytes(8)),
        safetensors({"a": {"dtype": [], "shape": {}, "data_offsets": "x"}}, bytes(8)),
        save(weights_of())[:-3],
        save(weights_of(float("nan"))),
        save(weights_of(float("inf"))),
        save({**weights_of(), "rnn.weight_ih_l" + "9" * 5_000: np.zeros(2)}),
        save({**weights_of(), "rnn.weight_ih_l9999999": np.zeros(2)}),
        save({**weights_of(), "x" * 10**6: np.zeros(2)}),
        save({"hmlp.mlp." + "9" * 5_000 + ".weight": np.zeros((2, 3))}),
        save({**weights_of(), "rnn.weight_ih_l0": np.array(1.0)}),
        save({**weights_of(), "head.weight": np.zeros((0, 3))}),
        save({}),
    ],
)
def test_weights_of_a_wrong_kind(tmp_path: Path, content: bytes) -> None:
    assert "net.safetensors" in refused(lambda: loaded(tmp_path, content))


@pytest.mark.parametrize(
    "config",
    [
        "",
        "[" * 100_000,
        '{"hidden_size": ' + "9" * 5_000 + "}",
        "\ufeff{}",
        [],
        5,
        None,
        {},
        {"cell": []},
        {"cell": {}},
        *({**CONFIG, key: value} for key in ("prefix", "activation", "embedding") for value in WRONG),
        *(
            {**CONFIG, key: value}
            for key in ("hidden_size", "layers", "input_size")
            for value in ("4", -1, True, 10**400, 7)
        ),
        *({**CONFIG, "readout": value} for value in (*WRONG, [5], "zz", ["head", "head"])),
        {**CONFIG, "activation": "softmax"},
        {**CONFIG, "inputs": 5},
        {**CONFIG, "k" * 10**6: 5},
        {**CONFIG, "prefix": "p" * 10**6},
        {**CONFIG, "cell": "gru"},
        {**CONFIG, "cell": "mips"},
    ],
)
def test_descriptions_of_a_wrong_kind(tmp_path: Path, config: Any) -> None:
    assert "net." in refused(lambda: loaded(tmp_path, save(weights_of()), config))


def test_weights_of_any_size_end_in_a_result_or_a_sentence(tmp_path: Path) -> None:
    assert "hold a number beyond 1e100" in refused(lambda: loaded(tmp_path, save(weights_of(1e300))))
    checkpoint = loaded(tmp_path, save(weights_of(1e30)))
    alphabet = netlift.Alphabet(((0, 1),), 6)
    message = refused(lambda: netlift.lift(checkpoint, alphabet, output_coding="number"))
    assert "output units reach" in message
    assert netlift.lift(checkpoint, alphabet, output_coding="classes").program is not None


def test_tensors_that_are_no_plain_numbers(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    weights = {name: torch.tensor(array) for name, array in weights_of().items()}
    bias = "head.bias"

    def read(**changed: Any) -> Any:
        file = io.BytesIO()
        torch.save({**weights, **{name.replace("_", "."): value for name, value in changed.items()}}, file)
        return loaded(tmp_path, file.getvalue(), ending=".pt")

    assert "is a meta tensor" in refused(lambda: read(head_bias=weights[bias].to("meta")))
    assert "is complex, quantized or sparse" in refused(lambda: read(head_bias=weights[bias].to_sparse()))
    assert "is complex, quantized or sparse" in refused(lambda: read(head_bias=weights[bias] + 1j))
    assert "100,000,000,000 numbers" in refused(lambda: read(head_bias=torch.ones(1).expand(10**11)))
    assert "is damaged or cut off" in refused(lambda: loaded(tmp_path, b"PK\3\4" + b"x" * 99, ending=".pt"))
    assert "more than weights" in refused(lambda: read(head_bias=torch.nn.Linear(1, 1)))
    assert "state dict" in refused(lambda: read(head_bias=[1, 2]))
    expanded = torch.ones(1, dtype=torch.float64).expand(2)
    assert read(head_bias=expanded).network.weights["g.0.bias"].tolist() == [1.0, 1.0]
    for dtype in (torch.bfloat16, torch.float16):
        halves = {name: value.to(dtype) for name, value in weights.items()}
        file = io.BytesIO()
        torch.save(halves, file)
        network = loaded(tmp_path, file.getvalue(), ending=".pt").network
        assert network.weights["g.0.bias"].tolist() == halves[bias].double().tolist()


def test_modules_of_any_precision_and_of_wrong_kinds() -> None:
    torch = pytest.importorskip("torch")
    rnn, head = torch.nn.RNN(2, 3), torch.nn.Linear(3, 2)
    for dtype in (torch.bfloat16, torch.float16, torch.float64):
        network = netlift.from_torch(rnn.to(dtype), head.to(dtype))
        assert network.weights["g.0.bias"].tolist() == head.bias.double().tolist()
    assert "is a meta tensor" in refused(
        lambda: netlift.from_torch(rnn, torch.nn.Linear(3, 2, device="meta"))
    )
    for wrong in (None, 5, torch.nn.Linear(3, 2), torch.nn.RNN, torch.nn.RNNCell(2, 3)):
        assert "recurrent module" in refused(lambda wrong=wrong: netlift.from_torch(wrong, head))  # type: ignore[misc]
    for wrong in (None, 5, torch.nn.Sequential(), torch.nn.Linear, [head]):
        assert "readout" in refused(lambda wrong=wrong: netlift.from_torch(rnn, wrong))  # type: ignore[misc]
    with torch.no_grad():
        head.bias[0] = float("nan")
    assert "hold a NaN" in refused(lambda: netlift.from_torch(rnn, head))


def test_modules_that_drop_out_are_told_from_those_that_do_not() -> None:
    torch = pytest.importorskip("torch")

    class Module(torch.nn.Module):  # type: ignore[name-defined,misc]
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.cell, self.head, self.drop = (
                torch.nn.GRUCell(2, 4),
                torch.nn.Linear(4, 2),
                torch.nn.Dropout(0.2),
            )

        def initial_state(self, batch: int) -> Any:
            return torch.zeros(batch, 4)

        def next_state(self, hidden: Any, inputs: Any) -> Any:
            return self.drop(self.cell(inputs, hidden))

        def output(self, hidden: Any) -> Any:
            return self.head(hidden)

    alphabet = netlift.Alphabet(((0, 1),), 6)
    assert "call eval() on a module with dropout" in refused(lambda: netlift.lift(Module(), alphabet))
    assert netlift.lift(Module().eval(), alphabet).network is not None


def saved_network(folder: Path) -> Path:
    """A folder with a network's two files."""
    cell = CellRnn(
        "rnn",
        3,
        1,
        "tanh",
        "tanh",
        {name.replace("rnn.", "").replace("head", "g.0"): array for name, array in weights_of().items()},
    )
    network = Coded(cell, InputCoding("one-hot", ((0, 1),)), OutputCoding("classes", ((0, 1),)))
    for name, content in files_of(network).items():
        (folder / name).write_bytes(content)
    return folder


def test_descriptions_of_saved_networks_of_a_wrong_kind(tmp_path: Path) -> None:
    folder = saved_network(tmp_path)
    good = json.loads((folder / "network.json").read_text())
    assert load_network(folder).hidden_size == 3
    wrong: list[Any] = [5, "x", None, [], {}, [[]], [[[]]], -1, 10**400, 1.5, True]
    for key in good:
        for value in wrong:
            if value != good[key]:
                (folder / "network.json").write_text(json.dumps({**good, key: value}))
                try:
                    load_network(folder)
                except InputError as error:
                    sentence(error)
    (folder / "network.json").write_text("[" * 100_000)
    assert "is no JSON" in refused(lambda: load_network(folder))


# --- mutations of small valid files


def small(folder: Path, ending: str) -> Path:
    """A small valid file of this format."""
    path = folder / f"data{ending}"
    match ending:
        case ".npz":
            np.savez_compressed(path, inputs=np.array(X), targets=np.array(Y))
        case ".jsonl":
            path.write_text(
                '{"inputs": [0, 1], "targets": ["a", null]}\n{"inputs": [1, 1], "targets": ["b", "a"]}\n'
            )
        case ".csv":
            path.write_text("sequence,step,x,y\na,1,0,0\na,2,1,1\nb,1,1,1\nb,2,1,0\n")
        case ".safetensors":
            path.write_bytes(save(weights_of()))
    return path


@settings(max_examples=300, deadline=None)
@given(
    ending=st.sampled_from([".npz", ".jsonl", ".csv", ".safetensors", ".json"]),
    changes=st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 255), st.integers(0, 3)), min_size=1, max_size=6
    ),
)
def test_mutated_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, ending: str, changes: list[tuple[int, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("mutants")
    raw = bytearray(json.dumps(CONFIG).encode() if ending == ".json" else small(folder, ending).read_bytes())
    for place, byte, kind in changes:
        at = place % (len(raw) + 1)
        raw[at : at + (kind != 1)] = bytes([byte]) * (kind != 2)
    try:
        if ending == ".safetensors":
            assert loaded(folder, bytes(raw)).network.hidden == 3
        elif ending == ".json":
            (folder / "net.safetensors").write_bytes(save(weights_of()))
            (folder / "net.json").write_bytes(bytes(raw))
            assert load_checkpoint(folder / "net.safetensors").network is not None
        else:
            path = folder / f"data{ending}"
            path.write_bytes(bytes(raw))
            assert len(read_sequences(path)) > 0
    except InputError as error:
        sentence(error)


def test_good_weights_are_read(tmp_path: Path) -> None:
    """The tests of wrong kinds change one thing in files that are right."""
    assert loaded(tmp_path, save(weights_of())).network.hidden == 3
    assert load(save(weights_of())).keys() == weights_of().keys()
