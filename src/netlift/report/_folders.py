"""The folder of a result: chosen before the run, filled at its end, whole."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from netlift._errors import InputError

RESULT = "result.json"  # the file that marks a folder as a result
FILES = ("certificate.json", "log.txt", "network.json", "network.safetensors", "program.py", RESULT)


def result_folder(wanted: str | None, name: str) -> Path:
    """The folder that a run will write to: `wanted`, or the first free `runs/<name>-<n>`.

    Nothing is written yet. Raises InputError where the folder cannot be had: it is a file, it
    cannot be written, or it holds files of these names that are no earlier result.
    """
    if wanted is None:
        number = 1
        while (folder := Path("runs", f"{name}-{number}")).exists():
            number += 1
    elif not wanted:
        raise InputError("-o is empty; give the name of a folder, or leave -o out.")
    else:
        folder = Path(wanted)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"-o {folder} is a file; give a folder.")
    there = [name for name in FILES if (folder / name).exists()]
    if there and RESULT not in there:
        raise InputError(
            f"-o {folder} holds a {there[-1]} but no {RESULT}, so it is no earlier result; not replaced."
        )
    existing = next(parent for parent in [folder, *folder.absolute().parents] if parent.exists())
    if not existing.is_dir():
        raise InputError(f"-o {folder} cannot be made, because {existing} is a file.")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise InputError(f"-o {folder} cannot be written: no permission in {existing}.")
    return folder


def fill_folder(folder: Path, save: Callable[[Path], None]) -> None:
    """Let `save` write a result, and put its files in place of the folder's old ones.

    The files are written to a folder beside it first: when anything fails, or the user interrupts,
    the old result is still there, whole. `result.json` moves last. Raises InputError where the disk
    refuses.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            save(beside)
            names = sorted((path.name for path in beside.iterdir()), key=lambda name: (name == RESULT, name))
            folder.mkdir(exist_ok=True)
            (folder / RESULT).unlink(missing_ok=True)
            for name in FILES:
                if name not in names:  # of the old result
                    (folder / name).unlink(missing_ok=True)
            for name in names:
                os.replace(beside / name, folder / name)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror or error}.") from error
