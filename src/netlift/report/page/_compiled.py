"""Templates in compiled form, kept beside them as Python keeps its modules: compiling takes the longest."""

import marshal
import sys
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from netlift.core._files import write_whole


class Compiled(BytecodeCache):
    """What jinja makes of a template, in `__pycache__`: whoever can write there can write netlift itself.

    A file begins with a hash of all that its code hangs on; one that does not fit, or is damaged, is made
    anew. Where nothing can be written, or Python was told not to keep what it compiles, templates are
    compiled each time.

    Args:
        folder: of the templates.
        settings: what else the code hangs on, in any words.
    """

    def __init__(self, folder: Path, settings: str) -> None:
        self._folder = folder
        self._told = f"{jinja2.__version__} {sys.version} {settings} "

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """A template's name, which is that of its file."""
        return name

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the code of a template, where it is of this template's text."""
        head = self._head(bucket)
        with suppress(OSError, ValueError, EOFError, TypeError, NotImplementedError):
            kept = self._file(bucket).read_bytes()
            code = marshal.loads(kept[len(head) :]) if kept.startswith(head) else None
            bucket.code = code if isinstance(code, CodeType) else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if sys.dont_write_bytecode:
            return
        with suppress(OSError, NotImplementedError):
            file = self._file(bucket)
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, self._head(bucket) + marshal.dumps(bucket.code))

    def _file(self, bucket: Bucket) -> Path:
        """Raises NotImplementedError where this Python keeps nothing."""
        return Path(cache_from_source(str(self._folder / bucket.key)))

    def _head(self, bucket: Bucket) -> bytes:
        return sha256((self._told + bucket.checksum).encode()).digest()
