"""The folder of a result: chosen before the run, filled at its end, whole."""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from netlift.core._errors import InputError, shown
from netlift.core._journal import DAMAGED
from netlift.core._paths import is_file, is_folder, there

RESULT = "result.json"  # the file that marks a folder as a result
EARLIER = ".earlier"  # what the name of a folder ends with that holds the result of an earlier run
JOURNAL = "journal"  # the folder in it that a run has until it ends
SETTINGS = "run.json"  # and the file there with the settings of the run
MOST_OF_NAME = 100  # characters of a source's name in the name of its folder
LONGEST_NAME = 255  # characters of one name, on every system in use
FILES = ("certificate.json", "log.txt", "network.json", "network.safetensors", "program.py", RESULT)

SOMETIMES = (
    "config.toml",
    "copy.json",
    "copy.safetensors",
    "machine.json",
    "report.html",
    "row.json",
)  # beside them, for some results
CERTIFICATE = "certificate.json"
_TIMED = frozenset(["report.html", "row.json"])  # which tell how long a run took


def refuse_foreign(directory: str | Path, name: str = "") -> Path:
    """The folder, if a result may be written there: files of its names are those of an earlier result.

    `name` stands before it in messages. A run that was killed while it put its result there leaves a part of
    it, and its journal. Raises InputError where it is a file, or holds a user's own program.
    """
    if not isinstance(directory, str | Path) or not str(directory):
        raise InputError(f"the directory is {shown(directory)}; expected the name of a folder")
    folder = Path(directory)
    if there(folder) and not is_folder(folder):
        raise InputError(f"{name}{folder} is a file; give a folder.")
    found = [file for file in (*SOMETIMES, *FILES) if there(folder / file)]
    if found and RESULT not in found and not is_file(folder / JOURNAL / SETTINGS):
        raise InputError(
            f"{name}{folder} holds a {found[-1]} but no {RESULT}, so it is no earlier result; not replaced."
        )
    return folder


def result_folder(
    wanted: str | None, name: str, is_own: Callable[[Path], bool] = lambda folder: False
) -> Path:
    """The folder that a run will write to: `wanted`, or the first free `runs/<name>-<n>`.

    `is_own` knows a folder that holds what such a run left, though it is no one result. Nothing is written
    yet, so that another run may choose the same free one: `fill_folder` and `new_folder` see to that. Raises
    InputError where the folder cannot be had: it is a file, it cannot be written, or it holds files of these
    names that are no earlier result.
    """
    if wanted is None:
        number = 1
        while (folder := Path("runs", f"{name[:MOST_OF_NAME]}-{number}")).exists():
            number += 1
    elif not wanted:
        raise InputError("-o is empty; give the name of a folder, or leave -o out.")
    else:
        folder = Path(wanted)
    if not (is_folder(folder) and is_own(folder)):
        refuse_foreign(folder, "-o ")
    if max(map(len, folder.parts), default=0) > LONGEST_NAME:
        raise InputError(f"-o {folder} cannot be made: the name is too long.")
    existing = next(parent for parent in [folder, *folder.absolute().parents] if there(parent))
    if not existing.is_dir():
        raise InputError(f"-o {folder} cannot be made, because {existing} is a file.")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise InputError(f"-o {folder} cannot be written: no permission in {existing}.")
    return folder


Tell = Callable[[str], None]  # of sentences to the user


def fill_folder(
    folder: Path, save: Callable[[Path], None], *, new: bool = False, tell: Tell | None = None
) -> Path:
    """Let `save` write a result, and put its files in place of the folder's old ones.

    The files are written to a folder beside it first, and take their place all together: when anything
    fails, or the user interrupts, the old result is still there, whole. `result.json` moves last. With `new`
    the folder is one that `result_folder` chose; where another run took it since, the next free one is
    filled. With `tell` an old result that differs in more than its seconds is not lost: it is set aside in a
    folder of its own, and `tell` is given a sentence about it. Returns the folder that was filled. Raises
    InputError where the disk refuses.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name[:100]}-", dir=folder.parent))
        try:
            save(beside)
            if new or not folder.exists():
                os.chmod(beside, 0o777 & ~_umask())
                return _take(beside, folder, new)
            _exchange(beside, folder, tell)
            return folder
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror or error}.") from error


def new_folder(folder: Path) -> Path:
    """Make the folder that `result_folder` chose, or, where another run took it since, the next free one.

    Raises InputError where the disk refuses.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                folder.mkdir()
            except FileExistsError:
                folder = _next(folder)
            else:
                return folder
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror or error}.") from error


def _take(beside: Path, folder: Path, new: bool) -> Path:
    """Give a filled folder its name, in one step; or the next number, where that name is taken."""
    while True:
        try:
            os.rename(beside, folder)  # which fails where a folder of that name has files in it
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
            if not new:  # somebody made it in between
                _exchange(beside, folder, None)
                return folder
            folder = _next(folder)
        else:
            return folder


def _exchange(beside: Path, folder: Path, tell: Tell | None) -> None:
    """Put the files of one folder in place of a result's files in another; all or none.

    With `tell` an old result that is another one stays, in a folder of its own from its first moved file on.
    """
    names = sorted((path.name for path in beside.iterdir()), key=lambda name: (name == RESULT, name))
    aside = tell is not None and (folder / RESULT).exists() and not _same(beside, folder)
    damaged = aside and not is_whole(folder)
    if aside:
        old = _numbered(folder, DAMAGED if damaged else EARLIER)
    else:
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name[:100]}-", dir=folder.parent))
    placed: list[str] = []
    try:
        try:
            for name in (RESULT, *(name for name in {*FILES, *SOMETIMES, *names} if name != RESULT)):
                if (folder / name).exists():
                    os.replace(folder / name, old / name)
            for name in names:
                placed.append(name)
                os.replace(beside / name, folder / name)
        except BaseException:
            for name in placed:
                (folder / name).unlink(missing_ok=True)
            for path in sorted(old.iterdir(), key=lambda path: path.name == RESULT):
                os.replace(path, folder / path.name)
            aside = False
            raise
    finally:
        if not aside:
            shutil.rmtree(old, ignore_errors=True)
    if aside and tell is not None:
        what = "the result that was there is damaged, and" if damaged else "the result of an earlier run"
        tell(f"{folder}: {what} is set aside as {old.name}")


def _same(one: Path, other: Path) -> bool:
    """Whether two results are equal, but for what tells how long they took."""
    return _content(one) == _content(other)


def _content(folder: Path) -> dict[str, object]:
    files = [folder / name for name in {*FILES, *SOMETIMES} - _TIMED if (folder / name).exists()]
    content: dict[str, object] = {file.name: file.read_bytes() for file in files if file.name != RESULT}
    try:
        facts = json.loads((folder / RESULT).read_text(encoding="utf-8"))
        content[RESULT] = {name: fact for name, fact in facts.items() if name != "seconds"}
    except (AttributeError, RecursionError, ValueError):
        content[RESULT] = None
    return content


def is_whole(folder: Path) -> bool:
    """Whether a result can be read, and its files are those that its certificates, if any, are about."""
    try:
        known = isinstance(json.loads((folder / RESULT).read_text(encoding="utf-8")), dict)
        if not (folder / CERTIFICATE).exists():
            return known
        hashes = json.loads((folder / CERTIFICATE).read_text(encoding="utf-8"))["files"]
        names = [name for name in (*FILES, *SOMETIMES) if name in hashes]
        return known and hashes == {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names
        }
    except (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError):
        return False


def _numbered(folder: Path, ending: str) -> Path:
    """A new folder beside this one, under its name and the first free number."""
    number = 1
    while True:
        try:
            (made := folder.with_name(f"{folder.name}{ending}-{number}")).mkdir()
        except FileExistsError:
            number += 1
        else:
            return made


def _next(folder: Path) -> Path:
    """`runs/name-8` after `runs/name-7`."""
    name, _, number = folder.name.rpartition("-")
    return folder.with_name(f"{name}-{int(number) + 1}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
