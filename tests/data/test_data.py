"""Files and arrays in, checked sequences out; every bad input a sentence that says where and why."""

import csv
import importlib.util
import io
import json
import pickle
import zipfile
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlift import InputError
from netlift.bench import TASKS, get_task
from netlift.data import Sequences, distinct_rows, from_arrays, joint_symbols, read_sequences, split
from netlift.data._symbols import distinct_numbers

Rows = list[tuple[list[Any], list[Any]]]


def write(path: Path, rows: Rows) -> Path:
    """Rows of inputs and targets in the format that the file's name says."""
    match path.suffix:
        case ".npz":
            np.savez(path, inputs=np.array([x for x, _ in rows]), targets=np.array([y for _, y in rows]))
        case ".jsonl":
            path.write_text("".join(json.dumps({"inputs": x, "targets": y}) + "\n" for x, y in rows))
        case ".csv":
            with path.open("w", newline="") as file:
                table = csv.writer(file)
                first = [np.ravel(part[0]) for part in rows[0]]
                names = [f"{kind}{i}" for kind, one in zip("xy", first, strict=True) for i in range(len(one))]
                table.writerow(["sequence", "step", *names])
                for number, (x, y) in enumerate(rows):
                    for step, (one, other) in enumerate(zip(x, y, strict=True)):
                        table.writerow([number, step, *np.ravel(one), *np.ravel(other)])
    return path


def refusal(path: Path) -> str:
    """The one sentence with which a file is refused; it names the file."""
    with pytest.raises(InputError) as caught:
        read_sequences(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


ROWS: Rows = [([0, 1, 2], [0, 1, 3]), ([2, 2, 0], [2, 4, 4])]


@pytest.mark.parametrize("ending", [".npz", ".jsonl", ".csv"])
def test_formats_hold_the_same_sequences(tmp_path: Path, ending: str) -> None:
    read = read_sequences(write(tmp_path / f"data{ending}", ROWS))
    assert read.inputs[..., 0].tolist() == [x for x, _ in ROWS]
    assert read.targets[..., 0].tolist() == [y for _, y in ROWS]
    assert read.lengths.tolist() == [3, 3]
    assert read.input_symbols == (None,)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-(2**62), 2**62) | st.integers(-3, 3), max_size=30))
def test_numbers_are_told_apart_as_numpy_does(numbers: list[int]) -> None:
    given_numbers = np.array(numbers, dtype=np.int64)
    assert distinct_numbers(given_numbers).tolist() == np.unique(given_numbers).tolist()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30))
def test_rows_are_told_apart(rows: list[tuple[int, int]]) -> None:
    first, same_as = distinct_rows(np.array(rows))
    assert [rows[place] for place in first[same_as]] == rows
    assert len({rows[place] for place in first}) == len(first) == len(set(rows))


@given(
    ending=st.sampled_from([".jsonl", ".csv"]),
    streams=st.integers(1, 3),
    lengths=st.lists(st.integers(1, 5), min_size=1, max_size=6),
    seed=st.integers(0, 2**32),
)
def test_ragged_sequences_survive_the_way_through_a_file(
    tmp_path_factory: pytest.TempPathFactory, ending: str, streams: int, lengths: list[int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    rows: Rows = []
    for length in lengths:
        x = rng.integers(-(10**6), 10**6, size=(length, streams))
        total = np.cumsum(x[:, 0])
        rows.append((x.tolist() if streams > 1 else x[:, 0].tolist(), total.tolist()))
    read = read_sequences(write(tmp_path_factory.mktemp("data") / f"data{ending}", rows))
    assert read.lengths.tolist() == lengths
    for row, (given_inputs, given_targets) in enumerate(rows):
        wanted = np.array(given_inputs).reshape(-1, streams).tolist()
        assert read.inputs[row, : lengths[row]].tolist() == wanted
        assert read.targets[row, : lengths[row], 0].tolist() == given_targets
        assert not read.inputs[row, lengths[row] :].any()


def test_padding_is_filled_with_a_symbol_that_occurs() -> None:
    ragged = from_arrays([[5, 7, 7], [6]], [[0, 0, 0], [0]])
    assert ragged.filled[..., 0].tolist() == [[5, 7, 7], [6, 5, 5]]
    assert ragged.take(np.arange(0)).filled.shape == (0, 3, 1)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16, np.float16, np.float32, np.float64])
def test_whole_numbers_of_any_type(tmp_path: Path, dtype: type) -> None:
    path = tmp_path / "data.npz"
    np.savez(
        path, inputs=np.array([[0, 1], [1, 1]], dtype=dtype), targets=np.array([[0, 1], [1, 0]], dtype=dtype)
    )
    read = read_sequences(path)
    assert read.inputs.dtype == np.int64
    assert read.inputs[..., 0].tolist() == [[0, 1], [1, 1]]


def test_string_symbols_become_places_in_a_sorted_list(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    write(path, [(["(", ")"], ["open", "shut"]), (["(", "("], ["open", "open"])])
    read = read_sequences(path)
    assert read.input_symbols == (("(", ")"),)
    assert read.target_symbols == (("open", "shut"),)
    assert read.inputs[..., 0].tolist() == [[0, 1], [0, 0]]


def test_csv_lines_may_come_in_any_order_and_without_steps(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("sequence,step,x,y\nb,2,7,8\na,1,1,2\nb,1,5,6\na,2,3,4\n")
    read = read_sequences(path)
    assert read.inputs[..., 0].tolist() == [[5, 7], [1, 3]]
    path.write_text("sequence,x1,x2,y\na,1,#,2\na,3,4,4\n")
    read = read_sequences(path)
    assert read.input_symbols == (None, ("#", "4"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty; expected sequences"),
        ("\n\n", "there are no sequences; expected at least one"),
        ('{"inputs": [1], "targets": [1]}\n{"inputs": [2], "tar', "line 2 is no complete JSON object"),
        ('{"inputs": [1, NaN], "targets": [1, 2]}\n', "line 1 holds NaN; expected whole numbers or strings"),
        ('{"inputs": [1, -Infinity], "targets": [1, 2]}\n', "line 1 holds -Infinity"),
        (
            '{"inputs": [1, 2.5], "targets": [1, 2]}\n',
            "step 2 of the inputs of line 1 is 2.5, which is",
        ),
        ('{"inputs": [1, null], "targets": [1, 2]}\n', "step 2 of the inputs of line 1 is null; expected"),
        ('{"inputs": [1, "a"], "targets": [1, 2]}\n', "is the string 'a', though the stream has numbers too"),
        (
            '{"inputs": [1, 2], "targets": [1]}\n',
            "line 1 has 2 inputs and 1 targets; expected",
        ),
        ('{"inputs": [], "targets": []}\n', "line 1 has no steps; expected at least one in each sequence"),
        ('{"inputs": [[1, 2], [3]], "targets": [1, 2]}\n', "step 2 of the inputs of line 1 has 1 values"),
        ('{"inputs": [1]}\n', "line 1 has no 'targets'; found inputs"),
        ('{"inputs": 1, "targets": [1]}\n', "'inputs' in line 1 is a number; expected a list"),
        ("[1, 2]\n", "line 1 is a list; expected an object"),
        ('{"inputs": [99999999999999999999], "targets": [1]}\n', "is 99999999999999999999, which is beyond"),
    ],
)
def test_bad_jsonl(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text(text)
    assert sentence in refusal(path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sequence,step,x\na,1,1\n", "has no column whose name starts with y; found sequence, step, x"),
        ("step,x,y\n1,1,1\n", "has no column 'sequence'; found step, x, y"),
        ("sequence,x,y,z\na,1,1,1\n", "has a column 'z'; expected sequence, step, and names that start"),
        ("sequence,x,x,y\na,1,1,1\n", "has two columns 'x'; expected different names"),
        ("sequence,x,y\na,1,1\na,1\n", "line 3 has 2 fields; expected 3, as in the header"),
        ("sequence,x,y\na,1,\n", "every target is null; expected a value at one step at least"),
        ("sequence,x,y\na,,1\n", "column 'x' is empty in line 2; expected a value"),
        ("sequence,x,y1,y2\na,1,,2\n", "column 'y1' is empty in line 2; expected a value"),
        ("sequence,x,y\na,1,nan\n", "step 1 of the targets of sequence 'a' is nan; expected a whole number"),
        ("sequence,x,y\na,1,1.5\n", "step 1 of the targets of sequence 'a' is 1.5, which is not a whole"),
        ("sequence,step,x,y\na,1,1,1\na,1,1,1\n", "sequence 'a' has step 1 twice (line 3); expected each"),
        ("sequence,step,x,y\na,1,1,1\na,3,1,1\n", "sequence 'a' has no step 2 (line 3); expected each step"),
        ("sequence,step,x,y\na,one,1,1\n", "the step in line 2 is 'one'; expected a whole number"),
        ("sequence,x,y\n", "there are no sequences; expected at least one"),
        ("\nsequence,x,y\na,1,1\n", "line 1 is empty; expected the names of the columns"),
        ("sequence;x;y\na;1;1\n", "that start with x or y; are the columns separated by commas?"),
        ('sequence,x,y\na,"1,1\n', "line 2 begins a row with a quotation mark that is never closed"),
        ('sequence,x,y\na,"1"2,1\n', "line 2 goes on after the quotation mark that closes a cell"),
    ],
)
def test_bad_csv(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(text)
    assert sentence in refusal(path)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"inputs": np.zeros((2, 3))}, "has no array 'targets'; found inputs"),
        (
            {"inputs": np.zeros((2, 3)), "targets": np.zeros((3, 3))},
            "inputs has 2 sequences and targets",
        ),
        ({"inputs": np.zeros((2, 3)), "targets": np.zeros((2, 4))}, "inputs has 3 steps and targets has 4"),
        ({"inputs": np.zeros(3), "targets": np.zeros(3)}, "inputs has the shape [3]; expected [N, T] or"),
        ({"inputs": np.zeros((0, 3)), "targets": np.zeros((0, 3))}, "there are no sequences"),
        ({"inputs": np.zeros((2, 0)), "targets": np.zeros((2, 0))}, "row 0 has no steps"),
        (
            {"inputs": np.array([[0, np.nan]]), "targets": np.zeros((1, 2))},
            "step 2 of the inputs of row 0 is",
        ),
        (
            {"inputs": np.array([[0, np.inf]]), "targets": np.zeros((1, 2))},
            "step 2 of the inputs of row 0 is",
        ),
        (
            {"inputs": np.zeros((1, 2)), "targets": np.array([[0.5, 1]])},
            "step 1 of the targets of row 0 is",
        ),
        (
            {"inputs": np.zeros((1, 2), complex), "targets": np.zeros((1, 2))},
            "values have the type complex",
        ),
    ],
)
def test_bad_npz(tmp_path: Path, arrays: dict[str, Any], sentence: str) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, **arrays)
    assert refusal(path).startswith(("inputs", "there", "row", "step", "has", "the values"))
    assert sentence in refusal(path)


def test_npz_that_is_no_archive_or_lies_about_its_shape(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros((2, 3)))
    assert refusal(path) == "holds one bare array; expected an .npz with inputs and targets"
    for shape, sentence in (
        ((10**5, 10), "is damaged"),
        ((10**11, 100), "is too large for this machine's memory"),
        ((10**30, 10), "is damaged or cut off"),
    ):
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": shape})
        with zipfile.ZipFile(path, "w") as archive:
            for name in ("inputs", "targets"):
                archive.writestr(f"{name}.npy", header.getvalue() + bytes(80))
        assert refusal(path).startswith(sentence)


class Mischief:
    """An object whose pickle would write a file."""

    def __reduce__(self) -> Any:
        return (open, ("mischief", "w"))


def test_pickles_are_refused_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "data.npz"
    np.savez(path, inputs=np.array([[Mischief()]], dtype=object), targets=np.zeros((1, 1)))
    assert "holds pickled objects" in refusal(path)
    path.write_bytes(pickle.dumps(Mischief()))
    assert "holds pickled objects" in refusal(path)
    assert not Path("mischief").exists()


@pytest.mark.parametrize("ending", [".npz", ".jsonl"])
@pytest.mark.parametrize("share", [0.1, 0.4, 0.9])
def test_files_cut_off_in_the_middle(tmp_path: Path, ending: str, share: float) -> None:
    path = write(tmp_path / f"data{ending}", ROWS)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    assert "cut off" in refusal(path)


def test_files_that_are_none(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv") == "no such file"
    assert "expected a file of one of the formats .npz, .jsonl, .csv" in refusal(tmp_path / "data.txt")
    (tmp_path / "folder.csv").mkdir()
    assert refusal(tmp_path / "folder.csv") == "is a folder; expected a file"
    (tmp_path / "data.csv").write_bytes(b"sequence,x,y\na,\xff,1\n")
    assert "is not UTF-8 text (byte 15 is 0xff)" in refusal(tmp_path / "data.csv")


@settings(max_examples=60, deadline=None)
@given(
    ending=st.sampled_from([".npz", ".jsonl", ".csv"]),
    noise=st.binary(max_size=40),
    place=st.integers(0, 400),
)
def test_garbled_files_never_end_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, ending: str, noise: bytes, place: int
) -> None:
    path = write(tmp_path_factory.mktemp("data") / f"data{ending}", ROWS)
    whole = path.read_bytes()
    path.write_bytes(whole[:place] + noise + whole[place + len(noise) :])
    with suppress(InputError):  # any other error fails the test
        assert len(read_sequences(path)) > 0


def test_contradictions_show_both_rows() -> None:
    with pytest.raises(InputError) as caught:
        from_arrays([[4], [1, 2, 3], [1, 2, 3]], [[0], [0, 0, 1], [0, 0, 2]])
    assert "row 1 and row 2 contradict each other: the same inputs [1, 2, 3]" in str(caught.value)
    assert "at step 3, 1 and 2" in str(caught.value)


def test_outputs_that_look_ahead_are_refused() -> None:
    inputs = np.random.default_rng(0).integers(0, 2, size=(50, 6))
    targets = np.zeros_like(inputs)
    targets[:, :-1] = inputs[:, 1:]
    with pytest.raises(InputError, match="depend only on the inputs so far, not on later ones"):
        from_arrays(inputs, targets)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), symbols=st.integers(1, 3), count=st.integers(2, 60))
def test_split_keeps_equal_inputs_on_one_side(seed: int, symbols: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    inputs = rng.integers(0, symbols, size=(count, 3))
    sequences = from_arrays(inputs, inputs)
    train, held_out = split(sequences, rng)
    sides = [{tuple(row) for row in part.inputs[..., 0].tolist()} for part in (train, held_out)]
    assert not sides[0] & sides[1]
    assert len(train) + len(held_out) == count
    assert len(sides[1]) <= max(1, round(0.1 * len(sides[0] | sides[1])))
    assert set(np.unique(held_out.inputs)) <= set(np.unique(train.inputs))


def test_joint_symbols_are_all_combinations_or_those_that_occur() -> None:
    sequences = from_arrays(np.array([[[0, 5], [1, 6]]]), np.array([[0, 0]]))
    found = joint_symbols(sequences, 4)
    assert found is not None
    assert found.tolist() == [[0, 5], [0, 6], [1, 5], [1, 6]]
    seen = joint_symbols(sequences, 3)
    assert seen is not None
    assert seen.tolist() == [[0, 5], [1, 6]]
    assert joint_symbols(sequences, 1) is None


def references() -> ModuleType:
    """The hand-written reference programs."""
    path = Path(__file__).parents[2] / "benchmarks" / "references.py"
    spec = importlib.util.spec_from_file_location("references", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def drawn(name: str, count: int = 100, length: int | None = None) -> Sequences:
    return TASKS[name].sequences(count, np.random.default_rng(3), length)


@pytest.mark.parametrize("name", list(TASKS))
def test_tasks_follow_their_hand_written_reference(name: str) -> None:
    task = TASKS[name]
    reference = getattr(references(), name)
    for length in (task.length, 3 * task.length):
        sequences = drawn(name, length=length)
        assert sequences.inputs.shape == (100, length, task.streams)
        assert task.low <= sequences.inputs.min()
        assert sequences.inputs.max() <= task.high
        for x, y in zip(sequences.inputs, sequences.targets, strict=True):
            steps = x[:, 0].tolist() if task.streams == 1 else [tuple(step) for step in x.tolist()]
            answers = [answer if isinstance(answer, tuple) else (answer,) for answer in reference(steps)]
            assert [tuple(step) for step in y.tolist()] == answers


def test_there_are_62_tasks_and_near_names_are_suggested() -> None:
    assert len(TASKS) == 62
    assert sum(task.solved_by_mips for task in TASKS.values()) == 32
    assert sum(task.solved_by_gpt4 for task in TASKS.values()) == 30
    with pytest.raises(InputError, match="did you mean 'newton_spring'"):
        get_task("newton_sprng")


def test_draws_with_a_rule_of_their_own() -> None:
    repeats = drawn("previous_equals_current", 5000).inputs[..., 0]
    assert len(np.unique(repeats, axis=0)) == 5000
    palindromes = drawn("bit_palindrome", 2000).inputs[..., 0]
    starts = np.array([any((x[:k] == x[:k][::-1]).all() for k in range(2, 11)) for x in palindromes])
    assert starts.all()
    whole = (palindromes == palindromes[:, ::-1]).all(axis=1).mean()
    assert whole > 0.1  # 1 in 32 without the palindromes at the start


def test_steps_without_a_target(tmp_path: Path) -> None:
    """Labels at the last step alone: null in JSON, None in Python, an empty cell in CSV."""
    lines = tmp_path / "data.jsonl"
    lines.write_text('{"inputs": [1, 2], "targets": [null, 3]}\n{"inputs": [1], "targets": [5]}\n')
    table = tmp_path / "data.csv"
    table.write_text("sequence,x,y\na,1,\na,2,3\nb,1,5\n")
    for sequences in (
        read_sequences(lines),
        read_sequences(table),
        from_arrays([[1, 2], [1]], [[None, 3], [5]]),
    ):
        assert sequences.labelled.tolist() == [[False, True], [True, False]]
        assert sequences.targets[0, 1, 0] == 3


def test_targets_that_are_there_may_not_contradict_each_other(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"row 0 and row 2 .* different outputs"):
        from_arrays([[1, 2], [1, 2], [1, 2]], [[None, 3], [4, None], [None, 5]])


def test_a_task_without_repeats_refuses_more_sequences_than_there_are() -> None:
    rng = np.random.default_rng(0)
    assert len(TASKS["previous_equals_current"].sequences(64, rng, 2)) == 64
    with pytest.raises(
        InputError, match="65 different sequences of length 2 were asked for, but there are 64"
    ):
        TASKS["previous_equals_current"].sequences(65, rng, 2)
