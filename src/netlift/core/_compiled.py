"""Compiled kernels: numba's `njit`, cached wherever there is a place for that.

Numba keeps what it compiled beside the source, or under the user's home. Where it can write to neither, it
refuses to work; here the machine's temporary folder takes their place.
"""

import atexit
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numba

from netlift.core._progress import compiling

_CONFIG: Any = numba.config


def njit(**options: Any) -> Any:
    """`numba.njit`, for which `cache=True` is a wish: what cannot be cached is compiled all the same.

    `options` are numba's.
    """

    def compiled(function: Callable[..., Any]) -> Any:
        while True:
            try:
                return _forgiving(numba.njit(**options)(function))
            except RuntimeError:  # "cannot cache function: no locator available"
                if not options.get("cache"):
                    raise
                place = _temporary()
                if place is None or place == _CONFIG.CACHE_DIR:
                    options["cache"] = False
                else:
                    _CONFIG.CACHE_DIR = place

    return compiled


def _forgiving(kernel: Any) -> Any:
    """The kernel, which works all the same where its cache cannot be read or written, as on a full disk."""
    cache = getattr(kernel, "_cache", None)
    if cache is None or not hasattr(cache, "save_overload") or not hasattr(cache, "load_overload"):
        return kernel
    damaged = EOFError, UnpicklingError
    save, load = cache.save_overload, cache.load_overload

    def saved(*overload: Any) -> None:
        with suppress(OSError, *damaged):
            save(*overload)

    def loaded(*signature: Any) -> Any:
        found = None
        try:
            found = load(*signature)
        except OSError:
            pass
        except damaged:
            with suppress(OSError):
                cache.flush()
        if found is None:
            compiling()
        return found

    cache.save_overload, cache.load_overload = saved, loaded
    return kernel


@lru_cache(maxsize=1)
def _temporary() -> str | None:
    """A folder under the temporary one that nobody else can write to; None where there is none.

    What lies in a cache is executed: a folder that somebody else may have made is not used.
    """
    owner = os.getuid() if hasattr(os, "getuid") else 0
    try:
        folder = Path(tempfile.gettempdir(), f"netlift-kernels-{owner}")
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == owner and not found.st_mode & 0o077:
            return str(folder)
        own = tempfile.mkdtemp(prefix="netlift-kernels-")
    except OSError:
        return None
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own
