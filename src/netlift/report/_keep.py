"""A result kept in its folder, with files beside it."""

import sys
from collections.abc import Mapping
from pathlib import Path

from netlift.report import fill_folder, write_whole
from netlift.report._result import Result


def keep_result(result: Result, folder: Path, command: str, *, new: bool, more: Mapping[str, str]) -> Path:
    """Write a result's files and `more` by name, all or none; the folder that `fill_folder` filled.

    A result of an earlier run that is there and differs is set aside, which is said. `command` is the
    command line that made the result, as its page tells it.
    """

    def write(beside: Path) -> None:
        for name, content in more.items():
            write_whole(beside / name, content)
        result.write_files(beside, command)

    return fill_folder(folder, write, new=new, tell=_say)


def _say(sentence: str) -> None:
    print(f"netlift: {sentence}.", file=sys.stderr)
