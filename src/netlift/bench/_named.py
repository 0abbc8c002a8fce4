"""Sources as a user names them: a file, or a task."""

import os
from difflib import get_close_matches
from pathlib import Path

from netlift.bench._tasks import TASKS, Task
from netlift.core._errors import InputError, shown
from netlift.core._paths import is_folder, there
from netlift.data._door import existing
from netlift.data._source import STDIN

LONGEST_NAME = 255  # characters of a name that others are near to


def is_file(source: str) -> bool:
    """Whether a source is meant to be a file; a folder of a task's name, as of its results, is not."""
    if there(source) and is_folder(Path(source)):
        return source not in TASKS
    return there(source) or bool(Path(source).suffix) or os.sep in source


def given_source(source: str | None) -> str:
    """The source of a distill. Raises InputError, which says what may be one, where none was given."""
    if source is None:
        raise InputError(
            "distill needs a SOURCE: a file of sequences (`netlift inspect FILE` says what to do with it) or "
            "the name of a task (`netlift tasks` lists them)."
        )
    return source


def task_or_file(source: str) -> Task | None:
    """The task that a source names; None: it is a file that is there, or standard input.

    Raises InputError, with a near name, where it is neither. Nothing heavy is imported for that.
    """
    if source != STDIN and not is_file(source):
        return task_named(source)
    existing(source)
    return None


def task_named(name: str) -> Task:
    """A task by name, or an InputError that suggests near names."""
    if name in TASKS:
        return TASKS[name]
    files = sorted(path.name for path in Path().iterdir() if path.suffix in (".npz", ".jsonl", ".csv"))
    near = (
        []
        if len(name) > LONGEST_NAME
        else get_close_matches(name, [*TASKS, *files, *(Path(file).stem for file in files)], n=1)
    )
    stems = {Path(file).stem: file for file in files}
    hint = f"did you mean {stems.get(near[0], near[0])!r}?" if near else "`netlift tasks` lists the tasks."
    raise InputError(f"There is no task and no file named {shown(name)}; {hint}")
