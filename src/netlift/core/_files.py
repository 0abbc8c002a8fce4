"""Files that are there whole or not at all."""

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

# What a process that was killed while it wrote may leave: mkstemp's eight letters behind the file's name.
_LEFT = re.compile(r"\.[^.].*\.(json|md|html|txt|py|npz|safetensors)\.[a-z0-9_]{8}")


def write_whole(path: str | Path, content: str | bytes) -> None:
    """Write a file in one step: whoever looks sees the old content or the new, never a part.

    The content goes to a temporary file in the same folder, which then takes the name; both are on the disk
    before this returns, so that a lost power supply takes neither. Raises OSError where the folder cannot be
    written.
    """
    target = Path(path)
    raw = content.encode() if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
    _settle(target.parent)


def remove_left(folder: Path) -> None:
    """Remove the temporary files that a process left which was killed in `write_whole`, one folder deep too.

    Only for a folder in which nobody writes meanwhile. What cannot be removed stays.
    """
    with suppress(OSError):
        for one in [*folder.iterdir(), *folder.glob("*/*")]:
            if _LEFT.fullmatch(one.name) and one.is_file():
                one.unlink()


def _settle(folder: Path) -> None:
    """Have a folder's names on the disk, where the system can be asked for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
