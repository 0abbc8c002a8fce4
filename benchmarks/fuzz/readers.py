"""Coverage-guided fuzzing of the readers: a file either is read, or refused with one sentence.

    python benchmarks/fuzz/readers.py FORMAT CORPUS [tests/data/corpus] -max_total_time=600

FORMAT is an ending that `netlift inspect` takes (csv, jsonl, txt, csv.gz, ...), `large.csv` (CSV by the
reader of large files, which has to find what the plain one finds), `frame` (JSON of what a Python program
gives: columns by name, records, sequences), `toml` (a file of settings) or `py` (a program). CORPUS is a
folder for what is found; more folders are read from. What follows goes to libFuzzer. A traceback, a hang of
10 s or more than 1 GB of memory ends the run and keeps the file beside the corpus, whence it belongs into
tests/data/corpus/FORMAT; `tests/data/test_corpus.py` reads all that is there.

It needs atheris (no dependency of netlift), and `netlift[tables]` for the packed and binary formats.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import atheris
import numpy as np
import pyarrow as pa

with atheris.instrument_imports(include=["netlift"]):
    from netlift.checker._grammar import NoProgram, program_tree
    from netlift.core._errors import InputError
    from netlift.data import _quick
    from netlift.data._config import options_in
    from netlift.data._door import Data, read_data
    from netlift.data._given import given_data
    from netlift.data._inspect import inspect_file, told_lines
    from netlift.data._said import Said

LIMITS = ["-timeout=10", "-rss_limit_mb=1024", "-max_len=4096", "-print_final_stats=1"]


def reader_of(form: str) -> Callable[[Path], object]:
    """What reads a file of a format; it raises nothing but InputError."""
    if form == "toml":
        return lambda file: options_in(str(file), ["seed", "budget"])
    if form == "py":
        return _program
    if form == "frame":
        return _frames
    if form == "large.csv":
        return _both_readers
    return _look_and_read


def _program(file: Path) -> None:
    try:
        program_tree(file.read_text(encoding="utf-8", errors="replace"))
    except NoProgram as error:
        raise InputError(error.sentence(str(file))) from error


def _look_and_read(file: Path) -> None:
    """As `netlift inspect` and `netlift distill` do, with what the first proposes."""
    found = inspect_file(str(file))
    told_lines(found)
    found.facts()
    if not found.problem:
        read_data(str(file), contradictions=True)


def _frames(file: Path) -> None:
    """As a Python program gives it, in each of the forms that such a program may hold."""
    try:
        value = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return
    named = {"sequence": "s", "order": "t", "input": "x", "output": "y"}
    first = value[0] if isinstance(value, list) and value else value
    columns = {option: name for option, name in named.items() if isinstance(first, dict) and name in first}
    refused = None
    for one in _forms(value):
        try:
            given_data(one, None, columns)  # type: ignore[arg-type]  # names of options
        except InputError as error:
            refused = error
    if refused is not None:
        raise refused


def _forms(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        try:
            table = pa.table(value)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            return
        yield table
        yield table.to_struct_array().to_numpy(zero_copy_only=False)
    elif isinstance(value, list):
        try:
            yield np.array(value)
        except (ValueError, OverflowError):
            return


def _both_readers(file: Path) -> None:
    """By the reader of large files, and by the plain one."""
    _quick.LARGE = 0
    found = _outcome(file)
    _quick.LARGE = 1 << 62
    plain = _outcome(file)
    if isinstance(found, Data) and isinstance(plain, Data):
        assert found.notes == plain.notes, (found.notes, plain.notes)
        assert _told(found) == _told(plain), "the readers find different sequences"
    else:
        assert str(found) == str(plain), f"{found} by one reader, {plain} by the other"
    if isinstance(plain, InputError):
        raise plain


def _outcome(file: Path) -> Data | InputError:
    """The data, or the refusal, of a file whose columns bear the names that the frames' bear."""
    head = file.read_bytes().split(b"\n", 1)[0]
    said = Said(sequence="s", order="t" if b"t" in head else None, inputs=("x",), outputs=("y",))
    try:
        return read_data(str(file), said, contradictions=True)
    except InputError as error:
        return error


def _told(data: Data) -> list[object]:
    one = data.as_sequences()
    return [one.inputs.tolist(), one.targets.tolist(), one.lengths.tolist(), one.input_symbols, one.clash]


def main() -> None:
    """Fuzz one reader."""
    form, corpus, *more = sys.argv[1:]
    read = reader_of(form)
    Path(corpus).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        file = Path(folder, f"fuzzed.{form}")

        def once(content: bytes) -> None:
            file.write_bytes(content)
            try:
                read(file)
            except InputError as error:
                refusal = str(error)
            except BaseException:
                kept = Path(corpus).parent / f"bad-{form}-{sha256(content).hexdigest()[:12]}"
                kept.write_bytes(content)  # libFuzzer does not write it where Python ends first
                raise
            else:
                return
            assert refusal.isprintable(), refusal
            assert len(refusal) <= 1_000, refusal

        prefix = f"-artifact_prefix={corpus}/../bad-{form}-"
        atheris.Setup([sys.argv[0], *LIMITS, prefix, corpus, *more], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
