"""Files that fuzzing kept (benchmarks/fuzz/readers.py): each is read, or refused with one sentence.

A file stands in the folder of its format; those whose names begin with `bad` once ended in a traceback.
"""

import json
import shutil
from pathlib import Path

import pytest

from netlift.checker._grammar import NoProgram, program_tree
from netlift.core._errors import InputError
from netlift.data import _quick
from netlift.data._config import options_in
from netlift.data._door import Data, read_data
from netlift.data._given import given_data
from netlift.data._inspect import inspect_file, told_lines
from netlift.data._said import Said

CORPUS = Path(__file__).parent / "corpus"
LIBRARIES = {
    "arrow": "pyarrow",
    "large.csv": "pyarrow",
    "parquet": "pyarrow",
    "xlsx": "openpyxl",
    "csv.zst": "zstandard",
}


def looked_at(file: Path, form: str) -> None:
    """What a user does with a file of this format."""
    if form == "py":
        try:
            program_tree(file.read_text(encoding="utf-8", errors="replace"))
        except NoProgram as error:
            raise InputError(error.sentence(str(file))) from error
    elif form == "toml":
        options_in(str(file), ["seed", "budget"])
    elif form == "frame":
        value = json.loads(file.read_bytes())
        first = value[0] if isinstance(value, list) and value else value
        named = {"sequence": "s", "order": "t", "input": "x", "output": "y"}
        columns = {
            option: name for option, name in named.items() if isinstance(first, dict) and name in first
        }
        given_data(value, None, columns)  # type: ignore[arg-type]  # names of options
    elif form == "large.csv":
        both_readers(file)
    else:
        found = inspect_file(str(file))
        assert all(isinstance(line, str) for line in told_lines(found))
        if not found.problem:
            read_data(str(file), contradictions=True)


def both_readers(file: Path) -> None:
    """The reader of large files finds what the plain one does."""
    head = file.read_bytes().split(b"\n", 1)[0]
    said = Said(sequence="s", order="t" if b"t" in head else None, inputs=("x",), outputs=("y",))
    found: list[object] = []
    plain: InputError | Data
    for least in (0, 1 << 62):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_quick, "LARGE", least)
            try:
                plain = read_data(str(file), said, contradictions=True)
            except InputError as error:
                plain = error
        if isinstance(plain, InputError):
            found.append(str(plain))
        else:
            one = plain.as_sequences()
            found.append([one.inputs.tolist(), one.targets.tolist(), one.lengths.tolist(), plain.notes])
    assert found[0] == found[1]
    if isinstance(plain, InputError):
        raise plain


def refusal(kept: Path, form: str, folder: Path) -> str:
    """The sentence that refuses a file, empty where it is read."""
    file = folder / f"fuzzed.{form}"
    shutil.copyfile(kept, file)
    try:
        looked_at(file, form)
    except InputError as error:
        return str(error)
    return ""


def test_the_corpus_is_small() -> None:
    files = [file for file in CORPUS.rglob("*") if file.is_file()]
    assert files
    assert sum(file.stat().st_size for file in files) < 1 << 20


@pytest.mark.parametrize("form", sorted(folder.name for folder in CORPUS.iterdir()))
def test_files_are_read_or_refused_with_a_sentence(form: str, tmp_path: Path) -> None:
    if form in LIBRARIES:
        pytest.importorskip(LIBRARIES[form])
    files = sorted((CORPUS / form).iterdir())
    told = {kept.name: refusal(kept, form, tmp_path) for kept in files}
    assert all(sentence.isprintable() and len(sentence) <= 1_000 for sentence in told.values())
    assert all(told[kept.name] for kept in files if kept.name.startswith("bad"))
