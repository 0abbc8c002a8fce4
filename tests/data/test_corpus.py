"""Files that fuzzing kept (benchmarks/fuzz/readers.py): each is read, or refused with one sentence.

A file stands in the folder of its format; those whose names begin with `bad` once ended in a traceback.
"""

import shutil
from pathlib import Path

import pytest

from netlift.checker._grammar import NoProgram, program_tree
from netlift.core._errors import InputError
from netlift.data._config import options_in
from netlift.data._door import read_data
from netlift.data._inspect import inspect_file, told_lines

CORPUS = Path(__file__).parent / "corpus"
LIBRARIES = {"arrow": "pyarrow", "parquet": "pyarrow", "xlsx": "openpyxl", "csv.zst": "zstandard"}


def looked_at(file: Path, form: str) -> None:
    """What a user does with a file of this format."""
    if form == "py":
        try:
            program_tree(file.read_text(encoding="utf-8", errors="replace"))
        except NoProgram as error:
            raise InputError(error.sentence(str(file))) from error
    elif form == "toml":
        options_in(str(file), ["seed", "budget"])
    else:
        found = inspect_file(str(file))
        assert all(isinstance(line, str) for line in told_lines(found))
        if not found.problem:
            read_data(str(file), contradictions=True)


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
