"""Which programs were printed in this process: they come from no file, and run here."""

from functools import lru_cache
from hashlib import sha256

_MOST = 100_000  # remembered; an older one is run as one from a file is
_printed: dict[bytes, None] = {}


def remember(source: str) -> str:
    """The source, which netlift printed just now."""
    _printed[_key(source)] = None
    if len(_printed) > _MOST:
        del _printed[next(iter(_printed))]
    return source


def was_printed(source: str) -> bool:
    """Whether netlift printed this source in this process."""
    return _key(source) in _printed


@lru_cache(maxsize=256)  # a program is asked once a sequence, and its text keeps its hash
def _key(source: str) -> bytes:
    return sha256(source.encode("utf-8", "surrogatepass")).digest()
