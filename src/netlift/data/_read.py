"""Reading sequences from files: .npz, .jsonl and .csv."""

import json
from collections import Counter
from collections.abc import Callable
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlift.core._errors import InputError, listed, shown
from netlift.core._paths import is_folder, there
from netlift.data._arrays import from_numpy, from_rows
from netlift.data._lines import numbered_rows
from netlift.data._sequences import Sequences

_LARGEST_MEMBER = 2**31  # bytes of an array in an .npz, unpacked: a small file may hold very many zeros


def read_sequences(path: str | Path, *, contradictions: bool = False) -> Sequences:
    """Read sequences from a file. Nothing in a file is executed: pickled objects are refused.

    Args:
        path: by its ending,
            `.npz`, with arrays `inputs` [N, T] or [N, T, D] and `targets` [N, T] or [N, T, K];
            `.jsonl`, one object a line, `{"inputs": [...], "targets": [...]}`, of any lengths; `"start"`
            besides is what is answered before any input, and then a line may have no steps;
            `.csv`, with columns `sequence`, `step` if wanted, `x...` and `y...`, one line a step.
        contradictions: whether rows may contradict each other (`Sequences.clash` then names two).

    Returns:
        The sequences, checked.

    Raises:
        InputError: the file cannot be used; one sentence that names file and row.

    Cost:
        Seconds for a million steps of text; files that unpack to more than 2 GiB are refused.

    Example:
        >>> import pathlib, tempfile
        >>> from netlift.data import read_sequences
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = pathlib.Path(folder, "data.csv")
        ...     _ = file.write_text("sequence,x,y\\n1,a,0\\n1,b,1\\n")
        ...     sequences = read_sequences(file)
        >>> sequences.input_symbols
        (('a', 'b'),)
    """
    sequences = _read(Path(path), labelled=True)[0]
    return sequences if contradictions else sequences.consistent()


def read_examples(path: str | Path) -> tuple[Sequences, bool]:
    """Checked sequences from a file that need have no targets, and whether it has.

    The file is as for `read_sequences`, without `targets` or without columns `y...` if need be; all targets
    are then 0. Raises InputError as `read_sequences` does.
    """
    sequences, labelled = _read(Path(path), labelled=False)
    return sequences.consistent(), labelled


def _read(file: Path, *, labelled: bool) -> tuple[Sequences, bool]:
    """The sequences, and whether they have targets; these are missed where they have to be `labelled`."""
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        known = ", ".join(_READERS)
        found = f"the ending {file.suffix!r}" if file.suffix else "no ending"
        raise InputError(f"{file}: has {found}; expected a file of one of the formats {known}")
    if not there(file):
        raise InputError(f"{file}: no such file")
    if is_folder(file):
        raise InputError(f"{file}: is a folder; expected a file")
    try:
        if file.stat().st_size == 0:
            raise InputError(f"{file}: is empty; expected sequences")
        return reader(file, labelled)
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror or error}") from error
    except MemoryError as error:
        raise InputError(f"{file}: is too large for this machine's memory") from error


def _read_npz(file: Path, labelled: bool) -> tuple[Sequences, bool]:
    arrays: dict[str, NDArray[Any]] = {}
    try:
        with file.open("rb") as opened:
            archive = np.load(opened, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise InputError(f"{file}: holds one bare array; expected an .npz with inputs and targets")
            with archive:
                labelled = labelled or "targets" in archive.files
                for name in ("inputs", "targets") if labelled else ("inputs",):
                    arrays[name] = _member(file, archive, name)
    except (InputError, OSError, MemoryError):
        raise
    except Exception as error:  # zip files, compression and headers fail in more ways than can be listed
        if "pickle" in str(error):
            raise InputError(
                f"{file}: holds pickled objects, which could run code and are not loaded; "
                "expected arrays of numbers"
            ) from error
        if "encrypted" in str(error):
            raise InputError(f"{file}: is encrypted; expected an .npz written by numpy") from error
        raise InputError(
            f"{file}: is damaged or cut off ({error}); expected an .npz written by numpy"
        ) from error
    targets = arrays["targets"] if labelled else np.zeros(arrays["inputs"].shape[:2], dtype=np.int64)
    return from_numpy(str(file), arrays["inputs"], targets), labelled


def _member(file: Path, archive: Any, name: str) -> NDArray[Any]:
    """One array of an archive."""
    if name not in archive.files:
        raise InputError(f"{file}: has no array {name!r}; found {listed(sorted(archive.files)) or 'nothing'}")
    for entry in archive.zip.infolist():
        if entry.filename in (name, f"{name}.npy") and entry.file_size > _LARGEST_MEMBER:
            raise InputError(
                f"{file}: {name!r} takes {entry.file_size:,} bytes; expected {_LARGEST_MEMBER:,} at most"
            )
    array = archive[name]
    if not isinstance(array, np.ndarray):
        raise InputError(
            f"{file}: the member {name!r} is no array; expected arrays as numpy.savez writes them"
        )
    if any(type(axis) is not int for axis in array.shape):
        raise InputError(f"{file}: {name!r} has the shape {array.shape}; expected whole numbers")
    return array


def _read_jsonl(file: Path, labelled: bool) -> tuple[Sequences, bool]:
    sides: dict[str, list[list[Any]]] = {"inputs": [], "targets": []}
    lines: list[int] = []
    starts: dict[int, Any] = {}
    for number, line in enumerate(_text(file).split("\n"), 1):
        if not line.strip():
            continue
        entry = _object(file, number, line)
        labelled = labelled or (not lines and "targets" in entry)
        if not labelled:
            entry["targets"] = [0] * len(entry["inputs"]) if isinstance(entry.get("inputs"), list) else []
        for name, rows in sides.items():
            if name not in entry:
                raise InputError(
                    f"{file}: line {number} has no {name!r}; found {listed(sorted(entry)) or 'nothing'}"
                )
            if not isinstance(entry[name], list):
                raise InputError(
                    f"{file}: {name!r} in line {number} is {_kind(entry[name])}; expected a list"
                )
            rows.append(entry[name])
        if entry.get("start") is not None:
            starts[len(lines)] = entry["start"]
        lines.append(number)
    inputs, targets = sides["inputs"], sides["targets"]
    return from_rows(str(file), inputs, targets, lambda row: f"line {lines[row]}", starts), labelled


def _object(file: Path, number: int, line: str) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise InputError(f"{file}: line {number} holds {constant}; expected whole numbers or strings")

    def named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):  # readers differ in which of them they keep
            twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
            raise InputError(f"{file}: line {number} has {shown(twice)} twice; expected each name once")
        return made

    try:
        entry = json.loads(line, parse_constant=refuse, object_pairs_hook=named)
    except (json.JSONDecodeError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise InputError(
            f"{file}: line {number} is no complete JSON object ({reason}); is the file cut off?"
        ) from error
    except InputError:
        raise
    except ValueError as error:  # a number with more digits than Python converts
        raise InputError(f"{file}: line {number} holds a number that is too long") from error
    if not isinstance(entry, dict):
        raise InputError(f"{file}: line {number} is {_kind(entry)}; expected an object, one a line")
    return entry


def _kind(value: object) -> str:
    """What a JSON value is called."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _read_csv(file: Path, labelled: bool) -> tuple[Sequences, bool]:
    table = numbered_rows(str(file), StringIO(_text(file), newline=""))
    line, first = next(table, (1, [""]))
    header = [name.strip() for name in first]
    if line > 1 or not any(header):
        raise InputError(f"{file}: line 1 is empty; expected the names of the columns")
    labelled = labelled or any(name.startswith("y") for name in header)
    places = _places(file, header, labelled)
    sequences: dict[str, list[tuple[int, list[str]]]] = {}
    for number, fields in table:
        if len(fields) != len(header):
            raise InputError(
                f"{file}: line {number} has {len(fields)} fields; expected {len(header)}, as in the header"
            )
        sequences.setdefault(fields[places["sequence"][0]].strip(), []).append((number, fields))
    labels = list(sequences)
    groups = [_in_order(file, label, sequences[label], places["step"]) for label in labels]
    flat = [entry for group in groups for entry in group]
    _check_targets(file, header, places["y"], flat)
    columns = {
        place: _values(
            file, header[place], [(n, fields[place].strip()) for n, fields in flat], place in places["y"]
        )
        for place in (*places["x"], *places["y"])
    }
    sides = []
    for kind in ("x", "y"):
        steps = iter(zip(*(columns[place] for place in places[kind]), strict=True))
        sides.append([[next(steps) if places[kind] else (0,) for _ in group] for group in groups])
    return from_rows(str(file), sides[0], sides[1], lambda row: f"sequence {shown(labels[row])}"), labelled


def _places(file: Path, header: list[str], labelled: bool) -> dict[str, list[int]]:
    """The places of the columns by kind: "sequence", "step", "x", "y"."""
    places: dict[str, list[int]] = {"sequence": [], "step": [], "x": [], "y": []}
    for place, name in enumerate(header):
        kind = name if name in ("sequence", "step") else name[:1]
        if kind not in places:
            separated = len(header) == 1 and any(mark in name for mark in ";\t|")
            hint = "; are the columns separated by commas?" if separated else ""
            raise InputError(
                f"{file}: has a column {shown(name)}; expected sequence, step, and names that start with x "
                f"or y{hint}"
            )
        places[kind].append(place)
    wanted = {"sequence": "'sequence'", "x": "whose name starts with x", "y": "whose name starts with y"}
    for kind, told in wanted.items():
        if not places[kind] and (labelled or kind != "y"):
            raise InputError(f"{file}: has no column {told}; found {listed(header)}")
    repeated = [name for name, times in Counter(header).items() if times > 1]
    if repeated:
        raise InputError(f"{file}: has two columns {shown(repeated[0])}; expected different names")
    return places


def _in_order(
    file: Path, label: str, entries: list[tuple[int, list[str]]], step: list[int]
) -> list[tuple[int, list[str]]]:
    """The lines of one sequence by their step, which must count up by one."""
    if not step:
        return entries
    numbered = []
    for number, fields in entries:
        try:
            numbered.append((_integer(fields[step[0]]), number, fields))
        except ValueError:
            raise InputError(
                f"{file}: the step in line {number} is {shown(fields[step[0]])}; expected a whole number"
            ) from None
    numbered.sort(key=lambda entry: entry[:2])
    for before, after in pairwise(numbered):
        if after[0] != before[0] + 1:
            twice = after[0] == before[0]
            what = f"step {shown(after[0])} twice" if twice else f"no step {shown(before[0] + 1)}"
            raise InputError(
                f"{file}: sequence {shown(label)} has {what} (line {after[1]}); expected each step once"
            )
    return [(number, fields) for _, number, fields in numbered]


def _check_targets(
    file: Path, header: list[str], places: list[int], lines: list[tuple[int, list[str]]]
) -> None:
    """A step has a target in every column, or in none."""
    for number, fields in lines:
        given = [bool(fields[place].strip()) for place in places]
        if any(given) and not all(given):
            name = header[places[given.index(False)]]
            raise InputError(f"{file}: column {shown(name)} is empty in line {number}; expected a value")


def _values(
    file: Path, name: str, cells: list[tuple[int, str]], may_be_empty: bool
) -> list[int | float | str | None]:
    """A column as numbers if all its cells are numbers, else as strings; None where a cell is empty."""
    for number, cell in cells:
        if not cell and not may_be_empty:
            raise InputError(f"{file}: column {shown(name)} is empty in line {number}; expected a value")
    spelt = any("_" in cell for _, cell in cells)  # Python reads 1_000 as a number; here it is a symbol
    for convert in () if spelt else (int, float):
        try:
            return [convert(cell) if cell else None for _, cell in cells]
        except ValueError:
            continue
    return [cell or None for _, cell in cells]


def _integer(cell: str) -> int:
    """The whole number that a cell spells, not in Python's own spelling 1_000."""
    if "_" in cell:
        raise ValueError(cell)
    return int(cell)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file}: is not UTF-8 text (byte {error.start} is {error.object[error.start]:#04x})"
        ) from error


_READERS: dict[str, Callable[[Path, bool], tuple[Sequences, bool]]] = {
    ".npz": _read_npz,
    ".jsonl": _read_jsonl,
    ".csv": _read_csv,
}
