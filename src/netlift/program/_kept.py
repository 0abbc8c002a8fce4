"""A program in a file of its own, for as long as it is run."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def kept_program(source: str) -> Iterator[Path]:
    """The path of a file with this source, in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "program.py")
        path.write_text(source, encoding="utf-8")
        yield path
