"""What a benchmark finds finished in its folder: rows, each with a stamp of the files it was made with."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from netlift.core._errors import InputError
from netlift.core._files import write_whole
from netlift.core._journal import code_version, set_aside
from netlift.core._paths import is_file
from netlift.report import RESULT

ROW = "row.json"  # beside a task's result: its row of the table
_STAMP = "stamp"  # in it: the code that made it, and a hash of every file beside it
_AGAIN = "the task is run again"


def write_stamped(folder: Path, row: dict[str, Any]) -> None:
    """Write a task's row beside its result, stamped with all files that are there."""
    hashes = {file.name: _hash(file) for file in sorted(folder.iterdir())}
    stamp = {"code": code_version(), "files": hashes}
    write_whole(folder / ROW, json.dumps({**row, _STAMP: stamp}) + "\n")


def holds_rows(directory: Path) -> bool:
    """Whether a folder holds a task's row, so that a benchmark that was stopped can go on from there."""
    return any(directory.glob(f"*/{ROW}")) or any(directory.glob(f"seed-*/*/{ROW}"))


def refuse_other_seed(tasks: Sequence[str], seed: int | None, directory: Path) -> None:
    """Raise InputError where a folder holds results of these tasks and another seed; None: of any."""
    for name in tasks if seed is not None else ():
        try:
            whose = json.loads((directory / name / ROW).read_text(encoding="utf-8"))["seed"]
        except (KeyError, OSError, RecursionError, TypeError, ValueError):  # none, or damaged
            continue
        if whose != seed:
            raise InputError(
                f"{directory} holds results of seed {whose}; give another folder for those of seed {seed}"
            )


def finished_row(folder: Path, seed: int, tell: Callable[[str], None]) -> dict[str, Any] | None:
    """The row of a task whose result in this folder is whole and of this seed and code; None: run it.

    A result that is damaged is set aside, and `tell` is given a sentence about it.
    """
    if not (is_file(folder / ROW) or is_file(folder / RESULT)):
        return None
    try:
        row: Any = json.loads((folder / ROW).read_text(encoding="utf-8"))
        stamp = row.pop(_STAMP)
        hashes, whose = dict(stamp["files"]), row["seed"]
        whole = all(_hash(folder / name) == hashed for name, hashed in hashes.items()) and RESULT in hashes
    except (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError):
        whole = False
    if not whole:
        set_aside(folder, tell, _AGAIN)
        return None
    if whose != seed:
        return None
    if stamp.get("code") != code_version():
        tell(f"{folder}: was made by another version of netlift; {_AGAIN}")
        return None
    found: dict[str, Any] = row
    return found


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
