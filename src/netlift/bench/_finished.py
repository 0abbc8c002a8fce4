"""What a benchmark finds finished in its folder: rows, each with a stamp of the files it was made with."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from netlift.core._errors import InputError, clipped
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


def refuse_other(tasks: Sequence[str], seeds: Sequence[int] | None, seed: int, directory: Path) -> None:
    """Raise InputError where a folder holds a benchmark whose summary this one would overwrite.

    That is one of another seed, of one seed where several are asked for, or of tasks or seeds that are not
    asked for now. `seeds` are several, None: `seed` alone. More tasks, or more seeds, go on there.
    """
    for name in tasks if seeds is None else ():
        whose = _read(directory / name / ROW, lambda row: int(row["seed"]))
        if whose not in (None, seed):
            raise InputError(
                f"{directory} holds results of seed {whose}; give another folder for those of seed {seed}"
            )
    earlier = _read(directory / "bench.json", _tasks)
    several = _read(directory / "seeds.json", lambda told: [int(one["seed"]) for one in told["seeds"]])
    if (earlier if seeds is not None else several) is not None:
        here, now = ("one seed", "several") if seeds is not None else ("several seeds", "one")
        raise InputError(f"{directory} holds a benchmark of {here}; give another folder for that of {now}")
    for one in several or ():
        of_seed = _read(directory / f"seed-{one}" / "bench.json", _tasks) or []
        earlier = [*(earlier or []), *(name for name in of_seed if name not in (earlier or ()))]
    for what, there, wanted in (("tasks", earlier, tasks), ("seeds", several, seeds)):
        missing = [str(one) for one in there or () if one not in (wanted or ())]
        if missing:
            raise InputError(
                f"{directory} holds a benchmark of other {what} as well ({clipped(', '.join(missing), 60)}); "
                "ask for these, too, or give another folder"
            )


def _tasks(told: Any) -> list[str]:
    return [str(row["task"]) for row in told["tasks"]]


def _read(file: Path, part: Callable[[Any], Any]) -> Any:
    """A part of a JSON file; None where there is none, or it is damaged."""
    try:
        return part(json.loads(file.read_text(encoding="utf-8")))
    except (KeyError, OSError, RecursionError, TypeError, ValueError):
        return None


def finished_row(
    folder: Path, seed: int, tell: Callable[[str], None], budget: float | None = None
) -> dict[str, Any] | None:
    """The row of a task whose result in this folder is whole and of this seed and code; None: run it.

    So is one that was not solved with another budget (seconds of its benchmark; None: no bound).
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
    if row.get("budget") != budget and not row["solved"]:
        tell(f"{folder}: was not solved with another budget; {_AGAIN}, and what differs is set aside")
        return None
    if stamp.get("code") != code_version():
        tell(f"{folder}: was made by another version of netlift; {_AGAIN}, and what differs is set aside")
        return None
    found: dict[str, Any] = row
    return found


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
