"""Whether a path leads somewhere, for any path that a user may give."""

from collections.abc import Callable
from pathlib import Path


def there(path: str | Path) -> bool:
    """Whether there is such a file or folder; a name that no system can have is that of none.

    `Path.exists` raises OSError on a name that is too long.
    """
    return _told(path, Path.exists)


def is_folder(path: str | Path) -> bool:
    """Whether there is such a folder, as `there` for `Path.is_dir`."""
    return _told(path, Path.is_dir)


def is_file(path: str | Path) -> bool:
    """Whether there is such a file, as `there` for `Path.is_file`."""
    return _told(path, Path.is_file)


def _told(path: str | Path, asked: Callable[[Path], bool]) -> bool:
    try:
        return asked(Path(path))
    except (OSError, ValueError):
        return False
