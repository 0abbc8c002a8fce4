"""The folder of a run from its beginning to its end: one run's alone, with a journal until there is a result.

In `journal` lie the run's settings (run.json), a lock that ends with the process, and what was computed so
far (netlift.core._journal). It is removed with the end of the run; where the run is stopped, `--resume`
goes on.
"""

import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from netlift.core._errors import InputError, clipped
from netlift.core._files import remove_left, write_whole
from netlift.core._journal import Journal, code_version, keeping, set_aside
from netlift.core._paths import is_file
from netlift.report._folders import JOURNAL, RESULT, SETTINGS, is_whole, new_folder, result_folder

LOCK = "lock"
_TRIES = 100  # to lock a file that others make and remove at the same time
_BESIDE = r"\.{}-[a-z0-9_]{{8}}"  # folders that `fill_folder` makes beside a result


class RunFolder:
    """The folder that a run will write to; a context manager, inside which `claim` makes it this run's own.

    Args:
        directory: the name that the user gave; None: the first free `runs/<name>-<n>`.
        name: of the source, for a folder that nobody named.
        command: the name of the command, as "distill".
        line: the whole command line, as a person would type it.
        options: what it was given, by name, as JSON can hold it.
        resumed: the folder of --resume, if it was given.
        worth: of a run that keeps parts of its result as they come, and knows itself which of them it can
            use: whether there are any. None: what a run that was stopped goes on from is its journal,
            which has to be of the same command.

    Raises:
        InputError: the folder cannot be had (see `result_folder`), or contradicts --resume.
    """

    def __init__(
        self,
        directory: str | None,
        name: str,
        command: str,
        line: str,
        options: Mapping[str, Any],
        *,
        resumed: str | None = None,
        worth: Callable[[Path], bool] | None = None,
    ) -> None:
        if resumed is not None and directory != resumed:
            raise InputError(
                f"--resume {resumed} and -o {directory} contradict each other; give one of them."
            )
        self.path = result_folder(directory, name, *(() if worth is None else (worth,)))
        self._told: dict[str, Any] = {
            "command": command,
            "line": line,
            "options": json.loads(json.dumps(options)),
        }
        self._named = directory is not None
        self._worth = worth
        self._lock: int | None = None
        self._made: list[Path] = []  # folders that were not there before
        self._stack = ExitStack()
        self.journal: Journal | None = None

    @property
    def new(self) -> bool:
        """Whether the folder is still to be made, under this number or the next free one."""
        return not self._named and self._lock is None

    def __enter__(self) -> Self:
        return self

    def claim(self, check: Callable[[Path], None] = lambda folder: None) -> None:
        """Make the folder this run's own, with a journal in which its work is kept from now on.

        `check` raises InputError where the folder holds what this run must not touch.

        Raises InputError where another run is at work there, where it holds one that was stopped and had
        other settings or inputs, and where the disk refuses.
        """
        try:
            self._make()
            self._lock = self._locked()
            check(self.path)
            self._begin()
        except OSError as error:
            raise InputError(f"{self.path} cannot be written: {error.strerror or error}.") from error
        self.journal = Journal(self.path / JOURNAL)
        self._stack.enter_context(keeping(self.journal))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        if self._lock is None:
            self._unmake()
            return
        if self.journal is None:  # it was refused: what is there is another run's
            goes_on = is_file(self.path / JOURNAL / SETTINGS)
        else:
            goes_on = error is not None and self._can_go_on()
        if goes_on and error is not None and self.journal is not None and self._worth is None:
            command = self._told["command"]
            error.add_note(f"`netlift {command} --resume {self.path}` goes on from what is kept there")
        if not goes_on:
            shutil.rmtree(self.path / JOURNAL, ignore_errors=True)
            if self._worth is None:
                self._unmake()
        os.close(self._lock)  # and with it the lock

    def _can_go_on(self) -> bool:
        """Whether there is anything that a run which was stopped could go on from."""
        if self._worth is not None:
            return self._worth(self.path)
        return len(Journal(self.path / JOURNAL)) > 0

    def _make(self) -> None:
        missing = [one for one in (self.path, *self.path.parents) if not one.exists()]
        if self._named:
            self.path.mkdir(parents=True, exist_ok=True)
        else:
            made = new_folder(self.path)
            missing, self.path = [made, *missing[1:]], made
        self._made = missing
        (self.path / JOURNAL).mkdir(exist_ok=True)

    def _unmake(self) -> None:
        """Remove what was made for nothing."""
        for folder in self._made:
            with suppress(OSError):  # there is something in it
                folder.rmdir()

    def _locked(self) -> int | None:
        """The file descriptor that holds the lock of this folder. Raises InputError where another has it."""
        try:
            import fcntl
        except ImportError:  # no POSIX: nobody is kept out
            return os.open(self.path / JOURNAL / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        for _ in range(_TRIES):
            (self.path / JOURNAL).mkdir(parents=True, exist_ok=True)
            file = self.path / JOURNAL / LOCK
            try:
                handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
            except FileNotFoundError:  # the run that had it has just ended
                continue
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                number = os.read(handle, 20).decode("ascii", "replace").strip()
                os.close(handle)
                whose = f" (process {number})" if number.isdecimal() else ""
                raise InputError(
                    f"another run{whose} is at work in {self.path}; wait for its end, or give another folder."
                ) from None
            with suppress(OSError):
                if os.path.samestat(os.fstat(handle), os.stat(file)):
                    os.truncate(handle, 0)
                    os.write(handle, f"{os.getpid()}\n".encode())
                    return handle
            os.close(handle)
        raise InputError(f"{self.path} cannot be locked: other runs begin and end there.")

    def _begin(self) -> None:
        """Write the settings, after a look at those of a run that was stopped here."""
        file = self.path / JOURNAL / SETTINGS
        told = {**self._told, "files": _hashes(self._told["options"]), "version": code_version()}
        earlier = read_settings(self.path)
        if earlier is not None and self._worth is None and self._can_go_on():
            self._refuse_other(earlier, told)
        if earlier is None and is_file(file):
            set_aside(file, _say, "the run begins with what its journal holds")
        if earlier is not None:
            self._sweep()
        write_whole(file, json.dumps(told, indent=1) + "\n")

    def _refuse_other(self, earlier: Mapping[str, Any], told: Mapping[str, Any]) -> None:
        other = f"remove {self.path / JOURNAL} to begin anew, or give another folder."
        if any(earlier.get(part) != told[part] for part in ("command", "options")):
            line = clipped(str(earlier.get("line", "another command")), 200)
            raise InputError(
                f"{self.path} holds a run that was stopped, of `{line}`; go on with it by "
                f"--resume {self.path}, {other}"
            )
        for name, hashed in told["files"].items():
            if earlier.get("files", {}).get(name) != hashed:
                raise InputError(f"{name} has changed since the run in {self.path} was begun; {other}")
        if earlier.get("version") != told["version"]:
            _say(f"the run in {self.path} was begun by another version of netlift; its work is done again")

    def _sweep(self) -> None:
        """Remove what a run that was killed while it wrote left in the folder and beside it."""
        remove_left(self.path)
        beside = re.compile(_BESIDE.format(re.escape(self.path.name[:100])))
        for one in self.path.absolute().parent.iterdir():
            if beside.fullmatch(one.name) and one.is_dir():
                shutil.rmtree(one, ignore_errors=True)


def read_settings(folder: Path) -> dict[str, Any] | None:
    """The settings of a run that was stopped in this folder; None where there are none that can be read."""
    try:
        found = json.loads((folder / JOURNAL / SETTINGS).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    known = isinstance(found, dict) and isinstance(found.get("options"), dict)
    return found if known and isinstance(found.get("files", {}), dict) else None


def options_of(folder: str, command: str) -> dict[str, Any]:
    """What a run was given that was stopped in this folder.

    Raises InputError where none of this command was, or where its settings are damaged.
    """
    found = read_settings(Path(folder))
    if found is None and is_file(Path(folder) / JOURNAL / SETTINGS):
        raise InputError(
            f"--resume {folder}: {JOURNAL}/{SETTINGS} is damaged; give the command that began the run again, "
            f"with -o {folder}, and it goes on from what is kept there."
        )
    if found is None and is_file(Path(folder) / RESULT) and is_whole(Path(folder)):
        raise InputError(f"--resume {folder}: its run has ended; the result is there.")
    if found is None and is_file(Path(folder) / RESULT):
        raise InputError(
            f"--resume {folder}: its run has ended, and the result is damaged; give the command that made it "
            f"again, with -o {folder}: it is set aside, and made anew."
        )
    if found is None:
        raise InputError(
            f"--resume {folder}: holds no run that was stopped (it has no {JOURNAL}/{SETTINGS})."
        )
    if found.get("command") != command:
        raise InputError(
            f"--resume {folder}: holds a run of netlift {found.get('command')}; expected one of {command}"
        )
    options: dict[str, Any] = found["options"]
    return options


def _hashes(options: Mapping[str, Any]) -> dict[str, str]:
    """The hash of each file that the options name."""
    hashes = {}
    for given in options.values():
        for value in given if isinstance(given, list) else [given]:
            if isinstance(value, str) and is_file(value):
                with open(value, "rb") as file:
                    hashes[value] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes


def _say(sentence: str) -> None:
    print(f"netlift: {sentence}.", file=sys.stderr)
